"""What the printer reads from a sliced 3MF before it prints it.

Deliberately a second, independent reader: one mistake must not be made twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from io import BytesIO
import re
from xml.etree.ElementTree import Element
import zipfile
import zlib

from defusedxml import DefusedXmlException, ElementTree

from .bed_motion import clears_plate

_TAIL = 512 * 1024
_BLOCK = 1 << 20
_SLICE_INFO = "Metadata/slice_info.config"
_LAYERS = re.compile(rb"^; total layers? (?:number|count)\s*[:=]\s*(\d+)", re.MULTILINE)
_LAYER_OR_TOOL = re.compile(rb"^(?:M73 L(\d+)|T(\d{1,2}))\b", re.MULTILINE)
_JOB = re.compile(rb"^; EXECUTABLE_BLOCK_START", re.MULTILINE)


class BadFileError(Exception):
    """The printer cannot print this; `code` is its `print_error`."""

    def __init__(self, code: int, why: str) -> None:
        """Codes: 0500-C010 not found, 0500-4003 not readable, 0500-4037 another model's."""
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class PlateFile:
    """One plate as the printer understands it."""

    index: int
    seconds: float
    layers: int
    model: str = ""
    """Model id, "" if the file does not say."""
    filaments: tuple[int, ...] = ()
    """Project slots in use, 1-based."""
    materials: tuple[str, ...] = ()
    """Of these slots."""
    tools: tuple[tuple[int, int], ...] = ()
    """From which layer on which project slot is used."""
    jobs: int = 1
    """Printed one after the other by this one G-code, with swaps between them."""
    clears_plate: bool = False
    """The last job, that is."""
    md5: str = ""
    """Of the G-code, upper-case hex: the `md5` of a start must be this or empty."""


_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    DefusedXmlException,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)


def read(content: bytes, param: str, *, core_xy: bool = False) -> PlateFile:
    """Read the plate whose G-code is `param`. Raises `BadFileError`."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _read(archive, param, core_xy)
    except _UNREADABLE as err:
        raise BadFileError(0x05004003, str(err)) from err


def _read(archive: zipfile.ZipFile, param: str, core_xy: bool) -> PlateFile:
    names = archive.namelist()
    number = re.fullmatch(r"Metadata/plate_(\d+)\.gcode", param)
    if number is None or param not in names:
        raise BadFileError(0x05004003, f"{param} is not in the file")
    plate = _slice_info(archive, number[1]) if _SLICE_INFO in names else None
    values = _values(plate)
    filaments = [] if plate is None else list(plate.iter("filament"))
    gcode = _scan(archive, param)
    return PlateFile(
        index=int(number[1]),
        seconds=float(values.get("prediction", "").replace(",", ".") or 0) or 600.0,
        layers=gcode.layers,
        model=values.get("printer_model_id", ""),
        filaments=tuple(int(filament.get("id", 1)) for filament in filaments),
        materials=tuple(filament.get("type", "") for filament in filaments),
        tools=tuple(gcode.tools),
        jobs=max(1, gcode.jobs),
        clears_plate=clears_plate(gcode.tail.decode(errors="replace"), core_xy=core_xy),
        md5=gcode.digest.hexdigest().upper(),
    )


def _slice_info(archive: zipfile.ZipFile, index: str) -> Element | None:
    """Return a plate's element of `slice_info`."""
    plates: Iterator[Element] = ElementTree.fromstring(archive.read(_SLICE_INFO)).iter(
        "plate"
    )
    return next(
        (plate for plate in plates if _values(plate).get("index") == index), None
    )


def _values(plate: Element | None) -> dict[str, str]:
    if plate is None:
        return {}
    return {
        item.get("key", ""): item.get("value", "") for item in plate.iter("metadata")
    }


class _Scan:
    """What is collected while a G-code is read."""

    def __init__(self) -> None:
        self.layers = 50
        self.jobs = 0
        self.tools: list[tuple[int, int]] = []
        self.tail = b""
        self.digest = md5(usedforsecurity=False)
        self._layer = 0

    def take(self, lines: bytes) -> None:
        self.tail = (self.tail + lines)[-_TAIL:]
        if found := _LAYERS.search(lines):
            self.layers = int(found[1])
        self.jobs += len(_JOB.findall(lines))
        for layer, tool in _LAYER_OR_TOOL.findall(lines):
            if layer:
                self._layer = int(layer)
            elif not self.tools or self.tools[-1][1] != int(tool) + 1:
                self.tools.append((self._layer, int(tool) + 1))


def _scan(archive: zipfile.ZipFile, name: str) -> _Scan:
    """Read a G-code once, block by block."""
    scan, rest = _Scan(), b""
    with archive.open(name) as stream:
        while block := stream.read(_BLOCK):
            scan.digest.update(block)
            lines, line_break, rest = (rest + block).rpartition(b"\n")
            scan.take(lines + line_break)
    scan.take(rest)
    return scan

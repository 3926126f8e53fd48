"""What the printer reads from a sliced 3MF before it prints it.

Deliberately a second, independent reader: one mistake must not be made twice.

Whether a plate clears itself is judged by motion alone, as the real bed does: after
the last extruding move the bed must travel in Y at least three strokes of 60 mm or
more, or two with a wait for a cool bed (M190), a forced move (G380) or a push over
the front edge (Y <= 0.5). Comments and marks do not move plates. On a core XY printer
the bed does not travel: four strokes below the printed height, or two with M190.
"""

from dataclasses import dataclass
from io import BytesIO
import re
import zipfile
import zlib

from defusedxml import DefusedXmlException, ElementTree

_TAIL = 512 * 1024
_BLOCK = 1 << 20
_STROKE = 60.0
_WORD = re.compile(r"([A-Z])\s*(-?\d+\.?\d*|-?\.\d+)")
_LAYERS = re.compile(rb"^; total layers? (?:number|count)\s*[:=]\s*(\d+)", re.MULTILINE)


class BadFileError(Exception):
    """The printer cannot print this; `code` is its `print_error`."""

    def __init__(self, code: int, why: str) -> None:
        """Codes: 0500-4002 path, 0500-4003 not readable, 0500-4037 another model's."""
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class PlateFile:
    """One plate as the printer understands it."""

    index: int
    seconds: float
    layers: int
    model: str
    """Model id, "" if the file does not say."""
    filaments: tuple[int, ...]
    """Project slots in use, 1-based."""
    clears_plate: bool


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
    index = int(number[1])
    head, tail = _ends(archive, param)
    seconds, model = 600.0, ""
    filaments: tuple[int, ...] = ()
    if "Metadata/slice_info.config" in names:
        config = ElementTree.fromstring(archive.read("Metadata/slice_info.config"))
        for plate in config.iter("plate"):
            values = {
                item.get("key"): item.get("value") or ""
                for item in plate.iter("metadata")
            }
            if values.get("index") == str(index):
                seconds = float(values.get("prediction") or seconds)
                model = values.get("printer_model_id", "")
                filaments = tuple(
                    int(item.get("id", 0)) for item in plate.iter("filament")
                )
    layers = _LAYERS.search(head) or _LAYERS.search(tail)
    return PlateFile(
        index=index,
        seconds=seconds or 600.0,
        layers=int(layers[1]) if layers else 50,
        model=model,
        filaments=filaments,
        clears_plate=clears_plate(tail.decode(errors="replace"), core_xy=core_xy),
    )


def _ends(archive: zipfile.ZipFile, name: str) -> tuple[bytes, bytes]:
    """First block and last part of a member, read as a stream."""
    with archive.open(name) as stream:
        head = tail = stream.read(_BLOCK)
        while block := stream.read(_BLOCK):
            tail = (tail + block)[-_TAIL:]
    return head, tail[-_TAIL:]


def clears_plate(tail: str, *, core_xy: bool = False) -> bool:
    """Judge the end of a G-code by the motion of its bed, see above."""
    lines = [line.partition(";")[0].strip().upper() for line in tail.splitlines()]
    end = len(lines)
    while end and not _prints(lines[end - 1]):
        end -= 1
    top = next(
        (words["Z"] for line in lines[end:0:-1] if "Z" in (words := _words(line))), 0.0
    )
    motion = _Motion(z=top)
    for line in lines[max(end - 1, 0) :]:
        motion.follow(line)
    strokes = motion.strokes
    if core_xy:
        return motion.lowest < top and (strokes >= 4 or (strokes >= 2 and motion.waits))
    helped = motion.waits or motion.forced or motion.front <= 0.5
    return strokes >= 3 or (strokes >= 2 and helped)


def _words(line: str) -> dict[str, float]:
    command, _, rest = line.partition(" ")
    return (
        {letter: float(value) for letter, value in _WORD.findall(rest)}
        if command
        else {}
    )


def _prints(line: str) -> bool:
    """Whether a line extrudes while it moves."""
    if not line.startswith(("G1 ", "G2 ", "G3 ")):
        return False
    words = _words(line)
    return words.get("E", 0) > 0 and bool(words.keys() & {"X", "Y"})


class _Motion:
    """Where the bed has been."""

    def __init__(self, z: float) -> None:
        self.waits = self.forced = False
        self.lowest = self._z = z
        self.front = self._y = float("inf")
        self._absolute = True
        self._strokes = 0
        self._way = 0
        """Of the stroke that is going on: 1, -1, or 0 before the first."""
        self._travelled = 0.0

    @property
    def strokes(self) -> int:
        """How often the bed travelled 60 mm or more before it turned."""
        return self._strokes + (self._travelled >= _STROKE)

    def follow(self, line: str) -> None:
        command = line.partition(" ")[0]
        if command in {"G90", "G91"}:
            self._absolute = command == "G90"
        elif command == "M190":
            self.waits = True
        elif command == "G380":
            self.forced = True
        elif command in {"G0", "G1", "G2", "G3"}:
            words = _words(line)
            if "Z" in words:
                self._z = words["Z"] + (0 if self._absolute else self._z)
                self.lowest = min(self.lowest, self._z)
            if "Y" in words:
                self._move(words["Y"])

    def _move(self, y: float) -> None:
        if self._y == float("inf"):  # nothing is known before the first move
            self._y = y
            return
        distance = y - self._y if self._absolute else y
        self._y += distance
        self.front = min(self.front, self._y)
        if not distance:
            return
        way = 1 if distance > 0 else -1
        if way != self._way:
            self._strokes, self._travelled, self._way = self.strokes, 0.0, way
        self._travelled += abs(distance)

"""Writes sliced 3MF files as Bambu Studio and OrcaSlicer do, and as careless tools do."""

from collections.abc import Buffer, Collection, Iterable, Sequence
from hashlib import md5
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO, Final, cast, override
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from . import metadata
from .gcode import lines
from .picture import draw
from .plate import DRAWN, SlicedPlate

_DATE: Final = (2026, 11, 21, 12, 0, 0)
"""Fixed, so that the same plates make the same bytes."""


def write(
    path: Path | str,
    plates: Sequence[SlicedPlate] = (SlicedPlate(),),
    *,
    model: str = "N1",
    nozzle: float = 0.4,
    bed_type: str = "textured_plate",
    style: str = "studio",
    unsliced: Collection[int] = (),
    with_slice_info: bool = True,
    with_project: bool = True,
    leave_out: Collection[str] = (),
    decimal_comma: bool = False,
    crlf: bool = False,
    doctype: bool = False,
    separator: str = "/",
    upper_case: bool = False,
    streamed: bool = True,
    compression: int = ZIP_DEFLATED,
    extra: Iterable[tuple[str | ZipInfo, bytes]] = (),
) -> Path:
    """Write a sliced 3MF and return its path.

    `model` is the slicer's id of the printer ("N1" A1 mini, "N2S" A1), `nozzle` in mm.
    `style`: `studio` (2.x), `studio-1.07` or `orca`. `unsliced`: numbers of further plates of
    the project, which leave only pictures. Without plates: an unsliced project.

    Odd things: `leave_out` names keys of `slice_info`; `decimal_comma` and `crlf` as some
    systems write them; `doctype` puts an entity declaration into `slice_info`; `separator`
    and `upper_case` change member names; `streamed` = Studio's flags (bit 3, zip64, no sizes
    in the local header); `extra` members come last and may have any name, also one twice.
    """
    path = Path(path)
    texts = {
        "[Content_Types].xml": metadata.CONTENT_TYPES,
        "3D/3dmodel.model": metadata.MODEL,
        "_rels/.rels": metadata.relationships(plates[0] if plates else None),
        "Metadata/model_settings.config": metadata.model_settings(
            plates, bed_type=bed_type, unsliced=unsliced
        ),
    }
    if with_project:
        texts["Metadata/project_settings.config"] = metadata.project_settings(
            model=model, nozzle=nozzle, bed_type=bed_type
        )
    if with_slice_info:
        texts["Metadata/slice_info.config"] = metadata.slice_info(
            plates,
            model=model,
            nozzle=nozzle,
            style=style,
            leave_out=leave_out,
            decimal_comma=decimal_comma,
            doctype=doctype,
        )

    with path.open("wb") as raw:
        target = cast(BinaryIO, _Forward(raw)) if streamed else raw
        with ZipFile(target, "w", compression, compresslevel=1) as archive:
            members = _Members(archive, separator=separator, upper_case=upper_case)
            for index in unsliced:
                members.put(
                    f"Metadata/plate_{index}.png", draw("cube", ("#808080",), 64)
                )
            for plate in plates:
                members.put_plate(
                    plate, lines(plate, model=model, style=style), crlf=crlf
                )
                details = metadata.plate_json(plate, nozzle=nozzle, bed_type=bed_type)
                members.put(f"Metadata/plate_{plate.index}.json", details.encode())
            for name, text in texts.items():
                members.put(name, _broken(text.encode(), crlf=crlf))
            for member, data in extra:
                archive.writestr(member, data)
    return path


class _Members:
    """Members of the archive under the names that the slicer would give them."""

    def __init__(self, archive: ZipFile, *, separator: str, upper_case: bool) -> None:
        self._archive = archive
        self._separator = separator
        self._upper_case = upper_case

    def put(self, name: str, data: bytes) -> None:
        self._archive.writestr(self._member(name), data)

    def put_plate(
        self, plate: SlicedPlate, gcode: Iterable[bytes], *, crlf: bool
    ) -> None:
        """Put the pictures, the G-code piece by piece, and its MD5 as slicers do."""
        stem = f"Metadata/plate_{plate.index}"
        if plate.picture is not None:
            for name, size in ((stem, plate.picture_size), (f"{stem}_small", 128)):
                self.put(f"{name}.png", _picture(plate, size))
        digest = md5(usedforsecurity=False)
        with self._archive.open(
            self._member(f"{stem}.gcode"), "w", force_zip64=True
        ) as member:
            for piece in gcode:
                data = _broken(piece, crlf=crlf)
                digest.update(data)
                member.write(data)
        if plate.md5 != "absent":
            stated = plate.md5 if plate.md5 is not None else digest.hexdigest().upper()
            self.put(f"{stem}.gcode.md5", stated.encode())

    def _member(self, name: str) -> ZipInfo:
        name = name.upper() if self._upper_case else name
        member = ZipInfo("x", _DATE)
        member.filename = name.replace("/", self._separator)
        stored = name.lower().endswith(".png")
        member.compress_type = ZIP_STORED if stored else (self._archive.compression)
        return member


class _Forward(RawIOBase):
    """A file that cannot seek: `zipfile` then sets Studio's flags by itself."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__()
        self._raw = raw

    @override
    def write(self, data: Buffer, /) -> int:
        return self._raw.write(data)


def _picture(plate: SlicedPlate, size: int) -> bytes:
    if plate.picture != DRAWN:
        return plate.picture or b""
    return draw(
        plate.shape, tuple(filament.colour for filament in plate.filaments), size
    )


def _broken(data: bytes, *, crlf: bool) -> bytes:
    return data.replace(b"\n", b"\r\n") if crlf else data

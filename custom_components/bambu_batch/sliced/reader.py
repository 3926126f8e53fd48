"""A sliced 3MF as plates. All functions block: call them in an executor.

The list of plates is the list of G-code members; everything else in the file may be missing,
stale or of another plate, so each value is taken from the first of several places, and
may stay unknown. Nothing is unpacked to disk, and memory does not grow with the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import os
from pathlib import Path
import re
from typing import Final

from . import errors, gcode, members, plates_xml, png, project, values
from .container import MAX_PNG, Archive, opened
from .file import Filament, Plate, SlicedFile
from .plates_xml import PlateElement
from .project import PlateDetails, Project
from .swap import recognise

_RELATIONSHIP: Final = re.compile(rb"<Relationship\b[^<>]{0,600}>", re.IGNORECASE)
_TARGET: Final = re.compile(rb'\bTarget="/?([^"]{1,200}\.png)"', re.IGNORECASE)
_THUMBNAIL: Final = b'thumbnail"'
_SWAP_IN_FILE_NAME: Final = re.compile(
    r"\.swaps?\.|\.flow\.|platecycler", re.IGNORECASE
)
_SWAP_IN_PLATE_NAME: Final = re.compile(r"swaps?", re.IGNORECASE)


def read(path: str | os.PathLike[str]) -> SlicedFile:
    """Read a sliced file as a whole, each plate's G-code once. Raises `SlicedError`."""
    with opened(Path(path)) as archive:
        numbers = members.plates(archive)
        sources = _Sources(
            archive=archive,
            alone=len(numbers) == 1,
            project=project.project(
                archive.read("metadata/project_settings.config", project.MAX_BYTES)
            ),
            sliced=_xml(archive, "metadata/slice_info.config", "index"),
            named=_xml(archive, "metadata/model_settings.config", "plater_id"),
        )
        return SlicedFile(
            plates=tuple(sources.read_plate(index) for index in numbers),
            sha256=archive.sha256(),
            size=archive.size,
        )


def plate_numbers(path: str | os.PathLike[str]) -> tuple[int, ...]:
    """Return the numbers of the sliced plates without reading G-code. Raises `SlicedError`."""
    with opened(Path(path)) as archive:
        return members.plates(archive)


def picture(path: str | os.PathLike[str], plate: int) -> bytes | None:
    """Return the PNG of a plate, None if the file has none. Raises `SlicedError`."""
    with opened(Path(path)) as archive:
        plates = members.plates(archive)
        if plate not in plates:
            return None
        member = _picture(archive, plate, alone=len(plates) == 1)
        return archive.read(member, MAX_PNG) if member else None


def fingerprint(path: str | os.PathLike[str]) -> tuple[str, int]:
    """Return SHA-256 and size of the file as it is now. Raises `SlicedError`."""
    with opened(Path(path)) as archive:
        return archive.sha256(), archive.size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """The file's small members, by which each plate is described."""

    archive: Archive
    alone: bool
    """The file has but one plate."""
    project: Project
    sliced: Mapping[str, PlateElement]
    named: Mapping[str, PlateElement]

    def read_plate(self, index: int) -> Plate:
        """Read a plate and its G-code."""
        member = members.gcode(self.archive, index)
        info = self.sliced.get(str(index), PlateElement())
        settings = self.named.get(str(index), PlateElement()).values
        details = project.plate_details(
            self.archive.read(f"metadata/plate_{index}.json", project.MAX_BYTES)
        )
        scan = gcode.scan(self.archive.blocks(member))
        header = gcode.header(scan)
        filaments = _filaments(info)
        name = values.text(settings.get("plater_name"))
        model = values.text(info.values.get("printer_model_id")) or self.project.model
        stated = (self.archive.read(f"{member}.md5", 1024) or b"").strip().upper()
        stale = bool(stated) and stated != scan.md5.encode()
        found = recognise(
            scan.tail,
            whole=scan.size == len(scan.tail),
            model=model,
            height=header.height,
            jobs=scan.jobs,
        )
        return Plate(
            index=index,
            name=name,
            gcode=self.archive.stated_name(member),
            seconds=_seconds(info) or header.seconds,
            grams=_grams(info, filaments) or header.grams,
            filaments=filaments,
            model=model,
            nozzle=_nozzle(info, details, self.project),
            bed_type=details.bed_type
            or project.bed(settings.get("bed_type"))
            or self.project.bed_type,
            height=header.height,
            digest=scan.md5,
            swap=found.swap,
            swap_evidence=found.evidence + self._hints(name, stale=stale),
            packed=scan.jobs,
            picture=self._picture_name(index),
        )

    def _picture_name(self, index: int) -> str | None:
        member = _picture(self.archive, index, alone=self.alone)
        return self.archive.stated_name(member) if member else None

    def _hints(self, name: str | None, *, stale: bool) -> tuple[str, ...]:
        """Return hints at swapping, which never suffice for a verdict."""
        hints = (
            ("hint:file_name", _SWAP_IN_FILE_NAME.search(self.archive.name)),
            ("hint:plate_name", name and _SWAP_IN_PLATE_NAME.fullmatch(name)),
            ("hint:own_end_gcode", self.project.own_end_gcode),
            # the G-code was changed after slicing; printers take it nevertheless
            ("hint:stale_md5", stale),
        )
        return tuple(hint for hint, seen in hints if seen)


def _xml(archive: Archive, member: str, number: str) -> dict[str, PlateElement]:
    """Return the plates of a member by the value in which it has their numbers."""
    data = archive.read(member, plates_xml.MAX_BYTES)
    try:
        plates = plates_xml.parse(data or b"")
    except plates_xml.UnsafeXmlError as err:
        raise errors.UnsafeXml(file=archive.name, member=member) from err
    return plates_xml.by_number(plates, number)


def _picture(archive: Archive, index: int, *, alone: bool) -> str | None:
    """Return the first member that shows the plate; for a file's only plate, the file's own picture will do."""
    stem = "metadata/plate_"
    candidates = [
        f"{stem}{index}.png",
        f"{stem}{index}_small.png",
        f"{stem}no_light_{index}.png",
    ]
    if alone:  # with several plates it may show another one
        candidates += _own_pictures(archive)
    return next((name for name in candidates if _is_picture(archive, name)), None)


def _own_pictures(archive: Archive) -> list[str]:
    relationships = archive.read("_rels/.rels", 64 * 1024) or b""
    return [
        target[1].decode(errors="replace").lower()
        for relationship in _RELATIONSHIP.findall(relationships)
        if _THUMBNAIL in relationship and (target := _TARGET.search(relationship))
    ]


def _is_picture(archive: Archive, member: str) -> bool:
    head = archive.read(member, png.HEAD, cut=True)
    return head is not None and png.is_picture(head)


def _seconds(info: PlateElement) -> int | None:
    found = values.number(info.values.get("prediction"), 1, values.MAX_SECONDS)
    return round(found) if found else None


def _grams(info: PlateElement, filaments: tuple[Filament, ...] | None) -> float | None:
    if stated := values.number(info.values.get("weight"), 0.0, values.MAX_GRAMS):
        return stated
    parts = [filament.grams for filament in filaments or ()]
    known = [part for part in parts if part is not None]
    return round(sum(known), 2) if len(known) == len(parts) else None


def _nozzle(info: PlateElement, details: PlateDetails, whole: Project) -> float | None:
    """Return the stated diameter; where the plate says nothing, the project's."""
    if stated := info.values.get("nozzle_diameters", "").strip():
        return values.nozzle(stated)
    return details.nozzle or whole.nozzle


def _filaments(info: PlateElement) -> tuple[Filament, ...] | None:
    """Return what the plate uses. One unreadable entry makes all unknown: a need may be missed."""
    filaments = []
    for one in info.filaments:
        slot = values.whole(one.get("id"), 1, 64)
        if slot is None:
            return None
        filaments.append(
            Filament(
                slot=slot,
                material=values.text(one.get("type")),
                colour=values.colour(one.get("color")),
                brand_code=values.text(one.get("tray_info_idx")),
                grams=values.number(one.get("used_g"), 0.0, values.MAX_GRAMS),
                metres=values.number(one.get("used_m"), 0.0, values.MAX_GRAMS),
            )
        )
    slots = {filament.slot for filament in filaments}
    return tuple(filaments) if filaments and len(slots) == len(filaments) else None

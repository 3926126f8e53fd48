"""What the file's small members and the head of each G-code say of its plates.

The list of plates is the list of G-code members; everything else in the file may be missing,
stale or of another plate, so each value is taken from the first of several places, and
may stay unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
import re
from typing import Final, Self

from . import errors, members, plates_xml, png, project, values
from .container import Archive
from .file import Filament, PlateFacts
from .gcode import Header
from .plates_xml import PlateElement
from .project import PlateDetails, Project

_RELATIONSHIP: Final = re.compile(rb"<Relationship\b[^<>]{0,600}>", re.IGNORECASE)
_TARGET: Final = re.compile(rb'\bTarget="/?([^"]{1,200}\.png)"', re.IGNORECASE)
_THUMBNAIL: Final = b'thumbnail"'


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The file's small members, by which each plate is described."""

    archive: Archive
    numbers: tuple[int, ...]
    """Of the sliced plates."""
    sliced: Mapping[str, PlateElement]
    named: Mapping[str, PlateElement]

    @classmethod
    def of(cls, archive: Archive) -> Self:
        """Read what describes all plates. Raises `SlicedError`."""
        return cls(
            numbers=members.plates(archive),
            archive=archive,
            sliced=_xml(archive, "metadata/slice_info.config", "index"),
            named=_xml(archive, "metadata/model_settings.config", "plater_id"),
        )

    @cached_property
    def project(self) -> Project:
        """The largest of them, and needed only where the others say nothing."""
        return project.project(
            self.archive.read("metadata/project_settings.config", project.MAX_BYTES)
        )

    def facts(self, index: int, header: Header) -> PlateFacts:
        """Return what is known of a plate; `header` is its G-code's."""
        info = self.sliced.get(str(index), PlateElement())
        settings = self.named.get(str(index), PlateElement()).values
        details = project.plate_details(
            self.archive.read(f"metadata/plate_{index}.json", project.MAX_BYTES)
        )
        filaments = _filaments(info)
        shown = picture(self.archive, index, alone=len(self.numbers) == 1)
        return PlateFacts(
            index=index,
            name=values.text(settings.get("plater_name")),
            gcode=self.archive.stated_name(members.gcode(self.archive, index)),
            seconds=_seconds(info) or header.seconds,
            grams=_grams(info, filaments) or header.grams,
            filaments=filaments,
            model=values.text(info.values.get("printer_model_id"))
            or self.project.model,
            nozzle=self._nozzle(info, details),
            bed_type=details.bed_type
            or project.bed(settings.get("bed_type"))
            or self.project.bed_type,
            height=header.height,
            picture=self.archive.stated_name(shown) if shown else None,
        )

    def _nozzle(self, info: PlateElement, details: PlateDetails) -> float | None:
        """Return the stated diameter; where the plate says nothing, the project's."""
        if stated := info.values.get("nozzle_diameters", "").strip():
            return values.nozzle(stated)
        return details.nozzle or self.project.nozzle


def _xml(archive: Archive, member: str, number: str) -> dict[str, PlateElement]:
    """Return the plates of a member by the value in which it has their numbers."""
    data = archive.read(member, plates_xml.MAX_BYTES)
    try:
        plates = plates_xml.parse(data or b"")
    except plates_xml.UnsafeXmlError as err:
        raise errors.UnsafeXml(file=archive.name, member=member) from err
    return plates_xml.by_number(plates, number)


def picture(archive: Archive, index: int, *, alone: bool) -> str | None:
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

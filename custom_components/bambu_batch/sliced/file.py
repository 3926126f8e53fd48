"""What is known of a sliced file. None always means: unknown, never "none" or 0."""

from dataclasses import dataclass
from enum import StrEnum
import os


class Swap(StrEnum):
    """Whether a plate's G-code clears the plate at its end."""

    YES = "yes"
    """A known system's mark, and moves that clear a plate."""
    LIKELY = "likely"
    """Such moves without a mark."""
    AFTER_END_BLOCK = "after_end_block"
    """Such moves only after the end mark, where not every firmware still executes them."""
    PACKED_NO_FINAL_EJECT = "packed_no_final_eject"
    """Several jobs in one G-code, and the last one leaves its part on the plate."""
    MARK_ONLY = "mark_only"
    """A mark without moves."""
    WEAK = "weak"
    """Only waits for a cool bed, or homes."""
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filament:
    """A filament that a plate needs. Part of stored tasks: a new field needs a default."""

    slot: int
    """The project's number, 1-based."""
    material: str | None = None
    colour: str | None = None
    """RRGGBB or RRGGBBAA, upper case."""
    brand_code: str | None = None
    """`tray_info_idx`"""
    grams: float | None = None
    metres: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateFacts:
    """What is said of one sliced plate, by everything but the moves in its G-code."""

    index: int
    """The plate's own number, 1-based; a file may hold plate 8 alone."""
    name: str | None
    gcode: str
    """Member with the G-code, exactly as it is named in the ZIP."""
    seconds: int | None
    """Whole job, start and end G-code included; in a packed file of one job only."""
    grams: float | None
    """With support and purge; in a packed file of one job only."""
    filaments: tuple[Filament, ...] | None
    model: str | None
    """Code of the printer model, e.g. "N1"."""
    nozzle: float | None
    """mm; None also where a printer's nozzles differ."""
    bed_type: str | None
    """The slicer's word, e.g. "textured_plate"."""
    height: float | None
    """mm, of the print."""
    picture: str | None
    """Member with the plate's picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate(PlateFacts):
    """One sliced plate, its G-code read."""

    digest: str
    """MD5 of the G-code, upper-case hex."""
    swap: Swap
    swap_evidence: tuple[str, ...]
    """What the verdict rests on, as words for a log: "mark=jobox", "strokes=7" …"""
    packed: int
    """Jobs in this one G-code; more than 1: time, weight and plate count cannot be trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A sliced 3MF file as people look at it."""

    size: int
    """bytes"""
    version: str
    """Names the content, as well as that is possible without reading it."""
    plates: tuple[PlateFacts, ...]
    """By number; never empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedFile:
    """A sliced 3MF file, read as a whole."""

    sha256: str
    """Of the whole file, lower-case hex."""
    size: int
    """bytes"""
    plates: tuple[Plate, ...]
    """By number; never empty."""

    @property
    def version(self) -> str:
        """Names the content, for addresses of its pictures."""
        return self.sha256[:16]

    def plate(self, index: int) -> Plate | None:
        """Return the plate of that number."""
        return next((plate for plate in self.plates if plate.index == index), None)


def version(stat: os.stat_result) -> str:
    """Return what names the content of a file that is not read, for addresses of its pictures.

    A file that takes another one's place may have its size and time, but was changed at its own.
    """
    modified, changed = stat.st_mtime_ns, stat.st_ctime_ns
    return "-".join(
        f"{one:x}" for one in (stat.st_size, stat.st_ino, modified, changed)
    )

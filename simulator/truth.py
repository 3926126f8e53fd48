"""What is true of a printer, whatever its reports say."""

from dataclasses import asdict, dataclass
from typing import Any

from .job import Job


@dataclass(frozen=True, slots=True)
class Truth:
    """The state at one moment."""

    powered: bool
    state: str
    """`gcode_state`, the printer's own word."""
    print_error: int
    plate_present: bool
    plate_occupied: bool
    plates_left: int | None
    """In the changer; None: it never runs out."""
    swapping: bool
    bed_temperature: float
    nozzle_temperature: float
    files: dict[str, int]
    """Path on the card: bytes."""
    job: Job | None
    """Running, or accepted and being parsed."""
    jobs: tuple[Job, ...]
    """All that ended, oldest first."""

    @property
    def layer(self) -> int:
        """Layer of the running job, 0 if there is none."""
        return self.job.layer if self.job else 0

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

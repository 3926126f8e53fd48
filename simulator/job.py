"""One print, and what becomes of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from .print_file import PlateFile

EXTERNAL = 254
"""Tray number of the spool that hangs outside of the AMS."""


class Source(StrEnum):
    """Who started a job."""

    LAN = "lan"
    """`project_file` over MQTT."""
    SCREEN = "screen"
    """A person at the printer."""
    CLOUD = "cloud"
    BOOT = "boot"
    """A file in the card's root, at power-on."""
    SYSTEM = "system"
    """A calibration."""


class Outcome(StrEnum):
    """How a job ended."""

    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"
    """Power was cut."""


@dataclass(slots=True)
class Job:
    """What was asked for, and how far it is."""

    source: Source
    path: str
    """On the card."""
    plate: PlateFile
    subtask_name: str
    subtask_id: str = "0"
    task_id: str = "0"
    project_id: str = "0"
    profile_id: str = "0"
    reported_ids: bool = True
    """Whether reports carry the ids; else "0"."""
    trays: dict[int, int] = field(default_factory=dict)
    """By project slot, which tray feeds it; 254 and slots that are not named: the external
    spool."""
    layer: int = 0
    phase: str = "parsing"
    announced: bool = False
    """Reports show it."""
    outcome: Outcome | None = None
    started: float = 0
    """Simulated seconds."""
    ended: float = 0
    swapped: bool = False
    """The plate was cleared at the end."""

    def tray(self, slot: int) -> int:
        """Return the tray that feeds a project slot."""
        return self.trays.get(slot, EXTERNAL)

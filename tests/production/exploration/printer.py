"""The printer as it really is: a plate, perhaps with a part on it, and a job."""

from dataclasses import dataclass, replace
from datetime import datetime

from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.status import (
    Card,
    Hms,
    PrinterStatus,
    PrintState,
)
from tests.production.scene import AT_REST

CANCELLED = 0x0300_400C
FEED_FAULT = 0x1200_8006
NO_PLATE = 0x0300_8019
POWER_LOST = 0x0300_8007

A_PRINT_TAKES = 300
"""Seconds up to the first layer at least (recorded): before that nothing lies on the plate."""
OUR_FILE = remote_name("a" * 64, 1)
FOREIGN = 0
"""Number of every job that is not ours: local jobs have no id."""

ACTIVE = frozenset({PrintState.PREPARE, PrintState.RUNNING, PrintState.PAUSE})
_ONE_TRAY = AT_REST.trays[:1] if AT_REST.trays else None


@dataclass(frozen=True, slots=True)
class Job:
    """What is printed. `number` is the run's id, `clears` whether its end swaps the plate."""

    number: int
    name: str
    clears: bool = False
    plates: int = 1
    """Jobs packed in its file: it swaps between them."""
    ours: str = OUR_FILE
    """Our file, if it is our job: all copies share one."""

    @property
    def file(self) -> str:
        """What the screen names."""
        return self.name if self.number == FOREIGN else self.ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """Its truth. Times are seconds of the world."""

    state: PrintState = PrintState.IDLE
    job: Job | None = None
    """What its screen shows: the job at work, or the last one."""
    named: bool = False
    """At rest, but the file of the next job is set already: it begins."""
    since: int = 0
    """When the job at work began."""
    part: bool = False
    """Something lies on the plate."""
    received: Job | None = None
    """A start that it has got and not begun."""
    stopping: bool = False
    """It has got a stop."""
    error: int = 0
    percent: int = 100
    """Of the job it shows; it keeps the last job's until the next one prints (recorded)."""
    card: bool = True
    """One is in its slot."""
    files: frozenset[str] = frozenset()
    """Our complete files on that."""
    done: frozenset[int] = frozenset()
    """Runs of ours that were printed to their end."""
    hot: bool = False
    """Its bed."""
    hms: tuple[Hms, ...] = ()
    """Its health entries."""
    keeps_file: bool = False
    """It goes on naming the file of its last job (FM-168)."""
    plates: int = 0
    """Unused ones in its changer, the one on the bed included."""
    takes: int = A_PRINT_TAKES
    """Seconds of its prints."""
    tells_ids: bool = True
    """It reports our id; else only our name."""

    @property
    def busy(self) -> bool:
        """A start would hit a job at work."""
        return self.state in ACTIVE or self.named

    def begins(self, job: Job, now: int, state: PrintState) -> Printer:
        """Return the printer with this job at work."""
        return replace(
            self, state=state, job=job, named=False, since=now, received=None
        )

    def prints(self) -> Printer:
        """Return the printer with its job in the first layers."""
        return replace(self, state=PrintState.RUNNING, percent=1, hot=True)

    def ends(self, now: int, state: PrintState, *, done: bool) -> Printer:
        """Return the printer after its job: with a part on the plate, or after its swap."""
        assert self.job is not None
        printed = now - self.since >= self.takes
        ours = {self.job.number} - {FOREIGN} if done else set()
        swaps = done and self.job.clears
        used = self.job.plates - (0 if swaps else 1)
        return replace(
            self,
            state=state,
            named=False,
            stopping=False,
            percent=100 if done else 0,
            part=False if swaps else self.part or printed,
            plates=max(0, self.plates - used),
            done=self.done | ours,
        )

    def status(self, now: datetime) -> PrinterStatus:
        """Return what a full report says."""
        at_work = self.state in ACTIVE
        begun = at_work or self.named
        named = begun or self.keeps_file
        job = None if self.state is PrintState.IDLE and not self.named else self.job
        return replace(
            AT_REST,
            received=now,
            state=self.state,
            print_stage=(3 if self.state is PrintState.PAUSE else 2) if at_work else 1,
            stage=0 if at_work else 255,
            print_type="local" if begun else "idle",
            gcode_file=self.job.file if self.job and named else "",
            subtask_id=str(job.number) if job and self.tells_ids else "0",
            subtask_name=job.name if job else "",
            percent=self.percent,
            bed_temperature=60.0 if self.hot else 24.0,
            print_error=self.error,
            hms=self.hms,
            card=Card.NORMAL if self.card else Card.ABSENT,
            trays=_ONE_TRAY,
        )

"""The world of the search: line, shell and printer, and one thing that happens in it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from custom_components.bambu_batch.bambu.status import Hms, PrinterStatus, Uptime
from custom_components.bambu_batch.production.context import Context, Options
from custom_components.bambu_batch.production.effect import (
    CancelUpload,
    DeleteRemote,
    Effect,
    Order,
    Record,
    SendOrder,
    StartPrint,
    Upload,
)
from custom_components.bambu_batch.production.event import (
    ContextChanged,
    Event,
    Refused,
    Restarted,
)
from custom_components.bambu_batch.production.line import advance
from custom_components.bambu_batch.production.model import Line, Task
from custom_components.bambu_batch.production.told_again import may_wait
from tests.production.scene import START

from .printer import Printer


class Link(Enum):
    """Whether reports come."""

    UP = "up"
    SILENT = "silent"
    """Connected, but no message comes."""
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One state of the search."""

    line: Line = field(default_factory=Line)
    committed: Line | None = None
    """As a crash may find it, if what has changed since then may wait; None: as it is."""
    printer: Printer = field(default_factory=Printer)
    view: PrinterStatus = field(default_factory=PrinterStatus)
    """The merged report as the connection has it."""
    context: Context = field(default_factory=Context)
    """Options and interlocks; its status is not used."""
    late: bool = False
    """The line has not looked at this report yet; the guard of a start has."""
    odd: bool = False
    """The report says something that is not so."""
    partly: bool = False
    """A change was told in part; the rest follows at once."""
    link: Link = Link.UP
    time: int = 0
    """Seconds that have really passed."""
    skew: int = 0
    """Seconds that the computer's clock is ahead."""
    boot: int = 0
    """Which boot of the computer it is."""
    booted: int = -864_000
    """Second of that boot; a computer that was paused counts as booted later."""
    jumps: int = 0
    """By how many seconds its clock may still be set, in all."""
    absences: int = 0
    """How often it may still see nothing for as long as a print takes."""

    # What the shell has still to carry out: a crash loses it.
    start: StartPrint | None = None
    upload: Upload | None = None
    delete: str | None = None

    # What only the search knows.
    hidden: int | None = None
    """Since when the printer has changed without the line's being told, on a living link."""
    echoed: int | None = None
    """When the printer took another client's start, which this process heard; no job is shown yet."""
    ended: int | None = None
    """When a run of ours last ended, at the printer."""
    unsettled: frozenset[int] = frozenset()
    """Runs whose start was sent and of which nobody has said what became of them."""
    asked: tuple[tuple[str, int], ...] = ()
    """Task and copies that a person wants."""
    taken: tuple[tuple[Task, int], ...] = ()
    """Tasks as a person has taken them out, and when, until they come back."""
    printed: tuple[tuple[str, int], ...] = ()
    """Task and copies of it that were recorded as printed."""
    heard: frozenset[str] = frozenset()
    """What a person was called for, and is not over: news, or a reason."""
    stuck: tuple[str, int, int] | None = None
    """What it waits for that should end by itself, since when, and how long it may."""
    quiet: int | None = None
    """Since when nothing that helps is known of the printer."""
    trusted: frozenset[Hms] = frozenset()
    """Health entries that stand and that a person, or a finished print of ours, vouches for."""
    other_card: bool = False
    """Another card lies in the printer than the one last heard of."""
    tried: tuple[tuple[str, int], ...] = ()
    """Task, and how often its copy has failed in a row and was tried again."""
    hot: int | None = None
    """Since when it waits for nothing but the bed."""
    proven: frozenset[Hms] = frozenset()
    """Health entries that have stood since before the last start of ours."""

    @property
    def now(self) -> datetime:
        """What the computer's clock shows."""
        return START + timedelta(seconds=self.time + self.skew)

    @property
    def uptime(self) -> Uptime:
        """What the computer's other clock shows, which nobody can set."""
        return Uptime(f"boot {self.boot}", float(self.time - self.booted))

    @property
    def sees(self) -> Context:
        """What the line sees."""
        return Context(
            status=self.view,
            options=self.context.options,
            interlocks_hold=self.context.interlocks_hold,
            uptime=self.uptime,
        )

    @property
    def told(self) -> PrinterStatus:
        """What a full report says now."""
        return self.dated(self.printer.status(self.now))

    def dated(self, status: PrinterStatus) -> PrinterStatus:
        """Return the report as one that comes now."""
        return replace(status, received=self.now, received_uptime=self.uptime)

    @property
    def options(self) -> Options:
        """The printer's options."""
        return self.context.options


def undated(status: PrinterStatus) -> PrinterStatus:
    """Return what a report says, whenever it came."""
    return replace(status, received=None, received_uptime=None)


class LawBroken(Exception):
    """Something happened that must never happen."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one event did to the line, for the laws."""

    before: World
    event: Event
    after: World
    effects: tuple[Effect, ...]


def happen(world: World, event: Event) -> Step | None:
    """Let the line take an event, commit, and note what is to be carried out.

    None: a person's command that the line refuses; nothing has changed.
    """
    try:
        line, effects = advance(world.line, event, world.sees, world.now)
    except Refused:
        return None
    committed = None
    if may_wait(world.line, line, effects):
        committed = world.committed or world.line
    after = replace(world, line=line, committed=committed, late=False)
    for effect in effects:
        after = _noted(after, effect)
    return Step(world, event, after, effects)


def restarted(world: World) -> World:
    """Return the world after a crash: only the last commit and the printer are left."""
    return replace(
        world,
        line=world.committed or world.line,
        committed=None,
        view=PrinterStatus(),
        link=Link.DOWN,
        start=None,
        upload=None,
        delete=None,
        hidden=None,
        echoed=None,
        late=False,
        odd=False,
        partly=False,
    )


LOOKED = ContextChanged()
RESTARTED = Restarted()


def _noted(world: World, effect: Effect) -> World:
    match effect:
        case StartPrint():
            _free(world.start, "a start while another has not been sent yet")
            return replace(world, start=effect)
        case Upload():
            _free(world.upload or world.delete, "two transfers at once")
            return replace(world, upload=effect)
        case DeleteRemote(name):
            _free(world.upload or world.delete, "two transfers at once")
            return replace(world, delete=name)
        case CancelUpload(name):
            if world.upload is None or world.upload.name != name:
                raise LawBroken("a transfer is cancelled that is not in flight")
        case SendOrder(Order.CLOSE_ERROR):
            return replace(world, printer=replace(world.printer, error=0))
        case SendOrder(Order.STOP):
            return replace(world, printer=replace(world.printer, stopping=True))
        case Record(record):
            return replace(world, unsettled=world.unsettled - {record.run.run_id})
    return world


def _free(slot: object, law: str) -> None:
    if slot is not None:
        raise LawBroken(law)

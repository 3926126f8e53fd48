"""A line with a printer and a clock around it, for stories: one event, one look."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.bambu_batch.bambu.status import (
    Card,
    PrinterStatus,
    PrintState,
    Tray,
    Uptime,
)
from custom_components.bambu_batch.production.context import Context, Options
from custom_components.bambu_batch.production.effect import (
    Announce,
    DeleteRemote,
    Effect,
    News,
    StartPrint,
    Upload,
    WakeAt,
)
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    ContextChanged,
    Deleted,
    Enqueue,
    Event,
    NewTask,
    Restarted,
    SetRunning,
    Uploaded,
)
from custom_components.bambu_batch.production.gate import Reason, why_not_start
from custom_components.bambu_batch.production.line import advance
from custom_components.bambu_batch.production.model import Line, Phase, PlateFile, Run
from custom_components.bambu_batch.production.nothing_new import says_nothing_new
from custom_components.bambu_batch.production.told_again import may_wait
from custom_components.bambu_batch.sliced.file import Filament

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BOOTED = START - timedelta(days=10)

AT_REST = PrinterStatus(
    connected=True,
    complete=True,
    received=START,
    received_uptime=Uptime("first", (START - BOOTED).total_seconds()),
    model="N1",
    firmware="01.07.02.00",
    state=PrintState.IDLE,
    print_stage=1,
    stage=0,
    print_type="idle",
    gcode_file="",
    subtask_name="",
    subtask_id="0",
    task_id="0",
    bed_temperature=24.0,
    nozzle_diameter=0.4,
    print_error=0,
    hms=(),
    card=Card.NORMAL,
    upgrade_state=0,
    forced_upgrade=False,
    trays=tuple(
        Tray(number, loaded=True, material="PLA", colour="FFFFFFFF")
        for number in range(4)
    ),
    tray_now=255,
    filament_in_extruder=True,
)


def plate_file(**changes: Any) -> PlateFile:
    """Return a plate of an A1 mini that clears itself."""
    return replace(
        PlateFile(
            file="media-source://media_source/local/clip.gcode.3mf",
            sha256="a" * 64,
            size=40_000,
            plate=1,
            gcode="Metadata/plate_1.gcode",
            seconds=900,
            filaments=(Filament(slot=1, material="PLA", colour="FFFFFF", grams=5.0),),
            grams=5.0,
            model="N1",
            nozzle=0.4,
            swap="yes",
        ),
        **changes,
    )


SOMEBODY = Run(
    run_id=7,
    name="benchy",
    task_id="",
    copy=1,
    phase=Phase.PRINTING,
    started=START,
    from_state=PrintState.IDLE,
    clears_plate=False,
)


def _without_sight(line: Line) -> Line:
    """Return a line without the time at which its plate was last in sight."""
    return replace(line, plate=replace(line.plate, watched=None, uptime=None))


class Scene:
    """One line, one printer, one clock."""

    def __init__(self, line: Line | None = None, **options: Any) -> None:
        """Begin with an idle printer."""
        self.line = line or Line()
        self.context = Context(status=AT_REST, options=Options(**options))
        self.now = START
        """What the computer's clock shows."""
        self.boot: str | None = "first"
        """Which boot of the computer it is; None: nobody can tell."""
        self._set_by = timedelta(0)
        """By how much its clock was set."""
        self._booted = BOOTED
        self.effects: list[Effect] = []

    @property
    def uptime(self) -> Uptime | None:
        """The clock of the computer that nobody can set."""
        passed = self.now - self._set_by - self._booted
        return Uptime(self.boot, passed.total_seconds()) if self.boot else None

    @property
    def sees(self) -> Context:
        """What the line sees now."""
        return replace(self.context, uptime=self.uptime)

    def sets_clock(self, by: timedelta) -> None:
        """Set the computer's clock; no time passes."""
        self.now += by
        self._set_by += by

    def reboots(
        self, off: timedelta = timedelta(0), *, shows: timedelta | None = None
    ) -> None:
        """Switch the computer off and on; its clock then shows that more time has passed."""
        self.boot = f"after {self.boot}"
        self.now += off
        if shows is not None:
            self.sets_clock(shows - off)
        self._booted = self.now - self._set_by

    def event(self, event: Event) -> tuple[Effect, ...]:
        """Let one thing happen."""
        self.line, effects = advance(self.line, event, self.sees, self.now)
        self.effects += effects
        self._may_leave_out_the_next_report(effects)
        return effects

    def _may_leave_out_the_next_report(self, effects: Iterable[Effect]) -> None:
        """Check that a report which says nothing new would indeed have changed nothing.

        Or, of a print that goes on, nothing that may not wait.
        """
        soon = timedelta(milliseconds=100)
        if any(
            isinstance(one, WakeAt) and one.time <= self.now + soon for one in effects
        ):
            return
        looked, status = self.sees, self.sees.status
        warmer = replace(
            status,
            received=status.received and status.received + soon,
            nozzle_temperature=(status.nozzle_temperature or 0) + 0.1,
            wifi_signal=-61,
        )
        further = replace(
            warmer, percent=(status.percent or 0) + 1, layer=(status.layer or 0) + 1
        )
        for newer in (warmer, further):
            if not says_nothing_new(self.line, looked, newer):
                continue
            told, untold = (
                advance(
                    self.line,
                    ContextChanged(),
                    replace(looked, status=one),
                    self.now + soon,
                )
                for one in (newer, status)
            )
            for _, more in (told, untold):
                assert all(isinstance(one, WakeAt) for one in more), more
            if newer is further:
                lines = _without_sight(untold[0]), _without_sight(told[0])
                assert may_wait(*lines, told[1])
            else:
                assert _without_sight(told[0]) == _without_sight(untold[0])

    def passes(self, seconds: float) -> tuple[Effect, ...]:
        """Let time pass; the printer keeps reporting the same."""
        self.now += timedelta(seconds=seconds)
        if self.context.status.connected:
            return self.reports()
        return self.event(ContextChanged())

    def reports(self, **changes: Any) -> tuple[Effect, ...]:
        """Let the printer report these fields."""
        dated = {"received": self.now, "received_uptime": self.uptime}
        status = replace(self.context.status, **(dated | changes))
        self.context = replace(self.context, status=status)
        return self.event(ContextChanged())

    def loses_connection(self) -> tuple[Effect, ...]:
        """Forget everything about the printer."""
        self.context = replace(self.context, status=PrinterStatus())
        return self.event(ContextChanged())

    def prints(self, run: Run, state: PrintState, **changes: Any) -> tuple[Effect, ...]:
        """Let the printer show our run in this state."""
        active = state not in (PrintState.FINISH, PrintState.FAILED)
        if not self.context.status.complete:
            self.context = replace(self.context, status=AT_REST)
        fields: dict[str, Any] = {
            "state": state,
            "print_stage": 2 if active else 1,
            "stage": 0 if active else 255,
            "print_type": "local" if active else "idle",
            "gcode_file": f"{run.name}.3mf" if active else "",
            "subtask_id": str(run.run_id),
            "task_id": str(run.run_id),
            "subtask_name": run.name,
        }
        if state is PrintState.FINISH:
            fields["percent"] = 100
        return self.reports(**(fields | changes))

    def begins(self, copies: int = 1, **file: Any) -> Run:
        """Queue a plate, let it run on a clear plate, and return the run just decided."""
        self.queue(copies=copies, **file)
        self.carry(self.event(SetRunning(True)))
        (start,) = starts(self.event(ConfirmPlateClear()))
        return start.run

    def works(self, copies: int = 1, **file: Any) -> Run:
        """Go on until the printer prints the first copy."""
        run = self.begins(copies, **file)
        self.prints(run, PrintState.RUNNING, percent=1, layer=1)
        return self.run

    def ends(self, state: PrintState, **changes: Any) -> list[Effect]:
        """Let the run end a quarter of an hour later; transfers succeed."""
        self.passes(900)
        return self.carry(self.prints(self.run, state, **changes))

    def shows(self, name: str, state: PrintState, **changes: Any) -> tuple[Effect, ...]:
        """Let the printer show somebody else's local job in this state."""
        stranger = replace(SOMEBODY, name=name)
        return self.prints(stranger, state, **({"subtask_id": "0"} | changes))

    def boots(self) -> tuple[Effect, ...]:
        """Let the printer report after a power cycle: IDLE, and no job shown."""
        self.context = replace(self.context, status=AT_REST)
        return self.reports()

    def comes_back(self, status: PrinterStatus) -> tuple[Effect, ...]:
        """Let the printer report again what it reported once."""
        self.context = replace(self.context, status=status)
        return self.reports()

    def crashes(self, seconds: float = 0) -> tuple[Effect, ...]:
        """Lose everything but the line, and load it some time later."""
        self.now += timedelta(seconds=seconds)
        self.context = replace(self.context, status=PrinterStatus())
        return self.event(Restarted())

    def option(self, **changes: Any) -> None:
        """Change options, live."""
        self.context = replace(
            self.context, options=replace(self.context.options, **changes)
        )

    def queue(self, copies: int = 1, **changes: Any) -> str:
        """Queue a plate and return its task id."""
        file = plate_file(**changes)
        self.event(Enqueue((NewTask(name="Clip", plate_file=file, copies=copies),)))
        return self.line.tasks[-1].task_id

    def carry(self, effects: Iterable[Effect]) -> list[Effect]:
        """Answer transfers at once, as a good printer would; return the other effects."""
        others: list[Effect] = []
        pending = list(effects)
        while pending:
            effect = pending.pop(0)
            if isinstance(effect, Upload):
                pending += self.event(Uploaded(effect.name, sent=effect.anew))
            elif isinstance(effect, DeleteRemote):
                pending += self.event(Deleted(effect.name))
            else:
                others.append(effect)
        return others

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why nothing starts now."""
        return why_not_start(self.line, self.sees, self.now)

    @property
    def run(self) -> Run:
        """The run in flight."""
        assert self.line.run is not None
        return self.line.run


def starts(effects: Iterable[Effect]) -> list[StartPrint]:
    """Return the starts among effects."""
    return [effect for effect in effects if isinstance(effect, StartPrint)]


def news(effects: Iterable[Effect]) -> list[News]:
    """Return the announcements among effects."""
    return [effect.news for effect in effects if isinstance(effect, Announce)]

"""Hypothesis walks through the world of the exploration: longer stories, odder numbers.

The search proves the small; this finds the odd. The laws are the same, and every walk has to
end well. `--long` walks for about an hour.
"""

from dataclasses import replace

from hypothesis import HealthCheck, note, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
import pytest

from custom_components.bambu_batch.bambu.status import Card, Hms, PrintState, Tray
from custom_components.bambu_batch.production.context import (
    Context,
    OnFailure,
    Options,
    PlateClearing,
    StartWhen,
)
from custom_components.bambu_batch.production.event import (
    Enqueue,
    MoveTask,
    NewTask,
    SetPlatesLeft,
    UpdateTask,
)

from .exploration import moves
from .exploration.helpful import ends_well
from .exploration.laws import in_state
from .exploration.moves import Next
from .exploration.printer import Printer
from .exploration.world import Link, World
from .scene import plate_file

PICK = st.integers(0, 11)
OPTIONS = st.builds(
    Options,
    cooldown_seconds=st.sampled_from([0, 1, 60, 600]),
    cooldown_bed_temperature=st.sampled_from([None, 40.0]),
    cooldown_timeout_minutes=st.sampled_from([1, 10]),
    plate_clearing=st.sampled_from(PlateClearing),
    require_swap_gcode=st.booleans(),
    plate_stack=st.sampled_from([0, 3]),
    start_when=st.sampled_from(StartWhen),
    on_failure=st.sampled_from(OnFailure),
    upload_while_printing=st.booleans(),
)
NEW_TASKS = st.builds(
    NewTask,
    name=st.text(max_size=4),
    copies=st.integers(1, 3),
    plate_file=st.builds(
        plate_file,
        sha256=st.sampled_from(["a" * 64, "b" * 64, "c" * 64]),
        swap=st.sampled_from(["yes", "yes", "yes", "likely", "no"]),
        packed=st.sampled_from([1, 1, 1, 2]),
    ),
    hold=st.sampled_from([False, False, False, True]),
)
LIES = {
    "state": [None, *PrintState],
    "stage": [None, 0, 2, 255],
    "print_type": [None, "idle", "local", "system", ""],
    "gcode_file": [None, "", "x.3mf", "/data/Metadata/x"],
    "subtask_name": [None, "", "benchy.3mf"],
    "subtask_id": [None, "0", "1"],
    "percent": [None, 0, 100],
    "print_error": [None, 0, 0x0300_400C, 0x1200_8006, 2],
    "hms": [None, (), (Hms(0x0500_0600, 0x0002_0070),)],
    "card": [None, *Card],
    "upgrade_state": [None, 0, 2],
    "trays": [None, (), (Tray(0, loaded=True, material="PLA"),)],
    "nozzle_diameter": [None, 0.4, 0.6],
    "legacy_state": [None, 1, 3, 100],
}
"""What one field of a report may say though it is not so: no single one may mislead the line."""
ODD = st.sampled_from(
    [{field: value} for field, values in LIES.items() for value in values]
)


class Production(RuleBasedStateMachine):
    """One line, one printer, everybody at once."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        super().__init__()
        self.world = World()

    @initialize(
        options=OPTIONS, tells_ids=st.booleans(), tasks=st.lists(NEW_TASKS, max_size=2)
    )
    def begin(self, options: Options, tells_ids: bool, tasks: list[NewTask]) -> None:
        printer = Printer(tells_ids=tells_ids, plates=options.plate_stack)
        world = World(printer=printer, context=Context(options=options))
        self.world = replace(world, view=world.told)
        self._go(moves.takes("begins", self.world, Enqueue(tuple(tasks))))
        self._go(moves.takes("fills", self.world, SetPlatesLeft(options.plate_stack)))
        self._go(moves.runs_the_queue(self.world))

    def _go(self, following: Next, pick: int = 0) -> None:
        found = list(following)
        if not found:
            return
        label, world = found[pick % len(found)]
        note(label)
        in_state(world)
        self.world = world

    @rule(pick=PICK)
    def shell_carries_out(self, pick: int) -> None:
        world = self.world
        done = moves.sends_the_start, moves.uploads, moves.deletes
        self._go((step for move in done for step in move(world)), pick)

    @rule(pick=PICK)
    def shell_fails(self, pick: int) -> None:
        world = self.world
        failures = (
            moves.loses_the_start,
            moves.refuses_the_start,
            moves.uploads_badly,
            moves.deletes_badly,
            moves.crashes,
        )
        self._go((step for move in failures for step in move(world)), pick)

    @rule(pick=PICK)
    def network_fails(self, pick: int) -> None:
        world = self.world
        failures = (
            moves.loses_the_connection,
            moves.goes_silent,
            moves.loses_a_message,
            moves.reports_in_parts,
        )
        self._go((step for move in failures for step in move(world)), pick)

    @rule(pick=PICK)
    def network_works(self, pick: int) -> None:
        world = self.world
        works = moves.connects, moves.reports_fully, moves.connects_slowly
        self._go((step for move in works for step in move(world)), pick)

    @rule(pick=PICK)
    def printer_works(self, pick: int) -> None:
        self._go(moves.works(self.world), pick)

    @rule(pick=PICK)
    def printer_goes_on(self, pick: int) -> None:
        self._go(moves.works(self.world), pick)

    @rule(pick=PICK)
    def printer_misbehaves(self, pick: int) -> None:
        world = self.world
        ways = (
            moves.fails,
            moves.pauses_with_an_error,
            moves.clears_its_error,
            moves.drops_the_start,
            moves.vanishes,
            moves.cycles_its_power,
            moves.cools,
        )
        self._go((step for move in ways for step in move(world)), pick)

    @rule(pick=PICK)
    def somebody_is_at_the_screen(self, pick: int) -> None:
        world = self.world
        ways = moves.foreign, moves.reprints, moves.is_stopped, moves.is_dismissed
        self._go((step for move in ways for step in move(world)), pick)

    @rule(change=ODD)
    def printer_reports_oddly(self, change: dict[str, object]) -> None:
        world = self.world
        if world.link is Link.UP and world.view.complete and not world.odd:
            view = replace(world.dated(world.view), **change)  # type: ignore[arg-type]
            odd = replace(world, view=view, odd=True)
            self._go(moves.takes(f"reports {change}", odd))

    @rule(minutes=st.integers(1, 12))
    def time_passes(self, minutes: int) -> None:
        self._go(moves.passes(minutes)(self.world))

    @rule(seconds=st.sampled_from([-86_400, -7, 7, 86_400]))
    def clock_jumps(self, seconds: int) -> None:
        self._go(moves.sets_the_clock(seconds)(self.world))

    @rule(pick=PICK)
    def person_helps(self, pick: int) -> None:
        world = self.world
        ways = (
            moves.clears_the_plate,
            moves.resolves,
            moves.runs_the_queue,
            moves.fills_the_changer,
            moves.stops_the_print,
        )
        self._go((step for move in ways for step in move(world)), pick)

    @rule(pick=st.integers(0, 60))
    def person_edits(self, pick: int) -> None:
        world = self.world
        ways = (
            moves.edits_the_queue,
            moves.says_it_clears_nothing,
            moves.pauses_the_queue,
        )
        self._go((step for move in ways for step in move(world)), pick)

    @rule(task=NEW_TASKS, position=st.sampled_from([None, 1, 2]))
    def person_adds(self, task: NewTask, position: int | None) -> None:
        if len(self.world.line.tasks) < 4:
            event = Enqueue((task,), position)
            self._go(moves.takes("adds a task", self.world, event))

    @rule(pick=PICK, position=st.integers(1, 4), copies=st.integers(1, 4))
    def person_changes(self, pick: int, position: int, copies: int) -> None:
        tasks = self.world.line.tasks
        if tasks:
            task_id = tasks[pick % len(tasks)].task_id
            self._go(moves.takes("moves", self.world, MoveTask(task_id, position)))
            change = UpdateTask(task_id=task_id, copies=copies)
            self._go(moves.takes(f"wants {copies}", self.world, change))

    @rule(options=OPTIONS, hold=st.sampled_from([True, True, False, None]))
    def person_changes_options(self, options: Options, hold: bool | None) -> None:
        # the changer's size stays: nobody rebuilds a printer while it works
        options = replace(options, plate_stack=self.world.options.plate_stack)
        context = Context(options=options, interlocks_hold=hold)
        changed = replace(self.world, context=context)
        self._go(moves.takes("changes the options", changed))

    def teardown(self) -> None:
        """A helpful person and a sane printer get to the end from here."""
        ends_well(self.world)


def _walk(examples: int, steps: int, *, derandomize: bool) -> None:
    run_state_machine_as_test(
        Production,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=derandomize,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_walks_break_no_law_and_end_well() -> None:
    _walk(60, 40, derandomize=True)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_many_long_random_walks_break_no_law_and_end_well() -> None:
    _walk(6000, 100, derandomize=False)

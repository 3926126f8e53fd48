"""Which task is next, and what holds the others."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.bambu_batch.bambu.status import (
    Card,
    PrinterStatus,
    PrintState,
    Tray,
)
from custom_components.bambu_batch.production import fit
from custom_components.bambu_batch.production.context import (
    Context,
    Options,
    PlateClearing,
)
from custom_components.bambu_batch.production.equipment import Equipment
from custom_components.bambu_batch.production.event import (
    Enqueue,
    MoveTask,
    NewTask,
    UpdateTask,
)
from custom_components.bambu_batch.production.filament import (
    Assignment,
    Unassigned,
    Wish,
    trays_for,
)
from custom_components.bambu_batch.production.fit import (
    card_is_there,
    hold_of,
    is_wrong_printer,
    needs_card,
    next_task,
    suits,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Hold, Line, Task
from custom_components.bambu_batch.production.tasks import BLOCK
from custom_components.bambu_batch.sliced.file import Filament

from .scene import AT_REST, SOMEBODY, Scene, plate_file, starts


def held(scene: Scene) -> Hold | None:
    return hold_of(scene.line.tasks[0], scene.context.equipment)


def queued(options: dict[str, Any] | None = None, **file: Any) -> Scene:
    scene = Scene(**(options or {}))
    scene.queue(**file)
    return scene


def test_the_next_task_is_the_first_that_nothing_holds() -> None:
    scene = queued()
    second = scene.queue(sha256="b" * 64)
    found = next_task(scene.line, scene.context.equipment)
    assert found is scene.line.tasks[0]
    scene.event(UpdateTask(task_id="1", hold=True))
    found = next_task(scene.line, scene.context.equipment)
    assert found is not None
    assert found.task_id == second
    scene.event(UpdateTask(task_id=second, hold=True))
    assert next_task(scene.line, scene.context.equipment) is None


@pytest.mark.parametrize("hold", [None, *Hold])
def test_a_stored_hold_comes_first(hold: Hold | None) -> None:
    scene = queued()
    scene.line = scene.line.with_task(replace(scene.line.tasks[0], hold=hold))
    assert held(scene) is hold


def test_a_packed_file_waits_for_a_release() -> None:
    scene = queued(packed=2)
    assert held(scene) is Hold.PACKED_FILE
    scene.event(UpdateTask(task_id="1", hold=False))
    assert held(scene) is None


@pytest.mark.parametrize(
    ("clearing", "require", "swap", "expected"),
    [
        (PlateClearing.AUTOMATIC, True, "yes", None),
        (PlateClearing.AUTOMATIC, True, "likely", Hold.NO_SWAP_GCODE),
        (PlateClearing.AUTOMATIC, False, "no", None),
        (PlateClearing.MANUAL, True, "no", None),
    ],
)
def test_a_file_that_does_not_clear_its_plate_is_held_where_it_has_to(
    clearing: PlateClearing, require: bool, swap: str, expected: Hold | None
) -> None:
    options = {"plate_clearing": clearing, "require_swap_gcode": require}
    scene = queued(options, swap=swap)
    assert held(scene) is expected


def test_it_is_released_by_lifting_the_hold_or_by_saying_that_it_clears() -> None:
    scene = queued(swap="no")
    scene.event(UpdateTask(task_id="1", clears_plate=True))
    assert held(scene) is None

    scene = queued(swap="no")
    scene.event(UpdateTask(task_id="1", hold=False))
    assert held(scene) is None
    assert not scene.line.tasks[0].clears_plate, "so a person has to confirm after it"


def test_holds_are_lifted_one_by_one() -> None:
    scene = queued(swap="no", packed=2, model=None)
    scene.event(UpdateTask(task_id="1", hold=True))
    seen = []
    for _ in range(4):
        seen.append(held(scene))
        scene.event(UpdateTask(task_id="1", hold=False))
    assert seen == [
        Hold.BY_USER,
        Hold.WRONG_PRINTER_MODEL,
        Hold.PACKED_FILE,
        Hold.NO_SWAP_GCODE,
    ]
    assert held(scene) is None


@pytest.mark.parametrize(
    ("file", "status", "wrong", "right"),
    [
        ({}, {}, False, True),
        ({"model": "N2S"}, {}, True, False),
        ({}, {"model": "N2S"}, True, False),
        ({"nozzle": 0.2}, {}, True, False),
        ({"nozzle": 0.4000000059604645}, {}, False, True),
        ({"nozzle": 0.41}, {}, False, True),
        ({"nozzle": 0.42}, {}, True, False),
        ({}, {"model": None}, False, False),
        ({}, {"nozzle_diameter": None}, False, False),
        ({"model": None}, {}, False, True),
        ({"nozzle": None}, {"nozzle_diameter": None}, False, True),
        ({"model": "C12"}, {"model": "BL-P001"}, False, True),
        ({"model": "N9"}, {"model": "N9"}, False, False),  # nobody knows its url form
        ({"model": "nonsense"}, {"model": "nonsense"}, True, False),
    ],
)
def test_a_plate_and_a_printer_fit_only_by_what_both_say(
    file: dict[str, Any], status: dict[str, Any], wrong: bool, right: bool
) -> None:
    """FM-094: certainly wrong holds; not known to be right blocks."""
    plate = plate_file(**file)
    printer = Context(status=replace(AT_REST, **status)).equipment
    assert is_wrong_printer(plate, printer) is wrong
    assert suits(plate, printer) is right


@pytest.mark.parametrize("unsaid", ["model", "nozzle"])
def test_a_file_that_does_not_say_its_printer_waits_for_a_release(unsaid: str) -> None:
    scene = queued(**{unsaid: None})
    assert held(scene) is Hold.WRONG_PRINTER_MODEL
    scene.event(UpdateTask(task_id="1", hold=False))
    assert held(scene) is None


def test_what_only_the_printer_can_tell_holds_nothing_while_it_has_not_told() -> None:
    scene = queued()
    scene.context = replace(scene.context, status=PrinterStatus())
    assert held(scene) is None


@pytest.mark.parametrize(
    ("model", "needed"),
    [("N1", True), ("N2S", True), ("N7", False), (None, True), ("?", True)],
)
def test_only_printers_known_to_have_storage_need_no_card(
    model: str | None, needed: bool
) -> None:
    assert needs_card(replace(AT_REST, model=model)) is needed


@pytest.mark.parametrize(
    ("status", "there"),
    [
        ({"connected": False}, False),
        ({"complete": False, "card": None}, True),
        ({"complete": False, "card": Card.ABSENT}, False),
        ({"complete": False, "card": Card.NORMAL}, True),
        ({"card": None}, False),
        ({"card": Card.READ_ONLY}, False),
        ({}, True),
        ({"model": "N7", "card": None}, True),
    ],
)
def test_fm_163_a_card_is_gone_as_soon_as_anything_says_so(
    status: dict[str, Any], there: bool
) -> None:
    """Before the first full report only what is said of it counts."""
    assert card_is_there(replace(AT_REST, **status)) is there


def test_fm_100_a_mapping_is_checked_at_the_start_against_what_is_loaded_then() -> None:
    """A spool that was moved meanwhile holds the task; nothing else is printed instead."""
    scene = Scene(cooldown_seconds=0)
    scene.queue(copies=2)
    scene.event(UpdateTask(task_id="1", settings={"ams_mapping": (2,)}))
    run = scene.begins(sha256="b" * 64)
    assert (run.task_id, run.mapping) == ("1", (2,))
    scene.prints(run, PrintState.RUNNING)
    moved = tuple(
        Tray(number, loaded=True, material="PETG" if number == 2 else "PLA")
        for number in range(4)
    )
    (start,) = starts(scene.ends(PrintState.FINISH, trays=moved))
    assert start.run.task_id == "2", "the other task, from a tray that fits"
    assert start.run.mapping != (2,)
    assert held(scene) is Hold.FILAMENT_MISSING
    empty = (Tray(2, loaded=False), *(tray for tray in moved if tray.number != 2))
    scene.reports(trays=empty)
    assert held(scene) is Hold.FILAMENT_MISSING
    scene.reports(trays=None)
    assert held(scene) is None
    assert Reason.FILAMENT_MISSING in scene.reasons


# What was worked out of a queue is what its tasks alone would say


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, Hold.BY_USER]),
            st.sampled_from(["PLA", "PETG", "ABS"]),
            st.sampled_from(["N1", "N2S", None]),
            st.integers(0, 2),
            st.booleans(),
        ),
        max_size=3 * BLOCK,
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["PLA", "PETG", None]),
            st.sampled_from(["N1", "N2S"]),
            st.booleans(),
            st.none() | st.integers(0, 3 * BLOCK),
        ),
        min_size=1,
        max_size=4,
    ),
)
@settings(deadline=None)
def test_the_next_task_is_what_each_task_alone_would_say(
    rows: list[tuple[Hold | None, str, str | None, int, bool]],
    worlds: list[tuple[str | None, str, bool, int | None]],
) -> None:
    tasks = tuple(
        Task(
            task_id=str(number),
            name="Clip",
            plate_file=plate_file(
                model=model,
                filaments=(Filament(slot=1, material=material, grams=5.0),),
            ),
            copies=2,
            finished=finished,
            hold=hold,
            clears_plate=clears,
        )
        for number, (hold, material, model, finished, clears) in enumerate(rows)
    )
    line = Line(tasks=tasks)
    for material, model, swaps, flying in worlds:
        context = Context(
            status=replace(
                AT_REST,
                model=model,
                trays=(Tray(0, loaded=True, material=material),) if material else None,
            ),
            options=Options(require_swap_gcode=swaps),
        )
        run = None
        if flying is not None and flying < len(tasks) and tasks[flying].open:
            run = replace(SOMEBODY, task_id=str(flying))
        line = replace(line, run=run)
        waiting = [one for one in tasks if line.waiting_copies(one) > 0]
        free = [one for one in waiting if hold_of(one, context.equipment) is None]
        assert next_task(line, context.equipment) == (free[0] if free else None)


def test_with_the_queue_and_the_trays_as_they_were_no_hold_is_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many wait: a report comes every second."""
    scene = queued()
    new = NewTask(name="Clip", plate_file=plate_file(model="N2S"))
    scene.event(Enqueue((new,) * 3 * BLOCK))
    scene.event(MoveTask("1", 3 * BLOCK))
    asked: list[Wish] = []

    def counted(wish: Wish, equipment: Equipment) -> Assignment | Unassigned:
        asked.append(wish)
        return trays_for(wish, equipment)

    monkeypatch.setattr(fit, "trays_for", counted)
    scene.reports(filament_in_extruder=False)
    assert len(asked) == len(scene.line.queue.blocks)  # all tasks wish the same
    asked.clear()
    scene.reports(bed_temperature=60.0, layer=3)
    scene.passes(5)
    assert not asked
    scene.event(UpdateTask(task_id="9", copies=2))
    assert len(asked) == 1
    scene.event(UpdateTask(task_id="9", settings={"use_ams": False}))
    assert len(asked) == 3

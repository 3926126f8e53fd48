"""Times and needs of many tasks: always what the plain sums over all plates say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.bambu_batch.bambu.status import PrintState, Tray
from custom_components.bambu_batch.production import course
from custom_components.bambu_batch.production.context import Context, Options
from custom_components.bambu_batch.production.course import Course, cooldown_after
from custom_components.bambu_batch.production.event import (
    Enqueue,
    NewTask,
    SetRunning,
    UpdateTask,
)
from custom_components.bambu_batch.production.forecast import plan
from custom_components.bambu_batch.production.model import (
    BuildPlate,
    Hold,
    Line,
    Phase,
    PrintSettings,
    Spool,
    Task,
)
from custom_components.bambu_batch.production.runout import needs
from custom_components.bambu_batch.production.tasks import BLOCK
from custom_components.bambu_batch.sliced.file import Filament

from . import plainly
from .scene import AT_REST, SOMEBODY, START, Scene, plate_file

CONTEXT = Context(
    status=replace(
        AT_REST,
        trays=(
            Tray(0, loaded=True, material="PLA"),
            Tray(1, loaded=True, material="PETG"),
        ),
    ),
    options=Options(cooldown_seconds=60),
    uptime=AT_REST.received_uptime,
    spools=(Spool(spool="a", tray=0, left=40.0), Spool(spool="b", tray=1)),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "copies": st.integers(2, 4),
            "finished": st.integers(0, 2),
            "seconds": st.sampled_from([None, 60, 600, 600, 600]),
            "cooldown": st.sampled_from([None, None, 0, 300]),
            "hold": st.sampled_from([None, None, None, Hold.BY_USER]),
            "material": st.sampled_from(["PLA", "PLA", "PETG", "ABS"]),
            "grams": st.sampled_from([None, 0.25, 1.5, 3.0]),
            "removed": st.sampled_from([False, False, False, True]),
        }
    ),
    max_size=2 * BLOCK + 10,
)


def task(number: int, row: dict[str, Any]) -> Task:
    return Task(
        task_id=str(number),
        name="Clip",
        plate_file=plate_file(
            seconds=row["seconds"],
            filaments=(Filament(slot=1, material=row["material"], grams=row["grams"]),),
        ),
        copies=row["copies"],
        finished=row["finished"],
        settings=PrintSettings(cooldown_seconds=row["cooldown"]),
        clears_plate=True,
        hold=row["hold"],
        removed=row["removed"],
    )


@given(
    ROWS,
    st.none() | st.integers(0, 2 * BLOCK),
    st.sampled_from(Phase),
    st.sampled_from([PrintState.RUNNING, PrintState.PAUSE]),
    st.booleans(),
)
@settings(deadline=None, max_examples=150)
def test_a_plan_and_its_needs_are_the_plain_sums(
    rows: list[dict[str, Any]],
    flying: int | None,
    phase: Phase,
    state: PrintState,
    running: bool,
) -> None:
    tasks = tuple(task(number, row) for number, row in enumerate(rows))
    run, context = None, CONTEXT
    if flying is not None and flying < len(tasks) and tasks[flying].open:
        run = replace(SOMEBODY, task_id=str(flying), run_id=9, phase=phase)
        status = replace(
            AT_REST, trays=CONTEXT.status.trays, state=state, subtask_id="9"
        )
        context = replace(CONTEXT, status=status)
    plate = BuildPlate(clear=True, job="idle", watched=START)
    line = Line(tasks=tasks, run=run, running=running, plate=plate)
    found = plan(line, context, START)
    assert (found.current is None) is (run is None or phase is Phase.UNCERTAIN)
    expected = plainly.planned(line, context, found)
    assert list(found.tasks.items()) == list(expected.tasks.items())
    assert len(found.tasks) == len(expected.tasks)
    assert found.remaining_seconds == expected.remaining
    assert found.finish == expected.finish
    assert found.plates == tuple(expected.plates)
    if found.current is None:
        assert {
            need.tray: (
                need.grams,
                need.runs_out
                and (need.runs_out.task_id, need.runs_out.copy, need.runs_out.plate),
            )
            for need in needs(line, context, found)
        } == plainly.taken(line, context)


def test_nothing_is_planned_of_a_task_that_is_not_there() -> None:
    found = plan(Line(), CONTEXT, START)
    assert "1" not in found.tasks
    assert found.tasks.get("1") is None
    with pytest.raises(KeyError):
        found.tasks["1"]
    assert Course().turn("1") is None


def test_a_report_moves_a_plan_and_works_out_no_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A minute later the first start is a minute later: the course is the same object."""
    scene = Scene(cooldown_seconds=0)
    scene.event(Enqueue((NewTask(name="Clip", plate_file=plate_file()),) * 3 * BLOCK))
    scene.event(SetRunning(True))
    scene.line = replace(
        scene.line,
        plate=BuildPlate(clear=True, job="idle", watched=START, uptime=scene.uptime),
    )
    asked: list[str] = []

    def counted(task: Task, seconds: int) -> int:
        asked.append(task.task_id)
        return cooldown_after(task, seconds)

    monkeypatch.setattr(course, "cooldown_after", counted)
    before = plan(scene.line, scene.context, scene.now)
    assert len(asked) == 3 * BLOCK
    asked.clear()
    scene.passes(60)
    after = plan(scene.line, scene.context, scene.now, before)
    assert not asked
    assert after.course is before.course
    assert after.start is not None
    assert before.start is not None
    assert after.start - before.start == timedelta(minutes=1)
    scene.event(UpdateTask(task_id="70", copies=5))
    plan(scene.line, scene.context, scene.now, after)
    assert 0 < len(asked) <= BLOCK

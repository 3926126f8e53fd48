"""What a card is told of a changed queue: enough, and little."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
import random
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.card_file import name_on_card
from custom_components.bambu_batch.production.context import Options
from custom_components.bambu_batch.production.event import (
    ClearQueue,
    ConfirmPlateClear,
    Enqueue,
    Event,
    MoveTask,
    NewTask,
    Refused,
    RemoveTasks,
    SetRunning,
    UpdateTask,
)
from custom_components.bambu_batch.production.model import PlateFile
from custom_components.bambu_batch.views.sheet import Sheet
from tests.production.scene import AT_REST, plate_file

from .told import Told, running

MANY = 500
KILOBYTE = 1000


@pytest.mark.parametrize(
    "change",
    [
        lambda told: MoveTask(told.ids[-1], 1),
        lambda told: MoveTask(told.ids[1], MANY),
        lambda told: MoveTask(told.ids[400], 100),
        lambda told: RemoveTasks((told.ids[MANY // 2],)),
        lambda told: UpdateTask(task_id=told.ids[1], copies=9),
        lambda told: UpdateTask(task_id=told.ids[200], hold=True),
        lambda told: UpdateTask(task_id=told.ids[200], name="Other"),
        lambda told: SetRunning(False),
        lambda told: Enqueue((NewTask(name="New", plate_file=plate_file()),)),
        lambda told: Enqueue((NewTask(name="New", plate_file=plate_file()),), 1),
    ],
    ids=[
        "to the front", "to the end", "forward", "remove", "copies", "hold", "rename",
        "pause", "append", "at the front",
    ],
)  # fmt: skip
def test_one_change_of_a_long_queue_is_told_in_less_than_a_kilobyte(
    change: Callable[[Told], Event],
) -> None:
    told = running(MANY)
    told.do(change(told))
    assert told.said["type"] == "change"
    assert 0 < told.bytes < KILOBYTE
    told.check()


def test_a_moved_task_and_its_neighbours_times_are_told_apart() -> None:
    told = running(MANY)
    first, second, *others, last = told.ids
    told.do(MoveTask(last, 2))
    assert told.said["placed"] == [{"after": first, "tasks": [last]}]
    sooner, later = told.said["shifted"]
    assert (sooner["from"], sooner["to"]) == (last, last)
    assert (later["from"], later["to"]) == (second, others[-1])
    assert sooner["seconds"] < 0 < later["seconds"]
    assert "tasks" not in told.said


def test_a_queue_in_order_tells_only_the_new_start_when_the_print_takes_longer() -> (
    None
):
    told = running(MANY)
    told.scene.prints(told.scene.run, PrintState.RUNNING, remaining_minutes=10)
    told.look()
    told.scene.prints(told.scene.run, PrintState.RUNNING, remaining_minutes=30)
    told.look()
    assert told.said.keys() == {"type", "printer", "tasks"}
    assert told.said["tasks"].keys() == {told.scene.run.task_id}
    assert told.bytes < KILOBYTE
    told.check()


def test_times_that_move_by_less_than_a_minute_are_not_told_until_they_add_up() -> None:
    told = running(MANY)
    told.scene.prints(told.scene.run, PrintState.RUNNING, remaining_minutes=10)
    told.look()
    finish = told.plan.running
    assert finish is not None
    said = []
    for seconds in range(20, 121, 20):
        later = (finish[0], finish[1] + timedelta(seconds=seconds))
        told.plan = replace(told.plan, running=later)
        told.scene.now += timedelta(seconds=1)
        told.scene.reports(remaining_minutes=10 + seconds // 60)
        told.look()
        said.append(told.said.keys() > {"type"})
        told.check()
    assert True in said
    assert said.count(False) >= said.count(True)


def test_a_file_that_is_sent_is_told_of_all_its_tasks_at_once() -> None:
    told = Told(MANY)
    sent = name_on_card(told.scene.line.tasks[0].plate_file, Options())
    told.scene.line = replace(told.scene.line, transfer=sent)
    told.look()
    (group,) = told.said["alike"]
    assert group["fields"] == {"status": "uploading"}
    assert (group["from"], group["to"]) == (told.ids[0], told.ids[-1])
    told.check()


def test_trays_that_hold_all_tasks_are_told_at_once() -> None:
    told = running(MANY)
    told.scene.reports(trays=())
    told.look()
    assert told.bytes < KILOBYTE
    told.check()


def test_a_short_queue_is_told_task_by_task_and_with_its_whole_order() -> None:
    told = Told(3)
    told.do(MoveTask("3", 1))
    assert told.said["order"] == ["3", "1", "2"]
    told.scene.line = replace(
        told.scene.line, transfer=name_on_card(plate_file(), Options())
    )
    told.look()
    assert told.said["tasks"] == {key: {"status": "uploading"} for key in "123"}
    told.check()


def test_a_queue_that_is_all_but_gone_is_told_anew() -> None:
    told = running(MANY)
    told.do(ClearQueue())
    assert told.said["type"] == "full"
    told.check()


def test_nothing_is_told_where_nothing_changed() -> None:
    told = running(MANY)
    told.look()
    assert told.said == {"type": "change"}


def test_a_long_queue_is_not_read_for_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    told = running(MANY)
    rows: list[str] = []
    row = Sheet.row

    def counted(self: Sheet, *place: Any) -> Any:
        view = row(self, *place)
        rows.append(view["task_id"])
        return view

    monkeypatch.setattr(Sheet, "row", counted)
    told.do(MoveTask(told.ids[-1], 1))
    assert len(rows) < 5


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tasks", [7, 250])
def test_whatever_happens_the_card_shows_what_a_new_card_is_shown(
    seed: int, tasks: int
) -> None:
    dice = random.Random(seed)
    told = running(tasks)
    scene = told.scene

    def some() -> str:
        return dice.choice(told.ids or ["1"])

    def place() -> int:
        return dice.randint(1, len(told.ids) + 1)

    def file() -> PlateFile:
        seconds = dice.choice([300, 600, None]) if seed % 2 else 300
        return plate_file(seconds=seconds, sha256=dice.choice("ab") * 64)

    def prints(state: PrintState, **fields: Any) -> None:
        if scene.line.run is not None:
            scene.carry(scene.prints(scene.run, state, **fields))

    happenings: list[Callable[[], object]] = [
        lambda: told.do(MoveTask(some(), place())),
        lambda: told.do(MoveTask(some(), place())),
        lambda: told.do(
            RemoveTasks(tuple({some() for _ in range(dice.randint(1, 3))}))
        ),
        lambda: told.do(UpdateTask(task_id=some(), copies=dice.randint(1, 5))),
        lambda: told.do(UpdateTask(task_id=some(), hold=dice.random() < 0.5)),
        lambda: told.do(SetRunning(dice.random() < 0.7)),
        lambda: told.do(ConfirmPlateClear()),
        lambda: told.enqueue(file(), file(), position=dice.choice([None, place()])),
        lambda: scene.option(cooldown_seconds=dice.choice([60, 60, 90])),
        lambda: scene.reports(trays=dice.choice([(), AT_REST.trays])),
        lambda: prints(PrintState.RUNNING, remaining_minutes=9),
        lambda: prints(PrintState.FINISH),
        lambda: scene.carry(scene.passes(dice.choice([5, 70]))),
        lambda: setattr(
            scene,
            "line",
            replace(
                scene.line,
                transfer=dice.choice([None, name_on_card(plate_file(), Options())]),
            ),
        ),
    ]
    for _ in range(40):
        happening = dice.choice(happenings)
        with suppress(Refused):
            happening()
        told.look()
        told.check()

"""A step that touches each of many tasks takes long; any other takes no longer in a long queue."""

from dataclasses import replace

import pytest

from custom_components.bambu_batch.production.event import (
    ClearQueue,
    ContextChanged,
    Enqueue,
    Event,
    MoveTask,
    NewTask,
    RemoveTasks,
    RestoreTasks,
)
from custom_components.bambu_batch.production.long_step import MANY, takes_long
from custom_components.bambu_batch.production.model import Line

from .scene import Scene, plate_file

NEW = NewTask(name="Clip", plate_file=plate_file())
IDS = tuple(str(number) for number in range(MANY + 1))


def queue(tasks: int) -> Line:
    scene = Scene()
    scene.event(Enqueue((NEW,) * tasks))
    return scene.line


@pytest.mark.parametrize(
    "event", [ContextChanged(), Enqueue((NEW,)), MoveTask("1", 3), RemoveTasks(("1",))]
)
def test_one_task_of_many_is_no_long_step(event: Event) -> None:
    assert not takes_long(queue(MANY * 3), event)


@pytest.mark.parametrize("event", [RemoveTasks(IDS), RestoreTasks(IDS), ClearQueue()])
def test_many_tasks_are(event: Event) -> None:
    assert takes_long(queue(MANY + 1), event)


def test_many_new_tasks_are() -> None:
    assert takes_long(Line(), Enqueue((NEW,) * (MANY + 1)))
    assert not takes_long(Line(), Enqueue((NEW,) * MANY))


def test_a_short_queue_is_cleared_at_once() -> None:
    assert not takes_long(queue(MANY), ClearQueue())


def test_a_clear_and_what_follows_as_long_as_its_tasks_are_kept() -> None:
    scene = Scene(queue(MANY + 1))
    scene.event(ClearQueue())
    assert takes_long(scene.line, ContextChanged())
    assert not takes_long(replace(scene.line, removed=()), ContextChanged())

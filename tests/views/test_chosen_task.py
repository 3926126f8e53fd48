"""The names by which a waiting task is chosen."""

from dataclasses import replace

from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.views.chosen_task import labels
from tests.production.scene import Scene


class Counted(str):  # noqa: SLOT000
    """A name that counts how often it is written into another."""

    written = 0

    def __format__(self, spec: str) -> str:
        Counted.written += 1
        return super().__format__(spec)


def named(*names: str) -> Line:
    """Return a line of waiting tasks with these names."""
    scene = Scene()
    scene.queue()
    (task,) = scene.line.tasks
    tasks = (replace(task, task_id=str(at), name=one) for at, one in enumerate(names))
    return replace(scene.line, tasks=tuple(tasks))


def test_equal_names_are_numbered() -> None:
    line = named("a", "a (2)", "a", "b", "a")
    assert list(labels(line).values()) == ["a", "a (2)", "a (3)", "b", "a (4)"]


def test_numbering_takes_one_step_a_task() -> None:
    Counted.written = 0
    line = named(*[Counted("a")] * 1000)
    assert len(set(labels(line).values())) == 1000
    assert Counted.written < 2 * 1000

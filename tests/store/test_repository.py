"""Loading gives back exactly what was saved, and saving writes only what changed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from traceback import format_exception
from typing import Any

from hypothesis import given, strategies as st
import orjson
import pytest
from sqlalchemy import event, select, update

from custom_components.bambu_batch.production.model import (
    ClearingNote,
    Line,
    RemoteFile,
    RemovedTask,
    Task,
)
from custom_components.bambu_batch.store import schema
from custom_components.bambu_batch.store.errors import StoreConflict, StoreError
from custom_components.bambu_batch.store.repository import Repository

from .examples import SERIAL, START, UNHURRIED, lines, record, run, task


@pytest.fixture(autouse=True)
def forget(repository: Repository) -> None:
    repository.remove(SERIAL)


def reloaded(url: str) -> Line | None:
    """Return the line as another process would see it."""
    with Repository(url) as other:
        return other.load(SERIAL)


def test_a_new_printer_has_no_line(repository: Repository) -> None:
    assert repository.load(SERIAL) is None


@given(line=lines)
@UNHURRIED
def test_any_line_comes_back_as_it_was(repository: Repository, line: Line) -> None:
    repository.remove(SERIAL)
    repository.save(SERIAL, None, line)
    assert repository.load(SERIAL) == line


@given(before=lines, after=lines)
@UNHURRIED
def test_any_step_comes_back_as_it_was(
    repository: Repository, before: Line, after: Line
) -> None:
    repository.remove(SERIAL)
    repository.save(SERIAL, None, before)
    repository.save(SERIAL, before, after)
    assert repository.load(SERIAL) == after


def test_another_process_reads_what_was_saved(repository: Repository, url: str) -> None:
    line = Line(tasks=(task(1), task(2)), run=run(), running=True)
    repository.save(SERIAL, None, line)
    assert reloaded(url) == line


def test_lines_of_several_printers_are_apart(repository: Repository) -> None:
    one, other = Line(tasks=(task(1),)), Line(tasks=(task(1, name="Other"), task(2)))
    repository.save(SERIAL, None, one)
    repository.save("0390", None, other)
    repository.save(SERIAL, one, Line())
    assert repository.load("0390") == other
    repository.remove("0390")
    assert repository.load(SERIAL) == Line()
    assert repository.load("0390") is None


class Watch:
    """Notes which tables the repository writes, and how many rows."""

    def __init__(self, repository: Repository) -> None:
        self.writes: list[tuple[str, str, int]] = []
        event.listen(repository._engine, "after_cursor_execute", self._note)

    def _note(
        self,
        _c: Any,
        _cursor: Any,
        statement: str,
        parameters: Any,
        _x: Any,
        many: bool,
    ) -> None:
        verb, *words = statement.split()
        if verb in ("INSERT", "UPDATE", "DELETE"):
            table = next(word for word in words if word.startswith("bambu_batch_"))
            rows = len(parameters) if many else 1
            self.writes.append((verb, table.removeprefix("bambu_batch_"), rows))


@pytest.fixture(name="line")
def line_fixture(repository: Repository) -> Line:
    line = Line(
        tasks=tuple(task(number) for number in range(1, 6)),
        run=run(),
        remote=(RemoteFile(name="a", sha256="a"),),
        clearing_notes=(ClearingNote(sha256="a", plate=1, clears=True),),
    )
    repository.save(SERIAL, None, line)
    return line


def test_a_tick_writes_one_row(repository: Repository, line: Line) -> None:
    watch = Watch(repository)
    repository.save(SERIAL, line, replace(line, reported_error=7))
    assert watch.writes == [("UPDATE", "lines", 1)]


def test_one_changed_task_writes_its_row_only(
    repository: Repository, line: Line
) -> None:
    watch = Watch(repository)
    repository.save(SERIAL, line, line.with_task(task(3, finished=1)))
    assert watch.writes == [("UPDATE", "lines", 1), ("UPDATE", "tasks", 1)]


@pytest.mark.parametrize(
    "order", [(5, 1, 2, 3, 4), (2, 3, 4, 5, 1), (1, 4, 2, 3, 5), (2, 1, 3, 4, 5)]
)
def test_a_move_writes_one_row(
    repository: Repository, line: Line, order: tuple[int, ...]
) -> None:
    moved = replace(line, tasks=tuple(line.tasks[number - 1] for number in order))
    watch = Watch(repository)
    repository.save(SERIAL, line, moved)
    assert watch.writes == [("UPDATE", "lines", 1), ("UPDATE", "tasks", 1)]
    assert repository.load(SERIAL) == moved


def test_a_removed_task_stays_in_its_row_and_so_does_a_restored_one(
    repository: Repository, line: Line
) -> None:
    kept = tuple(one for one in line.tasks if one.task_id != "3")
    gone = RemovedTask(task=task(3, removed=True, removed_at=START), behind="2")
    without = replace(line, tasks=kept, removed=(gone,))
    watch = Watch(repository)
    repository.save(SERIAL, line, without)
    assert watch.writes == [("UPDATE", "lines", 1), ("UPDATE", "tasks", 1)]
    assert repository.load(SERIAL) == without
    watch.writes.clear()
    repository.save(SERIAL, without, line)
    assert watch.writes == [("UPDATE", "lines", 1), ("UPDATE", "tasks", 1)]
    assert repository.load(SERIAL) == line
    repository.save(SERIAL, line, without)
    watch.writes.clear()
    forgotten = replace(without, removed=())
    repository.save(SERIAL, without, forgotten)
    assert watch.writes == [("UPDATE", "lines", 1), ("DELETE", "tasks", 1)]
    assert repository.load(SERIAL) == forgotten


def test_many_tasks_that_leave_and_return_come_back_in_their_order(
    repository: Repository, line: Line
) -> None:
    gone = tuple(
        RemovedTask(task=replace(one, removed=True, removed_at=START), behind=behind)
        for one, behind in zip(line.tasks[1:], ("1", "2", "3", "4"), strict=True)
    )
    cleared = replace(line, tasks=line.tasks[:1], removed=gone)
    repository.save(SERIAL, line, cleared)
    assert repository.load(SERIAL) == cleared
    mixed = replace(
        line,
        tasks=(line.tasks[3], line.tasks[0], task(9), line.tasks[1]),
        removed=(gone[3], gone[1]),
    )
    repository.save(SERIAL, cleared, mixed)
    assert repository.load(SERIAL) == mixed


def test_tasks_put_to_the_front_write_one_row_each(
    repository: Repository, line: Line
) -> None:
    """Behind the one in print: the gap there is used again and again."""
    for number in range(10, 110):
        first, *others = line.tasks
        after = replace(line, tasks=(first, task(number), *others))
        watch = Watch(repository)
        repository.save(SERIAL, line, after)
        assert watch.writes == [("UPDATE", "lines", 1), ("INSERT", "tasks", 1)]
        line = after
    assert repository.load(SERIAL) == line


def test_where_a_gap_is_used_up_the_rows_around_it_move(
    repository: Repository, line: Line
) -> None:
    rows = []
    for number in range(10, 40):
        *others, last = line.tasks
        after = replace(line, tasks=(*others, task(number), last))
        watch = Watch(repository)
        repository.save(SERIAL, line, after)
        rows.append(sum(count for _, table, count in watch.writes if table == "tasks"))
        line = after
    assert repository.load(SERIAL) == line
    assert max(rows) > 1, "this gap was not used up"
    assert sum(rows) < 5 * len(rows)


shuffles = st.lists(st.integers(1, 12), unique=True).map(
    lambda numbers: tuple(task(number, name=f"{number % 5}") for number in numbers)
)


@given(st.lists(shuffles, min_size=2, max_size=5))
@UNHURRIED
def test_any_order_comes_back_however_often_it_changes(
    repository: Repository, orders: list[tuple[Task, ...]]
) -> None:
    repository.remove(SERIAL)
    before = None
    for tasks in orders:
        after = Line(tasks=tasks)
        repository.save(SERIAL, before, after)
        assert repository.load(SERIAL) == after
        before = after


def test_a_queue_from_before_the_gaps_goes_on(repository: Repository) -> None:
    """Its rows are numbered without gaps, and not counted."""
    line = Line(tasks=tuple(task(number) for number in range(1, 6)))
    repository.save(SERIAL, None, line)
    with repository._writing() as connection:
        for at, one in enumerate(line.tasks):
            connection.execute(
                update(schema.tasks)
                .where(schema.tasks.c.task_id == one.task_id)
                .values(position=at)
            )
        document = connection.execute(select(schema.lines.c.document)).scalar_one()
        old = orjson.loads(document)
        del old["rows"]
        connection.execute(
            update(schema.lines).values(document=orjson.dumps(old).decode())
        )
    assert repository.load(SERIAL) == line
    for order in ((1, 5, 2, 3, 4), (4, 1, 2, 5, 3)):
        after = replace(line, tasks=tuple(task(number) for number in order))
        repository.save(SERIAL, line, after)
        assert repository.load(SERIAL) == after
        line = after


def test_a_run_that_ends_leaves_the_line_and_enters_the_history_at_once(
    repository: Repository, line: Line
) -> None:
    watch = Watch(repository)
    repository.save(SERIAL, line, replace(line, run=None), [record()])
    assert watch.writes[:2] == [("UPDATE", "lines", 1), ("DELETE", "runs_in_flight", 1)]
    assert ("INSERT", "runs", 1) in watch.writes[2:]


def test_a_step_that_cannot_be_stored_whole_is_not_stored_at_all(
    repository: Repository, line: Line
) -> None:
    repository.save(SERIAL, line, line, [record(1)])
    after = replace(line, run=None)
    with pytest.raises(StoreError):
        repository.save(SERIAL, line, after, [record(2), record(1)])
    assert repository.load(SERIAL) == line
    assert [entry.record.run.run_id for entry in repository.history(SERIAL)] == [1]
    repository.save(SERIAL, line, after, [record(2)])
    assert repository.load(SERIAL) == after


def test_what_could_not_be_loaded_is_not_saved(
    repository: Repository, line: Line
) -> None:
    with pytest.raises(StoreError):
        repository.save(SERIAL, line, line.with_task(task(1, name="\udcff.3mf")))
    assert repository.load(SERIAL) == line


def test_two_tasks_of_one_id_are_refused(repository: Repository, line: Line) -> None:
    with pytest.raises(StoreError):
        repository.save(SERIAL, line, replace(line, tasks=(task(1), task(1))))
    assert repository.load(SERIAL) == line


def test_who_has_not_seen_the_last_save_cannot_save(
    repository: Repository, line: Line, url: str
) -> None:
    with Repository(url) as other:
        seen = other.load(SERIAL)
        assert seen == line
        after = replace(line, running=True)
        repository.save(SERIAL, line, after)
        with pytest.raises(StoreConflict):
            other.save(SERIAL, seen, replace(line, plates_left=3))
        assert other.load(SERIAL) == after
        other.save(SERIAL, after, line)
    with pytest.raises(StoreConflict):
        repository.save(SERIAL, after, line)


def test_a_new_line_never_replaces_a_stored_one(
    repository: Repository, line: Line, url: str
) -> None:
    with Repository(url) as other, pytest.raises(StoreConflict):
        other.save(SERIAL, None, Line())
    assert repository.load(SERIAL) == line


def test_a_line_that_was_never_loaded_cannot_be_saved(url: str, line: Line) -> None:
    with Repository(url) as other, pytest.raises(StoreConflict):
        other.save(SERIAL, line, Line())


def test_a_removed_printer_takes_its_rows_along(
    repository: Repository, line: Line
) -> None:
    repository.save(SERIAL, line, line, [record()])
    repository.remove(SERIAL)
    assert repository.load(SERIAL) is None
    assert repository.history(SERIAL) == []
    repository.save(SERIAL, None, Line())
    assert repository.load(SERIAL) == Line()


def test_an_error_never_tells_the_printer_s_serial(
    repository: Repository, line: Line
) -> None:
    repository.save(SERIAL, line, line, [record(1)])
    with pytest.raises(StoreError) as caught:
        repository.save(SERIAL, line, line, [record(1)])
    assert SERIAL not in "".join(format_exception(caught.value))


def test_printers_save_side_by_side(repository: Repository) -> None:
    def work(serial: str) -> Line:
        line: Line | None = repository.load(serial)
        for number in range(20):
            after = Line(tasks=tuple(task(one) for one in range(number)))
            repository.save(serial, line, after, [record(number + 1)])
            line = after
        assert line is not None
        return line

    serials = [f"{SERIAL}{number}" for number in range(8)]
    with ThreadPoolExecutor(len(serials)) as pool:
        lines = list(pool.map(work, serials))
    for serial, line in zip(serials, lines, strict=True):
        assert repository.load(serial) == line
        assert repository.totals(serial).runs == 20
        repository.remove(serial)

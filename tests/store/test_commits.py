"""Writes that wait are committed together, in their order, and each fails alone (FM-176)."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
import sqlite3
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, event

from custom_components.bambu_batch.production.model import Consumption, Line
from custom_components.bambu_batch.store import history
from custom_components.bambu_batch.store.database import WRITES, file_url
from custom_components.bambu_batch.store.errors import (
    StoreConflict,
    StoreFull,
    StoreLocked,
    StoreUnavailable,
    StoreUnwritable,
)
from custom_components.bambu_batch.store.repository import Repository

from .examples import plate_file, record, run, task

SERIALS = [f"0390{number:03}" for number in range(100)]
LINE = Line(tasks=(task(1), task(2)), run=run(task_id="1"))
AFTER = replace(LINE, run=run(task_id="1", layer=7))


@pytest.fixture(autouse=True)
def lines(repository: Repository) -> Iterator[None]:
    """Store a line of every printer; a second program must not see the main file change."""
    repository.pause_checkpoints()
    for answer in [repository.begin_save(serial, None, LINE) for serial in SERIALS]:
        answer.result()
    yield
    for serial in SERIALS:
        repository.remove(serial)
    repository.resume_checkpoints()


@contextmanager
def busy(repository: Repository) -> Iterator[None]:
    """Let the disk be busy: what is asked for meanwhile waits."""
    free = Event()
    repository._commits._submit(free.wait)
    try:
        yield
    finally:
        free.set()


class Count:
    """Counts the commits, and sees whether an answer came before its commit."""

    def __init__(self) -> None:
        self.commits = 0
        self.answers: list[Future[int]] = []

    def note(self, connection: Connection) -> None:
        if not connection.get_execution_options().get(WRITES):
            return
        self.commits += 1
        assert not any(answer.done() for answer in self.answers)


@pytest.fixture(name="count")
def count_fixture(repository: Repository) -> Iterator[Count]:
    count = Count()
    event.listen(repository._engine, "commit", count.note)
    yield count
    event.remove(repository._engine, "commit", count.note)


def test_fm_176_a_hundred_steps_that_wait_cost_one_commit(
    repository: Repository, count: Count
) -> None:
    answered: list[Future[int]] = []
    with busy(repository):
        for serial in SERIALS:
            answer = repository.begin_save(serial, LINE, AFTER)
            answer.add_done_callback(answered.append)
            count.answers.append(answer)
    for answer in count.answers:
        answer.result(60)
    assert count.commits == 1
    assert answered == count.answers, "nobody was overtaken"
    assert {serial: repository.load(serial) for serial in SERIALS} == dict.fromkeys(
        SERIALS, AFTER
    )


def test_fm_176_the_books_wait_in_the_same_row(
    repository: Repository, count: Count
) -> None:
    first, second = SERIALS[:2]
    repository.save(first, LINE, AFTER, [record()])
    assert count.commits == 1
    with busy(repository):
        answers: list[Future[Any]] = [
            repository.begin_save(second, LINE, AFTER),
            repository._commits.ask(partial(_book, first)),
            repository.begin_save(first, AFTER, LINE),
        ]
    assert all(answer.result(60) for answer in answers)
    assert count.commits == 2
    assert repository.unbooked(first) == []


def _book(serial: str, connection: Connection) -> bool:
    return history.book(connection, serial, 1, Consumption(filaments=()), {})


def test_fm_176_a_step_that_fails_takes_no_other_with_it(
    repository: Repository, url: str
) -> None:
    good, stolen, odd, twice, last = SERIALS[:5]
    with Repository(url) as other:
        assert other.load(stolen) == LINE
        other.save(stolen, LINE, Line())
    with busy(repository):
        answers = [
            repository.begin_save(good, LINE, AFTER),
            repository.begin_save(stolen, LINE, AFTER),
            repository.begin_save(odd, LINE, LINE.with_task(task(1, name="\udcff"))),
            repository.begin_save(twice, LINE, AFTER, [record(2), record(2)]),
            repository.begin_save(last, LINE, AFTER, [record(2)]),
        ]
    assert answers[0].exception(60) is None
    assert isinstance(answers[1].exception(60), StoreConflict)
    assert isinstance(answers[2].exception(60), StoreUnwritable)
    assert answers[3].exception(60) is not None
    assert answers[4].exception(60) is None
    with Repository(url) as other:
        found = [other.load(serial) for serial in (good, stolen, odd, twice, last)]
        assert found == [AFTER, Line(), LINE, LINE, AFTER]
        assert [len(other.history(serial)) for serial in (twice, last)] == [0, 1]
    repository.save(odd, LINE, AFTER)  # it may go on from the line that it kept
    repository.save(twice, LINE, AFTER)
    repository.save(good, AFTER, LINE)


def test_a_step_that_nobody_waits_for_any_more_is_not_written(
    repository: Repository,
) -> None:
    with busy(repository):
        answer = repository.begin_save(SERIALS[0], LINE, AFTER)
        assert answer.cancel()
    repository._commits.between(lambda: None)
    assert repository.load(SERIALS[0]) == LINE


@pytest.fixture(name="path")
def path_fixture(tmp_path: Path) -> Path:
    return tmp_path / "queue.db"


def test_fm_176_an_error_of_the_commit_is_everybody_s(path: Path) -> None:
    serials = SERIALS[:3]
    with Repository(file_url(path), lock_timeout=0.1) as repository:
        for serial in serials:
            repository.save(serial, None, LINE)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with busy(repository):
            answers = [repository.begin_save(serial, LINE, AFTER) for serial in serials]
        assert [type(answer.exception(60)) for answer in answers] == [StoreLocked] * 3
        other.close()
        assert [repository.load(serial) for serial in serials] == [LINE] * 3
        for serial in serials:
            repository.save(serial, LINE, AFTER)


def test_fm_176_a_step_too_big_for_the_disk_fails_alone(path: Path) -> None:
    first, big, last = SERIALS[:3]
    with Repository(file_url(path)) as repository:
        for serial in (first, big, last):
            repository.save(serial, None, LINE)
        repository.save(first, LINE, replace(LINE, tasks=(task(1), task(2), task(3))))
        repository.save(first, replace(LINE, tasks=(task(1), task(2), task(3))), LINE)
        with repository._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        long = LINE.with_task(task(1, plate_file=plate_file(file="f" * 100_000)))
        with busy(repository):
            answers = [
                repository.begin_save(first, LINE, AFTER),
                repository.begin_save(big, LINE, long),
                repository.begin_save(last, LINE, AFTER),
            ]
        assert isinstance(answers[1].exception(60), StoreFull)
        assert [answers[0].exception(60), answers[2].exception(60)] == [None, None]
        found = [repository.load(serial) for serial in (first, big, last)]
        assert found == [AFTER, LINE, AFTER]


def test_what_waits_is_committed_before_the_end_and_nothing_after_it(
    path: Path,
) -> None:
    repository = Repository(file_url(path))
    with busy(repository):
        answer = repository.begin_save(SERIALS[0], None, LINE)
    repository.close()
    assert answer.done()
    with pytest.raises(StoreUnavailable):
        repository.begin_save(SERIALS[0], LINE, AFTER)
    with Repository(file_url(path)) as again:
        assert again.load(SERIALS[0]) == LINE


def test_what_is_refused_at_the_end_is_not_written_with_what_still_waits(
    path: Path,
) -> None:
    repository = Repository(file_url(path))
    with busy(repository):
        repository.begin_save(SERIALS[0], None, LINE)
        repository._commits._thread.shutdown(wait=False)
        with pytest.raises(StoreUnavailable):
            repository.begin_save(SERIALS[1], None, LINE)
    repository.close()
    with Repository(file_url(path)) as again:
        assert again.load(SERIALS[0]) == LINE
        assert again.load(SERIALS[1]) is None

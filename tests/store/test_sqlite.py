"""The embedded database: what it promises, and that damage is never taken for an empty queue."""

from collections.abc import Callable
import os
from pathlib import Path
import sqlite3
from traceback import format_exception

import pytest
from sqlalchemy import Engine

from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.store import (
    database,
    repository as repository_module,
)
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.errors import (
    StoreCorrupt,
    StoreFull,
    StoreLocked,
    StoreTooNew,
    StoreUnavailable,
)
from custom_components.bambu_batch.store.repository import (
    SAVES_PER_CHECKPOINT,
    Repository,
)

from .examples import SERIAL, plate_file, record, run, task

LINE = Line(tasks=(task(1), task(2), task(3)), running=True, run=run(task_id="3"))


@pytest.fixture(name="path")
def path_fixture(tmp_path: Path) -> Path:
    """Return the file of a closed database with a line in it."""
    path = tmp_path / "queue.db"
    with Repository(file_url(path)) as repository:
        repository.save(SERIAL, None, LINE, [record()])
    return path


def load(path: Path) -> Line | None:
    with Repository(file_url(path), lock_timeout=0.1) as repository:
        return repository.load(SERIAL)


def execute(path: Path, *statements: str) -> None:
    """Do something to the database behind the repository's back."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def settle(repository: Repository) -> None:
    """Wait for what follows a commit: its caller does not."""
    repository._commits.between(lambda: None)


def test_commits_outlive_a_power_cut_by_the_database_s_own_settings(path: Path) -> None:
    with (
        Repository(file_url(path)) as repository,
        repository._engine.connect() as connection,
    ):
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_log_is_brought_in_now_and_then(path: Path) -> None:
    with Repository(file_url(path)) as repository:
        line, before = repository.load(SERIAL), path.read_bytes()
        assert line is not None
        for number in range(SAVES_PER_CHECKPOINT):
            assert path.read_bytes() == before
            after = line.with_task(task(1, name=f"Name {number}"))
            repository.save(SERIAL, line, after)
            line = after
        settle(repository)
        assert path.read_bytes() != before


def test_a_log_that_cannot_be_brought_in_fails_no_save_and_is_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk: the commit fits into the log, the main file cannot grow."""
    full = True
    tried = 0

    def checkpoint(engine: Engine) -> None:
        nonlocal tried
        tried += 1
        if full:
            raise StoreFull
        database.checkpoint(engine)

    monkeypatch.setattr(repository_module, "checkpoint", checkpoint)
    with Repository(file_url(path)) as repository:
        line, before = repository.load(SERIAL), path.read_bytes()
        for number in range(SAVES_PER_CHECKPOINT + 2):
            after = LINE.with_task(task(1, name=f"Name {number}"))
            repository.save(SERIAL, line, after)
            line = after
        repository.pause_checkpoints()
        repository.save(SERIAL, line, LINE)
        settle(repository)
        assert tried == 3, "at every save, but never in a backup"
        repository.resume_checkpoints()
        assert tried == 4
        assert load(path) == repository.load(SERIAL) == LINE
        assert path.read_bytes() == before
        assert caplog.text.count("stays beside") == 1

        full = False
        repository.save(SERIAL, LINE, Line())
        settle(repository)
        assert path.read_bytes() != before
        repository.save(SERIAL, Line(), LINE)
        settle(repository)
        assert tried == 5, "the next one is not due yet"


def test_a_locked_database_is_said_to_be_locked_and_nothing_is_written(
    path: Path,
) -> None:
    """FM-128."""
    with Repository(file_url(path), lock_timeout=0.1) as repository:
        before = repository.load(SERIAL)
        after = LINE.with_task(task(1, finished=1))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked):
            repository.save(SERIAL, before, after)
        assert repository.load(SERIAL) == LINE
        other.close()
        repository.save(SERIAL, before, after)
        assert repository.load(SERIAL) == after


def test_a_lock_that_is_released_in_time_is_waited_for(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked):
        load(path)
    other.close()
    assert load(path) == LINE


def test_a_full_disk_is_said_to_be_full_and_the_old_line_stays(path: Path) -> None:
    with Repository(file_url(path)) as repository:
        repository.load(SERIAL)
        with repository._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        big = LINE.with_task(task(1, plate_file=plate_file(file="f" * 100_000)))
        with pytest.raises(StoreFull):
            repository.save(SERIAL, LINE, big)
        assert repository.load(SERIAL) == LINE
        repository.save(SERIAL, LINE, LINE.with_task(task(1, name="short")))
    with Repository(file_url(path)) as repository:
        assert repository.load(SERIAL) == LINE.with_task(task(1, name="short"))


def overwritten(at: float) -> Callable[[bytes], bytes]:
    """Return what overwrites 3000 bytes somewhere."""

    def damage(content: bytes) -> bytes:
        begin = int(len(content) * at)
        return content[:begin] + b"\xa5" * 3000 + content[begin + 3000 :]

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b"not a database at all" * 500, id="other file"),
        pytest.param(lambda content: content[: len(content) // 2], id="truncated"),
        pytest.param(lambda content: content[:50], id="header only"),
        pytest.param(overwritten(0), id="overwritten header"),
        pytest.param(overwritten(0.1), id="overwritten schema"),
        pytest.param(overwritten(0.5), id="overwritten middle"),
    ],
)
def test_a_damaged_file_is_an_error_and_stays_as_it_is(
    path: Path, damage: Callable[[bytes], bytes]
) -> None:
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(StoreCorrupt):
        load(path)
    assert path.read_bytes() == damaged


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bambu_batch_lines SET document = '{'",
        "UPDATE bambu_batch_lines SET document = '{\"running\": 1}'",
        'UPDATE bambu_batch_lines SET document = \'{"paused_by": "magic"}\'',
        "UPDATE bambu_batch_tasks SET document = '[]'",
        'UPDATE bambu_batch_tasks SET document = \'{"task_id": "1"}\'',
        "DELETE FROM bambu_batch_tasks WHERE task_id = '1'",
        "DELETE FROM bambu_batch_tasks WHERE task_id = '2'",
        "UPDATE bambu_batch_tasks SET position = 7",
        "DELETE FROM bambu_batch_tasks WHERE task_id = '3'",  # the one in flight
        "DELETE FROM bambu_batch_schema",
        "DROP TABLE bambu_batch_schema",
    ],
)
def test_rows_that_make_no_line_are_an_error(path: Path, statement: str) -> None:
    execute(path, statement)
    with pytest.raises(StoreCorrupt):
        load(path)


def test_a_database_without_our_tables_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    execute(path, "CREATE TABLE other (id)")
    with pytest.raises(StoreCorrupt):
        load(path)


def test_a_log_whose_file_is_gone_is_an_error(path: Path) -> None:
    path.rename(path.with_name("queue.db-wal"))
    with pytest.raises(StoreCorrupt):
        load(path)
    assert not path.exists()


def test_a_first_opening_that_was_cut_off_leaves_nothing_in_the_way(
    tmp_path: Path,
) -> None:
    (tmp_path / "queue.db.new").write_bytes(b"half a database")
    assert load(tmp_path / "queue.db") is None
    assert [file.name for file in tmp_path.iterdir()] == ["queue.db"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bambu_batch_schema SET version = 1000",
        "UPDATE bambu_batch_lines SET document = '{\"new_brake\": true}'",
        "UPDATE bambu_batch_tasks SET document = '{\"new_brake\": true}'",
    ],
)
def test_what_a_newer_version_wrote_is_refused(path: Path, statement: str) -> None:
    execute(path, statement)
    content = path.read_bytes()
    with pytest.raises(StoreTooNew):
        load(path)
    assert path.read_bytes() == content


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        Repository(file_url(tmp_path / "gone" / "queue.db"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreUnavailable):
        Repository(file_url(tmp_path / "queue.db"))


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "nonsense",
        "nonsense://user:hunter2@host/queue",
        "postgresql+nodriver://user:hunter2@host/queue",
        "postgresql+psycopg://user:hunter2@127.0.0.1:1/queue",
    ],
)
def test_a_url_that_leads_nowhere_is_said_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        Repository(url)
    assert "hunter2" not in "".join(format_exception(caught.value))

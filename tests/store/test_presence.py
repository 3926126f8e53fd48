"""A database that is deleted or replaced under the running program (FM-175)."""

from collections.abc import Callable, Iterator
from pathlib import Path
import shutil
import sqlite3

import pytest

from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.errors import StoreError, StoreReplaced
from custom_components.bambu_batch.store.repository import Repository
from custom_components.bambu_batch.store.rescue import rewrite

from .examples import SERIAL, record, task

FIRST = Line(tasks=(task(1),))
LINE = Line(tasks=(task(1), task(2)), running=True)
LATER = Line(tasks=(task(2),))


@pytest.fixture(name="path")
def path_fixture(tmp_path: Path) -> Path:
    """Return a database's place; an older copy of it, closed, lies beside it."""
    path = tmp_path / "config" / "queue.db"
    path.parent.mkdir()
    with Repository(file_url(path)) as repository:
        repository.save(SERIAL, None, FIRST)
    shutil.copy(path, _older(path))
    return path


@pytest.fixture(name="repository")
def repository_fixture(path: Path) -> Iterator[Repository]:
    """Return the open database; its newest commits lie in the log still."""
    with Repository(file_url(path)) as repository:
        assert repository.load(SERIAL) == FIRST
        repository.save(SERIAL, FIRST, LINE, [record()])
        yield repository


def _older(path: Path) -> Path:
    return path.parent.parent / "older.db"


def delete_it(path: Path) -> None:
    path.unlink()


def delete_all(path: Path) -> None:
    for file in path.parent.iterdir():
        file.unlink()


def delete_the_log(path: Path) -> None:
    path.with_name("queue.db-wal").unlink()


def delete_the_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def move_it_away(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def put_an_older_one_there(path: Path) -> None:
    copy = path.with_name("restored.db")
    shutil.copy(_older(path), copy)
    copy.rename(path)


def restore_a_backup(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(f"queue.db{end}").unlink()
    shutil.copy(_older(path), path)


def write_an_older_one_over_it(path: Path) -> None:
    """As `cp` does: the same file, but another content."""
    shutil.copy(_older(path), path)
    path.with_name("queue.db-wal").write_bytes(b"")


def forget_the_printer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM bambu_batch_lines")


def write_an_older_one_over_it_but_not_its_log(path: Path) -> None:
    shutil.copy(_older(path), path)


GONE = [
    delete_it,
    delete_all,
    delete_the_log,
    delete_the_folder,
    move_it_away,
    put_an_older_one_there,
    restore_a_backup,
]
CHANGED = [
    write_an_older_one_over_it,
    write_an_older_one_over_it_but_not_its_log,
    forget_the_printer,
]


@pytest.mark.parametrize("harm", [*GONE, *CHANGED])
def test_fm_175_nothing_counts_as_stored_in_a_database_that_is_gone(
    repository: Repository, path: Path, harm: Callable[[Path], None]
) -> None:
    harm(path)
    with pytest.raises(StoreError):
        repository.save(SERIAL, LINE, LATER)


@pytest.mark.parametrize("harm", [*GONE, forget_the_printer])
def test_it_is_said_that_it_was_replaced_and_nothing_else_is_taken_for_it(
    repository: Repository, path: Path, harm: Callable[[Path], None]
) -> None:
    harm(path)
    with pytest.raises(StoreReplaced):
        repository.save(SERIAL, LINE, LATER)
    if harm in GONE:
        with pytest.raises(StoreReplaced):
            repository.load(SERIAL)
        with pytest.raises(StoreReplaced):
            repository.book(SERIAL, 1, None)  # type: ignore[arg-type]
        with pytest.raises(StoreReplaced):
            repository.check()


def test_it_is_noticed_between_the_begin_and_the_commit_too(
    repository: Repository, path: Path
) -> None:
    with pytest.raises(StoreReplaced), repository._writing():
        delete_it(path)


def test_no_empty_database_is_made_in_its_place(
    repository: Repository, path: Path
) -> None:
    delete_all(path)
    for _ in range(2):
        with pytest.raises(StoreReplaced):
            repository.save(SERIAL, LINE, LATER)
    assert list(path.parent.iterdir()) == []


def test_what_is_put_back_is_taken_again(repository: Repository, path: Path) -> None:
    away = path.with_name("away.db")
    path.rename(away)
    with pytest.raises(StoreReplaced):
        repository.save(SERIAL, LINE, LATER)
    away.rename(path)
    repository.save(SERIAL, LINE, LATER)
    assert repository.load(SERIAL) == LATER


@pytest.mark.parametrize("harm", [*GONE, *CHANGED])
def test_what_is_in_memory_can_be_written_anew(
    repository: Repository, path: Path, harm: Callable[[Path], None]
) -> None:
    harm(path)
    with pytest.raises(StoreError):
        repository.save(SERIAL, LINE, LATER)
    rewrite(repository, path, {SERIAL: LINE})
    assert repository.load(SERIAL) == LINE
    repository.save(SERIAL, LINE, LATER)
    with Repository(file_url(path)) as another:
        assert another.load(SERIAL) == LATER
        if harm in GONE:
            assert len(another.history(SERIAL)) == 1


def test_what_lay_there_is_kept(repository: Repository, path: Path) -> None:
    for _ in range(2):
        restore_a_backup(path)
        rewrite(repository, path, {SERIAL: LINE})
    for number in (1, 2):
        with Repository(file_url(path.with_name(f"queue.db.old{number}"))) as kept:
            assert kept.load(SERIAL) == FIRST


def test_damage_under_the_running_program_costs_the_history_only(
    repository: Repository, path: Path
) -> None:
    for file in (path, path.with_name("queue.db-wal")):
        file.write_bytes(b"\xff" * 8192)
    with pytest.raises(StoreError):
        repository.save(SERIAL, LINE, LATER)
    rewrite(repository, path, {SERIAL: LINE})
    assert repository.load(SERIAL) == LINE
    assert repository.history(SERIAL) == []


def test_several_printers_are_written_anew_together(
    repository: Repository, path: Path
) -> None:
    repository.save("other", None, FIRST)
    delete_all(path)
    rewrite(repository, path, {SERIAL: LINE, "new": Line()})
    assert repository.load("other") == FIRST
    assert repository.load(SERIAL) == LINE
    assert repository.load("new") is None
    repository.save("new", None, FIRST)
    repository.save("other", FIRST, LATER)


def test_an_ordinary_life_changes_nothing_that_is_looked_at(
    repository: Repository, path: Path
) -> None:
    line = LINE
    for number in range(3):
        after = Line(tasks=(task(number),))
        repository.save(SERIAL, line, after)
        line = after
        repository.pause_checkpoints()
        repository.resume_checkpoints()
        with sqlite3.connect(path) as curious:
            curious.execute("SELECT * FROM bambu_batch_lines").fetchall()
        curious.close()
        repository.check()

"""What a database no longer needs goes back to the disk."""

from pathlib import Path
import sqlite3

import pytest
from sqlalchemy import create_engine

from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.repository import Repository

from . import version_4, years
from .examples import SERIAL

RUNS = 600


@pytest.fixture(name="path")
def path_fixture(tmp_path: Path) -> Path:
    """Return a database of version 4."""
    path = tmp_path / "queue.db"
    engine = create_engine(file_url(path))
    with engine.begin() as connection:
        version_4.create(connection)
        version_4.fill(connection, SERIAL, years.runs(RUNS))
    engine.dispose()
    return path


def test_a_migrated_file_is_a_fraction_of_the_old_one(path: Path) -> None:
    before = path.stat().st_size
    with Repository(file_url(path)) as repository:
        assert repository.totals(SERIAL).runs == RUNS
        files = path.parent.glob(f"{path.name}*")
        assert sum(file.stat().st_size for file in files) < before / 4
        repository.check()


def test_a_file_that_cannot_shrink_now_is_opened_and_shrinks_the_next_time(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """For instance on a disk that has no space for the copy."""
    before = path.stat().st_size
    with monkeypatch.context() as patch:
        patch.setattr(
            "custom_components.bambu_batch.store.space.SHRINK",
            "ATTACH '/no/folder' AS x",
        )
        with Repository(file_url(path)) as repository:
            assert repository.totals(SERIAL).runs == RUNS
    assert "stays larger" in caplog.text
    assert path.stat().st_size >= before
    with Repository(file_url(path)) as repository:
        assert repository.totals(SERIAL).runs == RUNS
    assert path.stat().st_size < before / 4


def test_a_file_with_little_to_give_back_is_left_alone(path: Path) -> None:
    with Repository(file_url(path)):
        pass
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE other (id, text)")
    other.execute("INSERT INTO other VALUES (1, zeroblob(100000))")
    other.execute("DROP TABLE other")
    other.commit()
    other.close()
    before = path.stat().st_size
    with Repository(file_url(path)):
        pass
    assert path.stat().st_size == before

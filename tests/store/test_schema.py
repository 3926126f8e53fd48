"""Older databases become this version's; the oldest one is kept here, written by hand."""

from dataclasses import replace
from pathlib import Path
import sqlite3

import pytest
from sqlalchemy import Connection, inspect, text

from custom_components.bambu_batch.bambu.status import PrintState, Tray
from custom_components.bambu_batch.production.model import (
    BuildPlate,
    ClearingNote,
    Consumption,
    FilamentUse,
    Hold,
    Line,
    Method,
    Outcome,
    PauseReason,
    Phase,
    PlateFile,
    PrintSettings,
    RemoteFile,
    RemovedTask,
    Run,
    RunRecord,
    Task,
    Transfer,
)
from custom_components.bambu_batch.sliced.file import Filament
from custom_components.bambu_batch.store import migration, schema
from custom_components.bambu_batch.store.database import file_url, writing
from custom_components.bambu_batch.store.errors import StoreTooNew
from custom_components.bambu_batch.store.repository import Repository

from .examples import SERIAL, START

VERSION_1 = (Path(__file__).parent / "version_1.sql").read_text("utf-8")

FILE = PlateFile(
    file="media-source://media_source/local/clip.gcode.3mf",
    sha256="ab",
    size=40_000,
    plate=2,
    gcode="Metadata/plate_2.gcode",
    seconds=900,
    filaments=(
        Filament(
            slot=2,
            material="PLA",
            colour="FFFFFF",
            brand_code="GFA00",
            grams=5.5,
            metres=1.8,
        ),
    ),
    grams=5.5,
    model="N1",
    nozzle=0.4,
    swap="yes",
)
RUN = Run(
    run_id=217000001,
    name="Clip_217000001",
    task_id="7",
    copy=2,
    phase=Phase.PRINTING,
    started=START,
    from_state=PrintState.FINISH,
    clears_plate=True,
    mapping=(-1, 3),
    printing_since=START,
    layer=12,
    total_layers=50,
    trays=((0, 3),),
    loaded=(Tray(3, loaded=True, material="PLA", colour="FFFFFFFF"),),
)
LINE = Line(
    tasks=(
        Task(
            task_id="7",
            name="Clip – plate 2",
            plate_file=FILE,
            copies=5,
            settings=PrintSettings(timelapse=True, ams_mapping=(-1, 3)),
            clears_plate=True,
            released=frozenset({Hold.NO_SWAP_GCODE}),
            finished=1,
        ),
        Task(
            task_id="8", name="Held", plate_file=FILE, copies=25_000, hold=Hold.BY_USER
        ),
    ),
    run=RUN,
    last_run_id=217000001,
    last_task_number=8,
    paused_by=PauseReason.BY_USER,
    plate=BuildPlate(clear=False),
    plates_left=3,
    cooldown_from=START,
    cooldown_seconds=90,
    remote=(RemoteFile(name="bbm_ab.3mf", sha256="ab", state=Transfer.READY),),
    reported_error=0x07008011,
    clearing_notes=(ClearingNote(sha256="ab", plate=2, clears=True),),
)
RECORD = RunRecord(
    run=RUN, outcome=Outcome.FINISHED, ended=START, name="Clip", plate_file=FILE
)
CONSUMPTION = Consumption(
    filaments=(
        FilamentUse(
            slot=2,
            tray=3,
            material="PLA",
            grams=5.5,
            route=Method.ESTIMATE,
            price_per_kg=20.0,
            cost=0.11,
        ),
    ),
    currency="EUR",
)


def test_a_database_of_version_1_is_read_with_nothing_lost(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1)
    connection.close()
    with Repository(file_url(path)) as repository:
        assert repository.load(SERIAL) == LINE  # accepted by nobody: no health (FM-157)
        (entry,) = repository.history(SERIAL)
        assert (entry.record, entry.consumption) == (RECORD, CONSUMPTION)
        repository.save(SERIAL, LINE, Line())
        assert repository.load(SERIAL) == Line()
        with repository._engine.begin() as opened:
            found = opened.execute(text("SELECT version FROM bambu_batch_schema"))
            assert found.scalars().all() == [schema.VERSION]


def test_a_database_of_version_1_takes_charges_like_a_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    connection = sqlite3.connect(old)
    connection.executescript(VERSION_1)
    connection.close()
    with Repository(file_url(old)) as migrated, Repository(file_url(new)) as made:
        assert _shape(migrated) == _shape(made)
        migrated.load(SERIAL)
        migrated.save(SERIAL, LINE, LINE, [replace(RECORD, run=replace(RUN, run_id=9))])
        migrated.book(SERIAL, 9, CONSUMPTION, {"12@2026-01-01T00:00:00+00:00": 5.5})
        (charge,) = migrated.unfinished_charges()
        assert (charge.run_id, charge.grams) == (9, 5.5)


def test_a_database_of_version_5_keeps_its_removed_tasks(tmp_path: Path) -> None:
    gone = replace(LINE.tasks[1], removed=True, removed_at=START)
    line = replace(
        LINE,
        tasks=LINE.tasks[:1],
        removed=(RemovedTask(task=gone, behind="7"),),
    )
    path, new = tmp_path / "queue.db", tmp_path / "new.db"
    for one in (path, new):
        with Repository(file_url(one)) as repository:
            repository.save(SERIAL, None, line)
    older = sqlite3.connect(path)
    older.executescript("""
        CREATE TABLE bambu_batch_removed_tasks (
            serial TEXT NOT NULL, task_id TEXT NOT NULL, position INTEGER NOT NULL,
            document TEXT NOT NULL, PRIMARY KEY (serial, task_id),
            FOREIGN KEY(serial) REFERENCES bambu_batch_lines (serial) ON DELETE CASCADE
        );
        INSERT INTO bambu_batch_removed_tasks
            SELECT serial, task_id, position, document FROM bambu_batch_tasks WHERE removed;
        DELETE FROM bambu_batch_tasks WHERE removed;
        ALTER TABLE bambu_batch_tasks DROP COLUMN removed;
        UPDATE bambu_batch_schema SET version = 5;
    """)
    older.close()
    with (
        Repository(file_url(path)) as migrated,
        Repository(file_url(new)) as made,
    ):
        assert migrated.load(SERIAL) == line
        assert _shape(migrated) == _shape(made)
        migrated.save(SERIAL, line, LINE)
        assert migrated.load(SERIAL) == LINE


def _shape(repository: Repository) -> dict[str, object]:
    """Return what SQLite says of every table and index."""
    found = inspect(repository._engine)
    return {
        name: (
            [(one["name"], str(one["type"])) for one in found.get_columns(name)],
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(
                (str(one["name"]), tuple(one["column_names"]))
                for one in found.get_indexes(name)
            ),
            len(found.get_foreign_keys(name)),
        )
        for name in found.get_table_names()
    }


def _add_column(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE bambu_batch_lines ADD COLUMN colour TEXT"))


def _add_twice(connection: Connection) -> None:
    _add_column(connection)
    _add_column(connection)


def test_steps_run_once_and_in_order(repository: Repository) -> None:
    ran: list[int] = []
    steps = {
        schema.VERSION + 1: lambda connection: ran.append(1),
        schema.VERSION + 2: lambda connection: ran.append(2),
    }
    newest = schema.VERSION + 2
    with writing(repository._engine) as connection:
        migration.migrate(connection, newest, steps)
        migration.migrate(connection, newest, steps)
        assert ran == [1, 2]
        with pytest.raises(StoreTooNew):
            migration.migrate(connection)
        connection.rollback()


def test_a_step_that_fails_leaves_the_database_as_it_was(
    repository: Repository,
) -> None:
    newest = schema.VERSION + 1
    with pytest.raises(Exception, match="colour"), writing(repository._engine) as begun:
        migration.migrate(begun, newest, {newest: _add_twice})
    with writing(repository._engine) as connection:
        columns = inspect(connection).get_columns("bambu_batch_lines")
        assert "colour" not in {column["name"] for column in columns}
        migration.migrate(connection)


def test_every_step_to_this_version_exists() -> None:
    assert set(migration.STEPS) == set(range(2, schema.VERSION + 1))

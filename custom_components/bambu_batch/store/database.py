"""Opening the database: SQLite that survives a power cut, or any other by its URL."""

import os
from pathlib import Path
import sqlite3
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from . import migration, schema, space
from .errors import StoreCorrupt, StoreUnavailable, typed_errors

LOCK_TIMEOUT = 10.0
"""Seconds to wait for another program's transaction: a backup or a curious person's shell."""
WRITES = "bambu_batch_writes"


def file_url(path: Path) -> str:
    """Return the URL of an SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_database(url: str, *, lock_timeout: float = LOCK_TIMEOUT) -> Engine:
    """Return the engine of a database whose tables are of this version.

    Blocking. Raises StoreError; a database that cannot be read stays as it is.
    """
    try:
        parsed = make_url(url)
        path = sqlite_file(parsed)
        engine = _engine(parsed if path is None else _existing(path), lock_timeout)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as err:
        # without the cause's text: it may quote the URL with its password
        raise StoreUnavailable(type(err).__name__) from None
    try:
        with typed_errors():
            if path is not None:
                _create_file(path, lock_timeout)
            with writing(engine) as connection:
                if path is not None:
                    _check_pages(connection)
                elif schema.is_empty(connection):
                    schema.create(connection)
                migration.migrate(connection)
            space.give_back(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def writing(engine: Engine) -> Any:
    """Return the context of one transaction that writes."""
    return engine.execution_options(**{WRITES: True}).begin()


def checkpoint(engine: Engine) -> None:
    """Copy SQLite's write-ahead log into the main file, up to what readers still need."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.close()


def sqlite_file(address: URL | str) -> Path | None:
    """Return the file of an SQLite database, None for another kind. Raises ValueError."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:" or url.query:
        raise ValueError("SQLite has to be a plain file")
    return Path(url.database)


def _existing(path: Path) -> URL:
    """Return a URL with which SQLite does not create a missing file."""
    query = {"mode": "rw", "uri": "true"}
    return URL.create("sqlite", database=f"file:{quote(str(path))}", query=query)


def _engine(url: URL, lock_timeout: float) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=2)
    engine = create_engine(
        url,
        hide_parameters=True,
        max_overflow=-1,  # the only wait is for the database's lock
        connect_args={"timeout": lock_timeout},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in `_begin_sqlite`
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a commit survives a power cut
        "foreign_keys=ON",
        "wal_autocheckpoint=0",  # see Repository.pause_checkpoints
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the lock at the beginning of a write, not in its middle."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _create_file(path: Path, lock_timeout: float) -> None:
    """Create the file, with all its tables or not at all.

    So an empty file, or a log without its file, is damage and never a new queue.
    """
    log = path.with_name(f"{path.name}-wal")
    if path.exists():
        if path.stat().st_size == 0:
            raise StoreCorrupt("empty file")
        return
    if log.exists() and log.stat().st_size > 0:
        raise StoreCorrupt("log without its file")
    new = path.with_name(f"{path.name}.new")
    engine = _engine(URL.create("sqlite", database=str(new)), lock_timeout)
    try:
        for end in ("", "-wal", "-shm"):
            new.with_name(new.name + end).unlink(missing_ok=True)
        with writing(engine) as connection:
            schema.create(connection)
        engine.dispose()
        new.rename(path)
        sync_folder(path.parent)
    except OSError as err:
        raise StoreUnavailable(type(err).__name__) from err
    finally:
        engine.dispose()


def sync_folder(folder: Path) -> None:
    """Make a new file name survive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_pages(connection: Connection) -> None:
    problems = connection.exec_driver_sql("PRAGMA quick_check(1)").scalars().all()
    if problems != ["ok"]:
        raise StoreCorrupt("damaged pages")

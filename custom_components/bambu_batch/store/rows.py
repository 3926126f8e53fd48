"""A line as rows, and only the rows that a step has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, select, update

from ..production.model import ClearingNote, Line, RemoteFile, RemovedTask, Run, Task
from . import schema
from .document import dump, load
from .errors import StoreCorrupt, StoreError

type Key = tuple[str | int, ...]
type Rows = dict[Key, tuple[int, Any]]
"""Key to position and value."""


@dataclass(frozen=True, slots=True)
class Part[T]:
    """An ordered part of a line with its own table."""

    table: Table
    kind: type[T]
    values: Callable[[Line], Sequence[T]]
    key: Callable[[T], Key]

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Names of the key's columns besides the serial."""
        names = (column.name for column in self.table.primary_key.columns)
        return tuple(name for name in names if name != "serial")

    def rows(self, line: Line | None) -> Rows:
        """Return the part's rows, not yet as documents."""
        values = self.values(line) if line else ()
        rows = {self.key(value): (at, value) for at, value in enumerate(values)}
        if len(rows) != len(values):
            raise StoreError(f"two rows of {self.table.name} have one key")
        return rows


TASKS = Part(schema.tasks, Task, lambda line: line.tasks, lambda t: (t.task_id,))
REMOVED = Part(
    schema.removed_tasks,
    RemovedTask,
    lambda line: line.removed,
    lambda one: (one.task.task_id,),
)
RUN = Part(
    schema.runs_in_flight,
    Run,
    lambda line: (line.run,) if line.run else (),
    lambda run: (run.run_id,),
)
REMOTE = Part(
    schema.remote_files, RemoteFile, lambda line: line.remote, lambda f: (f.name,)
)
NOTES = Part(
    schema.clearing_notes,
    ClearingNote,
    lambda line: line.clearing_notes,
    lambda note: (note.sha256, note.plate),
)
PARTS: tuple[Part[Any], ...] = (TASKS, REMOVED, RUN, REMOTE, NOTES)


def without_parts(line: Line) -> Line:
    """Return the line with nothing that has a table of its own."""
    return replace(line, tasks=(), removed=(), run=None, remote=(), clearing_notes=())


def write_parts(
    connection: Connection, serial: str, before: Line | None, after: Line
) -> None:
    """Write the parts' rows that differ."""
    for part in PARTS:
        if before is None or part.values(before) is not part.values(after):
            _write(connection, serial, part, part.rows(before), part.rows(after))


def read_line(connection: Connection, serial: str, document: str) -> Line:
    """Return the line of these documents. Raises StoreCorrupt, StoreTooNew."""
    runs = _read(connection, serial, RUN)
    if len(runs) > 1:
        raise StoreCorrupt("two runs in flight")
    line = replace(
        load(Line, document),
        tasks=_read(connection, serial, TASKS),
        removed=_read(connection, serial, REMOVED),
        run=runs[0] if runs else None,
        remote=_read(connection, serial, REMOTE),
        clearing_notes=_read(connection, serial, NOTES),
    )
    if line.run is not None and line.task(line.run.task_id) is None:
        raise StoreCorrupt("the task of the run in flight is missing")
    return line


def _read[T](connection: Connection, serial: str, part: Part[T]) -> tuple[T, ...]:
    table = part.table
    rows = connection.execute(
        select(table.c.position, table.c.document)
        .where(table.c.serial == serial)
        .order_by(table.c.position)
    ).all()
    if [row.position for row in rows] != list(range(len(rows))):
        raise StoreCorrupt(f"rows of {table.name} are missing")
    return tuple(load(part.kind, row.document) for row in rows)


def _write(
    connection: Connection, serial: str, part: Part[Any], before: Rows, after: Rows
) -> None:
    """Delete, then change, then add rows: each as one statement for all of them."""
    table, columns = part.table, part.key_columns

    def keyed(key: Key) -> dict[str, str | int]:
        return {"of_serial": serial} | {
            f"of_{name}": value for name, value in zip(columns, key, strict=True)
        }

    this = and_(
        *(table.c[name] == bindparam(f"of_{name}") for name in ("serial", *columns))
    )
    if gone := [keyed(key) for key in before if key not in after]:
        connection.execute(delete(table).where(this), gone)
    changed = {key: row for key, row in after.items() if row != before.get(key, row)}
    moved = [
        keyed(key) | {"position": at}
        for key, (at, value) in changed.items()
        if value == before[key][1]
    ]
    if moved:
        connection.execute(update(table).where(this), moved)
    edited = [
        keyed(key) | {"position": at, "document": dump(value)}
        for key, (at, value) in changed.items()
        if value != before[key][1]
    ]
    if edited:
        connection.execute(update(table).where(this), edited)
    added = [
        {"serial": serial, "position": at, "document": dump(value)}
        | dict(zip(columns, key, strict=True))
        for key, (at, value) in after.items()
        if key not in before
    ]
    if added:
        connection.execute(table.insert(), added)

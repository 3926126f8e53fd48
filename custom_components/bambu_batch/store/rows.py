"""A line as rows, and only the rows that a step has changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import compress, count
from operator import is_, is_not
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    select,
    update,
)

from ..production.model import ClearingNote, Line, RemoteFile, RemovedTask, Run, Task
from . import schema
from .document import dump, load
from .errors import StoreCorrupt, StoreError
from .order import between, spread, staying

type Key = tuple[str | int, ...]

MOST_LOOKED_UP = 20
"""Numbers that are read one by one; for more of them, all are read at once."""


@dataclass(frozen=True)
class Part[T]:
    """An ordered part of a line, and the statements about its rows.

    Two parts may share a table: `marks` is what their rows do not have in common. A row that goes
    from one to the other stays where it is, and its index with it.
    """

    name: str
    table: Table
    kind: type[T]
    values: Callable[[Line], Sequence[T]]
    key: Callable[[T], Key]
    marks: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def key_columns(self) -> tuple[str, ...]:
        """Names of the key's columns besides the serial."""
        names = (column.name for column in self.table.primary_key.columns)
        return tuple(name for name in names if name != "serial")

    @cached_property
    def _this(self) -> ColumnElement[bool]:
        """The clause that chooses a row by its parameters."""
        names = ("serial", *self.key_columns)
        return and_(*(self.table.c[name] == bindparam(f"of_{name}") for name in names))

    def all_of(self, serial: str) -> ColumnElement[bool]:
        """Return the clause that chooses the part's rows."""
        columns = self.table.c
        marks = (columns[name] == value for name, value in self.marks.items())
        return and_(columns.serial == serial, *marks)

    @cached_property
    def delete(self) -> Delete:
        """Deletes a row."""
        return delete(self.table).where(self._this)

    @cached_property
    def update(self) -> Update:
        """Changes a row."""
        return update(self.table).where(self._this)

    @cached_property
    def number(self) -> Select[tuple[int]]:
        """Reads the number of a row."""
        return select(self.table.c.position).where(self._this)

    def by_key(self, values: Iterable[T]) -> dict[Key, T]:
        """Return values by their keys, in order."""
        rows: dict[Key, T] = {}
        for value in values:
            if rows.setdefault(self.key(value), value) is not value:
                raise StoreError(f"two rows of {self.name} have one key")
        return rows


TASKS = Part(
    "bambu_batch_tasks",
    schema.tasks,
    Task,
    lambda line: line.tasks,
    lambda t: (t.task_id,),
    {"removed": 0},
)
REMOVED = Part(
    "bambu_batch_removed_tasks",
    schema.tasks,
    RemovedTask,
    lambda line: line.removed,
    lambda one: (one.task.task_id,),
    {"removed": 1},
)
RUN = Part(
    "bambu_batch_runs_in_flight",
    schema.runs_in_flight,
    Run,
    lambda line: (line.run,) if line.run else (),
    lambda run: (run.run_id,),
)
REMOTE = Part(
    "bambu_batch_remote_files",
    schema.remote_files,
    RemoteFile,
    lambda line: line.remote,
    lambda f: (f.name,),
)
NOTES = Part(
    "bambu_batch_clearing_notes",
    schema.clearing_notes,
    ClearingNote,
    lambda line: line.clearing_notes,
    lambda note: (note.sha256, note.plate),
)
PARTS: tuple[Part[Any], ...] = (TASKS, REMOVED, RUN, REMOTE, NOTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow(Line):
    """A line's own row: all that has no table of its own."""

    rows: tuple[tuple[str, int], ...] | None = None
    """How many rows each part has, by its name; None: written before they were counted."""


def own_document(line: Line) -> str:
    """Return the document of a line's own row. Raises StoreUnwritable."""
    own = replace(line, tasks=(), removed=(), run=None, remote=(), clearing_notes=())
    counts = tuple((part.name, len(part.values(line))) for part in PARTS)
    return dump(LineRow(**_values(own), rows=counts))


def write_parts(
    connection: Connection, serial: str, before: Line | None, after: Line
) -> None:
    """Write the parts' rows that differ."""
    changes: list[tuple[_Rows, Sequence[Any], _Change]] = []
    for part in PARTS:
        old = part.values(before) if before else ()
        if old is not (new := part.values(after)):
            rows = _Rows(connection, serial, part)
            changes.append((rows, new, _compared(part, old, new)))
    gone = {(rows.table, key) for rows, _, change in changes for key in change.gone}
    for rows, new, change in changes:
        crossing = {key for key in change.added if (rows.table, key) in gone}
        gone -= {(rows.table, key) for key in crossing}
        _write(rows, new, change, crossing)
    for rows, _, change in changes:
        rows.delete([key for key in change.gone if (rows.table, key) in gone])


def read_line(connection: Connection, serial: str, document: str) -> Line:
    """Return the line of these documents. Raises StoreCorrupt, StoreTooNew."""
    row = load(LineRow, document)
    counts = dict(row.rows or ())

    def read[T](part: Part[T]) -> tuple[T, ...]:
        return _read(connection, serial, part, counts.get(part.name))

    runs = read(RUN)
    if len(runs) > 1:
        raise StoreCorrupt("two runs in flight")
    line = replace(
        Line(**_values(row)),
        tasks=read(TASKS),
        removed=read(REMOVED),
        run=runs[0] if runs else None,
        remote=read(REMOTE),
        clearing_notes=read(NOTES),
    )
    if line.run is not None and line.task(line.run.task_id) is None:
        raise StoreCorrupt("the task of the run in flight is missing")
    return line


def _values(line: Line) -> dict[str, Any]:
    return {one.name: getattr(line, one.name) for one in fields(Line)}


def _read[T](
    connection: Connection, serial: str, part: Part[T], expected: int | None
) -> tuple[T, ...]:
    """Return a part's values. Raises StoreCorrupt if a row is missing."""
    table = part.table
    rows = connection.execute(
        select(table.c.position, table.c.document)
        .where(part.all_of(serial))
        .order_by(table.c.position)
    ).all()
    numbers = [row.position for row in rows]
    if expected is None:
        whole = numbers == list(range(len(rows)))
    else:
        whole = len(rows) == len(set(numbers)) == expected
    if not whole:
        raise StoreCorrupt(f"rows of {part.name} are missing")
    return tuple(load(part.kind, row.document) for row in rows)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The stored rows of one part of one line."""

    connection: Connection
    serial: str
    part: Part[Any]

    @property
    def table(self) -> str:
        """Their table's name."""
        return self.part.table.name

    def chosen(self, key: Key) -> dict[str, str | int]:
        """Return the parameters that choose a row."""
        names = self.part.key_columns
        return {"of_serial": self.serial} | {
            f"of_{name}": value for name, value in zip(names, key, strict=True)
        }

    def numbers(self, keys: set[Key]) -> dict[Key, int]:
        """Return the numbers of these rows, or of all."""
        if len(keys) > MOST_LOOKED_UP:
            return self.all_numbers()
        look_up = self.part.number
        return {
            key: self.connection.execute(look_up, self.chosen(key)).scalar_one()
            for key in keys
        }

    def all_numbers(self) -> dict[Key, int]:
        """Return the numbers of all rows."""
        table = self.part.table
        columns = [table.c[name] for name in self.part.key_columns]
        found = self.connection.execute(
            select(table.c.position, *columns).where(self.part.all_of(self.serial))
        )
        return {tuple(key): number for number, *key in found}

    def delete(self, keys: Sequence[Key]) -> None:
        """Delete rows, as one statement for all of them."""
        if keys:
            self.connection.execute(self.part.delete, [self.chosen(k) for k in keys])

    def update(self, changes: Mapping[Key, Mapping[str, int | str]]) -> None:
        """Change columns: all rows the same ones."""
        if changes:
            rows = [self.chosen(key) | dict(row) for key, row in changes.items()]
            self.connection.execute(self.part.update, rows)

    def insert(self, rows: Mapping[Key, Mapping[str, int | str]]) -> None:
        """Add rows."""
        if rows:
            names = self.part.key_columns
            self.connection.execute(
                self.part.table.insert(),
                [
                    {"serial": self.serial}
                    | dict(self.part.marks)
                    | dict(zip(names, key, strict=True))
                    | dict(row)
                    for key, row in rows.items()
                ],
            )


def _write(
    rows: _Rows, after: Sequence[Any], change: _Change, crossing: set[Key]
) -> None:
    """Change, then add rows: each as one statement for all of them.

    `crossing`: rows that come from another part of the same table.
    """
    numbers = _numbers(rows, after, change.coming)
    rows.update({key: {"document": dump(new)} for key, new in change.edited.items()})
    rows.update(
        {
            key: {"position": number}
            for key, number in numbers.items()
            if key not in change.added
        }
    )
    added: dict[Key, dict[str, int | str]] = {
        key: {"position": numbers[key], "document": dump(value)}
        for key, value in change.added.items()
    }
    marks = rows.part.marks
    rows.update({key: added[key] | dict(marks) for key in added if key in crossing})
    rows.insert({key: added[key] for key in added if key not in crossing})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What distinguishes one order of rows from another."""

    coming: list[slice]
    """Where the later one has rows that were added or moved."""
    gone: list[Key] = field(default_factory=list)
    added: dict[Key, Any] = field(default_factory=dict)
    edited: dict[Key, Any] = field(default_factory=dict)


def _compared(part: Part[Any], before: Sequence[Any], after: Sequence[Any]) -> _Change:
    """Return what has changed.

    Most rows are the very same objects: before what has changed, behind it, and between the
    old and the new place of one that was moved.
    """
    most = min(len(before), len(after))
    first = next(compress(count(), map(is_not, before, after, strict=False)), most)
    backwards = map(is_not, reversed(before), reversed(after), strict=False)
    last = min(next(compress(count(), backwards), most), most - first)
    behind = len(after) - last
    old, new = before[first : len(before) - last], after[first:behind]
    if _are_same(old[:-1], new[1:]) and _are_same(old[-1:], new[:1]):
        return _Change(coming=[slice(first, first + 1)] if new else [])
    if _are_same(old[1:], new[:-1]) and _are_same(old[:1], new[-1:]):
        return _Change(coming=[slice(behind - 1, behind)])
    olds, news = part.by_key(old), part.by_key(new)
    stay = staying(olds, news)
    places = [place for place, key in enumerate(news, first) if key not in stay]
    return _Change(
        coming=_together(places),
        gone=[key for key in olds if key not in news],
        added={key: value for key, value in news.items() if key not in olds},
        edited={
            key: value
            for key, value in news.items()
            if key in olds and value is not olds[key] and value != olds[key]
        },
    )


def _are_same(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others, strict=False))


def _together(places: Iterable[int]) -> list[slice]:
    """Return places that follow each other as one."""
    slices: list[slice] = []
    for place in places:
        if slices and slices[-1].stop == place:
            slices[-1] = slice(slices[-1].start, place + 1)
        else:
            slices.append(slice(place, place + 1))
    return slices


def _numbers(
    rows: _Rows, after: Sequence[Any], coming: Sequence[slice]
) -> dict[Key, int]:
    """Return the numbers to write, so that the rows stand in the order of these values.

    Only those that come need one, unless a gap is used up.
    """
    key = rows.part.key
    gaps = [
        (
            [key(value) for value in after[max(here.start - 1, 0) : here.start]],
            [key(value) for value in after[here]],
            [key(value) for value in after[here.stop : here.stop + 1]],
        )
        for here in coming
    ]
    known = rows.numbers({one for left, _, right in gaps for one in (*left, *right)})
    numbers: dict[Key, int] = {}
    for left, keys, right in gaps:
        ends = [known[one[0]] if one else None for one in (left, right)]
        new = between(len(keys), *ends)
        if new is None:
            coming_keys = {one for _, keys, _ in gaps for one in keys}
            known = rows.all_numbers()
            known = {one: at for one, at in known.items() if one not in coming_keys}
            return spread([key(value) for value in after], known)
        numbers |= zip(keys, new, strict=True)
    return numbers

"""The tables.

A row is its keys plus one JSON document of a frozen dataclass (document.py): `production`
may grow a field without a new table. Columns of their own have only what SQL selects or
sorts by. The history's documents are packed (common.py), its sums are kept (totals.py).
Names carry a prefix: on PostgreSQL other programs share the database.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import override

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    inspect,
    text,
)
from sqlalchemy.schema import SchemaItem

VERSION = 6

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware time, stored as the microseconds since 1970: small, exact, and quick to compare."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> int | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a time zone")
        return (value - EPOCH) // MICROSECOND if value else None

    @override
    def process_result_value(
        self, value: int | None, dialect: Dialect
    ) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


version = Table(
    "bambu_batch_schema",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

lines = Table(
    "bambu_batch_lines",
    metadata,
    Column("serial", Text, primary_key=True),
    # counts the saves: whoever saves must have seen the last one
    Column("revision", Integer, nullable=False),
    Column("document", Text, nullable=False),
)


def _part(
    name: str, *keys: Column[int] | Column[str], marks: Sequence[Column[int]] = ()
) -> Table:
    """Return the table of ordered parts of a line, which `marks` tell apart."""
    return Table(
        f"bambu_batch_{name}",
        metadata,
        Column(
            "serial", ForeignKey(lines.c.serial, ondelete="CASCADE"), primary_key=True
        ),
        *keys,
        Column("position", Integer, nullable=False),
        Column("document", Text, nullable=False),
        *marks,
    )


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _of(table: Table) -> tuple[SchemaItem, ...]:
    """Return the key of a run, by which rows belong to this table's row."""
    keys = [table.c.serial, table.c.run_id]
    return (
        Column("serial", Text, primary_key=True),
        _number("run_id"),
        ForeignKeyConstraint(["serial", "run_id"], keys, ondelete="CASCADE"),
    )


tasks = _part(
    "tasks",
    _key("task_id"),
    marks=[Column("removed", Integer, nullable=False, server_default="0")],
)
"""Of the queue, and those removed from it: a row is not written anew for that, nor its index."""
runs_in_flight = _part("runs_in_flight", _number("run_id"))
remote_files = _part("remote_files", _key("name"))
clearing_notes = _part("clearing_notes", _key("sha256"), _number("plate"))

common = Table(
    "bambu_batch_common",
    metadata,
    Column("serial", ForeignKey(lines.c.serial, ondelete="CASCADE"), primary_key=True),
    _number("number"),
    Column("hash", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("bambu_batch_common_by_hash", "serial", "hash", unique=True),
)
"""What many runs have in common; their documents are packed against it (common.py)."""

runs = Table(
    "bambu_batch_runs",
    metadata,
    Column("serial", ForeignKey(lines.c.serial, ondelete="CASCADE"), primary_key=True),
    _number("run_id"),
    Column("task_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("started", Moment, nullable=False),
    # the start where the end was not seen
    Column("ended", Moment, nullable=False),
    # null: the end was not seen
    Column("seconds", Integer),
    # numbers of `common`
    Column("plate", Integer, nullable=False),
    Column("trays", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("bambu_batch_runs_by_start", "serial", "started", "run_id"),
    Index("bambu_batch_runs_by_end", "serial", "ended", "run_id"),
    sqlite_with_rowid=False,
)
"""Every run that has ended. Rows are added, never changed (FM-115)."""

consumptions = Table(
    "bambu_batch_consumptions",
    metadata,
    *_of(runs),
    Column("document", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What booked runs took: at most one row a run, so nothing is ever booked twice."""

UNFINISHED = "state <> 'done'"
"""Of charges. SQLite takes the index by these very words only."""

charges = Table(
    "bambu_batch_charges",
    metadata,
    *_of(consumptions),
    _key("account"),
    Column("grams", Double, nullable=False),
    Column("state", Text, nullable=False),
    # what was used of the account, read directly before the charge was sent
    Column("used_before", Double),
    Index(
        "bambu_batch_charges_by_state",
        "state",
        sqlite_where=text(UNFINISHED),
        postgresql_where=text(UNFINISHED),
    ),
    sqlite_with_rowid=False,
)
"""What to charge in other books: at most one row a run and account."""


def _sums(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


def _amounts(*names: str) -> list[Column[float]]:
    return [Column(name, Double, nullable=False) for name in names]


totals = Table(
    "bambu_batch_totals",
    metadata,
    Column("serial", ForeignKey(lines.c.serial, ondelete="CASCADE"), primary_key=True),
    _key("by"),
    # in UTC, since 1970
    _number("day"),
    # as JSON: null is what is unknown
    _key("of"),
    # of the task
    _key("name"),
    *_sums("runs", "finished", "failed", "cancelled", "seconds", "booked", "unknown"),
    *_amounts("grams", "cost", "energy_kwh", "energy_cost"),
    sqlite_with_rowid=False,
)
"""Sums over the runs that began on a day: of all, of each material, spool and task."""

spool_totals = Table(
    "bambu_batch_spool_totals",
    metadata,
    Column("serial", ForeignKey(lines.c.serial, ondelete="CASCADE"), primary_key=True),
    _key("spool"),
    # in UTC, since 1970
    _number("hour"),
    *_amounts("grams"),
    *_sums("unknown"),
    sqlite_with_rowid=False,
)
"""Sums over what the runs that ended in an hour took from a spool: it is weighed at any time."""


def create(connection: Connection) -> None:
    """Make the tables of this version in an empty database."""
    metadata.create_all(connection)
    connection.execute(version.insert().values(version=VERSION))


def is_empty(connection: Connection) -> bool:
    """Tell whether the database has none of our tables."""
    return not inspect(connection).has_table(version.name)

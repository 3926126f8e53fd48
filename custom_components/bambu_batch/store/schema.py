"""The tables, and how older ones become these.

A row is its keys plus one JSON document of a frozen dataclass (document.py): `production`
may grow a field without a new table. Columns of their own have only what SQL selects,
sorts or sums by. Names carry a prefix: on PostgreSQL other programs share the database.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import override

import orjson
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    inspect,
    select,
)
from sqlalchemy.schema import SchemaItem

from .errors import StoreCorrupt, StoreTooNew

VERSION = 4

metadata = MetaData()

type Step = Callable[[Connection], None]


class Moment(TypeDecorator[datetime]):
    """An aware time, stored in UTC; only to compare with: the documents have it too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a time zone")
        return value.astimezone(UTC) if value else None


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


def _part(name: str, *keys: Column[int] | Column[str]) -> Table:
    """Return the table of an ordered part of a line."""
    return Table(
        f"bambu_batch_{name}",
        metadata,
        Column(
            "serial", ForeignKey(lines.c.serial, ondelete="CASCADE"), primary_key=True
        ),
        *keys,
        Column("position", Integer, nullable=False),
        Column("document", Text, nullable=False),
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


tasks = _part("tasks", _key("task_id"))
removed_tasks = _part("removed_tasks", _key("task_id"))
runs_in_flight = _part("runs_in_flight", _number("run_id"))
remote_files = _part("remote_files", _key("name"))
clearing_notes = _part("clearing_notes", _key("sha256"), _number("plate"))

runs = Table(
    "bambu_batch_runs",
    metadata,
    Column("serial", ForeignKey(lines.c.serial, ondelete="CASCADE"), primary_key=True),
    _number("run_id"),
    Column("task_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("started", Moment, nullable=False),
    # null: the end was not seen
    Column("ended", Moment),
    Column("seconds", Integer),
    Column("document", Text, nullable=False),
    # holds all that is summed, so that sums read no documents
    Index(
        "bambu_batch_runs_by_time",
        "serial",
        "started",
        "run_id",
        "outcome",
        "seconds",
        "task_id",
    ),
)
"""Every run that has ended. Rows are added, never changed (FM-115)."""

consumptions = Table(
    "bambu_batch_consumptions",
    metadata,
    *_of(runs),
    Column("energy_kwh", Double),
    Column("energy_cost", Double),
    Column("currency", Text),
)
"""Which runs are booked: at most one row a run, so nothing is ever booked twice."""

filament_uses = Table(
    "bambu_batch_filament_uses",
    metadata,
    *_of(consumptions),
    _number("position"),
    Column("material", Text),
    Column("spool", Text),
    Column("route", Text, nullable=False),
    # null: unknown, which is not nothing
    Column("grams", Double),
    Column("cost", Double),
    Column("document", Text, nullable=False),
    Index(
        "bambu_batch_filament_uses_by_run",
        "serial",
        "run_id",
        "grams",
        "cost",
        "material",
        "spool",
    ),
)

charges = Table(
    "bambu_batch_charges",
    metadata,
    *_of(consumptions),
    _key("account"),
    Column("grams", Double, nullable=False),
    Column("state", Text, nullable=False),
    # what was used of the account, read directly before the charge was sent
    Column("used_before", Double),
    Index("bambu_batch_charges_by_state", "state"),
)
"""What to charge in other books: at most one row a run and account."""


def _forget_tolerated_health(connection: Connection) -> None:
    """Drop health entries that were tolerated at a start: nobody has accepted them."""
    rows = connection.execute(select(lines.c.serial, lines.c.document)).all()
    for serial, text in rows:
        document = orjson.loads(text)
        if document.pop("tolerated_hms", None) is None:
            continue
        connection.execute(
            lines.update()
            .where(lines.c.serial == serial)
            .values(document=orjson.dumps(document).decode())
        )


STEPS: Mapping[int, Step] = {
    2: charges.create,
    3: _forget_tolerated_health,
    4: removed_tasks.create,
}
"""Version to the step that leads from the one before it to this one."""


def create(connection: Connection) -> None:
    """Make the tables of this version in an empty database."""
    metadata.create_all(connection)
    connection.execute(version.insert().values(version=VERSION))


def is_empty(connection: Connection) -> bool:
    """Tell whether the database has none of our tables."""
    return not inspect(connection).has_table(version.name)


def migrate(
    connection: Connection, newest: int = VERSION, steps: Mapping[int, Step] = STEPS
) -> None:
    """Bring older tables to this version, in the caller's one transaction.

    Raises StoreTooNew for tables of a later version, StoreCorrupt for none at all.
    """
    if is_empty(connection):
        raise StoreCorrupt("no tables")
    found = connection.execute(select(version.c.version)).scalars().all()
    if len(found) != 1 or found[0] < 1:
        raise StoreCorrupt("no version")
    if found[0] > newest:
        raise StoreTooNew(f"version {found[0]}, known {newest}")
    for number in range(found[0] + 1, newest + 1):
        steps[number](connection)
        connection.execute(version.update().values(version=number))

"""A database of version 4, as that version made it: what later ones have to read."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem

from custom_components.bambu_batch.production.model import Consumption, Line, RunRecord
from custom_components.bambu_batch.store.document import dump

metadata = MetaData()

version = Table(
    "bambu_batch_schema",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)
lines = Table(
    "bambu_batch_lines",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
SERIAL = ForeignKey(lines.c.serial, ondelete="CASCADE")


def _number(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


_PARTS: dict[str, list[SchemaItem]] = {
    "tasks": [_key("task_id")],
    "removed_tasks": [_key("task_id")],
    "runs_in_flight": [_number("run_id")],
    "remote_files": [_key("name")],
    "clearing_notes": [_key("sha256"), _number("plate")],
}
for _name, _keys in _PARTS.items():
    Table(
        f"bambu_batch_{_name}",
        metadata,
        Column("serial", SERIAL._copy(), primary_key=True),
        *_keys,
        Column("position", Integer, nullable=False),
        Column("document", Text, nullable=False),
    )

runs = Table(
    "bambu_batch_runs",
    metadata,
    Column("serial", SERIAL._copy(), primary_key=True),
    _number("run_id"),
    Column("task_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("ended", DateTime(timezone=True)),
    Column("seconds", Integer),
    Column("document", Text, nullable=False),
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


def _of(table: Table) -> tuple[SchemaItem, ...]:
    keys = [table.c.serial, table.c.run_id]
    return (
        Column("serial", Text, primary_key=True),
        _number("run_id"),
        ForeignKeyConstraint(["serial", "run_id"], keys, ondelete="CASCADE"),
    )


consumptions = Table(
    "bambu_batch_consumptions",
    metadata,
    *_of(runs),
    Column("energy_kwh", Double),
    Column("energy_cost", Double),
    Column("currency", Text),
)
filament_uses = Table(
    "bambu_batch_filament_uses",
    metadata,
    *_of(consumptions),
    _number("position"),
    Column("material", Text),
    Column("spool", Text),
    Column("route", Text, nullable=False),
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
    Column("used_before", Double),
    Index("bambu_batch_charges_by_state", "state"),
)

type Booked = tuple[RunRecord, Consumption | None, Mapping[str, float]]


def create(connection: Connection) -> None:
    """Make its tables."""
    metadata.create_all(connection)
    connection.execute(version.insert().values(version=4))


def fill(
    connection: Connection,
    serial: str,
    booked: Iterable[Booked],
    *,
    state: str = "done",
) -> None:
    """Add a printer with these runs; its charges are all in this state."""
    connection.execute(
        lines.insert().values(serial=serial, revision=1, document=dump(Line()))
    )
    rows: dict[Table, list[dict[str, object]]] = {
        table: [] for table in (runs, consumptions, filament_uses, charges)
    }
    for record, taken, charged in booked:
        run = record.run
        key = {"serial": serial, "run_id": run.run_id}
        began = run.printing_since or run.started
        rows[runs].append(
            key
            | {
                "task_id": run.task_id,
                "name": record.name.replace("\0", ""),
                "outcome": record.outcome,
                "started": began.astimezone(UTC),
                "ended": record.ended,
                "seconds": _seconds(began, record.ended),
                "document": dump(record),
            }
        )
        if taken is None:
            continue
        rows[consumptions].append(
            key
            | {
                "energy_kwh": taken.energy_kwh,
                "energy_cost": taken.energy_cost,
                "currency": taken.currency,
            }
        )
        rows[filament_uses] += [
            key
            | {
                "position": position,
                "material": use.material,
                "spool": use.spool,
                "route": use.route,
                "grams": use.grams,
                "cost": use.cost,
                "document": dump(use),
            }
            for position, use in enumerate(taken.filaments)
        ]
        rows[charges] += [
            key
            | {
                "account": account,
                "grams": grams,
                "state": state,
            }
            for account, grams in charged.items()
        ]
    for table, some in rows.items():
        if some:
            connection.execute(table.insert(), some)


def _seconds(began: datetime, ended: datetime | None) -> int | None:
    return None if ended is None else max(0, round((ended - began).total_seconds()))

"""The history: every run that ended, what it took, and the sums. Rows are only added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select
from sqlalchemy.sql.expression import ColumnElement

from ..production.model import Consumption, FilamentUse, Outcome, Run, RunRecord
from . import charges
from .document import dump, load
from .errors import StoreError
from .schema import consumptions, filament_uses, runs


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One run of the history; `consumption` None: not booked."""

    record: RunRecord
    consumption: Consumption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over runs. What is unknown is in no sum; `incomplete` counts the runs with it."""

    runs: int
    finished: int
    failed: int
    cancelled: int
    seconds: int
    grams: float
    filament_cost: float
    energy_kwh: float
    energy_cost: float
    incomplete: int
    """Runs not booked, or with a filament of unknown weight."""

    @property
    def cost(self) -> float:
        """Filament and energy."""
        return self.filament_cost + self.energy_cost


class By(StrEnum):
    """What the shares are of."""

    MATERIAL = "material"
    SPOOL = "spool"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Spent:
    """What was taken from one spool."""

    grams: float = 0.0
    unknown: int = 0
    """Uses of unknown weight: they are not in the grams."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one material, spool or task took. `of` None: unknown."""

    of: str | None
    runs: int
    grams: float
    cost: float
    """Of the filament; energy belongs to whole runs."""
    name: str | None = None
    """Of the task."""
    energy_cost: float = 0.0
    """Of the task's runs."""


def began(run: Run) -> datetime:
    """Return when a run began to print, or was started if nobody saw that."""
    return run.printing_since or run.started


def add(connection: Connection, serial: str, records: Sequence[RunRecord]) -> None:
    """Add records of runs that have ended."""
    rows = [
        {
            "serial": serial,
            "run_id": record.run.run_id,
            "task_id": record.run.task_id,
            "name": record.name.replace("\0", ""),  # PostgreSQL has no such text
            "outcome": record.outcome,
            "started": began(record.run),
            "ended": record.ended,
            "seconds": _seconds(record),
            "document": dump(record),
        }
        for record in records
    ]
    if rows:
        connection.execute(insert(runs), rows)


def book(
    connection: Connection,
    serial: str,
    run_id: int,
    consumption: Consumption,
    charged: Mapping[str, float],
) -> bool:
    """Book what a run took, and the grams to charge by account; False: booked already."""
    this = and_(runs.c.serial == serial, runs.c.run_id == run_id)
    if connection.execute(select(runs.c.run_id).where(this)).first() is None:
        raise StoreError("no such run")
    booked = select(consumptions.c.run_id).where(
        consumptions.c.serial == serial, consumptions.c.run_id == run_id
    )
    if connection.execute(booked).first() is not None:
        return False
    key = {"serial": serial, "run_id": run_id}
    connection.execute(
        insert(consumptions),
        key
        | {
            "energy_kwh": consumption.energy_kwh,
            "energy_cost": consumption.energy_cost,
            "currency": consumption.currency,
        },
    )
    uses = [
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
        for position, use in enumerate(consumption.filaments)
    ]
    if uses:
        connection.execute(insert(filament_uses), uses)
    charges.add(connection, serial, run_id, charged)
    return True


def unbooked(connection: Connection, serial: str) -> list[RunRecord]:
    """Return the records without a booking, oldest first."""
    documents = connection.execute(
        select(runs.c.document)
        .outerjoin(consumptions, _same_run(consumptions))
        .where(
            runs.c.serial == serial,
            runs.c.outcome != Outcome.NOT_STARTED,
            consumptions.c.run_id.is_(None),
        )
        .order_by(runs.c.started, runs.c.run_id)
    ).scalars()
    return [load(RunRecord, document) for document in documents]


def entries(
    connection: Connection,
    serial: str,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
) -> list[HistoryEntry]:
    """Return runs with what they took, newest first."""
    found = connection.execute(
        select(
            runs.c.run_id,
            runs.c.document,
            consumptions.c.run_id.label("booked"),
            consumptions.c.energy_kwh,
            consumptions.c.energy_cost,
            consumptions.c.currency,
        )
        .outerjoin(consumptions, _same_run(consumptions))
        .where(*_when(serial, since, until))
        .order_by(runs.c.started.desc(), runs.c.run_id.desc())
        .limit(limit)
    ).all()
    uses = _uses(connection, serial, [row.run_id for row in found])
    return [
        HistoryEntry(
            load(RunRecord, row.document),
            None
            if row.booked is None
            else Consumption(
                filaments=tuple(uses.get(row.run_id, ())),
                energy_kwh=row.energy_kwh,
                energy_cost=row.energy_cost,
                currency=row.currency,
            ),
        )
        for row in found
    ]


def totals(
    connection: Connection, serial: str, since: datetime | None, until: datetime | None
) -> Totals:
    """Return the sums; each table is summed by itself, so that nothing counts twice."""
    when = _when(serial, since, until)
    of_runs = connection.execute(
        select(
            func.count().label("runs"),
            *(
                func.count().filter(runs.c.outcome == outcome).label(outcome)
                for outcome in (Outcome.FINISHED, Outcome.FAILED, Outcome.CANCELLED)
            ),
            func.coalesce(func.sum(runs.c.seconds), 0).label("seconds"),
            func.count(consumptions.c.run_id).label("booked"),
            _sum(consumptions.c.energy_kwh).label("energy_kwh"),
            _sum(consumptions.c.energy_cost).label("energy_cost"),
        )
        .outerjoin(consumptions, _same_run(consumptions))
        .where(*when)
    ).one()
    unknown = filament_uses.c.grams.is_(None)
    of_uses = connection.execute(
        select(
            _sum(filament_uses.c.grams).label("grams"),
            _sum(filament_uses.c.cost).label("cost"),
            func.count(filament_uses.c.run_id.distinct()).filter(unknown).label("some"),
        )
        .join(runs, _same_run(filament_uses))
        .where(*when)
    ).one()
    return Totals(
        runs=of_runs.runs,
        finished=of_runs.finished,
        failed=of_runs.failed,
        cancelled=of_runs.cancelled,
        seconds=of_runs.seconds,
        grams=of_uses.grams,
        filament_cost=of_uses.cost,
        energy_kwh=of_runs.energy_kwh,
        energy_cost=of_runs.energy_cost,
        incomplete=of_runs.runs - of_runs.booked + of_uses.some,
    )


def shares(
    connection: Connection,
    serial: str,
    by: By,
    since: datetime | None,
    until: datetime | None,
) -> list[Share]:
    """Return filament by material, spool or task, the heaviest first."""
    column: ColumnElement[Any] = {
        By.MATERIAL: filament_uses.c.material,
        By.SPOOL: filament_uses.c.spool,
        By.TASK: runs.c.task_id,
    }[by]
    grams = _sum(filament_uses.c.grams)
    of_tasks = _of_tasks(connection, serial, since, until) if by is By.TASK else {}
    found = connection.execute(
        select(
            column.label("of"),
            func.count(filament_uses.c.run_id.distinct()).label("runs"),
            grams.label("grams"),
            _sum(filament_uses.c.cost).label("cost"),
        )
        .join(runs, _same_run(filament_uses))
        .where(*_when(serial, since, until))
        .group_by(column)
        .order_by(grams.desc(), column)
    )
    return [
        Share(row.of, row.runs, row.grams, row.cost, *of_tasks.get(row.of, (None, 0.0)))
        for row in found
    ]


def _of_tasks(
    connection: Connection, serial: str, since: datetime | None, until: datetime | None
) -> dict[str, tuple[str, float]]:
    """Return the name and the energy cost of each task."""
    found = connection.execute(
        select(
            runs.c.task_id,
            func.max(runs.c.name).label("name"),
            _sum(consumptions.c.energy_cost).label("cost"),
        )
        .outerjoin(consumptions, _same_run(consumptions))
        .where(*_when(serial, since, until))
        .group_by(runs.c.task_id)
    )
    return {row.task_id: (row.name, row.cost) for row in found}


def spent(connection: Connection, serial: str, spool: str, since: datetime) -> Spent:
    """Return what the runs that ended after a moment took from a spool.

    A run whose end was not seen counts by its start.
    """
    found = connection.execute(
        select(
            _sum(filament_uses.c.grams).label("grams"),
            func.count().filter(filament_uses.c.grams.is_(None)).label("unknown"),
        )
        .join(runs, _same_run(filament_uses))
        .where(
            filament_uses.c.serial == serial,
            filament_uses.c.spool == spool,
            func.coalesce(runs.c.ended, runs.c.started) > since,
        )
    ).one()
    return Spent(found.grams, found.unknown)


def _uses(
    connection: Connection, serial: str, run_ids: Sequence[int]
) -> dict[int, list[FilamentUse]]:
    uses: dict[int, list[FilamentUse]] = {}
    if not run_ids:
        return uses
    statement: Select[tuple[int, str]] = (
        select(filament_uses.c.run_id, filament_uses.c.document)
        .where(
            filament_uses.c.serial == serial,
            filament_uses.c.run_id.between(min(run_ids), max(run_ids)),
        )
        .order_by(filament_uses.c.run_id, filament_uses.c.position)
    )
    wanted = set(run_ids)
    for run_id, document in connection.execute(statement):
        if run_id in wanted:
            uses.setdefault(run_id, []).append(load(FilamentUse, document))
    return uses


def _when(
    serial: str, since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [
        runs.c.serial == serial,
        runs.c.outcome != Outcome.NOT_STARTED,
    ]
    if since is not None:
        clauses.append(runs.c.started >= since)
    if until is not None:
        clauses.append(runs.c.started < until)
    return clauses


def _same_run(table: Any) -> ColumnElement[bool]:
    return and_(table.c.serial == runs.c.serial, table.c.run_id == runs.c.run_id)


def _sum(column: ColumnElement[float]) -> ColumnElement[float]:
    return func.coalesce(func.sum(column), 0.0)


def _seconds(record: RunRecord) -> int | None:
    """Return how long it printed; None where the end was not seen (FM-127)."""
    if record.ended is None:
        return None
    return max(0, round((record.ended - began(record.run)).total_seconds()))

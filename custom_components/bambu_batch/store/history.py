"""The history: every run that has ended, and what it took. Rows are only added."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, Tuple, and_, insert, literal, select, tuple_
from sqlalchemy.sql.expression import ColumnElement

from ..production.model import Consumption, Outcome, Run, RunRecord
from . import charges
from .common import Common, Parts
from .document import dump, load
from .errors import StoreError
from .schema import Moment, consumptions, runs
from .tally import Ended, Taken, begin_of
from .totals import Tally, days_with_unbooked


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One run of the history; `consumption` None: not booked."""

    record: RunRecord
    consumption: Consumption | None


def began(run: Run) -> datetime:
    """Return when a run began to print, or was started if nobody saw that."""
    return run.printing_since or run.started


def add(connection: Connection, serial: str, records: Sequence[RunRecord]) -> None:
    """Add records of runs that have ended."""
    common, tally = Common(connection, serial), Tally()
    rows = []
    for record in records:
        run, document = _ended(record), dump(record)
        parts = common.parts(document, orjson.loads(document))
        rows.append(
            {"serial": serial, "run_id": record.run.run_id}
            | run._asdict()
            | parts._asdict()
            | {"document": common.pack(parts, document)}
        )
        tally.count_run(run)
    if rows:
        connection.execute(insert(runs), rows)
        tally.add_to(connection, serial)


def book(
    connection: Connection,
    serial: str,
    run_id: int,
    consumption: Consumption,
    charged: Mapping[str, float],
) -> bool:
    """Book what a run took, and the grams to charge by account; False: booked already."""
    row = connection.execute(
        select(*_COUNTED, consumptions.c.run_id.label("booked"))
        .outerjoin(consumptions, _same_run)
        .where(
            runs.c.serial == serial,
            runs.c.run_id == run_id,
            runs.c.outcome != Outcome.NOT_STARTED,
        )
    ).one_or_none()
    if row is None:
        raise StoreError("no such run")
    if row.booked is not None:
        return False
    document, parts = dump(consumption), Parts(row.plate, row.trays)
    packed = Common(connection, serial).pack(parts, document)
    connection.execute(
        insert(consumptions).values(serial=serial, run_id=run_id, document=packed)
    )
    tally = Tally()
    tally.count_booking(Ended(*row[: len(Ended._fields)]), Taken.of(document))
    tally.add_to(connection, serial)
    charges.add(connection, serial, run_id, charged)
    return True


def unbooked(connection: Connection, serial: str) -> list[RunRecord]:
    """Return the records without a booking, oldest first."""
    common = Common(connection, serial)
    return [
        load(RunRecord, common.unpack(Parts(row.plate, row.trays), row.document))
        for day in days_with_unbooked(connection, serial)
        for row in connection.execute(
            select(runs.c.plate, runs.c.trays, runs.c.document)
            .outerjoin(consumptions, _same_run)
            .where(
                *_of_printer(serial),
                *began_in(begin_of(day), begin_of(day + 1)),
                consumptions.c.run_id.is_(None),
            )
            .order_by(runs.c.started, runs.c.run_id)
        )
    ]


def entries(
    connection: Connection,
    serial: str,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    older_than: HistoryEntry | None = None,
) -> list[HistoryEntry]:
    """Return runs with what they took, newest first; those older than one of them."""
    place = tuple_(runs.c.started, runs.c.run_id)
    older = [] if older_than is None else [place < _place(older_than)]
    found = connection.execute(
        select(
            runs.c.plate,
            runs.c.trays,
            runs.c.document,
            consumptions.c.document.label("taken"),
        )
        .outerjoin(consumptions, _same_run)
        .where(*_of_printer(serial), *began_in(since, until), *older)
        .order_by(runs.c.started.desc(), runs.c.run_id.desc())
        .limit(limit)
    ).all()
    common, some = Common(connection, serial), []
    common.read(Parts(row.plate, row.trays) for row in found)
    for row in found:
        parts = Parts(row.plate, row.trays)
        record = load(RunRecord, common.unpack(parts, row.document))
        taken = None if row.taken is None else common.unpack(parts, row.taken)
        consumption = None if taken is None else load(Consumption, taken)
        some.append(HistoryEntry(record, consumption))
    return some


def counted(
    connection: Connection, serial: str, *when: ColumnElement[bool]
) -> Iterator[tuple[Ended, Taken | None]]:
    """Yield what the sums know of runs; without a booking None of what they took."""
    found = connection.execute(
        select(*_COUNTED, consumptions.c.document)
        .outerjoin(consumptions, _same_run)
        .where(*_of_printer(serial), *when)
    ).all()
    common = Common(connection, serial)
    common.read(Parts(plate, trays) for *_, plate, trays, _ in found)
    for *run, plate, trays, document in found:
        taken = None
        if document is not None:
            taken = Taken.of(common.unpack(Parts(plate, trays), document))
        yield Ended(*run), taken


def began_in(
    since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    """Return the condition that a run began in [since, until)."""
    clauses: list[ColumnElement[bool]] = []
    if since is not None:
        clauses.append(runs.c.started >= since)
    if until is not None:
        clauses.append(runs.c.started < until)
    return clauses


def _of_printer(serial: str) -> tuple[ColumnElement[bool], ...]:
    return runs.c.serial == serial, runs.c.outcome != Outcome.NOT_STARTED


def _place(entry: HistoryEntry) -> Tuple:
    """Return where a run is in the order of the history."""
    run = entry.record.run
    return tuple_(literal(began(run), Moment), literal(run.run_id))


def _ended(record: RunRecord) -> Ended:
    run, started = record.run, began(record.run)
    return Ended(
        task_id=run.task_id,
        name=record.name.replace("\0", ""),  # PostgreSQL has no such text
        outcome=record.outcome,
        started=started,
        ended=record.ended or started,
        seconds=_seconds(record),
    )


def _seconds(record: RunRecord) -> int | None:
    """Return how long it printed; None where the end was not seen (FM-127)."""
    if record.ended is None:
        return None
    return max(0, round((record.ended - began(record.run)).total_seconds()))


_same_run = and_(
    consumptions.c.serial == runs.c.serial, consumptions.c.run_id == runs.c.run_id
)
_COUNTED = (*(runs.c[name] for name in Ended._fields), runs.c.plate, runs.c.trays)

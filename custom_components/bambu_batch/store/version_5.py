"""From version 4 to 5: the history's documents are packed, and its sums are kept.

Works on JSON alone: what a document means today may no longer be what it meant then.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, insert, select, text

from . import schema
from .common import Common
from .tally import Ended, Taken
from .totals import Tally

OLD: Final = ("charges", "filament_uses", "consumptions", "runs")
"""Each before those that it refers to."""
INDEXES: Final = ("runs_by_time", "filament_uses_by_run", "charges_by_state")
AT_ONCE: Final = 1000
"""Runs in memory."""

_RUNS: Final = """
    SELECT r.run_id, r.task_id, r.name, r.outcome, r.seconds, r.document,
           c.run_id AS booked, c.energy_kwh, c.energy_cost, c.currency
    FROM bambu_batch_runs_4 r
    LEFT JOIN bambu_batch_consumptions_4 c ON c.serial = r.serial AND c.run_id = r.run_id
    WHERE r.serial = :serial AND r.run_id > :after
    ORDER BY r.run_id LIMIT :at_once
"""
_USES: Final = """
    SELECT run_id, document FROM bambu_batch_filament_uses_4
    WHERE serial = :serial AND run_id BETWEEN :first AND :last
    ORDER BY run_id, position
"""
_CHARGES: Final = """
    INSERT INTO bambu_batch_charges (serial, run_id, account, grams, state, used_before)
    SELECT serial, run_id, account, grams, state, used_before FROM bambu_batch_charges_4
"""


def pack_history(connection: Connection) -> None:
    """Write the history anew and drop the old tables."""
    for name in INDEXES:
        connection.execute(text(f"DROP INDEX IF EXISTS bambu_batch_{name}"))
    for name in OLD:
        old, kept = f"bambu_batch_{name}", f"bambu_batch_{name}_4"
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {kept}"))
    for table in (
        schema.common,
        schema.runs,
        schema.consumptions,
        schema.charges,
        schema.totals,
        schema.spool_totals,
    ):
        table.create(connection)
    for serial in connection.scalars(select(schema.lines.c.serial)).all():
        _pack(connection, serial)
    connection.execute(text(_CHARGES))
    for name in OLD:
        connection.execute(text(f"DROP TABLE bambu_batch_{name}_4"))


def _pack(connection: Connection, serial: str) -> None:
    """Pack the history of one printer."""
    common, tally = Common(connection, serial), Tally()
    for page in _pages(connection, serial):
        runs: list[dict[str, Any]] = []
        consumptions: list[dict[str, Any]] = []
        uses = _uses(connection, serial, page[0].run_id, page[-1].run_id)
        for row in page:
            record = orjson.loads(row.document)
            run, parts = _ended(row, record), common.parts(row.document, record)
            key = {"serial": serial, "run_id": row.run_id}
            runs.append(
                key
                | run._asdict()
                | parts._asdict()
                | {"document": common.pack(parts, row.document)}
            )
            tally.count_run(run)
            if row.booked is not None:
                taken = _consumption(row, uses.get(row.run_id, ()))
                document = common.pack(parts, taken)
                consumptions.append(key | {"document": document})
                tally.count_booking(run, Taken.of(taken))
        connection.execute(insert(schema.runs), runs)
        if consumptions:
            connection.execute(insert(schema.consumptions), consumptions)
    tally.add_to(connection, serial)


def _pages(connection: Connection, serial: str) -> Iterator[list[Row[Any]]]:
    after = -1
    while True:
        values = {"serial": serial, "after": after, "at_once": AT_ONCE}
        page = list(connection.execute(text(_RUNS), values))
        if not page:
            return
        yield page
        after = page[-1].run_id


def _uses(
    connection: Connection, serial: str, first: int, last: int
) -> dict[int, list[str]]:
    values = {"serial": serial, "first": first, "last": last}
    rows = connection.execute(text(_USES), values)
    return {
        run_id: [row.document for row in some]
        for run_id, some in groupby(rows, itemgetter(0))
    }


def _ended(row: Row[Any], record: dict[str, Any]) -> Ended:
    run, ended = record["run"], record["ended"]
    started = datetime.fromisoformat(run["printing_since"] or run["started"])
    return Ended(
        task_id=row.task_id,
        name=row.name,
        outcome=row.outcome,
        started=started,
        ended=datetime.fromisoformat(ended) if ended else started,
        seconds=row.seconds,
    )


def _consumption(row: Row[Any], uses: Any) -> str:
    """Return the document of what a run took."""
    rest = {
        name: getattr(row, name) for name in ("energy_kwh", "energy_cost", "currency")
    }
    return orjson.dumps({"filaments": list(map(orjson.Fragment, uses))} | rest).decode()

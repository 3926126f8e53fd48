"""The sums as they are kept: changed in the transaction that adds or books a run."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Table, TextClause, func, select, text
from sqlalchemy.sql.expression import ColumnElement

from .schema import spool_totals, totals
from .tally import (
    ALL,
    KINDS,
    Ended,
    Key,
    Spent,
    Sums,
    Taken,
    hour_of,
    of_booking,
    of_run,
    of_spools,
)

type Row = tuple[str | int, ...]


class Tally:
    """What some runs of one printer add to its sums."""

    def __init__(self) -> None:
        self._sums: dict[Row, Sums] = {}
        self._spent: dict[Row, Spent] = {}

    def count_run(self, run: Ended) -> None:
        """Count a run that has ended."""
        for key, sums in of_run(run):
            self._count(key, sums)

    def count_booking(self, run: Ended, taken: Taken) -> None:
        """Count what a run took."""
        for kind in KINDS:
            for key, sums in of_booking(kind, run, taken):
                self._count(key, sums)
        for spool, spent in of_spools(taken):
            row = spool, hour_of(run.ended)
            self._spent[row] = self._spent.get(row, Spent()).plus(spent)

    def add_to(self, connection: Connection, serial: str) -> None:
        """Add all that was counted to the sums of a printer."""
        if self._sums:
            connection.execute(_ADD_SUMS, _rows(totals, serial, self._sums))
        if self._spent:
            connection.execute(_ADD_SPENT, _rows(spool_totals, serial, self._spent))

    def _count(self, key: Key, sums: Sums) -> None:
        row = key.by, key.day, orjson.dumps(key.of).decode(), key.name
        self._sums[row] = self._sums.get(row, Sums()).plus(sums)


def _rows(
    table: Table, serial: str, counted: Mapping[Row, Sums | Spent]
) -> list[dict[str, Any]]:
    """Return the values by column: their order is the table's."""
    names = [column.name for column in table.c]
    return [
        dict(zip(names, (serial, *row, *sums), strict=True))
        for row, sums in counted.items()
    ]


def _adding(table: Table) -> TextClause:
    """Return what adds to a row that is there, and else inserts it.

    As text: SQLAlchemy would put its own together anew each time, for longer than all the rest.
    """
    keys = [f'"{column.name}"' for column in table.primary_key]
    sums = [f'"{column.name}"' for column in table.c if not column.primary_key]
    values = ", ".join(f":{column.name}" for column in table.c)
    more = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in sums)
    return text(
        f"INSERT INTO {table.name} ({', '.join(keys + sums)}) VALUES ({values})"  # noqa: S608 (names of our own)
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {more}"
    )


_ADD_SUMS, _ADD_SPENT = _adding(totals), _adding(spool_totals)


def of_days(
    connection: Connection, serial: str, by: str, first: int | None, end: int | None
) -> dict[str | None, tuple[str, Sums]]:
    """Return the sums over the days in [first, end), with a name, by what they are of."""
    when: list[ColumnElement[bool]] = []
    if first is not None:
        when.append(totals.c.day >= first)
    if end is not None:
        when.append(totals.c.day < end)
    found = connection.execute(
        select(
            totals.c.of,
            func.max(totals.c.name),
            *(func.sum(totals.c[name]) for name in Sums._fields),
        )
        .where(totals.c.serial == serial, totals.c.by == by, *when)
        .group_by(totals.c.of)
    )
    return {orjson.loads(of): (name, Sums(*sums)) for of, name, *sums in found}


def spent_after(connection: Connection, serial: str, spool: str, hour: int) -> Spent:
    """Return what the runs that ended in later hours took from a spool."""
    grams, unknown = connection.execute(
        select(func.sum(spool_totals.c.grams), func.sum(spool_totals.c.unknown)).where(
            spool_totals.c.serial == serial,
            spool_totals.c.spool == spool,
            spool_totals.c.hour > hour,
        )
    ).one()
    return Spent(grams or 0.0, unknown or 0)


def days_with_unbooked(connection: Connection, serial: str) -> list[int]:
    """Return the days on which runs began that are not booked."""
    days = select(totals.c.day).where(
        totals.c.serial == serial,
        totals.c.by == ALL,
        totals.c.runs > totals.c.booked,
    )
    return list(connection.scalars(days.order_by(totals.c.day)))

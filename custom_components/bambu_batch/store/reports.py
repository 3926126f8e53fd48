"""Sums over a period: whole days as they are kept, and the runs of the rest one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from . import history
from .schema import runs
from .tally import (
    ALL,
    HOUR,
    By,
    Ended,
    Key,
    Spent,
    Sums,
    Taken,
    begin_of,
    day_of,
    first_day_from,
    hour_of,
    of_booking,
    of_run,
    of_spools,
)
from .totals import of_days, spent_after

type Period = tuple[datetime | None, datetime | None]
"""From a moment, included, to another, excluded; None: without an end."""


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


def totals(
    connection: Connection, serial: str, since: datetime | None, until: datetime | None
) -> Totals:
    """Return the sums over the runs that began in [since, until)."""
    found = _summed(connection, serial, ALL, (since, until))
    _, sums = found.get(None, ("", Sums()))
    return Totals(
        runs=sums.runs,
        finished=sums.finished,
        failed=sums.failed,
        cancelled=sums.cancelled,
        seconds=sums.seconds,
        grams=sums.grams,
        filament_cost=sums.cost,
        energy_kwh=sums.energy_kwh,
        energy_cost=sums.energy_cost,
        incomplete=sums.runs - sums.booked + sums.unknown,
    )


def shares(
    connection: Connection,
    serial: str,
    by: By,
    since: datetime | None,
    until: datetime | None,
) -> list[Share]:
    """Return filament by material, spool or task, the heaviest first."""
    found = _summed(connection, serial, by, (since, until))
    shares = [
        Share(of, sums.runs, sums.grams, sums.cost, name, sums.energy_cost)
        if by is By.TASK
        else Share(of, sums.runs, sums.grams, sums.cost)
        for of, (name, sums) in found.items()
        if sums.runs
    ]
    return sorted(shares, key=lambda share: (-share.grams, share.of or ""))


def spent(connection: Connection, serial: str, spool: str, since: datetime) -> Spent:
    """Return what the runs that ended after a moment took from a spool.

    A run whose end was not seen counts by its start.
    """
    hour = hour_of(since)
    found = spent_after(connection, serial, spool, hour)
    ended = runs.c.ended > since, runs.c.ended < begin_of(hour + 1, HOUR)
    for _, taken in history.counted(connection, serial, *ended):
        for of, grams in of_spools(taken) if taken else ():
            if of == spool:
                found = found.plus(grams)
    return found


def _summed(
    connection: Connection, serial: str, by: str, period: Period
) -> dict[str | None, tuple[str, Sums]]:
    """Return the sums over a period, with a name, by what they are of."""
    first, end, rests = _split(period)
    found = of_days(connection, serial, by, first, end)
    for rest in rests:
        for run, taken in history.counted(connection, serial, *history.began_in(*rest)):
            for key, sums in _of(by, run, taken):
                name, before = found.get(key.of, ("", Sums()))
                found[key.of] = max(name, key.name), before.plus(sums)
    return found


def _of(by: str, run: Ended, taken: Taken | None) -> Iterator[tuple[Key, Sums]]:
    """Yield what one run adds to the sums of this kind."""
    if by == ALL:
        yield from of_run(run)
    if taken is not None:
        yield from of_booking(by, run, taken)


def _split(period: Period) -> tuple[int | None, int | None, list[Period]]:
    """Return the whole days of a period, in [first, end), and the rest of it."""
    since, until = period
    first = None if since is None else first_day_from(since)
    end = None if until is None else day_of(until)
    if first is not None and end is not None and first >= end:
        return end, end, [period]
    rests: list[Period] = []
    if first is not None:
        rests.append((since, begin_of(first)))
    if end is not None:
        rests.append((begin_of(end), until))
    return first, end, [(begin, end) for begin, end in rests if begin != end]

"""What a run adds to the sums: the one place that says so, for stored sums and for others.

The sums are by day in UTC: a month is one of Home Assistant's time zone, which may change.
Nothing is ever taken off a sum, so a float keeps its digits; added in another order, the
last of them differ, which no display shows.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from operator import add
from typing import NamedTuple, Self

import orjson

from ..production.model import Outcome
from .schema import EPOCH

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATEST = datetime.max.replace(tzinfo=UTC)


class By(StrEnum):
    """What the shares are of."""

    MATERIAL = "material"
    SPOOL = "spool"
    TASK = "task"


ALL = "all"
"""Of no share but of all runs."""
KINDS = (ALL, *By)


class Key(NamedTuple):
    """Whose sum it is."""

    by: str
    day: int
    """Since 1970, on which the runs began."""
    of: str | None = None
    """Material, spool or task; None: unknown, or all."""
    name: str = ""
    """Of the task."""


class Sums(NamedTuple):
    """What is summed, with all or with a share. What is unknown adds nothing."""

    runs: int = 0
    """With a share: those that took filament."""
    finished: int = 0
    failed: int = 0
    cancelled: int = 0
    seconds: int = 0
    booked: int = 0
    unknown: int = 0
    """Booked runs with a filament of unknown weight."""
    grams: float = 0.0
    cost: float = 0.0
    """Of the filament."""
    energy_kwh: float = 0.0
    energy_cost: float = 0.0

    def plus(self, other: Sums) -> Sums:
        """Return both together."""
        return Sums(*map(add, self, other, strict=True))


class Spent(NamedTuple):
    """What was taken from one spool."""

    grams: float = 0.0
    unknown: int = 0
    """Uses of unknown weight: they are not in the grams."""

    def plus(self, other: Spent) -> Spent:
        """Return both together."""
        return Spent(*map(add, self, other, strict=True))


class Ended(NamedTuple):
    """What the sums know of a run that has ended."""

    task_id: str
    name: str
    outcome: str
    started: datetime
    ended: datetime
    """When it began, if nobody saw its end."""
    seconds: int | None


class Use(NamedTuple):
    """What the sums know of a use of filament."""

    material: str | None
    spool: str | None
    grams: float | None
    cost: float | None


class Taken(NamedTuple):
    """What the sums know of a booking."""

    uses: tuple[Use, ...]
    energy_kwh: float | None
    energy_cost: float | None

    @classmethod
    def of(cls, document: str) -> Self:
        """Read the document of a consumption: only what is summed, a month has thousands."""
        read = orjson.loads(document)
        uses = read["filaments"]
        return cls(
            tuple(Use(*map(use.get, Use._fields)) for use in uses),
            read.get("energy_kwh"),
            read.get("energy_cost"),
        )


def day_of(moment: datetime) -> int:
    """Return the day in UTC, since 1970."""
    return (moment - EPOCH) // DAY


def first_day_from(moment: datetime) -> int:
    """Return the first day in UTC that begins at this moment or later."""
    return -((EPOCH - moment) // DAY)


def hour_of(moment: datetime) -> int:
    """Return the hour since 1970."""
    return (moment - EPOCH) // HOUR


def begin_of(number: int, length: timedelta = DAY) -> datetime:
    """Return when a day or an hour begins; the last moment there is, if that is later."""
    return EPOCH + min(number * length, LATEST - EPOCH)


def of_run(run: Ended) -> Iterator[tuple[Key, Sums]]:
    """Yield what a run adds when it ends."""
    if run.outcome != Outcome.NOT_STARTED:
        sums = Sums(runs=1, seconds=run.seconds or 0)
        yield Key(ALL, day_of(run.started)), sums._replace(**{run.outcome: 1})


def of_booking(by: str, run: Ended, taken: Taken) -> Iterator[tuple[Key, Sums]]:
    """Yield what a run adds to the sums of this kind when it is booked."""
    day, uses = day_of(run.started), taken.uses
    if by == By.MATERIAL:
        for material in dict.fromkeys(use.material for use in uses):
            share = [use for use in uses if use.material == material]
            yield Key(by, day, material), _of_uses(share)
    elif by == By.SPOOL:
        for spool in dict.fromkeys(use.spool for use in uses):
            share = [use for use in uses if use.spool == spool]
            yield Key(by, day, spool), _of_uses(share)
    else:
        whole = _of_uses(uses, taken.energy_kwh or 0.0, taken.energy_cost or 0.0)
        if by == By.TASK:
            yield Key(by, day, run.task_id, run.name), whole
        else:
            unknown = any(use.grams is None for use in uses)
            yield Key(by, day), whole._replace(runs=0, booked=1, unknown=int(unknown))


def of_spools(taken: Taken) -> Iterator[tuple[str, Spent]]:
    """Yield what a booked run took from each spool."""
    for use in taken.uses:
        if use.spool is not None:
            yield use.spool, Spent(use.grams or 0.0, int(use.grams is None))


def _of_uses(
    uses: Sequence[Use], energy_kwh: float = 0.0, energy_cost: float = 0.0
) -> Sums:
    """Return the sums of a run's uses: of one run, if there are any."""
    return Sums(
        runs=int(bool(uses)),
        grams=sum([use.grams or 0.0 for use in uses]),
        cost=sum([use.cost or 0.0 for use in uses]),
        energy_kwh=energy_kwh,
        energy_cost=energy_cost,
    )

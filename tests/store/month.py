"""A busy month: runs of every outcome, spools, filaments and gaps, and what they add up to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import random

from custom_components.bambu_batch.production.model import (
    Consumption,
    Line,
    Outcome,
    RunRecord,
)
from custom_components.bambu_batch.store import history
from custom_components.bambu_batch.store.repository import Repository

from .examples import consumption, record, run

MATERIALS = ("PLA", "PETG", "TPU")
SPOOLS = ("white", "black", None)
TASKS = 40

type Booked = tuple[RunRecord, Consumption | None]


def fill(
    repository: Repository, serial: str, runs: int, *, begin: datetime, days: int = 30
) -> list[Booked]:
    """Put so many runs into the books of a new printer; returns what was put there."""
    booked = list(_runs(runs, begin, timedelta(days=days)))
    repository.save(serial, None, Line(), [one for one, _ in booked])
    with repository._writing() as connection:
        for one, taken in booked:
            if taken is not None:
                history.book(connection, serial, one.run.run_id, taken, {})
    return booked


def _runs(count: int, begin: datetime, length: timedelta) -> Iterator[Booked]:
    chance = random.Random(count)
    for number in range(1, count + 1):
        started = begin + length * ((number - 1) / count)
        outcome = chance.choices(
            (Outcome.FINISHED, Outcome.FAILED, Outcome.CANCELLED), (8, 1, 1)
        )[0]
        task = chance.randrange(TASKS)
        one = record(
            number,
            name=f"Part {task}",
            outcome=outcome,
            run=run(number, task_id=str(task), started=started, printing_since=started),
            ended=started + timedelta(seconds=chance.randint(60, 2000)),
        )
        if chance.random() < 0.01:
            one = replace(one, ended=None)
        booked = chance.random() > 0.01
        yield one, _taken(chance) if booked else None


def _taken(chance: random.Random) -> Consumption:
    uses = tuple(
        consumption(
            None if chance.random() < 0.02 else round(chance.uniform(0, 60), 2),
            slot=slot,
            tray=slot - 1,
            material=chance.choice(MATERIALS),
            spool=chance.choice(SPOOLS),
        ).filaments[0]
        for slot in range(1, chance.choice((1, 1, 2, 4)) + 1)
    )
    energy = chance.random() < 0.9
    return Consumption(
        filaments=uses,
        energy_kwh=round(chance.uniform(0.01, 0.5), 3) if energy else None,
        energy_cost=round(chance.uniform(0.01, 0.2), 3) if energy else None,
        currency="EUR",
    )


def grams(
    booked: Iterable[Booked], of: Callable[[RunRecord], bool] = lambda _: True
) -> float:
    """Add up the known grams, run by run."""
    return sum(
        use.grams or 0.0
        for one, taken in booked
        if taken is not None and of(one)
        for use in taken.filaments
    )


def cost(booked: Iterable[Booked]) -> float:
    """Add up what is known of filament and energy."""
    return sum(
        sum(use.cost or 0.0 for use in taken.filaments) + (taken.energy_cost or 0.0)
        for _, taken in booked
        if taken is not None
    )


def begin_of_this_month(now: datetime) -> datetime:
    """Return the begin of a month that is certainly whole by now."""
    return (now.astimezone(UTC).replace(day=1) - timedelta(days=40)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )

"""Reports over the books: the time of each query, the size on disk.

python -m tests.benchmarks.history [--short]

Beside them: what SQLite takes to count the same runs.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory

from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.repository import Repository
from custom_components.bambu_batch.store.tally import By
from tests.store import month
from tests.store.examples import SERIAL

from .figure import Figure, at_most
from .measure import cpu_seconds
from .table import show_alone

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def figures(short: bool) -> Iterable[Figure]:
    """Measure the queries over a long history."""
    runs = 200 if short else 10_000
    with TemporaryDirectory(prefix="bambu-batch-") as folder:
        path = Path(folder) / "queue.db"
        with Repository(file_url(path)) as repository:
            days = 30 * max(1, runs // 1_000)
            booked = month.fill(repository, SERIAL, runs, begin=BEGIN, days=days)
            whole = repository.totals(SERIAL)
            assert whole.runs == runs
            assert abs(whole.grams - month.grams(booked)) < 1e-6
            counting = _milliseconds(partial(_count, path), short)
            for name, query in _queries(repository).items():
                yield Figure(
                    name=f"history of {runs:,} runs: {name}",
                    value=_milliseconds(query, short),
                    unit="ms",
                    beside="count(*)",
                    reference=counting,
                    goals=(at_most(100),),
                )
        yield Figure(
            name=f"history of {runs:,} runs: on disk",
            value=path.stat().st_size / 1e6,
            unit="MB",
            goals=(at_most(60 * runs / 100_000),),
        )


def _queries(repository: Repository) -> dict[str, Callable[[], object]]:
    until = BEGIN + timedelta(days=30)
    return {
        "totals, all": lambda: repository.totals(SERIAL),
        "totals, a month": lambda: repository.totals(SERIAL, BEGIN, until),
        **{
            f"by {by}, a month": partial(repository.shares, SERIAL, by, BEGIN, until)
            for by in By
        },
        "newest 100 runs": lambda: repository.history(SERIAL),
        "left on two spools": lambda: repository.spent(
            SERIAL, {"white": BEGIN, "black": BEGIN}
        ),
        "what is not booked": lambda: repository.unbooked(SERIAL),
        "what Spoolman is owed": repository.unfinished_charges,
    }


def _count(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("select count(*) from bambu_batch_runs").fetchone()


def _milliseconds(query: Callable[[], object], short: bool) -> float:
    return cpu_seconds(query, tries=2 if short else 7) * 1000


if __name__ == "__main__":
    show_alone(figures)

"""Reports over the books: milliseconds of each query, in a month of 1,000 runs and in ten.

python -m tests.benchmarks.history [--runs 1000 10000]
"""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.history import By
from custom_components.bambu_batch.store.repository import Repository
from tests.store import month
from tests.store.examples import SERIAL

ROUNDS = 21
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: Sequence[str] = ()) -> None:
    """Print a column for each number of runs."""
    parser = ArgumentParser("python -m tests.benchmarks.history", description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[1_000, 10_000])
    options = parser.parse_args(arguments)
    figures = {runs: measure(runs) for runs in options.runs}
    print("median, ms           " + "".join(f"{runs:>12,} runs" for runs in figures))
    for name in next(iter(figures.values())):
        row = "".join(f"{figures[runs][name]:17.1f}" for runs in figures)
        print(f"{name:21}{row}")


def measure(runs: int) -> dict[str, float]:
    """Return the median milliseconds of each query."""
    with (
        TemporaryDirectory(prefix="bambu-batch-") as folder,
        Repository(file_url(Path(folder) / "queue.db")) as repository,
    ):
        booked = month.fill(
            repository, SERIAL, runs, begin=BEGIN, days=30 * max(1, runs // 1_000)
        )
        until = BEGIN + timedelta(days=30)
        queries: dict[str, Callable[[], object]] = {
            "totals, all": lambda: repository.totals(SERIAL),
            "totals, a month": lambda: repository.totals(SERIAL, BEGIN, until),
            **{
                f"by {by}, a month": partial(
                    repository.shares, SERIAL, by, BEGIN, until
                )
                for by in By
            },
            "newest 100 runs": lambda: repository.history(SERIAL),
            "left on two spools": lambda: repository.spent(
                SERIAL, {"white": BEGIN, "black": BEGIN}
            ),
            "what is not booked": lambda: repository.unbooked(SERIAL),
            "what Spoolman is owed": repository.unfinished_charges,
        }
        whole = repository.totals(SERIAL)
        assert whole.runs == runs
        assert abs(whole.grams - month.grams(booked)) < 1e-6
        return {name: _milliseconds(query) for name, query in queries.items()}


def _milliseconds(query: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        query()
        taken.append(perf_counter() - begin)
    return median(taken) * 1000


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])

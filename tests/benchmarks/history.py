"""A long history: the time of each query, what follows a run, the table, the size on disk.

python -m tests.benchmarks.history [--short]

Two years of a busy printer, with its trays and spools, cut as months of another time zone cut
days. Beside the times: what SQLite takes to go through the documents of the same runs.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine

from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.history import HistoryEntry
from custom_components.bambu_batch.store.repository import Repository
from custom_components.bambu_batch.store.tally import By
from custom_components.bambu_batch.web import history_csv
from tests.store import version_4, years
from tests.store.examples import SERIAL

from .figure import Figure, Of, at_most
from .measure import alone, cpu_seconds, peak_megabytes
from .table import show_alone

RUNS = 40_000
A_DAY = 137
"""100,000 in two years."""
ZONE = timedelta(hours=8)
"""Of whoever asks."""
MONTH = timedelta(days=30)
TABLE = 30
"""Parts of the table that are read: 7,500 runs."""


def figures(short: bool) -> Iterable[Figure]:
    """Measure all of it over one history."""
    runs = 300 if short else RUNS
    length = timedelta(days=runs / A_DAY)
    with TemporaryDirectory(prefix="bambu-batch-") as folder:
        path = Path(folder) / "queue.db"
        old = alone(_write_version_4, path, runs, length)
        migration = cpu_seconds(partial(_open, path), tries=1)
        yield Figure(
            name="history on disk, 100,000 runs",
            value=path.stat().st_size / 1e6 / runs * 100_000,
            unit="MB",
            beside="version 4",
            reference=old / 1e6 / runs * 100_000,
            goals=(at_most(60), at_most(1 / 5, Of.REFERENCE)),
        )
        yield Figure(
            name="history, from version 4, 1,000 runs",
            value=migration / runs * 1000,
            unit="s",
        )
        with Repository(file_url(path)) as repository:
            assert repository.totals(SERIAL).runs == runs
            assert repository.unbooked(SERIAL) == []
            scan = _milliseconds(partial(_scan, path), short)
            queries = _queries(repository, years.BEGIN + length)
            for name, (query, goal) in queries.items():
                yield Figure(
                    name=f"history of {runs:,} runs: {name}",
                    value=_milliseconds(query, short),
                    unit="ms",
                    beside="a scan of the documents",
                    reference=scan,
                    goals=(at_most(goal),),
                )
        first = cpu_seconds(partial(_write_table, path, 1), tries=3)
        whole = cpu_seconds(partial(_write_table, path, TABLE), tries=1)
        yield Figure(
            name="history as a table (CSV), the first part",
            value=first * 1000,
            unit="ms",
            beside=f"{TABLE} parts",
            reference=whole * 1000,
            goals=(at_most(500),),
        )
        yield Figure(
            name="history as a table (CSV), peak memory",
            value=peak_megabytes(_write_table, path, TABLE),
            unit="MB",
            beside="two parts",
            reference=peak_megabytes(_write_table, path, 2),
            goals=(at_most(2, Of.REFERENCE),),
        )


def _queries(
    repository: Repository, end: datetime
) -> dict[str, tuple[Callable[[], object], float]]:
    until = end - ZONE
    (last,) = repository.history(SERIAL, limit=1)
    return {
        "after a run, all of it": (_AfterARun(repository, last), 20),
        "totals, all": (partial(repository.totals, SERIAL), 100),
        "totals, a year": (
            partial(repository.totals, SERIAL, until - 12 * MONTH, until),
            100,
        ),
        **{f"by {by}, all": (partial(repository.shares, SERIAL, by), 100) for by in By},
        **{
            f"by {by}, a month": (
                partial(repository.shares, SERIAL, by, until - MONTH, until),
                100,
            )
            for by in By
        },
        "newest 100 runs": (partial(repository.history, SERIAL), 100),
    }


class _AfterARun:
    """Records another run and does what the books do then."""

    def __init__(self, repository: Repository, last: HistoryEntry) -> None:
        self._repository, self._last = repository, last
        self._line = repository.load(SERIAL)
        self._spools = dict.fromkeys(
            (spool.spool for spool in last.record.run.spools), years.BEGIN + ZONE
        )

    def __call__(self) -> None:
        repository, line, last = self._repository, self._line, self._last
        assert line is not None
        assert last.consumption is not None
        run = replace(last.record.run, run_id=last.record.run.run_id + 1)
        record = replace(last.record, run=run)
        self._last = HistoryEntry(record, last.consumption)
        repository.save(SERIAL, line, line, [record])
        assert repository.unbooked(SERIAL) == [record]
        repository.book(SERIAL, run.run_id, last.consumption)
        repository.totals(SERIAL)
        repository.unfinished_charges()
        repository.spent(SERIAL, self._spools)


def _write_version_4(path: Path, runs: int, length: timedelta) -> int:
    """Write the history as version 4 did, and return its size."""
    engine = create_engine(file_url(path))
    with engine.begin() as connection:
        version_4.create(connection)
        version_4.fill(connection, SERIAL, years.runs(runs, length=length))
    engine.dispose()
    return path.stat().st_size


def _open(path: Path) -> None:
    Repository(file_url(path)).close()


def _scan(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        for table in ("runs", "consumptions"):
            query = f"SELECT sum(length(document)) FROM bambu_batch_{table}"  # noqa: S608
            database.execute(query).fetchone()


def _write_table(path: Path, parts: int) -> int:
    """Read so many parts of the table, as they are sent; return their length."""
    with Repository(file_url(path)) as repository:
        pages = history_csv._pages(repository, SERIAL, None, None, {})
        return sum(len(page) for page in islice(pages, parts))


def _milliseconds(query: Callable[[], object], short: bool) -> float:
    return cpu_seconds(query, tries=2 if short else 7) * 1000


if __name__ == "__main__":
    show_alone(figures)

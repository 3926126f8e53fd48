"""The kept sums: after whatever was added and booked they are the sums over the runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from sqlalchemy import create_engine, text

from custom_components.bambu_batch.production.model import (
    Consumption,
    Line,
    Outcome,
    RunRecord,
)
from custom_components.bambu_batch.store import history
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.history import HistoryEntry, began
from custom_components.bambu_batch.store.reports import Share, Totals
from custom_components.bambu_batch.store.repository import Repository
from custom_components.bambu_batch.store.tally import By, Spent

from . import version_4, years
from .examples import SERIAL, consumption, record, run

LINE = Line()
OTHER = "0390"
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
SPOOLS = ("white", "black")


@dataclass
class Books:
    """What is in the books, run by run."""

    runs: dict[int, RunRecord] = field(default_factory=dict)
    taken: dict[int, Consumption] = field(default_factory=dict)

    def began_in(
        self, since: datetime | None, until: datetime | None
    ) -> list[tuple[RunRecord, Consumption | None]]:
        return [
            (one, self.taken.get(run_id))
            for run_id, one in self.runs.items()
            if one.outcome is not Outcome.NOT_STARTED
            and (since is None or since <= began(one.run))
            and (until is None or began(one.run) < until)
        ]

    def totals(self, since: datetime | None, until: datetime | None) -> Totals:
        found = self.began_in(since, until)
        booked = [taken for _, taken in found if taken is not None]
        uses = [use for taken in booked for use in taken.filaments]
        outcomes = [one.outcome for one, _ in found]
        return Totals(
            runs=len(found),
            finished=outcomes.count(Outcome.FINISHED),
            failed=outcomes.count(Outcome.FAILED),
            cancelled=outcomes.count(Outcome.CANCELLED),
            seconds=sum(
                round((one.ended - began(one.run)).total_seconds())
                for one, _ in found
                if one.ended is not None
            ),
            grams=sum(use.grams or 0.0 for use in uses),
            filament_cost=sum(use.cost or 0.0 for use in uses),
            energy_kwh=sum(taken.energy_kwh or 0.0 for taken in booked),
            energy_cost=sum(taken.energy_cost or 0.0 for taken in booked),
            incomplete=sum(
                taken is None or any(use.grams is None for use in taken.filaments)
                for _, taken in found
            ),
        )

    def shares(
        self, by: By, since: datetime | None, until: datetime | None
    ) -> list[Share]:
        found = self.began_in(since, until)
        uses = [
            (
                {"task": one.run.task_id, "material": use.material, "spool": use.spool},
                use,
            )
            for one, taken in found
            for use in (taken.filaments if taken else ())
        ]
        return [
            Share(
                of,
                sum(
                    any(self._is_of(one, use, by, of) for use in taken.filaments)
                    for one, taken in found
                    if taken
                ),
                sum(use.grams or 0.0 for key, use in uses if key[by] == of),
                sum(use.cost or 0.0 for key, use in uses if key[by] == of),
                *(self._of_task(found, of) if by is By.TASK else ()),
            )
            for of in {key[by] for key, _ in uses}
        ]

    def spent(self, spool: str, since: datetime) -> Spent:
        uses = [
            use
            for run_id, taken in self.taken.items()
            for use in taken.filaments
            if (self.runs[run_id].ended or began(self.runs[run_id].run)) > since
            and use.spool == spool
        ]
        unknown = sum(use.grams is None for use in uses)
        return Spent(sum(use.grams or 0.0 for use in uses), unknown)

    def unbooked(self) -> set[int]:
        return {
            run_id
            for run_id, one in self.runs.items()
            if one.outcome is not Outcome.NOT_STARTED and run_id not in self.taken
        }

    @staticmethod
    def _is_of(one: RunRecord, use: object, by: By, of: str | None) -> bool:
        return (one.run.task_id if by is By.TASK else getattr(use, by)) == of

    @staticmethod
    def _of_task(
        found: Iterable[tuple[RunRecord, Consumption | None]], task: str | None
    ) -> tuple[str, float]:
        booked = [
            (one, taken) for one, taken in found if taken and one.run.task_id == task
        ]
        return (
            max(one.name for one, _ in booked),
            sum(taken.energy_cost or 0.0 for _, taken in booked),
        )


# quarters: their sums are exact in any order
amounts = st.none() | st.integers(0, 400).map(lambda number: number / 4)
moments = st.builds(
    lambda hours, rest: MIDNIGHT + timedelta(hours=hours, microseconds=rest),
    st.integers(-60, 60),
    st.sampled_from((-1, 0, 0, 1, 1_234_567_890)),
)
consumptions = st.builds(
    Consumption,
    filaments=st.lists(
        st.builds(
            lambda **changes: consumption(**changes).filaments[0],
            grams=amounts,
            cost=amounts,
            material=st.sampled_from(("PLA", "PETG", None)),
            spool=st.sampled_from((*SPOOLS, None)),
        ),
        max_size=3,
    ).map(tuple),
    energy_kwh=amounts,
    energy_cost=amounts,
)


@st.composite
def ended(draw: st.DrawFn, run_id: int) -> RunRecord:
    """Return how a run ended; some ran for days, of some nobody saw the end."""
    started = draw(moments)
    length = draw(st.none() | st.integers(0, 100_000))
    return record(
        run_id,
        name=draw(st.sampled_from(("Clip", "Hook"))),
        outcome=draw(st.sampled_from(Outcome)),
        run=run(
            run_id,
            task_id=draw(st.sampled_from("12")),
            started=started,
            printing_since=draw(st.sampled_from((None, started))),
        ),
        ended=None if length is None else started + timedelta(seconds=length),
    )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_sums_are_those_of_the_rows_after_anything(
    repository: Repository, data: st.DataObject
) -> None:
    kept = repository
    kept.remove(SERIAL)
    kept.save(SERIAL, None, LINE)
    books, draw = Books(), data.draw
    for _ in range(draw(st.integers(1, 12))):
        what = draw(st.sampled_from(("add", "add", "book", "book", "remove")))
        if what == "add":
            some = [
                draw(ended(len(books.runs) + number))
                for number in range(1, draw(st.integers(1, 4)) + 1)
            ]
            kept.save(SERIAL, LINE, LINE, some)
            books.runs |= {one.run.run_id: one for one in some}
        elif what == "book" and (waiting := sorted(books.unbooked())):
            run_id, taken = draw(st.sampled_from(waiting)), draw(consumptions)
            assert kept.book(SERIAL, run_id, taken)
            assert not kept.book(SERIAL, run_id, draw(consumptions))
            books.taken[run_id] = taken
        elif what == "remove" and draw(st.booleans()):
            kept.remove(SERIAL)
            kept.save(SERIAL, None, LINE)
            books = Books()
    _are_the_same(kept, books, data)


def _are_the_same(kept: Repository, books: Books, data: st.DataObject) -> None:
    draw = data.draw
    since, until = draw(st.none() | moments), draw(st.none() | moments)
    assert kept.totals(SERIAL, since, until) == books.totals(since, until)
    for by in By:
        shares = kept.shares(SERIAL, by, since, until)
        assert sorted(shares, key=repr) == sorted(
            books.shares(by, since, until), key=repr
        )
        grams = [share.grams for share in shares]
        assert grams == sorted(grams, reverse=True)
    weighed = {spool: draw(moments) for spool in SPOOLS}
    assert kept.spent(SERIAL, weighed) == {
        spool: books.spent(spool, moment) for spool, moment in weighed.items()
    }
    assert {one.run.run_id for one in kept.unbooked(SERIAL)} == books.unbooked()
    assert {
        (entry.record.run.run_id, entry.consumption)
        for entry in kept.history(SERIAL, since, until, None)
    } == {(one.run.run_id, taken) for one, taken in books.began_in(since, until)}


@pytest.fixture(name="older", params=["sqlite", "postgresql"])
def older_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database of version 4, of two printers."""
    if request.param == "sqlite":
        url = file_url(tmp_path / "queue.db")
    else:
        server = request.getfixturevalue("postgresql")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS older"))
            connection.execute(text("CREATE DATABASE older"))
        engine.dispose()
        url = server.replace("/postgres?", "/older?")
    engine = create_engine(url)
    with engine.begin() as connection:
        version_4.create(connection)
        version_4.fill(connection, SERIAL, some_runs(), state="waiting")
        version_4.fill(connection, OTHER, [(record(1), None, {})])
    engine.dispose()
    return url


def some_runs() -> list[version_4.Booked]:
    """Return runs of each kind, on some days."""
    found: list[version_4.Booked] = list(
        years.runs(60, spoolman=True, length=timedelta(days=5))
    )
    unseen, taken, charged = found[10]
    found[10] = replace(unseen, ended=None), taken, charged
    found[20] = found[20][0], None, {}
    found[30] = replace(found[30][0], outcome=Outcome.NOT_STARTED), None, {}
    return found


def test_an_older_history_is_packed_and_summed_with_nothing_lost(older: str) -> None:
    books = Books()
    for one, taken, _ in some_runs():
        books.runs[one.run.run_id] = one
        if taken is not None:
            books.taken[one.run.run_id] = taken
    with Repository(older) as migrated:
        assert migrated.history(OTHER) == [HistoryEntry(record(1), None)]
        found = books.began_in(None, None)
        assert migrated.history(SERIAL, limit=None) == [
            HistoryEntry(one, taken) for one, taken in reversed(found)
        ]
        for since, until in (
            (None, None),
            (years.BEGIN + timedelta(hours=30), None),
            (
                years.BEGIN + timedelta(hours=7),
                years.BEGIN + timedelta(days=3, hours=8),
            ),
        ):
            same = pytest.approx(vars_of(books.totals(since, until)))
            assert vars_of(migrated.totals(SERIAL, since, until)) == same
            for by in By:
                shares = {
                    one.of: one for one in migrated.shares(SERIAL, by, since, until)
                }
                expected = {one.of: one for one in books.shares(by, since, until)}
                assert shares.keys() == expected.keys()
                for of, share in shares.items():
                    assert share.grams == pytest.approx(expected[of].grams)
                    assert (share.runs, share.name) == (
                        expected[of].runs,
                        expected[of].name,
                    )
        spools = {
            spool.spool for one in books.runs.values() for spool in one.run.spools
        }
        moment = years.BEGIN + timedelta(days=1, hours=7, minutes=13)
        spent = migrated.spent(SERIAL, dict.fromkeys(spools, moment))
        for spool in spools:
            assert spent[spool].grams == pytest.approx(books.spent(spool, moment).grams)
        assert migrated.unbooked(SERIAL) == [some_runs()[20][0]]
        assert [one.key for one in migrated.unfinished_charges()] == [
            (SERIAL, one.run.run_id, account)
            for one, _, charged in some_runs()
            for account in sorted(charged)
        ]
        # it goes on as before
        assert migrated.book(SERIAL, some_runs()[20][0].run.run_id, consumption(5.0))
        assert migrated.unbooked(SERIAL) == []
        assert (
            migrated.totals(SERIAL).incomplete
            == books.totals(None, None).incomplete - 1
        )


def vars_of(totals: Totals) -> dict[str, float]:
    return {name: getattr(totals, name) for name in Totals.__slots__}


def test_a_long_period_reads_the_runs_of_its_first_and_last_day_only(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.remove(SERIAL)
    repository.save(SERIAL, None, LINE)
    repository.save(SERIAL, LINE, LINE, [record(number) for number in range(1, 241)])
    read = 0
    counted = history.counted

    def count(*args: Any) -> Iterator[Any]:
        nonlocal read
        for one in counted(*args):
            read += 1
            yield one

    monkeypatch.setattr(history, "counted", count)
    begin = record(1).run.started.replace(hour=0) + timedelta(days=1)
    assert repository.totals(SERIAL).runs == 240
    assert repository.totals(SERIAL, begin, begin + timedelta(days=8)).runs == 8 * 24
    assert read == 0
    end = begin + timedelta(days=8, hours=5)
    assert repository.totals(SERIAL, begin - timedelta(hours=7), end).runs == 204
    assert read == 12


@pytest.mark.parametrize("moment", [datetime.max, datetime.min])
def test_the_end_of_time_is_a_period_too(
    repository: Repository, moment: datetime
) -> None:
    repository.remove(SERIAL)
    repository.save(SERIAL, None, LINE, [record(1)])
    edge = moment.replace(tzinfo=UTC)
    before = repository.totals(SERIAL, None, edge).runs
    assert before + repository.totals(SERIAL, edge, None).runs == 1
    assert repository.spent(SERIAL, {"white": edge}) == {"white": Spent()}

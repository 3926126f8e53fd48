"""The history: one immutable record a run, booked once, and sums that are quick."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from custom_components.bambu_batch.production.model import (
    Line,
    Method,
    Outcome,
    RunRecord,
)
from custom_components.bambu_batch.store.errors import StoreError
from custom_components.bambu_batch.store.history import HistoryEntry, began
from custom_components.bambu_batch.store.reports import Share, Totals
from custom_components.bambu_batch.store.repository import Repository
from custom_components.bambu_batch.store.tally import By, Spent

from .examples import SERIAL, consumption, record, run

LINE = Line()


@pytest.fixture(name="kept")
def kept_fixture(repository: Repository) -> Repository:
    """Return a repository with an empty line."""
    repository.remove(SERIAL)
    repository.save(SERIAL, None, LINE)
    return repository


def keep(repository: Repository, *records: RunRecord) -> None:
    repository.save(SERIAL, LINE, LINE, records)


def ids(entries: list[HistoryEntry]) -> list[int]:
    return [entry.record.run.run_id for entry in entries]


def test_a_record_comes_back_as_it_was_the_newest_first(kept: Repository) -> None:
    keep(kept, record(1), record(2, outcome=Outcome.FAILED, ended=None))
    assert kept.history(SERIAL) == [
        HistoryEntry(record(2, outcome=Outcome.FAILED, ended=None), None),
        HistoryEntry(record(1), None),
    ]


def test_runs_are_found_by_when_they_began(kept: Repository) -> None:
    keep(kept, *(record(number) for number in range(1, 6)))
    since, until = began(run(2)), began(run(4))
    assert ids(kept.history(SERIAL, since, until)) == [3, 2]
    assert ids(kept.history(SERIAL, since=since)) == [5, 4, 3, 2]
    assert ids(kept.history(SERIAL, until=until)) == [3, 2, 1]
    assert ids(kept.history(SERIAL, limit=2)) == [5, 4]
    assert ids(kept.history("0390")) == []


def test_a_run_counts_from_its_first_sign_of_printing(kept: Repository) -> None:
    seen, unseen = record(1), record(2, run=run(2, printing_since=None))
    assert seen.run.printing_since is not None
    assert seen.run.printing_since > seen.run.started
    keep(kept, seen, unseen)
    assert ids(kept.history(SERIAL, until=seen.run.printing_since)) == []
    assert ids(kept.history(SERIAL, since=seen.run.printing_since)) == [2, 1]
    assert ids(kept.history(SERIAL, since=run(2).started)) == [2]


def test_a_time_of_another_zone_is_the_same_time(kept: Repository) -> None:
    keep(kept, record(1))
    since = began(run(1)).astimezone(ZoneInfo("Asia/Shanghai"))
    assert ids(kept.history(SERIAL, since=since)) == [1]
    assert ids(kept.history(SERIAL, until=since)) == []


def test_a_run_that_was_never_started_is_no_plate(kept: Repository) -> None:
    keep(kept, record(1, outcome=Outcome.NOT_STARTED, ended=None))
    assert kept.history(SERIAL) == []
    assert kept.unbooked(SERIAL) == []
    assert kept.totals(SERIAL).runs == 0


def test_what_a_run_took_is_booked_once(kept: Repository) -> None:
    keep(kept, record(1))
    assert kept.book(SERIAL, 1, consumption(5.0))
    assert not kept.book(SERIAL, 1, consumption(7.0))
    assert kept.history(SERIAL) == [HistoryEntry(record(1), consumption(5.0))]
    assert kept.totals(SERIAL).grams == 5.0


def test_what_is_not_booked_is_found_again_oldest_first(kept: Repository) -> None:
    keep(kept, record(1), record(2), record(3))
    kept.book(SERIAL, 2, consumption())
    assert kept.unbooked(SERIAL) == [record(1), record(3)]


def test_nothing_is_booked_for_an_unknown_run(kept: Repository) -> None:
    with pytest.raises(StoreError):
        kept.book(SERIAL, 9, consumption())


def test_a_record_is_never_written_twice(kept: Repository) -> None:
    """FM-115."""
    keep(kept, record(1))
    with pytest.raises(StoreError):
        keep(kept, record(1, outcome=Outcome.FAILED))
    assert kept.history(SERIAL) == [HistoryEntry(record(1), None)]


def test_the_sums_count_each_run_once_and_nothing_unknown(kept: Repository) -> None:
    two_filaments = replace(
        consumption(10.0),
        filaments=consumption(10.0).filaments + consumption(2.0, slot=2).filaments,
        energy_kwh=0.25,
        energy_cost=0.1,
    )
    keep(
        kept,
        record(1),
        record(2, outcome=Outcome.FAILED),
        record(3, outcome=Outcome.CANCELLED, ended=None),
        record(4),
    )
    kept.book(SERIAL, 1, two_filaments)
    kept.book(SERIAL, 2, consumption(3.0, route=Method.EXTRUSION))
    kept.book(SERIAL, 3, consumption(None))
    assert kept.totals(SERIAL) == Totals(
        runs=4,
        finished=2,
        failed=1,
        cancelled=1,
        seconds=3 * 910,
        grams=15.0,
        filament_cost=15 / 32,
        energy_kwh=0.25,
        energy_cost=0.1,
        incomplete=2,
    )
    assert kept.totals(SERIAL).cost == 15 / 32 + 0.1
    assert kept.totals(SERIAL, since=run(3).started).grams == 0
    assert kept.totals(SERIAL, until=run(2).started).grams == 12.0


def test_nothing_sums_to_nothing(kept: Repository) -> None:
    assert kept.totals(SERIAL) == Totals(
        runs=0,
        finished=0,
        failed=0,
        cancelled=0,
        seconds=0,
        grams=0,
        filament_cost=0,
        energy_kwh=0,
        energy_cost=0,
        incomplete=0,
    )
    assert kept.shares(SERIAL, By.MATERIAL) == []


def test_shares_are_by_material_spool_or_task(kept: Repository) -> None:
    keep(kept, record(1), record(2), record(3, run=run(3, task_id="2")))
    kept.book(SERIAL, 1, consumption(5.0, spool="white"))
    kept.book(SERIAL, 2, consumption(8.0, material="PETG"))
    kept.book(SERIAL, 3, consumption(1.0, spool="white"))
    assert kept.shares(SERIAL, By.MATERIAL) == [
        Share("PETG", 1, 8.0, 8 / 32),
        Share("PLA", 2, 6.0, 6 / 32),
    ]
    assert [(s.of, s.grams) for s in kept.shares(SERIAL, By.SPOOL)] == [
        (None, 8.0),
        ("white", 6.0),
    ]
    assert [(s.of, s.grams) for s in kept.shares(SERIAL, By.TASK)] == [
        ("1", 13.0),
        ("2", 1.0),
    ]


def test_what_was_taken_from_a_spool_counts_from_a_moment_on(kept: Repository) -> None:
    keep(kept, record(1), record(2), record(3, ended=None), record(4))
    kept.book(SERIAL, 1, consumption(5.0, spool="white"))
    kept.book(SERIAL, 2, consumption(8.0, spool="white"))
    kept.book(SERIAL, 3, consumption(None, spool="white"))
    kept.book(SERIAL, 4, consumption(1.0, spool="black"))
    long_ago, ended = run(0).started, record(1).ended
    assert ended is not None
    assert kept.spent(SERIAL, {"white": long_ago, "black": long_ago}) == {
        "white": Spent(13.0, 1),
        "black": Spent(1.0, 0),
    }
    # weighed just when the first plate had ended: that one is on the scales already
    assert kept.spent(SERIAL, {"white": ended}) == {"white": Spent(8.0, 1)}
    assert kept.spent(SERIAL, {"red": long_ago}) == {"red": Spent()}
    assert kept.spent("0390", {"white": long_ago}) == {"white": Spent()}


def test_a_task_costs_its_filament_and_its_energy(kept: Repository) -> None:
    keep(kept, record(1), record(2))
    for number in (1, 2):
        with_energy = replace(consumption(8.0), energy_kwh=1.0, energy_cost=0.3)
        kept.book(SERIAL, number, with_energy)
    assert kept.shares(SERIAL, By.TASK) == [Share("1", 2, 16.0, 0.5, "Clip", 0.6)]

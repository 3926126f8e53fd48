"""A month of 1,000 runs: every report adds up to exactly what the records say."""

from collections import defaultdict
import csv
from http import HTTPStatus
import io
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.bambu_batch.production.model import Outcome
from tests.paper import PaperPrinter
from tests.shop import Shop
from tests.store import month
from tests.store.month import Booked

RUNS = 1000
CENTS = 0.011
"""A report rounds each of its rows to cents."""


@pytest.fixture
async def booked(hass: HomeAssistant, desk: Shop, paper: PaperPrinter) -> list[Booked]:
    """Put a month into the books."""
    await hass.config.async_set_time_zone("UTC")
    coordinator = desk.coordinator
    begin = month.begin_of_this_month(dt_util.utcnow())
    await hass.async_add_executor_job(coordinator.repository.remove, coordinator.serial)
    booked = await hass.async_add_executor_job(
        lambda: month.fill(
            coordinator.repository, coordinator.serial, RUNS, begin=begin, days=28
        )
    )
    await coordinator.ledger._sum_up()
    coordinator.async_update_listeners()
    return booked


def by(booked: list[Booked], what: str) -> dict[Any, float]:
    """Add up grams by a field of the use, or by task."""
    sums: dict[Any, float] = defaultdict(float)
    for one, taken in booked:
        for use in taken.filaments if taken else ():
            of = one.run.task_id if what == "task" else getattr(use, what)
            sums[of] += use.grams or 0.0
    return sums


async def test_the_month_of_a_report_is_the_sum_of_its_records(
    desk: Shop, booked: list[Booked]
) -> None:
    answer = await desk.act("get_costs", response=True, by="month")
    items = [item for item in answer["items"] if item["runs"]]
    assert len(items) == 1
    (item,) = items
    outcomes = [one.outcome for one, _ in booked]
    assert item["runs"] == RUNS
    for outcome in (Outcome.FINISHED, Outcome.FAILED, Outcome.CANCELLED):
        assert item[outcome] == outcomes.count(outcome)
    assert item["seconds"] == sum(
        round((one.ended - one.run.started).total_seconds())
        for one, _ in booked
        if one.ended
    )
    assert item["filament_g"] == pytest.approx(month.grams(booked), abs=CENTS)
    assert item["cost"] == pytest.approx(month.cost(booked), abs=CENTS)
    assert item["incomplete"] == sum(
        taken is None or any(use.grams is None for use in taken.filaments)
        for _, taken in booked
    )
    assert answer["total"] == {k: v for k, v in item.items() if k != "of"}


@pytest.mark.parametrize("what", ["material", "spool", "task"])
async def test_the_shares_of_a_report_are_the_sums_of_their_records(
    desk: Shop, booked: list[Booked], what: str
) -> None:
    answer = await desk.act("get_costs", response=True, by=what)
    expected = by(booked, what)
    told = {item["of"]: item["filament_g"] for item in answer["items"]}
    assert told.keys() == expected.keys()
    for of, grams in expected.items():
        assert told[of] == pytest.approx(grams, abs=CENTS)
    shares = sum(item["filament_cost"] for item in answer["items"])
    total = answer["total"]["filament_cost"]
    assert shares == pytest.approx(total, abs=CENTS * len(expected))


async def test_history_export_and_sensors_add_up_to_the_same(
    hass: HomeAssistant,
    desk: Shop,
    booked: list[Booked],
    hass_client: ClientSessionGenerator,
) -> None:
    answer = await desk.act("get_history", response=True, limit=RUNS)
    runs = answer["runs"]
    assert len(runs) == RUNS
    exact = sum(u["grams"] or 0.0 for run in runs for u in run["filaments"])
    assert exact == pytest.approx(month.grams(booked), abs=1e-6)

    client = await hass_client()
    queue = desk.entity_id("todo", "queue")
    response = await client.get(f"/api/bambu_batch/history/{queue}.csv")
    assert response.status == HTTPStatus.OK
    rows = list(csv.DictReader(io.StringIO((await response.text()).lstrip("\ufeff"))))
    assert len({row["run_id"] for row in rows}) == RUNS
    table = sum(float(row["grams"] or 0) for row in rows)
    assert table == pytest.approx(month.grams(booked), abs=1e-6)

    await desk.settled()
    grams, cost = (
        float(desk.state("sensor", key)) for key in ("filament_used", "production_cost")
    )
    assert grams == pytest.approx(month.grams(booked), abs=0.1)
    assert cost == pytest.approx(month.cost(booked), abs=CENTS)

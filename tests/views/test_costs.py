"""What the plates cost: asked for, exported, and in the long-term statistics."""

from collections.abc import AsyncGenerator
import csv
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
import io
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.bambu_batch.store.errors import StoreLocked
from custom_components.bambu_batch.store.repository import Repository
from custom_components.bambu_batch.views.costs import _months
from custom_components.bambu_batch.web.history_csv import COLUMNS
from tests.paper import PaperPrinter
from tests.shop import Shop, paper_entry, queue_up, spool


@pytest.fixture
async def desk(
    hass: HomeAssistant, media: Path, paper: PaperPrinter
) -> AsyncGenerator[Shop]:
    """Set up the printer on paper, with a spool, a tariff and a meter."""
    entry = paper_entry(
        spools=[spool("White", tray=0, price=25.0)],
        cooldown_seconds=0,
        currency_per_kwh=0.4,
        energy_entity="sensor.plug",
    )
    desk = Shop(hass, entry)
    with patch("custom_components.bambu_batch.books.energy.counted", return_value=0.25):
        await desk.open()
        yield desk
        await desk.close()


async def prints(desk: Shop, paper: PaperPrinter, plates: int) -> None:
    """Print so many plates, 12 g and 0.25 kWh each, and wait until they are booked."""
    for _ in range(plates):
        paper.finishes(desk.run)
        await desk.settled()
    ledger = desk.coordinator.ledger
    await desk.until(
        lambda: (
            (totals := ledger.totals) is not None
            and (totals.runs, totals.incomplete) == (plates, 0)
        )
    )
    await desk.settled()


async def costs(desk: Shop, **data: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await desk.act("get_costs", response=True, **data)
    return answer


async def test_costs_are_told_in_all_and_by_month(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    await prints(desk, paper, 2)
    answer = await costs(desk)
    assert answer["currency"] == "EUR"
    assert answer["total"] == {
        "runs": 2,
        "finished": 2,
        "failed": 0,
        "cancelled": 0,
        "seconds": 0,
        "filament_g": 24.0,
        "filament_cost": 0.6,
        "energy_kwh": 0.5,
        "energy_cost": 0.2,
        "cost": 0.8,
        "incomplete": 0,
    }
    assert len(answer["items"]) == 12
    assert answer["items"][-1] == {"of": f"{dt_util.now():%Y-%m}"} | answer["total"]
    assert {month["runs"] for month in answer["items"][:-1]} == {0}
    assert desk.state("sensor", "production_cost") == "0.8"


@pytest.mark.parametrize(
    ("by", "of", "name", "cost"),
    [
        ("task", "1", "clip", 0.4),
        ("material", "PLA", None, 0.3),
        ("spool", "white", "White", 0.3),
    ],
)
async def test_costs_are_told_by_task_material_and_spool(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    by: str,
    of: str,
    name: str | None,
    cost: float,
) -> None:
    await queue_up(desk, paper, media)
    await prints(desk, paper, 1)
    (item,) = (await costs(desk, by=by))["items"]
    assert (item["of"], item["name"], item["cost"]) == (of, name, cost)
    assert (item["runs"], item["filament_g"], item["filament_cost"]) == (1, 12.0, 0.3)


async def test_costs_of_another_time_are_nothing(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    await prints(desk, paper, 1)
    later = (dt_util.utcnow() + timedelta(hours=1)).isoformat()
    assert (await costs(desk, since=later))["total"]["runs"] == 0
    assert (await costs(desk, since=later))["items"] == []
    assert (await costs(desk, until=later))["total"]["runs"] == 1
    assert (await costs(desk, since=later, by="task"))["items"] == []


async def test_costs_that_cannot_be_read_are_an_error(desk: Shop) -> None:
    with (
        patch.object(Repository, "totals", side_effect=StoreLocked),
        pytest.raises(HomeAssistantError) as failed,
    ):
        await costs(desk)
    assert failed.value.translation_key == "store_locked"


def test_months_are_whole_but_at_the_ends(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to("2026-03-10T12:00:00+00:00")
    since = datetime(2025, 12, 24, tzinfo=UTC)
    until = datetime(2026, 3, 5, tzinfo=UTC)
    begins = [dt_util.as_utc(begin) for begin, _ in _months(since, until)]
    ends = [end for _, end in _months(since, until)]
    assert begins[0] == since
    assert ends[-1] == until
    assert begins[1:] == ends[:-1]
    assert [dt_util.as_local(begin).day for begin in begins[1:]] == [1, 1, 1]
    assert len(list(_months(datetime(1, 1, 1, tzinfo=UTC), None))) == 75
    assert len(list(_months(None, None))) == 12


# The table


async def table(client: Any, url: str) -> list[dict[str, str]]:
    answer = await client.get(url)
    assert answer.status == HTTPStatus.OK
    assert answer.content_type == "text/csv"
    text = (await answer.read()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


async def test_a_link_gives_the_table_without_a_login(
    hass: HomeAssistant,
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    client = await hass_client_no_auth()
    await queue_up(desk, paper, media, copies=2)
    await prints(desk, paper, 2)
    link = (await desk.act("export_history", response=True))["url"]
    rows = await table(client, link)
    assert list(rows[0]) == list(COLUMNS)
    assert [row["outcome"] for row in rows] == ["finished"] * 2
    assert [row["spool"] for row in rows] == ["White"] * 2
    answer = await costs(desk)
    for column, total in (
        ("grams", "filament_g"),
        ("filament_cost", "filament_cost"),
        ("energy_cost", "energy_cost"),
    ):
        assert sum(float(row[column]) for row in rows) == pytest.approx(
            answer["total"][total]
        )

    later = (dt_util.utcnow() + timedelta(hours=1)).isoformat()
    link = (await desk.act("export_history", response=True, since=later))["url"]
    assert await table(client, link) == []
    assert (await client.get(link.replace("since", "until"))).status == 401
    plain = link.partition("?")[0]
    assert (await client.get(plain)).status == HTTPStatus.UNAUTHORIZED


async def test_the_table_needs_a_queue_that_its_reader_may_see(
    hass: HomeAssistant,
    desk: Shop,
    hass_client: ClientSessionGenerator,
    hass_admin_user: User,
) -> None:
    client = await hass_client()
    path = f"/api/bambu_batch/history/{desk.entity_id('todo', 'queue')}.csv"
    assert await table(client, path) == []
    for time in ("last week", "2026-13-45T00:00:00", "0001-01-01T00:00:00+14:00"):
        bad = await client.get(f"{path}?since={quote(time)}")
        assert bad.status == HTTPStatus.BAD_REQUEST
    for time in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert await table(client, f"{path}?until={time}") == []
    other = await client.get("/api/bambu_batch/history/todo.shopping.csv")
    assert other.status == HTTPStatus.NOT_FOUND
    with patch.object(Repository, "history", side_effect=StoreLocked):
        assert (await client.get(path)).status == HTTPStatus.SERVICE_UNAVAILABLE

    hass_admin_user.groups = []
    assert (await client.get(path)).status == HTTPStatus.FORBIDDEN


async def test_no_name_becomes_a_formula(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    client = await hass_client_no_auth()
    await queue_up(desk, paper, media)
    (media / "clip.gcode.3mf").rename(media / "=1+1.gcode.3mf")
    await desk.act("enqueue", file="=1+1.gcode.3mf")
    await prints(desk, paper, 2)
    link = (await desk.act("export_history", response=True))["url"]
    names = [row["name"] for row in await table(client, link)]
    assert names == ["'=1+1", "clip"]


# Long-term statistics


async def test_the_statistics_count_every_plate_once(
    recorder_mock: None,
    hass: HomeAssistant,
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
) -> None:
    hass.config.components.add("recorder")
    begin = dt_util.utcnow()
    begin -= timedelta(minutes=begin.minute % 5)
    begin = begin.replace(second=0, microsecond=0)
    await queue_up(desk, paper, media, copies=3)
    await prints(desk, paper, 2)
    await desk.close()
    await desk.open()  # a restart must not count anything again
    await desk.settled()
    await desk.until(lambda: desk.state("sensor", "plates_printed") == "2")
    await async_wait_recording_done(hass)
    period = begin
    while period < dt_util.utcnow():
        do_adhoc_statistics(hass, start=period)
        period += timedelta(minutes=5)
    await async_wait_recording_done(hass)
    wanted = {
        desk.entity_id("sensor", "filament_used"): 24.0,
        desk.entity_id("sensor", "production_cost"): 0.8,
    }
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        begin,
        None,
        set(wanted),
        "5minute",
        None,
        {"sum"},
    )
    for entity_id, total in wanted.items():
        assert found[entity_id][-1]["sum"] == pytest.approx(total)

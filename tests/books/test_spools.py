"""A person's own spools: described, put into trays, and lighter with every plate."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
import threading
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.bambu_batch.bambu.status import PrintState, Tray
from custom_components.bambu_batch.bambu.tray_numbers import label
from custom_components.bambu_batch.books.spools import OwnSpool, in_trays
from custom_components.bambu_batch.production.effect import Announce, News
from custom_components.bambu_batch.store.errors import StoreLocked
from custom_components.bambu_batch.store.reports import Totals
from custom_components.bambu_batch.store.repository import Repository
from tests.paper import PaperPrinter
from tests.shop import Shop, paper_entry, queue_up, spool

LOADED = (
    Tray(0, loaded=True, material="PLA", colour="FFFFFFFF", brand_code="GFA00"),
    Tray(1, loaded=True, material="PETG", colour="000000FF", tag="ABCD"),
)


@pytest.fixture
async def desk(
    hass: HomeAssistant, media: Path, paper: PaperPrinter
) -> AsyncGenerator[Shop]:
    """Set up the printer on paper with a white spool in its first tray, and a black one."""
    entry = paper_entry(
        spools=[
            spool("White", tray=0, price=25.0, brand="Maker", colour="FFFFFF"),
            spool("Black", tag="ABCD"),
        ]
    )
    desk = Shop(hass, entry)
    await desk.open()
    yield desk
    await desk.close()


async def prints(desk: Shop, paper: PaperPrinter) -> None:
    """Print one plate of 12 g to its end, and book it."""
    paper.finishes(desk.run)
    await desk.settled()
    repository, serial = desk.coordinator.repository, desk.coordinator.serial
    await desk.until(lambda: not repository.unbooked(serial))
    await desk.until(lambda: not desk.coordinator.spools._unbooked)
    await desk.settled()


def devices(desk: Shop) -> list[dr.DeviceEntry]:
    return dr.async_entries_for_config_entry(
        dr.async_get(desk.hass), desk.entry.entry_id
    )


def subentry(desk: Shop, spool_id: str) -> ConfigSubentry:
    return desk.entry.subentries[spool_id]


async def change(desk: Shop, spool_id: str, **changes: Any) -> dict[str, Any]:
    """Reconfigure a spool by its form; returns what the form showed before."""
    flows = desk.hass.config_entries.subentries
    form = await desk.entry.start_subentry_reconfigure_flow(desk.hass, spool_id)
    assert form["data_schema"] is not None
    shown = {
        str(key): key.description["suggested_value"]
        for key in form["data_schema"].schema
        if key.description and "suggested_value" in key.description
    }
    result = await flows.async_configure(form["flow_id"], shown | changes)
    assert result["type"] is FlowResultType.ABORT, result
    assert result["reason"] == "reconfigure_successful"
    await desk.settled()
    return shown


async def add(desk: Shop, **data: Any) -> dict[str, Any]:
    """Add a spool by its form; returns the flow's result."""
    flows = desk.hass.config_entries.subentries
    form = await flows.async_init(
        (desk.entry.entry_id, "spool"), context={"source": "user"}
    )
    assert form["errors"] == {}
    known = {"name": "Grey", "material": "PETG", "net_grams": 750, "low_grams": 50}
    result = await flows.async_configure(
        form["flow_id"], known | {"currency": "eur"} | data
    )
    await desk.settled()
    return dict(result)


async def put(desk: Shop, spool_id: str, tray: str) -> None:
    await desk.hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": desk.entity_id("select", f"{spool_id}_tray"), "option": tray},
        blocking=True,
    )
    await desk.settled()


# Which spool is in which tray


def own(name: str, tag: str | None = None, tray: int | None = None) -> OwnSpool:
    data = spool(name, tag=tag, tray=tray)
    return OwnSpool.of(
        ConfigSubentry(
            data=MappingProxyType(dict(data["data"])),
            subentry_type="spool",
            title=name,
            subentry_id=name,
            unique_id=None,
        )
    )


@pytest.mark.parametrize(
    ("spools", "found"),
    [
        ((own("a", tray=0),), {0: "a"}),
        ((own("a", tray=9),), {9: "a"}),
        ((own("a", tag="ABCD"),), {1: "a"}),
        ((own("a", tag="ABCD", tray=0),), {1: "a"}),
        ((own("a", tag="ABCD"), own("b", tray=1)), {1: "a"}),
        ((own("b", tray=1), own("a", tag="ABCD")), {1: "a"}),
        ((own("a", tray=1),), {1: "a"}),
        ((own("a", tag="FFFF", tray=1),), {}),
        ((own("a", tag="FFFF", tray=0),), {0: "a"}),
        ((own("a"),), {}),
    ],
)
def test_a_tag_tells_more_than_a_hand(
    spools: tuple[OwnSpool, ...], found: dict[int, str]
) -> None:
    assert {at: one.name for at, one in in_trays(spools, LOADED).items()} == found


def test_both_numbers_of_the_external_spool_are_one_place() -> None:
    trays = (Tray(255, tag="ABCD"),)
    assert list(in_trays([own("a", tag="ABCD")], trays)) == [254]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "A1"),
        (7, "B4"),
        (15, "D4"),
        (24, "Lite 1"),
        (128, "HT-A"),
        (254, "external"),
    ],
)
def test_trays_have_names(number: int, name: str) -> None:
    assert label(number) == name


async def test_a_spool_is_put_into_a_tray_by_hand(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter
) -> None:
    assert desk.state("select", "white_tray") == "A1"
    assert desk.state("select", "black_tray") == "none"
    paper.reports(trays=LOADED)
    await desk.settled()
    assert desk.state("select", "black_tray") == "A2"

    await add(desk)
    grey = next(i for i, s in desk.entry.subentries.items() if s.title == "Grey")
    await put(desk, grey, "A1")
    assert desk.state("select", f"{grey}_tray") == "A1"
    assert desk.state("select", "white_tray") == "none"
    await put(desk, grey, "none")
    assert desk.state("select", f"{grey}_tray") == "none"


async def test_the_tag_of_a_spool_is_learned_from_its_tray(
    desk: Shop, paper: PaperPrinter
) -> None:
    tagged = replace(LOADED[0], tag="beef")
    paper.reports(trays=(tagged, LOADED[1]))
    await desk.settled()
    await put(desk, "white", "A1")
    assert subentry(desk, "white").data["tag"] == "BEEF"

    paper.reports(trays=(LOADED[0], replace(tagged, number=2)))
    await desk.settled()
    assert desk.state("select", "white_tray") == "A3"


@pytest.mark.parametrize(
    ("spool_id", "tray", "key"),
    [
        ("black", "A1", "spool_read"),
        ("black", "none", "spool_read"),
        ("white", "A2", "spool_read"),
    ],
)
async def test_a_hand_cannot_say_what_the_printer_reads_otherwise(
    desk: Shop, paper: PaperPrinter, spool_id: str, tray: str, key: str
) -> None:
    paper.reports(trays=LOADED)
    await desk.settled()
    with pytest.raises(ServiceValidationError) as refused:
        await put(desk, spool_id, tray)
    assert refused.value.translation_key == key
    assert refused.value.translation_placeholders == {"spool": "Black", "tray": "A2"}


async def test_a_tagged_spool_is_not_where_another_tag_is_read(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports(trays=(LOADED[0], replace(LOADED[1], tag="0BAD")))
    await desk.settled()
    with pytest.raises(ServiceValidationError) as refused:
        await put(desk, "black", "A2")
    assert refused.value.translation_key == "spool_other_tag"


# The forms


async def test_a_new_spool_is_full_and_has_its_entities_at_once(
    hass: HomeAssistant, desk: Shop
) -> None:
    result = await add(desk, colour=[128, 128, 128], tag=" 12ab ", price=15)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    grey = next(s for s in desk.entry.subentries.values() if s.title == "Grey")
    assert grey.data["colour"] == "808080"
    assert (grey.data["tag"], grey.data["currency"]) == ("12AB", "EUR")
    weight = f"{grey.subentry_id}_weight_left"
    await desk.until(lambda: desk.state("sensor", weight) == "750.0")
    assert desk.state("sensor", f"{grey.subentry_id}_value_left") == "15.0"
    assert ("Grey", "PETG") in {(d.name, d.model) for d in devices(desk)}


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"currency": "Taler"}, {"currency": "currency_unknown"}),
        ({"weighed_grams": 751}, {"weighed_grams": "more_than_full"}),
        ({"tag": "abcd"}, {"tag": "tag_in_use"}),
    ],
)
async def test_what_cannot_be_is_refused_and_can_be_corrected(
    desk: Shop, data: dict[str, Any], errors: dict[str, str]
) -> None:
    result = await add(desk, **data)
    assert result["errors"] == errors

    good = {"name": "Grey", "material": "PETG", "net_grams": 750, "low_grams": 50}
    end = await desk.hass.config_entries.subentries.async_configure(
        result["flow_id"], good | {"currency": "USD"}
    )
    await desk.settled()
    assert end["type"] is FlowResultType.CREATE_ENTRY


async def test_a_changed_spool_is_known_by_its_new_name_everywhere(
    hass: HomeAssistant, desk: Shop
) -> None:
    shown = await change(desk, "white", name="Snow", brand="Other")
    assert shown["weighed_grams"] == 1000
    assert shown["colour"] == [255, 255, 255]
    assert subentry(desk, "white").title == "Snow"
    assert subentry(desk, "white").data["tray"] == 0
    assert {device.name for device in devices(desk)} == {"Mini", "Snow", "Black"}


async def test_a_removed_spool_leaves_nothing(hass: HomeAssistant, desk: Shop) -> None:
    assert hass.config_entries.async_remove_subentry(desk.entry, "white")
    await desk.settled()
    await hass.async_block_till_done()
    left = [e.unique_id for e in er.async_get(hass).entities.values()]
    assert not [unique_id for unique_id in left if "white" in unique_id]
    assert desk.state("select", "black_tray") == "none"


# What is left


async def test_each_plate_makes_the_spool_lighter_once(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    await prints(desk, paper)
    assert desk.state("sensor", "white_weight_left") == "988.0"
    assert desk.state("sensor", "white_value_left") == "24.7"
    assert desk.state("sensor", "black_weight_left") == "1000.0"
    assert desk.state("sensor", "production_cost") == "0.3"
    (entry,) = desk.coordinator.repository.history(desk.coordinator.serial)
    assert entry.consumption is not None
    assert entry.consumption.filaments[0].spool == "white"

    await desk.close()
    await desk.open()
    await desk.settled()
    assert desk.state("sensor", "white_weight_left") == "988.0"


async def test_fm_110_a_persons_weight_wins(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    await prints(desk, paper)
    assert (await change(desk, "white"))["weighed_grams"] == 988
    assert desk.state("sensor", "white_weight_left") == "988.0"
    await change(desk, "white", weighed_grams=500)
    await desk.until(lambda: desk.state("sensor", "white_weight_left") == "500.0")


async def test_fm_108_a_spool_that_was_changed_in_print_is_charged_where_it_began(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    await put(desk, "white", "none")
    await prints(desk, paper)
    assert desk.state("sensor", "white_weight_left") == "988.0"


async def test_an_ended_plate_counts_before_it_is_booked(
    desk: Shop, paper: PaperPrinter, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await queue_up(desk, paper, media)
    with patch.object(Repository, "book", side_effect=StoreLocked):
        paper.finishes(desk.run)
        await desk.settled()
        await desk.until(lambda: "cannot be booked" in caplog.text)
    assert desk.coordinator.spools.left("white") == 988
    await desk.close()
    await desk.open()
    await desk.settled()
    assert desk.coordinator.spools.left("white") == 988


async def test_what_an_unknown_weight_was_taken_from_says_so(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    (media / "clip.gcode.3mf").unlink()
    paper.prints(desk.run, PrintState.FAILED)
    await desk.settled()
    await desk.until(
        lambda: desk.attributes("sensor", "white_weight_left")["unknown_uses"] == 1
    )
    assert desk.state("sensor", "white_weight_left") == "1000.0"


async def test_a_price_in_another_currency_adds_nothing_to_the_costs(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await change(desk, "white", currency="USD")
    await queue_up(desk, paper, media)
    await prints(desk, paper)
    assert desk.state("sensor", "production_cost") == "0.0"
    assert desk.state("sensor", "white_value_left") == "24.7"
    value = desk.attributes("sensor", "white_value_left")
    assert value["unit_of_measurement"] == "USD"


async def test_low_stock_is_told_once(
    desk: Shop, paper: PaperPrinter, media: Path, news: list[Announce]
) -> None:
    await change(desk, "white", weighed_grams=105)
    await queue_up(desk, paper, media, copies=2)
    await prints(desk, paper)
    low = Announce(news=News.FILAMENT_LOW, spool="White")
    await desk.until(lambda: low in news)
    await desk.press("plate_clear")
    desk.coordinator.set_option("cooldown_seconds", 0)
    await desk.settled()
    await prints(desk, paper)
    assert news.count(low) == 1
    event = desk.attributes("event", "production")
    assert "spool" in event or event["event_type"] != "filament_low"


async def test_low_stock_is_told_though_the_books_were_just_being_summed(
    desk: Shop, paper: PaperPrinter, media: Path, news: list[Announce]
) -> None:
    await change(desk, "white", weighed_grams=105)
    await desk.until(lambda: desk.state("sensor", "white_weight_left") == "105.0")
    await queue_up(desk, paper, media)
    summing, go_on = threading.Event(), threading.Event()
    totals = desk.coordinator.repository.totals

    def slowly(serial: str) -> Totals:
        summing.set()
        assert go_on.wait(20)
        return totals(serial)

    with patch.object(desk.coordinator.repository, "totals", slowly):
        early = asyncio.create_task(desk.coordinator.ledger.catch_up())
        await desk.until(summing.is_set)
        paper.finishes(desk.run)
        await desk.until(lambda: desk.coordinator.line.run is None)
        go_on.set()
        await early
    await desk.until(lambda: Announce(news=News.FILAMENT_LOW, spool="White") in news, 5)


# What the queue needs


async def test_the_queue_says_when_a_spool_will_run_out(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await change(desk, "white", weighed_grams=30)
    await queue_up(desk, paper, media, copies=5)
    await desk.until(lambda: desk.state("sensor", "white_queue_need") == "60.0")
    ends = desk.attributes("sensor", "white_queue_need")
    assert (ends["runs_out_plate"], ends["runs_out_copy"]) == (3, 3)
    assert ends["runs_out_at"] is not None
    assert desk.state("sensor", "black_queue_need") == "0.0"

    paper.is_lost()
    await desk.settled()
    assert desk.state("sensor", "white_queue_need") == "unknown"


async def test_a_task_that_would_run_out_waits_if_that_is_wanted(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    desk.coordinator.set_option("hold_before_runout", True)
    await change(desk, "white", weighed_grams=11)
    await queue_up(desk, paper, media)
    assert desk.coordinator.line.run is None
    assert desk.state("sensor", "waiting_for") == "task_held"
    assert desk.coordinator.tasks[0]["hold_reason"] == "filament_missing"

    await change(desk, "white", weighed_grams=13)
    await desk.until(lambda: desk.coordinator.line.run is not None)


async def test_no_second_plate_starts_before_the_first_is_taken_off(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    desk.coordinator.set_option("hold_before_runout", True)
    desk.coordinator.set_option("cooldown_seconds", 0)
    await change(desk, "white", weighed_grams=20)
    await desk.until(lambda: desk.state("sensor", "white_weight_left") == "20.0")
    await queue_up(desk, paper, media, copies=2)
    with patch.object(Repository, "book", side_effect=StoreLocked):
        paper.finishes(desk.run)
        await desk.settled()
        await desk.press("plate_clear")
        await desk.settled()
        assert desk.coordinator.line.run is None
        assert desk.coordinator.tasks[0]["hold_reason"] == "filament_missing"

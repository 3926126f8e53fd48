"""A printer with Spoolman: its spools in the trays, what plates take booked there, once."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.components import system_health
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.bambu_batch import diagnostics
from custom_components.bambu_batch.bambu.status import PrintState, Tray
from custom_components.bambu_batch.books import spoolman_charges, spoolman_link
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.effect import Announce, News
from custom_components.bambu_batch.spoolman.errors import Denied, NoAnswer
from custom_components.bambu_batch.store.errors import StoreLocked
from custom_components.bambu_batch.store.repository import Repository
from tests.paper import PaperPrinter
from tests.shop import Shop, paper_entry, queue_up, spool
from tests.spoolman.server import Served, break_off, failing, white

LOADED = (
    Tray(0, loaded=True, material="PLA", colour="FFFFFFFF", brand_code="GFA00"),
    Tray(1, loaded=True, material="PETG", colour="000000FF"),
)
WHITE = "#1 White"


@pytest.fixture
async def desk(
    hass: HomeAssistant, media: Path, paper: PaperPrinter, spoolman: Served
) -> AsyncGenerator[Shop]:
    """Set up the printer on paper with Spoolman, and with a spool that is not Spoolman's."""
    own = spool("Black", tray=1)
    desk = Shop(hass, paper_entry(spools=[own], spoolman_url=spoolman.url))
    with (
        patch.object(spoolman_link, "EVERY_SECONDS", 0.1),
        patch.object(spoolman_link, "PAUSES", (0.1,)),
        patch.object(spoolman_charges, "SETTLE_SECONDS", 0.1),
    ):
        await desk.open()
        await desk.until(lambda: desk.coordinator.spoolman.spools)
        paper.reports(trays=LOADED)
        await desk.settled()
        yield desk
        await desk.close()


async def put(desk: Shop, tray: int, name: str) -> None:
    """Choose a tray's spool."""
    entity_id = desk.entity_id("select", f"tray_spool_{tray}")
    await desk.hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": entity_id, "option": name},
        blocking=True,
    )
    await desk.settled()


async def prints(desk: Shop, paper: PaperPrinter) -> None:
    """Print one plate of 12 g to its end, and book it in our books."""
    paper.finishes(desk.run)
    await desk.settled()
    repository, serial = desk.coordinator.repository, desk.coordinator.serial
    await desk.until(lambda: not repository.unbooked(serial))
    await desk.until(lambda: not desk.coordinator.spools._unbooked)


def subentry_of(desk: Shop, number: int = 1) -> str:
    (found,) = [
        one.subentry_id
        for one in desk.entry.subentries.values()
        if (one.unique_id or "").startswith(f"{number}@")
    ]
    return found


def spool_state(desk: Shop, key: str) -> str:
    return desk.state("sensor", f"{subentry_of(desk)}_{key}")


def waiting(desk: Shop) -> int:
    return len(desk.coordinator.spoolman.charges.own)


# The spools


async def test_each_tray_offers_spoolmans_spools_and_ones_own(desk: Shop) -> None:
    attributes = desk.attributes("select", "tray_spool_0")
    assert attributes["options"] == ["none", "Black", WHITE]
    assert attributes["friendly_name"] == "Mini Spool in A1"
    assert desk.state("select", "tray_spool_0") == "none"
    assert desk.state("select", "tray_spool_1") == "Black"


async def test_a_spool_that_is_chosen_becomes_one_of_the_printers(desk: Shop) -> None:
    await put(desk, 0, WHITE)
    assert desk.state("select", "tray_spool_0") == WHITE
    subentry = desk.entry.subentries[subentry_of(desk)]
    assert subentry.title == WHITE
    assert (subentry.data["material"], subentry.data["colour"]) == ("PLA", "FFFFFF")
    assert spool_state(desk, "weight_left") == "1000.0"
    assert spool_state(desk, "value_left") == "25.0"
    assert desk.state("select", f"{subentry_of(desk)}_tray") == "A1"
    assert desk.attributes("select", "tray_spool_1")["options"].count(WHITE) == 1

    await put(desk, 1, WHITE)
    assert desk.state("select", "tray_spool_0") == "none"
    assert desk.state("select", "tray_spool_1") == WHITE
    await put(desk, 1, "none")
    assert desk.state("select", "tray_spool_1") == "none"
    assert len(desk.entry.subentries) == 2


async def test_what_is_changed_in_spoolman_is_taken_over(
    desk: Shop, spoolman: Served
) -> None:
    await put(desk, 0, WHITE)
    cream = spoolman.spoolman.add("filament", **white() | {"name": "Cream"})
    spoolman.spoolman.change(1, filament_id=cream, price=30.0, used_weight=250.0)
    await desk.until(lambda: spool_state(desk, "weight_left") == "750.0")
    await desk.until(lambda: spool_state(desk, "value_left") == "22.5")
    assert desk.state("select", "tray_spool_0") == "#1 Cream"


async def test_a_spool_whose_tag_is_read_needs_no_hand(
    desk: Shop, paper: PaperPrinter, spoolman: Served
) -> None:
    spoolman.spoolman.change(1, extra={"tag": '"beef"'})
    await desk.until(lambda: desk.coordinator.spoolman.spools[1].tag == "BEEF")
    assert len(desk.entry.subentries) == 1
    paper.reports(trays=(replace(LOADED[0], tag="BEEF"), LOADED[1]))
    await desk.settled()
    assert desk.state("select", "tray_spool_0") == WHITE
    with pytest.raises(ServiceValidationError) as refused:
        await put(desk, 0, "none")
    assert refused.value.translation_key == "spool_read"
    paper.reports(trays=(LOADED[0], replace(LOADED[1], tag="BEEF")))
    await desk.settled()
    assert desk.state("select", "tray_spool_1") == WHITE
    assert len(desk.entry.subentries) == 2


async def test_a_tag_that_is_learned_here_is_kept(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports(trays=(replace(LOADED[0], tag="BEEF"), LOADED[1]))
    await desk.settled()
    await put(desk, 0, WHITE)
    spools = desk.coordinator.spoolman.spools
    await desk.until(lambda: desk.coordinator.spoolman.spools is not spools)
    assert desk.entry.subentries[subentry_of(desk)].data["tag"] == "BEEF"


async def test_spools_of_one_name_can_be_told_apart(
    desk: Shop, spoolman: Served
) -> None:
    await put(desk, 0, WHITE)
    desk.hass.config_entries.async_update_subentry(
        desk.entry, desk.entry.subentries["black"], title=WHITE
    )
    await desk.settled()
    options = desk.attributes("select", "tray_spool_0")["options"]
    assert len(set(options)) == len(options) == 3


async def test_a_spool_of_spoolmans_is_not_described_here(desk: Shop) -> None:
    await put(desk, 0, WHITE)
    flow = await desk.entry.start_subentry_reconfigure_flow(
        desk.hass, subentry_of(desk)
    )
    assert flow["reason"] == "change_in_spoolman"


# The books


async def test_a_plate_is_booked_in_spoolman_and_costs_what_its_spool_does(
    desk: Shop, paper: PaperPrinter, media: Path, spoolman: Served
) -> None:
    await put(desk, 0, WHITE)
    await queue_up(desk, paper, media)
    await prints(desk, paper)
    await desk.until(lambda: spoolman.spoolman.used(1) == 12.0)
    await desk.until(lambda: waiting(desk) == 0)
    assert spool_state(desk, "weight_left") == "988.0"
    (run,) = (await desk.act("get_history", response=True))["runs"]
    assert run["cost"] == pytest.approx(0.3)
    assert spoolman.uses == 1


async def test_a_plate_of_ones_own_spool_is_no_business_of_spoolmans(
    desk: Shop, paper: PaperPrinter, media: Path, spoolman: Served
) -> None:
    await queue_up(desk, paper, media)
    await prints(desk, paper)
    assert waiting(desk) == spoolman.uses == 0


async def test_a_stopped_plate_is_booked_as_far_as_it_came(
    desk: Shop, paper: PaperPrinter, media: Path, spoolman: Served
) -> None:
    await put(desk, 0, WHITE)
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    paper.prints(desk.run, PrintState.RUNNING, layer=25)
    paper.prints(desk.run, PrintState.FAILED)
    await desk.until(lambda: spoolman.spoolman.used(1) == pytest.approx(6, rel=0.05))


async def test_a_use_of_unknown_weight_is_told_and_not_booked(
    desk: Shop, paper: PaperPrinter, media: Path, spoolman: Served
) -> None:
    await put(desk, 0, WHITE)
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    (media / "clip.gcode.3mf").unlink()
    paper.prints(desk.run, PrintState.FAILED)
    weight = f"{subentry_of(desk)}_weight_left"
    await desk.until(lambda: desk.attributes("sensor", weight)["unknown_uses"] == 1)
    assert waiting(desk) == spoolman.uses == 0


async def test_what_is_owed_is_taken_off_while_spoolman_is_away(
    desk: Shop, paper: PaperPrinter, media: Path, spoolman: Served
) -> None:
    await put(desk, 0, WHITE)
    spoolman.spoolman.before = failing(502)
    await desk.until(lambda: desk.coordinator.spoolman.error)
    await queue_up(desk, paper, media)
    await prints(desk, paper)
    await desk.until(lambda: spool_state(desk, "weight_left") == "988.0")
    assert waiting(desk) == 1
    assert await async_setup_component(desk.hass, system_health.DOMAIN, {})
    health = dict((await system_health.get_info(desk.hass))[DOMAIN])
    assert health["spoolman_charges"] == 1

    await desk.close()  # it survives a restart
    await desk.open()
    assert waiting(desk) == 1
    assert spool_state(desk, "weight_left") == "unknown"
    spoolman.spoolman.before = None
    await desk.until(lambda: waiting(desk) == 0)
    assert spoolman.spoolman.used(1) == 12.0
    await desk.until(lambda: spool_state(desk, "weight_left") == "988.0")
    assert spoolman.uses == 1


async def test_a_plate_waits_for_a_spool_of_spoolmans_with_enough_on_it(
    desk: Shop, paper: PaperPrinter, media: Path, spoolman: Served
) -> None:
    desk.coordinator.set_option("hold_before_runout", True)
    await put(desk, 0, WHITE)
    spoolman.spoolman.change(1, used_weight=989.0)
    await desk.until(lambda: spool_state(desk, "weight_left") == "11.0")
    await queue_up(desk, paper, media)
    await desk.until(lambda: spool_state(desk, "queue_need") == "0.0")
    assert desk.coordinator.line.run is None
    assert desk.coordinator.tasks[0]["hold_reason"] == "filament_missing"
    spoolman.spoolman.change(1, used_weight=0.0)
    await desk.until(lambda: desk.coordinator.line.run is not None)


async def test_low_filament_is_told_once_it_is_booked(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    spoolman: Served,
    news: list[Announce],
) -> None:
    await put(desk, 0, WHITE)
    spoolman.spoolman.change(1, used_weight=895.0)
    await desk.until(lambda: spool_state(desk, "weight_left") == "105.0")
    await queue_up(desk, paper, media)
    await prints(desk, paper)
    low = Announce(news=News.FILAMENT_LOW, spool=WHITE)
    await desk.until(lambda: low in news)


# What only a person can tell


async def fix(desk: Shop, kind: str, *steps: str) -> None:
    """Answer an issue as a person does."""
    assert await async_setup_component(desk.hass, REPAIRS, {})
    manager = desk.hass.data[REPAIRS]["flow_manager"]
    issue_id = f"{kind}_{desk.entry.entry_id}"
    flow = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    for step in steps:
        answer: dict[str, Any] = {"next_step_id": step} if step != "confirm" else {}
        flow = await manager.async_configure(flow["flow_id"], answer)
    assert flow["type"] == "create_entry", flow


def issue(desk: Shop, kind: str) -> ir.IssueEntry | None:
    registry = ir.async_get(desk.hass)
    return registry.async_get_issue(DOMAIN, f"{kind}_{desk.entry.entry_id}")


@pytest.mark.parametrize(("answer", "used"), [("book", 62.0), ("booked", 50.0)])
async def test_a_charge_in_doubt_is_settled_by_a_person(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    spoolman: Served,
    answer: str,
    used: float,
) -> None:
    await put(desk, 0, WHITE)
    await queue_up(desk, paper, media)

    async def disturb(request: Any) -> None:
        if request.method == "PUT":
            spoolman.spoolman.after = None
            spoolman.spoolman.change(1, used_weight=50.0)
            await break_off(request)

    spoolman.spoolman.after = disturb
    await prints(desk, paper)
    await desk.until(lambda: issue(desk, "spoolman_doubtful"))
    shown = issue(desk, "spoolman_doubtful")
    assert shown is not None
    assert shown.translation_placeholders is not None
    assert shown.translation_placeholders["grams"] == "12.0"
    assert shown.translation_placeholders["after"] == "12.0"
    await fix(desk, "spoolman_doubtful", answer)
    await desk.until(lambda: waiting(desk) == 0)
    await desk.until(lambda: issue(desk, "spoolman_doubtful") is None)
    assert spoolman.spoolman.used(1) == used


async def test_a_charge_whose_spool_is_gone_can_be_left_out(
    desk: Shop, paper: PaperPrinter, media: Path, spoolman: Served
) -> None:
    await put(desk, 0, WHITE)
    await queue_up(desk, paper, media)
    spoolman.spoolman.delete(1)
    await prints(desk, paper)
    await desk.until(lambda: issue(desk, "spoolman_no_spool"))
    assert spool_state(desk, "weight_left") == "unknown"
    await fix(desk, "spoolman_no_spool", "confirm")
    await desk.until(lambda: issue(desk, "spoolman_no_spool") is None)
    assert waiting(desk) == 0


# The link itself


async def test_it_can_be_switched_off_and_on_while_a_charge_waits(
    desk: Shop, paper: PaperPrinter, media: Path, spoolman: Served
) -> None:
    await put(desk, 0, WHITE)
    spoolman.spoolman.before = failing(401)
    link = desk.coordinator.spoolman
    await desk.until(lambda: isinstance(link.error, Denied))
    await queue_up(desk, paper, media)
    await prints(desk, paper)
    desk.coordinator.set_option("spoolman_url", None)
    await desk.settled()
    assert not link.on
    assert link.error is None
    assert desk.state("select", "tray_spool_0") == "unavailable"
    spoolman.spoolman.before = None
    assert waiting(desk) == 1
    desk.coordinator.set_option("spoolman_url", spoolman.url)
    await desk.until(lambda: waiting(desk) == 0)
    await desk.until(lambda: link.spools)
    assert desk.state("select", "tray_spool_0") == WHITE
    assert spoolman.spoolman.used(1) == 12.0


async def test_a_fault_of_the_database_or_of_ours_ends_nothing(
    desk: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    link = desk.coordinator.spoolman
    with patch.object(Repository, "unfinished_charges", side_effect=StoreLocked):
        await desk.until(lambda: "cannot be stored" in caplog.text)
    with patch.object(Repository, "unfinished_charges", side_effect=ValueError):
        await desk.until(lambda: "unexpected" in caplog.text)
    spools = link.spools
    await desk.until(lambda: link.spools is not spools)


async def test_nothing_tells_the_address(
    desk: Shop,
    spoolman: Served,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk.coordinator.set_option("spoolman_url", "http://user:secret@127.0.0.1:1")
    link = desk.coordinator.spoolman
    await desk.until(lambda: link.error)
    assert not isinstance(link.error, NoAnswer)
    desk.coordinator.connection.document = {}  # type: ignore[misc]
    told = await diagnostics.async_get_config_entry_diagnostics(desk.hass, desk.entry)
    assert told["spoolman"]["error"] == "spoolman_cannot_connect"
    assert told["spoolman"]["on"] is True
    assert "secret" not in str(told)
    assert "Spoolman" in caplog.text
    desk.coordinator.set_option("spoolman_url", spoolman.url)
    await desk.until(lambda: link.error is None and link.spools)
    assert "secret" not in caplog.text

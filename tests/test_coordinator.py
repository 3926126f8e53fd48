"""The coordinator between Home Assistant, a printer on paper and a real database."""

import asyncio
from datetime import timedelta
import logging
from pathlib import Path
import time
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.bambu_batch.bambu.connection import DisconnectReason
from custom_components.bambu_batch.bambu.status import PrintState, Uptime
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.effect import Announce, News
from custom_components.bambu_batch.production.event import ConfirmPlateClear, SetRunning
from custom_components.bambu_batch.production.model import Phase
from custom_components.bambu_batch.runtime import database
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.errors import StoreFull, StoreUnavailable
from custom_components.bambu_batch.store.repository import Repository

from .paper import PaperPrinter
from .shop import PAPER_SERIAL, Shop, paper_entry, queue_up, slice_file

NOW = "custom_components.bambu_batch.bambu.uptime.now"

# The way of a plate


async def test_a_file_is_sent_first_and_started_then(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    (job,) = paper.jobs
    assert job.remote_name in paper.files
    assert job.run_id == desk.run.run_id
    assert desk.run.phase is Phase.STARTING


async def test_the_line_is_stored_before_a_start_leaves(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    stored: list[bool] = []
    start_print = paper.start_print

    def look(*args: Any) -> str | None:
        line = desk.coordinator.repository.load(PAPER_SERIAL)
        stored.append(line is not None and line.run is not None)
        return start_print(*args)

    with patch.object(paper, "start_print", look):
        await queue_up(desk, paper, media)
    assert stored == [True]


async def test_the_end_of_a_print_is_recorded_and_the_cooldown_begins(
    desk: Shop, paper: PaperPrinter, media: Path, news: list[Announce]
) -> None:
    await queue_up(desk, paper, media, copies=2)
    paper.finishes(desk.run)
    await desk.settled()
    assert [one.news for one in news[-2:]] == [News.PRINT_STARTED, News.PRINT_FINISHED]
    assert desk.state("sensor", "waiting_for") == "cooldown"
    history = await desk.act("get_history", response=True)
    assert [one["outcome"] for one in history["runs"]] == ["finished"]


async def test_the_next_plate_starts_when_the_cooldown_is_over(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
) -> None:
    await queue_up(desk, paper, media, copies=2)
    paper.finishes(desk.run)
    await desk.settled()
    freezer.tick(50)
    paper.reports()
    await desk.settled()
    assert len(paper.jobs) == 1
    freezer.tick(11)
    async_fire_time_changed(hass)
    await desk.settled()
    assert len(paper.jobs) == 2


# Commands


async def test_a_command_that_cannot_be_done_is_refused_and_changes_nothing(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    before = desk.coordinator.line
    with pytest.raises(ServiceValidationError) as refused:
        await desk.coordinator.obey(ConfirmPlateClear())
    assert refused.value.translation_key == "plate_in_use"
    assert desk.coordinator.line == before


async def test_a_refusal_is_told_in_the_users_language(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports()
    with pytest.raises(ServiceValidationError) as refused:
        await desk.press("stop_print")
    assert refused.value.translation_key == "cannot_stop_print"


async def test_an_order_that_does_not_reach_the_printer_is_an_error(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    paper.reachable = False
    with pytest.raises(HomeAssistantError) as failed:
        await desk.press("pause_print")
    assert failed.value.translation_key == "not_sent"


@pytest.mark.parametrize(
    ("state", "button", "sent"),
    [
        (PrintState.RUNNING, "pause_print", "pause"),
        (PrintState.PAUSE, "resume_print", "resume"),
        (PrintState.RUNNING, "stop_print", "stop"),
    ],
)
async def test_a_button_sends_its_order(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    state: PrintState,
    button: str,
    sent: str,
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, state)
    await desk.settled()
    await desk.press(button)
    assert paper.sent[-1] == sent


async def test_an_error_in_a_listener_reaches_the_others_all_the_same(
    desk: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Announce] = []

    def broken(_: Announce) -> None:
        raise ZeroDivisionError

    desk.coordinator.on_news(broken)
    forget = desk.coordinator.on_news(heard.append)
    await desk.switch("queue_running", on=True)
    assert [one.news for one in heard] == [News.QUEUE_RESUMED]
    forget()
    await desk.switch("queue_running", on=False)
    assert len(heard) == 1
    assert "Unexpected error in a listener" in caplog.text


# Restart


async def test_a_run_is_found_again_after_a_restart(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    run = desk.run
    paper.prints(run, PrintState.RUNNING)
    await desk.settled()
    await desk.close()
    await desk.open()
    assert desk.run.run_id == run.run_id
    paper.finishes(run)
    await desk.settled()
    assert desk.coordinator.line.tasks[0].finished == 1
    assert len(paper.jobs) == 1


async def test_a_run_that_ended_while_away_is_recognised(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    run = desk.run
    paper.prints(run, PrintState.RUNNING)
    await desk.settled()
    await desk.close()
    await desk.open()
    paper.finishes(run)
    await desk.settled()
    assert desk.coordinator.line.run is None
    assert desk.coordinator.line.tasks[0].finished == 1


async def test_fm_161_after_an_absence_with_a_clock_that_stood_still_a_person_is_asked(
    desk: Shop, paper: PaperPrinter, media: Path, freezer: FrozenDateTimeFactory
) -> None:
    """A foreign print was made and tapped away meanwhile: the printer shows what it showed."""
    slice_file(media)
    paper.reports()
    await desk.press("plate_clear")
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.settled()
    assert desk.coordinator.line.plate.clear
    await desk.close()
    boot = Uptime("the next one", 30.0)
    freezer.tick(timedelta(seconds=5))
    with patch(NOW, lambda: boot):
        await desk.open()
        paper.reports()
        await desk.switch("queue_running", on=True)
        await desk.settled()
        assert desk.state("sensor", "waiting_for") == "plate_not_clear"
        assert not paper.jobs
        await desk.press("plate_clear")
        await desk.settled()
        assert len(paper.jobs) == 1


async def test_fm_161_a_restart_of_home_assistant_alone_asks_nobody(
    desk: Shop, paper: PaperPrinter, media: Path, freezer: FrozenDateTimeFactory
) -> None:
    slice_file(media)
    paper.reports()
    await desk.press("plate_clear")
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.settled()
    await desk.close()
    freezer.tick(timedelta(seconds=40))
    await desk.open()
    paper.reports()
    await desk.switch("queue_running", on=True)
    await desk.settled()
    assert len(paper.jobs) == 1


async def test_fm_161_a_night_goes_on_after_a_reboot_in_the_cooldown(
    desk: Shop, paper: PaperPrinter, media: Path, freezer: FrozenDateTimeFactory
) -> None:
    """The cooldown counts from the boot; nobody is asked."""
    await queue_up(desk, paper, media, copies=2)
    run = desk.run
    paper.finishes(run)
    await desk.settled()
    await desk.close()
    freezer.tick(timedelta(minutes=5))
    up = time.time() - 10
    with patch(NOW, lambda: Uptime("the next one", time.time() - up)):
        await desk.open()
        paper.prints(run, PrintState.FINISH)
        await desk.settled()
        assert desk.state("sensor", "waiting_for") == "cooldown"
        freezer.tick(timedelta(seconds=55))
        paper.reports()
        await desk.settled()
        assert len(paper.jobs) == 2


async def test_unloading_in_an_upload_leaves_a_line_that_goes_on_later(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    async def endless(*_: Any, **__: Any) -> None:
        await asyncio.sleep(3600)

    with patch.object(paper, "upload", endless):
        slice_file(media)
        paper.reports()
        await desk.act("enqueue", file="clip.gcode.3mf")
        await desk.press("plate_clear")
        await desk.switch("queue_running", on=True)
        await desk.until(lambda: desk.coordinator.transfers.share is not None)
        await desk.close()
    await desk.open()
    paper.reports()
    await desk.settled()
    assert len(paper.jobs) == 1


async def test_nothing_starts_any_more_once_unloading_has_begun(
    desk: Shop, paper: PaperPrinter, media: Path, freezer: FrozenDateTimeFactory
) -> None:
    """What still waits for the line is taken, but with the connection ended before."""
    await queue_up(desk, paper, media, copies=2)
    paper.finishes(desk.run)
    await desk.settled()
    freezer.tick(61)
    paper.reports()  # the next plate may start as soon as the line reads it
    await desk.coordinator.async_stop()
    assert len(paper.jobs) == 1
    assert desk.coordinator.line.run is None, "the copy waits, and is not uncertain"
    assert desk.coordinator.line.tasks[0].finished == 1


async def test_a_command_to_an_unloaded_queue_is_an_error(desk: Shop) -> None:
    coordinator = desk.coordinator
    await desk.close()
    with pytest.raises(HomeAssistantError) as failed:
        await coordinator.obey(SetRunning(True))
    assert failed.value.translation_key == "not_running"
    await coordinator.async_stop()  # a second time is no harm


# Options, live


async def test_an_option_counts_at_once_without_a_reload(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass: HomeAssistant,
) -> None:
    await queue_up(desk, paper, media, copies=2)
    coordinator = desk.coordinator
    paper.finishes(desk.run)
    await desk.settled()
    hass.config_entries.async_update_entry(
        desk.entry, options={**desk.entry.options, "cooldown_seconds": 0}
    )
    await desk.settled()
    assert len(paper.jobs) == 2
    assert desk.coordinator is coordinator


async def test_an_interlock_holds_the_start_until_it_holds(
    desk: Shop, paper: PaperPrinter, media: Path, hass: HomeAssistant
) -> None:
    condition = {"condition": "state", "entity_id": "sensor.smoke", "state": "clear"}
    hass.config_entries.async_update_entry(
        desk.entry, options={**desk.entry.options, "interlocks": [condition]}
    )
    await hass.async_block_till_done()
    await queue_up(desk, paper, media)
    assert desk.state("sensor", "waiting_for") == "interlock"
    hass.states.async_set("sensor.smoke", "clear")
    await hass.async_block_till_done()
    await desk.settled()
    assert len(paper.jobs) == 1


# The connection


async def test_a_refused_access_code_asks_for_a_new_one(
    desk: Shop, paper: PaperPrinter, hass: HomeAssistant
) -> None:
    paper.is_lost(DisconnectReason.INVALID_AUTH)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert desk.coordinator.disconnect_reason is DisconnectReason.INVALID_AUTH


async def test_a_report_ends_the_loss(desk: Shop, paper: PaperPrinter) -> None:
    paper.is_lost()
    assert desk.coordinator.disconnect_reason is DisconnectReason.CLOSED
    paper.reports()
    assert desk.coordinator.disconnect_reason is None


async def test_the_queue_can_be_used_while_the_printer_is_away(
    desk: Shop, media: Path
) -> None:
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    assert desk.state("sensor", "waiting_for") == "offline"
    assert desk.state("sensor", "queue_state") == "1"
    assert desk.state("sensor", "progress") == "unavailable"


async def test_time_alone_makes_a_report_stale(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
) -> None:
    slice_file(media)
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf", hold=True)
    await desk.switch("queue_running", on=True)
    assert desk.state("sensor", "waiting_for") != "stale_report"
    freezer.tick(timedelta(seconds=61))
    async_fire_time_changed(hass)
    await desk.settled()
    assert desk.state("sensor", "waiting_for") == "stale_report"


async def test_the_device_learns_the_firmware(
    desk: Shop, paper: PaperPrinter, device_registry: dr.DeviceRegistry
) -> None:
    paper.reports(firmware="01.07.02.00")
    (device,) = dr.async_entries_for_config_entry(device_registry, desk.entry.entry_id)
    assert device.sw_version == "01.07.02.00"
    assert device.model == "A1 mini"
    paper.reports(firmware="01.08.00.00")
    (device,) = dr.async_entries_for_config_entry(device_registry, desk.entry.entry_id)
    assert device.sw_version == "01.08.00.00"


# Set-up


async def test_a_database_that_cannot_be_opened_delays_the_set_up(
    hass: HomeAssistant, media: Path, paper: PaperPrinter
) -> None:
    entry = paper_entry()
    entry.add_to_hass(hass)
    with patch(
        "custom_components.bambu_batch.runtime.database.Repository",
        side_effect=StoreUnavailable,
    ):
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.reason is not None
    assert entry.error_reason_translation_key == "store_unavailable"
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_removing_the_entry_forgets_the_queue_and_its_history(
    desk: Shop, media: Path, hass: HomeAssistant
) -> None:
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    path = Path(hass.config.path("bambu_batch.db"))
    await hass.config_entries.async_remove(desk.entry.entry_id)
    with Repository(f"sqlite:///{path}") as repository:
        assert repository.load(PAPER_SERIAL) is None


async def test_an_entry_can_be_removed_although_the_database_fails(
    desk: Shop, hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(Repository, "remove", side_effect=StoreFull):
        await hass.config_entries.async_remove(desk.entry.entry_id)
    assert hass.config_entries.async_entries(DOMAIN) == []
    assert "stays stored" in caplog.text


async def test_several_printers_share_a_database_and_nothing_else(
    desk: Shop, media: Path, hass: HomeAssistant
) -> None:
    other = Shop(hass, paper_entry("03000A000000002"))
    slice_file(media)
    await other.open()
    await other.act("enqueue", file="clip.gcode.3mf")
    assert other.coordinator.repository is desk.coordinator.repository
    assert other.state("sensor", "queue_state") == "1"
    assert desk.state("sensor", "queue_state") == "0"
    await desk.close()
    await other.act("enqueue", file="clip.gcode.3mf")
    await other.close()


async def test_stopping_home_assistant_ends_the_line(
    desk: Shop, hass: HomeAssistant
) -> None:
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    with pytest.raises(HomeAssistantError):
        await desk.coordinator.obey(SetRunning(True))


async def test_what_rides_on_the_next_commit_is_stored_when_home_assistant_stops(
    desk: Shop, paper: PaperPrinter, media: Path, hass: HomeAssistant
) -> None:
    """Home Assistant cancels its background tasks before it asks anybody to stop."""
    await queue_up(desk, paper, media)
    for layer in (1, 9):
        paper.prints(desk.run, PrintState.RUNNING, layer=layer)
        await desk.settled()
    await hass.async_stop(force=True)
    url = file_url(Path(hass.config.path(database.FILE)))
    with await hass.async_add_executor_job(Repository, url) as repository:
        line = await hass.async_add_executor_job(repository.load, PAPER_SERIAL)
    assert line is not None
    assert line.run is not None
    assert line.run.layer == 9


async def test_a_report_of_another_entrys_options_is_none_of_ours(
    desk: Shop, hass: HomeAssistant
) -> None:
    options = desk.coordinator.options
    other = paper_entry("03000A000000002")
    other.add_to_hass(hass)
    hass.config_entries.async_update_entry(other, options={"cooldown_seconds": 5})
    await desk.settled()
    assert desk.coordinator.options is options


async def test_nothing_secret_is_logged(
    desk: Shop, paper: PaperPrinter, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.bambu_batch")
    await queue_up(desk, paper, media)
    paper.refuses()
    paper.is_lost()
    await desk.settled()
    ours = [r.getMessage() for r in caplog.records if "bambu_batch" in r.name]
    assert ours
    assert not any(PAPER_SERIAL in line or "12345678" in line for line in ours)

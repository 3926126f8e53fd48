"""The line at work: in order, stored first, and stopped by no fault."""

import asyncio
from collections.abc import Generator
from pathlib import Path
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.effect import Announce, News
from custom_components.bambu_batch.production.event import SetRunning
from custom_components.bambu_batch.production.model import Phase
from custom_components.bambu_batch.store.errors import StoreConflict, StoreFull
from custom_components.bambu_batch.store.repository import Repository

from .paper import PaperPrinter
from .shop import Shop, queue_up


async def test_a_finish_between_two_other_reports_is_seen(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    paper.reports(state=PrintState.IDLE, subtask_id="0", subtask_name="", gcode_file="")
    await desk.settled()
    assert desk.coordinator.line.tasks[0].finished == 1


async def test_many_reports_that_say_the_same_cost_one_look(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports()
    await desk.settled()
    with patch(
        "custom_components.bambu_batch.line_worker.advance",
        side_effect=lambda line, *_: (line, ()),
    ) as advance:
        for degrees in range(20, 30):
            paper.reports(bed_temperature=float(degrees))
        await desk.settled()
    assert advance.call_count == 1
    assert desk.state("sensor", "bed_temperature") == "29"


async def test_a_fault_of_ours_changes_nothing_and_does_not_end_the_line(
    desk: Shop, paper: PaperPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        patch(
            "custom_components.bambu_batch.line_worker.advance",
            side_effect=ZeroDivisionError,
        ),
        pytest.raises(ZeroDivisionError),
    ):
        await desk.coordinator.command(SetRunning(True))
    assert "unexpected error" in caplog.text
    await desk.switch("queue_running", on=True)
    assert desk.state("switch", "queue_running") == "on"


async def test_an_error_in_the_view_does_not_end_the_line(
    desk: Shop, paper: PaperPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    with patch(
        "custom_components.bambu_batch.outlook.why_not_start",
        side_effect=ZeroDivisionError,
    ):
        await desk.switch("queue_running", on=True)
    assert desk.state("switch", "queue_running") == "on"
    assert "unexpected error" in caplog.text
    await desk.switch("queue_running", on=False)
    assert desk.state("switch", "queue_running") == "off"


async def test_an_unexpected_error_in_an_effect_is_told_to_whoever_asked(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    with (
        patch.object(paper, "pause", side_effect=ZeroDivisionError),
        pytest.raises(ZeroDivisionError),
    ):
        await desk.press("pause_print")


@pytest.fixture
def full_disk(desk: Shop) -> Generator[None]:
    """Let no commit succeed, and let every further try come at once."""
    with (
        patch.object(Repository, "save", side_effect=StoreFull),
        patch("custom_components.bambu_batch.line_worker.SAVE_AGAIN_SECONDS", 0.02),
    ):
        yield


async def test_fm_128_a_failed_commit_is_an_error_of_the_command(
    desk: Shop, full_disk: None, issue_registry: ir.IssueRegistry
) -> None:
    with pytest.raises(HomeAssistantError) as failed:
        await desk.switch("queue_running", on=True)
    assert failed.value.translation_key == "store_full"
    assert desk.state("switch", "queue_running") == "off"
    assert desk.state("sensor", "waiting_for") == "store_failed"
    issue = issue_registry.async_get_issue(DOMAIN, f"store_{desk.entry.entry_id}")
    assert issue is not None
    assert issue.translation_key == "store_full"


async def test_fm_128_nothing_is_carried_out_without_a_commit(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    run = desk.run
    paper.prints(run, PrintState.RUNNING)
    await desk.settled()
    sent, files = len(paper.sent), dict(paper.files)
    heard: list[Announce] = []
    desk.coordinator.on_news(heard.append)
    with (
        patch.object(Repository, "save", side_effect=StoreFull),
        patch("custom_components.bambu_batch.line_worker.SAVE_AGAIN_SECONDS", 0.02),
    ):
        paper.finishes(run)
        await desk.until(lambda: desk.state("sensor", "waiting_for") == "store_failed")
        with pytest.raises(HomeAssistantError):
            await desk.switch("queue_running", on=False)
        paper.reports(bed_temperature=31.0)
        assert desk.state("sensor", "bed_temperature") == "31"
        assert (len(paper.sent), paper.files) == (sent, files)
        assert heard == []
    await desk.until(lambda: desk.coordinator.line.run is None)
    await desk.settled()
    assert [one.news for one in heard] == [News.PRINT_FINISHED]
    assert desk.coordinator.line.tasks[0].finished == 1


async def test_an_unexpected_error_of_the_database_stops_the_line_as_visibly(
    desk: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        patch.object(Repository, "save", side_effect=ZeroDivisionError),
        pytest.raises(HomeAssistantError) as failed,
    ):
        await desk.switch("queue_running", on=True)
    assert failed.value.translation_key == "store_failed"
    assert desk.state("sensor", "waiting_for") == "store_failed"
    assert "unexpected error of the database" in caplog.text


async def test_a_line_that_cannot_be_loaded_again_stays_as_it_was(desk: Shop) -> None:
    await desk.switch("queue_running", on=True)
    with (
        patch.object(Repository, "save", side_effect=StoreConflict),
        patch.object(Repository, "load", side_effect=StoreFull),
        pytest.raises(HomeAssistantError),
    ):
        await desk.switch("queue_running", on=False)
    assert desk.state("switch", "queue_running") == "on"


async def test_the_issue_goes_when_the_queue_can_be_stored_again(
    desk: Shop, issue_registry: ir.IssueRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        patch.object(Repository, "save", side_effect=StoreFull),
        pytest.raises(HomeAssistantError),
    ):
        await desk.switch("queue_running", on=True)
    await desk.switch("queue_running", on=True)
    assert not issue_registry.async_get_issue(DOMAIN, f"store_{desk.entry.entry_id}")
    assert desk.state("sensor", "waiting_for") != "store_failed"
    assert "the queue is stored again" in caplog.text


async def test_a_person_has_it_stored_at_once(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    with patch.object(Repository, "save", side_effect=StoreFull):
        paper.prints(desk.run, PrintState.RUNNING)
        await desk.until(lambda: desk.coordinator.store_error is not None)
    async with asyncio.timeout(5):
        await desk.switch("queue_running", on=False)
    assert desk.state("switch", "queue_running") == "off"
    assert desk.run.phase is Phase.PRINTING


async def test_a_line_that_somebody_else_changed_is_loaded_again(desk: Shop) -> None:
    await desk.switch("queue_running", on=True)
    with patch("custom_components.bambu_batch.line_worker.SAVE_AGAIN_SECONDS", 0.02):
        with (
            patch.object(Repository, "save", side_effect=StoreConflict),
            pytest.raises(HomeAssistantError),
        ):
            await desk.switch("queue_running", on=False)
        await desk.settled()
    assert desk.state("switch", "queue_running") == "on"


async def test_unloading_does_not_wait_for_a_database_that_fails(
    desk: Shop, paper: PaperPrinter, media: Path, hass: HomeAssistant
) -> None:
    await queue_up(desk, paper, media)
    with patch.object(Repository, "save", side_effect=StoreFull):
        paper.prints(desk.run, PrintState.RUNNING)
        await desk.until(lambda: desk.coordinator.store_error is not None)
        async with asyncio.timeout(5):
            assert await hass.config_entries.async_unload(desk.entry.entry_id)

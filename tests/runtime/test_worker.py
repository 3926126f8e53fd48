"""The line at work: in order, stored first, and stopped by no fault."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from datetime import datetime
from pathlib import Path
import threading
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.context import Context
from custom_components.bambu_batch.production.effect import Announce, Effect, News
from custom_components.bambu_batch.production.event import (
    ClearQueue,
    ConfirmPlateClear,
    Deleted,
    Enqueue,
    Event,
    NewTask,
    Restarted,
    SetRunning,
    UpdateTask,
    Uploaded,
)
from custom_components.bambu_batch.production.line import advance
from custom_components.bambu_batch.production.long_step import MANY
from custom_components.bambu_batch.production.model import Line, Phase
from custom_components.bambu_batch.store.errors import StoreConflict, StoreFull
from custom_components.bambu_batch.store.repository import Repository
from tests.paper import PaperPrinter
from tests.shop import Shop, queue_up, slice_file


async def test_a_finish_between_two_other_reports_is_seen(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    paper.reports(state=PrintState.IDLE, subtask_id="0", subtask_name="", gcode_file="")
    await desk.settled()
    assert desk.coordinator.line.tasks[0].finished == 1


async def test_a_command_is_taken_behind_the_reports_that_came_before_it(
    desk: Shop, paper: PaperPrinter
) -> None:
    """Somebody has just begun a print: whoever confirms the plate now has not seen that."""
    paper.reports()
    await desk.settled()
    paper.reports(
        state=PrintState.RUNNING, print_stage=2, print_type="local", gcode_file="a.3mf"
    )
    with pytest.raises(ServiceValidationError) as refused:
        await desk.coordinator.obey(ConfirmPlateClear())
    assert refused.value.translation_key == "plate_in_use"
    assert not desk.coordinator.line.plate.clear


async def test_many_reports_that_say_the_same_cost_one_look(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports()
    await desk.settled()
    booking = desk.coordinator.ledger._booking
    assert booking is not None
    await booking  # it looks when it ends
    await desk.settled()
    with patch(
        "custom_components.bambu_batch.runtime.worker.advance",
        side_effect=lambda line, *_: (line, ()),
    ) as advance:
        for degrees in range(20, 30):
            paper.reports(bed_temperature=float(degrees), bed_target=29.0)
        await desk.settled()
    assert advance.call_count == 1
    assert desk.state("sensor", "bed_temperature") == "29"


async def test_a_command_is_shown_once_before_it_is_answered(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports()
    await desk.settled()
    booking = desk.coordinator.ledger._booking
    assert booking is not None
    await booking  # it looks when it ends
    await desk.settled()
    shown: list[bool] = []
    desk.coordinator.async_add_listener(
        lambda: shown.append(desk.coordinator.line.running)
    )
    await desk.coordinator.obey(SetRunning(True))
    assert shown == [True]
    await desk.settled()
    assert shown == [True]


async def test_only_a_command_about_many_tasks_is_worked_out_beside_the_event_loop(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    plate = desk.coordinator.line.tasks[0].plate_file
    new = NewTask(name="one of many", plate_file=plate)
    loop = threading.get_ident()
    threads: list[int] = []

    def noting(*args: Any) -> Any:
        threads.append(threading.get_ident())
        return advance(*args)

    with patch("custom_components.bambu_batch.runtime.worker.advance", noting):
        await desk.coordinator.obey(Enqueue((new,)))
        await desk.coordinator.obey(Enqueue((new,) * (MANY + 1)))
        before, after = await desk.coordinator.obey(ClearQueue())
    one, many, clear, *_ = threads
    assert one == loop
    assert loop not in (many, clear)
    assert len(before.tasks) > MANY
    assert not [task for task in after.tasks if not task.removed]
    assert desk.coordinator.line is after


async def test_a_fault_of_ours_changes_nothing_and_does_not_end_the_line(
    desk: Shop, paper: PaperPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        patch(
            "custom_components.bambu_batch.runtime.worker.advance",
            side_effect=ZeroDivisionError,
        ),
        pytest.raises(ZeroDivisionError),
    ):
        await desk.coordinator.obey(SetRunning(True))
    assert "unexpected error" in caplog.text
    await desk.switch("queue_running", on=True)
    assert desk.state("switch", "queue_running") == "on"


class Faulty:
    """`advance` with a fault of ours at some events."""

    def __init__(self, *kinds: type[Event]) -> None:
        self.kinds: tuple[type[Event], ...] = kinds
        self.met: list[type[Event]] = []

    def __call__(
        self, line: Line, event: Event, context: Context, now: datetime
    ) -> tuple[Line, tuple[Effect, ...]]:
        """Advance, or fail."""
        if isinstance(event, self.kinds):
            self.met.append(type(event))
            raise ZeroDivisionError
        return advance(line, event, context, now)


@pytest.fixture
def faulty() -> Generator[Faulty]:
    """Let our code have faults."""
    faulty = Faulty()
    with patch("custom_components.bambu_batch.runtime.worker.advance", faulty):
        yield faulty


@pytest.fixture
def passes(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, freezer: FrozenDateTimeFactory
) -> Callable[[int], Awaitable[None]]:
    """Let so many seconds pass."""

    async def passes(seconds: int) -> None:
        freezer.tick(seconds)
        paper.reports()
        async_fire_time_changed(hass)
        await desk.settled()

    return passes


async def test_an_answer_that_a_fault_of_ours_has_lost_leaves_nothing_uploading_for_ever(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    faulty: Faulty,
    passes: Callable[[int], Awaitable[None]],
) -> None:
    faulty.kinds = (Uploaded,)
    await queue_up(desk, paper, media)
    assert faulty.met == [Uploaded]
    assert desk.state("sensor", "waiting_for") == "uploading"
    faulty.kinds = ()
    await passes(60)
    assert len(paper.jobs) == 1


async def test_a_delete_whose_answer_a_fault_of_ours_has_lost_is_done_again(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    faulty: Faulty,
    passes: Callable[[int], Awaitable[None]],
) -> None:
    await queue_up(desk, paper, media)
    faulty.kinds = (Deleted,)
    paper.finishes(desk.run)
    await desk.settled()
    assert faulty.met == [Deleted]
    faulty.kinds = ()
    await passes(60)
    assert desk.coordinator.line.transfer is None
    assert desk.coordinator.line.remote == ()


async def test_a_fault_that_comes_back_makes_no_storm(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    faulty: Faulty,
    passes: Callable[[int], Awaitable[None]],
) -> None:
    faulty.kinds = (Uploaded, Restarted)
    await queue_up(desk, paper, media)
    assert faulty.met == [Uploaded]
    await passes(59)
    assert faulty.met == [Uploaded]
    await passes(1)
    assert faulty.met == [Uploaded, Restarted]
    await passes(59)
    assert faulty.met == [Uploaded, Restarted]
    faulty.kinds = (Uploaded,)
    await passes(1)
    assert faulty.met == [Uploaded, Restarted, Uploaded]


async def test_an_effect_that_a_fault_of_ours_has_lost_is_ordered_again(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    passes: Callable[[int], Awaitable[None]],
) -> None:
    with (
        patch.object(
            desk.coordinator.transfers, "upload", side_effect=ZeroDivisionError
        ),
        pytest.raises(ZeroDivisionError),
    ):
        await queue_up(desk, paper, media)
    assert desk.state("sensor", "waiting_for") == "uploading"
    await passes(60)
    assert len(paper.jobs) == 1


async def test_a_fault_in_the_books_keeps_no_effect_from_being_carried_out(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    with patch.object(
        desk.coordinator.worker, "_committed", side_effect=ZeroDivisionError
    ):
        await queue_up(desk, paper, media)
    assert len(paper.jobs) == 1


async def test_an_error_in_the_view_does_not_end_the_line(
    desk: Shop, paper: PaperPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    with patch(
        "custom_components.bambu_batch.runtime.line_view.why_not_start",
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
        patch.object(Repository, "begin_save", side_effect=StoreFull),
        patch("custom_components.bambu_batch.runtime.worker.SAVE_AGAIN_SECONDS", 0.02),
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
        patch.object(Repository, "begin_save", side_effect=StoreFull),
        patch("custom_components.bambu_batch.runtime.worker.SAVE_AGAIN_SECONDS", 0.02),
    ):
        paper.finishes(run)
        await desk.until(lambda: desk.state("sensor", "waiting_for") == "store_failed")
        with pytest.raises(HomeAssistantError):
            await desk.switch("queue_running", on=False)
        paper.reports(bed_temperature=31.0, bed_target=31.0)
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
        patch.object(Repository, "begin_save", side_effect=ZeroDivisionError),
        pytest.raises(HomeAssistantError) as failed,
    ):
        await desk.switch("queue_running", on=True)
    assert failed.value.translation_key == "store_failed"
    assert desk.state("sensor", "waiting_for") == "store_failed"
    assert "unexpected error of the database" in caplog.text


async def test_a_line_that_cannot_be_loaded_again_stays_as_it_was(desk: Shop) -> None:
    await desk.switch("queue_running", on=True)
    with (
        patch.object(Repository, "begin_save", side_effect=StoreConflict),
        patch.object(Repository, "load", side_effect=StoreFull),
        pytest.raises(HomeAssistantError),
    ):
        await desk.switch("queue_running", on=False)
    assert desk.state("switch", "queue_running") == "on"


async def test_the_issue_goes_when_the_queue_can_be_stored_again(
    desk: Shop, issue_registry: ir.IssueRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        patch.object(Repository, "begin_save", side_effect=StoreFull),
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
    with patch.object(Repository, "begin_save", side_effect=StoreFull):
        paper.prints(desk.run, PrintState.RUNNING)
        await desk.until(lambda: desk.coordinator.store_error is not None)
    async with asyncio.timeout(5):
        await desk.switch("queue_running", on=False)
    assert desk.state("switch", "queue_running") == "off"
    assert desk.run.phase is Phase.PRINTING


async def test_a_line_that_somebody_else_changed_is_loaded_again(desk: Shop) -> None:
    await desk.switch("queue_running", on=True)
    with patch("custom_components.bambu_batch.runtime.worker.SAVE_AGAIN_SECONDS", 0.02):
        with (
            patch.object(Repository, "begin_save", side_effect=StoreConflict),
            pytest.raises(HomeAssistantError),
        ):
            await desk.switch("queue_running", on=False)
        await desk.settled()
    assert desk.state("switch", "queue_running") == "on"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"settings": {"timelapse": 1}}, ("timelapse", "1")),
        ({"settings": {"ams_mapping": (True,)}}, ("ams_mapping", "(True,)")),
    ],
)
async def test_a_value_that_cannot_be_stored_is_the_commands_refusal(
    desk: Shop,
    media: Path,
    issue_registry: ir.IssueRegistry,
    change: dict[str, Any],
    named: tuple[str, str],
) -> None:
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    before = desk.coordinator.line
    with pytest.raises(ServiceValidationError) as refused:
        await desk.coordinator.obey(UpdateTask(task_id="1", **change))
    assert refused.value.translation_key == "value_not_storable"
    placeholders = dict(zip(("field", "value"), named, strict=True))
    assert refused.value.translation_placeholders == placeholders
    assert desk.coordinator.line == before
    assert desk.state("sensor", "waiting_for") != "store_failed"
    assert not issue_registry.async_get_issue(DOMAIN, f"store_{desk.entry.entry_id}")
    await desk.switch("queue_running", on=True)


async def test_unloading_does_not_wait_for_a_database_that_fails(
    desk: Shop, paper: PaperPrinter, media: Path, hass: HomeAssistant
) -> None:
    await queue_up(desk, paper, media)
    with patch.object(Repository, "begin_save", side_effect=StoreFull):
        paper.prints(desk.run, PrintState.RUNNING)
        await desk.until(lambda: desk.coordinator.store_error is not None)
        async with asyncio.timeout(5):
            assert await hass.config_entries.async_unload(desk.entry.entry_id)

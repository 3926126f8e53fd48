"""The news of the line as events."""

from pathlib import Path

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.bambu_batch.bambu.status import PrintState

from .paper import PaperPrinter
from .shop import Shop, queue_up


@pytest.fixture
def told(desk: Shop, hass: HomeAssistant) -> list[str]:
    """Collect the types of the events."""
    types: list[str] = []
    entity_id = desk.entity_id("event", "production")

    @callback
    def take(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state and state.entity_id == entity_id and "event_type" in state.attributes:
            types.append(state.attributes["event_type"])

    hass.bus.async_listen("state_changed", take)
    return types


async def test_a_print_is_told_from_start_to_end(
    desk: Shop, paper: PaperPrinter, media: Path, told: list[str], hass: HomeAssistant
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    await desk.settled()
    assert told == [
        "queue_resumed",
        "print_started",
        "print_finished",
        "queue_finished",
    ]


async def test_an_event_names_its_plate(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=3)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    attributes = desk.attributes("event", "production")
    assert attributes["event_type"] == "print_started"
    assert attributes["name"] == "clip"
    assert (attributes["plate"], attributes["copy"], attributes["copies"]) == (1, 1, 3)
    assert attributes["run_id"] == desk.run.run_id


async def test_an_error_is_told_with_its_code_and_the_pause_with_its_reason(
    desk: Shop, paper: PaperPrinter, media: Path, hass: HomeAssistant
) -> None:
    await queue_up(desk, paper, media)
    events = async_capture_events(hass, "state_changed")
    paper.prints(desk.run, PrintState.PAUSE, print_error=0x0300_8008)
    await desk.settled()
    entity_id = desk.entity_id("event", "production")
    told = [
        dict(event.data["new_state"].attributes)
        for event in events
        if event.data["entity_id"] == entity_id
    ]
    error = next(one for one in told if one["event_type"] == "print_error")
    assert error["code"] == "0300-8008"
    assert error["url"].startswith("https://")
    pause = next(one for one in told if one["event_type"] == "queue_paused")
    assert pause["reason"] == "print_error"


async def test_news_of_a_task_that_was_removed_is_told_without_its_name(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    await desk.act("clear_queue")
    paper.prints(desk.run, PrintState.FINISH)
    await desk.settled()
    assert desk.coordinator.line.tasks == ()
    assert "name" not in desk.attributes("event", "production")

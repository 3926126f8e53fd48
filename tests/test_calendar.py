"""The plan as a calendar."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.util import dt as dt_util

from .paper import PaperPrinter
from .shop import Shop, queue_up


async def events(desk: Shop, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return the events of a time."""
    entity_id = desk.entity_id("calendar", "plan")
    answer: Any = await desk.hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": entity_id,
            "start_date_time": start.isoformat(),
            "end_date_time": end.isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    found: list[dict[str, Any]] = answer[entity_id]["events"]
    return found


async def test_every_planned_plate_is_an_event(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=3)
    now = dt_util.utcnow()
    found = await events(desk, now, now + timedelta(days=1))
    assert [event["summary"] for event in found] == [
        "clip (1/3)",
        "clip (2/3)",
        "clip (3/3)",
    ]
    assert desk.state("calendar", "plan") == "on"
    assert desk.attributes("calendar", "plan")["message"] == "clip (1/3)"


async def test_one_copy_needs_no_number(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    assert desk.attributes("calendar", "plan")["message"] == "clip"


async def test_other_days_are_empty(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    yesterday = dt_util.utcnow() - timedelta(days=1)
    assert await events(desk, yesterday, yesterday + timedelta(hours=1)) == []
    later = dt_util.utcnow() + timedelta(days=1)
    assert await events(desk, later, later + timedelta(hours=1)) == []


async def test_nothing_is_planned_while_the_queue_is_paused(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    paper.finishes(desk.run)
    await desk.settled()
    await desk.switch("queue_running", on=False)
    now = dt_util.utcnow()
    assert await events(desk, now, now + timedelta(days=1)) == []
    assert desk.state("calendar", "plan") == "off"

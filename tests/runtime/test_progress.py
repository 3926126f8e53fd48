"""A report that only moves a print on is told to few, and yet nobody shows what is over."""

from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock, patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import async_get_platforms
import pytest

from custom_components.bambu_batch.bambu.status import (
    Card,
    Foreign,
    Hms,
    PrinterStatus,
    PrintState,
)
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.event import SetPlatesLeft
from custom_components.bambu_batch.production.nothing_new import LOOK_AGAIN
from custom_components.bambu_batch.runtime.progress import PROGRESS
from tests.paper import PaperPrinter
from tests.shop import Shop, paper_entry, queue_up, spool

WORKER = "custom_components.bambu_batch.runtime.worker"
OTHERS: dict[str, Any] = {
    "connected": False,
    "complete": False,
    "gap": True,
    "model": "N2S",
    "firmware": "01.08",
    "state": PrintState.PAUSE,
    "print_stage": 3,
    "stage": 6,
    "print_type": "cloud",
    "gcode_file": "other.3mf",
    "subtask_name": "other",
    "subtask_id": "77",
    "task_id": "77",
    "percent": 57,
    "remaining_minutes": 41,
    "layer": 33,
    "total_layers": 99,
    "nozzle_temperature": 187.0,
    "nozzle_target": 191.0,
    "bed_temperature": 42.0,
    "bed_target": 44.0,
    "nozzle_diameter": 0.6,
    "print_error": 0x0500_8036,
    "hms": (Hms(0x0300_0300, 0x0001_0001),),
    "card": Card.ABSENT,
    "upgrade_state": 2,
    "upgrade_status": "DOWNLOADING",
    "inconsistent_firmware": True,
    "forced_upgrade": True,
    "signed_commands_only": True,
    "legacy_state": 1,
    "job_state": 1,
    "trays": (),
    "tray_now": 2,
    "filament_in_extruder": False,
    "foreign": Foreign.MOVES,
    "wifi_signal": -77,
}
"""Another value for each field that a report may change."""
DATED = {"received", "received_uptime"}


@pytest.fixture
async def printing(
    hass: HomeAssistant, media: Path, paper: PaperPrinter
) -> AsyncGenerator[Shop]:
    """Set up a printer in the middle of a print, with every entity there is."""
    desk = Shop(hass, paper_entry(plate_stack=5, spools=[spool(tray=1)]))
    with patch.object(
        Entity,
        "entity_registry_enabled_default",
        PropertyMock(return_value=True),
    ):
        await desk.open()
    await desk.coordinator.obey(SetPlatesLeft(5))
    await queue_up(desk, paper, media, copies=3)
    paper.prints(desk.run, PrintState.RUNNING, remaining_minutes=9, layer=1)
    await desk.settled()
    yield desk
    await desk.close()


def _entities(hass: HomeAssistant) -> list[Entity]:
    platforms = async_get_platforms(hass, DOMAIN)
    return [one for platform in platforms for one in platform.entities.values()]


async def _told(desk: Shop, act: Callable[[], None]) -> set[str]:
    """Return the keys of the entities that look at what they show."""
    told: set[str] = set()
    with ExitStack() as stack:
        for entity in _entities(desk.hass):
            note = partial(told.add, entity.entity_description.key)
            stack.enter_context(patch.object(entity, "shown_state", note))
        act()
        await desk.settled()
    return told


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"layer": 2, "percent": 11}, {"layer", "progress"}),
        ({"wifi_signal": -50}, {"wifi_signal"}),
        ({"nozzle_temperature": 219.7}, {"nozzle_temperature"}),
        ({"nozzle_temperature": 219.4, "bed_temperature": 65.3}, set[str]()),
    ],
)
async def test_what_moves_on_is_told_to_those_who_show_it(
    printing: Shop, paper: PaperPrinter, fields: dict[str, Any], told: set[str]
) -> None:
    paper.reports(percent=10, nozzle_temperature=219.0, bed_temperature=65.0)
    await printing.settled()
    assert await _told(printing, partial(paper.reports, **fields)) == told


async def test_most_reports_are_done_with_when_they_have_arrived(
    printing: Shop, paper: PaperPrinter
) -> None:
    paper.reports(percent=10)
    await printing.settled()
    with patch(f"{WORKER}.advance") as advance:
        paper.reports(percent=11, layer=2)
        assert not printing.coordinator.worker.inbox
        await printing.settled()
    assert not advance.called
    assert printing.state("sensor", "progress") == "11"


async def test_all_who_show_it_look_now_and_then(
    printing: Shop, paper: PaperPrinter, freezer: FrozenDateTimeFactory
) -> None:
    """A temperature on its way may have been due for a while, and stands still by now."""
    paper.reports(percent=10)
    await printing.settled()
    freezer.tick(LOOK_AGAIN)
    assert await _told(printing, paper.reports) == {
        "progress",
        "remaining_time",
        "layer",
        "wifi_signal",
        "nozzle_temperature",
        "bed_temperature",
    }


async def test_what_everybody_was_told_is_told_again_when_it_is_over(
    printing: Shop, paper: PaperPrinter
) -> None:
    paper.reports(percent=10)
    await printing.settled()
    paper.reports(percent=11, hms=())
    paper.reports(percent=11, state=PrintState.PAUSE, print_stage=3)
    paper.reports(percent=10, state=PrintState.PAUSE, print_stage=3)
    await printing.settled()
    assert printing.state("sensor", "progress") == "10"


async def test_anything_else_is_told_to_everybody(
    printing: Shop, paper: PaperPrinter, hass: HomeAssistant
) -> None:
    report = partial(paper.reports, state=PrintState.PAUSE, print_stage=3)
    everybody = {one.entity_description.key for one in _entities(hass)}
    assert await _told(printing, report) == everybody


async def test_what_is_no_report_is_told_to_everybody(
    printing: Shop, hass: HomeAssistant
) -> None:
    everybody = {one.entity_description.key for one in _entities(hass)}
    look = printing.coordinator.worker.request_look
    assert await _told(printing, look) == everybody


@pytest.mark.parametrize(
    "field", [one.name for one in fields(PrinterStatus) if one.name not in DATED]
)
async def test_after_a_report_no_entity_shows_what_was_before(
    printing: Shop, paper: PaperPrinter, hass: HomeAssistant, field: str
) -> None:
    paper.reports(**{field: OTHERS[field]})
    await printing.settled()
    shown = {one.entity_id: hass.states.get(one.entity_id) for one in _entities(hass)}
    for entity in _entities(hass):
        entity.async_write_ha_state()
    now = {one.entity_id: hass.states.get(one.entity_id) for one in _entities(hass)}
    assert now == shown


def test_progress_names_fields_of_a_status() -> None:
    assert {one.name for one in fields(PrinterStatus)} >= set(PROGRESS)

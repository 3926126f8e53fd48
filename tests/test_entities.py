"""Every entity as Home Assistant sees it, and that it is written only when it changes."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.json import json_bytes
from homeassistant.util.json import json_loads_object
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from syrupy.assertion import SnapshotAssertion

from custom_components.bambu_batch import PLATFORMS
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    Enqueue,
    NewTask,
    SetPlatesLeft,
    SetRunning,
)

from .paper import PaperPrinter
from .production.scene import plate_file
from .shop import Shop, paper_entry, slice_file

FILE = "media-source://bambu_batch/local/clip.gcode.3mf"
CLIP = NewTask(name="Clip", plate_file=plate_file(file=FILE), copies=2)
BOX = NewTask(name="Box", plate_file=plate_file(file=FILE, plate=2, seconds=None))


def _seen(hass: HomeAssistant, entry: er.RegistryEntry) -> dict[str, Any]:
    """Return what people and automations see; no form of one Home Assistant release."""
    state = hass.states.get(entry.entity_id)
    assert state is not None
    return {
        "entity_id": entry.entity_id,
        "unique_id": entry.unique_id,
        "translation_key": entry.translation_key,
        "category": str(entry.entity_category or ""),
        "state": state.state,
        "attributes": {
            key: value
            for key, value in json_loads_object(json_bytes(state.attributes)).items()
            if key not in ("access_token", "entity_picture")
        },
    }


@pytest.mark.freeze_time("2026-11-21 03:00:00+00:00")
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_entity_in_a_print(
    hass: HomeAssistant,
    media: Path,
    paper: PaperPrinter,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    slice_file(media)
    desk = Shop(hass, paper_entry(plate_stack=5))
    with (
        patch("custom_components.bambu_batch.PLATFORMS", [platform]),
        patch.object(Entity, "entity_registry_enabled_default", True),
        patch(
            "custom_components.bambu_batch.library.thumbnail._token",
            return_value="word",
        ),
    ):
        await desk.open()
        obey = desk.coordinator.obey
        paper.reports()
        await obey(Enqueue((CLIP, BOX)))
        await obey(ConfirmPlateClear())
        await obey(SetPlatesLeft(5))
        await obey(SetRunning(True))
        await desk.settled()
        paper.prints(desk.run, PrintState.RUNNING, percent=40, remaining_minutes=9)
        await desk.settled()
        entries = er.async_entries_for_config_entry(
            entity_registry, desk.entry.entry_id
        )
        assert [_seen(hass, entry) for entry in entries] == snapshot
        await desk.close()


# Only what changed is written


async def test_a_report_that_changes_nothing_visible_writes_nothing(
    desk: Shop, paper: PaperPrinter, hass: HomeAssistant
) -> None:
    paper.reports(bed_temperature=24.1)
    await desk.settled()
    before = [(one.entity_id, one.last_reported) for one in hass.states.async_all()]
    paper.reports(bed_temperature=24.3, legacy_state=1)
    await desk.settled()
    after = [(one.entity_id, one.last_reported) for one in hass.states.async_all()]
    assert after == before


async def test_a_report_writes_the_entity_that_it_changes_and_no_other(
    desk: Shop, paper: PaperPrinter, hass: HomeAssistant
) -> None:
    paper.reports(bed_temperature=24.1)
    await desk.settled()
    written = async_capture_events(hass, "state_changed")
    paper.reports(bed_temperature=25.2, bed_target=25.0)
    await desk.settled()
    assert [event.data["entity_id"] for event in written] == [
        "sensor.mini_bed_temperature"
    ]


async def test_printer_entities_are_unavailable_while_it_is_away_and_the_queues_are_not(
    desk: Shop, paper: PaperPrinter, hass: HomeAssistant
) -> None:
    assert {
        state.entity_id
        for state in hass.states.async_all()
        if state.state == "unavailable"
    } == {
        "button.mini_close_error",
        "button.mini_pause_print",
        "button.mini_resume_print",
        "button.mini_stop_print",
        "sensor.mini_bed_temperature",
        "sensor.mini_health",
        "sensor.mini_nozzle_temperature",
        "sensor.mini_print_error",
        "sensor.mini_progress",
        "sensor.mini_remaining_time",
        # without a task there is nothing to edit
        "switch.mini_task_bed_leveling",
        "switch.mini_task_flow_calibration",
        "switch.mini_task_timelapse",
    }
    assert desk.state("sensor", "printer_state") == "offline"
    assert desk.state("binary_sensor", "connected") == "off"

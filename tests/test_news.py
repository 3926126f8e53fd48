"""The line's news: on the bus, in the logbook, and as triggers of automations."""

from pathlib import Path
from typing import Any

from homeassistant.components import automation
from homeassistant.components.device_automation import DeviceAutomationType
from homeassistant.components.logbook import DOMAIN as LOGBOOK_DOMAIN
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import Event, HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_get_device_automations,
)

from custom_components.bambu_batch import logbook
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.effect import News
from custom_components.bambu_batch.production.model import PauseReason, Run
from custom_components.bambu_batch.text import own_texts
from custom_components.bambu_batch.views.news import EVENT, WITH_TRIGGER

from .paper import PaperPrinter
from .shop import Shop, paper_entry, slice_file, spool


def device_of(desk: Shop) -> dr.DeviceEntry:
    device = dr.async_get(desk.hass).async_get_device_by_identifier(
        (DOMAIN, desk.coordinator.serial), desk.entry.entry_id
    )
    assert device is not None
    return device


async def print_one(desk: Shop, paper: PaperPrinter, media: Path) -> Run:
    """Print one plate from start to finish."""
    slice_file(media)
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    paper.prints(run, PrintState.RUNNING)
    await desk.settled()
    paper.finishes(run)
    await desk.settled()
    return run


async def test_news_are_fired_with_the_device_and_the_task(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    events = async_capture_events(hass, EVENT)

    run = await print_one(desk, paper, media)

    finished = next(e.data for e in events if e.data["type"] == "print_finished")
    assert finished == {
        "type": "print_finished",
        "device_id": device_of(desk).id,
        "task_id": run.task_id,
        "run_id": run.run_id,
        "copy": 1,
        "copies": 1,
        "name": "clip",
        "plate": 1,
    }


async def test_an_unloaded_printer_has_no_news(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter
) -> None:
    coordinator = desk.coordinator
    before = len(coordinator._announcer.listeners)

    await desk.close()

    assert (
        len(coordinator._announcer.listeners) == before - 2
    )  # the event entity's, too


@pytest.fixture
def describe(hass: HomeAssistant, desk: Shop) -> Any:
    """How the logbook reads an event."""
    described: dict[str, Any] = {}
    logbook.async_describe_events(
        hass, lambda domain, event, how: described.update({event: (domain, how)})
    )
    domain, how = described[EVENT]
    assert domain == DOMAIN

    def read(**data: Any) -> tuple[str, str]:
        data = {ATTR_DEVICE_ID: device_of(desk).id, **data}
        entry = how(Event(EVENT, data))
        assert entry["icon"] == "mdi:printer-3d-nozzle"
        return entry["name"], entry["message"]

    return read


async def test_the_logbook_tells_who_did_what(describe: Any) -> None:
    said = describe(type="print_finished", name="clip", copy=2, copies=5)
    assert said == ("Mini", "printed clip (copy 2 of 5)")

    said = describe(type="queue_paused", reason="upload_failed")
    assert said[1] == "paused the queue: the file could not be sent to the printer"

    said = describe(type="person_needed", waiting_for="no_storage")
    assert said[1] == "needs attention: Printer's card is missing, full, or failing"

    assert describe(type="print_error", code="0300-8006")[1] == (
        "reported error 0300-8006"
    )
    assert describe(type="print_finished")[1] == "printed"


async def test_a_device_that_is_gone_is_told_by_the_products_name(
    describe: Any,
) -> None:
    assert describe(type="queue_finished", device_id="gone")[0] == "Bambu Batch Manager"


async def test_the_logbook_has_words_for_all_news(
    hass: HomeAssistant, desk: Shop
) -> None:
    texts = own_texts(hass)
    for news in News:
        said = texts.text(f"logbook_{news}", task="", code="", reason="")
        assert said != f"logbook_{news}"
    for reason in PauseReason:
        assert texts.text(f"paused_{reason}") != f"paused_{reason}"


async def test_a_text_that_is_missing_shows_its_key(hass: HomeAssistant) -> None:
    assert own_texts(hass).text("no_such_text") == "no_such_text"


async def test_the_logbook_component_takes_our_words(
    hass: HomeAssistant, recorder_mock: None, desk: Shop
) -> None:
    hass.config.components.add("recorder")
    assert await async_setup_component(hass, LOGBOOK_DOMAIN, {})
    await hass.async_block_till_done()

    assert EVENT in hass.data[LOGBOOK_DOMAIN].external_events


async def automate(
    hass: HomeAssistant,
    *,
    triggers: list[dict[str, Any]],
    conditions: list[dict[str, Any]] | None = None,
) -> None:
    """Set up an automation that calls `test.automation`."""
    assert await async_setup_component(
        hass,
        automation.DOMAIN,
        {
            automation.DOMAIN: [
                {
                    "triggers": [trigger],
                    "conditions": conditions or [],
                    "actions": {
                        "action": "test.automation",
                        "data_template": {"what": name},
                    },
                }
                for trigger in triggers
                for name in [trigger.get("type") or trigger["trigger"]]
            ]
        },
    )
    await hass.async_block_till_done()


async def test_a_device_has_a_trigger_for_each_news(
    hass: HomeAssistant, desk: Shop
) -> None:
    triggers = await async_get_device_automations(
        hass, DeviceAutomationType.TRIGGER, device_of(desk).id
    )

    ours = [trigger for trigger in triggers if trigger["domain"] == DOMAIN]
    assert {trigger["type"] for trigger in ours} == set(WITH_TRIGGER)


async def test_a_spool_has_no_triggers(
    hass: HomeAssistant, paper: PaperPrinter, media: Path
) -> None:
    desk = Shop(hass, paper_entry(spools=[spool("White")]))
    await desk.open()
    (device,) = (
        device
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), desk.entry.entry_id
        )
        if device.name == "White"
    )

    triggers = await async_get_device_automations(
        hass, DeviceAutomationType.TRIGGER, device.id
    )

    assert not [one for one in triggers if one["domain"] == DOMAIN]
    await desk.close()


async def test_device_triggers_fire(
    hass: HomeAssistant,
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    service_calls: list[ServiceCall],
) -> None:
    device_id = device_of(desk).id
    await automate(
        hass,
        triggers=[
            {
                "trigger": "device",
                "domain": DOMAIN,
                "device_id": device,
                "type": news,
            }
            for device in (device_id,)
            for news in WITH_TRIGGER
        ],
    )

    await print_one(desk, paper, media)

    fired = [
        call.data["what"] for call in service_calls if call.service == "automation"
    ]
    assert fired == ["print_started", "print_finished", "queue_finished"]


@pytest.mark.parametrize("target", ["device", "entity"])
async def test_triggers_of_our_own_fire(
    hass: HomeAssistant,
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    service_calls: list[ServiceCall],
    target: str,
) -> None:
    means = {
        "device": {"device_id": device_of(desk).id},
        "entity": {"entity_id": desk.entity_id("event", "production")},
    }
    await automate(
        hass,
        triggers=[
            {"trigger": f"bambu_batch.{news}", "target": means[target]}
            for news in WITH_TRIGGER
        ],
    )

    await print_one(desk, paper, media)

    fired = [
        call.data["what"] for call in service_calls if call.service == "automation"
    ]
    assert fired == [
        "bambu_batch.print_started",
        "bambu_batch.print_finished",
        "bambu_batch.queue_finished",
    ]


async def test_events_of_others_are_not_ours(
    hass: HomeAssistant, desk: Shop, service_calls: list[ServiceCall]
) -> None:
    await automate(
        hass,
        triggers=[
            {
                "trigger": "bambu_batch.print_finished",
                "target": {"entity_id": "event.doorbell"},
            }
        ],
    )
    for moment in ("2026-11-21T10:00:00", "2026-11-21T11:00:00"):
        hass.states.async_set(
            "event.doorbell", moment, {"event_type": "print_finished"}
        )
        await hass.async_block_till_done()

    assert [call for call in service_calls if call.service == "automation"] == []


@pytest.mark.parametrize(
    ("condition", "before", "during"),
    [("queue_is_running", False, True), ("is_printing", False, True)],
)
async def test_conditions_look_at_the_right_entity(
    hass: HomeAssistant,
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    service_calls: list[ServiceCall],
    condition: str,
    before: bool,
    during: bool,
) -> None:
    await automate(
        hass,
        triggers=[{"trigger": "event", "event_type": "ask"}],
        conditions=[
            {
                "condition": f"bambu_batch.{condition}",
                "target": {"device_id": device_of(desk).id},
            }
        ],
    )

    async def holds() -> bool:
        service_calls.clear()
        hass.bus.async_fire("ask")
        await hass.async_block_till_done()
        return bool(service_calls)

    paper.reports()
    await desk.settled()
    assert await holds() is before

    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    paper.prints(run, PrintState.RUNNING)
    await desk.settled()
    assert await holds() is during

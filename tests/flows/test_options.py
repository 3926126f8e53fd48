"""The options: shown as they are, taken as they were meant, in force at once."""

import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import json_dumps
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.options import OPTIONS, line_options
from custom_components.bambu_batch.production.context import (
    OnFailure,
    PlateClearing,
    StartWhen,
)
from custom_components.bambu_batch.production.event import SetPlatesLeft
from tests.paper import PaperPrinter
from tests.shop import Shop, queue_up
from tests.spoolman.server import Served, failing

FORM: dict[str, dict[str, Any]] = {
    "production": {
        "plate_clearing": "automatic",
        "require_swap_gcode": False,
        "plate_stack": 10.0,
        "start_when": "idle_only",
        "on_failure": "next",
        "upload_while_printing": True,
        "send_whole_files": True,
        "hold_before_runout": True,
        "interlocks": [
            {
                "condition": "state",
                "entity_id": "binary_sensor.smoke",
                "state": "off",
                "for": "00:01:00",
            },
            {"condition": "template", "value_template": "{{ now().hour < 22 }}"},
        ],
    },
    "cooldown": {
        "cooldown_seconds": 0.0,
        "cooldown_bed_temperature": 28.0,
        "cooldown_timeout_minutes": 30.0,
    },
    "defaults": {
        "bed_leveling": "off",
        "flow_calibration": "auto",
        "vibration_calibration": True,
        "timelapse": True,
    },
    "cost": {
        "currency_per_kg": 21.5,
        "currency_per_kwh": 0.31,
        "energy_entity": "sensor.printer_energy",
    },
    "spoolman": {},
    "connection": {"plain_data_channel": True},
}


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Add an entry as the config flow leaves it."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Mini",
        options={"plate_clearing": "manual", "cooldown_seconds": 60},
    )
    entry.add_to_hass(hass)
    return entry


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "init"
    return result


async def fill(
    hass: HomeAssistant, result: ConfigFlowResult, form: dict[str, Any]
) -> ConfigFlowResult:
    return await hass.config_entries.options.async_configure(result["flow_id"], form)


def changed(**sections: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: {**FORM[name], **sections.get(name, {})} for name in FORM}


async def test_every_option_can_be_changed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await fill(hass, await begin(hass, entry), FORM)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {
        "spoolman_url": None,
        **{key: value for section in FORM.values() for key, value in section.items()},
        "bed_leveling": False,
    }
    assert set(entry.options) >= set(OPTIONS)
    options = line_options(entry.options)
    assert options.plate_clearing is PlateClearing.AUTOMATIC
    assert options.start_when is StartWhen.IDLE_ONLY
    assert options.on_failure is OnFailure.NEXT
    assert options.plate_stack == 10
    assert options.cooldown_seconds == 0
    assert options.cooldown_bed_temperature == 28


async def test_what_is_stored_can_be_written_to_disk(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await fill(hass, await begin(hass, entry), FORM)

    assert json.loads(json_dumps(dict(entry.options))) == entry.options
    assert entry.options["interlocks"] == FORM["production"]["interlocks"]
    assert all(
        isinstance(entry.options[key], int)
        for key in ("cooldown_seconds", "cooldown_timeout_minutes", "plate_stack")
    )


async def test_the_form_shows_what_is_in_force(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """As the frontend gets it."""
    for component in ("config", "frontend", "media_source"):  # before the first request
        assert await async_setup_component(hass, component, {})
    client = await hass_client()

    async def shown() -> dict[str, dict[str, Any]]:
        answer = await client.post(
            "/api/config/config_entries/options/flow", json={"handler": entry.entry_id}
        )
        return {
            section["name"]: {
                field["name"]: field["description"]["suggested_value"]
                for field in section["schema"]
                if "description" in field
            }
            for section in (await answer.json())["data_schema"]
        }

    assert await shown() == {
        "production": {
            "plate_clearing": "manual",
            "require_swap_gcode": True,
            "plate_stack": 0,
            "start_when": "idle_or_finished",
            "on_failure": "pause",
            "upload_while_printing": False,
            "send_whole_files": False,
            "hold_before_runout": False,
            "interlocks": [],
        },
        "cooldown": {"cooldown_seconds": 60, "cooldown_timeout_minutes": 60},
        "defaults": {
            "bed_leveling": "on",
            "flow_calibration": "on",
            "vibration_calibration": False,
            "timelapse": False,
        },
        "cost": {},
        "spoolman": {},
        "connection": {"plain_data_channel": False},
    }

    await fill(hass, await begin(hass, entry), FORM)
    assert await shown() == FORM


async def test_what_is_left_empty_is_forgotten(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await fill(hass, await begin(hass, entry), FORM)
    form = changed(cost={})
    form["cost"] = {}
    del form["production"]["interlocks"]
    del form["cooldown"]["cooldown_bed_temperature"]

    await fill(hass, await begin(hass, entry), form)

    assert entry.options["interlocks"] == []
    for key in (
        "cooldown_bed_temperature",
        "currency_per_kg",
        "currency_per_kwh",
        "energy_entity",
    ):
        assert entry.options[key] is None


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("cooldown", "cooldown_seconds", -1),
        ("cooldown", "cooldown_seconds", 3601),
        ("cooldown", "cooldown_bed_temperature", 5),
        ("cooldown", "cooldown_timeout_minutes", 0),
        ("production", "plate_stack", 1001),
        ("production", "plate_clearing", "nobody"),
        ("production", "start_when", "always"),
        ("production", "on_failure", "ignore"),
        ("production", "interlocks", [{"condition": "state"}]),
        ("cost", "energy_entity", "light.kitchen"),
    ],
)
async def test_a_value_that_makes_no_sense_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, section: str, field: str, value: Any
) -> None:
    result = await begin(hass, entry)

    with pytest.raises(InvalidData):
        await fill(hass, result, changed(**{section: {field: value}}))

    result = await fill(hass, result, FORM)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "interlock",
    [
        {"condition": "no_such"},
        {
            "condition": "device",
            "domain": "light",
            "device_id": "gone",
            "entity_id": "light.gone",
            "type": "is_on",
        },
    ],
)
async def test_an_interlock_that_cannot_be_evaluated_is_told(
    hass: HomeAssistant, entry: MockConfigEntry, interlock: dict[str, str]
) -> None:
    """Its form is right, but what it names does not exist."""
    result = await begin(hass, entry)

    result = await fill(hass, result, changed(production={"interlocks": [interlock]}))
    assert result["errors"] == {"base": "interlock_invalid"}
    assert result["description_placeholders"] is not None
    assert result["description_placeholders"]["error"]

    result = await fill(hass, result, FORM)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_address_of_spoolman_is_tried(
    hass: HomeAssistant, entry: MockConfigEntry, spoolman: Served
) -> None:
    result = await begin(hass, entry)
    for typed, error in (
        ("ftp://spools:7912", "spoolman_no_url"),
        ("127.0.0.1:1", "spoolman_cannot_connect"),
        ("http://127.0.0.1:1", "spoolman_cannot_connect"),
        (f"{spoolman.url}/elsewhere", "spoolman_not_found"),
    ):
        form = changed(spoolman={"spoolman_url": typed})
        result = await fill(hass, result, form)
        assert result["errors"] == {"base": error}

    typed = f" {spoolman.url.removeprefix('http://')}/api/v1/ "
    result = await fill(hass, result, changed(spoolman={"spoolman_url": typed}))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["spoolman_url"] == spoolman.url

    # one that is known may be away while other options are changed
    spoolman.spoolman.before = failing(502)
    form = changed(spoolman={"spoolman_url": spoolman.url}, cooldown=FORM["cooldown"])
    result = await fill(hass, await begin(hass, entry), form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    spoolman.spoolman.before = None
    for empty in ({}, {"spoolman_url": ""}):
        await fill(hass, await begin(hass, entry), form)
        assert entry.options["spoolman_url"] == spoolman.url
        without = {**FORM, "spoolman": empty}
        await fill(hass, await begin(hass, entry), without)
        assert entry.options["spoolman_url"] is None


async def test_a_change_does_not_reload_the_printer(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert entry.update_listeners == []
    result = await begin(hass, entry)
    flow = hass.config_entries.options._progress[result["flow_id"]]

    assert not getattr(flow, "automatic_reload", False)


async def test_a_program_may_fill_in_true_and_false(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    form = changed(defaults={"bed_leveling": True, "flow_calibration": False})
    await fill(hass, await begin(hass, entry), form)
    assert (entry.options["bed_leveling"], entry.options["flow_calibration"]) == (
        True,
        False,
    )


# The plates in the changer


async def options_of(
    hass: HomeAssistant, desk: Shop, **production: Any
) -> ConfigFlowResult:
    """Fill the form in as it is shown, but for some fields of production."""
    options = hass.config_entries.options
    form = await options.async_init(desk.entry.entry_id)
    return await options.async_configure(form["flow_id"], filled(form, **production))


def filled(form: ConfigFlowResult, **production: Any) -> dict[str, dict[str, Any]]:
    """Return what the form shows, and something else in the section of production."""
    assert form["data_schema"] is not None
    answer = {
        str(name): {
            str(key): key.description["suggested_value"]
            for key in part.schema.schema
            if key.description
        }
        for name, part in form["data_schema"].schema.items()
    }
    answer["production"] |= production
    return answer


async def test_a_full_changer_is_told_of_where_counting_begins_and_nothing_stops(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    heard = async_capture_events(hass, EVENT_STATE_CHANGED)
    done = await options_of(hass, desk, plate_stack=10, plates_left=10)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await desk.settled()
    assert desk.state("number", "plates_left") == "10"
    assert "plates_left" not in desk.entry.options
    paper.finishes(desk.run)
    await desk.settled()
    assert desk.state("number", "plates_left") == "9"
    waits = desk.entity_id("sensor", "waiting_for")
    seen = {
        new.state
        for event in heard
        if event.data["entity_id"] == waits and (new := event.data["new_state"])
    }
    assert "plates_empty" not in seen


async def test_without_the_number_the_queue_waits_and_says_where_to_enter_it(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    """What was counted long ago is nobody's word either."""
    await desk.coordinator.obey(SetPlatesLeft(7))
    await options_of(hass, desk, plate_stack=10)
    await queue_up(desk, paper, media)
    assert desk.state("sensor", "waiting_for") == "plates_empty"
    assert desk.state("number", "plates_left") == "0"
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"person_needed_{desk.entry.entry_id}"
    )
    assert issue is not None and issue.translation_placeholders is not None
    assert "set Plates left" in (issue.translation_placeholders["reason"])

    await options_of(hass, desk, plates_left=10)
    await desk.until(lambda: paper.jobs)


async def test_the_number_that_was_only_shown_changes_nothing(
    hass: HomeAssistant, desk: Shop
) -> None:
    """A plate may have been used since the form was opened."""
    await options_of(hass, desk, plate_stack=10, plates_left=10)
    options = hass.config_entries.options
    form = await options.async_init(desk.entry.entry_id)
    answer = filled(form, plate_stack=12)
    assert answer["production"]["plates_left"] == 10
    await desk.coordinator.obey(SetPlatesLeft(9))
    await options.async_configure(form["flow_id"], answer)
    await desk.settled()
    assert desk.entry.options["plate_stack"] == 12
    assert desk.state("number", "plates_left") == "9"


async def test_a_number_that_nobody_can_take_is_said(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await begin(hass, entry)
    refused = await fill(hass, result, changed(production={"plates_left": 10}))
    assert refused["errors"] == {"base": "plates_not_counted"}
    assert "plate_stack" not in entry.options

    again = await fill(hass, result, FORM)
    assert again["type"] is FlowResultType.CREATE_ENTRY

"""Interlocks: what cannot be told does not hold."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
import threading
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    area_registry as ar,
    condition,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.bambu_batch.runtime.interlocks import AGAIN_SECONDS, Interlocks

type Load = Callable[..., Coroutine[Any, Any, Interlocks]]

DOOR_SHUT = {"condition": "state", "entity_id": "binary_sensor.door", "state": "off"}
DOOR_NOT_OPEN = {"condition": "not", "conditions": [DOOR_SHUT | {"state": "on"}]}
POWER_LOW = {
    "condition": "numeric_state",
    "entity_id": "sensor.power",
    "below": 1000,
}


@pytest.fixture
def changes() -> list[None]:
    """Count the calls for another look."""
    return []


@pytest.fixture
async def load(hass: HomeAssistant, changes: list[None]) -> AsyncGenerator[Load]:
    """Load conditions."""
    await async_setup_component(hass, "homeassistant", {})
    interlocks = Interlocks(hass, lambda: changes.append(None))

    async def conditions(*given: Any) -> Interlocks:
        await interlocks.load(given)
        return interlocks

    yield conditions
    interlocks.unload()


async def test_without_interlocks_they_hold(load: Load) -> None:
    assert (await load()).hold() is True


@pytest.mark.parametrize(
    ("state", "holds"),
    [("off", True), ("on", False), ("unavailable", None), ("unknown", None)],
)
@pytest.mark.parametrize("condition", [DOOR_SHUT, DOOR_NOT_OPEN])
async def test_a_state(
    hass: HomeAssistant,
    load: Load,
    condition: dict[str, Any],
    state: str,
    holds: bool | None,
) -> None:
    hass.states.async_set("binary_sensor.door", state)
    assert (await load(condition)).hold() is holds


async def test_an_entity_that_does_not_exist_cannot_be_told(load: Load) -> None:
    assert (await load(DOOR_NOT_OPEN)).hold() is None


async def test_all_of_them_must_hold(hass: HomeAssistant, load: Load) -> None:
    hass.states.async_set("binary_sensor.door", "off")
    hass.states.async_set("sensor.power", "1500")
    interlocks = await load(DOOR_SHUT, POWER_LOW)
    assert interlocks.hold() is False
    hass.states.async_set("sensor.power", "800")
    assert interlocks.hold() is True


async def test_a_number_that_is_none_cannot_be_told(
    hass: HomeAssistant, load: Load
) -> None:
    hass.states.async_set("sensor.power", "high")
    assert (await load(POWER_LOW)).hold() is None


@pytest.mark.parametrize(
    ("template", "holds"),
    [("{{ true }}", True), ("{{ false }}", False), ("{{ 1 / 0 }}", None)],
)
async def test_a_template(load: Load, template: str, holds: bool | None) -> None:
    assert (
        await load({"condition": "template", "value_template": template})
    ).hold() is holds


@pytest.mark.parametrize("condition", [{"condition": "state"}, {"nonsense": 1}, "{{"])
async def test_a_condition_that_is_not_valid_never_holds(
    load: Load, condition: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await load(condition)).hold() is None
    assert "nothing starts" in caplog.text


async def test_a_condition_of_an_integration_that_comes_later_is_tried_again(
    hass: HomeAssistant,
    load: Load,
    changes: list[None],
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass.states.async_set("binary_sensor.door", "off")
    with patch(
        "custom_components.bambu_batch.runtime.interlocks.condition.async_from_config",
        side_effect=HomeAssistantError("not set up yet"),
    ):
        interlocks = await load(DOOR_SHUT)
        for _ in range(2):
            freezer.tick(AGAIN_SECONDS + 1)
            async_fire_time_changed(hass)
            await hass.async_block_till_done()
        assert interlocks.hold() is None
    freezer.tick(AGAIN_SECONDS + 1)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert interlocks.hold() is True
    assert changes
    assert caplog.text.count("nothing starts") == 1


async def test_a_change_is_told(
    hass: HomeAssistant, load: Load, changes: list[None]
) -> None:
    hass.states.async_set("binary_sensor.door", "on")
    interlocks = await load(DOOR_SHUT)
    hass.states.async_set("binary_sensor.door", "off")
    await hass.async_block_till_done()
    assert changes
    interlocks.unload()
    count = len(changes)
    hass.states.async_set("binary_sensor.door", "on")
    await hass.async_block_till_done()
    assert len(changes) == count


async def test_other_conditions_take_the_place_of_the_old_ones(
    hass: HomeAssistant, load: Load
) -> None:
    hass.states.async_set("binary_sensor.door", "on")
    interlocks = await load(DOOR_SHUT)
    assert interlocks.hold() is False
    await load()
    assert interlocks.hold() is True


# Targets


@pytest.fixture
async def door(hass: HomeAssistant) -> Door:
    assert await async_setup_component(hass, "door", {})
    return Door(hass)


class Door:
    """Two doors in a room of a floor, each with a label, a part of one device."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        floor = fr.async_get(hass).async_create("Ground")
        self.area = ar.async_get(hass).async_create("Workshop", floor_id=floor.floor_id)
        label = lr.async_get(hass).async_create("Fence")
        entry = MockConfigEntry(domain="test")
        entry.add_to_hass(hass)
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={("test", "fence")}
        )
        dr.async_get(hass).async_update_device(device.id, area_id=self.area.id)
        self.registry = er.async_get(hass)
        self.device_id = device.id
        self.entries = [
            self.registry.async_update_entity(
                self.registry.async_get_or_create(
                    "binary_sensor",
                    "test",
                    name,
                    config_entry=entry,
                    device_id=device.id,
                    original_device_class="door",
                    suggested_object_id=name,
                ).entity_id,
                labels={label.label_id},
            )
            for name in ("front", "back")
        ]
        self.targets = {
            "area": {"area_id": [self.area.id]},
            "floor": {"floor_id": [floor.floor_id]},
            "label": {"label_id": [label.label_id]},
            "device": {"device_id": [device.id]},
            "entities": {"entity_id": [one.entity_id for one in self.entries]},
        }

    def are(self, *states: str) -> None:
        for entry, state in zip(self.entries, states, strict=True):
            self.hass.states.async_set(entry.entity_id, state, {"device_class": "door"})

    def closed(self, target: str, behavior: str = "all") -> dict[str, Any]:
        return {
            "condition": "door.is_closed",
            "target": self.targets[target],
            "options": {"behavior": behavior},
        }


TARGETS = ["area", "floor", "label", "device", "entities"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("states", "all_closed", "any_closed"),
    [
        (("off", "off"), True, True),
        (("off", "on"), False, True),
        (("on", "on"), False, False),
        (("off", "unavailable"), None, None),
        (("on", "unknown"), None, None),
        (("unavailable", "unavailable"), None, None),
    ],
)
async def test_a_target(
    load: Load,
    door: Door,
    target: str,
    states: tuple[str, str],
    all_closed: bool | None,
    any_closed: bool | None,
) -> None:
    door.are(*states)
    assert (await load(door.closed(target))).hold() is all_closed
    assert (await load(door.closed(target, "any"))).hold() is any_closed
    opposite = {"condition": "not", "conditions": [door.closed(target, "any")]}
    none_closed = None if any_closed is None else not any_closed
    assert (await load(opposite)).hold() is none_closed


@pytest.mark.parametrize("target", TARGETS)
async def test_a_member_that_is_not_there_cannot_be_told(
    hass: HomeAssistant, load: Load, door: Door, target: str
) -> None:
    door.are("off", "off")
    hass.states.async_remove(door.entries[1].entity_id)
    assert (await load(door.closed(target))).hold() is None


async def test_a_disabled_member_counts_for_nothing(
    hass: HomeAssistant, load: Load, door: Door
) -> None:
    door.are("off", "off")
    door.registry.async_update_entity(
        door.entries[1].entity_id, disabled_by=er.RegistryEntryDisabler.USER
    )
    hass.states.async_remove(door.entries[1].entity_id)
    assert (await load(door.closed("area"))).hold() is True


async def test_what_else_is_in_an_area_counts_for_nothing(
    hass: HomeAssistant, load: Load, door: Door
) -> None:
    door.are("off", "off")
    light = door.registry.async_get_or_create("light", "test", "lamp")
    door.registry.async_update_entity(light.entity_id, area_id=door.area.id)
    hass.states.async_set(light.entity_id, "unavailable")
    assert (await load(door.closed("area"))).hold() is True


async def test_an_area_without_a_door_cannot_be_told(
    load: Load, door: Door, area_registry: ar.AreaRegistry
) -> None:
    door.are("off", "off")
    empty = area_registry.async_create("Attic")
    door.targets["area"] = {"area_id": [empty.id]}
    assert (await load(door.closed("area"))).hold() is None


async def test_an_area_that_is_gone_cannot_be_told(load: Load, door: Door) -> None:
    door.are("off", "off")
    door.targets["area"] = {"area_id": [door.area.id, "gone"]}
    assert (await load(door.closed("area"))).hold() is None


async def test_members_that_lack_what_the_condition_asks_for_cannot_be_told(
    hass: HomeAssistant, load: Load, door: Door
) -> None:
    assert await async_setup_component(hass, "temperature", {})
    heater = door.registry.async_get_or_create("climate", "test", "heater")
    door.registry.async_update_entity(heater.entity_id, area_id=door.area.id)
    hass.states.async_set(heater.entity_id, "off")
    threshold = {
        "type": "below",
        "value": {"number": 30, "unit_of_measurement": "°C"},
    }
    cool = {
        "condition": "temperature.is_value",
        "target": door.targets["area"],
        "options": {"behavior": "all", "threshold": threshold},
    }
    assert (await load(cool)).hold() is None
    hass.states.async_set(heater.entity_id, "off", {"current_temperature": 21})
    assert (await load(cool)).hold() is True


async def test_a_door_that_comes_into_the_area_is_told(
    hass: HomeAssistant, load: Load, door: Door, changes: list[None]
) -> None:
    door.are("off", "off")
    assert (interlocks := await load(door.closed("area"))).hold() is True
    changes.clear()
    side = door.registry.async_get_or_create(
        "binary_sensor", "test", "side", original_device_class="door"
    )
    hass.states.async_set(side.entity_id, "on", {"device_class": "door"})
    door.registry.async_update_entity(side.entity_id, area_id=door.area.id)
    await hass.async_block_till_done()
    assert changes
    assert interlocks.hold() is False
    changes.clear()
    hass.states.async_set(side.entity_id, "off", {"device_class": "door"})
    await hass.async_block_till_done()
    assert changes
    assert interlocks.hold() is True


# Templates


NOT_OPEN = "{{ not is_state('binary_sensor.door', 'on') }}"


@pytest.mark.parametrize(
    "condition",
    [
        NOT_OPEN,
        {"condition": "template", "value_template": NOT_OPEN},
        {"or": [NOT_OPEN]},
        {"and": [{"not": ["{{ is_state('binary_sensor.door', 'on') }}"]}]},
        {
            "condition": "numeric_state",
            "entity_id": "sensor.power",
            "value_template": "{{ state.state|int + (states('binary_sensor.door') == 'on')|int }}",
            "below": 100,
        },
    ],
)
@pytest.mark.parametrize(
    ("state", "holds"),
    [("off", True), ("on", False), ("unavailable", None), (None, None)],
)
async def test_what_a_template_names_must_be_told(
    hass: HomeAssistant,
    load: Load,
    condition: Any,
    state: str | None,
    holds: bool | None,
) -> None:
    hass.states.async_set("sensor.power", "99")
    if state is not None:
        hass.states.async_set("binary_sensor.door", state)
    assert (await load(condition)).hold() is holds


async def test_a_template_about_all_of_a_kind_is_taken_at_its_word(
    hass: HomeAssistant, load: Load
) -> None:
    hass.states.async_set("binary_sensor.door", "unavailable")
    none_open = "{{ states.binary_sensor|selectattr('state', 'eq', 'on')|list == [] }}"
    assert (await load(none_open)).hold() is True


async def test_what_a_template_names_is_followed(
    hass: HomeAssistant, load: Load, changes: list[None]
) -> None:
    hass.states.async_set("binary_sensor.door", "off")
    interlocks = await load(NOT_OPEN)
    assert interlocks.hold() is True
    for state, holds in (("unavailable", None), ("on", False), ("off", True)):
        changes.clear()
        hass.states.async_set("binary_sensor.door", state)
        await hass.async_block_till_done()
        assert changes
        assert interlocks.hold() is holds


# Other things that a condition names


@pytest.mark.parametrize(
    "condition",
    [
        POWER_LOW | {"below": "sensor.limit"},
        POWER_LOW | {"below": 1000, "above": "sensor.limit"},
        DOOR_SHUT | {"state": "input_select.limit"},
        {"condition": "time", "after": "sensor.limit"},
    ],
)
async def test_a_value_of_another_entity_must_be_told(
    hass: HomeAssistant, load: Load, condition: dict[str, Any]
) -> None:
    hass.states.async_set("binary_sensor.door", "off")
    hass.states.async_set("sensor.power", "800")
    for entity_id in ("sensor.limit", "input_select.limit"):
        hass.states.async_set(entity_id, "unavailable")
    interlocks = await load({"condition": "not", "conditions": [condition]})
    assert interlocks.hold() is None


async def test_the_limit_of_a_target_must_be_told(
    hass: HomeAssistant, load: Load, door: Door
) -> None:
    assert await async_setup_component(hass, "temperature", {})
    hass.states.async_set("climate.one", "off", {"current_temperature": 21})
    hass.states.async_set("sensor.limit", "unavailable")
    hot = {
        "condition": "temperature.is_value",
        "target": {"entity_id": "climate.one"},
        "options": {
            "behavior": "any",
            "threshold": {"type": "above", "value": {"entity": "sensor.limit"}},
        },
    }
    assert (await load({"not": [hot]})).hold() is None


@pytest.mark.parametrize(
    ("state", "holds"), [("on", True), ("off", False), ("unavailable", None)]
)
async def test_a_condition_of_a_device(
    hass: HomeAssistant, load: Load, door: Door, state: str, holds: bool | None
) -> None:
    assert await async_setup_component(hass, "switch", {})
    fan = door.registry.async_get_or_create(
        "switch", "test", "fan", device_id=door.device_id
    )
    hass.states.async_set(fan.entity_id, state)
    condition = {
        "condition": "device",
        "device_id": door.device_id,
        "domain": "switch",
        "entity_id": fan.id,
        "type": "is_on",
    }
    assert (await load(condition)).hold() is holds


async def test_what_is_switched_on_by_a_template_is_looked_at(load: Load) -> None:
    assert (await load(DOOR_NOT_OPEN | {"enabled": "{{ true }}"})).hold() is None


async def test_what_is_switched_off_is_not_looked_at(load: Load) -> None:
    off = {"enabled": False}
    interlocks = await load(
        DOOR_SHUT | off,
        DOOR_NOT_OPEN | off,
        {"and": [DOOR_SHUT | off, "{{ true }}"]},
        {"condition": "template", "value_template": NOT_OPEN, "enabled": "{{ false }}"},
    )
    assert interlocks.hold() is True


# Changes and faults


async def test_changes_are_told_on_the_event_loop(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    threads: list[int] = []
    interlocks = Interlocks(hass, lambda: threads.append(threading.get_ident()))
    hass.states.async_set("binary_sensor.door", "off")
    await interlocks.load([NOT_OPEN, DOOR_SHUT])
    assert interlocks.hold() is True
    hass.states.async_set("binary_sensor.door", "on")
    await hass.async_block_till_done()
    assert set(threads) == {threading.get_ident()}
    interlocks.unload()


async def test_an_overtaken_load_changes_nothing(
    hass: HomeAssistant, changes: list[None]
) -> None:
    await async_setup_component(hass, "homeassistant", {})
    hass.states.async_set("binary_sensor.door", "off")
    hass.states.async_set("sensor.power", "1500")
    at_work = asyncio.Event()
    go_on = asyncio.Event()
    real = condition.async_validate_condition_config

    async def slowly(hass: HomeAssistant, config: dict[str, Any]) -> dict[str, Any]:
        if config["condition"] == "state":
            at_work.set()
            await go_on.wait()
        return await real(hass, config)

    interlocks = Interlocks(hass, lambda: changes.append(None))
    with patch.object(condition, "async_validate_condition_config", slowly):
        old = hass.async_create_task(interlocks.load([DOOR_SHUT]))
        await at_work.wait()
        await interlocks.load([POWER_LOW])
        assert interlocks.hold() is False
        go_on.set()
        await old
    assert interlocks.hold() is False
    changes.clear()
    hass.states.async_set("binary_sensor.door", "on")
    await hass.async_block_till_done()
    assert not changes
    hass.states.async_set("sensor.power", "800")
    await hass.async_block_till_done()
    assert changes
    assert interlocks.hold() is True
    interlocks.unload()


async def test_nothing_holds_before_it_is_loaded_nor_afterwards(
    hass: HomeAssistant,
) -> None:
    interlocks = Interlocks(hass, lambda: None)
    assert interlocks.hold() is None
    await interlocks.load([])
    assert interlocks.hold() is True
    interlocks.unload()
    assert interlocks.hold() is None


async def test_a_condition_that_fails_cannot_be_told(
    hass: HomeAssistant, load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    hass.states.async_set("binary_sensor.door", "off")
    interlocks = await load(DOOR_SHUT)
    with patch.object(
        condition.LegacyConditionChecker, "_async_check", side_effect=KeyError("theirs")
    ):
        assert interlocks.hold() is None
        assert interlocks.hold() is None
    assert caplog.text.count("KeyError: 'theirs'") == 1
    assert interlocks.hold() is True


async def test_a_condition_that_fails_to_load_is_tried_again(
    hass: HomeAssistant,
    load: Load,
    changes: list[None],
    freezer: FrozenDateTimeFactory,
) -> None:
    hass.states.async_set("binary_sensor.door", "off")
    with patch.object(condition, "async_from_config", side_effect=KeyError("theirs")):
        interlocks = await load(DOOR_SHUT)
    assert interlocks.hold() is None
    freezer.tick(AGAIN_SECONDS + 1)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert changes
    assert interlocks.hold() is True

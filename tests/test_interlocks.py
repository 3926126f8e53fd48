"""Interlocks: what cannot be told does not hold."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.bambu_batch.interlocks import AGAIN_SECONDS, Interlocks

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
        "custom_components.bambu_batch.interlocks.condition.async_from_config",
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

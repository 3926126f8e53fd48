"""The one timer."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.bambu_batch.runtime.timer import Timer


@pytest.fixture
def rung() -> list[None]:
    """Count how often it rang."""
    return []


@pytest.fixture
def timer(hass: HomeAssistant, rung: list[None]) -> Timer:
    """Return an timer that is not set."""
    return Timer(hass, lambda: rung.append(None))


async def passes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass."""
    freezer.tick(seconds)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


async def test_it_rings_once_at_its_time(
    hass: HomeAssistant,
    timer: Timer,
    rung: list[None],
    freezer: FrozenDateTimeFactory,
) -> None:
    timer.set(dt_util.utcnow() + timedelta(seconds=10))
    await passes(hass, freezer, 9)
    assert rung == []
    await passes(hass, freezer, 2)
    await passes(hass, freezer, 20)
    assert len(rung) == 1


async def test_an_earlier_time_counts(
    hass: HomeAssistant,
    timer: Timer,
    rung: list[None],
    freezer: FrozenDateTimeFactory,
) -> None:
    now = dt_util.utcnow()
    timer.set(now + timedelta(seconds=60))
    timer.set(now + timedelta(seconds=5))
    timer.set(now + timedelta(seconds=60))
    await passes(hass, freezer, 6)
    assert len(rung) == 1
    await passes(hass, freezer, 60)
    assert len(rung) == 1


async def test_it_can_be_turned_off(
    hass: HomeAssistant,
    timer: Timer,
    rung: list[None],
    freezer: FrozenDateTimeFactory,
) -> None:
    timer.set(dt_util.utcnow() + timedelta(seconds=5))
    timer.set(None)
    await passes(hass, freezer, 6)
    assert rung == []

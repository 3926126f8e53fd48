"""What a printer's meter counted, read back from the recorder."""

from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.bambu_batch.books import energy

METER = "sensor.plug_energy"


@pytest.mark.parametrize(
    ("readings", "kwh"),
    [
        ([], None),
        ([5.0], 0.0),
        ([5.0, 5.2], 0.2),
        ([5.0, None, 5.2], 0.2),
        ([None, 5.0, 5.2], None),
        ([5.0, 5.2, None], None),
        ([5.0, 5.2, 0.1, 0.3], 0.5),
        ([5.0, 4.99, 5.2], 0.2),
        ([0.0, 0.0], 0.0),
    ],
)
def test_how_far_a_meter_went(readings: list[float | None], kwh: float | None) -> None:
    found = energy.difference(readings)
    assert found == (None if kwh is None else pytest.approx(kwh))


@pytest.fixture
async def start(recorder_mock: None, hass: HomeAssistant) -> datetime:
    """Let a meter show 7 kWh, and begin a print a moment later."""
    hass.config.components.add("recorder")
    hass.states.async_set(METER, "7", {"unit_of_measurement": "kWh"})
    await async_wait_recording_done(hass)
    return dt_util.utcnow()


async def test_the_newest_reading_counts_at_once(
    hass: HomeAssistant, start: datetime
) -> None:
    hass.states.async_set(METER, "7.1", {"unit_of_measurement": "kWh"})
    hass.states.async_set(METER, "unavailable")
    hass.states.async_set(METER, "7250", {"unit_of_measurement": "Wh"})
    end = dt_util.utcnow()
    hass.states.async_set(METER, "9", {"unit_of_measurement": "kWh"})

    assert await energy.counted(hass, METER, start, end) == pytest.approx(0.25)


async def test_a_print_between_two_readings_took_nothing_that_is_known_of(
    hass: HomeAssistant, start: datetime
) -> None:
    assert await energy.counted(hass, METER, start, dt_util.utcnow()) == 0


@pytest.mark.parametrize(
    ("state", "unit"),
    [("unknown", "kWh"), ("nan", "kWh"), ("7.5", None), ("7.5", "apples")],
)
async def test_no_reading_at_the_end_is_unknown(
    hass: HomeAssistant, start: datetime, state: str, unit: str | None
) -> None:
    hass.states.async_set(METER, state, {"unit_of_measurement": unit})

    assert await energy.counted(hass, METER, start, dt_util.utcnow()) is None


async def test_no_reading_before_the_start_is_unknown(
    hass: HomeAssistant, start: datetime
) -> None:
    early = start - timedelta(hours=1)

    assert await energy.counted(hass, METER, early, dt_util.utcnow()) is None
    assert await energy.counted(hass, "sensor.other", start, dt_util.utcnow()) is None


async def test_without_a_recorder_nothing_is_known(hass: HomeAssistant) -> None:
    now = dt_util.utcnow()

    assert await energy.counted(hass, METER, now, now) is None

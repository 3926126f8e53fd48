"""What a printer's energy meter counted while a plate was printed.

The readings come from the recorder: it has them also where Home Assistant was restarted in
the middle of a print. A run without a reading at both of its ends took an unknown amount.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from math import isfinite
from typing import Final

from homeassistant.components.recorder import get_instance, history
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfEnergy
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.unit_conversion import EnergyConverter

RESET: Final = 0.9
"""A reading below this share of the one before means that the meter started over.

As Home Assistant's own statistics see it; a smaller dip is noise.
"""


async def counted(
    hass: HomeAssistant, meter: str, start: datetime, end: datetime
) -> float | None:
    """Return the kWh that a meter counted in this time; None: unknown."""
    if "recorder" not in hass.config.components:
        return None
    newest = hass.states.get(meter)
    recorder = get_instance(hass)
    await recorder.async_block_till_done()
    found = await recorder.async_add_executor_job(
        history.state_changes_during_period, hass, start, end, meter
    )
    states = found.get(meter.lower(), [])
    if not states or states[0].last_updated > start:
        return None
    if newest and states[-1].last_updated < newest.last_updated <= end:
        states.append(newest)  # still on its way to the database
    return difference([_kwh(state) for state in states])


def difference(readings: Sequence[float | None]) -> float | None:
    """Return how much a meter counted; None if it is unknown at either end. Gaps between do no harm."""
    if not readings or readings[0] is None or readings[-1] is None:
        return None
    known = [reading for reading in readings if reading is not None]
    return sum(
        now if now < before * RESET else now - before for before, now in pairwise(known)
    )


def _kwh(state: State) -> float | None:
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    try:
        reading = EnergyConverter.convert(
            float(state.state), unit, UnitOfEnergy.KILO_WATT_HOUR
        )
    except ValueError, HomeAssistantError:
        return None
    return reading if isfinite(reading) else None

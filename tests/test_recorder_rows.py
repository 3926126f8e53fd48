"""How many rows a print leaves in Home Assistant's recorder: one for each change of a state."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
import math
from pathlib import Path
import random
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.bambu_batch.bambu.status import PrintState

from .paper import PaperPrinter
from .shop import Shop, queue_up

MINUTES = 83
EVERY_SECONDS = 4
LAYERS = 250


def _job() -> Iterator[dict[str, Any]]:
    """Yield the reports of a print: heating, layers, uneven minutes, noise on every temperature."""
    noise = random.Random(83)
    for second in range(0, MINUTES * 60, EVERY_SECONDS):
        heated = min(second / 150, 1)
        share = max(second - 240, 0) / (MINUTES * 60 - 240)
        left = (MINUTES * 60 - second) / 60
        yield {
            "state": PrintState.PREPARE if second < 240 else PrintState.RUNNING,
            "nozzle_temperature": 25 + 195 * heated + noise.uniform(-1.3, 1.3),
            "nozzle_target": 220.0,
            "bed_temperature": 24 + 41 * heated + noise.uniform(-0.4, 0.4),
            "bed_target": 65.0,
            "percent": int(share * 100),
            "remaining_minutes": math.ceil(left + 0.4 * math.sin(second / 37)),
            "layer": int(share * LAYERS),
            "total_layers": LAYERS,
            "wifi_signal": -50 - noise.randrange(5),
        }


async def test_a_print_of_83_minutes_leaves_at_most_195_rows(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
) -> None:
    await queue_up(desk, paper, media, copies=2)
    rows: Counter[str] = Counter()

    @callback
    def count(event: Event[EventStateChangedData]) -> None:
        rows[event.data["entity_id"]] += 1

    hass.bus.async_listen("state_changed", count)
    for report in _job():
        freezer.tick(timedelta(seconds=EVERY_SECONDS))
        async_fire_time_changed(hass)
        paper.prints(desk.run, **report)
        await desk.settled()
    paper.prints(desk.run, PrintState.FINISH, percent=100, remaining_minutes=0)
    await desk.settled()
    assert rows["sensor.mini_progress"] > 95
    assert rows.total() <= 195, rows

"""The demo's dashboard."""

from collections.abc import Iterator
from typing import Any

from demo.dashboard import layout

KEYS = [
    "bed_temperature",
    "connected",
    "cooldown_end",
    "current_task",
    "nozzle_temperature",
    "plate_clear",
    "print_error",
    "printer_state",
    "problem",
    "progress",
    "queue",
    "queue_finish",
    "queue_remaining",
    "queue_running",
    "remaining_time",
    "thumbnail",
    "waiting_for",
]


def entities_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (part[key] for key in ("entity", "image_entity") if key in part)
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from entities_in(one)


def test_it_shows_every_entity_of_its_list() -> None:
    entities = {key: f"sensor.made_up_{key}" for key in KEYS}
    assert set(entities_in(layout(entities))) == set(entities.values())

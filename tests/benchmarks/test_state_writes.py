"""What a farm costs Home Assistant: 20 printers on paper, a delta each second.

Run by `scripts/test tests/benchmarks --benchmark -s`. Fails where an entity is written although
nothing of it has changed.
"""

from dataclasses import replace
import itertools
from pathlib import Path
from time import process_time
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    Enqueue,
    NewTask,
    SetRunning,
)
from tests.paper import PaperPrinter
from tests.production.scene import plate_file
from tests.shop import Shop, paper_entry, slice_file

PRINTERS = 20
DELTAS = 60
TASKS = 10
FILE = "media-source://bambu_batch/local/clip.gcode.3mf"


@pytest.mark.benchmark
async def test_state_writes_of_a_farm(hass: HomeAssistant, media: Path) -> None:
    slice_file(media)
    papers = [PaperPrinter() for _ in range(PRINTERS)]
    shops = [await _printing(hass, paper, n) for n, paper in enumerate(papers)]
    written = 0
    write = Entity._async_write_ha_state

    def count(entity: Entity) -> None:
        nonlocal written
        written += 1
        write(entity)

    changed = async_capture_events(hass, "state_changed")
    begun = process_time()
    with patch.object(Entity, "_async_write_ha_state", count):
        for second in range(DELTAS):
            for paper in papers:
                paper.reports(
                    bed_temperature=55 + second % 3 / 10,
                    nozzle_temperature=220 + second % 7 / 4,
                    percent=second,
                    layer=second // 10,
                )
            for shop in shops:
                await shop.settled()
    spent = process_time() - begun
    deltas = PRINTERS * DELTAS
    print(
        f"\n{PRINTERS} printers with {TASKS} tasks each, {deltas} deltas:"
        f" {written / deltas:.2f} state writes and {len(changed) / deltas:.2f}"
        f" changed states per delta, {spent / deltas * 1e6:.0f} µs per delta"
        " (with everything that Home Assistant does, a commit for each layer, and asyncio's checks)"
    )
    for shop in shops:
        await shop.close()
    assert written <= len(changed)


async def _printing(hass: HomeAssistant, paper: PaperPrinter, number: int) -> Shop:
    """Set up a printer in the middle of its first task."""
    shop = Shop(hass, paper_entry(f"03000A{number:09}"))
    with (
        patch("custom_components.bambu_batch.coordinator.Connection", paper.connect),
        patch("custom_components.bambu_batch.coordinator.Storage", paper.store),
        patch("custom_components.bambu_batch.discovery.watch"),
    ):
        await shop.open()
    paper.reports()
    task = NewTask(name="Clip", plate_file=plate_file(file=FILE), copies=5)
    names = (f"Clip {count}" for count in itertools.count(1))
    await shop.coordinator.obey(
        Enqueue(tuple(replace(task, name=next(names)) for _ in range(TASKS)))
    )
    await shop.coordinator.obey(ConfirmPlateClear())
    await shop.coordinator.obey(SetRunning(True))
    await shop.settled()
    paper.prints(shop.run, PrintState.RUNNING, remaining_minutes=9)
    await shop.settled()
    return shop

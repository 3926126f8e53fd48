"""The coordinator with a real Home Assistant and a simulated printer on real sockets."""

from collections.abc import AsyncGenerator
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from simulator import Farm, Printer, PrinterSpec

from .shop import Shop, entry_of, slice_file


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    hass.config.media_dirs = {"local": str(folder)}
    hass.config.config_dir = str(tmp_path)
    return folder


@pytest.fixture
async def printer(socket_enabled: None) -> AsyncGenerator[Printer]:
    async with Farm([PrinterSpec()], speed=1000) as farm:
        yield farm.printers[0]


@pytest.fixture
async def shop(
    hass: HomeAssistant, media: Path, printer: Printer
) -> AsyncGenerator[Shop]:
    entry = entry_of(printer)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    shop = Shop(hass, entry)
    await shop.until(lambda: shop.coordinator.status.complete)
    yield shop
    await hass.config_entries.async_unload(entry.entry_id)


async def test_two_tasks_are_printed_one_after_the_other(
    shop: Shop, media: Path, printer: Printer
) -> None:
    slice_file(media)
    slice_file(media, "box.gcode.3mf", seconds=600)
    await shop.act("enqueue", file="clip.gcode.3mf", copies=2)
    await shop.act("enqueue", file="box.gcode.3mf")
    await shop.press("plate_clear")
    await shop.switch("queue_running", on=True)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 3
    assert printer.journal.violations == []

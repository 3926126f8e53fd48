"""Whole prints: Home Assistant, real sockets, and a simulated printer that keeps the truth."""

import asyncio
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from custom_components.bambu_batch.bambu.connection import Loss
from simulator import Farm, Fault, Printer, PrinterSpec

from .shop import Shop, entry_of, slice_file


async def queue_up(shop: Shop, media: Path, copies: int = 1) -> None:
    """Queue a file, confirm the plate and run the queue."""
    if not (media / "clip.gcode.3mf").exists():  # another printer may be reading it
        slice_file(media)
    await shop.act("enqueue", file="clip.gcode.3mf", copies=copies)
    await shop.press("plate_clear")
    await shop.switch("queue_running", on=True)


async def test_every_copy_of_every_task_is_printed_once(
    shop: Shop, media: Path, printer: Printer
) -> None:
    slice_file(media, "box.gcode.3mf", seconds=600)
    await queue_up(shop, media, copies=2)
    await shop.act("enqueue", file="box.gcode.3mf")
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert [job.subtask_name.rsplit("_", 1)[0] for job in printer.truth.jobs] == [
        "clip",
        "clip",
        "box",
    ]
    assert printer.journal.violations == []
    await shop.until(lambda: not printer.truth.files)


async def test_a_print_goes_on_over_a_restart_and_is_counted_once(
    shop: Shop, media: Path, printer: Printer
) -> None:
    await queue_up(shop, media, copies=2)
    await printer.until(lambda p: p.truth.state == "RUNNING")
    await shop.close()
    await printer.until(lambda p: len(p.truth.jobs) == 1)
    await shop.open()
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 2
    assert printer.journal.violations == []


async def test_a_print_goes_on_over_a_lost_connection(
    shop: Shop, media: Path, printer: Printer
) -> None:
    await queue_up(shop, media)
    await printer.until(lambda p: p.truth.state == "RUNNING")
    printer.drop_connections()
    await shop.until(lambda: shop.state("binary_sensor", "connected") == "off")
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 1
    assert printer.journal.violations == []


async def test_a_print_error_pauses_the_queue_until_a_person_resumes_it(
    shop: Shop, media: Path, printer: Printer
) -> None:
    await queue_up(shop, media, copies=2)
    await printer.until(lambda p: p.truth.state == "RUNNING")
    printer.world.pause_with(0x0300_8008)
    await shop.until(lambda: shop.state("binary_sensor", "problem") == "on")
    await shop.until(lambda: shop.state("switch", "queue_running") == "off")
    assert shop.state("sensor", "print_error") == "0300-8008"
    await shop.press("resume_print")
    await printer.until(lambda p: len(p.truth.jobs) == 1)
    await shop.until(lambda: shop.state("sensor", "current_task") == "unknown")
    assert shop.state("sensor", "waiting_for") == "queue_paused"
    await shop.switch("queue_running", on=True)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert shop.state("binary_sensor", "problem") == "off"
    assert printer.journal.violations == []


async def test_fm_031_a_stop_at_the_touchscreen_leaves_the_plate_occupied(
    shop: Shop, media: Path, printer: Printer
) -> None:
    await queue_up(shop, media, copies=2)
    await printer.until(lambda p: p.truth.state == "RUNNING")
    printer.world.press_stop()
    await shop.until(lambda: shop.state("sensor", "current_task") == "unknown")
    await shop.until(
        lambda: (
            shop.state("sensor", "waiting_for") in ("plate_not_clear", "cooldown")
            or "plate_not_clear" in shop.coordinator.reasons
        )
    )
    assert len(printer.truth.jobs) == 1
    printer.world.clear_plate()
    await shop.press("plate_clear")
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []


@pytest.mark.parametrize("fault", [Fault.START_REFUSED, Fault.START_FAILS])
async def test_a_refused_start_prints_nothing_and_loses_nothing(
    shop: Shop, media: Path, printer: Printer, fault: Fault
) -> None:
    printer.fault(fault, times=1)
    await queue_up(shop, media)
    await shop.until(
        lambda: (
            shop.state("sensor", "waiting_for")
            in ("developer_mode_off", "queue_paused")
        )
    )
    assert shop.state("sensor", "queue_state") == "1"
    assert shop.coordinator.line.run is None
    assert printer.truth.jobs == ()


async def test_fm_047_a_truncated_upload_is_sent_again(
    shop: Shop, media: Path, printer: Printer
) -> None:
    printer.fault(Fault.FTPS_TRUNCATE, times=1)
    await queue_up(shop, media)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []


async def test_unloading_leaves_nothing_open(
    shop: Shop, printer: Printer, hass: HomeAssistant
) -> None:
    await shop.close()
    await printer.until(lambda p: p.clients == 0)
    assert "bambu_batch" in hass.config.components


async def test_unloading_in_the_middle_of_an_upload_does_not_hang(
    shop: Shop, media: Path, printer: Printer
) -> None:
    printer.upload_rate = 0.01  # kB per simulated second
    await queue_up(shop, media)
    await shop.until(lambda: shop.coordinator.uploading is not None)
    async with asyncio.timeout(10):
        await shop.close()
    assert printer.truth.jobs == ()
    printer.upload_rate = None
    await shop.open()
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []


async def test_fm_077_a_changed_access_code_asks_for_the_new_one(
    shop: Shop, printer: Printer, hass: HomeAssistant
) -> None:
    printer.world.change_access_code("87654321")
    printer.drop_connections()
    await shop.until(hass.config_entries.flow.async_progress)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"
    assert flow["context"]["entry_id"] == shop.entry.entry_id


async def test_another_certificate_gets_no_secret_and_is_said(
    shop: Shop, printer: Printer
) -> None:
    printer.world.change_certificate()
    printer.drop_connections()
    await shop.until(lambda: shop.coordinator.lost is Loss.CERTIFICATE_CHANGED)
    assert shop.state("binary_sensor", "connected") == "off"


async def test_two_printers_work_side_by_side(
    hass: HomeAssistant, media: Path, socket_enabled: None
) -> None:
    specs = [PrinterSpec(), PrinterSpec()]
    async with Farm(specs, speed=1000) as farm:
        shops = [Shop(hass, entry_of(printer)) for printer in farm.printers]
        for shop in shops:
            await shop.open()
            await queue_up(shop, media, copies=2)
        await shops[0].until(lambda: shops[0].state("sensor", "queue_state") == "0", 60)
        await shops[1].until(lambda: shops[1].state("sensor", "queue_state") == "0", 60)
        assert [len(printer.truth.jobs) for printer in farm.printers] == [2, 2]
        assert farm.violations == []
        for shop in shops:
            await shop.close()

"""Whole prints: Home Assistant, real sockets, and a simulated printer that keeps the truth."""

import asyncio
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.bambu_batch.bambu.connection import DisconnectReason
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production import files
from simulator import Farm, Fault, Printer, PrinterSpec, slicer
from simulator.journal import Entry, Rule

from .shop import Shop, entry_of, slice_file
from .simulator.clients import Mqtt

_CARD = "file:///sdcard"


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


async def test_fm_180_after_a_plate_that_a_changer_only_loads_a_person_is_asked(
    shop: Shop, media: Path, printer: Printer
) -> None:
    slice_file(media, swap="load_only")
    await queue_up(shop, media, copies=2)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "task_held")
    (task,) = shop.coordinator.line.tasks
    assert not task.clears_plate
    await shop.act("update_task", task_id=task.task_id, clears_plate=True)
    await shop.until(lambda: bool(printer.journal.violations), 60)
    assert printer.journal.violations[0].rule is Rule.START_ON_OCCUPIED_PLATE, (
        "a person's word, and the printer knows better"
    )


@pytest.mark.parametrize("say", ["enqueue", "update_task", "release"])
async def test_fm_166_a_filament_that_no_tray_can_say_is_printed_on_a_person_s_word(
    shop: Shop, media: Path, printer: Printer, say: str
) -> None:
    slice_file(media, filaments=(slicer.Filament(material="PLA+"),))
    chosen: dict[str, Any] = {"ams_mapping": [1]} if say == "enqueue" else {}
    await shop.act("enqueue", file="clip.gcode.3mf", **chosen)
    await shop.press("plate_clear")
    await shop.switch("queue_running", on=True)
    if say != "enqueue":
        await shop.until(lambda: shop.state("sensor", "waiting_for") == "task_held")
        word = {"ams_mapping": [1]} if say == "update_task" else {"hold": False}
        await shop.act("update_task", task_id="1", **word)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 1
    assert printer.journal.violations == []


@pytest.mark.parametrize("swap", ["swapmod", "swapmod_kit"])
async def test_fm_180_a_changer_that_swaps_is_not_asked_about(
    shop: Shop, media: Path, printer: Printer, swap: str
) -> None:
    slice_file(media, swap=swap)
    await queue_up(shop, media, copies=2)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 2
    assert printer.journal.violations == []


async def test_a_print_goes_on_over_a_restart_and_is_counted_once(
    shop: Shop, media: Path, printer: Printer
) -> None:
    await queue_up(shop, media, copies=2)
    await shop.until(lambda: shop.state("sensor", "printer_state") == "printing")
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
    await shop.until(lambda: shop.state("sensor", "printer_state") == "printing")
    printer.world.drop_connections()
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


async def paused_after_one(shop: Shop, media: Path, printer: Printer) -> None:
    """Print one of two copies, pause the queue, and slow the printer down to real time."""
    await queue_up(shop, media, copies=2)
    await printer.until(lambda p: p.truth.state == "RUNNING")
    await shop.switch("queue_running", on=False)
    await printer.until(lambda p: len(p.truth.jobs) == 1)
    await shop.until(
        lambda: (
            not {"cooldown", "printing"}.intersection(shop.coordinator.reasons)
            and shop.coordinator.line.run is None
        )
    )
    assert shop.coordinator.line.plate.clear
    printer.clock.speed = 1


@pytest.mark.parametrize("who", ["another client", "the cloud"])
async def test_fm_181_a_start_of_ours_does_not_cancel_one_that_was_only_echoed_yet(
    shop: Shop, media: Path, printer: Printer, who: str
) -> None:
    """The echo at 0.00 s, the queue resumed at 0.40 s; the job shows itself at 4 s."""
    theirs = slice_file(media, "theirs.gcode.3mf", swap=None).read_bytes()
    printer.world.put_file("/cache/theirs.gcode.3mf", theirs)
    await paused_after_one(shop, media, printer)
    async with Mqtt(printer) as client:
        await client.ready()
        if who == "the cloud":
            printer.world.print_foreign("/cache/theirs.gcode.3mf", source="cloud")
        else:
            client.start("theirs.gcode.3mf")
        await asyncio.sleep(0.4)
        await shop.switch("queue_running", on=True)
        await shop.until(lambda: shop.state("sensor", "waiting_for") == "foreign_print")
        assert printer.truth.state == "FINISH"  # no report has shown it yet
        await asyncio.sleep(1)
        await client.until(lambda: "PREPARE" in client.values("gcode_state"))
        assert shop.coordinator.line.run is None
    printer.clock.speed = 1000
    await printer.until(lambda p: len(p.truth.jobs) == 2)
    assert printer.truth.jobs[1].outcome == "finished"
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "plate_not_clear")
    printer.world.clear_plate()
    await shop.press("plate_clear")
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []


async def test_fm_181_a_restart_right_after_the_echo_leaves_the_plate_in_doubt(
    shop: Shop, media: Path, printer: Printer
) -> None:
    await paused_after_one(shop, media, printer)
    printer.world.print_foreign(source="cloud")
    await shop.until(lambda: not shop.coordinator.line.plate.clear)
    assert printer.truth.state == "FINISH"  # the echo alone has told it
    await shop.close()
    await shop.open()
    await shop.until(lambda: shop.coordinator.status.complete)
    await shop.switch("queue_running", on=True)
    await shop.until(lambda: "plate_not_clear" in shop.coordinator.reasons)
    assert printer.truth.state in ("FINISH", "PREPARE")
    assert printer.journal.violations == []


async def test_fm_181_after_a_restart_a_confirmed_plate_does_not_start_into_the_others_parse(
    shop: Shop, media: Path, printer: Printer
) -> None:
    """A large file is parsed for minutes: the plate is still clear, and a person says so."""
    await paused_after_one(shop, media, printer)
    printer.clock.speed = 0.01
    printer.world.print_foreign(source="cloud")
    await shop.until(lambda: not shop.coordinator.line.plate.clear)
    await shop.close()
    await shop.open()
    await shop.until(lambda: shop.coordinator.status.complete)
    await shop.press("plate_clear")
    await shop.switch("queue_running", on=True)
    await shop.settled()
    await asyncio.sleep(1)
    assert shop.state("sensor", "waiting_for") == "foreign_print"
    assert shop.coordinator.line.run is None
    assert printer.truth.state == "FINISH"
    printer.clock.speed = 1000
    await printer.until(lambda p: len(p.truth.jobs) == 2)
    assert printer.truth.jobs[1].outcome == "finished"
    assert printer.journal.violations == []


async def test_fm_047_a_truncated_upload_is_sent_again(
    shop: Shop, media: Path, printer: Printer
) -> None:
    printer.fault(Fault.FTPS_TRUNCATE, times=1)
    await queue_up(shop, media)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (None, "storage_full"),
        (Fault.FTPS_552, "storage_full"),
        (Fault.FTPS_553, "no_storage"),
    ],
)
async def test_fm_167_a_card_without_room_is_said_and_the_queue_goes_on_when_it_has_some(
    shop: Shop,
    media: Path,
    printer: Printer,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault | None,
    cause: str,
) -> None:
    monkeypatch.setattr(files, "RETRY_AFTER", timedelta(seconds=0.5))
    if fault is None:
        printer.card.capacity = 1000
    else:
        printer.fault(fault)
    await queue_up(shop, media)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "no_storage")
    assert shop.attributes("sensor", "waiting_for")["cause"] == cause
    assert shop.state("switch", "queue_running") == "on"
    assert not printer.truth.jobs

    printer.card.capacity = None
    printer.heal()
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 1
    assert printer.journal.violations == []


async def test_fm_163_on_another_card_the_file_is_sent_anew_before_anything_starts(
    shop: Shop, media: Path, printer: Printer
) -> None:
    slice_file(media)
    await shop.act("enqueue", file="clip.gcode.3mf")
    await shop.switch("queue_running", on=True)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "plate_not_clear")
    await shop.until(lambda: not shop.coordinator.line.transfer and printer.truth.files)

    printer.world.set_card(present=False)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "no_storage")
    printer.card.files.clear()
    printer.world.set_card(present=True)
    await shop.until(lambda: printer.truth.files)
    await shop.press("plate_clear")
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 1
    assert printer.journal.violations == []


async def test_fm_163_a_start_that_misses_its_file_is_settled_by_a_look_at_the_card(
    shop: Shop, media: Path, printer: Printer, hass: HomeAssistant
) -> None:
    """Nobody has seen the card being changed."""
    slice_file(media)
    await shop.act("enqueue", file="clip.gcode.3mf")
    await shop.switch("queue_running", on=True)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "plate_not_clear")
    await shop.until(lambda: not shop.coordinator.line.transfer and printer.truth.files)
    printer.card.files.clear()
    await shop.press("plate_clear")
    await shop.until(lambda: shop.state("sensor", "print_error") == "0500-C010")
    await shop.until(lambda: shop.coordinator.line.run is None and printer.truth.files)
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"print_error_{shop.entry.entry_id}"
    )
    assert issue is not None and issue.translation_placeholders is not None
    assert "has been sent again" in issue.translation_placeholders["meaning"]
    assert not printer.truth.jobs

    await shop.act("close_print_error")
    await shop.until(lambda: shop.state("sensor", "print_error") == "none")
    await shop.press("plate_clear")
    await shop.switch("queue_running", on=True)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 1
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
    printer.machine.upload_rate = 0.01  # kB per simulated second
    await queue_up(shop, media)
    await shop.until(lambda: shop.coordinator.transfers.share is not None)
    async with asyncio.timeout(10):
        await shop.close()
    assert printer.truth.jobs == ()
    printer.machine.upload_rate = None
    await shop.open()
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []


async def test_fm_077_a_changed_access_code_asks_for_the_new_one(
    shop: Shop, printer: Printer, hass: HomeAssistant
) -> None:
    printer.world.change_access_code("87654321")
    printer.world.drop_connections()
    await shop.until(hass.config_entries.flow.async_progress)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"
    assert flow["context"]["entry_id"] == shop.entry.entry_id


async def test_another_certificate_gets_no_secret_and_is_said(
    shop: Shop, printer: Printer
) -> None:
    printer.world.change_certificate()
    printer.world.drop_connections()
    await shop.until(
        lambda: (
            shop.coordinator.disconnect_reason is DisconnectReason.CERTIFICATE_CHANGED
        )
    )
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


async def test_fm_156_a_printer_prints_with_an_entry_that_stands_once_it_is_accepted(
    shop: Shop, media: Path, printer: Printer
) -> None:
    printer.fault(Fault.STANDING_HMS)
    await shop.until(lambda: shop.state("sensor", "health") == "0500-0400-0001-0044")
    await queue_up(shop, media, copies=2)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "hms_error")
    assert not printer.truth.jobs
    printer.world.accept_health(remember=False)
    await shop.act("accept_health", remember=False)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert len(printer.truth.jobs) == 2
    assert printer.journal.violations == []
    printer.heal(Fault.STANDING_HMS)
    await shop.until(lambda: not shop.attributes("sensor", "health")["entries"])
    printer.fault(Fault.STANDING_HMS)
    await shop.until(lambda: shop.state("sensor", "health") == "0500-0400-0001-0044")


@pytest.mark.parametrize("remember", [True, False])
async def test_fm_157_an_entry_after_each_plate_ends_every_night_unless_remembered(
    shop: Shop, media: Path, printer: Printer, remember: bool
) -> None:
    """0300-0D00-0002-0003, as on a recorded A1."""
    printer.fault(Fault.HMS_BETWEEN_PRINTS)
    await queue_up(shop, media, copies=3)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "hms_error", 60)
    assert len(printer.truth.jobs) == 1
    printer.world.accept_health(remember=remember)
    await shop.act("accept_health", remember=remember)
    wanted = ("queue_state", "0") if remember else ("waiting_for", "hms_error")
    await shop.until(lambda: len(printer.truth.jobs) > 1, 60)
    await shop.until(lambda: shop.state("sensor", wanted[0]) == wanted[1], 60)
    assert len(printer.truth.jobs) == (3 if remember else 2)
    assert printer.journal.violations == []


async def test_fm_164_a_code_is_closed_at_the_printer_then_the_plate_is_confirmed(
    shop: Shop, media: Path, printer: Printer
) -> None:
    printer.world.set_error(0x0300_400C)
    await shop.until(lambda: shop.state("sensor", "print_error") == "0300-400C")
    with pytest.raises(ServiceValidationError, match="0300-400C"):
        await shop.press("plate_clear")
    await shop.press("close_error")
    await shop.until(lambda: shop.state("sensor", "print_error") == "none")
    await queue_up(shop, media)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []


async def test_a_printer_gets_only_what_it_needs_of_a_file(
    shop: Shop, media: Path, printer: Printer
) -> None:
    attachment = ("Auxiliaries/part.stl", bytes(range(256)) * 400)
    plates = [slicer.SlicedPlate(index=n, seconds=300, swap="swapmod") for n in (1, 2)]
    path = slicer.write(media / "two.gcode.3mf", plates, model="N1", extra=[attachment])
    sent: list[set[str]] = []

    def note(entry: Entry) -> None:
        if entry.kind == "start":
            file = printer.card.files[entry.detail["url"].removeprefix(_CARD)]
            sent.append({*ZipFile(BytesIO(file.content)).namelist()})

    printer.journal.listen(note)
    await shop.act("enqueue", file=path.name)
    await shop.press("plate_clear")
    await shop.switch("queue_running", on=True)
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert [job.plate.index for job in printer.truth.jobs] == [1, 2]
    assert printer.journal.violations == []
    for number, names in enumerate(sent, 1):
        gcode = {f"Metadata/plate_{number}.gcode", f"Metadata/plate_{number}.gcode.md5"}
        assert {name for name in names if ".gcode" in name} == gcode
        assert attachment[0] not in names
    await shop.until(lambda: not printer.truth.files)


async def test_whole_files_are_sent_where_the_option_says_so(
    shop: Shop, media: Path, printer: Printer
) -> None:
    attachment = ("Auxiliaries/part.stl", bytes(range(256)) * 400)
    shop.coordinator.set_option("send_whole_files", True)
    path = slicer.write(
        media / "clip.gcode.3mf",
        [slicer.SlicedPlate(seconds=300, swap="swapmod")],
        model="N1",
        extra=[attachment],
    )
    await queue_up(shop, media)
    await shop.until(lambda: bool(printer.journal.of("start")), 60)
    assert list(printer.truth.files.values()) == [path.stat().st_size]
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []

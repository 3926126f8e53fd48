"""Printers that tell less, or more, than a start needs: on real sockets, until a person has ended the wait."""

from pathlib import Path

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.bambu_batch.const import DOMAIN
from simulator import Fault, Printer

from .paper import PaperPrinter
from .production.scene import AT_REST
from .shop import Shop, slice_file


async def wants_to_print(shop: Shop, media: Path) -> None:
    """Queue a file and run the queue."""
    slice_file(media)
    await shop.act("enqueue", file="clip.gcode.3mf")
    await shop.switch("queue_running", on=True)


@pytest.mark.parametrize(
    ("ended", "reason"),
    [("fails", "print_failed"), ("finishes", "plate_not_clear")],
)
async def test_fm_168_a_printer_that_keeps_its_files_name_prints_once_the_plate_is_confirmed(
    shop: Shop, media: Path, printer: Printer, ended: str, reason: str
) -> None:
    printer.fault(Fault.KEEPS_FILE)
    printer.world.print_foreign("/model/holder.gcode.3mf", seconds=300)
    await printer.until(lambda p: p.truth.state == "RUNNING")
    if ended == "fails":
        printer.world.press_stop()
    await printer.until(lambda p: len(p.truth.jobs) == 1)
    await shop.until(
        lambda: (
            shop.coordinator.status.gcode_file == "holder.gcode.3mf"
            and shop.coordinator.status.print_error == 0
            and shop.coordinator.status.print_type == "idle"
        )
    )
    await wants_to_print(shop, media)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == reason)
    printer.world.clear_plate()
    await shop.press("plate_clear")
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert [job.outcome for job in printer.truth.jobs][1:] == ["finished"]
    assert printer.journal.violations == []


async def test_fm_182_an_update_told_only_in_words_starts_nothing(
    shop: Shop, media: Path, printer: Printer
) -> None:
    printer.fault(Fault.UPGRADE_STATUS, value="DOWNLOADING")
    printer.machine.send_full_report()
    await shop.until(lambda: shop.coordinator.status.upgrade_status == "DOWNLOADING")
    await wants_to_print(shop, media)
    await shop.press("plate_clear")
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "updating_firmware")
    assert printer.truth.jobs == ()
    printer.heal(Fault.UPGRADE_STATUS)
    printer.machine.send_full_report()
    await shop.until(lambda: shop.state("sensor", "queue_state") == "0", 60)
    assert printer.journal.violations == []


async def test_what_the_full_reports_lack_is_named_where_it_is_waited_for(
    shop: Shop, media: Path, printer: Printer
) -> None:
    printer.fault(Fault.MISSING_KEYS, value="hms")
    printer.machine.send_full_report()
    await shop.until(lambda: shop.coordinator.status.hms is None)
    await wants_to_print(shop, media)
    await shop.until(lambda: shop.state("sensor", "waiting_for") == "no_full_report")
    assert shop.attributes("sensor", "waiting_for")["missing_fields"] == ["hms"]


async def test_what_the_full_reports_lack_is_named_to_the_person_called(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    paper.reports(hms=None)
    coordinator = desk.coordinator
    line = coordinator._stored.line
    object.__setattr__(line, "called_for", "no_full_report")
    coordinator.async_update_listeners()
    issue = ir.async_get(desk.hass).async_get_issue(
        DOMAIN, f"person_needed_{desk.entry.entry_id}"
    )
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["reason"] == "No full report yet (hms)"
    assert AT_REST.missing == ()

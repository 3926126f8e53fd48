"""Files on their way to the printer and off it again."""

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.bambu_batch import diagnostics
from custom_components.bambu_batch.bambu.errors import (
    BambuError,
    CertificateChanged,
    DataNotEncrypted,
    DataPortBusy,
    FileRefused,
    InvalidAuth,
    LocalFileChanged,
    StorageError,
    StorageFull,
    TransferCancelled,
    TransferIncomplete,
    TransferSlow,
)
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.event import Restarted
from custom_components.bambu_batch.production.gate import Reason
from tests.paper import PaperPrinter
from tests.shop import Shop, queue_up, slice_file


async def test_a_file_that_was_changed_holds_its_task(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    paper.upload_error = LocalFileChanged()
    await queue_up(desk, paper, media)
    assert Reason.FILE_CHANGED in desk.coordinator.reasons


async def test_a_file_that_is_gone_holds_its_task(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    file = slice_file(media)
    await desk.act("enqueue", file=file.name)
    file.unlink()
    paper.reports()
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    assert Reason.FILE_MISSING in desk.coordinator.reasons


async def test_a_failed_transfer_is_tried_again_later(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
) -> None:
    paper.upload_error = StorageError()
    await queue_up(desk, paper, media)
    assert desk.state("sensor", "waiting_for") == "uploading"
    assert desk.coordinator.transfers.error is paper.upload_error
    paper.upload_error = None
    freezer.tick(31)
    paper.reports()
    await desk.settled()
    assert len(paper.jobs) == 1
    assert desk.coordinator.transfers.error is None


async def test_fm_158_files_go_in_the_clear_by_the_owners_option_alone(
    desk: Shop, paper: PaperPrinter
) -> None:
    assert paper.plain_data() is False

    desk.coordinator.set_option("plain_data_channel", True)
    assert paper.plain_data() is True  # at once, without a new connection

    desk.coordinator.set_option("plain_data_channel", False)
    assert paper.plain_data() is False


@pytest.mark.parametrize("error", [DataNotEncrypted(), CertificateChanged()])
async def test_fm_158_a_person_is_told_why_nothing_can_be_sent(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    error: BambuError,
) -> None:
    def told() -> bool:
        issue = f"data_not_encrypted_{desk.entry.entry_id}"
        return ir.async_get(hass).async_get_issue(DOMAIN, issue) is not None

    paper.upload_error = error
    await queue_up(desk, paper, media)
    assert paper.files == {}
    assert told()

    paper.upload_error = None
    freezer.tick(31)
    paper.reports()
    await desk.settled()
    assert len(paper.jobs) == 1
    assert not told()


async def test_an_unexpected_error_in_a_transfer_is_an_outcome(
    desk: Shop, paper: PaperPrinter, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(paper, "upload", side_effect=RuntimeError):
        await queue_up(desk, paper, media)
    assert desk.coordinator.line.transfer is None
    assert "Unexpected error while sending a file" in caplog.text


async def test_a_line_loaded_anew_orders_nothing_that_is_on_its_way(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    """A second session beside a print that begins would disturb the printer."""
    upload, sent, arrives = paper.upload, list[str](), asyncio.Event()
    transfers, worker = desk.coordinator.transfers, desk.coordinator.worker

    async def slow(path: Path, name: str, **callbacks: Any) -> None:
        sent.append(name)
        await arrives.wait()
        await upload(path, name, **callbacks)

    slice_file(media)
    with (
        patch.object(paper, "upload", slow),
        patch.object(transfers, "upload", wraps=transfers.upload) as order,
    ):
        paper.reports()
        await desk.act("enqueue", file="clip.gcode.3mf")
        await desk.press("plate_clear")
        await desk.switch("queue_running", on=True)
        await desk.until(lambda: sent)
        worker.happened(Restarted())
        await desk.until(lambda: order.call_count == 2)
        arrives.set()
        await desk.until(lambda: paper.jobs)
        await desk.settled()
    assert len(sent) == 1


async def test_fm_016_removing_the_task_stops_its_upload(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    asked: list[bool] = []

    async def endless(*_: Any, cancelled: Any, **__: Any) -> None:
        while not cancelled():
            await asyncio.sleep(0.001)
        asked.append(True)
        raise TransferCancelled

    with patch.object(paper, "upload", endless):
        slice_file(media)
        paper.reports()
        await desk.act("enqueue", file="clip.gcode.3mf")
        await desk.press("plate_clear")
        await desk.switch("queue_running", on=True)
        await desk.until(lambda: desk.coordinator.transfers.share is not None)
        await desk.act("clear_queue")
        await desk.settled()
    assert asked == [True]
    assert paper.jobs == []
    assert desk.coordinator.transfers.share is None


async def test_a_file_that_nobody_needs_is_deleted(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    await desk.settled()
    paper.reports()
    await desk.settled()
    assert paper.files == {}
    assert desk.coordinator.line.remote == ()


@pytest.mark.parametrize("error", [StorageError(), RuntimeError()])
async def test_a_delete_that_fails_is_tried_again_later(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    freezer: FrozenDateTimeFactory,
    error: Exception,
) -> None:
    await queue_up(desk, paper, media)
    run = desk.run
    paper.prints(run, PrintState.RUNNING)
    with patch.object(paper, "delete", side_effect=error):
        paper.finishes(run)
        await desk.settled()
    assert len(paper.files) == 1
    freezer.tick(31)
    paper.reports()
    await desk.settled()
    assert paper.files == {}


async def test_fm_167_a_full_card_is_told_with_its_cause_wherever_a_person_looks(
    desk: Shop, paper: PaperPrinter, media: Path, hass: HomeAssistant
) -> None:
    paper.upload_error = StorageFull("552")
    await queue_up(desk, paper, media)
    assert desk.state("sensor", "waiting_for") == "no_storage"
    assert desk.attributes("sensor", "waiting_for")["cause"] == "storage_full"
    assert (await desk.act("get_queue", response=True))["cause"] == "storage_full"
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"person_needed_{desk.entry.entry_id}"
    )
    assert issue is not None and issue.translation_placeholders is not None
    assert "The card is full" in issue.translation_placeholders["reason"]
    desk.coordinator.connection.document = {}  # type: ignore[misc]
    told = await diagnostics.async_get_config_entry_diagnostics(hass, desk.entry)
    assert told["transfer_error"] == "storage_full 552"
    assert desk.state("switch", "queue_running") == "on"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (FileRefused("550"), "read-only"),
        (DataPortBusy("425"), "data connection"),
        (InvalidAuth(), "access code"),
        (TransferSlow("no answer"), "too slow"),
        (TransferIncomplete("after 226"), "completely"),
    ],
)
async def test_fm_167_what_keeps_a_file_from_the_printer_is_told_in_its_own_words(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    error: BambuError,
    text: str,
) -> None:
    paper.upload_error = error
    await queue_up(desk, paper, media)
    for seconds in (31, 61):
        freezer.tick(seconds)
        paper.reports()
        await desk.settled()
    assert desk.state("sensor", "waiting_for") == "queue_paused"
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"queue_paused_{desk.entry.entry_id}"
    )
    assert issue is not None and issue.translation_placeholders is not None
    assert text in issue.translation_placeholders["reason"]

"""The start of a print, from the last guard to the answer of the printer."""

import asyncio
from collections.abc import Sequence
import hashlib
from pathlib import Path
from typing import Any
from unittest.mock import patch
import zipfile

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.bambu_batch.bambu.codes import SIGNATURE_REFUSED
from custom_components.bambu_batch.bambu.project_file import Calibration
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.model import Line, Phase, RunRecord
from tests.paper import PaperPrinter
from tests.shop import Shop, queue_up


async def test_a_report_after_the_decision_stops_the_start(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    start_print = paper.start_print

    def too_late(*args: Any) -> str | None:
        paper.reports(print_error=0x0300_8008)
        return start_print(*args)

    with patch.object(paper, "start_print", too_late):
        await queue_up(desk, paper, media)
    assert paper.jobs == []
    assert desk.coordinator.line.run is None


async def test_an_error_that_came_and_went_since_the_decision_stops_the_start(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    """While the decision was written down: the newest report knows nothing of it."""
    stored = desk.coordinator._stored
    commit, decided = stored.commit, list[str]()

    async def slow(line: Line, records: Sequence[RunRecord], *, may_wait: bool) -> None:
        await commit(line, records, may_wait=may_wait)
        if line.run is not None and not decided:
            decided.append(line.run.name)
            paper.reports(print_error=0x0300_8008)
            paper.reports(print_error=0)

    with patch.object(stored, "commit", slow):
        await queue_up(desk, paper, media)
    assert len(decided) == 1
    assert paper.jobs == []
    assert desk.coordinator.line.run is None
    assert desk.state("switch", "queue_running") == "off"


async def test_a_start_that_cannot_be_sent_waits_again(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    paper.reachable = False
    await queue_up(desk, paper, media)
    assert desk.coordinator.line.run is None
    paper.reachable = True
    await asyncio.sleep(0.002)  # a newer report than the one that was not enough
    paper.reports()
    await desk.settled()
    assert len(paper.jobs) == 1


async def test_an_error_while_sending_leaves_open_whether_it_was_sent(
    desk: Shop, paper: PaperPrinter, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(paper, "start_print", side_effect=OSError):
        await queue_up(desk, paper, media)
    assert desk.run.phase is Phase.STARTING
    assert "Unexpected error while sending a start" in caplog.text


async def test_fm_165_a_start_that_we_cannot_form_holds_its_task_and_the_next_goes_on(
    desk: Shop, paper: PaperPrinter, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody has refused it, and nothing speaks against the task behind it."""
    with patch(
        "custom_components.bambu_batch.runtime.start_sender.by_code", return_value=None
    ):
        await queue_up(desk, paper, media)
    assert paper.jobs == []
    assert desk.coordinator.line.run is None
    (task,) = desk.coordinator.tasks
    assert (task["status"], task["hold_reason"]) == ("held", "not_startable")
    assert desk.state("sensor", "waiting_for") == "task_held"
    assert desk.state("switch", "queue_running") == "on"
    assert "cannot be sent" in caplog.text

    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.settled()
    assert len(paper.jobs) == 1


@pytest.mark.parametrize(
    ("setting", "told"),
    [(False, Calibration.OFF), ("on", Calibration.ON), ("auto", Calibration.AUTO)],
)
async def test_a_calibration_may_be_left_to_the_printer(
    desk: Shop, paper: PaperPrinter, media: Path, setting: object, told: Calibration
) -> None:
    await queue_up(desk, paper, media, bed_leveling=setting, flow_calibration=setting)
    (job,) = paper.jobs
    assert (job.bed_leveling, job.flow_calibration) == (told, told)
    (task,) = desk.attributes("sensor", "queue_state")["tasks"]
    assert task["bed_leveling"] == (setting if setting != "on" else True)


async def test_the_start_names_the_md5_of_the_gcode_that_was_read(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    """Of its own bytes: the file's `.md5` member is a claim, and stale in many files."""
    await queue_up(desk, paper, media)
    with zipfile.ZipFile(media / "clip.gcode.3mf") as archive:
        gcode = archive.read("Metadata/plate_1.gcode")
    assert paper.jobs[0].md5 == hashlib.md5(gcode).hexdigest().upper()


async def test_a_refused_start_pauses_the_queue(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.refuses(0x0500_4004, "busy")
    await desk.settled()
    assert desk.coordinator.line.run is None
    assert desk.state("switch", "queue_running") == "off"
    assert desk.attributes("sensor", "waiting_for")["cause"] == "0500-4004"
    issue = ir.async_get(desk.hass).async_get_issue(
        DOMAIN, f"queue_paused_{desk.entry.entry_id}"
    )
    assert issue is not None and issue.translation_placeholders is not None
    assert "0500-4004 Printer is busy" in issue.translation_placeholders["reason"]


async def test_fm_015_a_refused_signature_names_developer_mode(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.refuses(SIGNATURE_REFUSED)
    await desk.settled()
    assert desk.state("sensor", "waiting_for") == "developer_mode_off"
    assert len(paper.jobs) == 1


async def test_an_echo_of_another_command_refuses_no_start(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.sent.append("another")
    paper.refuses()
    await desk.settled()
    assert desk.run.phase is Phase.STARTING

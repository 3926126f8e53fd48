"""Every recording of a real printer is decoded without a lost message."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
import json
from pathlib import Path
import re

import orjson
import pytest

from custom_components.bambu_batch.bambu import reply
from custom_components.bambu_batch.bambu.foreign import moved_by
from custom_components.bambu_batch.bambu.report import Kind, Report
from custom_components.bambu_batch.bambu.status import (
    Foreign,
    PrinterStatus,
    PrintState,
)
from custom_components.bambu_batch.production.job import (
    file_left,
    is_active,
    is_at_rest,
    is_updating,
    seems_at_rest,
)

from .messages import NOW

_LOGS = {
    # one A1; how many echoes the recording holds
    "openspoolman__A1_01.07.00.00_Testqube_cloud.log": 2,
    "openspoolman__A1_01.07.00.00_Testqube_local.log": 0,
    "openspoolman__A1_01.07.00.00_Testqube_Multicolor_local.log": 0,
    "openspoolman__logs_mqtt_20251218_132417.log": 2,
}


@pytest.fixture(scope="session")
def recordings(samples: Path) -> Path:
    return samples / "mqtt"


def payloads(log: Path) -> Iterator[bytes]:
    for line in log.read_bytes().splitlines():
        yield line.partition(b" :: ")[2]


def recorded_statuses(recordings: Path) -> Iterator[PrinterStatus]:
    """Yield the status after each message of each log of the A1."""
    for name in _LOGS:
        report = Report("039")
        for payload in payloads(recordings / name):
            report.receive(payload, NOW)
            yield report.status


def full_report(recordings: Path, name: str) -> PrinterStatus:
    """The status after a recorded full report and version."""
    sample = json.loads((recordings / name).read_text())
    report = Report("")
    for key in ("pushall", "push_all", "message", "get_version", "print"):
        if body := sample.get(key):
            category = "info" if "version" in key else "print"
            message = body if category in body else {category: body}
            report.receive(json.dumps(message).encode(), NOW)
    return report.status


@pytest.mark.parametrize(("name", "echoes"), _LOGS.items())
def test_no_message_of_a_recorded_print_is_lost(
    recordings: Path, name: str, echoes: int
) -> None:
    report, kinds = Report("039"), Counter[Kind]()
    for payload in payloads(recordings / name):
        kinds[report.receive(payload, NOW).kind] += 1
    assert kinds[Kind.BROKEN] == kinds[Kind.OTHER] == 0
    assert kinds[Kind.ECHO] == echoes
    assert kinds[Kind.FULL] >= 4
    assert report.status.card == "normal"
    assert report.status.model == "N2S"


def states(log: Path) -> list[PrintState | None]:
    """The states of a recording, without repetitions."""
    report, seen = Report("039"), list[PrintState | None]()
    for payload in payloads(log):
        report.receive(payload, NOW)
        if report.status.complete and seen[-1:] != [report.status.state]:
            seen.append(report.status.state)
    return seen


def test_a_recorded_local_start_shows_its_two_seconds_of_idle(recordings: Path) -> None:
    log = recordings / "openspoolman__A1_01.07.00.00_Testqube_local.log"
    assert states(log) == ["FINISH", "IDLE", "PREPARE", "RUNNING", "FINISH"]


def test_the_recorded_pauses_are_all_seen(recordings: Path) -> None:
    log = recordings / "openspoolman__A1_01.07.00.00_Testqube_Multicolor_local.log"
    assert states(log).count(PrintState.PAUSE) == 4


@pytest.mark.parametrize(
    ("name", "model", "state", "trays"),
    [
        ("bambu-rs__pushall-n1-idle.json", None, "IDLE", [0, 1, 2, 3, 254]),
        ("habambulab__MOCK-A1.json", "N2S", "IDLE", [0, 1, 2, 3, 254]),
        ("habambulab__MOCK-A2L.json", "N9", "IDLE", [24, 25, 26, 27, 255]),
        ("habambulab__MOCK-H2D.json", "O1D", "RUNNING", [*range(8), 254, 255]),
        ("habambulab__MOCK-P2S.json", "N7", "RUNNING", [0, 1, 2, 3, 255]),
        (
            "habambulab__MOCK-X1CMULTIAMS.json",
            "BL-P001",
            "FINISH",
            [*range(12), 128, 255],
        ),
        ("habambulab__P1P.json", "C11", "FAILED", [0, 1, 2, 3, 254]),
        ("bambu-farm__fullstatus.json", None, "RUNNING", [0, 1, 2, 3, 254]),
    ],
)
def test_recorded_full_reports_of_all_models(
    recordings: Path, name: str, model: str | None, state: str, trays: list[int]
) -> None:
    status = full_report(recordings, name)
    assert status.complete
    assert status.model == model
    assert status.state == state
    assert [tray.number for tray in status.trays or ()] == trays
    assert status.print_error == 0
    assert status.hms == ()
    assert status.card == "normal"
    assert status.nozzle_diameter in (0.4, None)
    assert status.bed_temperature is not None


@pytest.mark.parametrize(
    ("name", "tray"),
    [
        ("habambulab__MOCK-H2D.json", 7),
        ("habambulab__MOCK-P2S.json", 3),
        ("habambulab__MOCK-X1CMULTIAMS.json", 255),
        ("habambulab__MOCK-A2L.json", 255),
        ("habambulab__MOCK-A1.json", 255),
    ],
)
def test_the_recorded_tray_in_use_has_its_unit(
    recordings: Path, name: str, tray: int
) -> None:
    """The H2D's `tray_now` says 3: slot 3 of its second AMS."""
    assert full_report(recordings, name).tray_now == tray


@pytest.mark.parametrize(
    "name",
    [
        "bambu-rs__pushall-n1-idle.json",
        "habambulab__MOCK-A1.json",
        "habambulab__MOCK-A2L.json",
        "habambulab__MOCK-X1CMULTIAMS.json",
        "habambulab__P1P.json",
    ],
)
def test_fm_182_recorded_printers_at_rest_are_at_rest_and_update_nothing(
    recordings: Path, name: str
) -> None:
    status = full_report(recordings, name)
    assert is_at_rest(status)
    assert not is_updating(status)
    assert status.missing == ()


def test_fm_182_the_recorded_a1_updates_nothing_from_its_first_report_to_its_last(
    recordings: Path,
) -> None:
    for status in recorded_statuses(recordings):
        assert not is_updating(status)
        assert status.missing == () or not status.complete


def test_fm_168_no_recorded_start_looks_as_if_only_its_file_were_left(
    recordings: Path,
) -> None:
    for status in recorded_statuses(recordings):
        assert not (seems_at_rest(status) and file_left(status))


def test_fm_168_a_recorded_printer_names_the_file_of_a_start_that_came_to_nothing(
    recordings: Path,
) -> None:
    text = (recordings / "chainhaven__experiments_output.log").read_text()
    (line,) = [
        line for line in text.splitlines() if '{"print":{"upgrade_state"' in line
    ]
    values = dict(re.findall(r'"(gcode_state|gcode_file|print_type)":"([^"]*)"', line))
    assert values["gcode_state"] == "IDLE"
    assert values["print_type"] == "idle"
    assert values["gcode_file"].endswith(".3mf")


@pytest.mark.parametrize("name", ["failed", "idle"])
def test_fm_168_the_reported_printers_rest_once_their_file_is_known(
    samples: Path, name: str
) -> None:
    report = Report("039")
    path = samples / "cases" / f"04_report_{name}_file_left.json"
    report.receive(path.read_bytes(), NOW)
    status = report.status
    assert not is_active(status)
    assert not is_at_rest(status)
    assert is_at_rest(status, status.gcode_file or "")
    assert not is_updating(status)


def test_loaded_trays_are_told_apart_in_recordings(recordings: Path) -> None:
    trays = full_report(recordings, "habambulab__MOCK-A2L.json").trays or ()
    assert [t.number for t in trays if t.loaded] == [25]
    trays = full_report(recordings, "habambulab__MOCK-X1CMULTIAMS.json").trays or ()
    assert [t.number for t in trays if t.loaded is False] == [8]


def test_recorded_lan_starts_are_echoes(recordings: Path) -> None:
    """The author of this log has cut long lines; the others are whole."""
    text = (recordings / "chainhaven__experiments_output.log").read_text(
        errors="replace"
    )
    report, kinds = Report("00M"), Counter[Kind]()
    for body in re.findall(r"^ *\[\+ *\d+ms\] (\{.*\})\r?$", text, re.MULTILINE):
        message = body if body.startswith('{"print"') else f'{{"print":{body}}}'
        kinds[report.receive(message.encode(), NOW).kind] += 1
    assert kinds[Kind.ECHO] >= 3
    assert kinds[Kind.OTHER] == 0


def test_fm_181_a_recorded_start_is_known_from_its_echo_seconds_before_its_job(
    recordings: Path,
) -> None:
    kinds: dict[str | None, Foreign | None] = {}
    early: list[float] = []
    for name in _LOGS:
        heard: datetime | None = None
        for line in (recordings / name).read_text().splitlines():
            stamp, _, payload = line.partition(" :: ")
            time, message = datetime.fromisoformat(stamp), orjson.loads(payload)
            body = message.get("print", {})
            if reply.is_echo(body):
                found = reply.find(message)
                assert found is not None
                kinds[found.command] = moved_by(found)
                heard = time if kinds[found.command] else heard
            elif body.get("gcode_state") == "PREPARE" and heard is not None:
                early.append((time - heard).total_seconds())
                heard = None
    assert kinds == {
        "project_file": Foreign.MOVES,
        "extrusion_cali_get": None,
        "print_speed": None,
    }
    assert len(early) == 2
    assert all(2 <= seconds <= 6 for seconds in early)


def test_fm_181_recorded_starts_that_came_to_nothing_count_as_well(
    recordings: Path,
) -> None:
    """Their lines were cut by whoever recorded them: only what the echo begins with is left."""
    text = (recordings / "chainhaven__experiments_output.log").read_text()
    cut = re.findall(
        r'^  \[\+ *\d+ms\] (\{"sequence_id":"\d+","command":"\w+")', text, re.MULTILINE
    )
    assert len(cut) == 4
    for body in cut:
        found = reply.find({"print": json.loads(body + "}")})
        assert found is not None
        assert moved_by(found) is Foreign.MOVES

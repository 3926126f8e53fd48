"""Diagnostics, system health and backups: what others may see and keep of a queue."""

from contextlib import closing
from dataclasses import replace
import json
from pathlib import Path
import shutil
import sqlite3
from typing import Any
from unittest.mock import PropertyMock, patch

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_dumps
from homeassistant.setup import async_setup_component
import pytest

from custom_components.bambu_batch import backup, diagnostics
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.coordinator import BambuBatchCoordinator
from custom_components.bambu_batch.store.errors import StoreError

from .paper import PaperPrinter
from .production.scene import AT_REST
from .shop import Shop, slice_file

REPORT: dict[str, Any] = {
    "gcode_state": "RUNNING",
    "subtask_name": "my secret part",
    "gcode_file": "/data/my secret part.gcode.3mf",
    "net": {"info": [{"ip": 33663168, "mask": 16777215}]},
    "ams": {"ams": [{"tray": [{"tag_uid": "8C0A77B200000100", "tray_color": "FF"}]}]},
    "ipcam": {"rtsp_url": "rtsps://127.0.0.1/streaming"},
    "upload": {"message": "Good at 127.0.0.1"},
    "odd": ["03000A000000001", 7, None],
}


async def tell(desk: Shop) -> dict[str, Any]:
    desk.coordinator.connection.document = REPORT  # type: ignore[misc]
    return await diagnostics.async_get_config_entry_diagnostics(
        desk.hass,
        desk.entry,
    )


@pytest.fixture
async def busy(desk: Shop, paper: PaperPrinter, media: Path) -> Shop:
    """A printer in the middle of a plate."""
    slice_file(media, "my secret part.gcode.3mf")
    paper.reports(
        trays=tuple(
            replace(tray, tag="8C0A77B200000100") for tray in AT_REST.trays or ()
        )
    )
    await desk.act("enqueue", file="my secret part.gcode.3mf", copies=3)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    paper.prints(run, PrintState.RUNNING)
    await desk.settled()
    return desk


async def test_diagnostics_tell_what_was_found_at_the_end_of_the_g_code(
    desk: Shop, media: Path
) -> None:
    slice_file(media, swap="load_only")
    await desk.act("enqueue", file="clip.gcode.3mf")
    (task,) = (await tell(desk))["line"]["tasks"]
    assert task["plate_file"]["swap"] != "yes"
    assert "loads_only" in task["plate_file"]["swap_evidence"]


async def test_diagnostics_explain_the_line(busy: Shop) -> None:
    told = await tell(busy)

    assert told["line"]["tasks"][0]["copies"] == 3
    assert told["line"]["tasks"][0]["task_id"] == "1"
    assert told["line"]["run"]["phase"] == "printing"
    assert told["line"]["plate"]["clear"] is False
    assert told["status"]["state"] == "RUNNING"
    assert told["status"]["trays"][0]["material"] == "PLA"
    assert told["report"]["gcode_state"] == "RUNNING"
    assert told["reasons"][0] == "printing"
    assert told["shows_our_run"] is True
    assert told["options"]["plate_clearing"] == "automatic"
    assert told["plan"]["remaining_seconds"] is not None
    assert told["store_error"] is None


async def test_diagnostics_can_be_saved(busy: Shop) -> None:
    assert json.loads(json_dumps(await tell(busy)))["line"]


async def test_diagnostics_tell_no_secret(busy: Shop) -> None:
    data = busy.entry.data
    secrets = {
        data["access_code"],
        data["serial"],
        data["host"],
        "my secret part",
        "my_secret_part",
        "8C0A77B200000100",
        "33663168",
        "rtsps",
    }

    told = json_dumps(await tell(busy))

    assert {secret for secret in secrets if secret in told} == set()


async def test_diagnostics_do_not_tell_about_the_home(desk: Shop) -> None:
    condition = {"condition": "state", "entity_id": "person.alice", "state": "home"}
    desk.coordinator.set_option("interlocks", [condition])
    desk.coordinator.set_option("energy_entity", "sensor.plug_in_the_bedroom")
    await desk.settled()

    told = await tell(desk)

    assert "alice" not in json_dumps(told)
    assert "bedroom" not in json_dumps(told)
    assert told["interlocks_hold"] is not True


async def test_system_health_counts_printers_and_plates(
    hass: HomeAssistant, busy: Shop
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()

    async def told() -> dict[str, Any]:
        return dict((await system_health.get_info(hass))[DOMAIN])

    assert await told() == {
        "printers": 1,
        "connected": 1,
        "queues_running": 1,
        "plates_to_print": 3,
        "spoolman_charges": 0,
        "queue_stored": True,
    }

    with patch.object(
        BambuBatchCoordinator, "store_error", PropertyMock(return_value=StoreError())
    ):
        assert (await told())["queue_stored"] is False


async def test_a_copy_made_while_plates_are_printed_is_a_whole_database(
    hass: HomeAssistant, desk: Shop, media: Path, tmp_path: Path
) -> None:
    """The main file is copied first, the log much later: the worst order."""
    slice_file(media)
    files = [Path(hass.config.path(f"bambu_batch.db{end}")) for end in ("", "-wal")]
    copy = tmp_path / "copy"
    copy.mkdir()
    await desk.act("enqueue", file="clip.gcode.3mf")

    await backup.async_pre_backup(hass)
    before = files[0].read_bytes()
    shutil.copy(files[0], copy)
    for _ in range(300):
        await desk.switch("queue_running", on=True)
        await desk.switch("queue_running", on=False)
    await desk.act("enqueue", file="clip.gcode.3mf", copies=7)
    shutil.copy(files[1], copy)
    assert files[0].read_bytes() == before
    await backup.async_post_backup(hass)

    with closing(sqlite3.connect(copy / "bambu_batch.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tasks = database.execute("SELECT COUNT(*) FROM bambu_batch_tasks").fetchone()
    assert tasks == (2,)


async def test_without_a_printer_there_is_nothing_to_back_up(
    hass: HomeAssistant, desk: Shop
) -> None:
    await desk.close()

    await backup.async_pre_backup(hass)
    await backup.async_post_backup(hass)

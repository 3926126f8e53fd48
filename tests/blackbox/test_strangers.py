"""The whole chain against parts that nobody here wrote: broker, file server, recorded report."""

import json
import os
from pathlib import Path
from typing import cast

import pytest

from simulator import Printer, slicer

from .home import MARKS, Home
from .strangers import MISSING, stranger

pytestmark = [
    *MARKS,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.skipif(os.geteuid() != 0, reason="vsftpd wants to be started by root"),
]


async def test_two_copies_from_set_up_to_the_books(home: Home, samples: Path) -> None:
    recorded = json.loads((samples / "mqtt" / "habambulab__MOCK-A1.json").read_text())
    plate = slicer.SlicedPlate(name="stranger", seconds=300, swap="jobox")
    slicer.write(home.hass.media / "stranger.gcode.3mf", [plate], model="N2S")
    async with stranger(recorded) as printer:
        machine = await home.set_up(cast(Printer, printer))
        try:
            assert await machine.state("connected") == "on"
            await machine.enqueue(
                "stranger.gcode.3mf", copies=2, ams_mapping=[1], clears_plate=True
            )
            await machine.run()
            await machine.until("plates_printed", "2", seconds=150)
            assert len(printer.started) == 2
            first, second = printer.started
            assert first["url"] == second["url"]
            assert first["subtask_id"] != second["subtask_id"]
            assert first["ams_mapping"] == [1]
            history = await machine.act("get_history", response=True)
            assert [run["outcome"] for run in history["runs"]] == ["finished"] * 2
            await machine.until("waiting_for", "queue_empty")
        finally:
            await home.remove(machine.entry_id)

"""Other clients' commands: their echoes reach every client, long before the reports show anything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from custom_components.bambu_batch.bambu import reply
from custom_components.bambu_batch.bambu.foreign import Overheard, moved_by
from custom_components.bambu_batch.bambu.reply import Reply
from custom_components.bambu_batch.bambu.status import (
    Foreign,
    PrinterStatus,
    PrintState,
)
from simulator import Printer, slicer
from tests.simulator.clients import Mqtt

from .jobs import job
from .watch import HASTY, Watch, happened

MOVES, UNKNOWN = Foreign.MOVES, Foreign.UNKNOWN


@pytest.fixture(autouse=True)
async def files_on_card(printer: Printer, tmp_path: Path) -> None:
    """One of our files and a foreign one lie on the printer's card."""
    path = slicer.write(tmp_path / "cube.gcode.3mf", [slicer.SlicedPlate()])
    printer.world.put_file(f"/cache/{job().remote_name}", path.read_bytes())
    printer.world.put_file("/cache/theirs.gcode.3mf", path.read_bytes())


@asynccontextmanager
async def another_client(printer: Printer) -> AsyncIterator[Mqtt]:
    """Connect another client."""
    async with Mqtt(printer) as client:
        await client.ready()
        yield client


def yes(_: PrinterStatus) -> bool:
    return True


async def test_fm_181_another_clients_start_is_known_from_its_echo_to_its_job(
    printer: Printer, watch: Watch
) -> None:
    printer.clock.speed = 2  # four seconds of the printer until PREPARE
    async with another_client(printer) as client:
        client.start("theirs.gcode.3mf")
        await watch.until(lambda: watch.status.foreign is MOVES)
        assert watch.status.state is PrintState.IDLE
        assert watch.foreign == [MOVES]
        printer.clock.speed = 100
        await watch.until(lambda: watch.status.state is PrintState.PREPARE)
        assert watch.status.foreign is None


async def test_fm_181_it_is_known_at_the_publish_although_no_report_shows_it(
    printer: Printer, watch: Watch
) -> None:
    printer.clock.speed = 2
    seen: list[PrinterStatus] = []

    def guard(status: PrinterStatus) -> bool:
        seen.append(status)
        return status.foreign is None

    async with another_client(printer) as client:
        client.start("theirs.gcode.3mf")
        await watch.until(lambda: bool(watch.foreign))
        assert watch.connection.start_print(job(), guard) is None
    assert seen[-1].state is PrintState.IDLE
    assert happened(printer, "start") == 1


async def test_fm_181_it_outlives_a_full_report_and_a_lost_connection(
    printer: Printer, watch: Watch
) -> None:
    printer.clock.speed = 0.01
    async with another_client(printer) as client:
        client.start("theirs.gcode.3mf")
        await watch.until(lambda: watch.status.foreign is MOVES)
        printer.machine.send_full_report()
        printer.world.drop_connections()
        await watch.until(lambda: bool(watch.losses))
        await watch.until(lambda: watch.status.complete)
        assert watch.status.foreign is MOVES
        assert watch.foreign == [MOVES]


async def test_fm_181_a_start_that_comes_to_nothing_is_over_after_the_time_that_parsing_takes(
    printer: Printer, hasty: Watch
) -> None:
    async with another_client(printer) as client:
        client.start("nowhere.gcode.3mf")  # the printer takes it and finds no file
        await hasty.until(lambda: hasty.status.foreign is MOVES)
        heard = asyncio.get_running_loop().time()
        await hasty.until(lambda: hasty.status.foreign is None)
        waited = asyncio.get_running_loop().time() - heard
        assert waited >= HASTY.start_window - 0.1
        assert hasty.status.state is PrintState.IDLE


async def test_fm_181_what_the_printer_refuses_moves_nothing(
    printer: Printer, watch: Watch
) -> None:
    printer.fault("start_refused", times=1)
    printer.fault("start_fails")
    async with another_client(printer) as client:
        for number in (1, 2):
            start = client.start("theirs.gcode.3mf", subtask_id=number)
            await client.answer(start)
    await asyncio.sleep(0.1)
    assert watch.foreign == []
    assert watch.status.foreign is None


async def test_fm_181_equal_numbers_of_two_clients_are_told_apart_by_the_job(
    printer: Printer, watch: Watch
) -> None:
    printer.clock.speed = 0.01
    sent: list[str] = []

    def has_sent() -> bool:
        sequence_id = watch.connection.start_print(job(), yes)
        if sequence_id is not None:
            sent.append(sequence_id)
        return bool(sent)

    await watch.until(has_sent)
    await watch.until(lambda: watch.reply_to(sent[0]) is not None)
    assert watch.foreign == []
    heard = len(watch.replies)
    printer.machine.echo(
        {
            "sequence_id": sent[0],
            "command": "project_file",
            "subtask_name": "theirs",
            "subtask_id": "1",
            "result": "success",
        }
    )
    await watch.until(lambda: watch.foreign == [MOVES])
    assert len(watch.replies) == heard


async def test_our_own_commands_are_not_foreign(printer: Printer, watch: Watch) -> None:
    for send in (
        watch.connection.pause,
        watch.connection.resume,
        watch.connection.stop_print,
    ):
        sequence_id = send()
        assert sequence_id is not None
        await watch.until(partial(watch.reply_to, sequence_id))
    assert watch.foreign == []


async def test_a_light_or_a_version_asked_for_blocks_nothing(
    printer: Printer, watch: Watch
) -> None:
    async with another_client(printer) as client:
        for category, command in (
            ("info", "get_version"),
            ("system", "ledctrl"),
            ("print", "print_speed"),
        ):
            await client.answer(client.send(category, command, param="2"))
        fan = client.send("print", "gcode_line", param="M106 P1 S255 \n")
        await client.answer(fan)
    await asyncio.sleep(0.1)
    assert watch.foreign == []


async def test_fm_181_moves_of_another_client_block_for_a_while(
    printer: Printer, watch: Watch
) -> None:
    """An A1 mini's echo of G-code names no command."""
    async with another_client(printer) as client:
        await client.answer(client.send("print", "gcode_line", param="G28\n"))
        await watch.until(lambda: watch.foreign == [MOVES])
        await client.answer(client.send("print", "brand_new_command"))
        await watch.until(lambda: watch.foreign == [MOVES, UNKNOWN])
    assert watch.status.foreign is UNKNOWN


def echo(command: str | None, category: str = "print", **fields: Any) -> Reply:
    """Return an echo of success."""
    body = {"sequence_id": "20001", "command": command, "result": "success", **fields}
    found = reply.find({category: {k: v for k, v in body.items() if v is not None}})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("command", "foreign"),
    [
        ("project_file", MOVES),
        ("gcode_file", MOVES),
        ("calibration", MOVES),
        ("extrusion_cali", MOVES),
        ("unload_filament", MOVES),
        ("ams_change_filament", MOVES),
        ("resume", MOVES),
        ("gcode_line", MOVES),
        ("ams_get_rfid", UNKNOWN),
        ("Project_File", UNKNOWN),
        ("extrusion_cali_get", None),
        ("print_speed", None),
        ("stop", None),
    ],
)
def test_what_a_command_may_move(command: str, foreign: Foreign | None) -> None:
    assert moved_by(echo(command)) is foreign


@pytest.mark.parametrize(
    ("gcode", "foreign"),
    [
        ("M106 P1 S255 \n", None),
        ("M140 S60\n", None),
        ("M104 S0\nM140 S0", None),
        ("; nothing\n", None),
        ("G28 \n", MOVES),
        ("M104 S0\nG1 X10", MOVES),
        ("m104 s0", MOVES),
        ("M104 S0 G1", MOVES),
        ("M1040", MOVES),
        ("M620 R0", MOVES),
        ("M106 P1 S255 M400", MOVES),
    ],
)
def test_only_heaters_and_fans_stand_still(gcode: str, foreign: Foreign | None) -> None:
    assert moved_by(echo("gcode_line", param=gcode)) is foreign
    assert moved_by(echo(None, param=gcode)) is foreign


def test_harmless_by_its_name_is_harmless_only_in_its_category() -> None:
    assert moved_by(echo("ledctrl", "system")) is None
    assert moved_by(echo("ledctrl", "print")) is UNKNOWN
    assert moved_by(echo("start", "pushing")) is None
    assert moved_by(echo("start", "upgrade")) is UNKNOWN


def test_of_two_echoes_in_one_message_the_one_that_moves_counts() -> None:
    """A harmless one before it must not hide it."""
    found = reply.find(
        {
            "system": {"sequence_id": "1", "command": "ledctrl", "result": "success"},
            "print": {"sequence_id": "2", "command": "project_file", "result": ""},
        }
    )
    assert found is not None
    assert moved_by(found) is MOVES


RESTS = PrinterStatus(complete=True, state=PrintState.FINISH)
WORKS = PrinterStatus(complete=True, state=PrintState.PREPARE)


def test_a_job_that_was_at_work_at_the_echo_does_not_end_it() -> None:
    """FM-001: the printer may have taken the start and cancelled that job."""
    one = Overheard(MOVES, heard=0, rested=False)
    assert not one.is_over(WORKS, 1, 240)
    assert not one.is_over(RESTS, 2, 240)
    assert one.is_over(WORKS, 3, 240)


def test_rest_ends_it_only_after_the_whole_time() -> None:
    one = Overheard(MOVES, heard=0, rested=True)
    assert not one.is_over(RESTS, 239, 240)
    assert one.is_over(RESTS, 240, 240)

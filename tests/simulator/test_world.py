"""What happens at a printer without its client, and what commands leave untouched."""

import asyncio
from typing import Any

import pytest

from simulator import Fault, Printer, Rule
from simulator.packets import Kind, build

from .clients import Mqtt, context
from .conftest import Connect, Slice, printing


async def logged_in(printer: Printer, *, keep_alive: int) -> asyncio.StreamWriter:
    """Log in with raw packets; `keep_alive` in seconds."""
    reader, writer = await asyncio.open_connection(
        printer.host, printer.mqtt_port, ssl=context(printer)
    )
    login = b"\x00\x04MQTT\x04\xc2%b\x00\x00\x00\x04bblp\x00\x0812345678"
    writer.write(build(Kind.CONNECT, login % keep_alive.to_bytes(2)))
    assert await reader.readexactly(4) == b"\x20\x02\x00\x00"
    return writer


async def test_people_pause_resume_and_stop_at_the_screen(
    printer: Printer, client: Mqtt
) -> None:
    printer.world.print_foreign(seconds=300)
    await printing(printer)
    printer.world.press_pause()
    printer.world.press_resume()
    printer.world.press_stop()
    await client.until(lambda: "FAILED" in client.values("gcode_state"))

    assert client.values("gcode_state")[-3:] == ["PAUSE", "RUNNING", "FAILED"]
    assert client.values("stg_cur")[-3:] == [16, 0, 255]


async def test_nothing_foreign_starts_on_a_busy_or_dead_printer(
    printer: Printer,
) -> None:
    assert printer.world.print_foreign()
    assert not printer.world.print_foreign()
    printer.world.calibrate()
    printer.world.power_off()
    assert not printer.world.print_foreign()
    assert len(printer.truth.jobs) == 1


async def test_a_foreign_print_takes_its_file_from_the_card(
    printer: Printer, sliced: Slice
) -> None:
    printer.world.put_file("/model/part.3mf", sliced(seconds=321, index=4))
    printer.world.print_foreign("/model/part.3mf", plate=4)

    assert printer.truth.job
    assert printer.truth.job.plate.seconds == 321


async def test_a_swapped_card_is_seen_to_be_away_and_holds_nothing(
    printer: Printer, client: Mqtt, part: str
) -> None:
    assert printer.truth.files
    printer.world.swap_card(seconds=5)
    await client.until(lambda: client.values("sdcard")[-2:] == [False, True])

    assert printer.truth.files == {}


async def test_without_power_nobody_sees_a_card_being_swapped(
    printer: Printer, part: str
) -> None:
    assert printer.truth.files
    printer.world.power_off()
    printer.world.swap_card()

    assert printer.card.present
    assert printer.truth.files == {}


async def test_every_client_gets_the_echo_of_another_ones_command(
    printer: Printer, client: Mqtt
) -> None:
    printer.world.obey_another("gcode_line", sequence_id="77", param="G28\n")
    await client.until(lambda: bool(client.answers("77")))

    assert client.answers("77")[0] == {
        "command": "gcode_line",
        "sequence_id": "77",
        "param": "G28\n",
        "result": "success",
        "reason": "success",
    }


@pytest.mark.printer(plates=0)
async def test_by_hand_a_plate_is_cleared_and_the_changer_filled(
    printer: Printer,
) -> None:
    printer.world.occupy_plate()
    assert printer.truth.plate_occupied
    printer.world.clear_plate()
    printer.world.refill(7)

    truth = printer.truth
    assert (truth.plate_occupied, truth.plate_present, truth.plates_left) == (
        False,
        True,
        7,
    )


async def test_power_may_be_cut_while_it_boots(printer: Printer) -> None:
    printer.world.reboot()
    printer.world.power_on()
    printer.world.power_off()
    await printer.clock.sleep(100)
    assert not printer.powered
    printer.world.power_on()
    await printer.until(lambda printer: printer.powered)
    assert len(printer.journal.of("booted")) == 1


async def test_an_unprintable_file_in_the_root_does_not_stop_the_boot(
    printer: Printer,
) -> None:
    printer.world.put_file("/broken.3mf", b"PK")
    printer.world.reboot()
    await printer.until(
        lambda printer: printer.truth.state == "IDLE" and printer.powered
    )
    await printer.clock.sleep(50)

    assert printer.truth.job is None


@pytest.mark.printer(speed=10)
async def test_a_start_may_cost_the_connection(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.fault(Fault.DROP_AFTER_START, times=1)
    client.start(part)
    await client.until(client.lost.is_set)

    assert printer.truth.job


@pytest.mark.parametrize(
    ("category", "command"),
    [("print", "gcode_line"), ("system", "uiop"), ("print", "unknown")],
)
async def test_other_commands_are_answered_and_do_nothing(
    printer: Printer, client: Mqtt, category: str, command: str
) -> None:
    answer = await client.answer(client.send(category, command, param="M400\n"))

    assert answer["result"] == "success"
    assert ("command" in answer) == (command != "gcode_line")
    assert printer.truth.state == "IDLE"


async def test_a_client_that_unsubscribes_gets_no_more_messages(
    printer: Printer, client: Mqtt
) -> None:
    await client.until(lambda: client.deltas)
    unsubscribed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def done(*_: Any) -> None:
        loop.call_soon_threadsafe(unsubscribed.set)

    client.client.on_unsubscribe = done
    client.client.unsubscribe(f"device/{printer.serial}/report")
    await unsubscribed.wait()
    await asyncio.sleep(0.01)  # what was on its way has come
    heard = len(client.messages)
    printer.world.set_fields(spd_lvl=3)
    await asyncio.sleep(0.1)

    assert len(client.messages) == heard


@pytest.mark.parametrize(
    "packet",
    [
        build(Kind.CONNECT, b"\x00\x04MQTT\x04\xc2\x00\x0a\x00\x00"),
        build(Kind.PUBLISH, b"\x00\x01a\x00\x01", flags=4),
        build(Kind.PUBLISH, b"\x00\x09a"),
        build(Kind.PUBACK, b"\x00\x01"),
        build(Kind.SUBSCRIBE, b"\x00\x01\x00\x02\xff\xff\x00", flags=2),
    ],
)
async def test_what_is_out_of_place_ends_the_session(
    printer: Printer, packet: bytes
) -> None:
    writer = await logged_in(printer, keep_alive=10)
    writer.write(packet)
    await printer.until(lambda printer: bool(printer.journal.of("disconnected")))
    writer.transport.abort()


async def test_a_client_that_never_pings_is_dropped(printer: Printer) -> None:
    writer = await logged_in(printer, keep_alive=1)
    await printer.until(lambda printer: printer.clients == 1)
    await printer.until(lambda printer: printer.clients == 0, seconds=4)
    writer.transport.abort()


@pytest.mark.printer(plate_occupied=True)
async def test_the_journal_is_readable_for_people(
    printer: Printer, connect: Connect
) -> None:
    heard: list[str] = []
    stop_listening = printer.journal.listen(lambda entry: heard.append(entry.to_json()))
    client = await connect(printer)
    await client.answer(client.start("none.3mf"))
    stop_listening()
    printer.world.occupy_plate()

    entry = printer.journal.violations[0]
    assert entry.rule is Rule.START_ON_OCCUPIED_PLATE
    assert "VIOLATION start_on_occupied_plate" in str(entry)
    assert '"rule": "start_on_occupied_plate"' in "\n".join(heard)
    assert "occupy_plate" not in "\n".join(heard)
    assert [item.kind for item in printer.journal[-1:]] == ["world"]


async def test_everything_stops_in_the_middle_of_a_print(
    printer: Printer, part: str
) -> None:
    async with Mqtt(printer) as client:
        await client.ready()
        client.start(part)
        await printing(printer)
        printer.world.pause_with(resume_after=1000)
        printer.world.set_hms((1, 2))
    before = asyncio.all_tasks()
    await printer.stop()

    assert asyncio.all_tasks() < before

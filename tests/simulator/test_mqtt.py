"""The broker, tried with paho and with raw bytes."""

import asyncio
from contextlib import suppress

import pytest

from simulator import Fault, Printer, Rule

from .clients import Mqtt, context
from .conftest import Connect


async def test_the_access_code_lets_in(printer: Printer) -> None:
    async with Mqtt(printer) as client:
        assert client.connack == 0


async def test_a_wrong_access_code_is_refused_with_5(printer: Printer) -> None:
    async with Mqtt(printer, code="00000000") as client:
        assert client.connack == 5
    assert printer.journal.of("login_refused")


async def test_a_changed_access_code_throws_out_and_refuses_the_old_one(
    printer: Printer, client: Mqtt
) -> None:
    printer.world.change_access_code("87654321")
    await client.lost.wait()

    async with Mqtt(printer, code="12345678") as second:
        assert second.connack == 5
    async with Mqtt(printer, code="87654321") as third:
        assert third.connack == 0


@pytest.mark.printer(serial="03000ABCDEF0001")
async def test_a_wrong_case_of_the_serial_connects_and_stays_silent(
    printer: Printer,
) -> None:
    async with Mqtt(printer, serial=printer.serial.lower()) as client:
        await client.subscribe()
        client.send("pushing", "pushall")
        await printer.until(lambda printer: bool(printer.journal.of("stray")))
        await asyncio.sleep(0.05)
        assert client.connack == 0
        assert not client.messages


async def test_two_clients_get_the_same_reports(
    printer: Printer, connect: Connect
) -> None:
    one, two = await connect(printer), await connect(printer)
    printer.world.set_fields(spd_lvl=3)

    await one.until(lambda: 3 in one.values("spd_lvl"))
    await two.until(lambda: 3 in two.values("spd_lvl"))
    assert printer.clients == 2
    assert not printer.journal.violations


@pytest.mark.parametrize("topic", ["device/{}/request", "device/+/request", "#"])
async def test_subscribing_to_the_request_topic_is_a_violation_and_drops_the_session(
    printer: Printer, topic: str
) -> None:
    async with Mqtt(printer) as client:
        client.client.subscribe(topic.format(printer.serial))
        await client.until(client.lost.is_set)
    assert [entry.rule for entry in printer.journal.violations] == [
        Rule.REQUEST_TOPIC_SUBSCRIBED
    ]


async def test_dropped_connections_may_come_back(
    printer: Printer, client: Mqtt, connect: Connect
) -> None:
    printer.world.drop_connections()
    await client.until(client.lost.is_set)

    await connect(printer)


async def test_a_silent_printer_accepts_a_login_and_sends_nothing(
    printer: Printer,
) -> None:
    printer.fault(Fault.SILENT)

    async with Mqtt(printer) as client:
        await client.subscribe()
        client.send("pushing", "pushall")
        await printer.until(lambda printer: bool(printer.journal.of("request")))
        await asyncio.sleep(0.1)
        assert not client.messages
        printer.heal()
        client.send("pushing", "start")
        await client.until(lambda: client.messages)


async def test_half_open_reports_flow_and_requests_vanish(
    printer: Printer, client: Mqtt
) -> None:
    printer.fault(Fault.HALF_OPEN)
    sequence = client.send("info", "get_version")
    await printer.until(lambda printer: bool(printer.journal.of("vanished")))
    seen = len(client.messages)

    await client.until(lambda: len(client.messages) > seen + 5)
    assert not client.answers(sequence)


async def test_qos_1_is_acknowledged_unless_the_fault_prevents_it(
    printer: Printer, client: Mqtt
) -> None:
    acknowledged: list[int] = []
    client.client.on_publish = lambda *args: acknowledged.append(args[2])

    client.send("print", "pause", qos=1, param="")
    await client.until(lambda: len(acknowledged) == 1)
    printer.fault(Fault.NO_PUBACK)
    await client.answer(client.send("print", "pause", qos=1, param=""))
    await asyncio.sleep(0.1)
    assert len(acknowledged) == 1


@pytest.mark.parametrize("fault", [Fault.REFUSE_CONNECTIONS, Fault.STALL])
async def test_connections_can_be_refused_or_left_alone(
    printer: Printer, fault: Fault
) -> None:
    printer.fault(fault, times=1)

    with pytest.raises((ConnectionError, TimeoutError)):
        async with asyncio.timeout(0.2):
            await asyncio.open_connection(
                printer.host, printer.mqtt_port, ssl=context(printer)
            )
    async with Mqtt(printer) as client:
        assert client.connack == 0


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n" * 9,
        b"\x10\xff\xff\xff\xff\x7f",
        b"\x10\x02\x00\x04",
        b"\xf0\x00",
        b"",
    ],
)
async def test_garbage_ends_its_own_connection_only(
    printer: Printer, garbage: bytes
) -> None:
    reader, writer = await asyncio.open_connection(
        printer.host, printer.mqtt_port, ssl=context(printer)
    )
    writer.write(garbage)
    if not garbage:
        writer.transport.abort()
    with suppress(ConnectionError):
        assert not await reader.read()
    writer.transport.abort()

    async with Mqtt(printer) as client:
        assert client.connack == 0


async def test_a_request_that_is_not_json_is_noted_and_harmless(
    printer: Printer, client: Mqtt
) -> None:
    client.client.publish(f"device/{printer.serial}/request", b"\xff{")
    client.client.publish(f"device/{printer.serial}/request", b"[1]")
    client.client.publish(f"device/{printer.serial}/request", b'{"print": 1}')

    await client.answer(client.send("info", "get_version"))
    assert len(printer.journal.of("not_json")) == 2


async def test_the_same_client_id_takes_over(printer: Printer) -> None:
    async with Mqtt(printer) as first:
        first.client._client_id = b"same"
        first.client.disconnect()
        await first.until(first.lost.is_set)
    first, second = Mqtt(printer), Mqtt(printer)
    first.client._client_id = second.client._client_id = b"same"

    async with first, second:
        await first.until(first.lost.is_set)
        assert printer.clients == 1


async def test_old_firmware_serves_one_client_only(
    printer: Printer, connect: Connect
) -> None:
    printer.fault(Fault.ONE_CLIENT)
    first = await connect(printer)
    second = await connect(printer)
    await first.until(first.lost.is_set)

    assert not second.lost.is_set()
    assert printer.clients == 1


async def test_closing_is_quick_with_clients_connected(
    printer: Printer, client: Mqtt
) -> None:
    began = asyncio.get_running_loop().time()
    await printer.stop()

    assert asyncio.get_running_loop().time() - began < 5
    await client.until(client.lost.is_set)

"""Orders to the running print, and which echoes are reported."""

import asyncio
from dataclasses import replace

from custom_components.bambu_batch.bambu import command
from simulator import Fault, Printer

from .watch import FAST, Watch, access_to, requests, watching


async def test_pause_resume_and_stop_are_answered(
    printer: Printer, watch: Watch
) -> None:
    connection = watch.connection
    for order in (connection.pause, connection.resume, connection.stop_print):
        sequence_id = order()
        await watch.until(lambda: bool(watch.reply_to(sequence_id)))  # noqa: B023
        reply = watch.reply_to(sequence_id)
        assert reply is not None
        assert reply.accepted is True
    qos = [
        entry.detail["qos"]
        for entry in printer.journal.of("request")
        if entry.detail["command"].startswith("print.")
    ]
    assert qos == [1, 1, 1]


async def test_an_error_is_cleared_with_its_dialog(
    printer: Printer, watch: Watch
) -> None:
    assert watch.connection.clean_print_error() is None
    printer.world.set_error(0x0300_8006)
    await watch.until(lambda: watch.status.print_error == 0x0300_8006)
    assert watch.connection.clean_print_error()
    await watch.until(lambda: watch.status.print_error == 0)
    assert requests(printer, "system.uiop") == 1


async def test_without_a_connection_no_order_is_sent(printer: Printer) -> None:
    watch = Watch(access_to(printer), FAST)
    assert watch.connection.pause() is None
    printer.fault(Fault.REFUSE_CONNECTIONS)
    async with watching(access_to(printer)) as watch:
        assert watch.connection.stop_print() is None


async def test_other_clients_echoes_are_not_ours(
    printer: Printer, watch: Watch
) -> None:
    before = len(watch.replies)
    printer.machine.echo(
        {"command": "pause", "sequence_id": "20001", "result": "success"}
    )
    printer.machine.echo({"command": "pause", "result": "success"})
    await asyncio.sleep(0.05)
    assert len(watch.replies) == before


async def test_fm_074_acknowledgements_of_mqtt_are_never_waited_for(
    printer: Printer,
) -> None:
    printer.fault(Fault.NO_PUBACK)
    async with watching(access_to(printer), replace(FAST, reply=9)) as watch:
        await watch.until(lambda: watch.status.complete)
        for _ in range(50):
            assert watch.connection.pause()
        await watch.until(lambda: requests(printer, "print.pause") == 50)


async def test_sequence_ids_count_up_and_start_over_before_they_overflow(
    watch: Watch,
) -> None:
    connection = watch.connection
    first, second = connection.pause(), connection.pause()
    assert first is not None
    assert second is not None
    assert int(second) == int(first) + 1
    connection._sequence = command.LAST_SEQUENCE
    assert connection.pause() == str(command.FIRST_SEQUENCE + 1)


async def test_two_connections_do_not_share_their_numbers(printer: Printer) -> None:
    watch = Watch(access_to(printer), FAST)
    assert 40_000 <= watch.connection._sequence < 2**30

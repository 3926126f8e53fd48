"""Starting a print: one way, one guard, one start at a time, never twice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.bambu_batch.bambu.connection import DisconnectReason, ProjectFile
from custom_components.bambu_batch.bambu.status import PrinterStatus, PrintState
from simulator import Fault, Printer, slicer

from .jobs import job
from .watch import FAST, Watch, access_to, happened, requests, watching


def yes(_: PrinterStatus) -> bool:
    return True


@pytest.fixture(autouse=True)
async def file_on_card(printer: Printer, tmp_path: Path) -> None:
    """The file of every start lies in the printer's cache."""
    path = slicer.write(tmp_path / "cube.gcode.3mf", [slicer.SlicedPlate()])
    printer.world.put_file(f"/cache/{job().remote_name}", path.read_bytes())


@pytest.fixture
async def calm(watch: Watch, printer: Printer) -> AsyncIterator[Watch]:
    """A connection to a printer that says nothing by itself, so that tests are exact."""
    printer.clock.speed = 0.001
    await asyncio.sleep(0.1)  # the last tick at the old speed is over ...
    link = watch.connection._link
    assert link is not None
    await watch.until(lambda: not link.session.unread)  # ... and read
    yield watch
    printer.clock.speed = 100


async def started(watch: Watch, what: ProjectFile | None = None) -> str:
    """Start as the product does: try again when a message has come in between."""
    sent: list[str] = []

    def send() -> bool:
        sequence_id = watch.connection.start_print(what or job(), yes)
        sent.extend([sequence_id] if sequence_id else [])
        return bool(sent)

    await watch.until(send)
    return sent[0]


async def test_a_start_becomes_a_print(printer: Printer, watch: Watch) -> None:
    sequence_id = await started(watch)
    assert watch.unconfirmed
    await watch.until(lambda: watch.status.state is PrintState.RUNNING)
    assert not watch.unconfirmed
    assert watch.status.subtask_id == "77"
    reply = watch.reply_to(sequence_id)
    assert reply is not None
    assert reply.accepted is True
    assert happened(printer, "start") == 1


class TestGuard:
    async def test_fm_001_a_guard_that_says_no_lets_nothing_out(
        self, printer: Printer, calm: Watch
    ) -> None:
        assert calm.connection.start_print(job(), lambda _: False) is None
        await asyncio.sleep(0.1)
        assert happened(printer, "start") == 0
        assert not calm.unconfirmed

    async def test_fm_001_the_guard_sees_the_newest_status(self, calm: Watch) -> None:
        seen: list[PrinterStatus] = []

        def guard(status: PrinterStatus) -> bool:
            seen.append(status)
            return False

        calm.connection.start_print(job(), guard)
        assert seen == [calm.status]

    @pytest.mark.parametrize("answer", [None, 1, "yes"])
    async def test_only_true_is_yes(
        self, printer: Printer, calm: Watch, answer: object
    ) -> None:
        guard: Callable[[PrinterStatus], bool] = lambda _: answer  # type: ignore[assignment, return-value]  # noqa: E731
        assert calm.connection.start_print(job(), guard) is None
        await asyncio.sleep(0.1)
        assert happened(printer, "start") == 0

    async def test_a_guard_that_fails_is_a_no(
        self, calm: Watch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def guard(_: PrinterStatus) -> bool:
            raise KeyError("of the guard")

        assert calm.connection.start_print(job(), guard) is None
        assert "of the guard" in caplog.text

    async def test_fm_001_what_has_arrived_unread_is_a_no(
        self, printer: Printer, calm: Watch
    ) -> None:
        printer.world.set_fields(gcode_state="RUNNING")  # on the wire, not read yet
        assert calm.status.state is PrintState.IDLE
        assert calm.connection.start_print(job(), yes) is None
        await calm.until(lambda: calm.status.state is PrintState.RUNNING)
        assert happened(printer, "start") == 0

    async def test_without_a_full_report_nothing_starts(self, printer: Printer) -> None:
        printer.fault(Fault.PARTIAL_ONLY)
        async with watching(access_to(printer)) as watch:
            assert watch.connection.start_print(job(), yes) is None
            await watch.until(lambda: bool(watch.statuses))
            await asyncio.sleep(0.1)
            assert watch.status.connected
            assert watch.connection.start_print(job(), yes) is None

    async def test_on_a_stale_report_nothing_starts(self, printer: Printer) -> None:
        async with watching(access_to(printer), replace(FAST, stale=0.3)) as watch:
            await watch.until(lambda: watch.status.complete)
            printer.fault(Fault.SILENT)
            await asyncio.sleep(0.35)
            assert watch.status.complete
            assert watch.connection.start_print(job(), yes) is None

    async def test_after_a_loss_nothing_starts(
        self, printer: Printer, watch: Watch
    ) -> None:
        printer.fault(Fault.REFUSE_CONNECTIONS)
        printer.world.drop_connections()
        await watch.until(lambda: bool(watch.losses))
        assert watch.connection.start_print(job(), yes) is None


class TestOneAtATime:
    async def test_fm_003_a_second_start_waits_for_the_first(
        self, printer: Printer, watch: Watch
    ) -> None:
        printer.fault(Fault.SLOW_START, value=100)
        await started(watch)
        for _ in range(20):
            assert watch.connection.start_print(job(run_id=78), yes) is None
            await asyncio.sleep(0.005)
        assert happened(printer, "start") == 1
        await watch.until(lambda: watch.status.state is PrintState.RUNNING)

    @pytest.mark.parametrize("fault", [Fault.START_REFUSED, Fault.START_FAILS])
    async def test_a_refusal_ends_the_waiting(
        self, printer: Printer, watch: Watch, fault: Fault
    ) -> None:
        printer.fault(fault, times=1)
        sequence_id = await started(watch)
        await watch.until(lambda: not watch.unconfirmed)
        reply = watch.reply_to(sequence_id)
        assert reply is not None
        assert reply.accepted is False
        signature = fault is Fault.START_REFUSED
        assert (watch.status.signed_commands_only is True) is signature

    @pytest.mark.parametrize("state", ["FAILED", "FINISH"])
    @pytest.mark.parametrize(
        "named_by", [{"subtask_id": "77"}, {"subtask_name": "cube_77"}]
    )
    async def test_the_end_of_our_print_ends_the_waiting_though_its_beginning_was_missed(
        self, printer: Printer, state: str, named_by: dict[str, str]
    ) -> None:
        timing = replace(FAST, start_window=60)
        async with watching(access_to(printer), timing) as watch:
            await watch.until(lambda: watch.status.complete)
            printer.fault(Fault.START_IGNORED, times=1)
            await started(watch)
            printer.world.set_fields(gcode_state=state, **named_by)
            await watch.until(lambda: not watch.unconfirmed)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("IDLE", {"gcode_state": "FAILED", "subtask_id": "76"}),
            ("IDLE", {"gcode_state": "IDLE", "subtask_id": "77"}),
            ("FINISH", {"subtask_id": "77", "subtask_name": "cube_77"}),
        ],
    )
    async def test_another_end_or_one_from_before_the_start_does_not(
        self, printer: Printer, watch: Watch, before: str, after: dict[str, str]
    ) -> None:
        """On some firmware FINISH stands with the new name until the file is parsed."""
        printer.world.set_fields(gcode_state=before)
        await watch.until(lambda: watch.status.state == before)
        printer.fault(Fault.START_IGNORED, times=1)
        await started(watch)
        printer.world.set_fields(**after, layer_num=7)
        await watch.until(lambda: watch.status.layer == 7)
        assert watch.unconfirmed

    async def test_fm_015_the_refused_signature_is_told_and_forgotten_on_reconnect(
        self, printer: Printer, watch: Watch
    ) -> None:
        printer.fault(Fault.START_REFUSED, times=1)
        sequence_id = await started(watch)
        await watch.until(lambda: watch.reply_to(sequence_id) is not None)
        reply = watch.reply_to(sequence_id)
        assert reply is not None
        assert reply.error_code == 84033543
        assert watch.status.signed_commands_only is True
        printer.world.drop_connections()
        await watch.until(lambda: not watch.status.connected)
        await watch.until(lambda: watch.status.complete)
        assert watch.status.signed_commands_only is None


class TestNothingComesOfIt:
    @pytest.mark.parametrize(
        "fault",
        [Fault.START_UNNOTICED, Fault.START_ACCEPTED_ONLY, Fault.START_IGNORED],
    )
    async def test_fm_006_it_is_never_sent_again(
        self, printer: Printer, fault: Fault
    ) -> None:
        printer.fault(fault, times=1)
        async with watching(
            access_to(printer), replace(FAST, start_window=0.5)
        ) as watch:
            await watch.until(lambda: watch.status.complete)
            await started(watch)
            asked = requests(printer, "pushing.pushall")
            await watch.until(lambda: not watch.unconfirmed)
            await watch.until(lambda: requests(printer, "pushing.pushall") == asked + 1)
            await asyncio.sleep(0.2)
        assert happened(printer, "start") == 1

    async def test_fm_002_the_whole_window_is_waited_for(
        self, printer: Printer, watch: Watch
    ) -> None:
        printer.fault(Fault.SLOW_START, value=200)  # 2 s of the window's 4
        await started(watch)
        await asyncio.sleep(0.5)
        assert watch.unconfirmed
        await watch.until(lambda: watch.status.state is PrintState.RUNNING)
        assert happened(printer, "start") == 1

    async def test_fm_068_no_reconnect_while_a_start_is_unconfirmed(
        self, printer: Printer
    ) -> None:
        timing = replace(FAST, stale=0.1, silent=0.2, reply=0.05, start_window=2)
        async with watching(access_to(printer), timing) as watch:
            await watch.until(lambda: bool(watch.status.firmware))
            printer.fault(Fault.START_UNNOTICED)
            await started(watch)
            printer.fault(Fault.SILENT)
            # Silent, deaf, and without answers to pings: all of it far beyond the limits.
            await asyncio.sleep(1.5)
            assert watch.losses == []
            assert happened(printer, "connected") == 1
            assert requests(printer, "info.get_version") >= 5  # keeps the session alive
            await watch.until(lambda: watch.losses == [DisconnectReason.SILENT])
        assert happened(printer, "start") == 1

    async def test_fm_068_a_busy_printer_is_forgiven_its_silence(
        self, printer: Printer
    ) -> None:
        timing = replace(FAST, reply=0.05, start_quiet=0.05, start_window=2)
        async with watching(access_to(printer), timing) as watch:
            await watch.until(lambda: bool(watch.status.firmware))
            printer.fault(Fault.SLOW_START, value=60)
            await started(watch)
            await watch.until(lambda: happened(printer, "start") == 1)
            printer.fault(Fault.HALF_OPEN)
            await watch.until(lambda: watch.status.state is PrintState.RUNNING)
            printer.heal()
            assert happened(printer, "vanished") >= 2
            await asyncio.sleep(0.2)
            assert watch.losses == []


class TestLossAfterTheStart:
    async def test_fm_067_a_reconnect_replays_nothing(
        self, printer: Printer, watch: Watch
    ) -> None:
        printer.fault(Fault.DROP_AFTER_START, times=1)
        await started(watch)
        await watch.until(lambda: watch.losses == [DisconnectReason.CLOSED])
        await watch.until(lambda: watch.status.state is PrintState.RUNNING)
        printer.world.drop_connections()
        await watch.until(lambda: happened(printer, "connected") == 3)
        await watch.until(lambda: watch.status.complete)
        assert happened(printer, "start") == 1

    async def test_the_start_stays_unconfirmed_over_a_loss(
        self, printer: Printer, watch: Watch
    ) -> None:
        printer.fault(Fault.START_IGNORED, times=1)
        sequence_id = await started(watch)
        printer.world.drop_connections()
        await watch.until(lambda: bool(watch.losses))
        await watch.until(lambda: watch.status.complete)
        assert watch.unconfirmed
        assert watch.connection.start_print(job(run_id=78), yes) is None
        # A late echo on the new session is still the answer to it.
        printer.machine.echo(
            {"command": "project_file", "sequence_id": sequence_id, "result": "fail"}
        )
        await watch.until(lambda: watch.reply_to(sequence_id) is not None)
        assert not watch.unconfirmed

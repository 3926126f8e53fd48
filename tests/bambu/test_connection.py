"""The connection comes up, stays honest, comes back, and goes away."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
import logging

import pytest

from custom_components.bambu_batch.bambu.command import Command
from custom_components.bambu_batch.bambu.connection import (
    ConnectionSettings,
    DisconnectReason,
    Timing,
)
from custom_components.bambu_batch.bambu.link import Link
from custom_components.bambu_batch.bambu.session import Session
from custom_components.bambu_batch.bambu.status import PrinterStatus, PrintState
from simulator import MODELS, Farm, Fault, Printer, PrinterSpec

from .messages import NOW, delta, dump, full
from .watch import FAST, HASTY, Watch, access_to, happened, requests, watching


async def test_it_logs_in_and_asks_for_version_and_report(
    printer: Printer, watch: Watch
) -> None:
    assert watch.status.state is PrintState.IDLE
    assert watch.status.model == "N1"
    kinds = [entry.kind for entry in printer.journal][1:5]
    assert kinds == ["connected", "subscribed", "request", "request"]
    asked = [entry.detail["command"] for entry in printer.journal.of("request")]
    assert asked == ["info.get_version", "pushing.pushall"]


async def test_fm_069_only_the_report_topic_is_subscribed(
    printer: Printer, watch: Watch
) -> None:
    topics = [entry.detail["topic"] for entry in printer.journal.of("subscribed")]
    assert topics == [f"device/{printer.serial}/report"]


async def test_fm_122_nothing_is_known_before_the_first_full_report(
    watch: Watch,
) -> None:
    first = watch.statuses[0]
    assert first == PrinterStatus(connected=True, model="N1")
    for status in watch.statuses:
        assert status.complete or status.state is None


@pytest.mark.parametrize("model", MODELS)
async def test_every_simulated_model_is_recognised(
    socket_enabled: None, model: str
) -> None:
    async with (
        Farm([PrinterSpec(model=model)], speed=100) as farm,
        watching(access_to(farm.printers[0])) as watch,
    ):
        await watch.until(lambda: bool(watch.status.firmware))
        assert watch.status.model == model


async def test_reports_are_followed(printer: Printer, watch: Watch) -> None:
    printer.world.set_bed(41)
    printer.machine.physics.bed.target = 41  # it does not cool meanwhile
    await watch.until(lambda: round(watch.status.bed_temperature or 0) == 41)


@pytest.mark.parametrize("fault", [Fault.JUNK_FIELDS, Fault.INVALID_UTF8])
async def test_fm_080_odd_messages_do_not_end_it(
    printer: Printer, watch: Watch, fault: Fault
) -> None:
    printer.fault(fault)
    printer.world.set_fields(gcode_state="FAILED", print_error=5)
    await watch.until(lambda: watch.status.print_error == 5)
    assert watch.status.state is PrintState.FAILED
    assert watch.losses == []


async def test_fm_080_errors_of_the_owner_do_not_end_it(
    printer: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Watch(access_to(printer), FAST)

    def fail(status: PrinterStatus) -> None:
        watch.statuses.append(status)
        raise RuntimeError("of the owner")

    watch.connection._on_status = fail
    await watch.connection.start()
    await watch.until(lambda: len(watch.statuses) > 10)
    assert watch.status.complete
    assert "of the owner" in caplog.text
    await watch.connection.stop()


async def test_an_unexpected_error_is_logged_and_tried_again(
    printer: Printer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    real, failures = Session.open, [RuntimeError("unexpected")]

    async def open_(session: Session) -> None:
        if failures:
            raise failures.pop()
        await real(session)

    monkeypatch.setattr(Session, "open", open_)
    async with watching(access_to(printer)) as watch:
        await watch.until(lambda: watch.status.complete)
        assert watch.losses == [DisconnectReason.CLOSED]
    assert "unexpected" in caplog.text


class TestLossAndReturn:
    async def test_after_a_loss_everything_is_unknown(
        self, printer: Printer, watch: Watch
    ) -> None:
        before = len(watch.statuses)
        printer.world.drop_connections()
        await watch.until(lambda: watch.losses == [DisconnectReason.CLOSED])
        assert PrinterStatus() in watch.statuses[before:]
        await watch.until(lambda: watch.status.complete)

    async def test_fm_067_every_session_has_a_client_of_its_own(
        self, printer: Printer, watch: Watch
    ) -> None:
        for _ in range(2):
            sessions = happened(printer, "connected")
            printer.world.drop_connections()
            await watch.until(lambda: happened(printer, "connected") > sessions)  # noqa: B023
        names = [entry.detail["client_id"] for entry in printer.journal.of("connected")]
        assert len(set(names)) == 3

    async def test_each_reason_is_reported_once(self, printer: Printer) -> None:
        printer.fault(Fault.REFUSE_CONNECTIONS)
        async with watching(access_to(printer)) as watch:
            await watch.until(lambda: bool(watch.losses))
            await asyncio.sleep(0.3)
            assert watch.losses == [DisconnectReason.CANNOT_CONNECT]
            printer.heal()
            await watch.until(lambda: watch.status.complete)
            printer.fault(Fault.REFUSE_CONNECTIONS)
            printer.world.drop_connections()
            await watch.until(
                lambda: (
                    watch.losses[1:]
                    == [DisconnectReason.CLOSED, DisconnectReason.CANNOT_CONNECT]
                )
            )

    async def test_the_log_has_one_line_on_loss_and_one_on_return(
        self, printer: Printer, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "custom_components.bambu_batch.bambu")
        async with watching(access_to(printer)) as watch:
            await watch.until(lambda: watch.status.complete)
            caplog.clear()
            printer.fault(Fault.REFUSE_CONNECTIONS)
            printer.world.drop_connections()
            await watch.until(lambda: bool(said(caplog)))
            await asyncio.sleep(0.3)
            assert said(caplog) == ["printer: no connection (closed)"]
            printer.heal()
            await watch.until(lambda: watch.status.complete)
            assert said(caplog)[1:] == ["printer: connected"]

    async def test_fm_073_a_printer_that_accepts_and_stalls_is_tried_for_ever(
        self, printer: Printer
    ) -> None:
        printer.fault(Fault.STALL)
        async with watching(access_to(printer), replace(FAST, connect=0.5)) as watch:
            await watch.until(lambda: watch.losses == [DisconnectReason.CANNOT_CONNECT])
            printer.heal()
            await watch.until(lambda: watch.status.complete)

    async def test_pauses_grow_and_then_stay(self, printer: Printer) -> None:
        timing = replace(FAST, backoff=(0.01, 0.02, 0.2))
        printer.fault(Fault.REFUSE_CONNECTIONS)
        async with watching(access_to(printer), timing) as watch:
            pauses = [
                watch.connection._pause_after(DisconnectReason.CANNOT_CONNECT, failures)
                for failures in (1, 2, 3, 4, 99)
            ]
        assert pauses == [0.01, 0.02, 0.2, 0.2, 0.2]

    async def test_pauses_are_not_the_same_for_all_printers(
        self, printer: Printer
    ) -> None:
        async with watching(access_to(printer), replace(FAST, jitter=0.2)) as watch:
            pauses = {
                watch.connection._pause_after(DisconnectReason.CLOSED, 1)
                for _ in range(10)
            }
        assert len(pauses) > 1
        assert all(0.016 <= pause <= 0.024 for pause in pauses)


class TestOtherClients:
    async def test_two_of_us_on_one_printer_live_side_by_side(
        self, printer: Printer, watch: Watch
    ) -> None:
        async with watching(access_to(printer)) as other:
            await other.until(lambda: bool(other.status.firmware))
            answers = len(watch.replies)
            sequence_id = other.connection.pause()
            await other.until(lambda: other.reply_to(sequence_id) is not None)
            await asyncio.sleep(0.05)
            assert len(watch.replies) == answers
            assert watch.status.state is other.status.state
        assert watch.losses == []

    async def test_a_printer_that_throws_us_out_is_not_stormed(
        self, printer: Printer
    ) -> None:
        """As two clients do that push each other out."""
        timing = replace(FAST, backoff=(0.01, 0.2))
        async with watching(access_to(printer), timing) as watch:
            for count in range(1, 4):
                await watch.until(lambda: happened(printer, "connected") == count)  # noqa: B023
                await watch.until(lambda: watch.status.complete)
                before = asyncio.get_running_loop().time()
                printer.world.drop_connections()
                await watch.until(lambda: not watch.status.connected)
            await watch.until(lambda: watch.status.complete)
            assert asyncio.get_running_loop().time() - before > 0.15

    async def test_after_a_steady_time_the_pauses_start_over(
        self, printer: Printer
    ) -> None:
        timing = replace(FAST, backoff=(0.01, 30), steady=0.05)
        async with watching(access_to(printer), timing) as watch:
            for count in range(1, 5):
                await watch.until(lambda: happened(printer, "connected") == count)  # noqa: B023
                await watch.until(lambda: watch.status.complete)
                await asyncio.sleep(0.06)
                printer.world.drop_connections()
                await watch.until(lambda: not watch.status.connected)


class TestRefusal:
    async def test_fm_077_a_wrong_access_code_is_told_and_tried_slowly(
        self, printer: Printer
    ) -> None:
        access = access_to(printer, access_code="00000000")
        async with watching(access) as watch:
            await watch.until(lambda: happened(printer, "login_refused") == 2)
            assert watch.losses == [DisconnectReason.INVALID_AUTH]
        first, second = printer.journal.of("login_refused")
        assert second.time - first.time > timedelta(seconds=0.25)

    async def test_a_changed_access_code_is_reported(
        self, printer: Printer, watch: Watch
    ) -> None:
        printer.world.change_access_code("87654321")
        await watch.until(lambda: watch.losses[-1:] == [DisconnectReason.INVALID_AUTH])

    async def test_a_changed_certificate_is_reported_before_the_code_is_sent(
        self, printer: Printer, watch: Watch
    ) -> None:
        printer.world.change_certificate()
        printer.world.drop_connections()
        await watch.until(
            lambda: watch.losses[-1:] == [DisconnectReason.CERTIFICATE_CHANGED]
        )
        assert happened(printer, "connected") == 1
        assert happened(printer, "login_refused") == 0

    @pytest.mark.parametrize("reason", list(DisconnectReason))
    async def test_what_only_a_person_can_end_is_tried_slowly(
        self, printer: Printer, reason: DisconnectReason
    ) -> None:
        """Each try shows the printer a login it refuses, or a certificate we refuse."""
        for_a_person = {
            DisconnectReason.INVALID_AUTH,
            DisconnectReason.CERTIFICATE_CHANGED,
            DisconnectReason.WRONG_SERIAL,
        }
        async with watching(access_to(printer)) as watch:
            pause = watch.connection._pause_after(reason, failures=1)
        assert (pause == FAST.refused) is (reason in for_a_person)
        assert reason.needs_person is (reason in for_a_person)

    @pytest.mark.parametrize("certificate", [None, "", "no PEM"])
    async def test_without_a_pin_nothing_is_sent(
        self, printer: Printer, certificate: str | None
    ) -> None:
        async with watching(access_to(printer, certificate=certificate)) as watch:
            await watch.until(
                lambda: watch.losses == [DisconnectReason.CERTIFICATE_CHANGED]
            )
        assert happened(printer, "connected") == 0

    async def test_the_pinned_certificate_must_name_the_serial(
        self, printer: Printer
    ) -> None:
        async with watching(access_to(printer, serial="03000A999999999")) as watch:
            await watch.until(lambda: watch.losses == [DisconnectReason.WRONG_SERIAL])
        assert happened(printer, "connected") == 0

    @pytest.mark.parametrize("port", [0, 1])
    async def test_where_nobody_listens_it_cannot_connect(
        self, printer: Printer, port: int
    ) -> None:
        async with watching(access_to(printer, mqtt_port=port)) as watch:
            await watch.until(lambda: watch.losses == [DisconnectReason.CANNOT_CONNECT])


class TestSilence:
    async def test_fm_072_silence_makes_it_ask_then_connect_anew(
        self, printer: Printer
    ) -> None:
        async with watching(access_to(printer), replace(HASTY, silent=2)) as watch:
            await watch.until(lambda: watch.status.complete)
            await watch.until(lambda: bool(watch.status.firmware))
            printer.fault(Fault.SILENT)
            count = len(watch.statuses)
            await watch.until(lambda: requests(printer, "pushing.start") == 1)
            # The same status once more, so that its age is checked again.
            await watch.until(
                lambda: any(
                    one is other for one, other in pairwise(watch.statuses[count - 1 :])
                )
            )
            await watch.until(lambda: watch.losses == [DisconnectReason.SILENT])
            assert requests(printer, "pushing.start") == 1
            printer.heal()
            await watch.until(lambda: watch.status.complete)
            assert happened(printer, "connected") > 1

    async def test_pushes_that_another_client_stopped_are_switched_on_again(
        self, printer: Printer
    ) -> None:
        async with watching(access_to(printer), replace(HASTY, silent=4)) as watch:
            await watch.until(lambda: watch.status.complete)
            printer.machine.pushing = False
            await watch.until(lambda: printer.machine.pushing)
            before = watch.status.received
            await watch.until(lambda: watch.status.received != before)
            assert happened(printer, "connected") == 1

    async def test_a_printer_that_never_sends_a_full_report_is_reconnected(
        self, printer: Printer
    ) -> None:
        printer.fault(Fault.PARTIAL_ONLY)
        timing = replace(HASTY, reply=9, silent=9)  # nothing else ends it
        async with watching(access_to(printer), timing) as watch:
            await watch.until(lambda: watch.losses == [DisconnectReason.NO_REPORT])
            assert not any(status.complete for status in watch.statuses)
            assert requests(printer, "pushing.pushall") == 2
            printer.heal()
            await watch.until(lambda: watch.status.complete)

    async def test_a_printer_that_never_says_anything_is_told_once(
        self, printer: Printer
    ) -> None:
        printer.fault(Fault.SILENT)
        async with watching(access_to(printer), HASTY) as watch:
            await watch.until(lambda: happened(printer, "connected") == 3)
            assert watch.losses == [DisconnectReason.SILENT]

    async def test_keep_alive_pings_are_sent_and_answered(
        self, printer: Printer
    ) -> None:
        timing = replace(FAST, keepalive=1, stale=9, silent=9)
        async with watching(access_to(printer), timing) as watch:
            await watch.until(lambda: watch.status.complete)
            printer.machine.pushing = False
            await asyncio.sleep(1.8)  # the broker gives up after 1.5 s
            assert watch.losses == []


class TestHalfOpen:
    async def test_fm_066_two_unanswered_requests_rebuild_the_session(
        self, printer: Printer
    ) -> None:
        timing = replace(HASTY, version_every=0.1, reply=0.5, silent=9)
        async with watching(access_to(printer), timing) as watch:
            await watch.until(lambda: bool(watch.status.firmware))
            printer.fault(Fault.HALF_OPEN)
            await watch.until(lambda: watch.losses == [DisconnectReason.DEAF])
            assert happened(printer, "vanished") >= 2
            printer.heal()
            await watch.until(lambda: bool(watch.status.firmware))

    async def test_a_command_without_an_echo_makes_it_check(
        self, printer: Printer, hasty: Watch
    ) -> None:
        printer.fault(Fault.HALF_OPEN)
        assert hasty.connection.pause()
        await hasty.until(lambda: hasty.losses == [DisconnectReason.DEAF])

    async def test_one_lost_answer_is_forgiven(
        self, printer: Printer, hasty: Watch
    ) -> None:
        printer.fault(Fault.HALF_OPEN)
        hasty.connection.pause()
        await hasty.until(lambda: happened(printer, "vanished") >= 1)
        printer.heal()
        await hasty.until(lambda: requests(printer, "info.get_version") >= 2)
        await asyncio.sleep(0.5)
        assert DisconnectReason.DEAF not in hasty.losses

    async def test_a_printer_that_never_answered_does_not_count_as_deaf(
        self, printer: Printer
    ) -> None:
        printer.fault(Fault.HALF_OPEN)
        async with watching(access_to(printer), HASTY) as watch:
            await watch.until(lambda: bool(watch.losses))
            assert watch.losses == [DisconnectReason.NO_REPORT]


class TestFullReports:
    async def test_a_lost_message_asks_for_one(
        self, printer: Printer, watch: Watch
    ) -> None:
        before = len(watch.statuses)
        printer.fault(Fault.SILENT)
        printer.world.set_fields(layer_num=5)
        printer.heal()
        await watch.until(lambda: any(one.gap for one in watch.statuses[before:]))
        await watch.until(lambda: requests(printer, "pushing.pushall") == 2)
        await watch.until(lambda: not watch.status.gap)
        assert watch.status.layer == 5

    async def test_a_damaged_field_asks_for_one(
        self, printer: Printer, watch: Watch
    ) -> None:
        """Health entries are reported only when they change: otherwise no plate would start again."""
        before = len(watch.statuses)
        printer.fault(Fault.JUNK_FIELDS, times=1)
        printer.world.set_fields(layer_num=5)
        await watch.until(
            lambda: any(one.hms is None for one in watch.statuses[before:])
        )
        await watch.until(lambda: watch.status.hms == ())

    async def test_a_full_report_without_a_state_asks_for_another(
        self, printer: Printer
    ) -> None:
        printer.fault(Fault.MISSING_KEYS, times=1)
        async with watching(access_to(printer)) as watch:
            await watch.until(lambda: watch.status.complete)
            first = next(one for one in watch.statuses if one.complete)
            assert first.state is None
            await watch.until(lambda: watch.status.state is not None)

    async def test_they_are_not_asked_for_too_often(
        self, printer: Printer, watch: Watch
    ) -> None:
        await asyncio.sleep(0.1)
        assert watch.connection.request_full_report()
        assert not watch.connection.request_full_report()
        await watch.until(lambda: requests(printer, "pushing.pushall") == 2)

    async def test_without_a_connection_they_cannot_be_asked_for(self) -> None:
        watch = Watch(
            access=access_to_nowhere(),
            timing=FAST,
        )
        assert not watch.connection.request_full_report()
        assert watch.connection.document == {}

    async def test_the_raw_report_is_there_for_diagnostics(self, watch: Watch) -> None:
        assert watch.connection.document["gcode_state"] == "IDLE"

    async def test_the_least_time_is_kept_between_any_two_requests(
        self, printer: Printer
    ) -> None:
        """Lost messages and unclear outcomes, all at once."""
        timing = replace(FAST, full_report_every=0, full_report_urgent=0.4)
        async with watching(access_to(printer), timing) as watch:
            for layer in range(100):
                watch.connection.request_full_report()
                if layer % 10 == 0:
                    printer.fault(Fault.SILENT, times=1)
                printer.world.set_fields(layer_num=layer)
                await asyncio.sleep(0.01)
        came = [
            entry.time
            for entry in printer.journal.of("request")
            if entry.detail["command"] == "pushing.pushall"
        ]
        gaps = [after - before for before, after in pairwise(came)]
        assert gaps
        assert min(gaps) > timedelta(seconds=0.2)

    async def test_a_lost_message_asks_early_once(self, printer: Printer) -> None:
        """Without asking, nothing would be known until the next full report; but there is no storm."""
        timing = replace(
            FAST, full_report_every=30, full_report_lost=0.3, full_report_urgent=0.1
        )
        async with watching(access_to(printer), timing) as watch:
            await watch.until(lambda: watch.status.complete)
            for layer in range(3, 6):
                printer.fault(Fault.SILENT)
                printer.world.set_fields(layer_num=layer)
                printer.heal()
                await watch.until(lambda: watch.status.gap)
                if layer == 3:
                    await watch.until(lambda: not watch.status.gap)
                    assert watch.status.layer == 3
            await asyncio.sleep(0.7)
            assert watch.status.gap
        assert requests(printer, "pushing.pushall") == 2

    async def test_a_printer_that_cannot_count_is_asked_twice_in_six_minutes(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now, asked = 0.0, list[float]()
        link = Link(
            access_to_nowhere(),
            Timing(),
            iter(range(40_000, 50_000)).__next__,
            lambda _: None,
            lambda: NOW,
        )

        def publish(command: Command) -> bool:
            if b"pushall" in command.payload:
                asked.append(now)
            return True

        monkeypatch.setattr(link, "_clock", lambda: now)
        monkeypatch.setattr(link.session, "publish", publish)
        for second in range(1000):
            now = float(second)
            link.report.receive(dump(full(sequence_id=str(2 * second))), NOW)
            link.report.receive(dump(delta(sequence_id=str(2 * second + 7))), NOW)
            link.tick(quiet=False)
        assert asked == [0, 60, 360, 420, 720, 780]

    async def test_real_limits_make_no_storm(self, printer: Printer) -> None:
        timing = Timing(tick=0.01)
        async with watching(access_to(printer), timing) as watch:
            await watch.until(lambda: watch.status.complete)
            printer.fault(Fault.SILENT)
            printer.world.set_fields(layer_num=5)
            printer.heal()
            await watch.until(lambda: watch.status.gap)
            assert not watch.connection.request_full_report()
            await asyncio.sleep(0.1)
        assert requests(printer, "pushing.pushall") == 1


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return our own lines of the log: a slow machine has asyncio complain."""
    return [one.getMessage() for one in caplog.records if "bambu" in one.name]


def access_to_nowhere() -> ConnectionSettings:
    return ConnectionSettings("127.0.0.1", "12345678", "03000A000000001")


class TestEnd:
    async def test_stop_takes_leave_and_forgets(
        self, printer: Printer, watch: Watch
    ) -> None:
        await watch.connection.stop()
        heard = len(watch.statuses)
        assert watch.status == PrinterStatus()
        await printer.until(lambda p: p.clients == 0)
        assert len(watch.statuses) == heard

    async def test_it_can_be_stopped_twice_or_before_it_was_started(
        self, printer: Printer
    ) -> None:
        watch = Watch(access_to(printer), FAST)
        await watch.connection.stop()
        await watch.connection.start()
        await watch.connection.stop()
        await watch.connection.stop()

    async def test_fm_149_stop_does_not_wait_for_a_connect_on_its_way(
        self, printer: Printer
    ) -> None:
        printer.fault(Fault.STALL)
        async with watching(access_to(printer)) as watch:
            await asyncio.sleep(0.05)
            loop = asyncio.get_running_loop()
            before = loop.time()
            await watch.connection.stop()
            assert loop.time() - before < 1  # the connect would take twice as long
        # The test's own clean-up checks that no thread is left.

    async def test_a_connect_that_succeeds_after_stop_is_closed(
        self, printer: Printer
    ) -> None:
        async with watching(access_to(printer)) as watch:
            for _ in range(3):
                await asyncio.sleep(0)  # the connect is in its thread now
            await watch.connection.stop()
        await asyncio.sleep(0.2)
        await printer.until(lambda printer: printer.clients == 0)
        assert happened(printer, "subscribed") == 0


def test_secrets_have_no_text_form() -> None:
    text = repr(ConnectionSettings("192.0.2.1", "SECRET", "SERIAL", certificate="PEM"))
    for secret in ("192.0.2.1", "SECRET", "SERIAL", "PEM"):
        assert secret not in text

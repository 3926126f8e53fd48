"""Clients that nobody here wrote, and that print on real printers: the simulator must serve them."""

from collections.abc import Callable
import io
from threading import Event

from bambulabs_api import GcodeState, PrinterFTPClient, PrinterMQTTClient
from bpm.bambuconfig import BambuConfig
from bpm.bambuprinter import BambuPrinter
from bpm.bambutools import PlateType, ServiceState
from bpm.ftpsclient.ftpsclient import IoTFTPSClient
import pytest

from simulator import Outcome, Printer

from .conftest import NAME, InThread, Slice


async def until(in_thread: InThread, condition: Callable[[], object]) -> None:
    """Wait for a client that is asked in a thread."""

    def ask() -> None:
        wait = Event()
        for _ in range(200):
            if condition():
                return
            wait.wait(0.05)
        pytest.fail("not within 10 s")

    await in_thread(ask)


def outcomes(printer: Printer) -> list[Outcome | None]:
    return [job.outcome for job in printer.truth.jobs]


async def test_bambulabs_api_uploads_into_the_root_and_prints_by_an_ftp_url(
    printer: Printer, in_thread: InThread, sliced: Slice
) -> None:
    files = PrinterFTPClient(printer.host, printer.access_code, port=printer.ftps_port)
    answer = await in_thread(files.upload_file, io.BytesIO(sliced()), NAME)
    assert answer.startswith("226")

    client = PrinterMQTTClient(
        printer.host, printer.access_code, printer.serial, port=printer.mqtt_port
    )
    await in_thread(client.connect)
    await in_thread(client.start)
    try:
        await until(in_thread, lambda: client.get_printer_state() is GcodeState.IDLE)
        assert client.start_print_3mf(NAME, 1, use_ams=True, ams_mapping=[0])
        await until(in_thread, lambda: client.get_printer_state() is GcodeState.FINISH)
        assert client.get_last_print_percentage() == 100
    finally:
        await in_thread(client.stop)
    assert outcomes(printer) == [Outcome.FINISHED]


async def test_bambulabs_api_lists_the_root(
    printer: Printer, in_thread: InThread
) -> None:
    printer.card.put(f"/{NAME}", b"something")
    files = PrinterFTPClient(printer.host, printer.access_code, port=printer.ftps_port)
    _, lines = await in_thread(files.list_directory)
    assert any(line.endswith(NAME) for line in lines)


async def test_bambu_printer_manager_prints_from_the_card(
    printer: Printer,
    in_thread: InThread,
    sliced: Slice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def on_our_port(
        host: str, _port: int, user: str, code: str, *, ssl_implicit: bool
    ) -> IoTFTPSClient:
        return IoTFTPSClient(
            host, printer.ftps_port, user, code, ssl_implicit=ssl_implicit
        )

    monkeypatch.setattr("bpm.bambuprinter.IoTFTPSClient", on_our_port)
    printer.card.put(f"/cache/{NAME}", sliced())
    client = BambuPrinter(
        BambuConfig(
            hostname=printer.host,
            access_code=printer.access_code,
            serial_number=printer.serial,
            mqtt_port=printer.mqtt_port,
        )
    )
    await in_thread(client.start_session)
    try:
        await until(in_thread, lambda: client.service_state is ServiceState.CONNECTED)
        await until(in_thread, lambda: client.printer_state.gcode_state == "IDLE")
        await in_thread(
            client.print_3mf_file, f"/cache/{NAME}", 1, PlateType.AUTO, True, "[0]"
        )
        await until(in_thread, lambda: client.printer_state.gcode_state == "FINISH")
    finally:
        await in_thread(client.quit)
    assert outcomes(printer) == [Outcome.FINISHED]

"""Every step and every error of the config flow, with real printers made of software."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
import socket

import pytest
import pytest_asyncio

from demo.client import Json
from simulator import Farm, Fault, Printer, PrinterSpec, certificate

from .home import MARKS, PATIENCE, Home, Machine, address, eventually

pytestmark = MARKS

PRODUCTION = {"plate_clearing": "manual", "cooldown_seconds": 90}
ANNOUNCEMENT = """\
NOTIFY * HTTP/1.1\r
HOST: 239.255.255.250:1990\r
Location: {host}\r
NT: urn:bambulab-com:device:3dprinter:1\r
USN: {serial}\r
DevModel.bambu.com: N1\r
DevName.bambu.com: Shelf\r
DevVersion.bambu.com: 01.07.02.00\r
\r
"""


@pytest_asyncio.fixture(loop_scope="session")
async def printer(home: Home) -> AsyncIterator[Printer]:
    """An A1 mini that nobody knows yet."""
    async with Farm([PrinterSpec()], speed=100) as farm:
        home.keep_secret(farm.printers[0])
        yield farm.printers[0]


async def test_a_printer_is_set_up(home: Home, printer: Printer) -> None:
    flow = await home.begin()
    assert (flow["step_id"], flow["errors"]) == ("user", {})
    names = [one["name"] for one in flow["data_schema"]]
    assert names == ["host", "access_code", "advanced"]
    advanced = {one["name"]: one["default"] for one in flow["data_schema"][2]["schema"]}
    assert advanced == {"mqtt_port": 8883, "ftps_port": 990}

    flow = await home.fill_in(flow, address(printer))
    assert flow["step_id"] == "production"
    fields = {one["name"]: one.get("default") for one in flow["data_schema"]}
    assert fields == {"plate_clearing": None, "cooldown_seconds": 60}

    flow = await home.fill_in(flow, PRODUCTION)
    assert flow["type"] == "create_entry"
    assert flow["title"] == "Bambu Lab A1 mini"
    entry_id = flow["result"]["entry_id"]
    await home.until_stored(
        entry_id,
        host=printer.host,
        access_code=printer.access_code,
        serial=printer.serial,
        mqtt_port=printer.mqtt_port,
        ftps_port=printer.ftps_port,
        certificate=printer.certificate_pem,
        **PRODUCTION,
    )
    stored = home.stored_entry(entry_id)
    assert stored is not None
    assert stored["unique_id"] == printer.serial == printer.serial.upper()

    again = await home.fill_in(await home.begin(), address(printer, host="localhost"))
    assert (again["type"], again["reason"]) == ("abort", "already_configured")
    await home.until_stored(entry_id, host="localhost")
    await home.remove(entry_id)


ERRORS = [
    (Fault.REFUSE_CONNECTIONS, "cannot_connect"),
    (Fault.STALL, "cannot_connect"),
    (Fault.SILENT, "no_report"),
    (Fault.FTPS_REFUSE_LOGIN, "ftps_failed"),
    (Fault.FTPS_REFUSE_CONNECTIONS, "ftps_failed"),
]


async def test_each_error_is_told_and_the_flow_goes_on(home: Home) -> None:
    """Side by side: a printer that says nothing is waited for."""

    async def try_to_set_up(printer: Printer, fault: Fault, error: str) -> None:
        home.keep_secret(printer)
        printer.fault(fault)
        flow = await home.fill_in(await home.begin(), address(printer))
        assert (flow["step_id"], flow["errors"]) == ("user", {"base": error}), fault
        printer.heal()
        flow = await home.fill_in(flow, address(printer))
        assert flow["step_id"] == "production", fault
        await cancel(home, flow)

    async with (
        Farm([PrinterSpec()] * len(ERRORS), speed=100) as farm,
        asyncio.TaskGroup() as tasks,
    ):
        for printer, (fault, error) in zip(farm.printers, ERRORS, strict=True):
            tasks.create_task(try_to_set_up(printer, fault, error))
        tasks.create_task(set_up_by_a_typed_serial(home))


async def test_a_wrong_code_and_a_wrong_address(home: Home, printer: Printer) -> None:
    flow = await home.fill_in(
        await home.begin(), address(printer, access_code="87654321")
    )
    assert flow["errors"] == {"base": "invalid_auth"}
    for changes in ({"host": "127.0.0.77"}, {"host": "no such host.invalid"}):
        flow = await home.fill_in(flow, address(printer, **changes))
        assert flow["errors"] == {"base": "cannot_connect"}
    await cancel(home, flow)


async def set_up_by_a_typed_serial(home: Home) -> None:
    """A serial is asked for where the certificate gives none."""
    spec = PrinterSpec(
        serial="0300DA000000033", credentials=certificate.make("A1 mini")
    )
    async with Farm([spec], speed=100) as farm:
        printer = farm.printers[0]
        home.keep_secret(printer)
        flow = await home.fill_in(await home.begin(), address(printer))
        assert (flow["step_id"], flow["errors"]) == ("serial", {})
        flow = await home.fill_in(flow, {"serial": "0309"})
        assert flow["errors"] == {"serial": "serial_invalid"}
        flow = await home.fill_in(flow, {"serial": "03000A000099999"})
        assert flow["errors"] == {"base": "no_report"}
        flow = await home.fill_in(flow, {"serial": printer.serial.lower()})
        assert flow["step_id"] == "production"
        flow = await home.fill_in(flow, PRODUCTION)
        entry_id = flow["result"]["entry_id"]
        await home.until_stored(entry_id, serial=printer.serial)
        await home.remove(entry_id)


async def test_a_stranger_at_the_address_of_a_known_printer(machine: Machine) -> None:
    home = machine.home
    async with Farm([PrinterSpec(serial=machine.printer.serial)]) as farm:
        flow = await home.fill_in(await home.begin(), address(farm.printers[0]))
        assert flow["errors"] == {"base": "certificate_changed"}
        await cancel(home, flow)
    await home.until_stored(machine.entry_id, mqtt_port=machine.printer.mqtt_port)


# Changes of a printer that is set up


async def reauth(machine: Machine) -> Json:
    """Wait until a person is asked for the code; returns the open form."""

    async def is_asked() -> bool:
        return bool(await machine.home.flows("reauth"))

    await eventually(is_asked, "a reauth flow")
    (flow,) = await machine.home.flows("reauth")
    answer: Json = await machine.client.get(
        f"/api/config/config_entries/flow/{flow['flow_id']}"
    )
    return answer


async def test_a_changed_access_code(machine: Machine) -> None:
    home = machine.home
    machine.printer.world.change_access_code("newcode1")
    home.keep_secret(machine.printer)
    flow = await reauth(machine)
    assert flow["step_id"] == "reauth_confirm"
    flow = await home.fill_in(flow, {"access_code": "wrong000"})
    assert flow["errors"] == {"base": "invalid_auth"}
    flow = await home.fill_in(flow, {"access_code": "newcode1"})
    assert (flow["type"], flow["reason"]) == ("abort", "reauth_successful")
    await home.until_stored(machine.entry_id, access_code="newcode1")
    await machine.until("connected", "on")


async def test_a_changed_address(machine: Machine) -> None:
    home, printer = machine.home, machine.printer
    flow = await home.begin(entry_id=machine.entry_id)
    assert flow["step_id"] == "reconfigure"
    assert printer.access_code not in str(flow["data_schema"])
    flow = await home.fill_in(flow, address(printer, host="127.0.0.77"))
    assert flow["errors"] == {"base": "cannot_connect"}
    flow = await home.fill_in(flow, address(printer, access_code="wrong000"))
    assert flow["errors"] == {"base": "invalid_auth"}

    async with Farm([PrinterSpec(serial="0300DA123456789")]) as farm:
        flow = await home.fill_in(flow, address(farm.printers[0]))
        assert flow["errors"] == {"base": "wrong_serial"}
    async with Farm([PrinterSpec(serial=printer.serial)]) as farm:
        flow = await home.fill_in(flow, address(farm.printers[0]))
        assert flow["errors"] == {"base": "certificate_changed"}

    without_code = address(printer, host="localhost")
    del without_code["access_code"]
    flow = await home.fill_in(flow, without_code)
    assert (flow["type"], flow["reason"]) == ("abort", "reconfigure_successful")
    await home.until_stored(
        machine.entry_id, host="localhost", access_code=printer.access_code
    )
    await machine.until("connected", "on")


# Announcements


def announce(home: Home, serial: str, host: str = "127.0.0.1") -> None:
    """Say it as a printer does, where this Home Assistant alone hears it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        text = ANNOUNCEMENT.format(host=host, serial=serial)
        with suppress(ConnectionRefusedError):
            sender.sendto(text.encode(), ("127.0.0.1", home.hass.announcements))


async def discovered(home: Home, serial: str) -> Json:
    """Announce a printer until Home Assistant offers it; returns the open form."""
    async with asyncio.timeout(PATIENCE):
        while True:
            announce(home, serial)
            await asyncio.sleep(0.1)
            for flow in await home.flows("integration_discovery"):
                if flow["context"]["unique_id"] == serial:
                    answer: Json = await home.client.get(
                        f"/api/config/config_entries/flow/{flow['flow_id']}"
                    )
                    return answer


async def test_a_printer_that_announces_itself_needs_its_code_only(
    home: Home, machine: Machine
) -> None:
    spec = PrinterSpec(serial="0300DA000000077", mqtt_port=8883, ftps_port=990)
    try:
        async with Farm([spec], speed=100) as farm:
            printer = farm.printers[0]
            home.keep_secret(printer)
            flow = await discovered(home, printer.serial)
            assert flow["step_id"] == "discovery_confirm"
            assert [one["name"] for one in flow["data_schema"]] == ["access_code"]
            flow = await home.fill_in(flow, {"access_code": "wrong000"})
            assert flow["errors"] == {"base": "invalid_auth"}
            flow = await home.fill_in(flow, {"access_code": printer.access_code})
            flow = await home.fill_in(flow, PRODUCTION)
            assert flow["title"] == "Shelf"
            await home.remove(flow["result"]["entry_id"])
    except OSError as err:
        pytest.skip(f"the printers' own ports are not to be had: {err}")


async def test_no_test_reaches_the_printers_around(
    home: Home, machine: Machine
) -> None:
    files = Path(f"/proc/{home.hass.pid}/fd")
    sockets = {str(one.readlink()) for one in files.iterdir()}
    bound = {
        line.split()[1]
        for line in Path("/proc/net/udp").read_text().splitlines()[1:]
        if f"socket:[{line.split()[9]}]" in sockets
    }
    assert f"0100007F:{home.hass.announcements:04X}" in bound
    assert not [one for one in bound if one.endswith(f":{2021:04X}")]


async def test_an_announced_printer_is_offered_in_the_first_form(
    home: Home, machine: Machine
) -> None:
    serial = "0300DA000000088"
    flow = await discovered(home, serial)
    await cancel(home, flow)
    first = await home.begin()
    host = first["data_schema"][0]["selector"]["select"]
    assert host["custom_value"] is True
    (choice,) = [one for one in host["options"] if serial in one["label"]]
    assert choice["value"] == "127.0.0.1"
    assert "A1 mini" in choice["label"]
    await cancel(home, first)


async def test_nobody_can_lead_a_connected_printer_away(machine: Machine) -> None:
    for _ in range(20):
        announce(machine.home, machine.printer.serial, host="127.0.0.66")
    await asyncio.sleep(1)
    assert await machine.home.flows("integration_discovery") == []
    await machine.home.until_stored(machine.entry_id, host=machine.printer.host)
    assert await machine.state("connected") == "on"


async def cancel(home: Home, flow: Json) -> None:
    """Close a form."""
    await home.client.request(
        "DELETE", f"/api/config/config_entries/flow/{flow['flow_id']}"
    )

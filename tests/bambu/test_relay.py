"""A relay between us and the printer gets ciphertext, and can only break the connection."""

import asyncio
from dataclasses import replace
import hashlib
from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts

from custom_components.bambu_batch.bambu import errors
from custom_components.bambu_batch.bambu.connection_settings import ConnectionSettings
from custom_components.bambu_batch.bambu.disconnect_reason import DisconnectReason
from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.storage import Storage
from simulator import Fault, Printer
from simulator.certificate import make

from .relay import HOST, Relay, relayed
from .watch import FAST, access_to, watching

CONTENT = bytes(range(256)) * 2000
NAME = remote_name(hashlib.sha256(CONTENT).hexdigest())

BREAKS = [Relay.CUT, Relay.ANSWER_NO, Relay.SILENT, Relay.NOISE]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "part.gcode.3mf"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def access(printer: Printer) -> ConnectionSettings:
    """The printer as it was pinned, at the relay's address."""
    socket_allow_hosts([printer.host, HOST])
    return access_to(printer, host=HOST)


@pytest.mark.parametrize("does", BREAKS)
async def test_fm_158_who_breaks_the_data_channel_gets_no_byte_of_the_file(
    printer: Printer, access: ConnectionSettings, file: Path, does: Relay
) -> None:
    printer.fault(Fault.FTPS_TAKES_CLEAR_DATA)
    timing = replace(FAST, ftps_socket=1)  # waited for three times
    async with relayed(printer, does) as seen:
        with pytest.raises(errors.DataNotEncrypted) as caught:
            await Storage(access, timing=timing).upload(file, NAME)
    assert caught.value.key == "data_not_encrypted"
    assert seen.connections == 3
    assert CONTENT[:64] not in bytes(seen.data)
    assert len(seen.data) < 3 * 2000  # three greetings
    assert dict(printer.truth.files) == {}


async def test_fm_159_a_relay_hands_on_what_it_cannot_read(
    printer: Printer, access: ConnectionSettings, file: Path
) -> None:
    """It shows the printer's own certificate: so nothing depends on the address."""
    printer.fault(Fault.FTPS_TAKES_CLEAR_DATA)
    async with relayed(printer, Relay.SWAP) as seen:
        await Storage(access, timing=FAST).upload(file, NAME)
    assert printer.card.files[f"/cache/{NAME}"].content == CONTENT
    assert len(seen.data) > len(CONTENT)
    assert CONTENT[:64] not in bytes(seen.data)


async def test_with_plain_data_allowed_a_relay_can_swap_the_file(
    printer: Printer, access: ConnectionSettings, file: Path
) -> None:
    """The risk that the option's text names: the same size shows nothing."""
    printer.fault(Fault.FTPS_CLEAR_DATA)
    storage = Storage(access, timing=FAST, plain_data=lambda: True)
    async with relayed(printer, Relay.SWAP):
        await storage.upload(file, NAME)
    assert printer.card.files[f"/cache/{NAME}"].content == bytes(len(CONTENT))


async def test_fm_159_the_address_that_the_printer_names_is_not_followed(
    printer: Printer, access: ConnectionSettings, file: Path
) -> None:
    """Data goes to where the control connection goes."""
    async with relayed(printer, Relay.HAND_ON) as seen:
        await Storage(access, timing=FAST).upload(file, NAME)
    assert seen.connections == 1


async def test_fm_159_another_certificate_on_the_data_channel_gets_nothing(
    printer: Printer, access: ConnectionSettings, file: Path
) -> None:
    """A relay that took only the data port does not have the printer's key."""
    async with relayed(printer, Relay.STRANGER) as seen:
        with pytest.raises(errors.CertificateChanged):
            await Storage(access, timing=FAST).upload(file, NAME)
    assert not seen.data


async def test_fm_159_reports_and_orders_pass_a_relay_unread(
    printer: Printer, access: ConnectionSettings
) -> None:
    async with relayed(printer, Relay.HAND_ON), watching(access) as watch:
        await watch.until(lambda: watch.status.complete)
    assert watch.losses == []


async def test_fm_159_a_relay_without_the_printers_key_gets_no_access_code(
    printer: Printer, access: ConnectionSettings
) -> None:
    stranger = make(printer.serial).server_context()
    seen = bytearray()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.extend(await reader.read(65536))
        writer.close()

    server = await asyncio.start_server(take, HOST, printer.mqtt_port, ssl=stranger)
    async with server, watching(access) as watch:
        await watch.until(lambda: bool(watch.losses))
    assert watch.losses[0] is DisconnectReason.CERTIFICATE_CHANGED
    assert not seen

"""Set-up tries everything for real, and reports what is wrong."""

from dataclasses import replace

import pytest

from custom_components.bambu_batch.bambu import errors, identity
from custom_components.bambu_batch.bambu.connection_settings import ConnectionSettings
from custom_components.bambu_batch.bambu.errors import BambuError
from custom_components.bambu_batch.bambu.probe import probe
from simulator import Farm, Fault, Printer, PrinterSpec, certificate

from .watch import HASTY, access_to, happened


def only_what_people_type(printer: Printer, **changes: object) -> ConnectionSettings:
    return access_to(printer, serial="", certificate=None, **changes)


async def test_address_and_code_are_enough(printer: Printer) -> None:
    probed = await probe(only_what_people_type(printer), timing=HASTY)
    assert probed.serial == printer.serial
    assert identity.same(probed.certificate, printer.certificate_pem)
    assert probed.model == "N1"
    assert happened(printer, "connected") == happened(printer, "ftps_login") == 1
    await printer.until(lambda p: p.clients == 0)


async def test_a_known_printer_is_found_again(printer: Printer) -> None:
    access = access_to(printer, serial=printer.serial.lower())
    assert (await probe(access, timing=HASTY)).serial == printer.serial


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.REFUSE_CONNECTIONS, errors.CannotConnect),
        (Fault.STALL, errors.CannotConnect),
        (Fault.SILENT, errors.NoReport),
        (Fault.PARTIAL_ONLY, errors.NoReport),
        (Fault.FTPS_REFUSE_LOGIN, errors.FtpsFailed),
    ],
)
async def test_each_trouble_has_its_own_error(
    printer: Printer, fault: Fault, error: type[BambuError]
) -> None:
    printer.fault(fault)
    with pytest.raises(error):
        await probe(only_what_people_type(printer), timing=HASTY)


async def test_the_first_report_is_not_waited_for_for_ever(printer: Printer) -> None:
    printer.fault(Fault.SILENT)
    timing = replace(HASTY, login=0.1, first_report=0.1, silent=9, no_report=9)
    with pytest.raises(errors.NoReport):
        await probe(only_what_people_type(printer), timing=timing)


async def test_a_wrong_code(printer: Printer) -> None:
    with pytest.raises(errors.InvalidAuth):
        await probe(only_what_people_type(printer, access_code="0"), timing=HASTY)


async def test_another_printer_than_the_known_one(printer: Printer) -> None:
    with pytest.raises(errors.WrongSerial):
        await probe(access_to(printer, serial="03000A999999999"), timing=HASTY)


async def test_another_certificate_than_the_pinned_one(printer: Printer) -> None:
    access = access_to(printer)
    printer.world.change_certificate()
    with pytest.raises(errors.CertificateChanged):
        await probe(access, timing=HASTY)
    assert happened(printer, "connected") == 0


async def test_no_file_server(printer: Printer) -> None:
    with pytest.raises(errors.FtpsFailed):
        await probe(only_what_people_type(printer, ftps_port=1), timing=HASTY)


async def test_a_certificate_without_a_serial_needs_one_from_the_user(
    socket_enabled: None,
) -> None:
    spec = PrinterSpec(
        serial="03000A000000001", credentials=certificate.make("printer")
    )
    async with Farm([spec], speed=100) as farm:
        access = only_what_people_type(farm.printers[0])
        with pytest.raises(errors.SerialUnknown):
            await probe(access, timing=HASTY)
        probed = await probe(replace(access, serial=spec.serial.lower()), timing=HASTY)
        assert probed.serial == spec.serial
        with pytest.raises(errors.WrongSerial):
            await probe(replace(access, serial="device/#"), timing=HASTY)
        # FM-076: a wrong serial is accepted by the broker, which then stays silent.
        with pytest.raises(errors.NoReport):
            await probe(replace(access, serial="03000A000000002"), timing=HASTY)


async def test_without_a_version_the_serial_gives_the_model(printer: Printer) -> None:
    send = printer.machine.send
    printer.machine.send = lambda message: (  # type: ignore[method-assign]
        None if "info" in message else send(message)
    )
    timing = replace(HASTY, version=0.3)
    probed = await probe(only_what_people_type(printer), timing=timing)
    assert probed.model == "N1"


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (errors.CannotConnect, "cannot_connect"),
        (errors.InvalidAuth, "invalid_auth"),
        (errors.WrongSerial, "wrong_serial"),
        (errors.NoReport, "no_report"),
        (errors.FtpsFailed, "ftps_failed"),
        (errors.CertificateChanged, "certificate_changed"),
    ],
)
def test_errors_have_the_contracts_keys(error: type[BambuError], key: str) -> None:
    assert error.key == key

"""Certificates: reading, naming, pinning."""

import asyncio
import re
import ssl

import pytest

from custom_components.bambu_batch.bambu import identity
from custom_components.bambu_batch.bambu.errors import CannotConnect, CertificateChanged
from simulator import Farm, Fault, Printer, PrinterSpec, certificate


@pytest.mark.parametrize("version", [1, 3])
async def test_the_leaf_is_read_and_names_the_serial(
    socket_enabled: None, version: int
) -> None:
    async with Farm([PrinterSpec(certificate_version=version)]) as farm:
        printer = farm.printers[0]
        pem = await asyncio.to_thread(
            identity.read_certificate, printer.host, printer.mqtt_port, 2
        )
        assert identity.same(pem, printer.certificate_pem)
        assert identity.serial_of(pem) == printer.serial


async def test_a_silent_or_closed_door_cannot_be_read(printer: Printer) -> None:
    for port in (1, printer.mqtt_port):
        printer.fault(Fault.STALL)
        with pytest.raises(CannotConnect):
            await asyncio.to_thread(identity.read_certificate, printer.host, port, 0.1)


@pytest.mark.parametrize(
    ("name", "serial"),
    [
        ("03000A000000001", "03000A000000001"),
        ("03000a000000001", "03000A000000001"),
        ("printer", None),
        ("BBL Technologies", None),
    ],
)
def test_only_a_serial_is_taken_for_one(name: str, serial: str | None) -> None:
    assert identity.serial_of(certificate.make(name).certificate) == serial


@pytest.mark.parametrize("text", ["", "no PEM", "-----BEGIN CERTIFICATE-----"])
def test_what_is_not_a_certificate_names_nothing_and_pins_nothing(text: str) -> None:
    assert identity.serial_of(text) is None
    assert not identity.same(text, text)
    with pytest.raises(CertificateChanged):
        identity.pinned_context(text)


def test_certificates_are_compared_by_content() -> None:
    one, other = (
        certificate.make("03000A000000001"),
        certificate.make("03000A000000002"),
    )
    assert identity.same(one.certificate, one.certificate.replace("\n", "\r\n"))
    assert not identity.same(one.certificate, other.certificate)


def test_people_compare_fingerprints() -> None:
    text = identity.fingerprint(certificate.make("03000A000000001").certificate)
    assert re.fullmatch("([0-9A-F]{2}:){31}[0-9A-F]{2}", text)


def test_fm_049_tls_ends_at_1_2() -> None:
    context = identity.pinned_context(certificate.make("03000A000000001").certificate)
    assert context.maximum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert not context.check_hostname


async def test_fm_159_an_address_counts_by_the_pinned_key_alone(
    printer: Printer,
) -> None:
    """Showing the certificate is not enough: the handshake takes its key."""

    async def answers(port: int, pin: str) -> bool:
        return await asyncio.to_thread(identity.answers, printer.host, port, pin, 2)

    pinned = printer.certificate_pem
    assert await answers(printer.mqtt_port, pinned)
    assert await answers(printer.ftps_port, pinned)
    assert not await answers(1, pinned)
    assert not await answers(printer.mqtt_port, "")
    assert not await answers(
        printer.mqtt_port, certificate.make(printer.serial).certificate
    )
    printer.world.change_certificate()
    assert not await answers(printer.mqtt_port, pinned)

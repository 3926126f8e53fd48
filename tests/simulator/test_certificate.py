"""The certificate is what real printers show, and what clients pin."""

import asyncio
import ssl

from cryptography import x509
import pytest

from simulator import Printer, certificate

from .clients import Mqtt, context
from .conftest import OpenPrinter


@pytest.mark.parametrize("version", [1, 3])
def test_leaf_names_the_serial_and_is_signed_by_its_issuer(version: int) -> None:
    made = certificate.make("03000A000000001", version=version)
    leaf, authority = x509.load_pem_x509_certificates(made.chain.encode())

    assert leaf.subject.rfc4514_string() == "CN=03000A000000001"
    assert leaf.version is (x509.Version.v1 if version == 1 else x509.Version.v3)
    assert leaf.issuer == authority.subject
    leaf.verify_directly_issued_by(authority)


def test_another_generation_is_another_certificate() -> None:
    first = certificate.make("03000A000000001")
    second = certificate.make("03000A000000001", generation=1)

    assert first.key != second.key
    assert first.certificate != second.certificate


@pytest.mark.parametrize("version", [1, 3])
async def test_a_client_that_pins_the_leaf_connects(
    open_printer: OpenPrinter, version: int
) -> None:
    printer = await open_printer(certificate_version=version)

    async with Mqtt(printer) as client:
        assert client.connack == 0


async def test_a_client_that_pinned_an_older_leaf_fails_in_the_handshake(
    printer: Printer,
) -> None:
    tls = context(printer)
    printer.world.change_certificate()

    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection(printer.host, printer.mqtt_port, ssl=tls)
    assert not printer.journal.of("connected", "login_refused")


async def test_tls_1_3_is_not_spoken(printer: Printer) -> None:
    tls = context(printer)
    _, writer = await asyncio.open_connection(printer.host, printer.mqtt_port, ssl=tls)
    assert writer.get_extra_info("ssl_object").version() == "TLSv1.2"
    writer.transport.abort()

    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    with pytest.raises(ssl.SSLError):
        await asyncio.open_connection(printer.host, printer.mqtt_port, ssl=tls)

"""Find out, before anything is set up, whether a printer can really be used."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

from . import identity
from .connection import Connection
from .connection_settings import ConnectionSettings, Timing
from .disconnect_reason import DisconnectReason
from .errors import (
    BambuError,
    CannotConnect,
    CertificateChanged,
    FtpsFailed,
    InvalidAuth,
    NoReport,
    SerialUnknown,
    WrongSerial,
)
from .status import PrinterStatus
from .storage import Storage

_ERRORS: dict[DisconnectReason, type[BambuError]] = {
    DisconnectReason.CANNOT_CONNECT: CannotConnect,
    DisconnectReason.INVALID_AUTH: InvalidAuth,
    DisconnectReason.CERTIFICATE_CHANGED: CertificateChanged,
    DisconnectReason.WRONG_SERIAL: WrongSerial,
}
"""Any other reason before the first report means: no report."""


@dataclass(frozen=True, slots=True)
class Probed:
    """A printer that can be used."""

    serial: str
    certificate: str
    """PEM; to be pinned."""
    model: str | None
    """Model code; None: unknown to our table."""


async def probe(
    settings: ConnectionSettings, *, timing: Timing | None = None
) -> Probed:
    """Try certificate, login, first full report, version and FTPS login, in this order.

    Without a certificate in `settings` the shown one is taken; without a serial the
    certificate's. Not while a connection to the same printer is open: it may serve one
    client only. Raises `CannotConnect`, `CertificateChanged`, `WrongSerial`,
    `SerialUnknown`, `InvalidAuth`, `NoReport`, `FtpsFailed`.
    """
    timing = timing or Timing()
    certificate = await asyncio.to_thread(
        identity.read_certificate, settings.host, settings.mqtt_port, timing.connect
    )
    serial = _serial(settings, certificate)
    if settings.certificate and not identity.same(settings.certificate, certificate):
        raise CertificateChanged
    settings = replace(settings, serial=serial, certificate=certificate)
    status = await _first_report(settings, timing)
    try:
        await Storage(settings, timing=timing).login()
    except BambuError as err:
        raise FtpsFailed from err
    return Probed(serial, certificate, status.model)


def _serial(settings: ConnectionSettings, certificate: str) -> str:
    named = identity.serial_of(certificate)
    given = settings.serial.strip().upper()
    if given and (named != given if named else not identity.is_serial(given)):
        raise WrongSerial
    if not (serial := named or given):
        raise SerialUnknown
    return serial


async def _first_report(settings: ConnectionSettings, timing: Timing) -> PrinterStatus:
    """Wait for a full report and, a little longer, for the version."""
    answered = asyncio.Event()
    first: asyncio.Future[DisconnectReason | None] = (
        asyncio.get_running_loop().create_future()
    )

    def on_status(status: PrinterStatus) -> None:
        if status.complete and not first.done():
            first.set_result(None)
        if status.firmware is not None:
            answered.set()

    def on_lost(reason: DisconnectReason) -> None:
        if not first.done():
            first.set_result(reason)

    connection = Connection(
        settings,
        on_status=on_status,
        on_reply=lambda _: None,
        on_lost=on_lost,
        timing=timing,
    )
    await connection.start()
    try:
        try:
            async with asyncio.timeout(timing.login + timing.first_report):
                reason = await first
        except TimeoutError as err:
            raise NoReport from err
        if reason is not None:
            raise _ERRORS.get(reason, NoReport)
        with suppress(TimeoutError):  # the serial tells the model, too
            async with asyncio.timeout(timing.version):
                await answered.wait()
        return connection.status
    finally:
        await connection.stop()

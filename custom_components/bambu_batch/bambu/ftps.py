"""FTP over implicit TLS as printers speak it: `ftplib` with the printer's peculiarities."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import ftplib
import selectors
import socket
import ssl
import time
from typing import override

from . import identity
from .connection_settings import ConnectionSettings, Timing
from .errors import (
    CannotConnect,
    CertificateChanged,
    DataNotEncrypted,
    DataPortBusy,
    FileRefused,
    InvalidAuth,
    NoStorage,
    StorageError,
    StorageFull,
    TransferCancelled,
    TransferSlow,
)

_USER = "bblp"
_REFUSED_LOGIN = "530"
_NOT_THERE = "550"

_SEND_BUFFER = 128 * 1024
"""Bytes buffered by the system: with more, the progress is wrong, and 226 comes long after the last block."""

_MOMENT = 0.1
"""Seconds between two checks of the cancel flag while waiting for a reply."""

LONGEST_REPLY = 16 * 1024
"""Bytes of one reply, all its lines together; the greeting is one."""


class PrinterFTP(ftplib.FTP_TLS):
    """Control connection in TLS from the first byte; data connections reuse its session.

    Who answers is known by the pinned certificate alone, on both. The address that the printer
    names for a data connection is ignored: it is opened to the control connection's host, which has
    to prove itself again.
    """

    def __init__(self, context: ssl.SSLContext, timeout: float) -> None:
        """Open nothing yet. `timeout`: seconds for each read or write, and for each whole reply."""
        super().__init__(context=context, timeout=timeout, encoding="latin-1")
        self._seconds = timeout
        self._received = bytearray()
        """What has come on the control connection and was not read yet."""
        self._room = 0
        self._until = 0.0

    @override
    def connect(
        self,
        host: str = "",
        port: int = 0,
        timeout: float | None = -999,
        source_address: tuple[str, int] | None = None,
    ) -> str:
        """Connect and make TLS at once, before the greeting."""
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), self.timeout)
        try:
            self.sock = self.context.wrap_socket(plain)
        except BaseException:
            plain.close()
            raise
        self.af = self.sock.family
        self.welcome = self.getresp()
        return self.welcome

    @override
    def ntransfercmd(
        self, cmd: str, rest: int | str | None = None
    ) -> tuple[socket.socket, int | None]:
        """Open a data connection; in TLS it resumes the control connection's session.

        Raises `DataNotEncrypted`.
        """
        plain, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        if not self._prot_p:  # type: ignore[attr-defined]
            return plain, size
        control = self.sock
        session = control.session if isinstance(control, ssl.SSLSocket) else None
        try:
            return self.context.wrap_socket(plain, session=session), size
        except ssl.SSLCertVerificationError:
            plain.close()
            raise
        except OSError as err:
            plain.close()
            raise DataNotEncrypted from err

    @override
    def getmultiline(self) -> str:
        """Read one whole reply. Bounded: the other side may send without end, or hardly anything.

        Raises `ftplib.Error`, OSError or EOFError.
        """
        self._room = LONGEST_REPLY
        self._until = time.monotonic() + self._seconds
        return super().getmultiline()

    @override
    def getline(self) -> str:
        """Read one line of a reply, without its end."""
        while (end := self._received.find(b"\n")) < 0:
            if len(self._received) > self._room:
                raise ftplib.error_proto("a reply without an end")
            self._receive()
        self._room -= end + 1
        if self._room < 0:
            raise ftplib.error_proto("a reply without an end")
        line = self._received[:end].rstrip(b"\r").decode(self.encoding)
        del self._received[: end + 1]
        return line

    def _receive(self) -> None:
        sock = self.sock
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)  # type: ignore[union-attr]
        try:
            received = sock.recv(LONGEST_REPLY)  # type: ignore[union-attr]
        finally:
            sock.settimeout(self._seconds)  # type: ignore[union-attr]
        if not received:
            raise EOFError
        self._received += received

    def reply(self, seconds: float, stopped: Callable[[], bool]) -> str:
        """Read the reply to a transfer, good or bad.

        Raises `TransferCancelled`, or OSError or EOFError where none comes.
        """
        end = time.monotonic() + seconds
        while not self._has_spoken():
            if stopped():
                raise TransferCancelled
            if time.monotonic() > end:
                raise TimeoutError
        try:
            return self.voidresp()
        except ftplib.Error as err:
            return str(err)

    def _has_spoken(self) -> bool:
        """Wait a moment for something to read on the control connection."""
        if self._received:
            return True
        sock = self.sock
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)  # type: ignore[arg-type]
            return bool(selector.select(_MOMENT))


@contextmanager
def session(
    settings: ConnectionSettings, timing: Timing, *, clear: bool = False
) -> Iterator[PrinterFTP]:
    """A logged-in control connection. `clear`: data connections without TLS."""
    ftp = PrinterFTP(identity.pinned_context(settings.certificate), timing.ftps_socket)
    try:
        try:
            ftp.connect(settings.host, settings.ftps_port)
            ftp.login(_USER, settings.access_code)
            if clear:
                ftp.prot_c()
            else:
                ftp.prot_p()
            ftp.voidcmd("TYPE I")
        except ssl.SSLCertVerificationError as err:
            raise CertificateChanged from err
        except ftplib.all_errors as err:
            if str(err).startswith(_REFUSED_LOGIN):
                raise InvalidAuth from err
            raise CannotConnect from err
        yield ftp
        with suppress(*ftplib.all_errors):
            ftp.quit()
    except ssl.SSLCertVerificationError as err:
        raise CertificateChanged from err
    except ftplib.all_errors as err:
        raise _named(err) from err
    finally:
        ftp.close()


def size(ftp: PrinterFTP, path: str) -> int | None:
    """Return a file's size, None if it is not there."""
    try:
        return ftp.size(path)
    except ftplib.error_perm as err:
        if str(err).startswith(_NOT_THERE):
            return None
        raise
    except ValueError as err:
        raise ftplib.error_proto("SIZE without a number") from err


def delete(ftp: PrinterFTP, path: str) -> None:
    """Delete a file; a missing file counts as deleted."""
    try:
        ftp.delete(path)
    except ftplib.error_perm as err:
        if not str(err).startswith(_NOT_THERE):
            raise


def code_of(reply: str) -> str:
    """What may be shown of a reply: its code, no path and no address."""
    return reply[:3] if reply[:3].isdigit() else ""


def refused(reply: str) -> StorageError | None:
    """Return what a refusal of a file means; None: its size decides."""
    kinds = {
        "425": DataPortBusy,
        "550": FileRefused,
        "552": StorageFull,
        "553": NoStorage,  # our names are always legal
    }
    kind = kinds.get(code_of(reply))
    return kind and kind(code_of(reply))


def _named(err: Exception) -> StorageError:
    if isinstance(err, TimeoutError):
        return TransferSlow("no answer")
    return refused(str(err)) or StorageError(code_of(str(err)) or type(err).__name__)

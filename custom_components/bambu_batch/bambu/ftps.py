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
from .access import Access, Timing
from .exceptions import (
    CannotConnect,
    CertificateChanged,
    InvalidAuth,
    StorageError,
    TransferCancelled,
)

_USER = "bblp"
_REFUSED_LOGIN = "530"
_NOT_THERE = "550"

_SEND_BUFFER = 128 * 1024
"""Bytes in the system's hands: with more, progress lies, and 226 comes long after the last block."""

_MOMENT = 0.1
"""Seconds between two looks at the cancel flag while waiting for a reply."""


class DataHandshakeFailed(StorageError):
    """The printer does not speak TLS on data connections."""


class PrinterFTP(ftplib.FTP_TLS):
    """Control connection in TLS from the first byte; data connections reuse its session."""

    def __init__(self, context: ssl.SSLContext, timeout: float) -> None:
        """Open nothing yet. `timeout`: seconds for each read or write."""
        super().__init__(context=context, timeout=timeout, encoding="latin-1")

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
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
        return self.welcome

    @override
    def ntransfercmd(
        self, cmd: str, rest: int | str | None = None
    ) -> tuple[socket.socket, int | None]:
        """Open a data connection; in TLS it resumes the control connection's session.

        Raises `DataHandshakeFailed`.
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
            raise DataHandshakeFailed from err

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
        sock = self.sock
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)  # type: ignore[arg-type]
            return bool(selector.select(_MOMENT))


@contextmanager
def session(
    access: Access, timing: Timing, *, clear: bool = False
) -> Iterator[PrinterFTP]:
    """A logged-in control connection. `clear`: data connections without TLS."""
    ftp = PrinterFTP(identity.pinned_context(access.certificate), timing.ftps_socket)
    try:
        try:
            ftp.connect(access.host, access.ftps_port)
            ftp.login(_USER, access.access_code)
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
        raise StorageError(code_of(str(err)) or type(err).__name__) from err
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
    """Delete a file; one that is not there is as good."""
    try:
        ftp.delete(path)
    except ftplib.error_perm as err:
        if not str(err).startswith(_NOT_THERE):
            raise


def code_of(reply: str) -> str:
    """What may be shown of a reply: its code, no path and no address."""
    return reply[:3] if reply[:3].isdigit() else ""

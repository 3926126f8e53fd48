"""The printer's file server: implicit FTPS on its own port.

Own code instead of a library: pyftpdlib answers close_notify, knows FEAT and REST and
replies 226 by itself, while a printer does none of that (and that is where its faults are).
"""

import ssl
from typing import Protocol

from . import file_session
from .file_session import FileSession
from .tls import TlsStream
from .tls_server import TlsServer


class Printer(file_session.Printer, Protocol):
    """What the file server asks its printer."""

    def ftps_login(self, *, accepted: bool, clients: int) -> None:
        """Take note of a login, and of how many are logged in now."""

    def may_transfer(self) -> bool:
        """False: the connection is dropped before the handshake."""

    def stalls(self) -> bool:
        """True: the connection is accepted and then left alone."""


class FileServer(TlsServer):
    """Listens on loopback for one printer."""

    def __init__(self, printer: Printer, context: ssl.SSLContext) -> None:
        """Nothing is opened before `start`."""
        super().__init__(context, printer.may_transfer, printer.stalls, self._take)
        self._printer = printer
        self._context = context
        self._sessions: set[FileSession] = set()

    async def _take(self, stream: TlsStream) -> None:
        session = FileSession(
            self._printer, stream, self._context, on_login=self._take_login
        )
        self._sessions.add(session)
        try:
            await session.run()
        finally:
            self._sessions.discard(session)

    def _take_login(self, accepted: bool) -> None:
        clients = sum(session.logged_in for session in self._sessions)
        self._printer.ftps_login(accepted=accepted, clients=clients)

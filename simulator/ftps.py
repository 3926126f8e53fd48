"""The printer's file server: implicit FTPS on its own port.

Own code instead of a library: pyftpdlib answers close_notify, knows FEAT and REST and
replies 226 by itself, while a printer does none of that (and its faults lie there).
"""

import asyncio
from contextlib import suppress
import ssl
from typing import Protocol

from . import file_session
from .file_session import FileSession
from .tls import TlsStream


class Printer(file_session.Printer, Protocol):
    """What the file server asks its printer."""

    def ftps_login(self, *, accepted: bool, clients: int) -> None:
        """Take note of a login, and of how many are logged in now."""

    def may_transfer(self) -> bool:
        """False: the connection is dropped before the handshake."""

    def stalls(self) -> bool:
        """True: the connection is accepted and then left alone."""


class FileServer:
    """Listens on loopback for one printer."""

    def __init__(self, printer: Printer, context: ssl.SSLContext) -> None:
        """Nothing is opened before `start`."""
        self._printer = printer
        self._context = context
        self._sessions: set[FileSession] = set()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], TlsStream] = {}

    async def start(self, port: int) -> None:
        """Listen; port 0 takes a free one. Raises `OSError`."""
        self._server = await asyncio.start_server(
            self._accept, self._printer.host, port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything; returns when no task is left."""
        if self._server:
            self._server.close()
        self.drop()
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()

    def drop(self) -> None:
        """Drop every connection."""
        for stream in self._connections.values():
            stream.reset()

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task
        stream = self._connections[task] = TlsStream(reader, writer, self._context)
        try:
            if not self._printer.may_transfer():
                stream.reset()
            elif self._printer.stalls():
                await stream.hang_up()
            else:
                await self._serve(stream)
        except OSError, TimeoutError, asyncio.CancelledError:
            pass
        finally:
            del self._connections[task]
            stream.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _serve(self, stream: TlsStream) -> None:
        async with asyncio.timeout(30):
            await stream.handshake()
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

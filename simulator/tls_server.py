"""A TLS server on loopback: it refuses, ignores or serves each connection."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import ssl

from .tls import TlsStream


class TlsServer:
    """What the broker and the file server have in common."""

    def __init__(
        self,
        context: ssl.SSLContext,
        admits: Callable[[], bool],
        stalls: Callable[[], bool],
        serve: Callable[[TlsStream], Awaitable[None]],
    ) -> None:
        """`serve` gets each admitted connection after its handshake.

        Not admitted, a connection is dropped before the handshake; stalled, it is
        accepted and then left alone. Nothing is opened before `start`.
        """
        self._context = context
        self._admits = admits
        self._stalls = stalls
        self._serve = serve
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], TlsStream] = {}
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. Raises `OSError`."""
        self._server = await asyncio.start_server(self._accept, host, port)
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
        """Drop every connection, logged in or not."""
        for stream in self._connections.values():
            stream.reset()

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task
        stream = self._connections[task] = TlsStream(reader, writer, self._context)
        try:
            if not self._admits():
                stream.reset()
            elif self._stalls():
                await stream.hang_up()
            else:
                async with asyncio.timeout(30):
                    await stream.handshake()
                await self._serve(stream)
        except OSError, asyncio.CancelledError:
            pass
        finally:
            del self._connections[task]
            stream.close()
            with suppress(OSError):
                await writer.wait_closed()

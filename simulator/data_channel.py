"""FTP data connections, passive, with TLS or in the clear."""

import asyncio
import ssl

from .tls import TlsStream

BLOCK = 64 * 1024
_PATIENCE = 30
"""Real seconds until the client must have connected."""


class NotReusedError(Exception):
    """The client did not resume the control connection's TLS session."""


class DataChannel:
    """One listener for one transfer."""

    def __init__(self) -> None:
        self._listener: asyncio.Server | None = None
        self._streams: asyncio.Future[
            tuple[asyncio.StreamReader, asyncio.StreamWriter]
        ] = asyncio.get_running_loop().create_future()
        self._tls: TlsStream | None = None

    async def listen(self, host: str) -> int:
        """Return the port to connect to."""
        self._listener = await asyncio.start_server(self._accept, host, 0, limit=BLOCK)
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    async def open(
        self, context: ssl.SSLContext | None, *, reuse_required: bool
    ) -> None:
        """Wait for the client; without a context in the clear.

        Raises `OSError` (`TimeoutError` among them) or `NotReusedError`.
        """
        assert self._listener
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await self._streams
            self._listener.close()
            if context:
                self._tls = TlsStream(reader, writer, context)
                await self._tls.handshake()
                if reuse_required and not self._tls.session_reused:
                    raise NotReusedError

    async def read(self) -> bytes:
        """Some bytes; none at the end."""
        if self._tls:
            return await self._tls.read()
        return await self._reader.read(BLOCK)

    async def write(self, content: bytes) -> None:
        """Send, waiting while the reader is slow."""
        if self._tls:
            await self._tls.write(content)
        else:
            self._writer.write(content)
            await self._writer.drain()

    async def hang_up(self) -> None:
        """Wait for the end of TCP: a close_notify is never answered (FM-043)."""
        if self._tls:
            await self._tls.hang_up()

    def finish(self) -> None:
        """End what was sent, in an orderly way."""
        if self._tls:
            self._tls.finish()
        else:
            self._writer.close()

    def close(self) -> None:
        """Close everything at once."""
        if self._listener:
            self._listener.close()
        if not self._streams.cancel() and not self._streams.cancelled():
            self._writer.transport.abort()

    @property
    def _reader(self) -> asyncio.StreamReader:
        return self._streams.result()[0]

    @property
    def _writer(self) -> asyncio.StreamWriter:
        return self._streams.result()[1]

    def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._streams.done():
            writer.transport.abort()
        else:
            self._streams.set_result((reader, writer))

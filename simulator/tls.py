"""TLS on an asyncio stream, without the courtesies that asyncio adds.

A printer never answers close_notify and drops connections without one. asyncio's
own TLS does both unasked, so the records are handled here.
"""

import asyncio
from contextlib import suppress
import socket
import ssl
import struct

_BLOCK = 64 * 1024


class TlsStream:
    """Server side of one TLS connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        context: ssl.SSLContext,
    ) -> None:
        """Nothing is sent or read before `handshake`."""
        self._reader = reader
        self._writer = writer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    @property
    def session_reused(self) -> bool:
        """The client resumed an older session, as a data connection has to."""
        return bool(self._tls.session_reused)

    @property
    def unsent(self) -> int:
        """Bytes that wait for a slow reader."""
        return self._writer.transport.get_write_buffer_size()

    async def handshake(self) -> None:
        """Raise `ConnectionError` or `ssl.SSLError` if it fails."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._drain()
                if not await self._fill():
                    raise ConnectionResetError("closed during the handshake") from None
            except ssl.SSLError:
                await self._drain()  # tells the client why
                raise
            else:
                await self._drain()
                return

    async def read(self) -> bytes:
        """Some bytes; none at the end, whether it was closed properly or broke."""
        while True:
            try:
                return self._tls.read(_BLOCK)
            except ssl.SSLWantReadError:
                if not await self._fill():
                    return b""
            except ssl.SSLError:
                return b""

    async def read_exactly(self, count: int) -> bytes:
        """Raise `ConnectionResetError` at an early end."""
        data = bytearray()
        while len(data) < count:
            try:
                data += self._tls.read(count - len(data)) or self._ended()
            except ssl.SSLWantReadError:
                if not await self._fill():
                    self._ended()
        return bytes(data)

    async def read_line(self) -> bytes:
        """One line with its end; nothing at the end of the stream."""
        line = bytearray()
        while not line.endswith(b"\n") and len(line) < 4096:
            try:
                line += await self.read_exactly(1)
            except OSError:
                return b""
        return bytes(line)

    async def write(self, data: bytes) -> None:
        """Send, waiting while the reader is slow."""
        self._tls.write(data)
        await self._drain()

    def send(self, data: bytes) -> None:
        """Send without waiting; nothing happens on a closed connection."""
        if not self._writer.is_closing():
            self._tls.write(data)
            self._writer.write(self._outgoing.read())

    async def hang_up(self) -> None:
        """Wait until the other side closes TCP, then close: no close_notify is sent."""
        while await self._more():
            pass
        self.abort()

    def close(self) -> None:
        """Send what is waiting, then close TCP without a close_notify."""
        self._writer.close()

    def finish(self) -> None:
        """As `close`, with a close_notify, as a printer ends what it sends."""
        with suppress(ssl.SSLError):  # an answer is not waited for
            self._tls.unwrap()
        self._writer.write(self._outgoing.read())
        self._writer.close()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._writer.transport.abort()

    def reset(self) -> None:
        """Drop it with a TCP reset, as a restarted printer does."""
        sock = self._writer.get_extra_info("socket")
        linger = struct.pack("ii", 1, 0)
        with suppress(OSError):  # it has just been closed
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()

    async def _fill(self) -> bool:
        data = await self._more()
        self._incoming.write(data)
        return bool(data)

    async def _more(self) -> bytes:
        try:
            return await self._reader.read(_BLOCK)
        except ConnectionError:
            return b""

    async def _drain(self) -> None:
        if data := self._outgoing.read():
            self._writer.write(data)
            await self._writer.drain()

    @staticmethod
    def _ended() -> bytes:
        raise ConnectionResetError("closed by the client")

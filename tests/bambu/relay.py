"""A relay between us and a printer: what it gets to see, and what it does to data connections."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
import ssl
from typing import Any
from unittest.mock import patch

from simulator import Printer
from simulator.certificate import make
from simulator.data_channel import DataChannel

HOST = "127.0.0.2"
"""Where it answers in the printer's place."""

_ALERT = bytes.fromhex("15030300020228")
"""TLS: fatal, handshake failure."""


class Relay(StrEnum):
    """What it does to data connections. The others it hands on as they are."""

    HAND_ON = "hand_on"
    CUT = "cut"
    """It closes them at the first byte."""
    ANSWER_NO = "answer_no"
    """It says that there is no TLS to be had, and takes what comes then."""
    SILENT = "silent"
    """It takes everything and answers nothing."""
    NOISE = "noise"
    STRANGER = "stranger"
    """It makes TLS itself, with a certificate that names the printer too."""
    SWAP = "swap"
    """Where it can read what is sent, it sends as many other bytes."""


class Seen:
    """What the relay has read on data connections, and what it does to the next one."""

    def __init__(self, does: Relay) -> None:
        self.does = does
        self.data = bytearray()
        self.connections = 0


@asynccontextmanager
async def relayed(printer: Printer, does: Relay) -> AsyncIterator[Seen]:
    """Stand between; the printer's ports are the relay's as well."""
    seen, listeners = Seen(does), list[asyncio.Server]()
    listen, close = DataChannel.listen, DataChannel.close
    channels: dict[DataChannel, asyncio.Server] = {}
    stranger = make(printer.serial).server_context() if does is Relay.STRANGER else None

    async def open_port(
        port: int,
        handle: Callable[..., Awaitable[None]],
        context: ssl.SSLContext | None = None,
    ) -> asyncio.Server:
        async def accept(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            with suppress(OSError):
                await handle(port, reader, writer)
            writer.close()

        listener = await asyncio.start_server(accept, HOST, port, ssl=context)
        listeners.append(listener)
        return listener

    async def data(port: int, reader: Any, writer: Any) -> None:
        seen.connections += 1
        await _on_data(seen, seen.does, printer.host, port, reader, writer)

    async def hand_on(port: int, reader: Any, writer: Any) -> None:
        await _through(printer.host, port, reader, writer, lambda block: block)

    async def announced(channel: DataChannel, host: str) -> int:
        port = await listen(channel, host)
        channels[channel] = await open_port(port, data, stranger)
        return port

    def closed(channel: DataChannel) -> None:
        if listener := channels.pop(channel, None):
            listener.close()
            listeners.remove(listener)
        close(channel)

    with (
        patch.object(DataChannel, "listen", announced),
        patch.object(DataChannel, "close", closed),
    ):
        try:
            await open_port(printer.ftps_port, hand_on)
            await open_port(printer.mqtt_port, hand_on)
            yield seen
        finally:
            for listener in listeners:
                listener.close()


async def _on_data(
    seen: Seen, does: Relay, host: str, port: int, reader: Any, writer: Any
) -> None:
    first = await reader.read(65536)
    seen.data += first
    is_tls = first[:1] == b"\x16"
    if is_tls and does is Relay.CUT:
        return
    if is_tls and does is Relay.ANSWER_NO:
        writer.write(_ALERT)
        return
    if is_tls and does is Relay.NOISE:
        writer.write(b"150 no TLS here\r\n" * 100)
        return
    if does in (Relay.SILENT, Relay.STRANGER):
        while block := await reader.read(65536):
            seen.data += block
        return

    def change(block: bytes) -> bytes:
        seen.data += block
        return bytes(len(block)) if does is Relay.SWAP and not is_tls else block

    await _through(host, port, reader, writer, change, first)


async def _through(
    host: str,
    port: int,
    reader: Any,
    writer: Any,
    change: Callable[[bytes], bytes],
    first: bytes = b"",
) -> None:
    there, to_printer = await asyncio.open_connection(host, port)

    async def pump(
        source: Any, target: Any, change: Callable[[bytes], bytes], block: bytes = b""
    ) -> None:
        with suppress(OSError):
            while block := block or await source.read(65536):
                target.write(change(block))
                await target.drain()
                block = b""
        target.close()

    await asyncio.gather(
        pump(reader, to_printer, change, first),
        pump(there, writer, lambda block: block),
    )

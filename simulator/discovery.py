"""The printers' announcements: NOTIFY over UDP, and answers to M-SEARCH.

Real printers send to 239.255.255.250 port 2021; here it is a loopback address of choice.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from .printer import Printer

SERVICE = "urn:bambulab-com:device:3dprinter:1"
_EVERY = 5.0
"""Real seconds."""


class Announcer(asyncio.DatagramProtocol):
    """Announces all printers of a farm from one socket."""

    def __init__(self, printers: Iterable[Printer], target: tuple[str, int]) -> None:
        """`target`: where a client listens."""
        self._printers = tuple(printers)
        self._target = target
        self._transport: asyncio.DatagramTransport | None = None
        self._repeating: asyncio.Task[None] | None = None
        self.port = 0
        """Where an M-SEARCH is answered."""

    async def start(self, host: str, port: int = 0) -> None:
        """Begin. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(host, port)
        )
        self.port = self._transport.get_extra_info("sockname")[1]
        self._repeating = asyncio.create_task(self._repeat())

    async def stop(self) -> None:
        """Fall silent."""
        if self._repeating:
            self._repeating.cancel()
            await asyncio.gather(self._repeating, return_exceptions=True)
        if self._transport:
            self._transport.close()

    def announce(self) -> None:
        """Announce everybody now."""
        for printer in self._printers:
            if printer.powered:
                self._send(_message(printer, "NOTIFY * HTTP/1.1", "NT"), self._target)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Answer a search for printers."""
        if data.startswith(b"M-SEARCH ") and SERVICE.encode() in data:
            for printer in self._printers:
                if printer.powered:
                    self._send(_message(printer, "HTTP/1.1 200 OK", "ST"), addr)

    def _send(self, text: str, target: tuple[str, int]) -> None:
        assert self._transport
        with suppress(OSError):
            self._transport.sendto(text.encode(), target)

    async def _repeat(self) -> None:
        while True:
            self.announce()
            await asyncio.sleep(_EVERY)


def _message(printer: Printer, first_line: str, type_header: str) -> str:
    headers = {
        "HOST": "239.255.255.250:1990",
        "Server": "UPnP/1.0",
        "Location": printer.host,
        type_header: SERVICE,
        "USN": printer.serial,
        "Cache-Control": "max-age=1800",
        "DevModel.bambu.com": printer.model.code,
        "DevName.bambu.com": printer.spec.name,
        "DevSignal.bambu.com": "-50",
        "DevConnect.bambu.com": "lan",
        "DevBind.bambu.com": "free",
        "Devseclink.bambu.com": "secure",
        "DevVersion.bambu.com": printer.firmware,
        "DevCap.bambu.com": "1",
    }
    lines = [first_line, *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines) + "\r\n\r\n"

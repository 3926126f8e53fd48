"""Printers announce themselves on UDP 2021 with SSDP texts. A hint for set-up, no more.

Anybody on the LAN can send such a text: it is only used to fill in an address. What
counts is the certificate that answers there.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import ipaddress
import logging
import re
import socket
from typing import override

from . import models
from .identity import is_serial

_LOGGER = logging.getLogger(__name__)

PORT = 2021
GROUP = "239.255.255.250"

_TYPE = "urn:bambulab-com:device:3dprinter:1"
_SEARCH = (
    "M-SEARCH * HTTP/1.1\r\n"
    f"HOST: {GROUP}:{PORT}\r\n"
    'MAN: "ssdp:discover"\r\n'
    "MX: 3\r\n"
    f"ST: {_TYPE}\r\n\r\n"
).encode()
_LARGEST = 2048
_LONGEST_NAME = 100
_NOT_IN_NAMES = re.compile(r"[^\w '&+,.()#-]|(?<=www)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a printer says about itself; none of it is proven."""

    host: str = field(repr=False)
    """IP address."""
    serial: str = field(repr=False)
    model: str | None = None
    """Model code of `models.py`, None if it is not in there."""
    name: str | None = field(default=None, repr=False)
    firmware: str | None = None
    sender: str = field(default="", repr=False)
    """Who sent the datagram. One sender may announce several printers, but not any number of them."""


def parse(data: bytes, sender: str) -> Announcement | None:
    """Read a datagram; None for anything but a printer's announcement."""
    if len(data) > _LARGEST:
        return None
    first, *lines = data.decode(errors="replace").splitlines() or [""]
    if not first.startswith(("NOTIFY ", "HTTP/1.1 200")):
        return None
    headers = {
        key.strip().lower(): value.strip()
        for key, colon, value in (line.partition(":") for line in lines)
        if colon
    }
    serial = headers.get("usn", "").upper()
    if _TYPE not in (headers.get("nt"), headers.get("st")):
        return None
    if not is_serial(serial):
        return None
    model = models.by_code(headers.get("devmodel.bambu.com"))
    version = headers.get("devversion.bambu.com", "")
    return Announcement(
        host=_address(headers.get("location", ""), sender) or sender,
        serial=serial,
        model=model.code if model else None,
        name=_name(headers.get("devname.bambu.com", "")),
        firmware=version if re.fullmatch(r"[0-9.]{1,20}", version) else None,
        sender=sender,
    )


def _address(location: str, sender: str) -> str | None:
    """Return the address that is announced, None for one that no printer has.

    A zone (`fe80::1%…`) may be any text, and means nothing to anybody but the sender.
    """
    try:
        address = ipaddress.ip_address(location)
        own = ipaddress.ip_address(sender).is_loopback
    except ValueError:
        return None
    if (
        address.is_multicast
        or address.is_unspecified
        or address.is_reserved
        or (address.is_loopback and not own)
        or getattr(address, "scope_id", None)
    ):
        return None
    return str(address)


def _name(said: str) -> str | None:
    """Return a printer's name without what dialogs and titles would turn into links or pictures."""
    plain = " ".join(_NOT_IN_NAMES.sub(" ", said).split())
    return plain[:_LONGEST_NAME].strip() or None


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, heard: Callable[[Announcement], None]) -> None:
        self._heard = heard

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        try:
            if announcement := parse(data, str(addr[0])):
                self._heard(announcement)
        except Exception:
            _LOGGER.exception("Error while handling a printer's announcement")


async def listen(
    heard: Callable[[Announcement], None],
    *,
    interface: str = "0.0.0.0",
    port: int = PORT,
    group: str | None = GROUP,
    ask: tuple[str, int] | None = (GROUP, PORT),
) -> Callable[[], None] | None:
    """Call `heard` for each announcement until the returned function is called.

    Also asks all printers to announce themselves now. The port is shared with slicers
    and other integrations. Returns None, without an error, if it is not available.
    """
    try:
        sock = _shared_socket(interface, port, group)
    except OSError as err:
        _LOGGER.debug("Cannot listen for printers: %s", err.strerror)
        return None
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Listener(heard), sock=sock
    )
    if ask:
        transport.sendto(_SEARCH, ask)
    return transport.close


def _shared_socket(interface: str, port: int, group: str | None) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((interface, port))
        if group:
            out = socket.inet_aton(interface)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, out)
            member = socket.inet_aton(group) + out
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    except BaseException:
        sock.close()
        raise
    return sock

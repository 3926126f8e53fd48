"""MQTT 3.1.1 packets, as far as a printer's broker needs them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum

MAX_PACKET = 1 << 20
"""Bytes. A printer's messages are 10 kB at most."""


class Kind(IntEnum):
    """Packet types (MQTT 3.1.1, table 2.1)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


class ProtocolError(Exception):
    """The client sent something that is not MQTT 3.1.1."""


@dataclass(frozen=True, slots=True)
class Connect:
    """Who wants to log in."""

    client_id: str
    username: str
    password: str
    keepalive: int
    """Seconds; 0 = none."""


@dataclass(frozen=True, slots=True)
class Publish:
    """A message from a client."""

    topic: str
    payload: bytes
    qos: int
    identifier: int


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet with its body still to be read."""

    kind: Kind
    flags: int
    body: bytes


async def read(read_exactly: Callable[[int], Awaitable[bytes]]) -> Packet:
    """Read one packet. Errors of `read_exactly` pass through."""
    first = (await read_exactly(1))[0]
    length = shift = 0
    while True:
        octet = (await read_exactly(1))[0]
        length |= (octet & 0x7F) << shift
        shift += 7
        if not octet & 0x80:
            break
        if shift > 21:
            raise ProtocolError("malformed length")
    if length > MAX_PACKET:
        raise ProtocolError(f"{length} bytes are too many")
    try:
        kind = Kind(first >> 4)
    except ValueError as err:
        raise ProtocolError(f"packet type {first >> 4}") from err
    return Packet(kind, first & 0xF, await read_exactly(length) if length else b"")


class _Body:
    """Reads the fields of a body in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        if len(part) < count:
            raise ProtocolError("packet ends too early")
        self._at += count
        return part

    def number(self, size: int = 2) -> int:
        return int.from_bytes(self.take(size))

    def text(self) -> str:
        try:
            return self.take(self.number()).decode()
        except UnicodeDecodeError as err:
            raise ProtocolError("text is not UTF-8") from err

    def rest(self) -> bytes:
        return self.take(len(self._data) - self._at)

    def __bool__(self) -> bool:
        return self._at < len(self._data)


def connect(packet: Packet) -> Connect:
    """Read a CONNECT, the first packet of every connection."""
    if packet.kind is not Kind.CONNECT:
        raise ProtocolError(f"{packet.kind.name} before CONNECT")
    body = _Body(packet.body)
    if (name := body.text()) != "MQTT" or body.number(1) != 4:
        raise ProtocolError(f"{name} is not MQTT 3.1.1")
    flags, keepalive, client_id = body.number(1), body.number(), body.text()
    if flags & 0x04:  # a last will: topic and message
        body.text()
        body.take(body.number())
    username = body.text() if flags & 0x80 else ""
    password = body.text() if flags & 0x40 else ""
    return Connect(client_id, username, password, keepalive)


def publish(packet: Packet) -> Publish:
    """Read a PUBLISH."""
    body, qos = _Body(packet.body), packet.flags >> 1 & 3
    if qos > 1:
        raise ProtocolError(f"QoS {qos}")
    topic = body.text()
    identifier = body.number() if qos else 0
    return Publish(topic, body.rest(), qos, identifier)


def subscribe(packet: Packet) -> tuple[int, list[str]]:
    """Read a SUBSCRIBE: identifier and topic filters."""
    body = _Body(packet.body)
    identifier, topics = body.number(), []
    while body:
        topics.append(body.text())
        body.number(1)
    return identifier, topics


def unsubscribe(packet: Packet) -> tuple[int, list[str]]:
    """Read an UNSUBSCRIBE: identifier and topic filters."""
    body = _Body(packet.body)
    identifier, topics = body.number(), []
    while body:
        topics.append(body.text())
    return identifier, topics


def build(kind: Kind, body: bytes = b"", flags: int = 0) -> bytes:
    """Write a packet."""
    length, octets = len(body), bytearray()
    while True:
        length, octet = length >> 7, length & 0x7F
        octets.append(octet | 0x80 if length else octet)
        if not length:
            return bytes([kind << 4 | flags]) + bytes(octets) + body


def build_publish(topic: str, payload: bytes) -> bytes:
    """Write a PUBLISH of QoS 0."""
    name = topic.encode()
    return build(Kind.PUBLISH, len(name).to_bytes(2) + name + payload)


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a filter with `+` and `#` covers a topic (MQTT 3.1.1, section 4.7)."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(levels) or level not in ("+", levels[index]):
            return False
    return len(wanted) == len(levels)

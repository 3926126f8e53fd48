"""The printer's MQTT broker: TLS, login, one report and one request topic.

Own code instead of a broker library, because the faults sit inside the protocol:
a session that swallows requests, drops without notice, or ends because of a topic.
"""

import asyncio
import itertools
import ssl
from typing import Protocol

from . import packets
from .packets import Kind, ProtocolError
from .tls import TlsStream
from .tls_server import TlsServer

ACCEPTED = 0
BAD_CREDENTIALS = 5

_SLOW_READER = 4 << 20
"""Unsent bytes after which a client is dropped."""


class Session:
    """One logged-in client."""

    _numbers = itertools.count(1)

    def __init__(self, client: packets.Connect, stream: TlsStream) -> None:
        """Nothing is subscribed yet."""
        self.number = next(self._numbers)
        self.client_id = client.client_id or f"nameless-{self.number}"
        self.keepalive = client.keepalive
        self.began = asyncio.get_running_loop().time()
        self.topics: set[str] = set()
        self.saw_full_report = False
        """It has got every key: in one full report, or the missing ones later."""
        self.lacks: set[str] = set()
        """Keys that its full report lacked and that it has not got since."""
        self.last_pushall: float | None = None
        """Real time of the event loop."""
        self._stream = stream

    def publish(self, topic: str, payload: bytes) -> bool:
        """Send a message if its topic is subscribed to; returns whether it was sent."""
        if not any(packets.matches(wanted, topic) for wanted in self.topics):
            return False
        if self._stream.unsent > _SLOW_READER:
            self.drop()
            return False
        self._stream.send(packets.build_publish(topic, payload))
        return True

    def drop(self) -> None:
        """Close the connection without notice."""
        self._stream.reset()


class Owner(Protocol):
    """What the broker asks its printer."""

    def may_connect(self) -> bool:
        """False: the connection is dropped before the handshake."""

    def stalls(self) -> bool:
        """True: the connection is accepted and then left alone."""

    def login(self, client: packets.Connect) -> int:
        """Return the CONNACK code."""

    def connected(self, session: Session) -> bool:
        """Take note of a session that logged in; True drops all the others."""

    def disconnected(self, session: Session) -> None:
        """Take note of its end."""

    def may_subscribe(self, session: Session, topic: str) -> bool:
        """False drops the session."""

    def received(self, session: Session, message: packets.Publish) -> bool:
        """Handle a message; False: leave it without a PUBACK."""


class Broker(TlsServer):
    """Listens on loopback for one printer."""

    def __init__(self, owner: Owner, context: ssl.SSLContext) -> None:
        """Nothing is opened before `start`."""
        super().__init__(context, owner.may_connect, owner.stalls, self._take)
        self._owner = owner
        self.sessions: list[Session] = []

    def publish(self, topic: str, payload: bytes) -> list[Session]:
        """Send a message to all who subscribed; returns who got it."""
        return [
            session
            for session in list(self.sessions)
            if session.publish(topic, payload)
        ]

    async def _take(self, stream: TlsStream) -> None:
        try:
            async with asyncio.timeout(30):
                client = packets.connect(await packets.read(stream.read_exactly))
            await self._log_in(client, stream)
        except ProtocolError:
            pass
        finally:
            stream.abort()  # what a slow reader has not received is lost

    async def _log_in(self, client: packets.Connect, stream: TlsStream) -> None:
        code = self._owner.login(client)
        await stream.write(packets.build(Kind.CONNACK, bytes([0, code])))
        if code != ACCEPTED:
            stream.close()
            return
        session = Session(client, stream)
        for older in self.sessions:
            if older.client_id == session.client_id:
                older.drop()
        self.sessions.append(session)
        if self._owner.connected(session):
            for other in self.sessions[:-1]:
                other.drop()
        try:
            await self._converse(session, stream)
        finally:
            self.sessions.remove(session)
            self._owner.disconnected(session)

    async def _converse(self, session: Session, stream: TlsStream) -> None:
        patience = session.keepalive * 1.5 or None
        while True:
            async with asyncio.timeout(patience):
                packet = await packets.read(stream.read_exactly)
            match packet.kind:
                case Kind.PUBLISH:
                    message = packets.publish(packet)
                    if self._owner.received(session, message) and message.qos:
                        answer = message.identifier.to_bytes(2)
                        await stream.write(packets.build(Kind.PUBACK, answer))
                case Kind.SUBSCRIBE:
                    identifier, topics = packets.subscribe(packet)
                    if not all(
                        self._owner.may_subscribe(session, topic) for topic in topics
                    ):
                        stream.reset()
                        return
                    session.topics.update(topics)
                    answer = identifier.to_bytes(2) + bytes(len(topics))
                    await stream.write(packets.build(Kind.SUBACK, answer))
                case Kind.UNSUBSCRIBE:
                    identifier, topics = packets.unsubscribe(packet)
                    session.topics.difference_update(topics)
                    await stream.write(
                        packets.build(Kind.UNSUBACK, identifier.to_bytes(2))
                    )
                case Kind.PINGREQ:
                    await stream.write(packets.build(Kind.PINGRESP))
                case Kind.DISCONNECT:
                    return
                case _:
                    raise ProtocolError(f"unexpected {packet.kind.name}")

"""One MQTT session at its edges: odd brokers, stalled sockets, many messages at once."""

import asyncio
from dataclasses import replace
import logging
import socket
import ssl
import struct
from unittest.mock import patch

import pytest

from custom_components.bambu_batch.bambu.command import Command, get_version
from custom_components.bambu_batch.bambu.errors import CannotConnect, InvalidAuth
from custom_components.bambu_batch.bambu.packets import LARGEST_PACKET
from custom_components.bambu_batch.bambu.session import Session

from .broker import ACCEPTED, SERIAL, broker
from .watch import FAST

pytestmark = pytest.mark.usefixtures("socket_enabled")

TOPIC = f"device/{SERIAL}/report".encode()


def message(payload: bytes) -> bytes:
    """A PUBLISH packet of the report topic."""
    content = len(TOPIC).to_bytes(2) + TOPIC + payload
    length, rest = bytearray(), len(content)
    while True:
        rest, low = divmod(rest, 128)
        length.append(low | (0x80 if rest else 0))
        if not rest:
            return b"\x30" + bytes(length) + content


def nobody(_: bytes) -> None:
    pass


async def ended(session: Session) -> None:
    async with asyncio.timeout(3):
        await session.closed.wait()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (4, InvalidAuth),
        (5, InvalidAuth),
        (1, CannotConnect),
        (2, CannotConnect),
        (3, CannotConnect),
        (77, CannotConnect),
    ],
)
async def test_fm_077_the_codes_of_a_refused_login(
    code: int, error: type[Exception]
) -> None:
    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes([0x20, 2, 0, code]))
        await writer.drain()
        await asyncio.sleep(1)

    async with broker(refuse) as access:
        session = Session(access, FAST, nobody)
        with pytest.raises(error):
            await session.open()
        assert session.closed.is_set()
        assert not session.publish(get_version(40001))


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x00" * 20, b"\xff" * 20, b"HTTP/1.1 400\r\n\r\n", b"\x20\x01\x00"],
)
async def test_what_does_not_speak_mqtt_cannot_be_connected(answer: bytes) -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with broker(babble) as access:
        with pytest.raises(CannotConnect):
            await Session(access, FAST, nobody).open()


async def test_a_login_without_an_answer_ends_after_its_time() -> None:
    async def wait(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(9)

    async with broker(wait) as access:
        session = Session(access, replace(FAST, login=0.1), nobody)
        with pytest.raises(CannotConnect):
            await session.open()


@pytest.mark.parametrize(
    "garbage", [b"\x00\x00", b"\x30\x02\xff\xff", b"\x30\x01\x00", b"\x40\x00", b"\x90"]
)
async def test_garbage_ends_the_session_and_nothing_else(garbage: bytes) -> None:
    async def babble(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(ACCEPTED)
        await reader.read(200)
        writer.write(garbage)
        await asyncio.sleep(0.2)

    async with broker(babble) as access:
        session = Session(access, FAST, nobody)
        await session.open()
        await ended(session)
        session.close()


async def test_messages_that_share_a_tls_record_are_all_read() -> None:
    got: list[bytes] = []
    payloads = [str(number).encode() for number in range(1000)]

    async def burst(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ACCEPTED)
        await reader.read(200)
        writer.write(b"".join(map(message, payloads)))
        await asyncio.sleep(0.5)

    async with broker(burst) as access:
        session = Session(access, FAST, got.append)
        await session.open()
        async with asyncio.timeout(3):
            while len(got) < len(payloads):
                await asyncio.sleep(0.01)
        session.close()
    assert got == payloads


async def test_what_tls_has_taken_in_but_nobody_has_read_is_unread() -> None:
    """The socket is empty then: the rest of the record waits in the TLS layer."""
    unread: list[bool] = []
    payloads = [str(number).encode() for number in range(150)]

    async def burst(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ACCEPTED)
        await reader.read(200)
        writer.write(b"".join(map(message, payloads)))
        await asyncio.sleep(9)  # until the test is over

    async with broker(burst) as access:
        session = Session(access, FAST, lambda _: unread.append(session.unread))
        await session.open()
        async with asyncio.timeout(3):
            while len(unread) < len(payloads):
                await asyncio.sleep(0.01)
        session.close()
    assert unread == [True] * (len(payloads) - 1) + [False]


async def test_short_messages_cost_few_reads_of_the_socket() -> None:
    """Each is the work of a whole TLS call; a farm sends a hundred messages a second."""
    got: list[bytes] = []
    payloads = [str(number).encode() for number in range(50)]

    async def burst(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ACCEPTED)
        await reader.read(200)
        writer.write(b"".join(map(message, payloads)))
        await asyncio.sleep(9)  # until the test is over

    with patch.object(
        ssl.SSLSocket, "recv", autospec=True, side_effect=ssl.SSLSocket.recv
    ) as recv:
        async with broker(burst) as access:
            session = Session(access, FAST, got.append)
            await session.open()
            async with asyncio.timeout(3):
                while len(got) < len(payloads):
                    await asyncio.sleep(0.01)
            session.close()
    assert got == payloads
    assert recv.call_count < len(payloads) / 2


async def test_packets_that_come_in_pieces_are_put_together() -> None:
    got: list[bytes] = []
    ping_answer = b"\xd0\x00"
    stream = message(b"one") + ping_answer + message(bytes(300)) + message(b"three")

    async def trickle(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(ACCEPTED)
        await reader.read(200)
        for place in range(0, len(stream), 3):
            writer.write(stream[place : place + 3])
            await writer.drain()
        await asyncio.sleep(9)  # until the test is over

    async with broker(trickle) as access:
        session = Session(access, FAST, got.append)
        await session.open()
        async with asyncio.timeout(3):
            while len(got) < 3:
                await asyncio.sleep(0.01)
        assert not session.closed.is_set()
        session.close()
    assert got == [b"one", bytes(300), b"three"]


async def test_odd_reports_are_messages_too() -> None:
    """Empty, sent again, retained, or with a QoS that wants an answer."""
    got: list[bytes] = []
    content = len(TOPIC).to_bytes(2) + TOPIC + b"\x00\x07four"
    acknowledged = bytes((0x32, len(content))) + content
    odd = (message(b""), b"\x39" + message(b"two")[1:], acknowledged)

    async def burst(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ACCEPTED)
        await reader.read(200)
        writer.write(b"".join(odd))
        await asyncio.sleep(9)  # until the test is over

    async with broker(burst) as access:
        session = Session(access, FAST, got.append)
        await session.open()
        async with asyncio.timeout(3):
            while len(got) < len(odd):
                await asyncio.sleep(0.01)
        session.close()
    assert sorted(got) == [b"", b"four", b"two"]


async def test_fm_080_one_bad_message_does_not_lose_the_next() -> None:
    got: list[bytes] = []

    def handle(payload: bytes) -> None:
        got.append(payload)
        if payload == b"bad":
            raise ValueError("of the handler")

    async def burst(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ACCEPTED)
        await reader.read(200)
        writer.write(message(b"bad") + message(b"good"))
        await asyncio.sleep(9)  # until the test is over

    async with broker(burst) as access:
        session = Session(access, FAST, handle)
        await session.open()
        async with asyncio.timeout(3):
            while len(got) < 2:
                await asyncio.sleep(0.01)
        assert not session.closed.is_set()
        session.close()


class SlowReader:
    """A broker that reads nothing after the login until it may."""

    def __init__(self) -> None:
        self.arrived = bytearray()
        self.read_on = asyncio.Event()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(ACCEPTED)
        await self.read_on.wait()
        while block := await reader.read(1 << 20):
            self.arrived.extend(block)


async def test_what_cannot_leave_at_once_never_leaves() -> None:
    """A start must not reach the printer minutes after it was decided."""
    slow = SlowReader()
    async with broker(slow.serve) as access:
        session = Session(access, FAST, nobody)
        await session.open()
        large = Command("40001", "large", b"x" * (32 << 20))
        assert not session.publish(large)
        assert session.closed.is_set()
        assert not session.publish(get_version(40002))
        slow.read_on.set()
        await asyncio.sleep(0.5)
    assert len(slow.arrived) < 32 << 20


async def test_nothing_is_published_behind_what_still_waits_to_leave() -> None:
    """It would leave when that has left; so it is dropped, and the session lives on."""
    slow = SlowReader()
    async with broker(slow.serve) as access:
        session = Session(access, FAST, nobody)
        await session.open()
        session._client.publish("backlog", b"x" * (32 << 20))
        assert not session.publish(get_version(40001))
        assert not session.closed.is_set()
        slow.read_on.set()
        async with asyncio.timeout(5):
            while not session.publish(get_version(40002)):
                await asyncio.sleep(0.01)
            while b"40002" not in slow.arrived:
                await asyncio.sleep(0.01)
        session.close()
    assert len(slow.arrived) > 32 << 20
    assert b"40001" not in slow.arrived


async def test_closing_takes_leave_of_the_broker() -> None:
    last = bytearray()

    async def listen(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(ACCEPTED)
        while block := await reader.read(1 << 16):
            last.extend(block)

    async with broker(listen) as access:
        session = Session(access, FAST, nobody)
        await session.open()
        session.close()
        session.close()
        async with asyncio.timeout(3):
            while not last.endswith(b"\xe0\x00"):
                await asyncio.sleep(0.01)


async def test_a_reset_ends_the_session_and_breaks_no_protocol(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    async def restart(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ACCEPTED + message(b"{}"))
        await writer.drain()
        await asyncio.sleep(0.2)
        now = struct.pack("ii", 1, 0)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        writer.transport.abort()

    heard: list[bytes] = []
    async with broker(restart) as access:
        session = Session(access, FAST, heard.append)
        await session.open()
        await ended(session)
    assert heard == [b"{}"]
    assert "Traceback" not in caplog.text


async def test_what_arrived_before_an_abort_is_dropped() -> None:
    got: list[bytes] = []

    async def burst(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ACCEPTED)
        await reader.read(200)
        writer.write(message(b"first") + message(b"second"))
        await asyncio.sleep(0.5)

    async with broker(burst) as access:

        def handle(payload: bytes) -> None:
            got.append(payload)
            session.abort()

        session = Session(access, FAST, handle)
        await session.open()
        await ended(session)
        await asyncio.sleep(0.05)
        assert session.unread
    assert got == [b"first"]


class TestPacketSize:
    @pytest.mark.parametrize("greeting", [b"", ACCEPTED])
    @pytest.mark.parametrize("claim", [b"\x30\xff\xff\xff\x7f", b"\x30\x81\x80\x40"])
    async def test_what_claims_more_than_a_mebibyte_ends_the_session_unread(
        self, greeting: bytes, claim: bytes
    ) -> None:
        """Only the claim is sent: whoever waits for the rest makes room for it."""

        async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(greeting)
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.write(claim + bytes(10))
            await writer.drain()
            await asyncio.sleep(5)

        async with broker(behave) as access:
            session = Session(access, FAST, nobody)
            if greeting:
                await session.open()
            else:
                with pytest.raises(CannotConnect):
                    async with asyncio.timeout(1):
                        await session.open()
            async with asyncio.timeout(1):
                await session.closed.wait()

    async def test_a_mebibyte_is_taken(self) -> None:
        payload = bytes(LARGEST_PACKET - 2 - len(TOPIC))
        received: list[int] = []

        async def behave(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(ACCEPTED)
            await reader.read(1000)
            writer.write(message(payload))
            await writer.drain()
            await asyncio.sleep(5)

        async with broker(behave) as access:
            session = Session(access, FAST, lambda data: received.append(len(data)))
            await session.open()
            async with asyncio.timeout(4):
                while not received:
                    await asyncio.sleep(0.01)
            assert received == [len(payload)]
            session.close()

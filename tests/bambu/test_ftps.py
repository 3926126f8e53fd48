"""The control connection: a server may answer anything, and take any time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
import hashlib
from pathlib import Path
from unittest.mock import patch

import pytest

from custom_components.bambu_batch.bambu import errors, ftps
from custom_components.bambu_batch.bambu.connection_settings import ConnectionSettings
from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.storage import Storage
from simulator import Printer
from simulator.certificate import make
from simulator.file_session import FileSession

from .watch import FAST, access_to, happened

SERIAL = "03000A000000001"
SHORT = replace(FAST, ftps_socket=0.5)

type Talk = Callable[[asyncio.StreamWriter], Awaitable[None]]

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def one_endless_line(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"2" * 1000)
        await writer.drain()


async def endless_lines(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"220-and so on\r\n" * 100)
        await writer.drain()


async def a_byte_now_and_then(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"2")
        await writer.drain()
        await asyncio.sleep(0.05)


async def lines_now_and_then(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"220-wait\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def bytes_that_are_no_reply(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\xff\x00\r\n")
    await writer.drain()


@asynccontextmanager
async def server(
    talk: Talk, *, greeting: bytes = b""
) -> AsyncIterator[ConnectionSettings]:
    """A server with the pinned certificate that greets and then talks."""
    credentials = make(SERIAL)
    talking: set[asyncio.Task[None]] = set()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        talking.add(task)
        writer.write(greeting)
        with suppress(OSError, asyncio.CancelledError):
            await talk(writer)
        writer.close()

    listening = await asyncio.start_server(
        serve, "127.0.0.1", 0, ssl=credentials.server_context()
    )
    async with listening:
        yield ConnectionSettings(
            host="127.0.0.1",
            access_code="12345678",
            serial=SERIAL,
            ftps_port=listening.sockets[0].getsockname()[1],
            certificate=credentials.certificate,
        )
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking)


@pytest.mark.parametrize(
    "talk",
    [
        one_endless_line,
        endless_lines,
        a_byte_now_and_then,
        lines_now_and_then,
        bytes_that_are_no_reply,
    ],
)
@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"])
async def test_a_reply_is_bounded_in_bytes_and_in_time(
    talk: Talk, greeting: bytes
) -> None:
    async with server(talk, greeting=greeting) as access, asyncio.timeout(5):
        with pytest.raises(errors.CannotConnect):
            await Storage(access, timing=SHORT).login()


async def test_replies_of_many_lines_or_in_one_packet_are_read_whole() -> None:
    lines = b"".join(b"220-line %d\r\n" % number for number in range(200))
    answers = iter([b"331\r\n", b"230\r\n", b"200\r\n", b"200\r\n", b"200\r\n"])

    async def answer(writer: asyncio.StreamWriter) -> None:
        for one in answers:
            writer.write(one)
        await writer.drain()
        await asyncio.sleep(0.3)

    assert len(lines) < ftps.LONGEST_REPLY
    async with server(answer, greeting=lines + b"220 end\r\n") as access:
        await Storage(access, timing=SHORT).login()


async def test_what_size_does_not_find_is_not_deleted(
    printer: Printer, tmp_path: Path
) -> None:
    """Small servers that stand in for a printer know no DELE."""

    async def unknown(session: FileSession, _: str) -> None:
        await session._reply("502 Command not implemented.")

    content = b"a plate"
    path = tmp_path / "part"
    path.write_bytes(content)
    name = remote_name(hashlib.sha256(content).hexdigest())
    with patch.object(FileSession, "_delete", unknown):
        await Storage(access_to(printer), timing=FAST).upload(path, name)
    assert happened(printer, "ftps_login") == 1
    assert printer.card.files[f"/cache/{name}"].content == content

"""Spoolman over a real socket: what it says, and that nothing is sent a second time."""

from collections.abc import AsyncGenerator
from contextlib import suppress
import gzip
from unittest.mock import patch

from aiohttp import ClientSession, ClientTimeout, web
import pytest

from custom_components.bambu_batch.spoolman import client as module
from custom_components.bambu_batch.spoolman.answer import LARGEST
from custom_components.bambu_batch.spoolman.client import Client, address
from custom_components.bambu_batch.spoolman.errors import (
    Denied,
    NoAnswer,
    NoSuchSpool,
    NotSpoolman,
    Refused,
    SpoolmanError,
    Unreachable,
)

from .server import Served, break_off, failing


@pytest.fixture
async def session(socket_enabled: None) -> AsyncGenerator[ClientSession]:
    """A session that keeps its connections, as Home Assistant's does."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def client(session: ClientSession, spoolman: Served) -> Client:
    """A client of the small Spoolman."""
    return Client(session, spoolman.url)


async def test_it_tells_of_its_spools(client: Client, spoolman: Served) -> None:
    await client.check()
    assert await client.currency() == "EUR"
    spools = await client.spools()
    assert spools == {1: await client.spool(1)}
    assert (spools[1].left, spools[1].used, spools[1].name) == (1000.0, 0, "#1 White")


async def test_an_archived_spool_is_not_offered_but_known(
    client: Client, spoolman: Served
) -> None:
    spoolman.spoolman.change(1, archived=True)
    assert await client.spools() == {}
    assert (await client.spool(1)).number == 1


async def test_filament_is_used(client: Client, spoolman: Served) -> None:
    after = await client.use(1, 12.345)
    assert (after.used, after.left) == (12.345, 987.655)
    assert spoolman.spoolman.used(1) == 12.345


async def test_a_use_whose_connection_breaks_is_not_sent_again(
    client: Client, spoolman: Served
) -> None:
    """Aiohttp by itself repeats a PUT, and it would be booked twice."""
    await client.spools()  # the connection is there already
    spoolman.spoolman.after = break_off
    with pytest.raises(NoAnswer) as lost:
        await client.use(1, 12.0)
    assert lost.value.may_be_done
    assert spoolman.uses == 1
    assert spoolman.spoolman.used(1) == 12.0


async def test_an_answer_that_does_not_come_may_have_been_done(
    client: Client, spoolman: Served
) -> None:
    async def hang(request: web.Request) -> None:
        await request.read()
        await client.spools()  # another request is no hindrance
        raise web.HTTPGatewayTimeout

    spoolman.spoolman.before = None
    spoolman.spoolman.after = lambda request: (
        hang(request) if request.method == "PUT" else _nothing()
    )
    with (
        patch.object(module, "TIMEOUT", ClientTimeout(total=5)),
        pytest.raises(NoAnswer) as late,
    ):
        await client.use(1, 3.0)
    assert late.value.may_be_done


async def _nothing() -> None:
    return None


async def test_nothing_is_sent_where_nobody_listens(session: ClientSession) -> None:
    with pytest.raises(Unreachable) as away:
        await Client(session, "http://127.0.0.1:1").use(1, 1.0)
    assert not away.value.may_be_done


@pytest.mark.parametrize(
    ("status", "error", "may_be_done"),
    [
        (401, Denied, False),
        (403, Denied, False),
        (404, NotSpoolman, False),
        (405, NotSpoolman, False),
        (307, NotSpoolman, False),
        (400, Refused, False),
        (422, Refused, False),
        (408, NoAnswer, True),
        (500, NoAnswer, True),
        (502, NoAnswer, True),
    ],
)
async def test_every_other_answer_is_an_error(
    client: Client,
    spoolman: Served,
    status: int,
    error: type[SpoolmanError],
    may_be_done: bool,
) -> None:
    spoolman.spoolman.before = failing(status)
    with pytest.raises(error) as refused:
        await client.use(1, 1.0)
    assert refused.value.may_be_done is may_be_done


async def test_a_spool_that_is_not_there_is_told_by_spoolman_alone(
    client: Client, spoolman: Served
) -> None:
    with pytest.raises(NoSuchSpool):
        await client.spool(99)
    spoolman.spoolman.before = failing(404, "404 page not found")  # a proxy
    with pytest.raises(NotSpoolman):
        await client.spool(99)


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"version": "1.0"}'])
async def test_something_else_is_no_spoolman(
    client: Client, spoolman: Served, body: str
) -> None:
    spoolman.spoolman.before = failing(200, body)
    with pytest.raises(SpoolmanError):
        await client.check()
    with pytest.raises(SpoolmanError):
        await client.currency()
    if body != "[]":
        with pytest.raises(SpoolmanError):
            await client.spools()


class TestHostileAnswers:
    @pytest.mark.parametrize(
        "body",
        [
            "[" * 200_000,
            '{"a":' * 200_000,
            f'{{"value": "{"[" * 200_000}"}}',
            '{"value": "NaN"}',
            '{"value": "[[[]]]"}',
            '{"value": "\\"much too long\\""}',
            "NaN",
        ],
    )
    async def test_what_nests_without_end_or_is_no_json_is_no_answer(
        self, client: Client, spoolman: Served, body: str
    ) -> None:
        spoolman.spoolman.before = failing(200, body)
        with pytest.raises(SpoolmanError):
            await client.check()
        with pytest.raises(NoAnswer):
            await client.currency()
        with pytest.raises(NoAnswer):
            await client.spools()
        spoolman.spoolman.before = failing(404, body)
        with pytest.raises(NotSpoolman):
            await client.spool(1)

    @pytest.mark.parametrize("status", [200, 404])
    async def test_an_answer_without_an_end_is_given_up(
        self, client: Client, spoolman: Served, status: int
    ) -> None:
        sent = [0]

        async def endless(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(status=status)
            await response.prepare(request)
            with suppress(OSError):
                while sent[0] < 4 * LARGEST:
                    await response.write(bytes(1 << 20))
                    sent[0] += 1 << 20
            return response

        spoolman.spoolman.before = endless
        with pytest.raises(SpoolmanError):
            await client.spool(1)
        assert sent[0] < 4 * LARGEST

    async def test_a_packed_answer_is_not_unpacked(
        self, client: Client, spoolman: Served
    ) -> None:
        """A thousandth of its size comes over the network."""

        async def packed(request: web.Request) -> web.Response:
            assert request.headers["Accept-Encoding"] == "identity"
            return web.Response(
                body=gzip.compress(b'{"version": "1", "db_type": "sqlite"}'),
                headers={"Content-Encoding": "gzip"},
            )

        spoolman.spoolman.before = packed
        with pytest.raises(NoAnswer):
            await client.check()


async def test_an_error_tells_nothing_of_the_address(session: ClientSession) -> None:
    with pytest.raises(SpoolmanError) as away:
        await Client(session, "http://user:secret@127.0.0.1:1").check()
    assert "secret" not in repr(away.value)
    assert away.value.__cause__ is None
    assert away.value.__suppress_context__


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("http://spools:7912", "http://spools:7912"),
        (" http://spools:7912/ ", "http://spools:7912"),
        ("https://a:b@home/spools/api/v1/", "https://a:b@home/spools"),
        ("http://[::1]:7912/#/spool", "http://[::1]:7912"),
        ("spools:7912", "http://spools:7912"),
        ("192.168.1.20:7912", "http://192.168.1.20:7912"),
        ("192.168.1.20:7912/", "http://192.168.1.20:7912"),
        ("//spools:7912", "http://spools:7912"),
        ("spools", "http://spools"),
        ("spools:7912/api/v1", "http://spools:7912"),
        ("localhost:7912/#/home", "http://localhost:7912"),
        ("a:b@home/spools", "http://a:b@home/spools"),
        ("HTTP://spools:7912", "http://spools:7912"),
        ("[fd00::5]:7912", "http://[fd00::5]:7912"),
        ("fd00::5", "http://[fd00::5]"),
        ("http:spools:7912", None),
        ("http:/spools", None),
        ("the spools", None),
        ("mailto:me", None),
        ("ftp://spools", None),
        ("http://", None),
        ("http://spools:99999", None),
        ("http://spools/?a=1", None),
        ("", None),
    ],
)
def test_addresses(typed: str, kept: str | None) -> None:
    assert address(typed) == kept

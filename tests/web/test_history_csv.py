"""The table of the history on its way: in parts, and to whom still reads it."""

from collections.abc import AsyncGenerator, Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch

from aiohttp import ClientPayloadError
from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.bambu_batch.store.errors import StoreLocked
from custom_components.bambu_batch.store.history import HistoryEntry
from custom_components.bambu_batch.store.repository import Repository
from custom_components.bambu_batch.web import history_csv
from tests.paper import PaperPrinter
from tests.shop import Shop, paper_entry
from tests.store.examples import consumption, record

PAGE = 100


class Books:
    """A history of any length, read page by page when it is let."""

    def __init__(self, runs: int) -> None:
        self.runs = runs
        self.read = 0
        """Pages."""
        self.may_go_on = Event()
        self.fails = False

    def history(
        self,
        _serial: str,
        _since: object,
        _until: object,
        limit: int,
        older_than: HistoryEntry | None,
    ) -> list[HistoryEntry]:
        """Return a page; the first at once."""
        if older_than is not None:
            self.may_go_on.wait(10)
            if self.fails:
                raise StoreLocked
        self.read += 1
        newest = older_than.record.run.run_id if older_than else self.runs + 1
        return [
            HistoryEntry(record(number), consumption())
            for number in range(newest - 1, max(0, newest - 1 - limit), -1)
        ]


@pytest.fixture(name="desk")
async def desk_fixture(
    hass: HomeAssistant, media: Path, paper: PaperPrinter
) -> AsyncGenerator[Shop]:
    """Set up the printer on paper."""
    desk = Shop(hass, paper_entry())
    await desk.open()
    yield desk
    await desk.close()


@pytest.fixture(name="client")
async def client_fixture(
    desk: Shop, hass_client: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """Return somebody who reads the table."""
    client: TestClient[Any, Any] = await hass_client()
    return client


@pytest.fixture(name="path")
def path_fixture(desk: Shop) -> str:
    """Return where the table is."""
    return f"/api/bambu_batch/history/{desk.entity_id('todo', 'queue')}.csv"


@pytest.fixture(name="open_books")
def open_books_fixture() -> Iterator[Callable[[int], Books]]:
    """Put books of so many runs in the place of the printer's own."""
    opened: list[Any] = []

    def put(runs: int) -> Books:
        books = Books(runs)
        opened.append(patch.object(Repository, "history", side_effect=books.history))
        opened[-1].start()
        return books

    with patch.object(history_csv, "PAGE", PAGE):
        yield put
    for one in opened:
        one.stop()


async def test_the_first_rows_arrive_before_the_others_are_read(
    client: TestClient[Any, Any], path: str, open_books: Callable[[int], Books]
) -> None:
    books = open_books(3 * PAGE)
    answer = await client.get(path)
    assert answer.status == HTTPStatus.OK
    begin = await answer.content.readuntil(b"\r\n2")
    assert begin.startswith(b"\xef\xbb\xbfrun_id,")
    assert books.read == 1
    books.may_go_on.set()
    rest = (begin + await answer.content.read()).decode("utf-8-sig").split("\r\n")
    numbers = [int(line.partition(",")[0]) for line in rest[1:-1]]
    assert numbers == list(range(3 * PAGE, 0, -1))
    assert books.read == 4, "the last one is empty"


async def test_a_reader_who_goes_away_ends_it(
    client: TestClient[Any, Any],
    path: str,
    desk: Shop,
    open_books: Callable[[int], Books],
    caplog: pytest.LogCaptureFixture,
) -> None:
    books = open_books(1_000_000)
    answer = await client.get(path)
    await answer.content.readline()
    answer.close()
    books.may_go_on.set()
    before = -1
    while before != books.read:
        before = books.read
        await desk.settled()
    assert books.read < 1_000, "what fits into the buffers of a connection"
    assert "Error handling request" not in caplog.text


async def test_a_table_that_breaks_off_does_not_look_whole(
    client: TestClient[Any, Any],
    path: str,
    open_books: Callable[[int], Books],
    caplog: pytest.LogCaptureFixture,
) -> None:
    books = open_books(3 * PAGE)
    answer = await client.get(path)
    await answer.content.readline()
    books.fails = True
    books.may_go_on.set()
    with pytest.raises(ClientPayloadError):
        await answer.content.read()
    assert "breaks off" in caplog.text
    assert "Error handling request" not in caplog.text

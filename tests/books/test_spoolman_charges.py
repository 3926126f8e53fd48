"""What the runs took arrives in Spoolman once and exactly once, whatever breaks when."""

from collections.abc import Iterator
from pathlib import Path
import random
from unittest.mock import patch

from aiohttp import ClientSession
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest

from custom_components.bambu_batch.books import spoolman_charges
from custom_components.bambu_batch.books.spoolman_charges import Charges
from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.runtime.database import DATA_DATABASE, Database
from custom_components.bambu_batch.spoolman.client import Client
from custom_components.bambu_batch.spoolman.errors import (
    NoAnswer,
    Refused,
    SpoolmanError,
)
from custom_components.bambu_batch.spoolman.spool import Account, SpoolmanSpool
from custom_components.bambu_batch.store.charges import ChargeState
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.errors import StoreError, StoreLocked
from custom_components.bambu_batch.store.repository import Repository
from tests.spoolman.server import Served, break_off, failing
from tests.store.examples import SERIAL, consumption, record

OTHER = "03000A0000000OT"


class Books:
    """The books of one or two printers, and Spoolman."""

    def __init__(self, hass: HomeAssistant, url: str, spoolman: Served) -> None:
        self.hass = hass
        self.repository = Repository(url)
        self.spoolman = spoolman
        self.arrived: list[SpoolmanSpool] = []
        self._lines: set[str] = set()
        self._runs = 0
        hass.data[DATA_DATABASE] = Database(users={SERIAL, OTHER})
        self.charges = self.open()

    @property
    def session(self) -> ClientSession:
        return async_get_clientsession(self.hass)

    @property
    def client(self) -> Client:
        return Client(self.session, self.spoolman.url)

    def open(self, serial: str = SERIAL) -> Charges:
        """Begin anew with what is on disk, as after a restart."""
        return Charges(self.hass, self.repository, serial, arrived=self.arrived.append)

    async def account(self, number: int = 1) -> Account:
        return (await self.client.spool(number)).account

    async def book(self, grams: float, serial: str = SERIAL, number: int = 1) -> None:
        """Book a run that took filament from a spool of Spoolman's."""
        self._runs += 1
        if serial not in self._lines:
            self.repository.save(serial, None, Line())
            self._lines.add(serial)
        self.repository.save(serial, Line(), Line(), [record(self._runs)])
        account = str(await self.account(number))
        self.repository.book(serial, self._runs, consumption(), {account: grams})

    async def bring(self) -> float | None:
        return await self.charges.send_due(self.client)

    @property
    def used(self) -> float:
        return self.spoolman.spoolman.used(1)

    @property
    def states(self) -> list[ChargeState]:
        return [one.state for one in self.repository.unfinished_charges()]


@pytest.fixture
def books(hass: HomeAssistant, tmp_path: Path, spoolman: Served) -> Iterator[Books]:
    books = Books(hass, file_url(tmp_path / "queue.db"), spoolman)
    yield books
    books.repository.close()


@pytest.fixture
def at_once() -> Iterator[None]:
    """Nothing is on its way for long."""
    with patch.object(spoolman_charges, "SETTLE_SECONDS", 0.0):
        yield


async def test_a_charge_arrives_once(books: Books) -> None:
    await books.book(12.5)
    await books.book(0.75)
    assert await books.bring() is None
    assert await books.bring() is None
    assert books.used == 13.25
    assert books.spoolman.uses == 2
    assert books.states == []
    assert [spool.used for spool in books.arrived] == [12.5, 13.25]


async def test_what_spoolman_has_not_heard_of_is_owed(books: Books) -> None:
    await books.book(12.5)
    account = await books.account()
    await books.charges.read()
    assert books.charges.owed(account) == 12.5
    assert [charge.grams for charge in books.charges.own] == [12.5]
    await books.bring()
    assert books.charges.owed(account) == 0


async def test_nothing_is_judged_while_it_may_be_on_its_way(books: Books) -> None:
    await books.book(12.5)
    books.spoolman.spoolman.after = break_off
    with pytest.raises(NoAnswer):
        await books.bring()
    asked = len(books.spoolman.spoolman.asked)
    later = await books.bring()
    assert later is not None
    assert 100 < later <= 120
    assert len(books.spoolman.spoolman.asked) == asked
    assert books.states == [ChargeState.SENDING]

    books.charges = books.open()  # a restart cannot know when it was sent
    assert await books.bring() is not None
    assert len(books.spoolman.spoolman.asked) == asked


@pytest.mark.usefixtures("at_once")
async def test_a_charge_whose_answer_is_lost_has_arrived(books: Books) -> None:
    await books.book(12.5)
    books.spoolman.spoolman.after = break_off
    with pytest.raises(NoAnswer):
        await books.bring()
    books.spoolman.spoolman.after = None
    await books.bring()
    assert (books.used, books.spoolman.uses, books.states) == (12.5, 1, [])
    assert [spool.used for spool in books.arrived] == [12.5]


@pytest.mark.usefixtures("at_once")
async def test_a_charge_that_never_arrived_is_sent_again(books: Books) -> None:
    await books.book(12.5)
    books.spoolman.spoolman.before = break_off
    with pytest.raises(NoAnswer):
        await books.bring()
    assert books.used == 0
    books.spoolman.spoolman.before = None
    await books.bring()
    assert (books.used, books.spoolman.uses, books.states) == (12.5, 2, [])


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(("arrived", "used"), [(True, 20.0), (False, 32.5)])
async def test_a_spool_that_somebody_else_has_changed_is_a_question(
    books: Books, arrived: bool, used: float
) -> None:
    await books.book(12.5)
    books.spoolman.spoolman.after = break_off
    with pytest.raises(NoAnswer):
        await books.bring()
    books.spoolman.spoolman.after = None
    books.spoolman.spoolman.change(1, used_weight=20.0)
    for _ in range(3):
        await books.bring()
    assert (books.used, books.spoolman.uses) == (20.0, 1)
    doubtful = books.charges.doubtful
    assert doubtful is not None
    assert (doubtful.grams, doubtful.used_before) == (12.5, 0.0)

    await books.book(1.0)  # goes on with the others
    await books.bring()
    assert books.used == 21.0

    await books.charges.settle(doubtful, arrived=arrived)
    await books.bring()
    assert (books.used, books.states) == (used + 1.0, [])
    with pytest.raises(StoreError):
        await books.charges.settle(doubtful, arrived=arrived)


@pytest.mark.usefixtures("at_once")
async def test_a_spool_that_went_while_it_was_charged_is_a_question(
    books: Books,
) -> None:
    await books.book(12.5)
    books.spoolman.spoolman.after = break_off
    with pytest.raises(NoAnswer):
        await books.bring()
    books.spoolman.spoolman.after = None
    books.spoolman.spoolman.delete(1)
    await books.bring()
    assert books.states == [ChargeState.DOUBTFUL]


async def test_a_charge_waits_for_a_spool_that_is_gone(books: Books) -> None:
    await books.book(12.5)
    filament = books.spoolman.spoolman.add("filament")
    books.spoolman.spoolman.delete(1)
    await books.bring()
    assert books.charges.without_spool is not None
    assert books.charges.doubtful is None

    # another Spoolman, or an emptied one, has another first spool
    other = {"filament_id": filament, "registered": "2020-01-01T00:00:00Z"}
    assert books.spoolman.spoolman.add("spool", **other) == 1
    await books.bring()
    assert (books.used, books.states) == (0, [ChargeState.WAITING])

    registered = Account.parse(books.charges.own[0].account).registered
    books.spoolman.spoolman.change(1, registered=registered.isoformat())
    await books.bring()
    assert (books.used, books.states) == (12.5, [])
    assert books.charges.without_spool is None


async def test_an_archived_spool_is_charged_all_the_same(books: Books) -> None:
    await books.book(12.5)
    books.spoolman.spoolman.change(1, archived=True)
    await books.bring()
    assert (books.used, books.states) == (12.5, [])


async def test_two_printers_do_not_disturb_each_other(books: Books) -> None:
    await books.book(12.5)
    await books.book(3.0, OTHER)
    other = books.open(OTHER)
    books.spoolman.spoolman.after = break_off
    with pytest.raises(NoAnswer):
        await books.bring()
    books.spoolman.spoolman.after = None
    await other.send_due(books.client)
    assert books.used == 12.5  # the other one waits until this one is judged

    with patch.object(spoolman_charges, "SETTLE_SECONDS", 0.0):
        books.charges = books.open()
        await books.bring()
    await other.send_due(books.client)
    assert (books.used, books.states) == (15.5, [])


async def test_a_printer_that_is_not_loaded_blocks_nobody(books: Books) -> None:
    await books.book(12.5)
    await books.book(3.0, OTHER)
    books.spoolman.spoolman.after = break_off
    with pytest.raises(NoAnswer):
        await books.bring()
    books.spoolman.spoolman.after = None
    books.hass.data[DATA_DATABASE].users.discard(SERIAL)
    await books.open(OTHER).send_due(books.client)
    assert books.used == 15.5


async def test_a_refused_charge_waits(books: Books) -> None:
    await books.book(12.5)

    books.spoolman.spoolman.before = lambda request: (
        failing(422)(request) if request.method == "PUT" else _nothing()
    )
    with pytest.raises(Refused):
        await books.bring()
    assert books.states == [ChargeState.WAITING]
    books.spoolman.spoolman.before = None
    await books.bring()
    assert (books.used, books.states) == (12.5, [])


async def _nothing() -> None:
    return None


@pytest.mark.usefixtures("at_once")
async def test_a_charge_that_cannot_be_marked_as_done_is_found_to_be_done(
    books: Books,
) -> None:
    await books.book(12.5)
    change = books.repository.change_charge

    def full(*arguments: object) -> object:
        if ChargeState.DONE in arguments:
            raise StoreLocked
        return change(*arguments)  # type: ignore[arg-type]

    with (
        patch.object(books.repository, "change_charge", full),
        pytest.raises(StoreLocked),
    ):
        await books.bring()
    await books.bring()
    assert (books.used, books.spoolman.uses, books.states) == (12.5, 1, [])


class Killed(BaseException):
    """A power cut."""


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("seed", range(3))
async def test_the_sums_stay_equal_whatever_is_killed_when(
    books: Books, seed: int
) -> None:
    """Kill ourselves around every write, and Spoolman's connection around every use."""
    chance = random.Random(seed)
    change = books.repository.change_charge

    def perhaps_killed(*arguments: object) -> object:
        if chance.random() < 0.15:
            raise Killed
        changed = change(*arguments)  # type: ignore[arg-type]
        if chance.random() < 0.15:
            raise Killed
        return changed

    async def perhaps_broken(request: object) -> None:
        if chance.random() < 0.15:
            await break_off(request)  # type: ignore[arg-type]

    books.spoolman.spoolman.before = perhaps_broken
    books.spoolman.spoolman.after = perhaps_broken
    total, kills = 0.0, 0
    for _ in range(40):
        grams = round(chance.uniform(0.01, 30), chance.choice((1, 3, 9)))
        books.spoolman.spoolman.before = books.spoolman.spoolman.after = None
        await books.book(grams)
        total += grams
        books.spoolman.spoolman.before = perhaps_broken
        books.spoolman.spoolman.after = perhaps_broken
        with patch.object(books.repository, "change_charge", perhaps_killed):
            try:
                await books.bring()
            except Killed:
                kills += 1
                books.charges = books.open()
            except SpoolmanError:
                kills += 1
    books.spoolman.spoolman.before = books.spoolman.spoolman.after = None
    for _ in range(3):
        await books.bring()
    assert books.states == []
    assert kills > 10
    assert books.used == pytest.approx(total, abs=1e-6)

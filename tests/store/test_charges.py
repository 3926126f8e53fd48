"""What other books have to hear of: written down with the run, changed only from what is known."""

from pathlib import Path

import pytest

from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.store.charges import Charge, ChargeState
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.errors import StoreConflict, StoreError
from custom_components.bambu_batch.store.repository import Repository

from .examples import SERIAL, consumption, record

LINE = Line()


@pytest.fixture(name="kept")
def kept_fixture(repository: Repository) -> Repository:
    """Return a repository with two recorded runs."""
    repository.remove(SERIAL)
    repository.save(SERIAL, None, LINE)
    repository.save(SERIAL, LINE, LINE, [record(1), record(2)])
    return repository


def charge(run_id: int, account: str = "a", grams: float = 1.5) -> Charge:
    name = record(run_id).name
    return Charge(serial=SERIAL, run_id=run_id, account=account, grams=grams, name=name)


def test_a_charge_is_written_down_with_its_run(kept: Repository) -> None:
    assert kept.book(SERIAL, 2, consumption(), {"a": 1.5})
    assert kept.book(SERIAL, 1, consumption(), {"b": 2.5, "a": 1.5})
    assert kept.unfinished_charges() == [
        charge(1),
        charge(1, "b", 2.5),
        charge(2),
    ]


def test_a_run_is_charged_once(kept: Repository) -> None:
    kept.book(SERIAL, 1, consumption(), {"a": 1.5})
    assert not kept.book(SERIAL, 1, consumption(), {"a": 7.0})
    assert kept.unfinished_charges() == [charge(1)]


def test_a_run_that_cannot_be_booked_is_not_charged(kept: Repository) -> None:
    with pytest.raises(StoreError):
        kept.book(SERIAL, 9, consumption(), {"a": 1.5})
    assert kept.unfinished_charges() == []


def test_a_charge_goes_through_its_states_and_is_done(kept: Repository) -> None:
    kept.book(SERIAL, 1, consumption(), {"a": 1.5})
    (waiting,) = kept.unfinished_charges()
    sending = kept.change_charge(waiting, ChargeState.SENDING, 100.25)
    assert kept.unfinished_charges() == [sending]
    assert (sending.state, sending.used_before) == (ChargeState.SENDING, 100.25)
    with pytest.raises(StoreConflict):
        kept.change_charge(waiting, ChargeState.SENDING, 100.25)
    kept.change_charge(sending, ChargeState.DONE)
    assert kept.unfinished_charges() == []


def test_the_charges_of_a_removed_printer_go_with_it(kept: Repository) -> None:
    kept.book(SERIAL, 1, consumption(), {"a": 1.5})
    kept.remove(SERIAL)
    assert kept.unfinished_charges() == []


def test_charges_outlive_the_process(tmp_path: Path) -> None:
    url = file_url(tmp_path / "queue.db")
    with Repository(url) as repository:
        repository.save(SERIAL, None, LINE, [record(1)])
        repository.book(SERIAL, 1, consumption(), {"a": 1.5})
        (waiting,) = repository.unfinished_charges()
        sending = repository.change_charge(waiting, ChargeState.SENDING, 3.0)
    with Repository(url) as repository:
        assert repository.unfinished_charges() == [sending]

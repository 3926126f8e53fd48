"""Packed documents: what runs have in common is stored once, and damage is noticed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table, select, text

from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.store import schema
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.document import dump
from custom_components.bambu_batch.store.errors import StoreCorrupt
from custom_components.bambu_batch.store.repository import Repository

from . import years
from .examples import SERIAL

RUNS = 200


@pytest.fixture(name="kept")
def kept_fixture(tmp_path: Path) -> Iterator[Repository]:
    """Return the history of a busy day."""
    with Repository(file_url(tmp_path / "queue.db")) as repository:
        booked = list(years.runs(RUNS))
        repository.save(SERIAL, None, Line(), [one for one, _, _ in booked])
        for one, taken, _ in booked:
            repository.book(SERIAL, one.run.run_id, taken)
        yield repository


def count(repository: Repository, what: str, table: Table) -> int:
    with repository._reading() as connection:
        return int(connection.scalar(select(text(what)).select_from(table)) or 0)


def do(repository: Repository, statement: str) -> None:
    with repository._writing() as connection:
        connection.execute(text(statement))


def test_a_run_takes_a_fraction_of_its_document(kept: Repository) -> None:
    whole = sum(len(dump(one)) + len(dump(taken)) for one, taken, _ in years.runs(RUNS))
    packed = sum(
        count(kept, "sum(length(document))", table)
        for table in (schema.runs, schema.consumptions, schema.common)
    )
    assert packed < whole / 6
    assert count(kept, "count(*)", schema.common) < RUNS / 4


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE bambu_batch_runs SET document = x'00'",
        "UPDATE bambu_batch_runs SET document = substr(document, 1, 20)",
        "UPDATE bambu_batch_consumptions SET document = x''",
        "UPDATE bambu_batch_runs SET trays = trays + 1",
        "UPDATE bambu_batch_common SET document = x'00'",
        "UPDATE bambu_batch_common SET document = substr(document, 1, 20)",
        "DELETE FROM bambu_batch_common",
    ],
)
def test_damage_is_an_error_and_no_other_run(kept: Repository, damage: str) -> None:
    do(kept, damage)
    with pytest.raises(StoreCorrupt):
        kept.history(SERIAL)

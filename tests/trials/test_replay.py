"""A few stories replayed with a real Home Assistant; the long form is the command, or `--long`."""

from collections.abc import Sequence
import inspect
from pathlib import Path

import pytest

from tests.production.exploration import moves

from . import accounts
from .replay import LENGTH, try_out
from .stories import LEFT_OUT, MOVES, story

SHORT = (6, 32)
"""A story with another client's start and without a kill, and one with kills and a job that
vanishes; health entries come and are accepted in both."""
PARTS = {"takes", "tells", "passes", "at_publish"}
"""What moves are made of, and the one that is made by a function."""


async def ends_well(folder: Path, seeds: Sequence[int]) -> None:
    replay, wrong = await try_out(folder, seeds)
    assert wrong == []
    assert accounts.ours(replay.printer)
    assert replay.told["crashes"]


def test_every_move_is_replayed_or_left_out_for_a_reason() -> None:
    public = {
        name
        for name, function in inspect.getmembers(moves, inspect.isfunction)
        if function.__module__ == moves.__name__ and not name.startswith("_")
    }
    assert public - PARTS | {"passes"} == MOVES.keys() | LEFT_OUT.keys()
    assert not MOVES.keys() & LEFT_OUT.keys()


def test_a_seed_always_makes_the_same_story() -> None:
    assert story(7, LENGTH) == story(7, LENGTH)
    assert story(7, LENGTH) != story(8, LENGTH)


@pytest.mark.real
@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.timeout(600)
async def test_stories_of_the_search_end_well_in_a_real_house(tmp_path: Path) -> None:
    await ends_well(tmp_path / "config", SHORT)


@pytest.mark.long
@pytest.mark.real
@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.timeout(4 * 3600)
async def test_many_stories_of_the_search_end_well(tmp_path: Path) -> None:
    await ends_well(tmp_path / "config", range(1, 201))

"""A few kills of a whole Home Assistant; the long form is the command, or `--long`."""

from pathlib import Path

import pytest

from . import accounts
from .kills import try_out

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("socket_enabled")]


async def survives(folder: Path, kills: int, seed: int) -> None:
    trial, wrong = await try_out(folder, kills, seed)
    assert wrong == []
    assert trial.kills.total() == kills
    assert accounts.ours(trial.printer)


@pytest.mark.timeout(600)
async def test_home_assistant_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    await survives(tmp_path / "config", 3, seed=3)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
async def test_home_assistant_may_be_killed_two_hundred_times(tmp_path: Path) -> None:
    await survives(tmp_path / "config", 200, seed=1)

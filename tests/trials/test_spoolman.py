"""A few kills of Home Assistant and Spoolman; the long form is the command, or `--long`."""

from pathlib import Path

import pytest

from .network import Moment
from .spoolman import HASS, SPOOLMAN, by_chance, try_out

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("socket_enabled")]


@pytest.mark.timeout(300)
async def test_home_assistant_and_spoolman_may_be_killed_at_any_moment(
    tmp_path: Path,
) -> None:
    blows = [
        (Moment.ANSWER, (HASS, SPOOLMAN)),
        (Moment.REQUEST, (SPOOLMAN,)),
        (Moment.ANSWER, ()),
    ]
    assert await try_out(tmp_path, blows, seed=1) == []


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
async def test_home_assistant_and_spoolman_may_be_killed_a_hundred_times(
    tmp_path: Path,
) -> None:
    assert await try_out(tmp_path, by_chance(100, 1), seed=1) == []

"""A few plates with all kinds of trouble; the long form is the command, or `--long`."""

from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
from pytest_socket import socket_allow_hosts

from tests.bambu.relay import HOST

from . import accounts
from .soak import try_out

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def survives(hass: HomeAssistant, media: Path, plates: int, seed: int) -> None:
    socket_allow_hosts(["127.0.0.1", HOST])
    hass.loop.set_debug(False)  # the test plugin's debug mode takes most of the time
    stands, wrong = await try_out(hass, media, plates, seed)
    assert wrong == []
    assert sum(len(accounts.ours(stand.printer)) for stand in stands) >= plates / 2
    assert sum(stand.mischief.done.total() for stand in stands)


@pytest.mark.timeout(600)
async def test_trouble_of_every_kind_costs_no_plate(
    hass: HomeAssistant, media: Path
) -> None:
    await survives(hass, media, 20, seed=1)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
async def test_a_thousand_plates_with_trouble_of_every_kind(
    hass: HomeAssistant, media: Path
) -> None:
    await survives(hass, media, 1000, seed=2)

"""Whoever is in the network, on real sockets: files are encrypted end to end or not sent."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_socket import socket_allow_hosts

from custom_components.bambu_batch.bambu import storage
from custom_components.bambu_batch.bambu.connection_settings import Timing
from custom_components.bambu_batch.bambu.discovery import Announcement
from custom_components.bambu_batch.const import DOMAIN
from simulator import Fault, Printer

from .bambu.relay import HOST, Relay, relayed
from .shop import Shop, entry_of, slice_file

AWAY = "127.0.0.9"
"""Where the printer was, and nobody is now."""


@pytest.fixture(autouse=True)
def without_pauses() -> Iterator[None]:
    """The tries of an upload follow each other at once."""
    timing = Timing(ftps_pauses=(0.05, 0.05), ftps_settle=0)
    with patch.object(storage, "Timing", lambda: timing):
        yield


@pytest.fixture
async def lost(
    hass: HomeAssistant, media: Path, printer: Printer
) -> AsyncIterator[Shop]:
    """A printer that is no longer where it was."""
    socket_allow_hosts([printer.host, HOST, AWAY])
    entry = entry_of(printer)
    shop = Shop(hass, entry)
    await shop.open()
    hass.config_entries.async_update_entry(entry, data={**entry.data, "host": AWAY})
    await hass.config_entries.async_reload(entry.entry_id)
    await shop.until(lambda: shop.coordinator.disconnect_reason)
    yield shop
    await shop.close()


async def announce(shop: Shop, host: str) -> None:
    """Say that the printer is there."""
    said = Announcement(host, str(shop.entry.unique_id), "N1", sender=host)
    await shop.hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_INTEGRATION_DISCOVERY},
        data=asdict(said),
    )
    await shop.hass.async_block_till_done()  # the printer is loaded anew


async def queue_up(shop: Shop, media: Path) -> None:
    slice_file(media)
    await shop.act("enqueue", file="clip.gcode.3mf")
    await shop.press("plate_clear")
    await shop.switch("queue_running", on=True)


def is_told(shop: Shop) -> bool:
    """Whether Repairs says why nothing can be sent."""
    issue = f"data_not_encrypted_{shop.entry.entry_id}"
    return ir.async_get(shop.hass).async_get_issue(DOMAIN, issue) is not None


async def test_fm_159_a_relay_that_is_followed_gets_nothing_in_the_clear(
    lost: Shop, media: Path, printer: Printer
) -> None:
    """It shows the printer's certificate, hands on reports and orders, and breaks the data channel."""
    printer.fault(Fault.FTPS_TAKES_CLEAR_DATA)
    async with relayed(printer, Relay.ANSWER_NO) as seen:
        await announce(lost, HOST)
        assert lost.entry.data["host"] == HOST
        await lost.until(lambda: lost.coordinator.status.complete)
        await queue_up(lost, media)
        await lost.until(lambda: is_told(lost))
        assert seen.connections == 3
        await lost.close()
    assert b"PK" not in bytes(seen.data)
    assert len(seen.data) < 3 * 2000
    assert printer.truth.files == {}
    assert printer.truth.job is None


async def test_fm_159_through_an_honest_relay_a_plate_is_printed_as_it_was_sliced(
    lost: Shop, media: Path, printer: Printer
) -> None:
    async with relayed(printer, Relay.SWAP) as seen:
        await announce(lost, HOST)
        await lost.until(lambda: lost.coordinator.status.complete)
        await queue_up(lost, media)
        await lost.until(lambda: lost.state("sensor", "queue_state") == "0", 60)
        await lost.close()
    assert seen.connections == 1
    assert (media / "clip.gcode.3mf").read_bytes()[:64] not in bytes(seen.data)
    assert len(printer.truth.jobs) == 1
    assert printer.journal.violations == []


async def test_fm_158_a_printer_without_tls_on_data_prints_by_the_owners_option_alone(
    shop: Shop, media: Path, printer: Printer
) -> None:
    printer.fault(Fault.FTPS_CLEAR_DATA)
    await queue_up(shop, media)
    await shop.until(lambda: is_told(shop))
    assert printer.truth.files == {}

    shop.coordinator.set_option("plain_data_channel", True)
    slice_file(media, "box.gcode.3mf", seconds=600)
    await shop.act("enqueue", file="box.gcode.3mf", position=1)
    await shop.until(lambda: len(printer.truth.jobs) == 1, 60)
    assert printer.journal.violations == []
    await shop.until(lambda: not is_told(shop))

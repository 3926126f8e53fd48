"""Printers that announce themselves: heard over UDP, offered once, never trusted."""

import asyncio
from collections.abc import AsyncIterator
import functools
import socket
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import discovery_flow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.bambu_batch import discovery
from custom_components.bambu_batch.bambu import discovery as announcements
from custom_components.bambu_batch.bambu.discovery import Announcement
from custom_components.bambu_batch.const import DOMAIN
from simulator import Farm, PrinterSpec

real_listen = announcements.listen


@pytest.fixture
async def farm(socket_enabled: None) -> AsyncIterator[Farm]:
    """Two printers that announce themselves on loopback, where we listen."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listen = functools.partial(
        real_listen, interface="127.0.0.1", port=port, group=None
    )
    specs = [PrinterSpec(name="Left"), PrinterSpec(model="N2S", name="Right")]
    async with Farm(specs, announce_to=("127.0.0.1", port)) as farm:
        with patch.object(announcements, "listen", listen):
            yield farm


def flows(hass: HomeAssistant) -> list[str]:
    return [
        flow["context"]["title_placeholders"]["name"]
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        if flow["context"]["source"] == SOURCE_INTEGRATION_DISCOVERY
    ]


async def announce(hass: HomeAssistant, farm: Farm) -> None:
    assert farm.announcer is not None
    farm.announcer.announce()
    await asyncio.sleep(0.05)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_search_hears_every_printer_once(
    hass: HomeAssistant, farm: Farm
) -> None:
    assert farm.announcer is not None
    with patch.object(discovery, "SEARCH_SECONDS", 0.3):
        searching = asyncio.create_task(discovery.search(hass))
        for _ in range(3):
            await asyncio.sleep(0.05)
            farm.announcer.announce()
        found = await searching

    left, right = farm.printers
    assert [(one.serial, one.model, one.name) for one in found] == [
        (left.serial, "N1", "Left"),
        (right.serial, "N2S", "Right"),
    ]


async def test_where_the_port_is_taken_nothing_is_heard(hass: HomeAssistant) -> None:
    await discovery.watch(hass)

    assert await discovery.search(hass) == ()


async def test_new_printers_are_offered_once(hass: HomeAssistant, farm: Farm) -> None:
    await discovery.watch(hass)
    for _ in range(3):
        await announce(hass, farm)

    assert sorted(flows(hass)) == ["Left", "Right"]
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()


async def test_a_watch_knows_at_once_who_is_there(
    hass: HomeAssistant, farm: Farm
) -> None:
    await discovery.watch(hass)
    await announce(hass, farm)

    async with asyncio.timeout(0.1):
        found = await discovery.search(hass)

    assert {one.name for one in found} == {"Left", "Right"}
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()


async def test_after_the_stop_nothing_is_heard(hass: HomeAssistant, farm: Farm) -> None:
    await discovery.watch(hass)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()

    await announce(hass, farm)

    assert flows(hass) == []


async def test_our_own_printer_is_not_offered(hass: HomeAssistant, farm: Farm) -> None:
    left = farm.printers[0]
    MockConfigEntry(
        domain=DOMAIN,
        unique_id=left.serial,
        data={
            "host": left.host,
            "mqtt_port": left.mqtt_port,
            "certificate": left.certificate_pem,
        },
    ).add_to_hass(hass)
    await discovery.watch(hass)
    await announce(hass, farm)

    assert flows(hass) == ["Right"]
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()


def announced(number: int, sender: str, host: str = "") -> Announcement:
    return Announcement(host or sender, f"0309DA{number:09}", sender=sender)


async def test_a_flood_of_one_sender_keeps_nobody_out(hass: HomeAssistant) -> None:
    """Neither out of the list in the form, nor out of what is offered."""
    watch = discovery.Watch(hass)
    with patch.object(discovery_flow, "async_create_flow") as create:
        for number in range(1000):
            watch.heard(announced(number, "192.0.2.66"))
        for number in range(1000, 1010):
            watch.heard(announced(number, f"192.0.2.{number - 900}"))
        for number in range(2000, 3000):
            watch.heard(announced(number, "192.0.2.66", f"198.51.100.{number % 250}"))

    real = {f"0309DA{number:09}" for number in range(1000, 1010)}
    listed = [one.serial for one in watch.seen.all()]
    assert real < set(listed)
    assert len(listed) == discovery.MOST_OF_ONE_SENDER + len(real)
    offered = {call.kwargs["data"]["serial"] for call in create.call_args_list}
    assert real < offered
    assert create.call_count == discovery.MOST_OF_ONE_SENDER + len(real)


async def test_a_flood_of_many_senders_is_bounded_and_the_newest_is_there(
    hass: HomeAssistant,
) -> None:
    watch = discovery.Watch(hass)
    with patch.object(discovery_flow, "async_create_flow") as create:
        for number in range(3000):
            sender = f"10.0.{number // 250}.{number % 250}"
            watch.heard(announced(number, sender))
        watch.heard(announced(5000, "192.0.2.7"))

    assert len(watch.seen.all()) == discovery.MOST_SENDERS
    assert watch.seen.all()[-1].serial == "0309DA000005000"
    assert create.call_count == len(watch._begun) == discovery.MOST_FLOWS


async def test_what_was_left_out_in_a_flood_is_offered_when_it_is_over(
    hass: HomeAssistant,
) -> None:
    watch = discovery.Watch(hass)
    printer = announced(5000, "192.0.2.7")
    with (
        patch.object(discovery_flow, "async_create_flow") as create,
        patch.object(hass.loop, "time") as clock,
    ):
        clock.return_value = 1000.0
        for number in range(3000):
            watch.heard(announced(number, f"10.0.{number // 250}.{number % 250}"))
        watch.heard(printer)
        assert create.call_args.kwargs["data"]["serial"] != printer.serial
        clock.return_value += discovery.AGAIN_SECONDS
        watch.heard(printer)
    assert create.call_args.kwargs["data"]["serial"] == printer.serial


async def test_fm_159_a_flood_of_strangers_hides_no_printer_that_has_moved(
    hass: HomeAssistant,
) -> None:
    watch, printer = discovery.Watch(hass), announced(5000, "192.0.2.7")
    MockConfigEntry(domain=DOMAIN, unique_id=printer.serial).add_to_hass(hass)
    with patch.object(discovery_flow, "async_create_flow") as create:
        for number in range(3000):
            watch.heard(announced(number, f"10.0.{number // 250}.{number % 250}"))
        watch.heard(printer)
    assert create.call_args.kwargs["data"]["serial"] == printer.serial


async def test_one_serial_at_two_addresses_is_listed_twice(hass: HomeAssistant) -> None:
    """One of them is not the printer; a person sees both."""
    heard = discovery.Heard()
    heard.add(announced(1, "192.0.2.66"))
    heard.add(announced(1, "192.0.2.7"))
    heard.add(announced(1, "192.0.2.8", host="192.0.2.7"))
    assert [one.host for one in heard.all()] == ["192.0.2.66", "192.0.2.7"]


@pytest.mark.parametrize(
    ("ours", "seconds"),
    [(False, discovery.AGAIN_SECONDS), (True, discovery.OURS_AGAIN_SECONDS)],
)
async def test_an_announcement_is_news_again_after_some_time(
    hass: HomeAssistant, ours: bool, seconds: float
) -> None:
    """A lost printer of ours is looked for sooner: nothing is printed meanwhile."""
    watch = discovery.Watch(hass)
    printer = announced(1, "127.0.0.1")
    if ours:
        entry = MockConfigEntry(domain=DOMAIN, unique_id=printer.serial)
        entry.add_to_hass(hass)
    with (
        patch.object(discovery_flow, "async_create_flow") as create,
        patch.object(hass.loop, "time") as clock,
    ):
        for now in (1000, 1001, 1000 + seconds - 1, 1000 + seconds):
            clock.return_value = now
            watch.heard(printer)

    assert create.call_count == 2

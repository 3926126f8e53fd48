"""Printers on the network by their own announcements (UDP 2021).

An announcement proves nothing. It only offers an address to choose, and hints where a
disconnected printer may have gone.
"""

import asyncio
from collections import OrderedDict
from dataclasses import asdict
from typing import Final

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import discovery_flow
from homeassistant.util.hass_dict import HassKey

from .bambu import discovery
from .bambu.discovery import Announcement
from .const import DOMAIN

SEARCH_SECONDS: Final = 2.0
"""Printers answer a search within a second or two; a person waits for the form."""
AGAIN_SECONDS: Final = 600.0
"""Then the same announcement counts as new again: what failed may work now."""
OURS_AGAIN_SECONDS: Final = 60.0
"""The same for a printer of ours: while it is lost, nothing is printed."""
MOST_OF_ONE_SENDER: Final = 16
"""One sender may announce other printers too, to carry them from one network to another."""
MOST_SENDERS: Final = 64
MOST_FLOWS: Final = 100
"""Of all senders together, started and not yet counting as new again."""
MOST_OF_OURS: Final = 20
"""In addition, for our own printers: a flood of others must not hide one that has moved."""


class Heard:
    """Who has announced itself: of each sender the newest few, of the newest senders.

    Anybody can send any number of announcements. A sender that does crowds out only its own.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._by_sender: OrderedDict[
            str, OrderedDict[tuple[str, str], Announcement]
        ] = OrderedDict()

    def add(self, printer: Announcement) -> None:
        """Remember an announcement."""
        of_sender = self._by_sender.setdefault(printer.sender, OrderedDict())
        _remember(self._by_sender, printer.sender, of_sender, MOST_SENDERS)
        key = (printer.serial, printer.host)
        _remember(of_sender, key, printer, MOST_OF_ONE_SENDER)

    def all(self) -> tuple[Announcement, ...]:
        """Return all of them, each serial at each address once, the newest sender last."""
        found = {
            key: printer
            for of_sender in self._by_sender.values()
            for key, printer in of_sender.items()
        }
        return tuple(found.values())


class Watch:
    """Listens all the time, remembers who is there, and starts a flow for what is new."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Do not listen yet."""
        self._hass = hass
        self._begun: dict[tuple[str, str, str], float] = {}
        """By sender, serial and address: until when it does not count as new."""
        self.seen = Heard()

    @callback
    def heard(self, printer: Announcement) -> None:
        """Take note of an announcement."""
        self.seen.add(printer)
        if self._is_new(printer):
            discovery_flow.async_create_flow(
                self._hass,
                DOMAIN,
                context={"source": SOURCE_INTEGRATION_DISCOVERY},
                data=asdict(printer),
            )

    def _is_new(self, printer: Announcement) -> bool:
        """Tell whether to start a flow for it; a flood of announcements starts no more."""
        now = self._hass.loop.time()
        key = (printer.sender, printer.serial, printer.host)
        if now < self._begun.get(key, 0):
            return False
        self._begun = {known: end for known, end in self._begun.items() if now < end}
        of_sender = sum(sender == printer.sender for sender, _, _ in self._begun)
        ours = self._hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, printer.serial
        )
        most = MOST_FLOWS + MOST_OF_OURS if ours else MOST_FLOWS
        if of_sender >= MOST_OF_ONE_SENDER or len(self._begun) >= most:
            return False
        self._begun[key] = now + (OURS_AGAIN_SECONDS if ours else AGAIN_SECONDS)
        return True


async def watch(hass: HomeAssistant) -> None:
    """Listen from now on until Home Assistant stops; do nothing where the port is taken."""
    here = Watch(hass)
    stop = await discovery.listen(here.heard)
    if stop is None:
        return
    hass.data[_WATCH] = here

    @callback
    def end(_: Event) -> None:
        stop()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, end)


async def search(hass: HomeAssistant) -> tuple[Announcement, ...]:
    """Return the printers that announce themselves; there may be none."""
    if here := hass.data.get(_WATCH):
        return here.seen.all()
    found = Heard()
    stop = await discovery.listen(found.add)
    if stop is not None:
        try:
            await asyncio.sleep(SEARCH_SECONDS)
        finally:
            stop()
    return found.all()


def _remember[K, V](known: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > most:
        known.popitem(last=False)


_WATCH: HassKey[Watch] = HassKey(f"{DOMAIN}.watch")

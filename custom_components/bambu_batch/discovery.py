"""Printers on the network by their own announcements (UDP 2021).

What they say proves nothing: it offers an address for a choice, and tells where a printer
whose connection is lost may have gone.
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
"""After so long the same announcement is news again: what failed then may work now."""
MOST_PRINTERS: Final = 100
"""Announcements that are remembered: anybody can send them."""


class Watch:
    """Listens all the time, remembers who is there, and begins a flow for what is new."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen to nothing yet."""
        self._hass = hass
        self._begun: OrderedDict[tuple[str, str], float] = OrderedDict()
        self.seen: OrderedDict[str, Announcement] = OrderedDict()
        """By serial, the newest last."""

    @callback
    def heard(self, printer: Announcement) -> None:
        """Take note of an announcement."""
        _remember(self.seen, printer.serial, printer)
        if self._is_news((printer.serial, printer.host)):
            discovery_flow.async_create_flow(
                self._hass,
                DOMAIN,
                context={"source": SOURCE_INTEGRATION_DISCOVERY},
                data=asdict(printer),
            )

    def _is_news(self, key: tuple[str, str]) -> bool:
        """Tell whether a flow was begun for it lately; a flood of them begins no more."""
        now = self._hass.loop.time()
        while self._begun and now - next(iter(self._begun.values())) >= AGAIN_SECONDS:
            self._begun.popitem(last=False)
        if key in self._begun or len(self._begun) >= MOST_PRINTERS:
            return False
        self._begun[key] = now
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
    """Return the printers that announce themselves, one per serial; none is no error."""
    if here := hass.data.get(_WATCH):
        return tuple(here.seen.values())
    found: OrderedDict[str, Announcement] = OrderedDict()
    stop = await discovery.listen(lambda one: _remember(found, one.serial, one))
    if stop is not None:
        try:
            await asyncio.sleep(SEARCH_SECONDS)
        finally:
            stop()
    return tuple(found.values())


def _remember[K, V](known: OrderedDict[K, V], key: K, value: V) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > MOST_PRINTERS:
        known.popitem(last=False)


_WATCH: HassKey[Watch] = HassKey(f"{DOMAIN}.watch")

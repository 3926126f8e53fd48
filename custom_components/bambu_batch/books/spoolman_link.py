"""One printer's link to Spoolman: the state of its spools, and what Spoolman has to be told.

Off without an address in the options. Spoolman is asked once a minute, since a person may
change a spool there, and whenever a run was booked; where it does not answer, later again.
"""

import asyncio
from collections.abc import Callable
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..bambu.status import Tray
from ..const import CONF_SERIAL, DOMAIN
from ..options import SPOOLMAN_URL
from ..spoolman.client import Client
from ..spoolman.errors import SpoolmanError
from ..spoolman.spool import Account, SpoolmanSpool
from ..store.charges import Charge
from ..store.errors import StoreError
from ..store.repository import Repository
from . import spoolman_spools
from .spoolman_charges import Charges

_LOGGER = logging.getLogger(__name__)

EVERY_SECONDS: Final = 60.0
PAUSES: Final = (5.0, 15.0, 60.0, 300.0)
"""Seconds until the next try while Spoolman does not answer."""
STOP_SECONDS: Final = 5.0
"""How long unloading waits for a request that is out."""


class SpoolmanLink:
    """`changed` is called when a spool, a charge or the link itself changes."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        repository: Repository,
        *,
        changed: Callable[[], None],
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._wake = asyncio.Event()
        self._url: str | None = None
        self._trays: tuple[Tray, ...] | None = None
        self.charges = Charges(
            hass, repository, entry.data[CONF_SERIAL], arrived=self._arrived
        )
        self.spools: dict[int, SpoolmanSpool] = {}
        """As Spoolman last listed them, by number, without the archived ones."""
        self.currency: str | None = None
        """Of Spoolman's prices; None: not known yet."""
        self.error: SpoolmanError | None = None
        """Why the last try failed; None after a good one."""

    @property
    def on(self) -> bool:
        """There is an address."""
        return self._url is not None

    def left(self, account: Account) -> float | None:
        """Return the grams on a spool, less what Spoolman has not been told yet; None: unknown."""
        spool = self.spools.get(account.number)
        if spool is None or spool.account != account or spool.left is None:
            return None
        return max(spool.left - self.charges.owed(account), 0.0)

    @callback
    def follow_options(self) -> None:
        """Follow the address in the options."""
        url = SPOOLMAN_URL.of(self._entry.options)
        if url == self._url:
            return
        if self._task is not None:
            self._task.cancel()  # a charge in flight is settled later
            self._task = None
        self._url, self.error, self.spools = url, None, {}
        if url is not None:
            client = Client(async_get_clientsession(self._hass), url)
            self._task = self._hass.async_create_background_task(
                self._follow(client), f"{DOMAIN} Spoolman of {self._entry.title}"
            )
        self._changed()

    @callback
    def send_now(self) -> None:
        """Send waiting charges now."""
        self._wake.set()

    @callback
    def see(self, trays: tuple[Tray, ...] | None) -> None:
        """Note the printer's trays: a tag may belong to one of Spoolman's spools."""
        if trays != self._trays:
            self._trays = trays
            self._keep_spools()

    async def settle(self, charge: Charge, *, arrived: bool) -> None:
        """Settle a charge as a person says. Raises StoreError."""
        await self.charges.settle(charge, arrived=arrived)
        self.send_now()
        self._changed()

    async def stop(self) -> None:
        """Stop, but let a request in progress finish."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=STOP_SECONDS)
            self._task.cancel()

    async def _follow(self, client: Client) -> None:
        failures = 0
        while not self._stopping:
            self._wake.clear()
            pause = EVERY_SECONDS
            try:
                wait = await self.charges.send_due(client)
                await self._read(client)
            except SpoolmanError as err:
                self._failed(err)
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                failures += 1
            except StoreError as err:
                _LOGGER.warning("The charges cannot be stored now: %s", err.key)
            except Exception:
                _LOGGER.exception("%s: unexpected error", self._entry.title)
            else:
                failures = 0
                self._succeeded()
                pause = EVERY_SECONDS if wait is None else min(EVERY_SECONDS, wait)
            self._changed()
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _read(self, client: Client) -> None:
        if self.currency is None:
            self.currency = await client.currency()
        self.spools = await client.spools()
        self._keep_spools()

    @callback
    def _keep_spools(self) -> None:
        if self.currency is not None:
            spoolman_spools.keep(
                self._hass, self._entry, self.spools, self.currency, self._trays
            )

    @callback
    def _arrived(self, spool: SpoolmanSpool) -> None:
        """Spoolman knows of a charge: what is left, less what is owed, stays the same."""
        if spool.number in self.spools:
            self.spools[spool.number] = spool

    def _failed(self, err: SpoolmanError) -> None:
        if self.error is None:
            _LOGGER.warning(
                "%s: Spoolman: %s (%s)", self._entry.title, err.key, type(err).__name__
            )
        self.error = err

    def _succeeded(self) -> None:
        if self.error is not None:
            _LOGGER.warning("%s: Spoolman answers again", self._entry.title)
            self.error = None

"""Sends what the runs took to Spoolman: each charge exactly once.

Spoolman's `use` adds, and has no key to tell a repeated request by. So what was used of the
spool is read and written down before a charge is sent. Where the answer is lost, with the
connection or with our own process, the same is read again later: unchanged, the charge did
not arrive; more by its grams, it did. Anything else (somebody has changed the spool in just
that moment, or Spoolman came back from a backup) is a question to a person.
"""

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..runtime.database import DATA_DATABASE
from ..spoolman.client import Client
from ..spoolman.errors import NoSuchSpool, SpoolmanError
from ..spoolman.spool import Account, SpoolmanSpool
from ..store.charges import Charge, ChargeState
from ..store.repository import Repository

SETTLE_SECONDS: Final = 120.0
"""A request may arrive this late: a kernel goes on sending for its dead process for about 100 s."""
TOLERANCE_GRAMS: Final = 0.004
"""Some databases keep single precision."""

_LOCK: HassKey[asyncio.Lock] = HassKey("bambu_batch.spoolman_lock")
"""One charge at a time in all of Home Assistant: printers may share a spool."""


class Charges:
    """The charges of one printer. `arrived` is called with the spool as Spoolman then has it."""

    def __init__(
        self,
        hass: HomeAssistant,
        repository: Repository,
        serial: str,
        *,
        arrived: Callable[[SpoolmanSpool], None],
    ) -> None:
        self._hass = hass
        self._repository = repository
        self._serial = serial
        self._arrived = arrived
        self._lock = hass.data.setdefault(_LOCK, asyncio.Lock())
        self._judge_at: dict[tuple[str, int, str], float] = {}
        self._without_spool: set[tuple[str, int, str]] = set()
        self._all: tuple[Charge, ...] = ()

    @property
    def own(self) -> tuple[Charge, ...]:
        """This printer's charges that are not done, oldest first."""
        return tuple(one for one in self._all if one.serial == self._serial)

    @property
    def doubtful(self) -> Charge | None:
        """The first of which only a person can say whether it has arrived."""
        return next((c for c in self.own if c.state is ChargeState.DOUBTFUL), None)

    @property
    def without_spool(self) -> Charge | None:
        """The first whose spool Spoolman does not have."""
        return next((c for c in self.own if c.key in self._without_spool), None)

    def owed(self, account: Account) -> float:
        """Return the grams that Spoolman does not know of yet, by all printers."""
        return sum(one.grams for one in self._all if one.account == str(account))

    async def read(self) -> None:
        """Read what is not done. Raises StoreError."""
        found = await self._hass.async_add_executor_job(
            self._repository.unfinished_charges
        )
        self._all = tuple(found)

    async def send_due(self, client: Client) -> float | None:
        """Send what can be sent. Raises SpoolmanError, StoreError.

        Returns in how many seconds a charge whose answer was lost can be checked.
        """
        async with self._lock:
            await self.read()
            self._without_spool &= {charge.key for charge in self.own}
            stuck = self._in_other_hands()
            for charge in self.own:
                if charge.state is ChargeState.DOUBTFUL or charge.account in stuck:
                    continue
                if charge.state is ChargeState.SENDING:
                    charge = await self._judge(client, charge)
                if charge.state is ChargeState.WAITING:
                    await self._send(client, charge)
                elif charge.state is ChargeState.SENDING:
                    stuck.add(charge.account)
        return self._next_check()

    async def settle(self, charge: Charge, *, arrived: bool) -> None:
        """Settle a charge as a person says. Raises StoreError."""
        async with self._lock:
            state = ChargeState.DONE if arrived else ChargeState.WAITING
            await self._change(charge, state)

    def _in_other_hands(self) -> set[str]:
        """Return the accounts that another printer has a charge on its way to."""
        loaded = self._hass.data[DATA_DATABASE].users
        return {
            one.account
            for one in self._all
            if one.state is ChargeState.SENDING
            and one.serial != self._serial
            and one.serial in loaded
        }

    async def _send(self, client: Client, charge: Charge) -> None:
        """Read, write down, send: in this order."""
        spool = await self._spool(client, charge)
        if spool is None:
            self._without_spool.add(charge.key)
            return
        self._without_spool.discard(charge.key)
        sending = await self._change(charge, ChargeState.SENDING, spool.used)
        try:
            after = await client.use(spool.number, charge.grams)
        except SpoolmanError as err:
            if not err.may_be_done:
                await self._change(sending, ChargeState.WAITING)
            raise
        finally:
            self._judge_at[charge.key] = monotonic() + SETTLE_SECONDS
        await self._change(sending, ChargeState.DONE, spool=after)

    async def _judge(self, client: Client, charge: Charge) -> Charge:
        """Find out whether a charge has arrived, once nothing can be on its way any more."""
        now = monotonic()
        if now < self._judge_at.setdefault(charge.key, now + SETTLE_SECONDS):
            return charge
        spool = await self._spool(client, charge)
        if spool is None or charge.used_before is None:
            return await self._change(charge, ChargeState.DOUBTFUL, charge.used_before)
        taken = spool.used - charge.used_before
        tolerance = min(TOLERANCE_GRAMS, charge.grams / 3)
        if abs(taken) <= tolerance:
            return await self._change(charge, ChargeState.WAITING)
        if abs(taken - charge.grams) <= tolerance:
            return await self._change(charge, ChargeState.DONE, spool=spool)
        return await self._change(charge, ChargeState.DOUBTFUL, charge.used_before)

    async def _spool(self, client: Client, charge: Charge) -> SpoolmanSpool | None:
        """Return the charge's spool; None: Spoolman has none, or another by its number."""
        account = Account.parse(charge.account)
        try:
            spool = await client.spool(account.number)
        except NoSuchSpool:
            return None
        return spool if spool.account == account else None

    async def _change(
        self,
        charge: Charge,
        state: ChargeState,
        used_before: float | None = None,
        spool: SpoolmanSpool | None = None,
    ) -> Charge:
        changed = await self._hass.async_add_executor_job(
            self._repository.change_charge, charge, state, used_before
        )
        self._all = tuple(_replaced(self._all, charge, changed))
        if state is not ChargeState.SENDING:
            self._judge_at.pop(charge.key, None)
        if spool is not None:
            self._arrived(spool)
        return changed

    def _next_check(self) -> float | None:
        moments = [
            self._judge_at[charge.key]
            for charge in self.own
            if charge.state is ChargeState.SENDING and charge.key in self._judge_at
        ]
        return max(0.0, min(moments) - monotonic()) if moments else None


def _replaced(charges: Iterable[Charge], old: Charge, new: Charge) -> Iterable[Charge]:
    """Yield the charges with one changed; one that is done is no longer among them."""
    for charge in charges:
        if charge.key != old.key:
            yield charge
        elif new.state is not ChargeState.DONE:
            yield new

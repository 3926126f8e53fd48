"""A printer's spools: what is left on each, and which of them is in which tray.

A spool is a config subentry of its printer. What is left on a person's own is not stored: it
is the weight that a person gave, less what the booked runs took since then. So no run can
count twice, and a new weight replaces everything before it (FM-110). What is left on
one of Spoolman's is what Spoolman says, less what it has not been told yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..bambu.status import Tray
from ..bambu.tray_numbers import one_external
from ..const import (
    CONF_ACCOUNT,
    CONF_BRAND,
    CONF_COLOUR,
    CONF_CURRENCY,
    CONF_LOW_GRAMS,
    CONF_MATERIAL,
    CONF_NET_GRAMS,
    CONF_PRICE,
    CONF_SERIAL,
    CONF_TAG,
    CONF_TRAY,
    CONF_WEIGHED,
    CONF_WEIGHED_GRAMS,
    SUBENTRY_SPOOL,
)
from ..production.filament import assigned, takes
from ..production.model import Outcome, RunRecord, Spool
from ..spoolman.spool import Account
from ..store.repository import Repository
from ..store.tally import Spent
from .spoolman_link import SpoolmanLink


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSpool:
    """A spool as its owner described it, here or in Spoolman."""

    spool_id: str
    name: str
    material: str | None
    brand: str | None
    colour: str | None
    """RRGGBB"""
    net_grams: float | None
    """Filament on a full one."""
    price: float | None
    """Of a full one."""
    currency: str
    low_grams: float
    """The owner is told when less than this is left."""
    tag: str | None
    """RFID"""
    tray: int | None
    """Where it was put by hand."""
    weighed_grams: float
    """Filament on it when it was weighed; Spoolman knows better."""
    weighed: datetime | None
    account: Account | None
    """Which of Spoolman's it is."""

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> Self:
        """Return the spool of a subentry."""
        data = subentry.data
        weighed, account = data.get(CONF_WEIGHED), data.get(CONF_ACCOUNT)
        return cls(
            spool_id=subentry.subentry_id,
            name=subentry.title,
            material=data[CONF_MATERIAL],
            brand=data.get(CONF_BRAND),
            colour=data.get(CONF_COLOUR),
            net_grams=data[CONF_NET_GRAMS],
            price=data.get(CONF_PRICE),
            currency=data[CONF_CURRENCY],
            low_grams=data[CONF_LOW_GRAMS],
            tag=data.get(CONF_TAG),
            tray=data.get(CONF_TRAY),
            weighed_grams=data.get(CONF_WEIGHED_GRAMS, 0.0),
            weighed=dt_util.parse_datetime(weighed, raise_on_error=True)
            if weighed
            else None,
            account=Account.parse(account) if account else None,
        )

    @property
    def since(self) -> datetime | None:
        """Since when our books count what was taken from it."""
        return self.account.registered if self.account else self.weighed

    @property
    def price_per_gram(self) -> float | None:
        """In its own currency; None where its price is not known."""
        if self.price is None or not self.net_grams:
            return None
        return self.price / self.net_grams


def in_trays(
    spools: Iterable[OwnSpool], trays: Iterable[Tray] | None
) -> dict[int, OwnSpool]:
    """Return which spool is in which tray; the external spool is 254.

    A tag that the printer reads counts more than a person's choice. That choice ends where the
    printer reads a tag other than the spool's own.
    """
    spools = tuple(spools)
    if not spools:
        return {}
    read = tags(trays)
    by_tag = {spool.tag: spool for spool in spools if spool.tag}
    found = {tray: by_tag[tag] for tray, tag in read.items() if tag in by_tag}
    for spool in spools:
        if spool.tray is None or spool in found.values() or spool.tray in found:
            continue
        if spool.tag is None or read.get(spool.tray, spool.tag) == spool.tag:
            found[spool.tray] = spool
    return found


def tags(trays: Iterable[Tray] | None) -> dict[int, str]:
    """Return the tags that the printer reads, by tray."""
    return {
        one_external(tray.number): tray.tag.upper() for tray in trays or () if tray.tag
    }


class Spools:
    """All spools of one printer."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        repository: Repository,
        spoolman: SpoolmanLink,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._serial: str = entry.data[CONF_SERIAL]
        self._repository = repository
        self._spoolman = spoolman
        self._spent: dict[str, Spent] = {}
        self._unbooked: dict[int, dict[str, float]] = {}
        self.all: dict[str, OwnSpool] = {}
        self.read()

    def read(self) -> bool:
        """Read the spools from the entry; return whether they have changed."""
        found = {
            subentry.subentry_id: OwnSpool.of(subentry)
            for subentry in self._entry.subentries.values()
            if subentry.subentry_type == SUBENTRY_SPOOL
        }
        changed = found != self.all
        self._spent = {
            spool_id: spent
            for spool_id, spent in self._spent.items()
            if found.get(spool_id) and _same_weighing(found, self.all, spool_id)
        }
        self.all = found
        return changed

    async def weigh(self) -> None:
        """Sum up what was taken from each. Raises StoreError."""
        since = {
            spool_id: moment
            for spool_id, spool in self.all.items()
            if (moment := spool.since) is not None
        }
        spent = await self._hass.async_add_executor_job(
            self._repository.spent, self._serial, since
        )
        self._spent = {
            spool_id: spent[spool_id]
            for spool_id, moment in since.items()
            if spool_id in self.all and self.all[spool_id].since == moment
        }

    def note(self, record: RunRecord) -> None:
        """Deduct at once what an ended run was to take from the spools, until it is booked.

        Otherwise the next plate could start before the books include this one.
        """
        run = record.run
        if record.outcome is Outcome.NOT_STARTED:
            return
        taken = takes(record.plate_file, assigned(run))
        self._unbooked[run.run_id] = {
            spool.spool: taken.get(spool.tray) or 0.0 for spool in run.spools
        }

    def booked(self, run_ids: Iterable[int]) -> None:
        """Deduct these runs no longer: the books include them."""
        for run_id in run_ids:
            self._unbooked.pop(run_id, None)

    def left(self, spool_id: str) -> float | None:
        """Return the grams on a spool, the plate in print not taken off; None: unknown."""
        left = self._booked_left(spool_id)
        if left is None:
            return None
        waiting = sum(taken.get(spool_id, 0.0) for taken in self._unbooked.values())
        return max(left - waiting, 0.0)

    def low(self) -> set[str]:
        """Return the spools with less on them, by the books, than their owners want."""
        return {
            spool_id
            for spool_id, spool in self.all.items()
            if (left := self._booked_left(spool_id)) is not None
            and left < spool.low_grams
        }

    def unknown(self, spool_id: str) -> int:
        """Return how often an unknown weight was taken from a spool since it was weighed."""
        spent = self._spent.get(spool_id)
        return spent.unknown if spent else 0

    def loaded(self, trays: Iterable[Tray] | None) -> tuple[Spool, ...]:
        """Return the spools that are in trays, as the line sees them."""
        return tuple(
            Spool(
                spool=spool.spool_id,
                tray=tray,
                left=self.left(spool.spool_id),
                net_grams=spool.net_grams,
                price_per_kg=self._price_per_kg(spool),
                account=str(spool.account) if spool.account else None,
            )
            for tray, spool in sorted(in_trays(self.all.values(), trays).items())
        )

    def names(self) -> dict[str, str]:
        """Return what the spools are called, by id."""
        return {spool_id: spool.name for spool_id, spool in self.all.items()}

    def tray_of(self, spool_id: str, trays: Iterable[Tray] | None) -> int | None:
        """Return where a spool is."""
        found = in_trays(self.all.values(), trays)
        return next((at for at, one in found.items() if one.spool_id == spool_id), None)

    def _booked_left(self, spool_id: str) -> float | None:
        """Return the grams on a spool by the books alone."""
        spool, spent = self.all.get(spool_id), self._spent.get(spool_id)
        if spool is not None and spool.account is not None:
            return self._spoolman.left(spool.account)
        if spool is None or spent is None:
            return None
        return spool.weighed_grams - spent.grams

    def _price_per_kg(self, spool: OwnSpool) -> float | None:
        """Costs are summed in one currency: a price in another one adds nothing."""
        price = spool.price_per_gram
        if price is None or spool.currency != self._hass.config.currency:
            return None
        return price * 1000


def _same_weighing(
    now: dict[str, OwnSpool], before: dict[str, OwnSpool], spool_id: str
) -> bool:
    return spool_id in before and now[spool_id].since == before[spool_id].since

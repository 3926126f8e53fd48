"""Spools of Spoolman's beside a person's own: the same subentry, filled in from there.

So trays, forecast, holds and costs need not know where a spool comes from. A spool becomes
one of the printer's when a person chooses it for a tray, or when the printer reads its tag.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ..bambu.status import Tray
from ..const import (
    CONF_ACCOUNT,
    CONF_BRAND,
    CONF_COLOUR,
    CONF_CURRENCY,
    CONF_LOW_GRAMS,
    CONF_MATERIAL,
    CONF_NET_GRAMS,
    CONF_PRICE,
    CONF_TAG,
    CONF_TRAY,
    LOW_GRAMS,
    SUBENTRY_SPOOL,
)
from ..spoolman.spool import SpoolmanSpool


@callback
def adopt(
    hass: HomeAssistant, entry: ConfigEntry, spool: SpoolmanSpool, currency: str
) -> str:
    """Make a spool one of the printer's, if it is none yet; returns its subentry's id."""
    account = str(spool.account)
    for subentry in entry.subentries.values():
        if subentry.unique_id == account:
            return subentry.subentry_id
    subentry = ConfigSubentry(
        data=MappingProxyType(
            {CONF_LOW_GRAMS: LOW_GRAMS, CONF_TRAY: None, **_facts(spool, currency)}
        ),
        subentry_type=SUBENTRY_SPOOL,
        title=spool.name,
        unique_id=account,
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    return subentry.subentry_id


@callback
def keep(
    hass: HomeAssistant,
    entry: ConfigEntry,
    spools: Mapping[int, SpoolmanSpool],
    currency: str,
    trays: Iterable[Tray] | None,
) -> None:
    """Take over what Spoolman says of the printer's spools, and the spools that it reads."""
    known = {str(spool.account): spool for spool in spools.values()}
    for subentry in tuple(entry.subentries.values()):
        spool = known.get(subentry.unique_id or "")
        if spool is None:
            continue
        data = {**subentry.data, **_facts(spool, currency)}
        if spool.tag is None:
            data[CONF_TAG] = subentry.data.get(CONF_TAG)  # as it was learned here
        if data != subentry.data or subentry.title != spool.name:
            hass.config_entries.async_update_subentry(
                entry, subentry, data=data, title=spool.name
            )
    read = {tray.tag.upper() for tray in trays or () if tray.tag}
    taken = {subentry.data.get(CONF_TAG) for subentry in entry.subentries.values()}
    for spool in spools.values():
        if spool.tag in read - taken:
            adopt(hass, entry, spool, currency)


def _facts(spool: SpoolmanSpool, currency: str) -> dict[str, Any]:
    return {
        CONF_ACCOUNT: str(spool.account),
        CONF_MATERIAL: spool.material,
        CONF_BRAND: spool.vendor,
        CONF_COLOUR: spool.colour,
        CONF_NET_GRAMS: spool.net_grams,
        CONF_PRICE: spool.price,
        CONF_CURRENCY: currency,
        CONF_TAG: spool.tag,
    }

"""Putting a spool into a tray by hand."""

from typing import Any

from homeassistant.core import callback

from ..bambu.tray_numbers import label
from ..books.spools import in_trays, tags
from ..const import CONF_TAG, CONF_TRAY
from ..coordinator import BambuBatchCoordinator
from ..errors import refusal


@callback
def put(
    coordinator: BambuBatchCoordinator, spool_id: str | None, tray: int | None
) -> None:
    """Put a spool into a tray, and take out what was there.

    No tray: take it out. No spool: empty the tray. Raises ServiceValidationError if the
    printer itself knows better.
    """
    _check(coordinator, spool_id, tray)
    spools = coordinator.spools.all
    for spool in tuple(spools.values()):
        if tray is not None and spool.tray == tray:
            _change(coordinator, spool.spool_id, {CONF_TRAY: None})
    if spool_id is None:
        return
    changes: dict[str, Any] = {CONF_TRAY: tray}
    read = tags(coordinator.status.trays)
    if tray in read and spools[spool_id].tag is None:
        changes[CONF_TAG] = read[tray]  # from now on the printer says where it is
    _change(coordinator, spool_id, changes)


def _check(
    coordinator: BambuBatchCoordinator, spool_id: str | None, tray: int | None
) -> None:
    """Refuse what the printer itself knows better."""
    trays = coordinator.status.trays
    read = tags(trays)
    spools = coordinator.spools.all
    for at, spool in in_trays(spools.values(), trays).items():
        is_this = spool.spool_id == spool_id
        if spool.tag and read.get(at) == spool.tag and is_this != (at == tray):
            raise refusal("spool_read", spool=spool.name, tray=label(at))
    own = spools[spool_id] if spool_id is not None else None
    if own and tray in read and own.tag and read[tray] != own.tag:
        raise refusal("spool_other_tag", spool=own.name, tray=label(tray))


def _change(
    coordinator: BambuBatchCoordinator, spool_id: str, changes: dict[str, Any]
) -> None:
    entry = coordinator.config_entry
    subentry = entry.subentries[spool_id]
    coordinator.hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, **changes}
    )

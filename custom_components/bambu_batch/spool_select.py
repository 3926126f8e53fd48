"""Which tray a spool was put into."""

from typing import Any, Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory

from .const import CONF_TAG, CONF_TRAY
from .coordinator import BambuBatchCoordinator
from .library import refusal
from .production.filament import EXTERNAL
from .spool_entity import SpoolEntity
from .spools import OwnSpool, in_trays, place, tags

NOWHERE: Final = "none"
OUTSIDE: Final = "external"
TRAY: Final = SelectEntityDescription(key="tray", entity_category=EntityCategory.CONFIG)


class SpoolTray(SpoolEntity, SelectEntity):
    """Put a spool into a tray by hand; a tag that the printer reads needs no hand."""

    def __init__(self, coordinator: BambuBatchCoordinator, spool: OwnSpool) -> None:
        super().__init__(coordinator, TRAY, spool)

    @property
    @override
    def options(self) -> list[str]:
        """Return the trays that the printer tells of, and the one that the spool is in."""
        return [NOWHERE, *map(label, self._numbers())]

    @property
    @override
    def current_option(self) -> str:
        """Return the tray."""
        return NOWHERE if self.tray is None else label(self.tray)

    @override
    async def async_select_option(self, option: str) -> None:
        """Put the spool there, and take out what was there. Raises ServiceValidationError."""
        tray = next((n for n in self._numbers() if label(n) == option), None)
        spools = self.coordinator.ledger.spools.all
        self._check(tray)
        for spool in spools.values():
            if tray is not None and spool.tray == tray:
                self._change(spool.spool_id, {CONF_TRAY: None})
        changes: dict[str, Any] = {CONF_TRAY: tray}
        read = tags(self.coordinator.status.trays)
        if tray in read and spools[self.spool_id].tag is None:
            changes[CONF_TAG] = read[tray]  # from now on the printer says where it is
        self._change(self.spool_id, changes)

    def _numbers(self) -> list[int]:
        numbers = {place(tray.number) for tray in self.coordinator.status.trays or ()}
        if self.tray is not None:
            numbers.add(self.tray)
        return sorted(numbers)

    def _check(self, tray: int | None) -> None:
        """Refuse what the printer itself knows better."""
        trays = self.coordinator.status.trays
        read = tags(trays)
        spools = self.coordinator.ledger.spools.all
        for at, spool in in_trays(spools.values(), trays).items():
            is_this = spool.spool_id == self.spool_id
            if spool.tag and read.get(at) == spool.tag and is_this != (at == tray):
                raise refusal("spool_read", spool=spool.name, tray=label(at))
        own = spools[self.spool_id]
        if tray in read and own.tag and read[tray] != own.tag:
            raise refusal("spool_other_tag", spool=own.name, tray=label(tray))

    def _change(self, spool_id: str, changes: dict[str, Any]) -> None:
        entry = self.coordinator.config_entry
        subentry = entry.subentries[spool_id]
        self.hass.config_entries.async_update_subentry(
            entry, subentry, data={**subentry.data, **changes}
        )

    @override
    def look(self) -> object:
        """Return all that this select shows."""
        return self.options, self.current_option


def label(number: int) -> str:
    """Return a tray's name as the printer's makers write it: A1 to D4, HT-A to HT-H."""
    if number == EXTERNAL:
        return OUTSIDE
    if number >= 128:
        return f"HT-{chr(ord('A') + number - 128)}"
    unit, slot = divmod(number, 4)
    return f"{chr(ord('A') + unit)}{slot + 1}"

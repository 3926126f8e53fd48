"""Which tray a spool was put into."""

from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory

from ..bambu.tray_numbers import label, one_external
from ..books.spools import OwnSpool
from ..coordinator import BambuBatchCoordinator
from ..entity import requires_control
from .entity import SpoolEntity
from .place import put

NOWHERE: Final = "none"
TRAY: Final = SelectEntityDescription(key="tray", entity_category=EntityCategory.CONFIG)


class SpoolTray(SpoolEntity, SelectEntity):
    """Put a spool into a tray by hand; a tag that the printer reads needs no hand."""

    def __init__(self, coordinator: BambuBatchCoordinator, spool: OwnSpool) -> None:
        super().__init__(coordinator, TRAY, spool)

    @property
    @override
    def options(self) -> list[str]:
        """Return the trays that the printer reports, and the one that the spool is in."""
        return [NOWHERE, *map(label, self._numbers())]

    @property
    @override
    def current_option(self) -> str:
        """Return the tray."""
        return NOWHERE if self.tray is None else label(self.tray)

    @override
    @requires_control
    async def async_select_option(self, option: str) -> None:
        """Put the spool there, and take out what was there. Raises ServiceValidationError."""
        tray = next((n for n in self._numbers() if label(n) == option), None)
        put(self.coordinator, self.spool_id, tray)

    def _numbers(self) -> list[int]:
        numbers = {
            one_external(tray.number) for tray in self.coordinator.status.trays or ()
        }
        if self.tray is not None:
            numbers.add(self.tray)
        return sorted(numbers)

    @override
    def shown_state(self) -> object:
        """Return all that this select shows."""
        return self.options, self.current_option

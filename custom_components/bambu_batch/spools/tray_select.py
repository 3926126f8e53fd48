"""Which spool is in a tray: a person's own, or one of Spoolman's. Only with Spoolman."""

from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..bambu.tray_numbers import label, one_external
from ..books import spoolman_spools
from ..books.spools import in_trays
from ..coordinator import SELDOM, BambuBatchConfigEntry, BambuBatchCoordinator
from ..entity import BambuBatchEntity, requires_control
from .place import put
from .select import NOWHERE

TRAY_SPOOL: Final = "tray_spool"


class TraySpool(BambuBatchEntity, SelectEntity):
    """Choose the spool that is in a tray."""

    def __init__(self, coordinator: BambuBatchCoordinator, tray: int) -> None:
        super().__init__(
            coordinator,
            SelectEntityDescription(
                key=f"{TRAY_SPOOL}_{tray}", entity_category=EntityCategory.CONFIG
            ),
        )
        where = label(tray)
        self._attr_translation_key = (
            f"{TRAY_SPOOL}_{where}" if where == "external" else TRAY_SPOOL
        )
        self._attr_translation_placeholders = {"tray": where}
        self._tray = tray

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a choice."""
        return self.coordinator.spoolman.on

    @property
    @override
    def options(self) -> list[str]:
        """Return the printer's spools, then Spoolman's others."""
        return [NOWHERE, *self._names()]

    @property
    @override
    def current_option(self) -> str:
        """Return what is in the tray."""
        spools = self.coordinator.spools.all.values()
        found = in_trays(spools, self.coordinator.status.trays).get(self._tray)
        names = self._names().items()
        return next(
            (name for name, (spool, _) in names if found and spool == found.spool_id),
            NOWHERE,
        )

    @override
    @requires_control
    async def async_select_option(self, option: str) -> None:
        """Put it there. Raises ServiceValidationError."""
        spool_id, number = self._names().get(option, (None, None))
        spoolman = self.coordinator.spoolman
        if number is not None and spoolman.currency is not None:
            spool_id = spoolman_spools.adopt(
                self.hass,
                self.coordinator.config_entry,
                spoolman.spools[number],
                spoolman.currency,
            )
            self.coordinator.spools.read()
        put(self.coordinator, spool_id, self._tray)

    def _names(self) -> dict[str, tuple[str | None, int | None]]:
        """Return the choices: the id of a spool, or the number of one that only Spoolman has."""
        own = self.coordinator.spools.all.values()
        known = {spool.account for spool in own}
        choices: list[tuple[str, str | None, int | None]] = [
            *((spool.name, spool.spool_id, None) for spool in own),
            *(
                (spool.name, None, number)
                for number, spool in self.coordinator.spoolman.spools.items()
                if spool.account not in known
            ),
        ]
        names: dict[str, tuple[str | None, int | None]] = {}
        for name, spool_id, number in choices:
            unique = name if name not in names else f"{name} ({spool_id or number})"
            names[unique] = spool_id, number
        return names

    @override
    def shown_state(self) -> object:
        """Return all that this select shows."""
        return self.options, self.current_option


@callback
def async_add_trays(
    entry: BambuBatchConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add a select for each tray that the printer reports, once Spoolman is on."""
    coordinator = entry.runtime_data
    there: set[int] = set()

    @callback
    def follow() -> None:
        if not coordinator.spoolman.on:
            return
        reported = {
            one_external(tray.number) for tray in coordinator.status.trays or ()
        }
        if new := reported - there:
            there.update(new)
            async_add_entities(TraySpool(coordinator, tray) for tray in sorted(new))

    entry.async_on_unload(coordinator.async_add_listener(follow, SELDOM))
    follow()

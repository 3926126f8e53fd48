"""What all entities of a spool have in common."""

from collections.abc import Callable, Sequence
from typing import override

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..books.spools import OwnSpool
from ..const import DOMAIN
from ..coordinator import SELDOM, BambuBatchConfigEntry, BambuBatchCoordinator
from ..entity import BambuBatchEntity


class SpoolEntity(BambuBatchEntity):
    """An entity of a person's own spool, which is a device beside its printer."""

    def __init__(
        self,
        coordinator: BambuBatchCoordinator,
        description: EntityDescription,
        spool: OwnSpool,
    ) -> None:
        super().__init__(coordinator, description)
        self.spool_id = spool.spool_id
        self._attr_unique_id = (
            f"{coordinator.serial}_{spool.spool_id}_{description.key}"
        )
        self._attr_device_info = device_info(coordinator, spool)

    @property
    def spool(self) -> OwnSpool | None:
        """The spool as it is described now; None once it is removed."""
        return self.coordinator.spools.all.get(self.spool_id)

    @property
    def tray(self) -> int | None:
        """The tray that it is in."""
        spools = self.coordinator.spools
        return spools.tray_of(self.spool_id, self.coordinator.status.trays)

    @property
    @override
    def available(self) -> bool:
        """Return whether the spool is still there."""
        return self.spool is not None


def device_info(coordinator: BambuBatchCoordinator, spool: OwnSpool) -> dr.DeviceInfo:
    """Return the device as the spool's owner described it."""
    return dr.DeviceInfo(
        identifiers={(DOMAIN, f"{coordinator.serial}_{spool.spool_id}")},
        manufacturer=spool.brand,
        model=spool.material,
        name=spool.name,
    )


@callback
def async_add_spools(
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[OwnSpool], Sequence[Entity]],
) -> None:
    """Add the entities of every spool, and of those that come later, without a reload."""
    coordinator = entry.runtime_data
    shown: dict[str, OwnSpool] = {}

    @callback
    def follow() -> None:
        spools = coordinator.spools.all
        for spool_id in shown.keys() - spools.keys():
            del shown[spool_id]
        for spool_id, spool in spools.items():
            if spool_id not in shown:
                async_add_entities(entities_of(spool), config_subentry_id=spool_id)
            elif shown[spool_id] != spool:
                _note_device(coordinator, spool)
            shown[spool_id] = spool

    entry.async_on_unload(coordinator.async_add_listener(follow, SELDOM))
    follow()


def _note_device(coordinator: BambuBatchCoordinator, spool: OwnSpool) -> None:
    """Update a spool's device after its owner has changed it."""
    dr.async_get(coordinator.hass).async_get_or_create(
        config_entry_id=coordinator.config_entry.entry_id,
        config_subentry_id=spool.spool_id,
        **device_info(coordinator, spool),
    )

"""The picture of the running plate, else of the next one."""

from typing import Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity
from .library import files
from .production.fit import next_task
from .production.model import PlateFile, Task

PARALLEL_UPDATES = 0

THUMBNAIL: Final = ImageEntityDescription(key="thumbnail")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the image of a printer."""
    async_add_entities([ThumbnailImage(entry.runtime_data)])


class ThumbnailImage(BambuBatchEntity, ImageEntity):
    """The plate's picture as the slicer drew it."""

    _attr_content_type = "image/png"

    def __init__(self, coordinator: BambuBatchCoordinator) -> None:
        BambuBatchEntity.__init__(self, coordinator, THUMBNAIL)
        ImageEntity.__init__(self, coordinator.hass)
        self._plate: tuple[str, int] | None = None

    @override
    def shown_state(self) -> object:
        """Return which picture is shown, and note when it changes."""
        file = _plate_file(self.coordinator)
        plate = (file.sha256, file.plate) if file else None
        if plate != self._plate:
            self._plate = plate
            self._attr_image_last_updated = dt_util.utcnow() if plate else None
        return plate

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture."""
        plate_file = _plate_file(self.coordinator)
        if plate_file is None:
            return None
        try:
            file = await files.resolve(self.hass, plate_file.file)
        except ServiceValidationError:
            return None
        return await files.picture(self.hass, file, plate_file.plate)


def _plate_file(coordinator: BambuBatchCoordinator) -> PlateFile | None:
    line = coordinator.line
    task: Task | None
    if line.run is not None:
        task = line.task(line.run.task_id)
    else:
        waiting = line.waiting
        task = next_task(line, coordinator.context.equipment) or (
            waiting[0] if waiting else None
        )
    return task.plate_file if task else None

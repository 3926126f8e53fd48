"""Buttons: what a person does at the printer."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity, requires_control
from .production.event import (
    CloseError,
    Command,
    ConfirmPlateClear,
    PausePrint,
    ResumePrint,
    StopPrint,
)

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class BambuBatchButtonDescription(ButtonEntityDescription):
    """A button, its command, and whether it needs the printer."""

    command: Command
    needs_printer: bool = True


BUTTONS: Final = (
    # In every state, also while the printer is off (FM-134).
    BambuBatchButtonDescription(
        key="plate_clear", command=ConfirmPlateClear(), needs_printer=False
    ),
    BambuBatchButtonDescription(key="pause_print", command=PausePrint()),
    BambuBatchButtonDescription(key="resume_print", command=ResumePrint()),
    BambuBatchButtonDescription(key="stop_print", command=StopPrint()),
    BambuBatchButtonDescription(key="close_error", command=CloseError()),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of a printer."""
    async_add_entities(
        BambuBatchButton(entry.runtime_data, description) for description in BUTTONS
    )


class BambuBatchButton(BambuBatchEntity, ButtonEntity):
    """A button."""

    entity_description: BambuBatchButtonDescription

    def __init__(
        self,
        coordinator: BambuBatchCoordinator,
        description: BambuBatchButtonDescription,
    ) -> None:
        super().__init__(
            coordinator, description, needs_printer=description.needs_printer
        )

    @override
    @requires_control
    async def async_press(self) -> None:
        """Give the command."""
        await self.async_command(self.entity_description.command)

"""The whole scene: a simulated A1 mini, Home Assistant, a dashboard and three queued tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from simulator import Farm, Printer, PrinterSpec

from . import dashboard
from .client import Client
from .home_assistant import HomeAssistant
from .tasks import TASKS


@dataclass(frozen=True, slots=True)
class Scene:
    """What has been set up."""

    hass: HomeAssistant
    printer: Printer
    entities: dict[str, str]
    """Entity ids of the printer by key (`queue`, `progress`, …)."""
    dashboard: str
    """Path of the dashboard."""


class SetUpFailed(Exception):
    """The printer could not be added; the text is the config flow's answer."""


@asynccontextmanager
async def stage(
    folder: Path, *, speed: float, cooldown: int, port: int | None = None
) -> AsyncIterator[Scene]:
    """Set everything up in `folder`; at the end everything is stopped.

    `speed`: simulated seconds in one real second. `cooldown`: real seconds between plates.
    """
    printer_spec = PrinterSpec(name="A1 mini", cooldown_seconds=cooldown)
    hass = HomeAssistant(folder, port=port)
    hass.media.mkdir(parents=True)
    for task in TASKS:
        task.write(hass.media)
    async with Farm([printer_spec], speed=speed) as farm, hass:
        printer = farm.printers[0]
        await add_printer(hass.client, printer, cooldown)
        entities = await hass.client.entities_of(printer.serial)
        path = await dashboard.show(hass.client, entities)
        queue = entities["queue"]
        for task in TASKS:
            await hass.client.act(
                "bambu_batch.enqueue",
                {
                    "file": f"media-source://media_source/local/{task.file}",
                    "copies": task.copies,
                },
                entity_id=queue,
            )
        # Nothing starts before a person has said that the plate is clear.
        await hass.client.act("bambu_batch.confirm_plate_clear", entity_id=queue)
        await hass.client.act("switch.turn_on", entity_id=entities["queue_running"])
        yield Scene(hass, printer, entities, path)


async def add_printer(
    client: Client, printer: Printer, cooldown: int, *, host: str | None = None
) -> None:
    """Add the printer as a person does in the browser; `host`: the address to enter."""
    result = await client.configure(
        "bambu_batch",
        {
            "host": host or printer.host,
            "access_code": printer.access_code,
            "advanced": {
                "mqtt_port": printer.mqtt_port,
                "ftps_port": printer.ftps_port,
            },
        },
        {"plate_clearing": "automatic", "cooldown_seconds": cooldown},
    )
    if result["type"] != "create_entry":
        raise SetUpFailed(str(result))

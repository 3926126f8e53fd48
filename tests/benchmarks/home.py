"""A real Home Assistant with many printers from its first start on, and the watcher in it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, override

from custom_components.bambu_batch.production.context import Context
from custom_components.bambu_batch.production.event import Enqueue, NewTask
from custom_components.bambu_batch.production.line import advance
from custom_components.bambu_batch.production.model import Line, PlateFile
from custom_components.bambu_batch.sliced import reader
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.repository import Repository
from demo.home_assistant import HomeAssistant
from simulator import Farm, Printer, PrinterSpec, slicer

from . import watcher
from .measure import memory_kilobytes, spent_seconds

FILE = "long.gcode.3mf"
STILL = 1e-4
"""Simulated seconds a second: printers report nothing by themselves, and go on for ever."""
BACKLOG = 20
"""Events that a recorder which keeps up has before it."""


class Home(HomeAssistant):
    """Home Assistant with config entries that it finds at its first start."""

    def __init__(
        self, folder: Path, entries: Sequence[Mapping[str, Any]], platform: str
    ) -> None:
        """`platform`: the integration whose states are watched."""
        super().__init__(folder)
        self._entries = entries
        self._watched = platform
        self.media.mkdir(parents=True)

    @override
    def _lay_out(self) -> None:
        super()._lay_out()
        ours = self.folder / "custom_components" / watcher.DOMAIN
        ours.mkdir(exist_ok=True)
        (ours / "__init__.py").write_text(Path(watcher.__file__).read_text())
        manifest = {"domain": watcher.DOMAIN, "name": "Watcher", "version": "1"}
        (ours / "manifest.json").write_text(json.dumps(manifest))
        with (self.folder / "configuration.yaml").open("a") as configuration:
            configuration.write(f"{watcher.DOMAIN}:\n  platform: {self._watched}\n")
        stored = self.folder / ".storage" / "core.config_entries"
        if not stored.exists():
            data = {"entries": [{**_FIELDS, **one} for one in self._entries]}
            document = {"version": 1, "minor_version": 5, "key": stored.name}
            stored.write_text(json.dumps(document | {"data": data}))

    @property
    def processor_seconds(self) -> float:
        """What the process has used so far."""
        assert self.pid is not None
        return spent_seconds(self.pid)

    @property
    def megabytes(self) -> float:
        """What the process holds in memory."""
        return memory_kilobytes("VmRSS", self.pid) / 1024

    async def at_rest(self) -> float:
        """Wait until set-up is recorded, then let Python look through the whole heap.

        Returns what that look takes, in seconds of the processor. Nothing else runs meanwhile,
        and it comes by itself when the heap has grown by a quarter: with all that waits for the
        recorder after set-up, some times a minute. Raises TimeoutError.
        """
        async with asyncio.timeout(300):
            while await self._backlog() > BACKLOG:
                await asyncio.sleep(0.5)
        await asyncio.sleep(2)  # its commit, once a second
        await self.watched()
        await self.client.act(f"{watcher.DOMAIN}.collect")
        return float((await self.watched())["collections"][-1])

    async def _backlog(self) -> int:
        return int((await self.client.command("recorder/info"))["backlog"])

    async def watched(self) -> dict[str, Any]:
        """Return what the watcher has counted since it was last asked."""
        answer = await self.client.act(f"{watcher.DOMAIN}.tell", response=True)
        return dict(answer)


_FIELDS: Mapping[str, Any] = {
    "created_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    "data": {},
    "disabled_by": None,
    "discovery_keys": {},
    "minor_version": 1,
    "modified_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    "options": {},
    "pref_disable_new_entities": False,
    "pref_disable_polling": False,
    "source": "user",
    "subentries": [],
    "version": 1,
}


def entry(printer: Printer, *, enabled: bool = True) -> dict[str, Any]:
    """Return our config entry of a printer, as the form makes it."""
    return {
        "domain": "bambu_batch",
        "entry_id": printer.serial,
        "unique_id": printer.serial,
        "title": f"Printer {printer.serial[-3:]}",
        "data": {
            "host": printer.host,
            "access_code": printer.access_code,
            "serial": printer.serial,
            "mqtt_port": printer.mqtt_port,
            "ftps_port": printer.ftps_port,
            "certificate": printer.certificate_pem,
        },
        "options": {"plate_clearing": "automatic", "cooldown_seconds": 0},
        "disabled_by": None if enabled else "user",
    }


@asynccontextmanager
async def home(
    printers: int, *, tasks: int, enabled: int | None = None, seconds: int = 100_000
) -> AsyncIterator[tuple[Home, Farm]]:
    """Start so many printers with so many tasks each; the first `enabled` are set up.

    `seconds`: how long a plate takes.
    """
    with TemporaryDirectory(prefix="bambu-batch-home-") as folder:
        async with Farm([PrinterSpec()] * printers, speed=2) as farm:
            entries = [
                entry(one, enabled=enabled is None or number < enabled)
                for number, one in enumerate(farm.printers)
            ]
            hass = Home(Path(folder), entries, "bambu_batch")
            file = slicer.write(
                hass.media / FILE,
                [slicer.SlicedPlate(name="long", seconds=seconds, swap="swapmod")],
            )
            queue(hass.folder, farm, file, tasks)
            async with hass:
                yield hass, farm
                await hass.kill()  # nobody looks at it any more


def queue(folder: Path, farm: Farm, file: Path, tasks: int) -> None:
    """Store a queue for each printer, as it was before a restart."""
    content = reader.read(file)
    plate = content.plates[0]
    task = NewTask(
        name="long",
        plate_file=PlateFile(
            file=f"media-source://bambu_batch/local/{file.name}",
            sha256=content.sha256,
            size=content.size,
            plate=plate.index,
            gcode=plate.gcode,
            seconds=plate.seconds,
            filaments=plate.filaments or (),
            grams=plate.grams,
            model=plate.model,
            nozzle=plate.nozzle,
            swap=plate.swap,
            packed=plate.packed,
            md5=plate.digest,
        ),
    )
    line, _ = advance(Line(), Enqueue((task,) * tasks), Context(), datetime.now(UTC))
    with Repository(file_url(folder / "bambu_batch.db")) as repository:
        for printer in farm.printers:
            repository.save(printer.serial, None, line, [])


async def get_ready(hass: Home, printers: Sequence[Printer]) -> None:
    """Let each printer wait for nothing but its plate, with its file on its card."""
    entities = await entities_by_serial(hass)
    await until(lambda: all(one.journal.of("request") for one in printers))
    for one in printers:
        switch = entities[one.serial]["queue_running"]
        await hass.client.act("switch.turn_on", entity_id=switch)
    await until(lambda: all(_has_its_file(one) for one in printers))
    await asyncio.sleep(1)


def _has_its_file(printer: Printer) -> bool:
    files = printer.card.files.values()
    return bool(files) and not any(one.uploading for one in files)


async def begin(hass: Home, printers: Sequence[Printer]) -> None:
    """Let printers that wait for their plate print, and then let their time stand still."""
    entities = await entities_by_serial(hass)
    for one in printers:
        queue = entities[one.serial]["queue"]
        await hass.client.act("bambu_batch.confirm_plate_clear", entity_id=queue)
    await all_print(hass, printers)


async def all_print(hass: Home, printers: Sequence[Printer]) -> None:
    """Wait until printers print, and then let their time stand still."""
    clock = printers[0].clock
    clock.speed = 4
    try:
        await until(lambda: all(one.truth.state == "RUNNING" for one in printers))
    except TimeoutError as err:
        entities = await entities_by_serial(hass)
        for one in printers:
            if one.truth.state != "RUNNING":
                reason = entities[one.serial]["waiting_for"]
                err.add_note(str(await hass.client.state(reason)))
        raise
    clock.speed = STILL
    await asyncio.sleep(2)


async def entities_by_serial(hass: Home) -> dict[str, dict[str, str]]:
    """Return the entity ids of all our printers by serial and key."""
    found: dict[str, dict[str, str]] = {}
    for one in await hass.client.command("config/entity_registry/list"):
        if one["platform"] == "bambu_batch" and not one["disabled_by"]:
            serial, _, key = one["unique_id"].partition("_")
            found.setdefault(serial, {})[key] = one["entity_id"]
    return found


async def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something that happens here. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)

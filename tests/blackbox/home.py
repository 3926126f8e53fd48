"""What the tests of this folder share: one Home Assistant, and printers in it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
from time import monotonic
from typing import Any, Final, cast

import pytest

from demo.client import Client, Json
from demo.home_assistant import HomeAssistant
from simulator import Farm, Printer, PrinterSpec, slicer
from simulator.slicer import SlicedPlate

MARKS: Final = [
    pytest.mark.real,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="session"),
]
SPEED: Final = 100
"""Simulated seconds in one real second: a clip takes one, a box half a minute."""
SHORT: Final = 100
"""Simulated seconds of a plate that is printed to its end."""
PATIENCE: Final = 60.0
"""Real seconds until something must have happened, on a busy machine too."""

READER: Final = ("reader", "reader")
"""User name and password."""

CLIP: Final = "clip.gcode.3mf"
BOX: Final = "box.gcode.3mf"
PAIR: Final = "pair.gcode.3mf"
STAYS: Final = "stays.gcode.3mf"
FOREIGN: Final = "for an A1.gcode.3mf"
UNSLICED: Final = "unsliced.3mf"


def fill(media: Path) -> None:
    """Put files of every kind into a media folder."""
    swap = "swapmod"
    slicer.write(media / CLIP, [SlicedPlate(name="clip", seconds=SHORT, swap=swap)])
    slicer.write(
        media / BOX, [SlicedPlate(name="box", seconds=3000, swap=swap, shape="ring")]
    )
    pair = [SlicedPlate(index=one, seconds=SHORT, swap=swap) for one in (1, 2)]
    slicer.write(media / PAIR, pair)
    slicer.write(media / STAYS, [SlicedPlate(name="stays", seconds=SHORT)])
    slicer.write(media / FOREIGN, [SlicedPlate(swap=swap)], model="N2S")
    slicer.write(media / UNSLICED, [], unsliced=[1])


@dataclass
class Home:
    """Home Assistant and two people in it."""

    hass: HomeAssistant
    reader: Client
    """A user of the group Read only."""
    secrets: set[str] = field(default_factory=set)
    """What may never be written anywhere."""

    @property
    def client(self) -> Client:
        """The user who may do everything."""
        return self.hass.client

    async def cut_power(self) -> None:
        """Kill Home Assistant, start it again, and let both people in."""
        await self.reader.close()
        await self.hass.kill()
        await self.hass.start(timeout=280)
        self.reader = await self.hass.log_in(*READER)

    def keep_secret(self, printer: Printer) -> None:
        """Watch for a printer's serial and code from now on."""
        self.secrets |= {printer.serial, printer.access_code}

    def stored_entry(self, entry_id: str) -> Json | None:
        """Return an entry as it is on disk."""
        file = self.hass.folder / ".storage" / "core.config_entries"
        entries = json.loads(file.read_text())["data"]["entries"]
        return next((one for one in entries if one["entry_id"] == entry_id), None)

    async def until_stored(self, entry_id: str, **fields: Any) -> None:
        """Wait until an entry's data or options on disk have these values."""

        async def has_them() -> bool:
            entry = self.stored_entry(entry_id)
            stored = {**entry["data"], **entry["options"]} if entry else {}
            return all(stored.get(key) == value for key, value in fields.items())

        await eventually(has_them, f"stored {fields}")

    # Flows

    async def begin(self, **context: Any) -> Json:
        """Begin to set a printer up, or with an `entry_id` to reconfigure it."""
        return await self._flow("", {"handler": "bambu_batch", **context})

    async def fill_in(self, flow: Json, form: Json) -> Json:
        """Submit a form of a config flow."""
        return await self._flow(f"/{flow['flow_id']}", form)

    async def _flow(self, path: str, data: Json) -> Json:
        answer = await self.client.post(f"/api/config/config_entries/flow{path}", data)
        return cast(Json, answer)

    async def flows(self, source: str) -> list[Json]:
        """Return the config flows of ours that wait for a person."""
        return [
            flow
            for flow in await self.client.command("config_entries/flow/progress")
            if flow["handler"] == "bambu_batch" and flow["context"]["source"] == source
        ]

    async def entries(self) -> list[Json]:
        """Return our entries."""
        answer = await self.client.command("config_entries/get", domain="bambu_batch")
        return cast(list[Json], answer)

    async def remove(self, entry_id: str) -> None:
        """Remove an entry."""
        await self.client.request(
            "DELETE", f"/api/config/config_entries/entry/{entry_id}"
        )

    @asynccontextmanager
    async def machine(
        self, *, speed: float = SPEED, options: Json | None = None, **spec: Any
    ) -> AsyncIterator[Machine]:
        """Set a new simulated printer up; it is removed at the end."""
        async with Farm([PrinterSpec(**spec)], speed=speed) as farm:
            machine = await self.set_up(farm.printers[0], options)
            try:
                yield machine
            finally:
                await self.remove(machine.entry_id)

    async def set_up(self, printer: Printer, options: Json | None = None) -> Machine:
        """Set a printer up as a person does."""
        self.keep_secret(printer)
        flow = await self.fill_in(await self.begin(), address(printer))
        assert flow["step_id"] == "production", flow
        flow = await self.fill_in(
            flow, {"plate_clearing": "automatic", "cooldown_seconds": 1}
        )
        assert flow["type"] == "create_entry", flow
        entry_id = flow["result"]["entry_id"]
        try:
            entities = await self.client.entities_of(printer.serial)
            machine = Machine(self, printer, entry_id, entities)
            await machine.until("printer_state", "idle", "finished")
            if options:
                await machine.change_options(**options)
        except BaseException:
            await self.remove(entry_id)
            raise
        return machine


@dataclass
class Machine:
    """One printer as the users of Home Assistant know it."""

    home: Home
    printer: Printer
    entry_id: str
    entities: dict[str, str]
    """Entity ids by key."""

    @property
    def client(self) -> Client:
        """The user who may do everything."""
        return self.home.client

    @property
    def queue(self) -> str:
        """The entity that the actions are given to."""
        return self.entities["queue"]

    async def state(self, key: str) -> str:
        """Return an entity's state."""
        return str((await self.client.state(self.entities[key]))["state"])

    async def attributes(self, key: str) -> Json:
        """Return an entity's attributes."""
        return cast(Json, (await self.client.state(self.entities[key]))["attributes"])

    async def until(self, key: str, *values: str, seconds: float = PATIENCE) -> None:
        """Wait until an entity has one of these states."""
        seen = ""

        async def is_it() -> bool:
            nonlocal seen
            seen = await self.state(key)
            return seen in values

        try:
            await eventually(is_it, f"{key} in {values}", seconds)
        except AssertionError:
            waits = await self.state("waiting_for")
            raise AssertionError(
                f"{key} is {seen}, not {' or '.join(values)}; waiting for {waits}"
            ) from None

    async def act(
        self,
        action: str,
        *,
        response: bool = False,
        user: Client | None = None,
        **data: Any,
    ) -> Any:
        """Call one of our actions."""
        return await (user or self.client).act(
            f"bambu_batch.{action}", data, entity_id=self.queue, response=response
        )

    async def press(self, key: str) -> None:
        """Press a button."""
        await self.client.act("button.press", entity_id=self.entities[key])

    async def switch(self, key: str, *, on: bool) -> None:
        """Turn a switch."""
        word = "on" if on else "off"
        await self.client.act(f"switch.turn_{word}", entity_id=self.entities[key])

    async def enqueue(self, file: str = CLIP, **data: Any) -> list[Json]:
        """Queue a file; returns the new tasks."""
        answer = await self.act("enqueue", response=True, file=file, **data)
        return cast(list[Json], answer["tasks"])

    async def tasks(self) -> list[Json]:
        """Return all tasks."""
        answer = await self.act("get_queue", response=True)
        return cast(list[Json], answer["tasks"])

    async def run(self) -> None:
        """Confirm the plate and run the queue."""
        await self.press("plate_clear")
        await self.switch("queue_running", on=True)

    def hurry(self) -> None:
        """Let the rest of a long print pass in a few seconds."""
        self.printer.clock.speed = 10 * SPEED

    async def options(self) -> Json:
        """Return the options' form: an open flow."""
        answer = await self.client.post(
            "/api/config/config_entries/options/flow", {"handler": self.entry_id}
        )
        return cast(Json, answer)

    async def change_options(self, **changes: Any) -> None:
        """Change options by their names and leave the others as the form shows them."""
        flow = await self.options()
        form = {
            section["name"]: {
                one["name"]: changes.get(
                    one["name"],
                    section.get("description", {})
                    .get("suggested_value", {})
                    .get(one["name"], suggested(one)),
                )
                for one in section["schema"]
            }
            for section in flow["data_schema"]
        }
        form = {
            name: {key: value for key, value in fields.items() if value is not None}
            for name, fields in form.items()
        }
        answer = await self.client.post(
            f"/api/config/config_entries/options/flow/{flow['flow_id']}", form
        )
        assert answer["type"] == "create_entry", answer

    async def issues(self) -> dict[str, Json]:
        """Return this printer's open repair issues by their kind."""
        known = await self.client.command("repairs/list_issues")
        return {
            one["translation_key"]: one
            for one in known["issues"]
            if one["domain"] == "bambu_batch"
            and one["issue_id"].endswith(self.entry_id)
        }

    async def issue(self, kind: str) -> Json:
        """Wait for an issue."""

        async def is_there() -> bool:
            return kind in await self.issues()

        await eventually(is_there, f"issue {kind}")
        return (await self.issues())[kind]

    async def no_issue(self, kind: str) -> None:
        """Wait until an issue is gone."""

        async def is_gone() -> bool:
            return kind not in await self.issues()

        await eventually(is_gone, f"no issue {kind}")

    async def fix(self, issue: Json, *answers: Json) -> Json:
        """Open an issue's fix flow and answer its steps; returns the last step."""
        path = "/api/repairs/issues/fix"
        flow = await self.client.post(
            path, {"handler": "bambu_batch", "issue_id": issue["issue_id"]}
        )
        for answer in answers:
            flow = await self.client.post(f"{path}/{flow['flow_id']}", answer)
        return cast(Json, flow)


def address(printer: Printer, **changes: Any) -> Json:
    """Fill in the first form."""
    return {
        "host": printer.host,
        "access_code": printer.access_code,
        "advanced": {"mqtt_port": printer.mqtt_port, "ftps_port": printer.ftps_port},
        **changes,
    }


def suggested(one: Json) -> Any:
    """Return what a field of a form is filled in with."""
    return one.get("description", {}).get("suggested_value", one.get("default"))


async def eventually(
    question: Callable[[], Awaitable[bool]], what: str, seconds: float = PATIENCE
) -> None:
    """Ask until the answer is yes."""
    deadline = monotonic() + seconds
    while not await question():
        assert monotonic() < deadline, f"not within {seconds:g} s: {what}"
        await asyncio.sleep(0.1)


def names(tasks: Iterable[Json]) -> list[str]:
    """Return the tasks' names."""
    return [task["name"] for task in tasks]

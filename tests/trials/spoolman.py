"""Kills of Home Assistant and of Spoolman, while they exchange what was used.

    python -m tests.trials.spoolman --count 100 --seed 1

Two processes, a printer made of software, and a network that holds either
a booking or its answer. At the end Spoolman must have of every spool
exactly what the records of the runs say. `SPOOLMAN_COMMAND` names a true Spoolman to kill,
for example `run-spoolman {port} {folder}`; without it a small one of ours is killed.
"""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
import random
import signal
import sys
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final, override

from custom_components.bambu_batch.store.charges import Charge
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.repository import Repository
from demo.client import Client
from demo.home_assistant import HomeAssistant
from demo.scene import add_printer
from simulator import Farm, PrinterSpec, slicer
from tests.spoolman.server import SpoolmanProcess

from . import kills
from .kills import AWAY, CONFIGURATION, COOLDOWN, SPEED, STARTING
from .network import Moment, Network

HASS: Final = "Home Assistant"
SPOOLMAN: Final = "Spoolman"

type Blow = tuple[Moment | None, tuple[str, ...]]
"""When, and who is killed; nobody if only the network breaks."""

BLOWS: Final[dict[Blow, int]] = {
    (Moment.REQUEST, (HASS,)): 3,
    (Moment.ANSWER, (HASS,)): 3,
    (Moment.REQUEST, (SPOOLMAN,)): 2,
    (Moment.ANSWER, (SPOOLMAN,)): 2,
    (Moment.REQUEST, ()): 2,
    (Moment.ANSWER, ()): 2,
    (Moment.ANSWER, (HASS, SPOOLMAN)): 2,
    (None, (HASS,)): 1,
    (None, (SPOOLMAN,)): 1,
}
"""How often of each."""
GRAMS: Final = ((12.0,), (0.35, 7.12), (3.3, 1.1), (40.01,))
"""What each file takes of which tray; as many as the other trial has files."""
PATIENCE: Final = 40.0
TOLERANCE: Final = 1e-6
"""Grams: sums in another order differ in the last bits."""


@dataclass
class Trial(kills.Trial):
    """One Home Assistant, one printer, one Spoolman."""

    spoolman: SpoolmanProcess = field(kw_only=True)
    network: Network = field(kw_only=True)
    blows: Sequence[Blow] = field(kw_only=True)

    @override
    async def run(self, count: int) -> list[str]:
        """Strike `count` times; returns what is wrong in the end, a line each."""
        await self.spoolman.start()
        numbers = await self.spoolman.fill(2)
        await self.hass.start(timeout=STARTING)
        await add_printer(self.hass.client, self.printer, COOLDOWN)
        await self._turn_spoolman_on()
        await self._load(numbers)
        await self._until_stored(len(numbers))
        for number in range(1, count + 1):
            began = monotonic()
            name = await self._strike(self.blows[number - 1])
            self.kills[name] += 1
            seconds = monotonic() - began
            self.say(f"{number}: {name}; {self.network.uses} uses ({seconds:.1f} s)")
        wrong = await self._finish() or await self._tell_all()
        await self.hass.stop()
        return wrong + self._reckon() + await self._compare(numbers)

    async def _turn_spoolman_on(self) -> None:
        """Fill in the options' form as a person does."""
        client = self.hass.client
        (entry,) = await client.command("config_entries/get", domain="bambu_batch")
        await change_options(
            client, entry["entry_id"], {"spoolman_url": self.network.url}
        )

    async def _load(self, numbers: list[int]) -> None:
        """Put Spoolman's spools into the first trays."""
        async with asyncio.timeout(60):
            while "tray_spool_1" not in self.entities:
                await asyncio.sleep(0.2)
                self.entities = await self.hass.client.entities_of(self.printer.serial)
        for tray, number in enumerate(numbers):
            entity_id = self.entities[f"tray_spool_{tray}"]
            option = ""
            while not option:
                await asyncio.sleep(0.2)
                state = await self.hass.client.state(entity_id)
                options = state["attributes"].get("options", ())
                option = next((o for o in options if o.startswith(f"#{number} ")), "")
            await self.hass.client.act(
                "select.select_option", {"option": option}, entity_id=entity_id
            )

    async def _until_stored(self, spools: int) -> None:
        """Home Assistant itself writes its entries down late."""
        file = self.hass.folder / ".storage" / "core.config_entries"
        async with asyncio.timeout(60):
            while not file.exists() or file.read_text().count('"tray":') < spools:
                await asyncio.sleep(0.2)

    async def _strike(self, blow: Blow) -> str:
        """Wait for a moment and kill somebody; both are there again afterwards."""
        moment, victims = blow
        if moment is None:
            came, patience = asyncio.Event(), self.chance.uniform(0.5, 4)
        else:
            came, patience = self.network.hold(moment), PATIENCE
        name = str(moment or "at any time")
        try:
            async with asyncio.timeout(patience):
                while not came.is_set():
                    with suppress(*AWAY):
                        await self._edit()
                        await self._attend()
                    await asyncio.sleep(0.05)
        except TimeoutError:
            name = "at any time"
        if HASS in victims:
            await self.hass.kill()
        if SPOOLMAN in victims:
            await self.spoolman.kill()
        self.network.release()
        if SPOOLMAN in victims:
            await asyncio.sleep(self.chance.uniform(0, 1))
            await self.spoolman.start()
        if HASS in victims:
            await self._come_back()
        return f"{name}: {' and '.join(victims) or 'the connection breaks'}"

    def _unfinished(self) -> list[Charge]:
        with Repository(file_url(self.hass.folder / "bambu_batch.db")) as repository:
            return repository.unfinished_charges()

    async def _tell_all(self) -> list[str]:
        """Wait until everything is booked in Spoolman; returns what is not."""
        try:
            async with asyncio.timeout(PATIENCE):
                while await asyncio.to_thread(self._unfinished):
                    await asyncio.sleep(0.3)
        except TimeoutError:
            return [f"never told: {charge}" for charge in self._unfinished()]
        return []

    async def _compare(self, numbers: list[int]) -> list[str]:
        """Compare what each spool has used, in Spoolman and here."""
        booked = dict.fromkeys(numbers, 0.0)
        with Repository(file_url(self.hass.folder / "bambu_batch.db")) as repository:
            for entry in repository.history(self.printer.serial, limit=None):
                accounts = {
                    spool.spool: int(str(spool.account).partition("@")[0])
                    for spool in entry.record.run.spools
                }
                assert entry.consumption is not None
                for use in entry.consumption.filaments:
                    if use.spool is not None and use.grams is not None:
                        booked[accounts[use.spool]] += use.grams
        used = {number: await self.spoolman.used(number) for number in numbers}
        self.say(f"booked here {booked}, used there {used}")
        wrong = [
            f"spool {number}: {booked[number]} g booked, {used[number]} g used there"
            for number in numbers
            if abs(booked[number] - used[number]) > TOLERANCE
        ]
        return wrong if any(booked.values()) else [*wrong, "nothing was printed"]


async def change_options(
    client: Client, entry_id: str, changes: dict[str, Any]
) -> None:
    """Change some options by the form, and leave the others as it shows them."""
    path = "/api/config/config_entries/options/flow"
    flow = await client.post(path, {"handler": entry_id})
    form: dict[str, dict[str, Any]] = {}
    for section in flow["data_schema"]:
        shown = {
            one["name"]: one.get("description", {}).get("suggested_value")
            for one in section["schema"]
        }
        wanted = {name: changes.get(name, value) for name, value in shown.items()}
        form[section["name"]] = {k: v for k, v in wanted.items() if v is not None}
    answer = await client.post(f"{path}/{flow['flow_id']}", form)
    assert answer["type"] == "create_entry", answer


def by_chance(count: int, seed: int) -> list[Blow]:
    """Choose blows."""
    return random.Random(seed).choices(list(BLOWS), list(BLOWS.values()), k=count)


async def try_out(
    folder: Path, blows: Sequence[Blow], seed: int, say: Any = print
) -> list[str]:
    """Run the whole trial in a folder; returns what is wrong."""
    program = (str(Path(kills.__file__).with_name("home_assistant.py")), str(SPEED))
    hass = HomeAssistant(
        folder / "config", program=program, configuration=CONFIGURATION
    )
    hass.media.mkdir(parents=True)
    for number, grams in enumerate(GRAMS):
        colours = ("#FFFFFF", "#000000")  # the first two trays
        filaments = tuple(
            slicer.Filament(slot=slot, colour=colours[slot - 1], grams=weight)
            for slot, weight in enumerate(grams, 1)
        )
        plate = slicer.SlicedPlate(
            seconds=240, swap="swapmod", layers=20 + number, filaments=filaments
        )
        slicer.write(hass.media / f"part-{number}.gcode.3mf", [plate], model="N1")
    spoolman = SpoolmanProcess(folder / "spoolman")
    network = Network(spoolman.port, random.Random(seed))
    spec = PrinterSpec(cooldown_seconds=COOLDOWN)
    async with Farm([spec], speed=SPEED) as farm, network.open():
        trial = Trial(
            hass,
            farm.printers[0],
            farm,
            random.Random(seed),
            say,
            spoolman=spoolman,
            network=network,
            blows=blows,
        )
        try:
            return await trial.run(len(blows))
        finally:
            await hass.kill()
            await spoolman.kill()


def main() -> int:
    """Run from the command line; the exit code is 0 if all was well."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.spoolman")
    parser.add_argument("--count", type=int, default=100, help="blows")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = monotonic()
    with TemporaryDirectory(prefix="bambu-batch-") as passing:
        folder = Path(passing)
        blows = by_chance(arguments.count, arguments.seed)
        wrong = asyncio.run(try_out(folder, blows, arguments.seed))
    print(f"{len(wrong)} faults in {monotonic() - began:.0f} s", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

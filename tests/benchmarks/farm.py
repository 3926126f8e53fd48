"""A farm in a real Home Assistant: 20 printers, each a delta a second, for a minute.

python -m tests.benchmarks.farm [--printers 20] [--seconds 60]

Prints the writes of our entities and how many of them changed something, the processor time of the
whole process for each delta, and the longest callback of its event loop, at rest and while all
print. Fails where a state is written that is the same, or where Home Assistant complains of a
blocking call. Callbacks of more than 0.1 s, asyncio's own limit, are named.
"""

from argparse import ArgumentParser
import asyncio
from collections.abc import Sequence
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, override

from demo.client import Client
from demo.home_assistant import HomeAssistant
from demo.scene import add_printer
from simulator import Farm, Printer, PrinterSpec, slicer

_COUNTER = '''\
"""Counts the writes of our entities, and times every callback of the event loop."""

from asyncio import Handle
from time import perf_counter, thread_time

from homeassistant.core import SupportsResponse
from homeassistant.helpers.entity import Entity

DOMAIN = "counter_of_writes"
SLOW = 0.1
lists = {}
counts = {"written": 0, "changed": 0, "unchanged": [], "longest": 0.0, "slow": []}


async def async_setup(hass, config):
    write = Entity._async_write_ha_state

    def count(entity):
        ours = entity.platform.platform_name == "bambu_batch"
        before = hass.states.get(entity.entity_id)
        write(entity)
        if ours:
            counts["written"] += 1
            # The items of a to-do list are pushed by a write, and stand in no state.
            items = getattr(entity, "todo_items", None)
            same_items = items == lists.get(entity.entity_id)
            lists[entity.entity_id] = items
            if same_items and hass.states.get(entity.entity_id) is before:
                counts["unchanged"].append(f"{entity.entity_id} ({before and before.state})")
            else:
                counts["changed"] += 1

    Entity._async_write_ha_state = count

    run = Handle._run

    def timed(handle):
        begun, worked = perf_counter(), thread_time()
        callback = handle._callback
        run(handle)
        took = perf_counter() - begun
        counts["longest"] = max(counts["longest"], took)
        if took > SLOW:
            worked = thread_time() - worked
            counts["slow"].append(f"{took:.3f} s, {worked:.3f} s of it at work: {callback}")

    Handle._run = timed

    async def tell(call):
        said = dict(counts, unchanged=list(counts["unchanged"]), slow=list(counts["slow"]))
        counts["longest"] = 0.0
        return said

    hass.services.async_register(
        DOMAIN, "tell", tell, supports_response=SupportsResponse.ONLY
    )
    return True
'''
_TICK = 2.0
"""Simulated seconds between two deltas of a printer."""
_FILE = "long.gcode.3mf"


class _Counted(HomeAssistant):
    """Home Assistant with the counter in it."""

    @override
    def _lay_out(self) -> None:
        super()._lay_out()
        counter = self.folder / "custom_components" / "counter_of_writes"
        counter.mkdir(exist_ok=True)
        (counter / "__init__.py").write_text(_COUNTER)
        (counter / "manifest.json").write_text(
            '{"domain": "counter_of_writes", "name": "Counter", "version": "1"}'
        )
        with (self.folder / "configuration.yaml").open("a") as configuration:
            configuration.write("counter_of_writes:\n")


def main(arguments: Sequence[str] = ()) -> None:
    """Print a line for printers at rest and one for printers at work."""
    parser = ArgumentParser("python -m tests.benchmarks.farm", description=__doc__)
    parser.add_argument("--printers", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="bambu-batch-farm-") as folder:
        asyncio.run(_measure(Path(folder), options.printers, options.seconds))


async def _measure(folder: Path, count: int, seconds: int) -> None:
    hass = _Counted(folder)
    hass.media.mkdir(parents=True)
    plate = slicer.SlicedPlate(name="long", seconds=100_000, swap="swapmod")
    slicer.write(hass.media / _FILE, [plate])
    async with Farm([PrinterSpec()] * count, speed=_TICK) as farm, hass:
        for printer in farm.printers:
            await add_printer(hass.client, printer, cooldown=60)
        print(
            f"{count} printers      deltas/s  written/delta  changed/delta  CPU/delta"
            "  longest callback"
        )
        await _line("at rest", hass, farm, seconds)
        await asyncio.gather(*(_print(hass.client, one) for one in farm.printers))
        farm.clock.speed = 60
        async with asyncio.timeout(300):
            while not all(one.truth.state == "RUNNING" for one in farm.printers):
                await asyncio.sleep(0.1)
            await asyncio.sleep(5)
        farm.clock.speed = _TICK
        await _line("printing", hass, farm, seconds)
        if complaints := hass.complaints("blocking call"):
            raise SystemExit("\n".join(complaints))
        print("no blocking call in the log")


async def _print(client: Client, printer: Printer) -> None:
    """Let a printer begin a print of a day."""
    entities = await client.entities_of(printer.serial)
    queue = entities["queue"]
    await client.act("bambu_batch.enqueue", {"file": _FILE}, entity_id=queue)
    await client.act("bambu_batch.confirm_plate_clear", entity_id=queue)
    await client.act("switch.turn_on", entity_id=entities["queue_running"])


async def _line(what: str, hass: HomeAssistant, farm: Farm, seconds: int) -> None:
    begun, spent = await _counts(hass.client), _processor_seconds(hass)
    sent = _sent(farm)
    await asyncio.sleep(seconds)
    deltas = _sent(farm) - sent
    spent = _processor_seconds(hass) - spent
    ended = await _counts(hass.client)
    written, changed = (
        (ended[one] - begun[one]) / deltas for one in ("written", "changed")
    )
    print(
        f"{what:16} {deltas / seconds:9.1f} {written:14.3f} {changed:14.3f} "
        f"{spent / deltas * 1e6:7.0f} µs {ended['longest'] * 1000:14.0f} ms"
    )
    print(*ended["slow"][len(begun["slow"]) :], sep="\n", end="")
    if written > changed:
        names = ", ".join(ended["unchanged"][len(begun["unchanged"]) :])
        raise SystemExit(f"written although nothing of them had changed: {names}")


async def _counts(client: Client) -> dict[str, Any]:
    answer = await client.act("counter_of_writes.tell", response=True)
    return dict(answer)


def _sent(farm: Farm) -> int:
    """Return how many messages the printers have sent by their clock."""
    return int(farm.clock.now() / _TICK) * len(farm.printers)


def _processor_seconds(hass: HomeAssistant) -> float:
    """Return what the process has used so far."""
    fields = Path(f"/proc/{hass.pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])

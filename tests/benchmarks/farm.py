"""A hundred printers in one Home Assistant, with fifty tasks each.

python -m tests.benchmarks.farm [--short]

First twenty are set up, then forty, which tells the memory that one takes; then all. Once
Home Assistant has recorded that, four gates a second are opened; the starts arrive at the
printers. Beside them: how late the event loop was meanwhile, by which a busy machine shows.
When all print, each reports once a second.
"""

import asyncio
from collections.abc import Iterable, Sequence
from statistics import median
from time import monotonic, time

from simulator import Entry, Farm, Printer

from .figure import Figure, Of, at_most
from .home import Home, all_print, entities_by_serial, get_ready, home, until
from .measure import percentile
from .table import show_alone
from .traffic import Percents, report

MEMORY = "memory a printer"
STARTS_A_SECOND = 4


def figures(short: bool) -> Iterable[Figure]:
    """Measure the growth of the farm, the starts, and the farm at work."""
    sizes = (1, 2, 4) if short else (20, 40, 100)
    return asyncio.run(_measure(sizes, 3 if short else 40))


async def _measure(sizes: Sequence[int], seconds: float) -> list[Figure]:
    few, more, count = sizes
    async with home(count, tasks=50, enabled=few) as (hass, farm):
        settle = seconds / 8
        memory = [await _memory(hass, farm.printers[:few], settle)]
        collections = [await hass.at_rest()]
        await _set_up(hass, farm.printers[few:more])
        memory.append(await _memory(hass, farm.printers[:more], settle))
        await _set_up(hass, farm.printers[more:])
        await until(lambda: all(one.journal.of("request") for one in farm.printers))
        await hass.at_rest()
        life = await _life(hass, farm.printers[:more])
        await get_ready(hass, farm.printers)
        collections.append(await hass.at_rest())
        starts = await _starts(hass, farm)
        late = (await hass.watched())["lateness"]
        await all_print(hass, farm.printers)
        return [
            Figure(
                name=MEMORY,
                value=(memory[1] - memory[0]) / (more - few),
                unit="MiB",
                goals=(at_most(1), at_most(1 / 2, Of.PEER)),
            ),
            *(
                Figure(
                    name=f"gate opens → project_file, {count} printers, p{percent}",
                    value=percentile(starts, percent) * 1000,
                    unit="ms",
                    beside="event loop late",
                    reference=percentile(late, percent) * 1000,
                    goals=(at_most(50),) if percent == 99 else (),
                )
                for percent in (50, 95, 99)
            ),
            Figure(
                name=f"Python looks through the whole heap, {count} printers",
                value=collections[1] * 1000,
                unit="ms",
                beside=f"{few} printers",
                reference=collections[0] * 1000,
            ),
            *await _at_work(hass, farm.printers, seconds),
            *life,
        ]


async def _set_up(hass: Home, printers: Sequence[Printer]) -> list[float]:
    """Enable config entries, as a person does one after the other; in seconds each."""
    return [await _switch(hass, one, disabled_by=None) for one in printers]


async def _switch(hass: Home, printer: Printer, *, disabled_by: str | None) -> float:
    begun = monotonic()
    await hass.client.command(
        "config_entries/disable", entry_id=printer.serial, disabled_by=disabled_by
    )
    return monotonic() - begun


async def _life(hass: Home, printers: Sequence[Printer]) -> list[Figure]:
    """Unload printers that are at rest, and set them up again."""
    unloads = [await _switch(hass, one, disabled_by="user") for one in printers]
    set_ups = await _set_up(hass, printers)
    return [
        Figure(name=name, value=median(taken) * 1000, unit="ms", goals=(at_most(most),))
        for name, taken, most in (
            ("unload a printer", unloads, 16),
            ("set a printer up", set_ups, 62),
        )
    ]


async def _memory(hass: Home, printers: Sequence[Printer], settle: float) -> float:
    """Return what Home Assistant holds once all these have been connected for a while."""
    await until(lambda: all(one.journal.of("request") for one in printers))
    await asyncio.sleep(settle)
    return hass.megabytes


async def _starts(hass: Home, farm: Farm) -> list[float]:
    """Open four gates a second; return how long each start was on its way, in seconds."""
    entities = await entities_by_serial(hass)
    opened: dict[str, float] = {}
    sent: dict[str, float] = {}

    def note(entry: Entry) -> None:
        if entry.kind == "start":
            sent.setdefault(entry.printer, entry.time.timestamp())

    for one in farm.printers:
        one.journal.listen(note)

    async def open_gate(printer: Printer) -> None:
        opened[printer.serial] = time()
        await hass.client.act(
            "bambu_batch.confirm_plate_clear",
            entity_id=entities[printer.serial]["queue"],
        )

    farm.clock.speed = 2  # a report a second
    async with asyncio.TaskGroup() as people:
        for one in farm.printers:
            people.create_task(open_gate(one))
            await asyncio.sleep(1 / STARTS_A_SECOND)
    await until(lambda: sent.keys() == opened.keys())
    return [sent[serial] - opened[serial] for serial in opened]


async def _at_work(
    hass: Home, printers: Sequence[Printer], seconds: float
) -> list[Figure]:
    await hass.watched()
    before = hass.processor_seconds
    _, percents = await report(printers, each_second=1, seconds=seconds)
    spent = hass.processor_seconds - before
    await asyncio.sleep(2)
    watched = await hass.watched()
    shown = _waits(percents, watched["shown"])
    assert len(shown) >= 0.9 * len(percents), f"{len(shown)} shown of {len(percents)}"
    of = f"{len(printers)} printers, a delta a second, 50 tasks each"
    return [
        Figure(
            name=f"{of}: CPU",
            value=spent / seconds * 100,
            unit="% of a core",
            goals=(at_most(8),),
        ),
        Figure(
            name=f"{of}: lateness, p99.9",
            value=percentile(watched["lateness"], 99.9) * 1000,
            unit="ms",
            goals=(at_most(20),),
        ),
        Figure(
            name=f"{of}: report shown, p95",
            value=percentile(shown, 95) * 1000,
            unit="ms",
            goals=(at_most(100),),
        ),
    ]


def _waits(percents: Percents, shown: Iterable[tuple[str, str, float]]) -> list[float]:
    """Return how long each percentage took from the printer to a state, in seconds."""
    first: dict[tuple[str, int], float] = {}
    for unique_id, state, at in shown:
        if state.isdecimal():
            first.setdefault((unique_id.partition("_")[0], int(state)), at)
    return [first[one] - at for one, at in percents.items() if one in first]


if __name__ == "__main__":
    show_alone(figures)

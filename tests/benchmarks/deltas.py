"""A delta in a running Home Assistant, by the processor time of the whole process.

python -m tests.benchmarks.deltas [--short]

Twenty printers print. What the same process takes while they say nothing is subtracted. Breaks
where a state is written that is the same, or where Home Assistant complains of a blocking call.
"""

import asyncio
from collections.abc import Iterable, Sequence

from simulator import Printer

from .figure import Figure, Of, at_most
from .home import STILL, Home, begin, get_ready, home, until
from .table import show_alone
from .traffic import EVERY, report

DEFAULT = "a delta in Home Assistant, default entities, CPU"
ALL = "a delta in Home Assistant, all entities, CPU"
EACH_SECOND = 4.0
LATER = 400
"""A delta of the print behind all that are sent with the default entities."""


def figures(short: bool) -> Iterable[Figure]:
    """Measure with the entities that are enabled at first, then with all."""
    return asyncio.run(_measure(2 if short else 20, 1 if short else 15))


async def _measure(count: int, seconds: float) -> list[Figure]:
    async with home(count, tasks=10) as (hass, farm):
        await get_ready(hass, farm.printers)
        await begin(hass, farm.printers)
        default = await milliseconds(hass, farm.printers, seconds)
        await enable_all(hass, farm.printers, "bambu_batch")
        everything = await milliseconds(hass, farm.printers, seconds, first=LATER)
        if complaints := hass.complaints("blocking call"):
            raise AssertionError("\n".join(complaints))
    return [
        Figure(
            name=DEFAULT,
            value=default,
            unit="ms",
            goals=(at_most(0.3), at_most(1 / 10, Of.PEER)),
        ),
        Figure(name=ALL, value=everything, unit="ms", goals=(at_most(1 / 6, Of.PEER),)),
    ]


async def milliseconds(
    hass: Home,
    printers: Sequence[Printer],
    seconds: float,
    *,
    first: int = 0,
    strict: bool = True,
) -> float:
    """Return what a delta takes of the process, from the print's first one here on.

    Raises AssertionError if nothing is written, or with `strict` if something is for nothing.
    """
    await hass.at_rest()  # what is recorded late would be subtracted from every delta
    # Meanwhile they may have been silent for so long that nothing is known of them any more.
    await report(printers, each_second=1, seconds=3, first=first)
    await hass.watched()
    quiet = await _share(hass, seconds / 2)
    before = hass.processor_seconds
    deltas, _ = await report(
        printers, each_second=EACH_SECOND, seconds=seconds, first=first + EVERY
    )
    spent = hass.processor_seconds - before - quiet * seconds
    watched = await hass.watched()
    assert watched["written"], "nothing was written: is this connected?"
    assert not (strict and watched["unchanged"]), watched["unchanged"][:20]
    return spent / deltas * 1000


async def _share(hass: Home, seconds: float) -> float:
    """Return the share of a core that the process takes while printers say nothing."""
    before = hass.processor_seconds
    await asyncio.sleep(seconds)
    return (hass.processor_seconds - before) / seconds


async def enable_all(hass: Home, printers: Sequence[Printer], platform: str) -> None:
    """Enable every entity, and start Home Assistant again.

    It would set the entries up again by itself, half a minute later and amid what is measured.
    """
    for one in await hass.client.command("config/entity_registry/list"):
        if one["platform"] == platform and one["disabled_by"] == "integration":
            await hass.client.command(
                "config/entity_registry/update",
                entity_id=one["entity_id"],
                disabled_by=None,
            )
    clock = printers[0].clock
    clock.speed = 1  # they are asked for the full state, and answer in their own time
    await hass.restart()
    await until(lambda: all(one.clients for one in printers))
    await asyncio.sleep(5)
    clock.speed = STILL


if __name__ == "__main__":
    show_alone(figures)

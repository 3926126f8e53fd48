"""Reports as an A1 sends them while it prints, at a rate of our own.

As recorded of a local print, of ten deltas seven hold the nozzle's temperature, six the bed's,
eight the signal and two a fan; one in eight a new layer, and one in eight another percentage.
"""

import asyncio
from collections.abc import Sequence
import random
from time import time
from typing import Any

from simulator import Printer

EVERY = 8
"""Deltas from one layer to the next."""

type Percents = dict[tuple[str, int], float]


async def report(
    printers: Sequence[Printer], *, each_second: float, seconds: float, first: int = 0
) -> tuple[int, Percents]:
    """Let printers report in turn; time must stand still for them.

    `first`: the delta of their print to begin with, since no layer is printed twice. Returns how many deltas they sent, and by serial and percentage when it was sent
    (`time.time()`).
    """
    loop = asyncio.get_running_loop()
    pause = 1 / (each_second * len(printers))
    begun, sent = loop.time(), 0
    percents: Percents = {}
    chance = random.Random(1)
    while (due := begun + sent * pause) < begun + seconds:
        await asyncio.sleep(due - loop.time())
        place, turn = sent % len(printers), first + sent // len(printers)
        printer, sent = printers[place], sent + 1
        fields = _delta(turn + place, chance)
        if (percent := fields.get("mc_percent")) is not None:
            percents[printer.serial, percent] = time()
        printer.world.set_fields(**fields)
    return sent, percents


def _delta(turn: int, chance: random.Random) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if chance.random() < 0.7:
        fields["nozzle_temper"] = 219 + chance.randint(-8, 8) / 32
    if chance.random() < 0.6:
        fields["bed_temper"] = 65 + chance.randint(0, 10) / 32
    if chance.random() < 0.8:
        fields["wifi_signal"] = f"-{chance.randint(48, 60)}dBm"
    if chance.random() < 0.2:
        fields["heatbreak_fan_speed"] = str(chance.randint(8, 9))
    if turn % EVERY == 0:
        fields["layer_num"] = 2 + turn // EVERY
    if turn % EVERY == 1:
        fields["mc_percent"] = 1 + turn // EVERY % 95
    return fields

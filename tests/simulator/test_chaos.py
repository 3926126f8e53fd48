"""Whatever clients and the world do at once, the simulator itself must not break."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import random
from typing import Any

import pytest

from simulator import Fault, Outcome, Printer, Spool

from .clients import Mqtt
from .conftest import OpenPrinter, Slice


async def client(printer: Printer, chance: random.Random) -> None:
    while True:
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(2), Mqtt(printer) as mqtt:
                await mqtt.subscribe()
                for _ in range(50):
                    ask(mqtt, chance)
                    await asyncio.sleep(0.005)


def ask(mqtt: Mqtt, chance: random.Random) -> None:
    match chance.randrange(4):
        case 0:
            mqtt.start(
                "part.3mf",
                subtask_id=chance.randrange(100),
                qos=chance.randrange(2),
                use_ams=chance.choice([True, False, 1]),
                ams_mapping=chance.choice([[0], [99], [-1], [None], [], None, "x"]),
                url=chance.choice(
                    ["file:///sdcard/cache/part.3mf", "ftp://part.3mf", None]
                ),
            )
        case 1:
            commands = ["pause", "resume", "stop", "clean_print_error", "gcode_line"]
            mqtt.send("print", chance.choice(commands), param="")
        case 2:
            mqtt.send("print", "skip_objects", obj_list=chance.choice([[1], None, 5]))
        case 3:
            mqtt.send("pushing", chance.choice(["pushall", "start", "stop"]))


async def world(printer: Printer, chance: random.Random) -> None:
    acts = printer.world
    choices: list[Callable[[], Any]] = [
        acts.press_stop,
        acts.press_pause,
        acts.press_resume,
        acts.dismiss,
        acts.print_foreign,
        acts.calibrate,
        acts.pause_with,
        lambda: acts.pause_with(resume_after=10),
        lambda: acts.fail_with(0x0300800B),
        lambda: acts.set_error(chance.randrange(2)),
        acts.reboot,
        acts.power_off,
        lambda: acts.power_on(unfinished_print=True),
        acts.drop_connections,
        acts.clear_plate,
        lambda: acts.refill(2),
        lambda: acts.set_spools(None, Spool(), None, None),
        lambda: acts.take_backup_spool(1),
        lambda: acts.set_card(present=chance.random() < 0.7),
        printer.heal,
    ]
    while True:
        chance.choice(choices)()
        if chance.random() < 0.1:
            printer.fault(chance.choice(list(Fault)), times=1)
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_breaks(
    open_printer: OpenPrinter, sliced: Slice, seed: int
) -> None:
    broken: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, what: broken.append(what)
    )
    chance = random.Random(seed)
    printer = await open_printer(speed=3000, plates=3)
    printer.card.put("/cache/part.3mf", sliced(swap="swapmod"))
    printer.card.put("/old.3mf", sliced())
    tasks = [asyncio.create_task(client(printer, chance)) for _ in range(2)]
    tasks.append(asyncio.create_task(world(printer, chance)))
    await asyncio.sleep(2)
    await printer.until(lambda printer: len(printer.journal) > 100, 20)
    for task in tasks:
        task.cancel()
    while not all(task.done() for task in tasks):
        printer.world.drop_connections()  # also those that are left alone before their handshake
        await asyncio.sleep(0.02)
    ends = await asyncio.gather(*tasks, return_exceptions=True)

    assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends
    assert not broken
    assert {job.outcome for job in printer.truth.jobs} <= set(Outcome)

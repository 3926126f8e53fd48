"""Several printers at once: each its own queue, its own name, its own people."""

import asyncio

import pytest

from demo.client import RequestFailed
from simulator import Farm, PrinterSpec

from .home import BOX, CLIP, MARKS, SPEED, Home, Machine, eventually

pytestmark = MARKS


async def test_three_printers_print_side_by_side(home: Home) -> None:
    specs = [
        PrinterSpec(),
        PrinterSpec(access_code="2222abcd"),
        PrinterSpec(model="N2S"),
    ]
    async with Farm(specs, speed=SPEED) as farm:
        machines = [await home.set_up(printer) for printer in farm.printers]
        try:
            await print_side_by_side(machines)
        finally:
            for machine in machines:
                await home.remove(machine.entry_id)
        assert farm.violations == []


async def print_side_by_side(machines: list[Machine]) -> None:
    first, second, third = machines
    titles = {entry["title"] for entry in await first.home.entries()}
    assert titles == {"Bambu Lab A1 mini", "Bambu Lab A1 mini 2", "Bambu Lab A1"}
    queues = [machine.queue for machine in machines]
    assert len(set(queues)) == 3

    answer = await first.client.command(
        "call_service",
        domain="bambu_batch",
        service="enqueue",
        service_data={"file": CLIP},
        target={"entity_id": queues},
        return_response=True,
    )
    assert set(answer["response"]) == set(queues)
    (held,) = await third.tasks()
    assert held["hold_reason"] == "wrong_printer_model"

    await first.enqueue(BOX)
    for machine in machines:
        await machine.run()
    await asyncio.gather(
        first.until("printer_state", "printing"),
        second.until("printer_state", "printing"),
    )
    assert await third.state("waiting_for") == "task_held"

    await second.switch("queue_running", on=False)
    assert await first.state("queue_running") == "on"
    second.printer.world.power_off()
    await second.until("printer_state", "offline")
    assert await first.state("connected") == await third.state("connected") == "on"
    await first.until("plates_printed", "1")
    task_id = (await first.tasks())[0]["task_id"]
    with pytest.raises(RequestFailed):
        await third.act("remove_task", task_id=f"{task_id}00")


async def test_an_area_means_all_its_printers(home: Home) -> None:
    async with Farm([PrinterSpec(), PrinterSpec()], speed=SPEED) as farm:
        machines = [await home.set_up(printer) for printer in farm.printers]
        area = await home.client.command("config/area_registry/create", name="Cellar")
        for device in await home.client.command("config/device_registry/list"):
            if set(device["config_entries"]) & {one.entry_id for one in machines}:
                await home.client.command(
                    "config/device_registry/update",
                    device_id=device["id"],
                    area_id=area["area_id"],
                )
        await home.client.command(
            "call_service",
            domain="bambu_batch",
            service="enqueue",
            service_data={"file": CLIP, "copies": 2},
            target={"area_id": area["area_id"]},
        )
        for machine in machines:

            async def has_two(machine: Machine = machine) -> bool:
                return await machine.state("queue_state") == "2"

            await eventually(has_two, "two plates")
            await home.remove(machine.entry_id)
        await home.client.command(
            "config/area_registry/delete", area_id=area["area_id"]
        )

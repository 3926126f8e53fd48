"""Triggers, conditions and device triggers in real automations."""

from typing import Any, Final

from homeassistant.util import dt as dt_util

from demo.client import Json

from .home import BOX, CLIP, MARKS, Machine, eventually

pytestmark = MARKS

TRIGGERS: Final = {
    *("print_started", "print_finished", "print_failed", "print_error"),
    *("queue_finished", "plate_needs_clearing"),
}


class Ears:
    """What the triggers told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def listen(self, machine: Machine, word: str, trigger: Json) -> None:
        """Wait for a trigger as an automation does."""

        def hear(_: Any) -> None:
            self.heard.append(word)

        await machine.client.subscribe(hear, "subscribe_trigger", trigger=trigger)

    async def until(self, *words: str) -> None:
        async def all_heard() -> bool:
            return set(words) <= set(self.heard)

        await eventually(all_heard, f"{words}, heard {self.heard}")


async def device_of(machine: Machine) -> str:
    for entry in await machine.client.command("config/entity_registry/list"):
        if entry["entity_id"] == machine.queue:
            return str(entry["device_id"])
    raise AssertionError("no device")


async def test_triggers_of_a_device_and_of_its_target(machine: Machine) -> None:
    device = await device_of(machine)
    offered = await machine.client.command(
        "device_automation/trigger/list", device_id=device
    )
    ours = {one["type"]: one for one in offered if one["domain"] == "bambu_batch"}
    assert set(ours) == TRIGGERS
    platforms = Ears()
    devices = Ears()
    for word in TRIGGERS:
        target = {"trigger": f"bambu_batch.{word}", "target": {"device_id": device}}
        await platforms.listen(machine, word, target)
        await devices.listen(machine, word, ours[word])

    await machine.enqueue(CLIP)
    await machine.run()
    await machine.until("plates_printed", "1")
    for ears in (platforms, devices):
        await ears.until("print_started", "print_finished", "queue_finished")
        assert set(ears.heard) == {"print_started", "print_finished", "queue_finished"}

    await machine.enqueue(BOX, copies=2)
    await machine.until("printer_state", "printing")
    machine.printer.world.fail_with(0x0300_8008)
    for ears in (platforms, devices):
        await ears.until("print_failed", "print_error", "plate_needs_clearing")


async def test_conditions(machine: Machine) -> None:
    device = await device_of(machine)

    async def holds(name: str) -> bool:
        answer = await machine.client.command(
            "test_condition",
            condition={
                "condition": f"bambu_batch.{name}",
                "target": {"device_id": device},
                "options": {"behavior": "any"},
            },
        )
        return bool(answer["result"])

    assert not await holds("queue_is_running")
    assert not await holds("is_printing")
    await machine.enqueue(BOX)
    await machine.run()
    assert await holds("queue_is_running")
    await machine.until("printer_state", "printing")
    assert await holds("is_printing")
    await machine.switch("queue_running", on=False)
    assert not await holds("queue_is_running")


async def test_every_trigger_and_condition_is_described(machine: Machine) -> None:
    for kind, expected in (
        ("trigger", TRIGGERS),
        ("condition", {"queue_is_running", "is_printing"}),
    ):
        found: dict[str, Any] = {}
        stop = await machine.client.subscribe(
            found.update, f"{kind}_platforms/subscribe"
        )

        async def is_told(found: dict[str, Any] = found) -> bool:
            return any(one.startswith("bambu_batch.") for one in found)

        await eventually(is_told, kind)
        ours = {
            one.partition(".")[2] for one in found if one.startswith("bambu_batch.")
        }
        assert ours == expected
        await stop()


async def test_the_logbook_tells_it_in_words(machine: Machine) -> None:
    since = dt_util.utcnow().isoformat()  # by itself it begins at midnight
    await machine.enqueue(CLIP, copies=2)
    await machine.run()
    await machine.until("plates_printed", "2")

    async def is_told() -> bool:
        entries = await machine.client.get(f"/api/logbook/{since}")
        said = {f"{one.get('name')} {one.get('message')}" for one in entries}
        return "Bambu Lab A1 mini printed clip (copy 2 of 2)" in said

    await eventually(is_told, "a sentence in the logbook")

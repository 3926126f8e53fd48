"""Every option of the contract: in the form, on disk, and in force at once."""

from typing import Any, Final

import pytest

from demo.client import RequestFailed

from .home import BOX, CLIP, MARKS, STAYS, Machine, eventually, suggested

pytestmark = MARKS

DEFAULTS: Final[dict[str, Any]] = {
    "plate_clearing": "automatic",
    "require_swap_gcode": True,
    "plate_stack": 0,
    "start_when": "idle_or_finished",
    "on_failure": "pause",
    "interlocks": [],
    "cooldown_seconds": 1,
    "cooldown_bed_temperature": None,
    "cooldown_timeout_minutes": 60,
    "bed_leveling": "on",
    "flow_calibration": "on",
    "vibration_calibration": False,
    "timelapse": False,
    "currency_per_kwh": None,
    "energy_entity": None,
}
CHANGED: Final[dict[str, Any]] = {
    "plate_clearing": "manual",
    "require_swap_gcode": False,
    "plate_stack": 7,
    "start_when": "idle_only",
    "on_failure": "retry",
    "interlocks": [{"condition": "sun", "after": "sunrise"}],
    "cooldown_seconds": 120,
    "cooldown_bed_temperature": 40,
    "cooldown_timeout_minutes": 30,
    "bed_leveling": "auto",
    "flow_calibration": "off",
    "vibration_calibration": True,
    "timelapse": True,
    "currency_per_kwh": 0.31,
    "energy_entity": "sensor.plug_energy",
}


async def in_force(machine: Machine) -> dict[str, Any]:
    """Return what the form is filled in with."""
    flow = await machine.options()
    filled_in: dict[str, Any] = {}
    for section in flow["data_schema"]:
        known = section.get("description", {}).get("suggested_value", {})
        for one in section["schema"]:
            filled_in[one["name"]] = known.get(one["name"], suggested(one))
    return filled_in


async def test_every_option_is_in_the_form_with_its_default(machine: Machine) -> None:
    form = await in_force(machine)
    assert set(form) >= set(DEFAULTS)
    assert {key: form[key] for key in DEFAULTS} == DEFAULTS


async def test_every_option_can_be_changed_and_emptied(machine: Machine) -> None:
    await machine.change_options(**CHANGED)
    form = await in_force(machine)
    assert {key: form[key] for key in CHANGED} == CHANGED
    await machine.home.until_stored(
        machine.entry_id, **CHANGED | {"flow_calibration": False}
    )
    await machine.change_options(**DEFAULTS)
    form = await in_force(machine)
    assert {key: form[key] for key in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize(
    "wrong",
    [
        {"cooldown_seconds": 3601},
        {"cooldown_seconds": -1},
        {"plate_stack": -1},
        {"start_when": "always"},
        {"on_failure": "shrug"},
        {"plate_clearing": "magic"},
        {"cooldown_bed_temperature": 500},
        {"cooldown_timeout_minutes": 0},
        {"interlocks": [{"condition": "no such condition"}]},
    ],
    ids=str,
)
async def test_a_wrong_value_changes_nothing(
    untouched: Machine, wrong: dict[str, Any]
) -> None:
    machine = untouched
    with pytest.raises((RequestFailed, AssertionError)) as refused:
        await machine.change_options(**wrong)
    assert not isinstance(refused.value, RequestFailed) or refused.value.code == 400
    form = await in_force(machine)
    assert {key: form[key] for key in DEFAULTS} == DEFAULTS


async def test_a_change_during_a_print_disturbs_nothing(machine: Machine) -> None:
    await machine.enqueue(BOX, copies=2)
    await machine.run()
    await machine.until("printer_state", "printing")
    sessions = connections(machine)
    await machine.change_options(cooldown_seconds=3000)
    await machine.until("cooldown", "3000")
    assert await machine.state("printer_state") == "printing"
    assert connections(machine) == sessions
    machine.hurry()
    await machine.until("waiting_for", "cooldown")
    await machine.client.act(
        "number.set_value", {"value": 0}, entity_id=machine.entities["cooldown"]
    )
    await machine.until("waiting_for", "printing")
    assert machine.printer.journal.violations == []


def connections(machine: Machine) -> int:
    return sum(entry.kind == "connected" for entry in machine.printer.journal)


async def test_cooldown_bed_temperature_and_its_timeout(machine: Machine) -> None:
    await machine.change_options(cooldown_bed_temperature=30)
    await machine.enqueue(CLIP, copies=3)
    await machine.run()
    await machine.until("plates_printed", "1")
    await machine.until("waiting_for", "bed_hot")
    machine.printer.world.set_bed(29)
    await machine.until("plates_printed", "2")
    await machine.until("waiting_for", "bed_hot")
    await machine.change_options(cooldown_bed_temperature=None)
    await machine.until("plates_printed", "3")


async def test_plate_clearing_by_a_person(machine: Machine) -> None:
    await machine.change_options(plate_clearing="manual")
    await machine.enqueue(CLIP, copies=2)
    await machine.run()
    await machine.until("plates_printed", "1")
    await machine.until("waiting_for", "plate_not_clear")
    machine.printer.world.clear_plate()
    await machine.press("plate_clear")
    await machine.until("plates_printed", "2")
    assert machine.printer.journal.violations == []


async def test_require_swap_gcode_holds_files_that_stay(machine: Machine) -> None:
    await machine.enqueue(STAYS)
    (task,) = await machine.tasks()
    assert (task["status"], task["hold_reason"]) == ("held", "no_swap_gcode")
    assert (task["swap"], task["clears_plate"]) == ("no", False)
    await machine.run()
    assert await machine.state("waiting_for") == "task_held"
    await machine.change_options(require_swap_gcode=False)

    async def is_released() -> bool:
        return (await machine.tasks())[0]["hold_reason"] is None

    await eventually(is_released, "no hold")
    await machine.until("plates_printed", "1")
    await machine.enqueue(CLIP)
    await machine.until("waiting_for", "plate_not_clear")


async def test_plates_are_counted_until_none_is_left(machine: Machine) -> None:
    await machine.change_options(plate_stack=3)

    async def is_there() -> bool:
        machine.entities |= await machine.client.entities_of(machine.printer.serial)
        return "plates_left" in machine.entities

    await eventually(is_there, "plates_left")
    await machine.client.act(
        "number.set_value", {"value": 1}, entity_id=machine.entities["plates_left"]
    )
    await machine.enqueue(CLIP, copies=2)
    await machine.run()
    await machine.until("waiting_for", "plates_empty")
    assert await machine.state("plates_left") == "0"
    await machine.until("plates_printed", "1")
    await machine.client.act(
        "number.set_value", {"value": 3}, entity_id=machine.entities["plates_left"]
    )
    await machine.until("plates_printed", "2")


async def test_start_from_idle_only(machine: Machine) -> None:
    await machine.change_options(start_when="idle_only")
    await machine.enqueue(CLIP, copies=2)
    await machine.run()
    await machine.until("plates_printed", "1")
    await machine.until("waiting_for", "printer_busy")
    machine.printer.world.dismiss()
    await machine.until("plates_printed", "2")


async def test_interlocks_must_hold_and_unknown_does_not(machine: Machine) -> None:
    made = await machine.client.command("input_boolean/create", name="Ventilation")
    fan = f"input_boolean.{made['id']}"
    interlock = {"condition": "state", "entity_id": fan, "state": "on"}
    missing = interlock | {"entity_id": "input_boolean.no_such"}
    await machine.change_options(interlocks=[interlock, missing])
    await machine.enqueue(CLIP)
    await machine.run()
    await machine.until("waiting_for", "interlock")
    await machine.client.act("input_boolean.turn_on", entity_id=fan)
    assert await machine.state("waiting_for") == "interlock"
    await machine.change_options(interlocks=[interlock])
    await machine.until("plates_printed", "1")


@pytest.mark.parametrize("reaction", ["pause", "next", "retry"])
async def test_after_a_failed_plate_nothing_starts_on_it(
    machine: Machine, reaction: str
) -> None:
    await machine.change_options(on_failure=reaction)
    await machine.enqueue(BOX)
    await machine.enqueue(CLIP)
    await machine.run()
    await machine.until("printer_state", "printing")
    machine.printer.world.fail_with(0x0500_4038)
    await machine.until("current_task", "unknown")
    expected = "off" if reaction == "pause" else "on"
    await machine.until("queue_running", expected)
    tasks = {task["name"]: task for task in await machine.tasks()}
    retried = reaction == "retry"
    assert tasks["box"]["status"] == ("waiting" if retried else "failed")
    assert len(machine.printer.truth.jobs) == 1
    assert machine.printer.truth.job is None
    assert machine.printer.journal.violations == []

"""Every entity of the contract: its platform, unit, classes and states."""

import re
from typing import Any, Final

import pytest

from demo.client import Json
from simulator import Printer

from .home import BOX, CLIP, MARKS, Home, Machine, eventually

pytestmark = MARKS

# key: platform, device class, unit, state class, category
ENTITIES: Final = {
    "queue": ("todo", None, None, None, None),
    "queue_state": ("sensor", None, "plates", "measurement", None),
    "waiting_for": ("sensor", "enum", None, None, None),
    "printer_state": ("sensor", "enum", None, None, None),
    "progress": ("sensor", None, "%", None, None),
    "remaining_time": ("sensor", "duration", "min", None, None),
    "queue_remaining": ("sensor", "duration", "s", None, None),
    "queue_finish": ("sensor", "timestamp", None, None, None),
    "cooldown_end": ("sensor", "timestamp", None, None, None),
    "current_task": ("sensor", None, None, None, None),
    "nozzle_temperature": ("sensor", "temperature", "°C", "measurement", None),
    "bed_temperature": ("sensor", "temperature", "°C", "measurement", None),
    "print_error": ("sensor", None, None, None, None),
    "filament_used": ("sensor", "weight", "g", "total_increasing", None),
    "production_cost": ("sensor", "monetary", "EUR", "total", None),
    "plates_printed": ("sensor", None, "plates", "total_increasing", None),
    "connected": ("binary_sensor", "connectivity", None, None, "diagnostic"),
    "problem": ("binary_sensor", "problem", None, None, None),
    "queue_running": ("switch", None, None, None, None),
    "task": ("select", None, None, None, None),
    "task_bed_leveling": ("switch", None, None, None, None),
    "task_flow_calibration": ("switch", None, None, None, None),
    "task_timelapse": ("switch", None, None, None, None),
    "default_bed_leveling": ("switch", None, None, None, "config"),
    "default_flow_calibration": ("switch", None, None, None, "config"),
    "default_timelapse": ("switch", None, None, None, "config"),
    "cooldown": ("number", "duration", "s", None, "config"),
    "plate_clear": ("button", None, None, None, None),
    "pause_print": ("button", None, None, None, None),
    "resume_print": ("button", None, None, None, None),
    "stop_print": ("button", None, None, None, None),
    "thumbnail": ("image", None, None, None, None),
    "production": ("event", None, None, None, None),
    "plan": ("calendar", None, None, None, None),
}
QUIET: Final = {
    "nozzle_target": ("sensor", "temperature", "°C", "measurement", "diagnostic"),
    "bed_target": ("sensor", "temperature", "°C", "measurement", "diagnostic"),
    "layer": ("sensor", None, None, None, "diagnostic"),
    "wifi_signal": ("sensor", "signal_strength", "dBm", "measurement", "diagnostic"),
}
"""Beyond the contract, and disabled until somebody asks for them."""
PLATES_LEFT: Final = ("number", None, "plates", None, None)
WAITING_FOR: Final = {
    *("printing", "print_error", "queue_empty", "queue_paused", "offline"),
    *("no_full_report", "stale_report", "hms_error", "task_uncertain"),
    *("foreign_print", "printer_busy", "print_failed", "updating_firmware"),
    *("no_storage", "plate_not_clear", "plates_empty", "cooldown", "bed_hot"),
    *("interlock", "task_held", "file_missing", "file_changed"),
    *("wrong_printer_model", "filament_missing", "developer_mode_off"),
    *("uploading", "nothing"),
}
PRINTER_STATES: Final = {
    *("offline", "idle", "preparing", "printing", "paused", "finished"),
    *("failed", "unknown"),
}
EVENTS: Final = {
    *("print_started", "print_finished", "print_failed", "print_cancelled"),
    *("print_error", "queue_paused", "queue_resumed", "queue_finished"),
    *("task_uncertain", "plate_needs_clearing", "plates_low", "plates_empty"),
}
MORE_EVENTS: Final = {"filament_low", "person_needed"}
"""Beyond the contract."""
TASK_FIELDS: Final = {
    *("task_id", "name", "file", "plate", "status", "copies", "copies_done"),
    *("duration", "start", "finish", "thumbnail", "bed_leveling"),
    *("flow_calibration", "timelapse", "clears_plate", "swap", "hold_reason"),
}
NEED_THE_PRINTER: Final = {
    *("progress", "remaining_time", "nozzle_temperature", "bed_temperature"),
    *("print_error", "health", "close_error"),
    *("pause_print", "resume_print", "stop_print"),
}
NEED_A_TASK: Final = {
    "task_bed_leveling",
    "task_flow_calibration",
    "task_timelapse",
}


async def registered(machine: Machine) -> dict[str, Json]:
    """Return the entity registry's entries of a printer by key."""
    serial = machine.printer.serial
    return {
        one["unique_id"].removeprefix(f"{serial}_"): one
        for one in await machine.client.command("config/entity_registry/list")
        if one["platform"] == "bambu_batch" and one["unique_id"].startswith(serial)
    }


async def facts(machine: Machine, key: str, one: Json) -> tuple[Any, ...]:
    said = await machine.client.state(one["entity_id"])
    attributes = said["attributes"]
    return (
        one["entity_id"].partition(".")[0],
        attributes.get("device_class"),
        attributes.get("unit_of_measurement"),
        attributes.get("state_class"),
        one["entity_category"],
    )


async def test_every_entity_of_the_contract(machine: Machine) -> None:
    await machine.enqueue()
    known = await registered(machine)
    assert set(known) >= set(ENTITIES)
    found = {key: await facts(machine, key, known[key]) for key in ENTITIES}
    assert found == ENTITIES
    assert all(one["translation_key"] for one in known.values())
    assert all(known[key]["disabled_by"] is None for key in ENTITIES)


async def test_what_few_people_look_at_waits_to_be_enabled(home: Home) -> None:
    # A printer of its own: what is enabled once stays so when it is added again.
    async with home.machine(serial="0300DA000000066") as machine:
        await enable_the_quiet(machine)


async def enable_the_quiet(machine: Machine) -> None:
    known = await registered(machine)
    assert {key for key, one in known.items() if one["disabled_by"]} == set(QUIET)
    for key in QUIET:
        await machine.client.command(
            "config/entity_registry/update",
            entity_id=known[key]["entity_id"],
            disabled_by=None,
        )
    await machine.client.post(
        f"/api/config/config_entries/entry/{machine.entry_id}/reload"
    )
    machine.entities = await machine.client.entities_of(machine.printer.serial)
    await machine.until("connected", "on")
    await machine.until("bed_target", "0")
    assert -60 < int(await machine.state("wifi_signal")) < -40
    found = {key: await facts(machine, key, known[key]) for key in QUIET}
    assert found == QUIET


async def test_names_begin_with_the_device_and_ids_follow_the_keys(
    machine: Machine,
) -> None:
    for key, entity_id in machine.entities.items():
        said = await machine.client.state(entity_id)
        assert said["attributes"]["friendly_name"].startswith("Bambu Lab A1 mini ")
        if key not in ("queue_state", "plate_clear", "task"):
            assert entity_id.endswith(f"bambu_lab_a1_mini_{key}"), (key, entity_id)


async def test_words_of_the_enums_and_events(machine: Machine) -> None:
    waiting = set((await machine.attributes("waiting_for"))["options"])
    assert waiting >= WAITING_FOR
    assert waiting - WAITING_FOR == {"store_failed"}
    assert set((await machine.attributes("printer_state"))["options"]) == PRINTER_STATES
    assert set((await machine.attributes("production"))["event_types"]) == (
        EVENTS | MORE_EVENTS
    )


async def test_plates_left_is_there_only_where_plates_are_counted(
    machine: Machine,
) -> None:
    assert "plates_left" not in await registered(machine)
    await machine.change_options(plate_stack=5)

    async def is_there() -> bool:
        return "plates_left" in await registered(machine)

    await eventually(is_there, "plates_left")
    one = (await registered(machine))["plates_left"]
    machine.entities["plates_left"] = one["entity_id"]
    assert await facts(machine, "plates_left", one) == PLATES_LEFT
    await machine.client.act(
        "number.set_value", {"value": 3}, entity_id=one["entity_id"]
    )
    assert await machine.state("plates_left") == "3"


async def test_the_device(machine: Machine, home: Home) -> None:
    devices = await home.client.command("config/device_registry/list")
    (device,) = [one for one in devices if machine.entry_id in one["config_entries"]]
    assert device["manufacturer"] == "Bambu Lab"
    assert device["model"] == "A1 mini"
    assert device["serial_number"] == machine.printer.serial
    assert device["sw_version"] == machine.printer.firmware


async def test_the_queue_sensor_tells_the_whole_queue(machine: Machine) -> None:
    await machine.enqueue(copies=3)
    said = await machine.attributes("queue_state")
    assert await machine.state("queue_state") == "3"
    assert said["running"] is False
    assert said["waiting_for"] == "queue_paused"
    assert said["tasks_total"] == 1
    assert isinstance(said["remaining_seconds"], int)
    assert said["finish"] is None  # paused
    (task,) = said["tasks"]
    assert set(task) == TASK_FIELDS
    assert (task["status"], task["swap"], task["clears_plate"]) == (
        "waiting",
        "yes",
        True,
    )
    await machine.run()
    said = await machine.attributes("queue_state")
    assert said["finish"].endswith("+00:00")


async def test_a_long_queue_stays_below_the_limit_of_a_state(machine: Machine) -> None:
    for _ in range(40):
        await machine.enqueue()
    said = await machine.attributes("queue_state")
    assert said["tasks_total"] == 40
    assert 20 < len(said["tasks"]) < 40
    assert len(await machine.tasks()) == 40


async def test_while_a_plate_is_printed(machine: Machine) -> None:
    (task,) = await machine.enqueue(BOX, copies=2)
    await machine.run()
    await machine.until("printer_state", "printing")
    said = await machine.attributes("current_task")
    assert await machine.state("current_task") == "box"
    mine = {key: said[key] for key in ("task_id", "plate", "copy", "copies")}
    assert mine == {"task_id": task["task_id"], "plate": 1, "copy": 1, "copies": 2}
    assert await machine.state("waiting_for") == "printing"
    assert 0 <= int(await machine.state("progress")) <= 100

    async def has_an_end() -> bool:  # the printer says it a little later
        return int(await machine.state("remaining_time")) > 0

    await eventually(has_an_end, "remaining_time")
    assert float(await machine.state("bed_temperature")) > 0
    picture = (await machine.attributes("thumbnail"))["entity_picture"]
    data, kind = await machine.client.fetch(picture)
    assert kind == "image/png"
    assert data.startswith(b"\x89PNG")
    plan = machine.entities["plan"]
    assert await machine.state("plan") == "on"
    planned = await machine.client.get(
        f"/api/calendars/{plan}?start=2026-01-01T00:00:00Z&end=2100-01-01T00:00:00Z"
    )
    assert [one["summary"] for one in planned] == ["box (1/2)", "box (2/2)"]


async def test_totals_after_a_plate(machine: Machine) -> None:
    assert await machine.state("plates_printed") == "0"
    await machine.enqueue(CLIP)
    await machine.run()
    await machine.until("plates_printed", "1")

    async def is_booked() -> bool:
        return float(await machine.state("filament_used")) > 0

    await eventually(is_booked, "filament_used")
    assert await machine.state("queue_state") == "0"
    assert (await machine.attributes("production"))["event_type"] in EVENTS


async def test_without_the_printer_the_queue_can_still_be_used(
    machine: Machine,
) -> None:
    await machine.enqueue()
    machine.printer.world.power_off()
    await machine.until("printer_state", "offline")
    away = {
        key for key in machine.entities if await machine.state(key) == "unavailable"
    }
    assert away == NEED_THE_PRINTER
    assert await machine.state("connected") == "off"
    await machine.enqueue(BOX, position=1)
    assert [task["name"] for task in await machine.tasks()] == ["box", "clip"]
    await machine.press("plate_clear")
    await machine.switch("queue_running", on=True)
    assert await machine.state("waiting_for") == "offline"
    machine.printer.world.power_on()
    await machine.until("connected", "on")
    await machine.until("nozzle_temperature", *map(str, range(10, 300)))


async def test_the_switches_edit_the_chosen_task(machine: Machine) -> None:
    for key in NEED_A_TASK:
        assert await machine.state(key) == "unavailable"
    first = (await machine.enqueue(BOX))[0]
    second = (await machine.enqueue(CLIP))[0]
    select = machine.entities["task"]
    assert await machine.state("task") == "1"
    await machine.client.act("select.select_option", {"option": "2"}, entity_id=select)
    assert (await machine.attributes("task"))["task_id"] == second["task_id"]
    await machine.switch("task_timelapse", on=True)
    await machine.switch("task_bed_leveling", on=False)
    await machine.switch("task_flow_calibration", on=False)
    tasks = {task["task_id"]: task for task in await machine.tasks()}
    fields = ("timelapse", "bed_leveling", "flow_calibration")
    assert [tasks[second["task_id"]][one] for one in fields] == [True, False, False]
    assert [tasks[first["task_id"]][one] for one in fields] == [False, True, True]
    await machine.act("remove_task", task_id=second["task_id"])
    assert await machine.state("task") == "1"
    assert (await machine.attributes("task"))["task_id"] == first["task_id"]
    assert await machine.state("task_timelapse") == "off"


@pytest.mark.parametrize("setting", ["bed_leveling", "flow_calibration", "timelapse"])
async def test_the_default_switches_are_options(machine: Machine, setting: str) -> None:
    key = f"default_{setting}"
    before = await machine.state(key) == "on"
    await machine.switch(key, on=not before)
    await machine.until(key, "off" if before else "on")
    await machine.home.until_stored(machine.entry_id, **{setting: not before})
    await machine.enqueue()
    assert (await machine.tasks())[0][setting] is not before


async def test_the_todo_list(machine: Machine) -> None:
    todo = machine.queue

    async def items() -> list[Json]:
        answer = await machine.client.act(
            "todo.get_items", entity_id=todo, response=True
        )
        return list(answer["items"])

    for word in ("clip", "bOx"):
        await machine.client.act("todo.add_item", {"item": word}, entity_id=todo)
    assert [one["summary"] for one in await items()] == ["clip", "box"]
    first, second = await items()
    await machine.client.command("todo/item/move", entity_id=todo, uid=second["uid"])
    assert [one["summary"] for one in await items()] == ["box", "clip"]
    await machine.client.act(
        "todo.update_item",
        {"item": second["uid"], "status": "completed"},
        entity_id=todo,
    )
    assert [one["summary"] for one in await items()] == ["clip"]
    await machine.client.act("todo.remove_item", {"item": first["uid"]}, entity_id=todo)
    assert await items() == []


async def test_a_print_error_in_words(machine: Machine) -> None:
    assert await machine.state("print_error") == "none"
    machine.printer.world.set_error(0x0300_8008)
    await machine.until("print_error", "0300-8008")
    said = await machine.attributes("print_error")
    assert said["message"]
    assert re.fullmatch(r"https://\S+", said["url"])
    assert await machine.state("problem") == "on"
    machine.printer.world.set_error(0)
    await machine.until("print_error", "none")


async def test_pause_resume_stop_by_buttons(machine: Machine) -> None:
    await machine.enqueue(BOX)
    await machine.run()
    await machine.until("printer_state", "printing")
    await machine.press("pause_print")
    await machine.until("printer_state", "paused")
    await machine.press("resume_print")
    await machine.until("printer_state", "printing")
    await machine.press("stop_print")
    await machine.until("current_task", "unknown")
    assert jobs(machine.printer) == 1
    assert [task["status"] for task in await machine.tasks()] == ["cancelled"]


def jobs(printer: Printer) -> int:
    return len(printer.truth.jobs)

"""Repair issues: each appears by itself, is fixed by its flow, and goes."""

import pytest

from simulator import Fault

from .home import BOX, CLIP, MARKS, Machine, eventually

pytestmark = MARKS


async def begin(machine: Machine, file: str = BOX, copies: int = 1) -> None:
    await machine.enqueue(file, copies=copies)
    await machine.run()
    await machine.until("printer_state", "printing")


async def notified(machine: Machine) -> list[str]:
    """Return the notifications about this printer."""
    answer = await machine.client.command("persistent_notification/get")
    return [
        f"{one['title']}: {one['message']}"
        for one in answer
        if machine.entry_id in one["notification_id"]
    ]


async def test_a_plate_to_be_cleared(machine: Machine) -> None:
    await begin(machine, copies=2)
    await machine.press("stop_print")
    issue = await machine.issue("plate_not_clear")
    assert issue["is_fixable"]
    form = await machine.fix(issue)
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    machine.printer.world.clear_plate()
    done = await machine.fix(issue, {})
    assert done["type"] == "create_entry"
    await machine.no_issue("plate_not_clear")
    await machine.switch("queue_running", on=True)
    await machine.until("printer_state", "printing")
    assert machine.printer.journal.violations == []


@pytest.mark.parametrize(
    ("choice", "state"), [("resume", "printing"), ("stop", "failed")]
)
async def test_a_print_error_with_a_paused_print(
    machine: Machine, choice: str, state: str
) -> None:
    await begin(machine)
    machine.printer.world.pause_with(0x0300_8008)
    issue = await machine.issue("print_error")
    assert issue["severity"] == "error"
    assert issue["learn_more_url"].startswith("https://")
    (message,) = await notified(machine)
    assert "0300-8008" in message
    menu = await machine.fix(issue)
    assert menu["type"] == "menu"
    assert set(menu["menu_options"]) == {"resume", "stop", "clear"}
    done = await machine.fix(issue, {"next_step_id": choice})
    assert done["type"] == "create_entry"
    await machine.until("printer_state", state)
    if choice == "resume":
        await machine.no_issue("print_error")
        assert await notified(machine) == []
        assert "queue_paused" in await machine.issues()


async def test_an_error_at_rest_is_cleared(machine: Machine) -> None:
    machine.printer.world.set_error(0x0300_8008)
    issue = await machine.issue("print_error")
    done = await machine.fix(issue, {"next_step_id": "clear"})
    assert done["type"] == "create_entry"
    await machine.no_issue("print_error")
    await machine.until("print_error", "none")


async def test_a_queue_that_paused_itself(machine: Machine) -> None:
    await begin(machine)
    machine.printer.world.fail_with(0)
    issue = await machine.issue("queue_paused")
    assert await machine.state("queue_running") == "off"
    assert issue["translation_placeholders"]["reason"]
    assert (await machine.fix(issue, {}))["type"] == "create_entry"
    await machine.no_issue("queue_paused")
    assert await machine.state("queue_running") == "on"


@pytest.mark.parametrize(("choice", "done"), [("printed", 1), ("not_started", 0)])
async def test_an_uncertain_task(machine: Machine, choice: str, done: int) -> None:
    await begin(machine)
    machine.printer.world.power_off()
    await machine.until("printer_state", "offline")
    machine.printer.world.power_on()
    issue = await machine.issue("task_uncertain")
    assert issue["translation_placeholders"]["task"] == "box"
    await machine.switch("queue_running", on=False)
    menu = await machine.fix(issue)
    assert set(menu["menu_options"]) == {"printed", "not_started"}
    answer = await machine.fix(issue, {"next_step_id": choice})
    assert answer["type"] == "create_entry"
    await machine.no_issue("task_uncertain")
    assert (await machine.tasks())[0]["copies_done"] == done


async def test_a_changed_certificate(machine: Machine) -> None:
    machine.printer.world.change_certificate()
    issue = await machine.issue("certificate_changed")
    assert await machine.state("connected") == "off"
    logins = _logins(machine)
    form = await machine.fix(issue)
    shown = form["description_placeholders"]
    assert shown["pinned"] != shown["shown"]
    assert _logins(machine) == logins
    assert (await machine.fix(issue, {}))["type"] == "create_entry"
    await machine.no_issue("certificate_changed")
    await machine.until("connected", "on")
    await machine.home.until_stored(
        machine.entry_id, certificate=machine.printer.certificate_pem
    )


def _logins(machine: Machine) -> int:
    kinds = [entry.kind for entry in machine.printer.journal]
    return kinds.count("connected") + kinds.count("login_refused")


async def test_developer_mode_off(machine: Machine) -> None:
    machine.printer.fault(Fault.START_REFUSED)
    await machine.enqueue(CLIP)
    await machine.run()
    issue = await machine.issue("developer_mode_off")
    assert await machine.state("waiting_for") == "developer_mode_off"
    machine.printer.heal()
    form = await machine.fix(issue)
    assert form["step_id"] == "confirm"
    assert (await machine.fix(issue, {}))["type"] == "create_entry"
    await machine.no_issue("developer_mode_off")
    await machine.until("connected", "on")

    async def can_go_on() -> bool:
        await machine.switch("queue_running", on=True)
        return await machine.state("plates_printed") == "1"

    await eventually(can_go_on, "a plate")


async def test_issues_outlive_a_restart_and_go_with_the_printer(
    machine: Machine,
) -> None:
    await begin(machine, copies=2)
    await machine.press("stop_print")
    await machine.issue("plate_not_clear")
    await machine.client.post(
        f"/api/config/config_entries/entry/{machine.entry_id}/reload"
    )
    await machine.issue("plate_not_clear")

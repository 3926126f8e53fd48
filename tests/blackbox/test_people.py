"""Who may do what: a user who may only look is refused everything that changes something."""

from typing import Any, Final

import pytest

from demo.client import RequestFailed

from .home import CLIP, MARKS, Machine

pytestmark = MARKS

ACTIONS: Final[dict[str, dict[str, Any]]] = {
    "enqueue": {"file": CLIP},
    "move_task": {"task_id": "1", "position": 1},
    "update_task": {"task_id": "1", "copies": 2},
    "remove_task": {"task_id": "1"},
    "clear_queue": {},
    "restore_task": {"task_id": "1"},
    "retry_task": {"task_id": "1"},
    "resolve_task": {"task_id": "1", "outcome": "printed"},
    "confirm_plate_clear": {},
    "pause_print": {},
    "resume_print": {},
    "stop_print": {},
}
OTHERS: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("switch.turn_on", "queue_running", {}),
    ("switch.turn_off", "default_timelapse", {}),
    ("button.press", "plate_clear", {}),
    ("button.press", "stop_print", {}),
    ("number.set_value", "cooldown", {"value": 0}),
    ("todo.add_item", "queue", {"item": "clip"}),
)


async def test_a_reader_changes_nothing(machine: Machine) -> None:
    reader = machine.home.reader
    await machine.enqueue(CLIP)
    before = await machine.tasks()
    for action, data in ACTIONS.items():
        with pytest.raises(RequestFailed) as refused:
            await machine.act(action, user=reader, **data)
        assert "Unauthorized" in refused.value.message, action
    for action, key, data in OTHERS:
        with pytest.raises(RequestFailed) as refused:
            await reader.act(action, data, entity_id=machine.entities[key])
        assert "Unauthorized" in refused.value.message, action
    assert await machine.tasks() == before
    assert await machine.state("queue_running") == "off"
    assert await machine.state("cooldown") == "1"


async def test_a_reader_may_look(machine: Machine) -> None:
    reader = machine.home.reader
    await machine.enqueue(CLIP)
    queue = await reader.state(machine.entities["queue_state"])
    assert queue["state"] == "1"
    history = await reader.command("bambu_batch/history/list", entity_id=machine.queue)
    assert history == {"runs": []}


async def test_a_reader_sets_nothing_up_and_sees_no_diagnostics(
    machine: Machine,
) -> None:
    reader = machine.home.reader
    with pytest.raises(RequestFailed) as refused:
        await reader.post("/api/config/config_entries/flow", {"handler": "bambu_batch"})
    assert refused.value.code in (401, 403)
    with pytest.raises(RequestFailed) as refused:
        await reader.get(f"/api/diagnostics/config_entry/{machine.entry_id}")
    assert refused.value.code in (401, 403)

"""Who may do what: a user who may only look is refused everything that changes something."""

import asyncio
from contextlib import suppress
from typing import Any, Final

import pytest

from demo.client import Client, RequestFailed

from .home import BOX, CLIP, MARKS, PATIENCE, Machine, names

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


async def exposed(machine: Machine) -> str:
    """Let Assist know the queue and its switch; returns what the queue is called."""
    await machine.client.command(
        "homeassistant/expose_entity",
        assistants=["conversation"],
        entity_ids=[machine.entities["queue"], machine.entities["queue_running"]],
        should_expose=True,
    )
    return str((await machine.attributes("queue"))["friendly_name"])


async def converse(user: Client, way: str, words: str) -> None:
    """Say something to Assist."""
    if way == "websocket":
        await user.command("conversation/process", text=words)
    elif way == "rest":
        await user.post("/api/conversation/process", {"text": words})
    elif way == "action":
        await user.act("conversation.process", {"text": words})
    else:
        pipeline = {"start_stage": "intent", "end_stage": "intent"}
        heard = asyncio.Event()

        def listen(event: Any) -> None:
            if event["type"] in ("run-end", "error"):
                heard.set()

        run = {**pipeline, "input": {"text": words}}
        await user.subscribe(listen, "assist_pipeline/run", **run)
        async with asyncio.timeout(PATIENCE):
            await heard.wait()


@pytest.mark.refused_sentences
@pytest.mark.parametrize("way", ["websocket", "rest", "action", "pipeline"])
async def test_fm_160_a_reader_starts_nothing_by_saying_so(
    machine: Machine, way: str
) -> None:
    await machine.enqueue(CLIP)
    before, queue = await machine.tasks(), await exposed(machine)
    for words in (
        f"add box to my {queue} list",
        f"complete clip on my {queue} list",
        f"turn on {queue} running",
    ):
        with suppress(RequestFailed):
            await converse(machine.home.reader, way, words)
    assert await machine.tasks() == before
    assert await machine.state("queue_running") == "off"
    await converse(machine.client, way, f"add box to my {queue} list")
    assert names(await machine.tasks()) == ["clip", "box"]


async def test_fm_160_a_reader_moves_nothing(machine: Machine) -> None:
    await machine.enqueue(CLIP)
    await machine.enqueue(BOX)
    first, last = await machine.tasks()
    move = {"entity_id": machine.queue, "uid": last["task_id"]}
    with pytest.raises(RequestFailed) as refused:
        await machine.home.reader.command("todo/item/move", **move)
    assert "You may look at" in refused.value.message
    assert names(await machine.tasks()) == [first["name"], last["name"]]
    await machine.client.command("todo/item/move", **move)
    assert names(await machine.tasks()) == [last["name"], first["name"]]


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

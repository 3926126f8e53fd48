"""The card's subscription: the whole queue once, then only what changes."""

from copy import deepcopy
from typing import Any

import pytest

from demo.client import Client, Json, RequestFailed

from .home import BOX, CLIP, MARKS, Home, Machine, eventually

pytestmark = MARKS


class Mirror:
    """What a card knows: built from the messages alone, as `docs/websocket.md` says."""

    def __init__(self) -> None:
        self.messages: list[Json] = []
        self.printer: Json = {}
        self.tasks: dict[str, Json] = {}
        self.order: list[str] = []

    async def begin(self, client: Client, entity_id: str) -> Any:
        return await client.subscribe(
            self.heard, "bambu_batch/queue/subscribe", entity_id=entity_id
        )

    def heard(self, message: Json) -> None:
        message = deepcopy(message)
        self.messages.append(message)
        if message["type"] == "full":
            self.printer, self.tasks = message["printer"], message["tasks"]
            self.order = message["order"]
        elif message["type"] == "change":
            for task_id in message.get("removed", ()):
                del self.tasks[task_id]
                self.order.remove(task_id)
            for task_id, fields in message.get("tasks", {}).items():
                self.tasks.setdefault(task_id, {}).update(fields)
            self.order = message.get("order", self.order)
            self.printer |= message.get("printer", {})

    def names(self) -> list[str]:
        return [self.tasks[task_id]["name"] for task_id in self.order]


async def test_whole_once_then_changes(machine: Machine) -> None:
    mirror = Mirror()
    stop = await mirror.begin(machine.client, machine.queue)
    await eventually(lambda: told(mirror, 1), "the queue")
    assert mirror.messages[0]["type"] == "full"
    assert mirror.messages[0]["may_control"] is True
    ids = [(await machine.enqueue(file))[0]["task_id"] for file in (CLIP, BOX)]
    await machine.act("move_task", task_id=ids[1], position=1)
    await machine.act("update_task", task_id=ids[0], copies=3)
    await eventually(lambda: shows(mirror, ["box", "clip"]), "box, clip")

    async def has_more_copies() -> bool:
        return bool(mirror.tasks[ids[0]]["copies"] == 3)

    await eventually(has_more_copies, "3 copies")
    await machine.act("remove_task", task_id=ids[1])
    await eventually(lambda: shows(mirror, ["clip"]), "clip")
    await machine.run()
    await machine.until("plates_printed", "1")
    await machine.switch("queue_running", on=False)
    await eventually(lambda: is_like(mirror, machine), "the same as get_queue")
    assert {one["type"] for one in mirror.messages[1:]} == {"change"}
    await stop()
    count = len(mirror.messages)
    await machine.act("clear_queue")
    assert len(mirror.messages) == count


async def told(mirror: Mirror, count: int) -> bool:
    return len(mirror.messages) >= count


async def shows(mirror: Mirror, names: list[str]) -> bool:
    return mirror.names() == names


async def is_like(mirror: Mirror, machine: Machine) -> bool:
    queue = await machine.act("get_queue", response=True)
    tasks = queue.pop("tasks")
    times = ("start", "finish")
    mine = [
        {key: mirror.tasks[one][key] for key in tasks[0] if key not in times}
        for one in mirror.order
    ]
    theirs = [
        {key: value for key, value in task.items() if key not in times}
        for task in tasks
    ]
    return mine == theirs and all(mirror.printer[key] == queue[key] for key in queue)


async def test_it_outlives_a_reload(machine: Machine) -> None:
    await machine.enqueue(CLIP)
    mirror = Mirror()
    stop = await mirror.begin(machine.client, machine.queue)
    await machine.client.post(
        f"/api/config/config_entries/entry/{machine.entry_id}/reload"
    )

    async def is_back() -> bool:
        kinds = [one["type"] for one in mirror.messages if one["type"] != "change"]
        return kinds == ["full", "unavailable", "full"]

    await eventually(is_back, "full, unavailable, full")
    assert mirror.names() == ["clip"]
    await stop()


async def test_a_reader_may_listen(home: Home, machine: Machine) -> None:
    mirror = Mirror()
    stop = await mirror.begin(home.reader, machine.queue)
    await eventually(lambda: told(mirror, 1), "the queue")
    assert mirror.messages[0]["may_control"] is False
    await stop()


async def test_history_and_library(machine: Machine) -> None:
    files = await machine.client.command("bambu_batch/library/list")
    assert {CLIP, BOX} <= {one["name"] for one in files["files"]}
    one = await machine.client.command(
        "bambu_batch/library/get",
        media_content_id=f"media-source://bambu_batch/local/{CLIP}",
    )
    assert [plate["swap"] for plate in one["plates"]] == ["yes"]
    runs = await machine.client.command(
        "bambu_batch/history/list", entity_id=machine.queue
    )
    assert runs == {"runs": []}
    for entity_id in ("todo.no_such", machine.entities["progress"]):
        with pytest.raises(RequestFailed) as refused:
            await Mirror().begin(machine.client, entity_id)
        assert refused.value.code == "not_found"

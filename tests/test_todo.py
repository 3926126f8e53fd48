"""The queue as a to-do list."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
import unicodedata

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.bambu_batch import todo
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.runtime.task_view import TaskViews

from .paper import PaperPrinter
from .shop import Shop, queue_up, slice_file
from .test_plain_text import EVERYDAY


async def call(desk: Shop, action: str, **data: Any) -> Any:
    """Call an action of Home Assistant's to-do lists."""
    queue = desk.entity_id("todo", "queue")
    answer: Any = await desk.hass.services.async_call(
        "todo",
        action,
        {"entity_id": queue, **data},
        blocking=True,
        return_response=action == "get_items",
    )
    return answer[queue]["items"] if answer else None


async def three(desk: Shop, media: Path) -> None:
    """Queue three files, named one, two and three."""
    for number, name in enumerate(("one", "two", "three"), 1):
        slice_file(media, f"{name}.gcode.3mf", seconds=number * 60)
        await desk.act("enqueue", file=f"{name}.gcode.3mf")


def names(desk: Shop) -> list[str]:
    """Return the names of the tasks in their order."""
    return [task["name"] for task in desk.coordinator.tasks]


async def test_an_item_is_added_by_the_name_of_a_file(desk: Shop, media: Path) -> None:
    slice_file(media, "Cable_clip.gcode.3mf")
    slice_file(media, "Desk_hook.gcode.3mf")
    await call(desk, "add_item", item="cable clip")
    assert names(desk) == ["Cable_clip"]


async def test_an_item_is_added_by_a_path(desk: Shop, media: Path) -> None:
    (media / "clips").mkdir()
    slice_file(media / "clips", "small.gcode.3mf")
    await call(desk, "add_item", item="clips/small.gcode.3mf")
    assert names(desk) == ["small"]


async def test_an_unknown_name_adds_nothing(desk: Shop) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await call(desk, "add_item", item="nothing like it")
    assert refused.value.translation_key == "file_not_found"
    assert names(desk) == []


async def test_an_item_is_printed_with_the_defaults(desk: Shop, media: Path) -> None:
    await desk.switch("default_timelapse", on=True)
    slice_file(media)
    await call(desk, "add_item", item="clip")
    assert desk.coordinator.tasks[0]["timelapse"] is True


async def test_an_item_is_due_when_its_last_copy_will_be_done(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    (item,) = await call(desk, "get_items")
    planned = desk.coordinator.plan.tasks[item["uid"]].finish
    assert planned is not None
    assert item["due"] == planned.isoformat()
    assert item["description"] == "0/2"


async def test_a_name_that_is_too_long_is_refused(desk: Shop, media: Path) -> None:
    await three(desk, media)
    with pytest.raises(ServiceValidationError) as refused:
        await call(desk, "update_item", item="two", rename="z" * 300)
    assert refused.value.translation_key == "name_too_long"
    assert names(desk) == ["one", "two", "three"]


@pytest.mark.parametrize(
    "name", ["tw\0o", "two\nthree", "\x1b[31m", "\u202eowt", "\u200d"]
)
async def test_a_name_that_cannot_be_seen_is_refused(
    desk: Shop, media: Path, name: str
) -> None:
    await three(desk, media)
    with pytest.raises(ServiceValidationError) as refused:
        await call(desk, "update_item", item="two", rename=name)
    assert refused.value.translation_key == "name_invalid"
    assert "\0" not in str(refused.value)
    assert names(desk) == ["one", "two", "three"]


@pytest.mark.parametrize("unseen", ["\n", "\u202e", "\u2067", "\u200b", "\U000e0041"])
async def test_a_file_with_an_unseen_character_in_its_name_gets_a_name_to_be_seen(
    desk: Shop, media: Path, unseen: str
) -> None:
    slice_file(media, f"a{unseen}b.gcode.3mf")
    await call(desk, "add_item", item=f"a{unseen}b")
    assert names(desk) == ["a_b"]


@pytest.mark.parametrize("name", EVERYDAY[:-1])
async def test_a_name_that_people_write_stays_as_it_is(
    desk: Shop, media: Path, name: str
) -> None:
    slice_file(media, f"{name}.gcode.3mf")
    await desk.act("enqueue", file=f"{name}.gcode.3mf")
    assert names(desk) == [name]
    await call(desk, "update_item", item=name, rename=f"2 {name}")
    assert names(desk) == [f"2 {name}"]


@pytest.mark.parametrize("name", ["cl\0ip", "clip\0", "cl\x1bip", "clip\x7f", "cl\nip"])
async def test_a_name_that_cannot_be_seen_means_no_other_file(
    desk: Shop, media: Path, name: str
) -> None:
    slice_file(media)
    with pytest.raises(ServiceValidationError) as refused:
        await call(desk, "add_item", item=name)
    assert refused.value.translation_key == "file_not_found"
    assert "\N{REPLACEMENT CHARACTER}" in str(refused.value)
    assert names(desk) == []


async def test_an_error_repeats_little_of_what_was_given(
    desk: Shop, media: Path
) -> None:
    await three(desk, media)
    for action, data in (
        ("add_item", {"item": "z" * 70_000}),
        ("add_item", {"item": "z/" * 35_000}),
        ("update_item", {"item": "two", "rename": "z" * 70_000}),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await call(desk, action, **data)
        assert len(str(refused.value)) < 1000


async def test_two_files_of_one_name_are_told_by_their_folders(
    desk: Shop, media: Path
) -> None:
    slice_file(media)
    (media / "old").mkdir()
    slice_file(media / "old")
    with pytest.raises(ServiceValidationError) as refused:
        await call(desk, "add_item", item="clip")
    assert refused.value.translation_key == "file_ambiguous"
    assert "local/clip.gcode.3mf" in str(refused.value)
    assert "local/old/clip.gcode.3mf" in str(refused.value)


async def test_fm_174_two_files_that_look_the_same_are_told_to_be_two(
    desk: Shop, media: Path
) -> None:
    for form in ("NFC", "NFD"):
        slice_file(media, unicodedata.normalize(form, "Größe.gcode.3mf"))
    with pytest.raises(ServiceValidationError) as refused:
        await call(desk, "add_item", item="Größe")
    assert refused.value.translation_key == "file_twins"
    assert "local/Größe.gcode.3mf" in str(refused.value)
    assert names(desk) == []


async def test_an_item_can_be_renamed(desk: Shop, media: Path) -> None:
    await three(desk, media)
    await call(desk, "update_item", item="two", rename="zwei")
    assert names(desk) == ["one", "zwei", "three"]


async def test_a_ticked_item_leaves_the_queue(desk: Shop, media: Path) -> None:
    await three(desk, media)
    await call(desk, "update_item", item="two", status="completed")
    assert names(desk) == ["one", "three"]


async def test_ticking_a_task_in_print_lets_its_plate_go_on(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=3)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    await call(desk, "update_item", item="clip", status="completed")
    (task,) = desk.coordinator.line.tasks
    assert (task.copies, task.open) == (1, 1)
    assert paper.sent[-1] == "start"
    paper.finishes(desk.run)
    await desk.settled()
    (item,) = await call(desk, "get_items")
    assert item["status"] == "completed"


async def test_unticking_a_failed_task_queues_it_again(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    paper.prints(desk.run, PrintState.FAILED)
    await desk.settled()
    (item,) = await call(desk, "get_items")
    assert item["status"] == "completed"
    await call(desk, "update_item", item="clip", status="needs_action")
    assert desk.coordinator.tasks[0]["status"] == "waiting"


async def test_unticking_a_finished_task_is_refused(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    await desk.settled()
    with pytest.raises(ServiceValidationError) as refused:
        await call(desk, "update_item", item="clip", status="needs_action")
    assert refused.value.translation_key == "nothing_to_retry"


async def test_fm_162_a_deleted_or_ticked_item_comes_back_by_its_uid(
    desk: Shop, media: Path
) -> None:
    await three(desk, media)
    before = desk.coordinator.line
    uids = [item["uid"] for item in await call(desk, "get_items")]
    await call(desk, "remove_item", item=uids[:2])
    await call(desk, "update_item", item=uids[2], status="completed")
    assert names(desk) == []
    await desk.act("restore_task", task_id=uids)
    assert desk.coordinator.line == before


async def test_items_are_deleted(desk: Shop, media: Path) -> None:
    await three(desk, media)
    await call(desk, "remove_item", item=["one", "three"])
    assert names(desk) == ["two"]


async def test_completed_items_are_removed_together(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    await desk.settled()
    assert len(names(desk)) == 1
    await call(desk, "remove_completed_items")
    assert names(desk) == []


@pytest.mark.parametrize(
    ("moved", "behind", "order"),
    [
        ("three", None, ["three", "one", "two"]),
        ("three", "one", ["one", "three", "two"]),
        ("one", "two", ["two", "one", "three"]),
        ("one", "three", ["two", "three", "one"]),
        ("two", "one", ["one", "two", "three"]),
        ("two", "two", ["one", "two", "three"]),
    ],
)
async def test_an_item_is_dragged(
    desk: Shop,
    media: Path,
    hass_ws_client: WebSocketGenerator,
    moved: str,
    behind: str | None,
    order: list[str],
) -> None:
    await three(desk, media)
    uids = {task["name"]: task["task_id"] for task in desk.coordinator.tasks}
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {
            "type": "todo/item/move",
            "entity_id": desk.entity_id("todo", "queue"),
            "uid": uids[moved],
            **({"previous_uid": uids[behind]} if behind else {}),
        }
    )
    assert (await client.receive_json())["success"]
    assert names(desk) == order


async def test_an_item_is_dragged_behind_the_plate_in_print(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    await three(desk, media)
    tasks = {task["name"]: task["task_id"] for task in desk.coordinator.tasks}
    queue = desk.hass.data["todo"].get_entity(desk.entity_id("todo", "queue"))
    await queue.async_move_todo_item(tasks["three"], tasks["clip"])
    assert names(desk) == ["clip", "three", "one", "two"]


@pytest.mark.parametrize(("uid", "previous"), [("99", None), ("1", "99")])
async def test_dragging_an_unknown_item_is_refused(
    desk: Shop,
    media: Path,
    hass_ws_client: WebSocketGenerator,
    uid: str,
    previous: str | None,
) -> None:
    await three(desk, media)
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {
            "type": "todo/item/move",
            "entity_id": desk.entity_id("todo", "queue"),
            "uid": uid,
            **({"previous_uid": previous} if previous else {}),
        }
    )
    answer = await client.receive_json()
    assert not answer["success"]
    assert "no task 99" in answer["error"]["message"]
    assert names(desk) == ["one", "two", "three"]


async def test_the_list_is_pushed_only_when_it_changes(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await three(desk, media)
    queue = hass.data["todo"].get_entity(desk.entity_id("todo", "queue"))
    before = queue.todo_items
    paper.reports()
    paper.reports(bed_temperature=40.0)
    await desk.settled()
    assert queue.todo_items is before
    await desk.act("remove_task", task_id="1")
    assert queue.todo_items is not before


async def watch(desk: Shop, client: MockHAClientWebSocket) -> list[dict[str, Any]]:
    """Look at the list, and return its items."""
    queue = desk.entity_id("todo", "queue")
    await client.send_json_auto_id({"type": "todo/item/subscribe", "entity_id": queue})
    assert (await client.receive_json())["success"]
    return await pushed(client)


async def pushed(client: MockHAClientWebSocket) -> list[dict[str, Any]]:
    """Return the items that are pushed next."""
    items: list[dict[str, Any]] = (await client.receive_json())["event"]["items"]
    return items


async def silence(client: MockHAClientWebSocket) -> None:
    """Nothing was pushed: the answer to a ping is next."""
    await client.send_json_auto_id({"type": "ping"})
    assert (await client.receive_json())["type"] == "pong"


async def test_who_watches_the_list_is_sent_it_when_it_changes(
    desk: Shop, media: Path, hass_ws_client: WebSocketGenerator
) -> None:
    await three(desk, media)
    client = await hass_ws_client()
    assert len(await watch(desk, client)) == 3
    await desk.act("remove_task", task_id="2")
    assert [item["summary"] for item in await pushed(client)] == ["one", "three"]
    await desk.act("update_task", task_id="1", timelapse=True)
    await silence(client)


async def test_who_comes_back_to_the_list_is_sent_what_changes_from_then_on(
    desk: Shop, media: Path, hass_ws_client: WebSocketGenerator
) -> None:
    await three(desk, media)
    client = await hass_ws_client()
    before = await watch(desk, client)
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    assert (await client.receive_json())["success"]
    await desk.act("move_task", task_id="3", position=1)
    assert await watch(desk, client) != before
    await desk.act("move_task", task_id="3", position=3)
    assert await pushed(client) == before


async def test_a_due_time_that_moves_by_less_than_a_minute_is_not_pushed(
    desk: Shop, paper: PaperPrinter, media: Path, hass_ws_client: WebSocketGenerator
) -> None:
    await queue_up(desk, paper, media)
    await three(desk, media)
    plan = desk.coordinator.plan
    client = await hass_ws_client()
    before = await watch(desk, client)
    assert plan.start is not None
    for seconds, moves in ((40, False), (59, False), (60, True)):
        start = plan.start + timedelta(seconds=seconds)
        view = desk.coordinator._line_view
        view.plan = replace(plan, start=start)
        view.tasks = TaskViews(
            desk.coordinator.line, view.plan, desk.coordinator.context
        )
        desk.coordinator.async_update_listeners()
        if moves:
            assert await pushed(client) != before
        else:
            await silence(client)


async def test_nobody_works_out_a_list_at_which_nobody_looks(
    desk: Shop, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(todo, "_item", lambda *task: made.append(task))
    await three(desk, media)
    assert desk.state("todo", "queue") == "3"
    assert made == []

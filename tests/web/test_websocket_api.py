"""What the dashboard card is told: all of it once, then what changes, and nobody else."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from homeassistant.auth.models import User
from homeassistant.util import dt as dt_util
import orjson
import pytest
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.event import (
    Enqueue,
    MoveTask,
    NewTask,
    RemoveTasks,
)
from custom_components.bambu_batch.web.queue_feed import AT_ONCE
from tests.paper import PaperPrinter
from tests.shop import Shop, slice_file
from tests.views.mirror import Mirror

CLIP = "media-source://bambu_batch/local/clip.gcode.3mf"


@pytest.fixture
async def client(
    desk: Shop, media: Path, hass_ws_client: WebSocketGenerator
) -> MockHAClientWebSocket:
    """A card's connection; a sliced file lies ready."""
    slice_file(media)
    return await hass_ws_client(desk.hass)


type Subscribe = Callable[[], Awaitable[dict[str, Any]]]


@pytest.fixture
def subscribe(desk: Shop, client: MockHAClientWebSocket) -> Subscribe:
    """Subscribe to the queue and return the first event."""

    async def subscribe() -> dict[str, Any]:
        await client.send_json_auto_id(
            {
                "type": "bambu_batch/queue/subscribe",
                "entity_id": desk.entity_id("todo", "queue"),
            }
        )
        answer = await client.receive_json()
        assert answer["success"], answer
        return await event(client)

    return subscribe


async def event(client: MockHAClientWebSocket) -> dict[str, Any]:
    message = await client.receive_json()
    assert message["type"] == "event", message
    told: dict[str, Any] = message["event"]
    return told


async def ask(client: MockHAClientWebSocket, what: str, **more: Any) -> dict[str, Any]:
    await client.send_json_auto_id({"type": f"bambu_batch/{what}", **more})
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def silence(client: MockHAClientWebSocket) -> None:
    """Nothing was sent: the answer to a ping is next."""
    await client.send_json_auto_id({"type": "ping"})
    message = await client.receive_json()
    assert message["type"] == "pong", message


async def test_the_whole_queue_comes_first(
    desk: Shop, paper: PaperPrinter, subscribe: Subscribe
) -> None:
    paper.reports(bed_temperature=24.6)
    await desk.settled()
    await desk.act("enqueue", file="clip.gcode.3mf", copies=2)
    await desk.settled()

    full = await subscribe()

    assert full["type"] == "full"
    assert full["may_control"] is True
    (task_id,) = full["order"]
    task = full["tasks"][task_id]
    assert task["task_id"] == task_id
    assert task["name"] == "clip"
    assert task["file"] == CLIP
    assert task["copies"] == 2
    assert task["copies_waiting"] == 2
    assert task["copies_failed"] == 0
    assert task["thumbnail"].startswith("/api/bambu_batch/thumbnail/local/clip")
    printer = full["printer"]
    assert printer["name"] == "Mini"
    assert printer["running"] is False
    assert printer["waiting_for"] == "queue_paused"
    assert "plate_not_clear" in printer["reasons"]
    assert printer["printer_state"] == "idle"
    assert printer["bed_temperature"] == 25
    assert printer["plate_clear"] is False
    assert printer["print_error"] is None
    assert printer["current"] is None


async def test_a_printer_that_is_away_is_told_so(subscribe: Subscribe) -> None:
    printer = (await subscribe())["printer"]

    assert printer["printer_state"] == "offline"
    assert printer["progress"] is None
    assert printer["bed_temperature"] is None


async def test_only_what_changes_is_told(
    desk: Shop, paper: PaperPrinter, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    paper.reports(bed_temperature=24.6)
    await desk.settled()
    await subscribe()

    paper.reports(bed_temperature=25.4)
    await desk.settled()
    await silence(client)

    paper.reports(bed_temperature=25.6)
    assert await event(client) == {
        "type": "change",
        "printer": {"bed_temperature": 26},
    }


async def test_a_new_task_comes_whole_and_a_changed_one_in_parts(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await subscribe()

    await desk.act("enqueue", file="clip.gcode.3mf", copies=2)
    change = await event(client)
    assert change["order"] == ["1"]
    assert change["tasks"]["1"]["name"] == "clip"
    assert "removed" not in change

    await desk.act("update_task", task_id="1", timelapse=True)
    change = await event(client)
    assert change["tasks"] == {"1": {"timelapse": True}}
    assert "order" not in change


async def test_a_moved_task_changes_the_order(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    for _ in range(3):
        await desk.act("enqueue", file="clip.gcode.3mf")
    assert (await subscribe())["order"] == ["1", "2", "3"]

    await desk.act("move_task", task_id="3", position=1)
    assert (await event(client))["order"] == ["3", "1", "2"]


async def test_a_removed_task_is_named(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    for _ in range(3):
        await desk.act("enqueue", file="clip.gcode.3mf")
    await subscribe()

    await desk.act("remove_task", task_id="2")
    change = await event(client)
    assert change["removed"] == ["2"]
    assert "order" not in change

    await desk.act("clear_queue")
    assert (await event(client))["removed"] == ["1", "3"]

    await desk.act("enqueue", file="clip.gcode.3mf")
    change = await event(client)
    assert change["order"] == ["4"]
    assert change["tasks"]["4"]["task_id"] == "4"


async def many(desk: Shop, count: int) -> None:
    """Queue as many tasks as one, in one command."""
    await desk.act("enqueue", file="clip.gcode.3mf")
    (task,) = desk.coordinator.line.tasks
    new = NewTask(name="Clip", plate_file=task.plate_file)
    await desk.coordinator.obey(Enqueue((new,) * (count - 1)))
    await desk.settled()


async def test_a_long_queue_comes_in_parts(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await many(desk, 2 * AT_ONCE + 50)
    mirror = Mirror()

    full = await subscribe()
    mirror.hear(full)
    assert len(full["order"]) == len(full["tasks"]) == AT_ONCE
    for _ in range(2):
        part = await event(client)
        assert len(part["tasks"]) <= AT_ONCE
        mirror.hear(part)

    await silence(client)
    assert mirror.order == [task.task_id for task in desk.coordinator.line.tasks]
    assert {row["name"] for row in mirror.rows} == {"clip", "Clip"}


async def test_what_changes_before_all_was_told_is_told_at_the_end(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await many(desk, 3 * AT_ONCE)
    mirror = Mirror()
    coordinator, last = desk.coordinator, str(3 * AT_ONCE)

    mirror.hear(await subscribe())
    await coordinator.obey(MoveTask(last, 1))
    await coordinator.obey(RemoveTasks(("1", "350")))
    await desk.settled()
    while mirror.order != [task.task_id for task in coordinator.line.tasks]:
        mirror.hear(await event(client))

    await silence(client)
    assert mirror.order[0] == last


async def test_after_unsubscribing_in_between_nothing_more_is_told(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await many(desk, 60 * AT_ONCE)
    await subscribe()
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    while (await client.receive_json())["type"] == "event":
        pass
    await silence(client)


async def test_a_long_queue_that_is_cleared_is_told_anew(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await many(desk, AT_ONCE)
    await subscribe()
    await desk.act("clear_queue")
    told = await event(client)
    assert (told["type"], told["order"]) == ("full", [])


async def test_a_change_of_a_long_queue_costs_few_bytes(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await many(desk, AT_ONCE - 1)
    await subscribe()
    last = str(AT_ONCE - 1)
    await desk.act("move_task", task_id=last, position=1)
    told = await event(client)
    assert told["placed"] == [{"after": None, "tasks": [last]}]
    assert len(orjson.dumps(told)) < 300


async def test_the_running_plate_is_told(
    desk: Shop, paper: PaperPrinter, subscribe: Subscribe
) -> None:
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf", copies=2)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    paper.prints(run, PrintState.RUNNING, percent=40, remaining_minutes=3, layer=7)
    await desk.settled()

    printer = (await subscribe())["printer"]

    assert printer["current"] == {"task_id": "1", "copy": 1, "uncertain": False}
    assert printer["printer_state"] == "printing"
    assert printer["progress"] == 40
    assert printer["remaining_minutes"] == 3
    assert printer["layer"] == 7


async def test_an_error_is_told_with_its_page(
    desk: Shop, paper: PaperPrinter, subscribe: Subscribe
) -> None:
    paper.reports(print_error=0x0300_8006)
    await desk.settled()

    error = (await subscribe())["printer"]["print_error"]

    assert error["code"] == "0300-8006"
    assert error["message"] == "plate"
    assert error["url"].startswith("https://")


async def test_after_unsubscribing_nothing_is_told(
    desk: Shop, paper: PaperPrinter, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await subscribe()

    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    assert (await client.receive_json())["success"]
    paper.reports()
    await desk.settled()

    await silence(client)


async def test_a_subscription_outlives_a_reload(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await desk.act("enqueue", file="clip.gcode.3mf")
    await subscribe()

    await desk.hass.config_entries.async_reload(desk.entry.entry_id)

    assert (await event(client))["type"] == "unavailable"
    full = await event(client)
    assert full["type"] == "full"
    assert full["order"] == ["1"]


async def test_a_queue_that_is_not_loaded_is_unavailable_until_it_is(
    desk: Shop, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    await desk.hass.config_entries.async_unload(desk.entry.entry_id)
    assert await subscribe() == {"type": "unavailable"}

    await desk.hass.config_entries.async_setup(desk.entry.entry_id)
    assert (await event(client))["type"] == "full"


@pytest.mark.parametrize("what", ["queue/subscribe", "history/list"])
async def test_only_a_queue_can_be_asked_about(
    desk: Shop, client: MockHAClientWebSocket, what: str
) -> None:
    for entity_id in ("todo.gone", "sun.sun", desk.entity_id("sensor", "progress")):
        answer = await ask(client, what, entity_id=entity_id)
        assert answer["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("queue/subscribe", {}),
        ("queue/subscribe", {"entity_id": "no entity"}),
        ("history/list", {}),
        ("history/list", {"entity_id": "todo.mini_queue", "limit": 0}),
        ("history/list", {"entity_id": "todo.mini_queue", "limit": "many"}),
        ("library/get", {}),
        ("library/get", {"media_content_id": 7}),
        ("library/list", {"folder": "local"}),
    ],
)
async def test_a_malformed_question_is_refused(
    client: MockHAClientWebSocket, what: str, more: dict[str, Any]
) -> None:
    answer = await ask(client, what, **more)

    assert answer["error"]["code"] == "invalid_format"


@pytest.mark.parametrize("what", ["queue/subscribe", "history/list"])
async def test_who_may_not_read_is_told_nothing(
    desk: Shop, hass_ws_client: WebSocketGenerator, hass_admin_user: User, what: str
) -> None:
    hass_admin_user.groups = []
    hass_admin_user.invalidate_cache()
    client = await hass_ws_client(desk.hass)

    answer = await ask(client, what, entity_id=desk.entity_id("todo", "queue"))

    assert answer["error"]["code"] == "unauthorized"


async def test_who_may_only_read_is_told_so(
    desk: Shop,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    client = await hass_ws_client(desk.hass, hass_read_only_access_token)
    await ask(client, "queue/subscribe", entity_id=desk.entity_id("todo", "queue"))

    assert (await event(client))["may_control"] is False


async def test_the_history_is_listed(
    desk: Shop, paper: PaperPrinter, client: MockHAClientWebSocket
) -> None:
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    paper.prints(run, PrintState.RUNNING)
    await desk.settled()
    paper.finishes(run)
    await desk.settled()

    answer = await ask(
        client, "history/list", entity_id=desk.entity_id("todo", "queue")
    )

    (record,) = answer["result"]["runs"]
    assert record["name"] == "clip"
    assert record["outcome"] == "finished"
    assert record["file"] == CLIP
    assert record["thumbnail"].startswith("/api/bambu_batch/thumbnail/local/clip")


async def test_without_its_entry_a_queue_has_no_history(
    desk: Shop, client: MockHAClientWebSocket
) -> None:
    entity_id = desk.entity_id("todo", "queue")
    await desk.hass.config_entries.async_unload(desk.entry.entry_id)

    answer = await ask(client, "history/list", entity_id=entity_id)

    assert answer["error"]["code"] == "not_found"


async def test_the_library_is_listed(
    client: MockHAClientWebSocket, media: Path
) -> None:
    (media / "parts").mkdir()
    slice_file(media / "parts", "box.gcode.3mf")

    answer = await ask(client, "library/list")

    files = {file["name"]: file for file in answer["result"]["files"]}
    assert set(files) == {"box.gcode.3mf", "clip.gcode.3mf"}
    box = files["box.gcode.3mf"]
    assert box["folder"] == "local/parts"
    assert box["media_content_id"].endswith("/local/parts/box.gcode.3mf")
    assert box["plates"] == [1]
    assert box["size"] == (media / "parts" / "box.gcode.3mf").stat().st_size
    assert dt_util.parse_datetime(box["modified"]) is not None
    assert "plate=1&" in box["thumbnail"]


async def test_a_file_with_a_name_that_turns_around_is_shown_without_it(
    client: MockHAClientWebSocket, media: Path
) -> None:
    (media / "a\u202eb").mkdir()
    slice_file(media / "a\u202eb", "rtl\u202egpj.gcode.3mf")

    answer = await ask(client, "library/list")

    (file,) = (one for one in answer["result"]["files"] if "gpj" in one["name"])
    assert (file["name"], file["folder"]) == ("rtl_gpj.gcode.3mf", "local/a_b")
    content = await ask(
        client, "library/get", media_content_id=file["media_content_id"]
    )
    assert content["result"]["name"] == "rtl_gpj.gcode.3mf"


async def test_a_file_shows_its_plates(client: MockHAClientWebSocket) -> None:
    answer = await ask(client, "library/get", media_content_id=CLIP)

    file = answer["result"]
    assert file["media_content_id"] == CLIP
    (plate,) = file["plates"]
    assert plate["plate"] == 1
    assert plate["seconds"] == 300
    assert plate["swap"] == "yes"
    assert plate["filaments"][0]["material"] == "PLA"


async def test_a_files_facts_come_without_its_verdict_until_it_was_read(
    client: MockHAClientWebSocket,
) -> None:
    async def plate(**more: bool) -> dict[str, Any]:
        answer = await ask(client, "library/get", media_content_id=CLIP, **more)
        found: dict[str, Any] = answer["result"]["plates"][0]
        return found

    facts = await plate(inspect=False)
    whole = await plate()

    assert (facts["swap"], facts["packed"]) == ("unknown", None)
    assert (whole["swap"], whole["packed"]) == ("yes", 1)
    verdict = {"swap", "packed", "thumbnail"}
    assert {key: facts[key] for key in facts.keys() - verdict} == {
        key: whole[key] for key in whole.keys() - verdict
    }
    assert await plate(inspect=False) == whole


async def test_the_picture_of_a_files_facts_has_the_address_of_the_list(
    client: MockHAClientWebSocket,
) -> None:
    (listed,) = (await ask(client, "library/list"))["result"]["files"]
    answer = await ask(client, "library/get", media_content_id=CLIP, inspect=False)

    assert answer["result"]["plates"][0]["thumbnail"] == listed["thumbnail"]


async def test_a_file_that_is_none_is_refused_in_translated_words(
    client: MockHAClientWebSocket,
) -> None:
    answer = await ask(client, "library/get", media_content_id="gone.3mf")

    assert answer["error"]["code"] == "home_assistant_error"
    assert answer["error"]["translation_key"] == "file_not_found"
    assert answer["error"]["translation_placeholders"] == {"file": "gone.3mf"}


async def test_a_progress_costs_few_bytes(
    desk: Shop, paper: PaperPrinter, client: MockHAClientWebSocket, subscribe: Subscribe
) -> None:
    """200 tasks are queued; a step of the progress tells nothing of them."""
    paper.reports()
    for _ in range(2):
        await desk.act("enqueue", file="clip.gcode.3mf", copies=100)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    paper.prints(run, PrintState.RUNNING, percent=40, remaining_minutes=5)
    await desk.settled()
    await subscribe()

    paper.prints(run, PrintState.RUNNING, percent=41, remaining_minutes=5)

    assert await event(client) == {"type": "change", "printer": {"progress": 41}}

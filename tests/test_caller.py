"""Who may only look changes nothing, on the ways too on which Home Assistant asks nobody."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import Mock

from aiohttp.test_utils import make_mocked_request
from homeassistant.auth.models import User
from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.todo import TodoItem
from homeassistant.components.websocket_api import current_connection
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.http import current_request
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.entity import BambuBatchEntity
from custom_components.bambu_batch.permissions import ControlRefused

from .shop import Shop, slice_file

ACTS: Final[dict[str, dict[str, tuple[Any, ...]]]] = {
    "button": {"async_press": ()},
    "number": {"async_set_native_value": (1.0,)},
    "select": {"async_select_option": ("none",)},
    "switch": {"async_turn_on": (), "async_turn_off": ()},
    "todo": {
        "async_create_todo_item": (TodoItem(summary="clip"),),
        "async_update_todo_item": (TodoItem(uid="1", summary="other"),),
        "async_delete_todo_items": (["1"],),
        "async_move_todo_item": ("1",),
    },
}
"""What each platform's entities do, and with what."""


def entities(hass: HomeAssistant) -> list[Entity]:
    """Return all entities of ours that are there."""
    return [
        entity
        for platforms in hass.data["entity_platform"][DOMAIN]
        for entity in platforms.entities.values()
    ]


@contextmanager
def connected(user: User) -> Iterator[None]:
    """Do something as a WebSocket command of a user does it."""
    token = current_connection.set(Mock(user=user))
    try:
        yield
    finally:
        current_connection.reset(token)


@pytest.fixture
async def assist(hass: HomeAssistant, desk: Shop, media: Path) -> None:
    """Let Assist know the queue and its switch; one task waits."""
    for component in ("homeassistant", "intent", "conversation"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    for platform, key in (("todo", "queue"), ("switch", "queue_running")):
        entity_id = desk.entity_id(platform, key)
        async_expose_entity(hass, "conversation", entity_id, True)
    slice_file(media)
    slice_file(media, "box.gcode.3mf")
    await desk.act("enqueue", file="clip.gcode.3mf")


ADD: Final = "add box to my mini queue list"
COMPLETE: Final = "complete clip on my mini queue list"


def queue(desk: Shop) -> list[str]:
    """Return the names of the tasks."""
    return [task["name"] for task in desk.coordinator.tasks]


async def test_fm_160_every_entity_that_acts_asks_who_wants_it(
    hass: HomeAssistant, desk: Shop, hass_read_only_user: User
) -> None:
    await desk.coordinator.hass.config_entries.async_reload(desk.entry.entry_id)
    await hass.async_block_till_done()
    before, asked = desk.coordinator.line, set()
    for entity in entities(hass):
        domain = entity.entity_id.partition(".")[0]
        for act, arguments in ACTS.get(domain, {}).items():
            with connected(hass_read_only_user), pytest.raises(ControlRefused):
                await getattr(entity, act)(*arguments)
            asked.add(domain)
    assert asked == set(ACTS)
    assert desk.coordinator.line == before


async def test_fm_160_no_platform_acts_that_this_does_not_know() -> None:
    found = {
        name
        for kind in _kinds(BambuBatchEntity)
        for name, method in vars(kind).items()
        if hasattr(method, "__wrapped__") and name.startswith("async_")
    }
    assert found == {act for acts in ACTS.values() for act in acts}


def _kinds(kind: type[Any]) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)


@pytest.mark.parametrize("who", ["reader", "user", "admin"])
async def test_fm_160_moving_an_item_needs_the_right(
    hass: HomeAssistant,
    desk: Shop,
    assist: None,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    hass_access_token: str,
    hass_admin_user: MockUser,
    who: str,
) -> None:
    await desk.act("enqueue", file="box.gcode.3mf")
    last = desk.coordinator.tasks[-1]["task_id"]
    if who == "user":
        group = await hass.auth.async_get_group("system-users")
        assert group is not None
        hass_admin_user.groups = [group]
        hass_admin_user.invalidate_cache()
    token = hass_read_only_access_token if who == "reader" else hass_access_token
    client = await hass_ws_client(hass, token)

    await client.send_json_auto_id(
        {
            "type": "todo/item/move",
            "entity_id": desk.entity_id("todo", "queue"),
            "uid": last,
        }
    )
    answer = await client.receive_json()

    if who == "reader":
        assert "You may look at" in answer["error"]["message"]
        assert queue(desk) == ["clip", "box"]
    else:
        assert answer["success"], answer
        assert queue(desk) == ["box", "clip"]


type Say = Callable[[str, str], Awaitable[None]]


@pytest.fixture(params=["websocket", "rest", "app"])
async def say(
    request: pytest.FixtureRequest,
    hass: HomeAssistant,
    assist: None,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> Say:
    """Say something by each way that there is."""

    async def say(words: str, token: str) -> None:
        if request.param == "websocket":
            client = await hass_ws_client(hass, token)
            await client.send_json_auto_id(
                {"type": "conversation/process", "text": words}
            )
            await client.receive_json()
        elif request.param == "rest":
            http = await hass_client(token)
            await http.post("/api/conversation/process", json={"text": words})
        else:  # a webhook: no user of the request, only of the sentence
            found = hass.auth.async_validate_access_token(token)
            assert found is not None
            context = Context(user_id=found.user.id)
            await conversation.async_converse(hass, words, None, context)
        await hass.async_block_till_done()

    return say


@pytest.mark.parametrize("words", [ADD, COMPLETE, "turn on mini queue running"])
async def test_fm_160_a_readers_sentence_changes_nothing(
    desk: Shop, say: Say, hass_read_only_access_token: str, words: str
) -> None:
    before = desk.coordinator.line
    await say(words, hass_read_only_access_token)
    assert desk.coordinator.line == before


async def test_fm_160_who_may_control_is_understood(
    desk: Shop, say: Say, hass_access_token: str
) -> None:
    await say(ADD, hass_access_token)
    assert queue(desk) == ["clip", "box"]
    await say(COMPLETE, hass_access_token)
    assert queue(desk) == ["box"]


async def test_fm_160_an_intent_by_its_name_needs_the_right(
    desk: Shop,
    assist: None,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
    hass_access_token: str,
) -> None:
    intent = {
        "name": "HassListAddItem",
        "data": {"item": "box", "name": "Mini Queue"},
    }
    for token, expected in (
        (hass_read_only_access_token, ["clip"]),
        (hass_access_token, ["clip", "box"]),
    ):
        client = await hass_client(token)
        answer = await client.post("/api/intent/handle", json=intent)
        assert answer.status == 200
        said = await answer.json()
        if token == hass_read_only_access_token:
            assert "You may look at" in said["speech"]["plain"]["speech"]
        assert queue(desk) == expected


async def test_fm_160_a_sentence_for_later_keeps_its_speaker(
    hass: HomeAssistant,
    desk: Shop,
    assist: None,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    hass_access_token: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for token, expected in (
        (hass_read_only_access_token, False),
        (hass_access_token, True),
    ):
        client = await hass_ws_client(hass, token)
        for words in (ADD, "turn on mini queue running"):
            await client.send_json_auto_id(
                {"type": "conversation/process", "text": f"in 1 second {words}"}
            )
            answer = await client.receive_json()
            assert answer["result"]["response"]["response_type"] == "action_done"
        if expected:
            await desk.until(lambda: desk.coordinator.line.running)
            await desk.until(lambda: len(queue(desk)) == 2)
        else:
            await desk.until(lambda: caplog.text.count("Delayed command failed") == 2)
            assert not desk.coordinator.line.running
            assert queue(desk) == ["clip"]


@pytest.mark.parametrize("words", [ADD, "turn on mini queue running"])
async def test_fm_160_a_sentence_for_later_by_the_apps_webhook_changes_nothing(
    hass: HomeAssistant,
    desk: Shop,
    assist: None,
    hass_read_only_user: User,
    caplog: pytest.LogCaptureFixture,
    words: str,
) -> None:
    """Nobody is logged in at a webhook: the app's own user is in the sentence alone."""
    before = desk.coordinator.line
    webhook = make_mocked_request("POST", "/api/webhook/secret")
    token = current_request.set(webhook)
    try:
        context = Context(user_id=hass_read_only_user.id)
        await conversation.async_converse(hass, f"in 1 second {words}", None, context)
    finally:
        current_request.reset(token)
    await desk.until(lambda: "Delayed command failed" in caplog.text)
    assert desk.coordinator.line == before


async def test_an_automation_acts_whoever_set_it_off(
    hass: HomeAssistant, desk: Shop, assist: None, hass_read_only_user: User
) -> None:
    automation = {
        "triggers": {"trigger": "event", "event_type": "bell"},
        "actions": [
            {
                "action": "switch.turn_on",
                "target": {"entity_id": desk.entity_id("switch", "queue_running")},
            },
            {"action": "conversation.process", "data": {"text": ADD}},
        ],
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()

    with connected(hass_read_only_user):
        hass.bus.async_fire("bell", context=Context(user_id=hass_read_only_user.id))
        await hass.async_block_till_done()

    assert desk.coordinator.line.running
    assert queue(desk) == ["clip", "box"]


async def test_a_script_has_its_callers_right(
    hass: HomeAssistant,
    desk: Shop,
    assist: None,
    hass_read_only_user: User,
    hass_admin_user: User,
) -> None:
    script = {
        "add": {"sequence": [{"action": "conversation.process", "data": {"text": ADD}}]}
    }
    assert await async_setup_component(hass, "script", {"script": script})
    for user, expected in (
        (hass_read_only_user, ["clip"]),
        (hass_admin_user, ["clip", "box"]),
    ):
        context = Context(user_id=user.id)
        await hass.services.async_call(
            "script", "add", {}, blocking=True, context=context
        )
        assert queue(desk) == expected


async def test_what_a_connection_left_running_is_not_refused_later(
    desk: Shop, assist: None, hass_read_only_user: User
) -> None:
    with connected(hass_read_only_user):
        await desk.switch("queue_running", on=True)
    assert desk.coordinator.line.running


async def test_nobody_at_all_is_the_system(
    hass: HomeAssistant, desk: Shop, assist: None
) -> None:
    await conversation.async_converse(hass, ADD, None, Context())
    assert queue(desk) == ["clip", "box"]

"""What the dashboard card asks over the WebSocket; `docs/websocket.md` shows every message."""

from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import BambuBatchConfigEntry
from ..exact_values import ENTITY_ID, exact_int
from ..library import catalogue, files
from ..library.catalogue import CatalogueFile
from ..library.plate_view import plate_views
from ..library.thumbnail import thumbnail_url
from ..permissions import entry_of
from ..plain_text import seen
from ..views import history
from ..views.card import View
from .queue_feed import QueueFeed


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Answer these commands, once per start."""
    for command in (subscribe_queue, list_history, list_library, get_library_file):
        websocket_api.async_register_command(hass, command)


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/queue/subscribe",
        vol.Required("entity_id"): ENTITY_ID,
    }
)
@callback
def subscribe_queue(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Push the whole queue once, then only what changes."""
    entry = _readable_entry(hass, connection, msg)
    if entry is None:
        return
    may_control = connection.user.permissions.check_entity(
        msg["entity_id"], POLICY_CONTROL
    )
    feed = QueueFeed(hass, connection, msg["id"], entry, may_control)
    connection.subscriptions[msg["id"]] = feed.end
    connection.send_result(msg["id"])
    feed.begin()


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/history/list",
        vol.Required("entity_id"): ENTITY_ID,
        vol.Optional("limit", default=50): vol.All(
            exact_int, vol.Range(min=1, max=1000)
        ),
    }
)
@websocket_api.async_response
async def list_history(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Return the newest runs."""
    entry = _readable_entry(hass, connection, msg)
    if entry is None:
        return
    if entry.state is not ConfigEntryState.LOADED:
        _send_not_found(connection, msg)
        return
    runs = await history.runs(entry.runtime_data, limit=msg["limit"])
    connection.send_result(msg["id"], {"runs": runs})


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/library/list"})
@websocket_api.async_response
async def list_library(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Return the sliced files of the media folders, the newest first."""
    found = await catalogue.listing(hass)
    connection.send_result(
        msg["id"],
        {
            "files": [_file_view(one) for one in found.entries],
            "left_out": found.left_out,
        },
    )


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/library/get",
        vol.Required("media_content_id"): str,
        vol.Optional("inspect", default=True): bool,
    }
)
@websocket_api.async_response
async def get_library_file(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Return the plates of one file; without `inspect` what is known without its G-code."""
    file = await files.resolve(hass, msg["media_content_id"])
    ask = files.read if msg["inspect"] else files.facts
    content = await ask(hass, file)
    connection.send_result(
        msg["id"],
        {
            "media_content_id": file.reference,
            "name": file.title,
            "size": content.size,
            "plates": plate_views(file, content),
        },
    )


def _readable_entry(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> BambuBatchConfigEntry | None:
    """Return the printer of the queue that is asked for; None: the error has been sent."""
    entity_id = msg["entity_id"]
    if not connection.user.permissions.check_entity(entity_id, POLICY_READ):
        raise Unauthorized(entity_id=entity_id, permission=POLICY_READ)
    entry = entry_of(hass, entity_id)
    if entry is None:
        _send_not_found(connection, msg)
    return entry


def _send_not_found(connection: ActiveConnection, msg: dict[str, Any]) -> None:
    connection.send_error(
        msg["id"], websocket_api.ERR_NOT_FOUND, "No such queue is loaded"
    )


def _file_view(entry: CatalogueFile) -> View:
    file = entry.file
    folder = file.reference.removeprefix(files.OURS).rpartition("/")[0]
    return {
        "media_content_id": file.reference,
        "name": file.title,
        "folder": seen(folder, files.UNSEEN),
        "size": entry.size,
        "modified": entry.modified.isoformat(),
        "plates": list(entry.plates),
        "thumbnail": thumbnail_url(file.reference, entry.plates[0], entry.version),
    }

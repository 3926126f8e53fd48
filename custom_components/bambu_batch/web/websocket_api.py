"""What the dashboard card asks over the WebSocket; `docs/websocket.md` shows every message."""

from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers.dispatcher import async_dispatcher_connect
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
from ..views import card, history
from ..views.card import View


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
    subscription = _Subscription(hass, connection, msg["id"], entry, may_control)
    connection.subscriptions[msg["id"]] = subscription.end
    connection.send_result(msg["id"])
    subscription.begin()


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


class _Subscription:
    """What one card was sent about one printer. It outlives a reload of the printer's entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: ActiveConnection,
        msg_id: int,
        entry: BambuBatchConfigEntry,
        may_control: bool,
    ) -> None:
        self._hass = hass
        self._connection = connection
        self._msg_id = msg_id
        self._entry = entry
        self._may_control = may_control
        self._printer: View = {}
        self._tasks: dict[str, View] = {}
        self._basis: tuple[object, ...] = ()
        self._has_all = False
        """The card has the whole queue."""
        self._unlisten: CALLBACK_TYPE | None = None
        self._unwatch: CALLBACK_TYPE | None = None

    @callback
    def begin(self) -> None:
        """Send everything, then what changes."""
        self._unwatch = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )
        if self._entry.state is ConfigEntryState.LOADED:
            self._attach()
        else:
            self._send({"type": "unavailable"})

    @callback
    def end(self) -> None:
        """Send no more."""
        self._detach()
        if self._unwatch is not None:
            self._unwatch()

    @callback
    def _entry_changed(self, _change: object, entry: BambuBatchConfigEntry) -> None:
        if entry.entry_id != self._entry.entry_id:
            return
        loaded = entry.state is ConfigEntryState.LOADED
        if loaded and self._unlisten is None:
            self._attach()
        elif not loaded and self._unlisten is not None:
            self._detach()
            self._send({"type": "unavailable"})

    def _attach(self) -> None:
        self._has_all = False
        self._unlisten = self._entry.runtime_data.async_add_listener(self._update)
        self._update()

    def _detach(self) -> None:
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None

    @callback
    def _update(self) -> None:
        coordinator = self._entry.runtime_data
        basis = card.rows_basis(coordinator)
        printer = card.printer_view(coordinator)
        if not self._has_all:
            self._has_all = True
            self._printer, self._tasks = printer, card.rows(coordinator)
            self._send(
                {
                    "type": "full",
                    "may_control": self._may_control,
                    "printer": printer,
                    "tasks": self._tasks,
                    "order": list(self._tasks),
                }
            )
        else:
            parts: View = {"printer": card.changes(self._printer, printer)}
            if basis != self._basis:
                parts |= self._task_changes(card.rows(coordinator))
            if change := {name: part for name, part in parts.items() if part}:
                self._send({"type": "change", **change})
        self._basis = basis

    def _task_changes(self, tasks: dict[str, View]) -> View:
        """Return what of the tasks differs from what was sent, and keep it as sent."""
        order, removed = list(tasks), [one for one in self._tasks if one not in tasks]
        kept = [one for one in self._tasks if one in tasks]
        fields = {
            task_id: new
            for task_id, view in tasks.items()
            if (new := card.changes(self._tasks.setdefault(task_id, {}), view))
        }
        self._tasks = {task_id: self._tasks[task_id] for task_id in tasks}
        return {
            "tasks": fields,
            "removed": removed,
            "order": order if order != kept else [],
        }

    def _send(self, event: View) -> None:
        self._connection.send_event(self._msg_id, event)


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

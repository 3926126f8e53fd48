"""What one card was sent about one printer: everything once, then what changes."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Final

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..coordinator import BambuBatchConfigEntry
from ..runtime.task_view import iso
from ..views import card
from ..views.card import View
from ..views.sheet import Sheet, sheet_of
from ..views.sheet_changes import changes

AT_ONCE: Final = 200
"""Tasks in one message: 10,000 would hold the event loop for a quarter of a second."""


class QueueFeed:
    """One subscription. It outlives a reload of the printer's entry."""

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
        self._sheet: Sheet | None = None
        """The tasks that the card has, or will have once `_rest` was sent."""
        self._shown: object = None
        """The coordinator's tasks of which the sheet was made."""
        self._rest: Iterator[View] | None = None
        self._last: str | None = None
        """The task behind which the rest comes."""
        self._next: asyncio.Handle | None = None
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
        self._sheet = self._shown = None
        self._unlisten = self._entry.runtime_data.async_add_listener(self._update)
        self._update()

    def _detach(self) -> None:
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if self._next is not None:
            self._next.cancel()
            self._next = None
        self._rest = None

    @callback
    def _update(self) -> None:
        coordinator = self._entry.runtime_data
        parts: View | None = {}
        if self._rest is None and coordinator.tasks is not self._shown:
            self._shown = coordinator.tasks
            before = self._sheet
            line, context, plan = (
                coordinator.line,
                coordinator.context,
                coordinator.plan,
            )
            self._sheet = sheet_of(line, context, plan, before)
            parts = changes(before, self._sheet) if before is not None else None
        assert self._sheet is not None
        printer = card.printer_view(coordinator)
        printer["planned_from"] = iso(self._sheet.planned_from)
        known, self._printer = self._printer, printer
        if parts is None:
            self._send_all(self._sheet.rows())
            return
        if changed := card.changes(known, printer):
            parts["printer"] = changed
        if parts:
            self._send({"type": "change", **parts})

    def _send_all(self, rows: Iterator[View]) -> None:
        """Send everything, of a long queue the first tasks: the rest follows in a moment."""
        tasks = {row["task_id"]: row for row in islice(rows, AT_ONCE)}
        self._send(
            {
                "type": "full",
                "may_control": self._may_control,
                "printer": self._printer,
                "tasks": tasks,
                "order": list(tasks),
            }
        )
        if len(tasks) == AT_ONCE:
            self._rest, self._last = rows, list(tasks)[-1]
            self._next = self._hass.loop.call_soon(self._send_more)

    @callback
    def _send_more(self) -> None:
        """Send some more of the tasks, as they were; what changed meanwhile follows at the end."""
        assert self._rest is not None
        tasks = {row["task_id"]: row for row in islice(self._rest, AT_ONCE)}
        if tasks:
            placed = [{"after": self._last, "tasks": list(tasks)}]
            self._send({"type": "change", "tasks": tasks, "placed": placed})
            self._last = list(tasks)[-1]
            self._next = self._hass.loop.call_soon(self._send_more)
        else:
            self._rest = self._next = None
            self._update()

    def _send(self, event: View) -> None:
        self._connection.send_event(self._msg_id, event)

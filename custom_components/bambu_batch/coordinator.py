"""The place where Home Assistant, the printer and the line are put together.

What happens goes to the line's worker, in its order; what the line wants done is carried out,
and its outcome goes back as an event. Nothing here decides whether a plate starts.
"""

from collections.abc import Sequence
import logging
from typing import Any, Final, override

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .bambu import uptime
from .bambu.connection import Connection, DisconnectReason, Reply
from .bambu.status import PrinterStatus
from .bambu.storage import Storage
from .books.ledger import Ledger
from .books.spoolman_link import SpoolmanLink
from .books.spools import Spools
from .const import CONF_SERIAL
from .device import Device, device_info
from .errors import refusal
from .flows.access import settings_of
from .flows.printer import Printer
from .options import INTERLOCKS, PLAIN_DATA_CHANNEL, line_options
from .production.clock import since_foreign_command
from .production.context import Context
from .production.effect import Effect
from .production.event import Command, Event, ForeignCommand, Refused, Restarted
from .production.forecast import Plan
from .production.gate import NOTHING, Reason, may_publish
from .production.model import Line, Run, RunRecord
from .production.runout import Need
from .runtime import database
from .runtime.announcer import Announcer
from .runtime.effects import Effects
from .runtime.interlocks import Interlocks
from .runtime.line_view import LineView
from .runtime.progress import SHOWN, Followers, line_without_progress, without_progress
from .runtime.start_sender import Starts
from .runtime.stored_line import StoredLine
from .runtime.task_view import TaskView
from .runtime.transfers import Transfers
from .runtime.worker import LineWorker
from .store.errors import StoreError
from .store.repository import Repository

_LOGGER = logging.getLogger(__name__)

STORE_FAILED: Final = "store_failed"
"""Reason why nothing starts: the queue cannot be stored (FM-128)."""
SELDOM: Final = ()
"""Context of a listener that shows nothing of a print's progress: most reports tell it nothing."""

type BambuBatchConfigEntry = ConfigEntry[BambuBatchCoordinator]


class BambuBatchCoordinator(DataUpdateCoordinator[PrinterStatus], Printer):
    """One printer: its connection, its line, and what is known of both."""

    config_entry: BambuBatchConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: BambuBatchConfigEntry, repository: Repository
    ) -> None:
        """Open nothing before `async_start`."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        settings = settings_of(entry)
        self._followers = Followers()
        self.serial: str = entry.data[CONF_SERIAL]
        self.repository = repository
        self.connection = Connection(
            settings,
            on_status=self._on_status,
            on_reply=self._on_reply,
            on_lost=self._on_lost,
            on_foreign=lambda one: self.worker.happened(ForeignCommand(one)),
            label=entry.title,
        )
        storage = Storage(settings, plain_data=self._plain_data)
        self._stored = StoredLine(hass, entry, repository)
        self.worker = LineWorker(
            hass,
            entry.title,
            self._stored,
            context_of=self._context_of,
            carry_out=self._carry_out,
            committed=self._committed,
            show=self._show,
            show_report=lambda: self._followers.tell(self.data),
        )
        self.transfers = Transfers(
            hass, storage, happened=self.worker.happened, moved=self._show
        )
        self.starts = Starts(self.connection, happened=self.worker.happened)
        self.interlocks = Interlocks(hass, self.worker.request_look)
        self._announcer = Announcer()
        self.on_news = self._announcer.listen
        self._effects = Effects(
            self.connection,
            self.starts,
            self.transfers,
            may_publish=self._may_publish,
            announce=self._announcer.announce,
        )
        self.spoolman = SpoolmanLink(hass, entry, repository, changed=self._on_books)
        self.spools = Spools(hass, entry, repository, self.spoolman)
        self.ledger = Ledger(
            hass,
            entry,
            repository,
            self.spools,
            self.spoolman,
            changed=self._on_books,
            announce=self._announcer.announce,
        )
        self.data = PrinterStatus()
        self.disconnect_reason: DisconnectReason | None = None
        """Why there is no connection; None while there is one, or before the first try."""
        self.chosen: str | None = None
        """Task that a person chose to edit."""
        self.options = line_options(entry.options)
        self._options_seen = entry.options
        self._line_view = LineView()
        self._shown: tuple[object, ...] = ()
        """What the listeners were last told of, progress apart."""
        self._shown_line = self._shown_of_line = self.line
        self._device = Device(hass, entry)
        self.device_info = device_info(entry)
        """The same for all its entities, which keep it."""

    # What the others read

    @property
    def line(self) -> Line:
        """The line; of the newest report, what may wait is not committed yet."""
        return self._stored.line

    @property
    def status(self) -> PrinterStatus:
        """The newest status of the printer."""
        return self.data

    @property
    def context(self) -> Context:
        """What the line sees now."""
        return self._context_of(self.data)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why no plate starts, the first to be shown first."""
        return self._line_view.reasons

    @property
    def needs(self) -> tuple[Need, ...]:
        """What the queue will take from each tray."""
        return self._line_view.needs

    @property
    def waiting_for(self) -> str:
        """The first reason why no plate starts, in the contract's words."""
        if self.store_error is not None:
            return STORE_FAILED
        return self.reasons[0] if self.reasons else NOTHING

    @property
    def plan(self) -> Plan:
        """When everything will be printed."""
        return self._line_view.plan

    @property
    def tasks(self) -> Sequence[TaskView]:
        """The queue as people see it; the same object while nothing of it changes."""
        return self._line_view.tasks

    @property
    def store_error(self) -> StoreError | None:
        """Why the last commit failed: nothing is started or sent until one succeeds."""
        return self._stored.error

    # What people do

    async def obey(self, event: Command) -> tuple[Line, Line]:
        """Do what a person wants; returns the line before and after, committed.

        Raises HomeAssistantError, in the reader's language, if it is refused, or cannot be
        stored or sent.
        """
        try:
            return await self.worker.ask(event)
        except Refused as err:
            raise refusal(err.key, **err.placeholders) from err

    @callback
    def choose(self, task_id: str) -> None:
        """Remember which task a person wants to edit."""
        self.chosen = task_id
        self.async_update_listeners()

    @callback
    def set_option(self, key: str, value: Any) -> None:
        """Change one option of the entry; it counts at once."""
        entry = self.config_entry
        self.hass.config_entries.async_update_entry(
            entry, options={**entry.options, key: value}
        )

    # Life

    async def async_start(self) -> None:
        """Load the line and begin to work. Raises StoreError; needs no printer."""
        await self._stored.load()
        await self.ledger.load()
        await self.interlocks.load(INTERLOCKS.of(self._options_seen))
        self.config_entry.async_on_unload(
            async_dispatcher_connect(
                self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_entry_changed
            )
        )
        self.spoolman.follow_options()
        self._show()
        self.worker.start()
        overheard = since_foreign_command(self.line, dt_util.utcnow(), uptime.now())
        try:
            await self.connection.start(overheard=overheard)
        except BaseException:
            await self.async_stop()
            raise

    async def async_stop(self) -> None:
        """End everything, the last commit included. Nothing of it blocks the event loop."""
        if not self.worker.takes_commands:
            return
        self.worker.takes_commands = False
        await self.connection.stop()  # from here on nothing can start
        self.interlocks.unload()
        await self.transfers.stop()
        await self.worker.stop()
        await self.ledger.stop()
        await self.spoolman.stop()
        await database.async_close(self.hass, self.serial)

    # What happens

    @callback
    def _on_status(self, status: PrinterStatus) -> None:
        self.data = status
        if status.complete:
            self.disconnect_reason = None
        self._device.note(status)
        self.spoolman.see(status.trays)
        self.worker.reported(status)
        if self.store_error is not None:
            self._show()  # the worker waits for the database

    @callback
    def _on_reply(self, reply: Reply) -> None:
        self.starts.replied(reply)

    @callback
    def _on_lost(self, reason: DisconnectReason) -> None:
        self.disconnect_reason = reason
        if reason is DisconnectReason.INVALID_AUTH:
            self.config_entry.async_start_reauth(self.hass)
        self._show()

    @callback
    def _on_entry_changed(self, _change: object, entry: ConfigEntry) -> None:
        """Options count at once, without a reload that would drop the connection."""
        if entry is not self.config_entry:
            return
        if self.spools.read():
            self._on_books()
            self.ledger.book()
        if entry.options == self._options_seen:
            return
        before = INTERLOCKS.of(self._options_seen)
        self._options_seen = entry.options
        self.options = line_options(entry.options)
        self.spoolman.follow_options()
        if (interlocks := INTERLOCKS.of(entry.options)) != before:
            entry.async_create_task(
                self.hass, self.interlocks.load(interlocks), "load interlocks"
            )
        self.worker.request_look()

    @callback
    def _committed(
        self, event: Event, records: Sequence[RunRecord], status: PrinterStatus
    ) -> None:
        """Book what the ended runs took; nothing of the line waits for that."""
        for record in records:
            self.ledger.note(record, status.trays)
        if records or isinstance(event, Restarted):
            self.ledger.book()

    # What the line wants done

    def _carry_out(self, effect: Effect) -> None:
        self._effects.carry_out(effect)

    def _may_publish(self, run: Run, status: PrinterStatus) -> bool:
        return may_publish(self.line, run, self._context_of(status), dt_util.utcnow())

    def _plain_data(self) -> bool:
        """Tell whether the owner lets files travel in the clear (FM-158)."""
        return PLAIN_DATA_CHANNEL.of(self.config_entry.options) is True

    # What is shown

    def _context_of(self, status: PrinterStatus) -> Context:
        return Context(
            status=status,
            options=self.options,
            interlocks_hold=self.interlocks.hold(),
            uptime=uptime.now(),
            spools=self.spools.loaded(status.trays),
        )

    @callback
    def _on_books(self) -> None:
        """What is left on the spools may hold a task, or release it."""
        self.worker.request_look()
        self._show()

    @callback
    def _show(self, only_reports: bool = False) -> None:
        """Work out what people see, and update the entities.

        A report that changes nothing but a print's progress is told only to those who show it.
        """
        try:
            self._line_view.refresh(self.line, self.context, dt_util.utcnow())
        except Exception:
            # An error here must not keep the entities from updating.
            _LOGGER.exception("%s: unexpected error", self.name)
        view = self._line_view
        before = self._shown
        if self.line is not self._shown_line:
            self._shown_line = self.line
            self._shown_of_line = line_without_progress(self.line)
        self._shown = (
            without_progress(self.data),
            self._shown_of_line,
            view.reasons,
            view.plan,
            view.needs,
            view.tasks,
        )
        if only_reports and before == self._shown:
            self._followers.tell_all(self.data)
        else:
            self.async_update_listeners()

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Tell everybody."""
        self._followers.know(self.data)
        super().async_update_listeners()

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> CALLBACK_TYPE:
        """Tell somebody what changes. `context`: what they show of a print's progress, or all."""
        remove = super().async_add_listener(update_callback, context)
        follows = SHOWN if context is None else context
        unfollow = self._followers.add(update_callback, follows)

        @callback
        def end() -> None:
            unfollow()
            remove()

        return end

"""The only place where Home Assistant, the printer and the line meet.

One worker per printer takes events in their order: reports, outcomes, a person's commands,
the time. For each it lets the line `advance`, commits the new line, and only then carries
out what the line wants done. An outcome comes back as an event. Nothing here decides
whether a plate starts.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from . import database
from .bambu.connection import Access, Connection, ConnectionLost, Loss, Reply
from .bambu.status import PrinterStatus
from .bambu.storage import Storage
from .const import (
    CONF_ACCESS_CODE,
    CONF_CERTIFICATE,
    CONF_FTPS_PORT,
    CONF_INTERLOCKS,
    CONF_MQTT_PORT,
    CONF_SERIAL,
    DOMAIN,
)
from .device import async_note_firmware
from .interlocks import Interlocks
from .ledger import Ledger
from .options import line_options, option
from .production.effect import (
    Announce,
    AskFullReport,
    CancelUpload,
    DeleteRemote,
    Effect,
    Order,
    Record,
    StartPrint,
    TellPrinter,
    Upload,
    WakeAt,
)
from .production.event import Command, Event, Looked, Refused, Restarted, World
from .production.forecast import Plan, plan
from .production.gate import NOTHING, Reason, may_publish, why_not_start
from .production.line import advance
from .production.model import Line, RunRecord
from .production.surroundings import Surroundings
from .starts import Starts
from .store.errors import StoreConflict, StoreError
from .store.repository import Repository
from .task_view import TaskView, task_views
from .transfers import Transfers

_LOGGER = logging.getLogger(__name__)

STORE_FAILED: Final = "store_failed"
"""Reason why nothing starts: the queue cannot be stored (FM-128)."""
SAVE_AGAIN_SECONDS: Final = 10
"""Pause after a failed commit: a full or locked disk needs a moment."""
BOOKING_SECONDS: Final = 5
"""How long unloading waits for a booking."""
PLAN_SECONDS: Final = 60
"""A plan may be so old, if nothing else asks for a new one."""

type BambuBatchConfigEntry = ConfigEntry[BambuBatchCoordinator]


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing in the inbox. `status`: what the printer showed when it happened, if new."""

    event: Event
    status: PrinterStatus | None = None
    answer: asyncio.Future[tuple[Line, Line]] | None = None


class BambuBatchCoordinator(DataUpdateCoordinator[PrinterStatus]):
    """One printer: its connection, its line, and what is known of both."""

    config_entry: BambuBatchConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: BambuBatchConfigEntry, repository: Repository
    ) -> None:
        """Open nothing before `async_start`."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        access = Access(
            host=entry.data[CONF_HOST],
            access_code=entry.data[CONF_ACCESS_CODE],
            serial=entry.data[CONF_SERIAL],
            mqtt_port=entry.data[CONF_MQTT_PORT],
            ftps_port=entry.data[CONF_FTPS_PORT],
            certificate=entry.data[CONF_CERTIFICATE],
        )
        self.serial: str = entry.data[CONF_SERIAL]
        self.repository = repository
        self.connection = Connection(
            access,
            on_status=self._on_status,
            on_reply=self._on_reply,
            on_lost=self._on_lost,
            label=entry.title,
        )
        self.storage = Storage(access)
        self.transfers = Transfers(
            hass, self.storage, happened=self._happened, moved=self._show
        )
        self.starts = Starts(self.connection, happened=self._happened)
        self.interlocks = Interlocks(hass, self._look)
        self.ledger = Ledger(
            hass, repository, self.serial, changed=self.async_update_listeners
        )
        self._booking: asyncio.Task[None] | None = None
        self.data = PrinterStatus()
        self.line = Line()
        self.reasons: tuple[Reason, ...] = ()
        """Why no plate starts, the first to be shown first."""
        self.plan = Plan()
        self.tasks: tuple[TaskView, ...] = ()
        """The queue as people see it; the same object while nothing of it changes."""
        self.lost: Loss | None = None
        """Why there is no connection; None while there is one, or before the first try."""
        self.store_error: StoreError | None = None
        """Why the last commit failed: nothing is started or sent until one succeeds."""
        self.chosen: str | None = None
        """Task that a person chose to edit."""
        self.options = line_options(entry.options)
        self._options_seen = entry.options
        self._planned_from: tuple[object, ...] = ()
        self._viewed_from: tuple[object, ...] = ()
        self._planned: datetime | None = None
        self._news_listeners: list[Callable[[Announce], None]] = []
        self._seen = self.data
        self._inbox: deque[_Item] = deque()
        self._arrived = asyncio.Event()
        self._stopping = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._wake: tuple[datetime, CALLBACK_TYPE] | None = None
        self._device: tuple[str | None, str | None] | None = None
        self._stored = False

    # What the others read

    @property
    def status(self) -> PrinterStatus:
        """The newest status of the printer."""
        return self.data

    @property
    def surroundings(self) -> Surroundings:
        """What the line sees now."""
        return self._around(self.data)

    @property
    def waiting_for(self) -> str:
        """The first reason why no plate starts, in the contract's words."""
        if self.store_error is not None:
            return STORE_FAILED
        return self.reasons[0] if self.reasons else NOTHING

    @property
    def uploading(self) -> float | None:
        """Share of the transfer in flight, 0 to 1; None without one."""
        return self.transfers.share

    @callback
    def on_news(self, listener: Callable[[Announce], None]) -> CALLBACK_TYPE:
        """Call the listener with each piece of news; returns what ends that."""
        self._news_listeners.append(listener)

        @callback
        def forget() -> None:
            self._news_listeners.remove(listener)

        return forget

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
        await self._load()
        await self.interlocks.load(self._option_interlocks())
        self.config_entry.async_on_unload(
            async_dispatcher_connect(
                self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_entry_changed
            )
        )
        self._put(_Item(Restarted()))
        self._worker = self.hass.async_create_background_task(
            self._work(), f"{DOMAIN} line of {self.name}"
        )
        await self.connection.start()

    async def async_stop(self) -> None:
        """End everything, the last commit included. Nothing of it blocks the event loop."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        await self.connection.stop()  # from here on nothing can start
        self.interlocks.unload()
        await self.transfers.stop()
        self._stopping.set()
        self._arrived.set()
        await worker
        if self._booking is not None:
            await asyncio.wait([self._booking], timeout=BOOKING_SECONDS)
        self._sleep()
        await database.async_close(self.hass, self.serial)

    async def _load(self) -> None:
        stored = await self.hass.async_add_executor_job(
            self.repository.load, self.serial
        )
        self._stored = stored is not None
        self.line = stored or Line()

    # What happens

    async def command(self, event: Command) -> tuple[Line, Line]:
        """Do what a person wants; returns the line before and after, committed.

        Raises Refused, and HomeAssistantError where it could not be stored or sent.
        """
        if self._worker is None:
            raise _error("not_running")
        if self.store_error is not None and self._inbox:
            raise _error(self.store_error.key)  # something waits for the database
        answer: asyncio.Future[tuple[Line, Line]] = self.hass.loop.create_future()
        self._put(_Item(event, answer=answer))
        return await answer

    @callback
    def _happened(self, event: World) -> None:
        self._put(_Item(event))

    @callback
    def _look(self) -> None:
        self._put(_Item(Looked()))

    @callback
    def _on_status(self, status: PrinterStatus) -> None:
        """Take a report. Only the newest counts, but no turning point is skipped."""
        self.data = status
        if status.complete:
            self.lost = None
        self.last_update_success = status.complete
        self._note_device(status)
        item = _Item(Looked(), status)
        last = self._inbox[-1].status if self._inbox else None
        if last is not None and _turn(last) == _turn(status):
            self._inbox[-1] = item
        else:
            self._put(item)
        if self.store_error is not None:
            self._show()  # the worker waits for the database

    @callback
    def _note_device(self, status: PrinterStatus) -> None:
        device = (status.model, status.firmware)
        if status.firmware and device != self._device:
            self._device = device
            async_note_firmware(self.hass, self.config_entry, status)

    @callback
    def _on_reply(self, reply: Reply) -> None:
        self.starts.replied(reply)

    @callback
    def _on_lost(self, lost: ConnectionLost) -> None:
        self.lost = lost.reason
        if lost.reason is Loss.INVALID_AUTH:
            self.config_entry.async_start_reauth(self.hass)
        self._show()

    @callback
    def _on_entry_changed(self, _change: object, entry: ConfigEntry) -> None:
        """Options count at once, without a reload that would drop the connection."""
        if entry is not self.config_entry or entry.options == self._options_seen:
            return
        before = self._option_interlocks()
        self._options_seen = entry.options
        self.options = line_options(entry.options)
        if self._option_interlocks() != before:
            entry.async_create_task(
                self.hass, self._reload_interlocks(), "load interlocks"
            )
        self._look()

    async def _reload_interlocks(self) -> None:
        await self.interlocks.load(self._option_interlocks())
        self._look()

    def _option_interlocks(self) -> list[object]:
        conditions: list[object] = option(self._options_seen, CONF_INTERLOCKS)
        return conditions

    # The worker

    def _put(self, item: _Item) -> None:
        self._inbox.append(item)
        self._arrived.set()

    async def _work(self) -> None:
        """Take one item after the other, until told to stop and nothing is left."""
        while self._inbox or not self._stopping.is_set():
            if not self._inbox:
                self._show()
                self._arrived.clear()
                await self._arrived.wait()
                continue
            item = self._inbox.popleft()
            try:
                await self._take(item)
            except StoreError as err:
                await self._not_stored(item, err)
            except Refused as err:
                _answer(item, err)
            except Exception as err:
                # A fault of ours: the line stays as it is, and nothing is done.
                _LOGGER.exception("%s: unexpected error", self.name)
                _answer(item, err)

    async def _take(self, item: _Item) -> None:
        """Advance the line by one event, commit it, carry out its effects."""
        if item.status is not None:
            self._seen = item.status
        before = self.line
        after, effects = advance(
            before, item.event, self._around(self._seen), dt_util.utcnow()
        )
        records = [effect.record for effect in effects if isinstance(effect, Record)]
        if records or after != before or not self._stored:
            await self._commit(before, after, records)
        if records or isinstance(item.event, Restarted):
            self._book()
        self.line = after
        self._sleep_unless(effects)
        failure: Exception | None = None
        for effect in effects:
            try:
                self._carry_out(effect)
            except HomeAssistantError as err:
                failure = err
            except Exception as err:
                _LOGGER.exception("%s: unexpected error", self.name)
                failure = err
        if item.answer is not None:
            self._show()  # whoever asked may look at once
        _answer(item, failure or (before, after))

    async def _commit(
        self, before: Line, after: Line, records: list[RunRecord]
    ) -> None:
        await self.hass.async_add_executor_job(
            self.repository.save,
            self.serial,
            before if self._stored else None,
            after,
            records,
        )
        self._stored = True
        if self.store_error is not None:
            _LOGGER.warning("%s: the queue is stored again", self.name)
            self.store_error = None
            ir.async_delete_issue(self.hass, DOMAIN, self._store_issue)

    def _book(self) -> None:
        """Book what the ended runs took; nothing of the line waits for that."""
        self._booking = self.hass.async_create_background_task(
            self.ledger.catch_up(), f"{DOMAIN} books of {self.name}"
        )

    async def _not_stored(self, item: _Item, err: StoreError) -> None:
        """Stop visibly (FM-128): no effect, an issue, another try of what must not be lost."""
        if self.store_error is None:
            _LOGGER.error(
                "%s: the queue cannot be stored: %s (%s)", self.name, err.key, err
            )
            ir.async_create_issue(
                self.hass,
                DOMAIN,
                self._store_issue,
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key=err.key,
                translation_placeholders={"name": self.name},
            )
        self.store_error = err
        waiting = [item, *self._inbox]
        for other in waiting:
            _answer(other, _error(err.key))
        self._inbox = deque(other for other in waiting if other.answer is None)
        if isinstance(err, StoreConflict):
            await self._reload_line()
        if not self._inbox:
            return
        self._show()
        try:
            async with asyncio.timeout(SAVE_AGAIN_SECONDS):
                await self._stopping.wait()
        except TimeoutError:
            return
        self._inbox.clear()  # the next start finds the line as last committed

    async def _reload_line(self) -> None:
        """Somebody else has changed the line: go on with theirs, as after a restart."""
        try:
            await self._load()
        except StoreError as err:
            _LOGGER.debug("The line cannot be loaded: %s", err.key)
        else:
            self._inbox.appendleft(_Item(Restarted()))

    @property
    def _store_issue(self) -> str:
        return f"store_{self.config_entry.entry_id}"

    # What the line wants done

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case StartPrint():
                self.starts.start(effect, self._guard(effect))
            case Upload():
                self.transfers.upload(effect)
            case CancelUpload(name):
                self.transfers.cancel(name)
            case DeleteRemote():
                self.transfers.delete(effect)
            case TellPrinter(order):
                self._tell(order)
            case AskFullReport():
                self.connection.request_full_report()
            case Announce():
                self._announce(effect)
            case WakeAt(time):
                self._wake_at(time)
            case Record():
                pass  # committed with the line

    def _guard(self, effect: StartPrint) -> Callable[[PrinterStatus], bool]:
        """The last question before the publish, asked about the newest status (FM-001)."""
        return lambda status: may_publish(
            self.line, effect.run, self._around(status), dt_util.utcnow()
        )

    def _tell(self, order: Order) -> None:
        send = {
            Order.PAUSE: self.connection.pause,
            Order.RESUME: self.connection.resume,
            Order.STOP: self.connection.stop_print,
        }
        if send[order]() is None:
            raise _error("not_sent")

    def _announce(self, news: Announce) -> None:
        for listener in tuple(self._news_listeners):
            try:
                listener(news)
            except Exception:
                _LOGGER.exception("Unexpected error in a listener for news")

    def _wake_at(self, time: datetime) -> None:
        """Look again at that time, or a little earlier: one timer is enough."""
        if self._wake is not None and self._wake[0] <= time:
            return
        self._sleep()
        job = HassJob(self._awake, f"{DOMAIN} wake up", cancel_on_shutdown=True)
        self._wake = (time, async_track_point_in_utc_time(self.hass, job, time))

    @callback
    def _awake(self, _now: datetime) -> None:
        self._wake = None
        self._look()

    def _sleep_unless(self, effects: tuple[Effect, ...]) -> None:
        if not any(isinstance(effect, WakeAt) for effect in effects):
            self._sleep()

    def _sleep(self) -> None:
        if self._wake is not None:
            self._wake[1]()
            self._wake = None

    # What is shown

    def _around(self, status: PrinterStatus) -> Surroundings:
        return Surroundings(
            status=status,
            options=self.options,
            interlocks_hold=self.interlocks.hold(),
        )

    @callback
    def _show(self) -> None:
        """Work out what people see, and let the entities look."""
        now = dt_util.utcnow()
        surroundings = self.surroundings
        self.reasons = why_not_start(self.line, surroundings, now)
        if self._plan_is_old(now):
            self.plan = plan(self.line, surroundings, now, self.plan)
        if self._view_is_old():
            self.tasks = task_views(self.line, self.plan, surroundings)
        self.async_update_listeners()

    def _plan_is_old(self, now: datetime) -> bool:
        """Tell whether something of the plan may be different; not with every report."""
        status = self.status
        basis = (
            self.line,
            self.options,
            self.reasons,
            status.state,
            status.remaining_minutes,
            status.trays,
        )
        age = (now - self._planned).total_seconds() if self._planned else None
        if basis == self._planned_from and age is not None and 0 <= age < PLAN_SECONDS:
            return False
        self._planned_from, self._planned = basis, now
        return True

    def _view_is_old(self) -> bool:
        """Tell whether something of the tasks may look different."""
        status = self.status
        basis = (
            self.line,
            self.plan,
            self.options,
            status.model,
            status.nozzle_diameter,
            status.trays,
            status.filament_in_extruder,
        )
        if basis == self._viewed_from:
            return False
        self._viewed_from = basis
        return True


def _turn(status: PrinterStatus) -> tuple[object, ...]:
    """Return what makes a status a turning point: each of them has to be seen."""
    return (
        status.connected,
        status.complete,
        status.state,
        status.subtask_id,
        status.subtask_name,
        status.gcode_file,
        status.print_type,
        status.print_error,
    )


def _answer(item: _Item, answer: tuple[Line, Line] | Exception) -> None:
    if item.answer is None or item.answer.done():
        return
    if isinstance(answer, Exception):
        item.answer.set_exception(answer)
    else:
        item.answer.set_result(answer)


def _error(key: str) -> HomeAssistantError:
    return HomeAssistantError(translation_domain=DOMAIN, translation_key=key)

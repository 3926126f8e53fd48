"""The line at work: events in their order, each committed before anything is done about it.

A step that leads to nothing, and that the printer tells again, may wait for the next commit. A
report that says nothing new leads to no step.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from enum import IntEnum
from functools import partial
import logging
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..bambu.status import PrinterStatus
from ..const import DOMAIN
from ..errors import failure
from ..production.context import Context
from ..production.effect import Effect, Record, StartPrint, WakeAt
from ..production.event import (
    Command,
    ContextChanged,
    Event,
    Refused,
    Restarted,
    StartDeferred,
    World,
)
from ..production.line import advance
from ..production.long_step import takes_long
from ..production.model import Line, RunRecord
from ..production.nothing_new import is_behind, says_nothing_new
from ..production.told_again import may_wait
from ..store.errors import StoreConflict, StoreError, StoreUnwritable
from .inbox import Answer, Inbox, Item
from .line_view import foresee
from .stored_line import StoredLine
from .timer import Timer

_LOGGER = logging.getLogger(__name__)

RESTART_AFTER: Final = timedelta(minutes=1)
"""Pause after an unexpected error, before the line starts over: the same one may come again."""
SAVE_AGAIN_SECONDS: Final = 10
"""Pause after a failed commit: a full or locked disk needs a moment."""


class _Unseen(IntEnum):
    """What people were not shown yet."""

    NOTHING = 0
    PROGRESS = 1
    """Reports that told the line nothing."""
    REPORTS = 2
    ALL = 3


class LineWorker:
    """Takes reports, outcomes, a person's commands and the time, one after the other.

    `context_of` tells what the line sees with a status, `carry_out` does what it wants done,
    `committed` gets each event with the records of runs that it ended, `show` is called
    when people may see something new; True: only reports have come in since. `show_report` is
    called instead if these told the line nothing.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        name: str,
        stored: StoredLine,
        *,
        context_of: Callable[[PrinterStatus], Context],
        carry_out: Callable[[Effect], None],
        committed: Callable[[Event, Sequence[RunRecord], PrinterStatus], None],
        show: Callable[[bool], None],
        show_report: Callable[[], None],
    ) -> None:
        """Work from `start` to `stop`."""
        self._hass = hass
        self._name = name
        self._stored = stored
        self._context_of = context_of
        self._carry_out = carry_out
        self._committed = committed
        self._show = show
        self._show_report = show_report
        self.inbox = Inbox()
        self.takes_commands = False
        """False before the start, and once the end has begun."""
        self._timer = Timer(hass, self.request_look)
        self._restart = Timer(hass, lambda: self.happened(Restarted()))
        self._seen = PrinterStatus()
        """The status at the event that is being taken; there may be a newer one."""
        self._looked = Context()
        """What the line has looked at last, committed."""
        self._unseen = _Unseen.ALL
        self._hurry = asyncio.Event()
        """Set to try at once what could not be stored."""
        self._task: asyncio.Task[None] | None = None

    @callback
    def start(self) -> None:
        """Begin with the line as it was loaded."""
        self.happened(Restarted())
        self.takes_commands = True
        # Not one of Home Assistant's: it cancels those before it asks anybody to stop.
        self._task = self._hass.loop.create_task(
            self._work(), name=f"{DOMAIN} line of {self._name}"
        )

    async def stop(self) -> None:
        """End when nothing waits any more, the last commit included."""
        if self._seen.layer != self._looked.status.layer:
            self.request_look()  # it was put off
        self.inbox.close()
        self._hurry.set()
        if self._task is not None:
            await self._task
            with suppress(
                StoreError
            ):  # the next start finds the line as last committed
                await self._stored.settle()
        self._timer.set(None)
        self._restart.set(None)

    @callback
    def happened(self, event: World) -> None:
        """Take an event when its turn comes."""
        self.inbox.put(event)

    @callback
    def reported(self, status: PrinterStatus) -> None:
        """Take a report: at once if it tells the line nothing, as most do, else in its turn."""
        if self.inbox.idle and self._says_nothing_new(status):
            self._show_report()
        else:
            self.inbox.report(status)

    @callback
    def request_look(self) -> None:
        """Look again: something may have become possible, or due."""
        self.inbox.put(ContextChanged())

    @callback
    def try_again(self) -> None:
        """Store at once what could not be stored, and see whether it can be now."""
        self._hurry.set()
        self.request_look()

    async def ask(self, command: Command) -> Answer:
        """Do what a person wants; returns the line before and after, committed.

        Raises Refused, and HomeAssistantError where it could not be stored or sent.
        """
        if not self.takes_commands:
            raise failure("not_running")
        self._hurry.set()
        return await self.inbox.ask(command)

    async def _work(self) -> None:
        """Take one item after the other, until told to stop and nothing is left."""
        while self.inbox or not self.inbox.closed:
            if not self.inbox:
                self._show_unseen()
                await self.inbox.wait()
                continue
            item = self.inbox.take()
            if item.status is not None and self._says_nothing_new(item.status):
                self._unseen = max(self._unseen, _Unseen.PROGRESS)
                continue
            report = item.status is not None
            self._unseen = max(self._unseen, _Unseen.REPORTS if report else _Unseen.ALL)
            try:
                await self._take(item)
            except StoreUnwritable as err:
                if item.asked is not None:
                    item.answer(_unwritable(err))
                else:
                    self._stored.fail(err)
                    await self._not_stored(item, err)
            except StoreError as err:
                await self._not_stored(item, err)
            except Refused as err:
                item.answer(err)
            except Exception as err:
                # Our own error: the line stays as it is, and nothing is done.
                _LOGGER.exception("%s: unexpected error", self._name)
                item.answer(err)
                if item.asked is None and not isinstance(item.event, ContextChanged):
                    self._restart_later()

    def _show_unseen(self) -> None:
        """Show what has come in since people were last shown something."""
        unseen, self._unseen = self._unseen, _Unseen.NOTHING
        if unseen is _Unseen.PROGRESS:
            self._show_report()
        elif unseen is not _Unseen.NOTHING:
            self._show(unseen is _Unseen.REPORTS)

    def _says_nothing_new(self, status: PrinterStatus) -> bool:
        """Tell whether the line need not look at this; then it is as good as taken.

        After an error any report shows whether the line can be stored again.
        """
        stored = self._stored
        if stored.error or not says_nothing_new(stored.line, self._looked, status):
            return False
        self._seen = status
        return True

    async def _take(self, item: Item) -> None:
        """Advance the line by one event, commit it, carry out its effects."""
        if item.status is not None:
            if is_behind(self._looked.status, self._seen, item.status):
                await self._take(Item(ContextChanged(), self._seen))
            self._seen = item.status
        before, context = self._stored.line, self._context_of(self._seen)
        after, effects = await self._advance(before, item.event, context)
        records = [effect.record for effect in effects if isinstance(effect, Record)]
        waits = item.asked is None and may_wait(before, after, effects)
        await self._stored.commit(after, records, may_wait=waits)
        self._looked = context
        self._try(lambda: self._committed(item.event, records, self._seen))
        self._timer.set(
            next((one.time for one in effects if isinstance(one, WakeAt)), None)
        )
        failures = [
            err
            for effect in effects
            if (err := self._try(partial(self._carry_out_now, effect)))
        ]
        if item.asked is not None:
            self._show_unseen()  # who asked may read the state at once
        item.answer(failures[0] if failures else (before, after))

    async def _advance(
        self, line: Line, event: Event, context: Context
    ) -> tuple[Line, tuple[Effect, ...]]:
        """Return the line after an event; if that takes long, beside the event loop."""
        now = dt_util.utcnow()
        if not takes_long(line, event):
            return advance(line, event, context, now)

        def work() -> tuple[Line, tuple[Effect, ...]]:
            after, effects = advance(line, event, context, now)
            foresee(after, context, now)
            return after, effects

        return await self._hass.async_add_executor_job(work)

    def _try(self, do: Callable[[], None]) -> Exception | None:
        """Do one thing that follows a commit; its error must not stop the others."""
        try:
            do()
        except HomeAssistantError as err:
            return err
        except Exception as err:
            _LOGGER.exception("%s: unexpected error", self._name)
            self._restart_later()
            return err
        return None

    def _carry_out_now(self, effect: Effect) -> None:
        """Carry out an effect. What was reported since the decision may forbid a start.

        The guard at the publish sees the newest report only; one before it may have shown an
        error that is gone again.
        """
        if isinstance(effect, StartPrint) and self.inbox.turned(self._seen):
            self.happened(StartDeferred(effect.run.run_id))
        else:
            self._carry_out(effect)

    def _restart_later(self) -> None:
        """Start over soon: the line may be waiting for an outcome that an error has lost."""
        self._restart.set(dt_util.utcnow() + RESTART_AFTER)

    async def _not_stored(self, item: Item, err: StoreError) -> None:
        """Do nothing now; try again what must not be lost (FM-128).

        That is after a pause, or when a person gives a command: it waits behind this one, and
        is taken or refused with it.
        """
        self.inbox.put_first(item)
        self.inbox.refuse_commands(failure(err.key))
        if isinstance(err, StoreConflict):
            await self._load_again()
        self._show(False)
        if not self.inbox:
            return
        self._hurry.clear()
        if not self.inbox.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(SAVE_AGAIN_SECONDS):
                    await self._hurry.wait()
        if self.inbox.closed:
            self.inbox.refuse_commands(failure("not_running"))
            self.inbox.clear()  # the next start finds the line as last committed

    async def _load_again(self) -> None:
        """Something else has changed the line: go on with that one, as after a restart."""
        try:
            await self._stored.load()
        except StoreError as err:
            _LOGGER.debug("The line cannot be loaded: %s", err.key)
        else:
            self.inbox.put_first(Item(Restarted()))


def _unwritable(err: StoreUnwritable) -> Refused:
    """What cannot be stored is the command's fault, not the database's."""
    return Refused("value_not_storable", field=err.field, value=err.value)

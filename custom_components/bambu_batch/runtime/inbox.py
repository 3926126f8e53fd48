"""What waits for the line: events in order, and only those reports that change something."""

import asyncio
from collections import deque
from dataclasses import dataclass

from ..bambu.status import PrinterStatus
from ..production.event import Command, ContextChanged, Event
from ..production.model import Line

type Answer = tuple[Line, Line]
"""The line before and after a command."""


@dataclass(frozen=True, slots=True)
class Item:
    """One event. `status`: what the printer reported, if the event is a report."""

    event: Event
    status: PrinterStatus | None = None
    asked: asyncio.Future[Answer] | None = None
    """A person waits for the answer."""

    def answer(self, answer: Answer | Exception) -> None:
        """Answer whoever asked, unless they have gone."""
        if self.asked is None or self.asked.done():
            return
        if isinstance(answer, Exception):
            self.asked.set_exception(answer)
        else:
            self.asked.set_result(answer)


class Inbox:
    """First in, first out."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._changed = asyncio.Event()
        self.closed = False
        """No item comes any more; those that wait are still to be taken."""
        self._awaited = False

    def __bool__(self) -> bool:
        """Tell whether something waits."""
        return bool(self._items)

    @property
    def idle(self) -> bool:
        """Tell whether all that came is done with, and somebody waits for more."""
        return self._awaited and not self._items

    def close(self) -> None:
        """Let `wait` end."""
        self.closed = True
        self._changed.set()

    def put(self, event: Event) -> None:
        """Add what happened."""
        self._items.append(Item(event))
        self._changed.set()

    def put_first(self, item: Item) -> None:
        """Put back what could not be handled."""
        self._items.appendleft(item)
        self._changed.set()

    def report(self, status: PrinterStatus) -> None:
        """Add a report. It replaces a waiting one, unless a turning point lies between them."""
        item = Item(ContextChanged(), status)
        last = self._items[-1].status if self._items else None
        if last is not None and _turn(last) == _turn(status):
            self._items[-1] = item
        else:
            self._items.append(item)
        self._changed.set()

    def turned(self, since: PrinterStatus) -> bool:
        """Tell whether a waiting report is a turning point since this one."""
        statuses = (item.status for item in self._items)
        return any(one is not None and _turn(one) != _turn(since) for one in statuses)

    def ask(self, command: Command) -> asyncio.Future[Answer]:
        """Add a command; its answer comes when it is committed."""
        asked: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._items.append(Item(command, asked=asked))
        self._changed.set()
        return asked

    def take(self) -> Item:
        """Return the oldest item. Raises IndexError."""
        return self._items.popleft()

    def refuse_commands(self, err: Exception) -> None:
        """Answer all commands that wait with an error."""
        for item in self._items:
            item.answer(err)
        self._items = deque(item for item in self._items if item.asked is None)

    def clear(self) -> None:
        """Drop what waits."""
        self._items.clear()

    async def wait(self) -> None:
        """Wait until something comes, or the inbox is closed."""
        self._changed.clear()
        if not self._items and not self.closed:
            self._awaited = True
            try:
                await self._changed.wait()
            finally:
                self._awaited = False


def _turn(status: PrinterStatus) -> tuple[object, ...]:
    """Return the fields whose every change the line must see."""
    return (
        status.connected,
        status.complete,
        status.state,
        status.subtask_id,
        status.subtask_name,
        status.gcode_file,
        status.print_type,
        status.print_error,
        status.hms,  # an entry that came back counts as a new one (FM-157)
        status.card,
        status.tray_now,
        status.foreign,
    )

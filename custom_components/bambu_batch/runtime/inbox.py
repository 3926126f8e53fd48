"""What waits for the line: events in their order, and of reports only those that matter."""

import asyncio
from collections import deque
from dataclasses import dataclass

from ..bambu.status import PrinterStatus
from ..production.event import Command, Event, Looked
from ..production.model import Line

type Answer = tuple[Line, Line]
"""The line before and after a command."""


@dataclass(frozen=True, slots=True)
class Item:
    """One event. `status`: what the printer shows since then, if that is new."""

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
        self._closed = False

    def __bool__(self) -> bool:
        """Tell whether something waits."""
        return bool(self._items)

    @property
    def closed(self) -> bool:
        """Nobody will come any more; what waits is still to be taken."""
        return self._closed

    def close(self) -> None:
        """Let `wait` end."""
        self._closed = True
        self._changed.set()

    def put(self, event: Event) -> None:
        """Add what happened."""
        self._items.append(Item(event))
        self._changed.set()

    def put_first(self, item: Item) -> None:
        """Put back what could not be dealt with."""
        self._items.appendleft(item)
        self._changed.set()

    def report(self, status: PrinterStatus) -> None:
        """Add a report. It takes the place of one that waits, but never of a turning point."""
        item = Item(Looked(), status)
        last = self._items[-1].status if self._items else None
        if last is not None and _turn(last) == _turn(status):
            self._items[-1] = item
        else:
            self._items.append(item)
        self._changed.set()

    def turned(self, since: PrinterStatus) -> bool:
        """Tell whether a report waits that is a turning point since this one."""
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
        if not self._items and not self._closed:
            await self._changed.wait()


def _turn(status: PrinterStatus) -> tuple[object, ...]:
    """Return what makes a report a turning point: each of them has to be seen."""
    return (
        status.connected,
        status.complete,
        status.state,
        status.subtask_id,
        status.subtask_name,
        status.gcode_file,
        status.print_type,
        status.print_error,
        status.hms,  # an entry that came back is another one (FM-157)
        status.card,
        status.tray_now,
        status.foreign,
    )

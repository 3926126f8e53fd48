"""The connection to one printer: always kept up, and the only way to send it anything."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import functools
import logging
import random

from . import command
from .command import Command
from .connection_settings import ConnectionSettings, Timing
from .disconnect_reason import DisconnectReason
from .errors import BambuError
from .foreign import Overheard, moved_by
from .link import Link
from .project_file import ProjectFile
from .reply import Reply
from .report import REPORTS, Kind, Message
from .status import ACTIVE, ENDED, Foreign, PrinterStatus, PrintState

__all__ = [
    "Connection",
    "ConnectionSettings",
    "DisconnectReason",
    "ProjectFile",
    "Reply",
    "Timing",
]

_LOGGER = logging.getLogger(__name__)

_NOTHING_KNOWN = PrinterStatus()


@dataclass(frozen=True, slots=True)
class _Start:
    job: ProjectFile
    sequence_id: str
    sent: float
    state: PrintState | None
    """What the printer showed before."""

    def has_come_to(self, status: PrinterStatus) -> bool:
        """Tell whether a print has begun, or ours has ended already: its beginning may have been missed.

        The state shown before proves nothing: our job's name may already be there while the
        printer still parses the file.
        """
        if status.state in ACTIVE:
            return True
        ours = (
            status.subtask_id == str(self.job.run_id)
            or status.subtask_name == self.job.subtask_name
        )
        if ours and status.print_error:
            return True  # it failed to start: nothing more will come of it
        return ours and status.state in ENDED and status.state is not self.state

    def is_answered_by(self, reply: Reply) -> bool:
        """Tell whether this echo is ours: two clients may use the same number (FM-181)."""
        return (
            reply.sequence_id == self.sequence_id
            and reply.command in ("project_file", None)
            and reply.subtask_id in (str(self.job.run_id), None)
            and reply.subtask_name in (self.job.subtask_name, None)
        )


class Connection:
    """One printer. Every callback runs on the event loop and may call back into here.

    `on_status` gets each new status, and the same one again when it has become stale;
    `on_reply` gets the echoes of our own commands, `on_foreign` what others have told the printer
    that may move it, `on_lost` why there is no connection, once per outage and reason. `label`
    names the printer in the log: no serial, no address.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        *,
        on_status: Callable[[PrinterStatus], None],
        on_reply: Callable[[Reply], None],
        on_lost: Callable[[DisconnectReason], None],
        on_foreign: Callable[[Foreign], None] = lambda _: None,
        timing: Timing | None = None,
        utcnow: Callable[[], datetime] = lambda: datetime.now(UTC),
        label: str = "printer",
    ) -> None:
        """Open nothing before `start`."""
        self._settings = settings
        self._timing = timing or Timing()
        self._utcnow = utcnow
        self._label = label
        self._on_status = on_status
        self._on_reply = on_reply
        self._on_lost = on_lost
        self._on_foreign = on_foreign
        self._task: asyncio.Task[None] | None = None
        self._link: Link | None = None
        self._lost: DisconnectReason | None = None
        self._was_stale = False
        self._start: _Start | None = None
        """Sent, without a visible result yet."""
        self._newest: _Start | None = None
        """The newest one sent, whatever its result: its echo may be late."""
        self._overheard: Overheard | None = None
        # Not the same numbers after a restart: a late echo must not be taken for a new one.
        self._sequence = command.FIRST_SEQUENCE + int(utcnow().timestamp()) % 10**9
        self.status = _NOTHING_KNOWN

    async def start(self, *, overheard: timedelta | None = None) -> None:
        """Start connecting, and reconnecting without end. Returns at once.

        `overheard`: how long ago, before a restart, another client told the printer something.
        """
        if overheard is not None:
            heard = self._now() - overheard.total_seconds()
            self._overheard = Overheard(Foreign.UNKNOWN, heard, rested=False)
        self._task = asyncio.get_running_loop().create_task(
            self._run(), name="bambu_batch connection"
        )

    async def stop(self) -> None:
        """Stop connecting. Nothing is left open when this returns, except a connect in progress."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self.status = _NOTHING_KNOWN

    @property
    def document(self) -> dict[str, object]:
        """The raw merged report, for diagnostics; to be redacted."""
        return dict(self._link.report.document) if self._link else {}

    def start_print(
        self, job: ProjectFile, guard: Callable[[PrinterStatus], bool]
    ) -> str | None:
        """Send the start of a print, if the guard allows it: the only way to do so (FM-001).

        The guard gets the newest status directly before the publish; a message that has
        arrived but is not read yet forbids the start. Returns the sequence id; None means that the
        printer has certainly received nothing. We never send it twice.
        """
        link = self._link
        if link is None or not self.status.complete or link.stale or self._start:
            return None
        if link.session.unread:
            return None
        make = functools.partial(_start_command, job)
        try:
            allowed = guard(self.status) is True
        except Exception:
            _LOGGER.exception("%s: the check before a start failed", self._label)
            return None
        sequence_id = link.send(make) if allowed else None
        if sequence_id is not None:
            self._start = _Start(job, sequence_id, self._now(), self.status.state)
            self._newest = self._start
        return sequence_id

    def pause(self) -> str | None:
        """Pause the print. Like all commands, returns the sequence id, None if it was not sent."""
        return self._send(command.pause)

    def resume(self) -> str | None:
        """Resume the print."""
        return self._send(command.resume)

    def stop_print(self) -> str | None:
        """Stop the print."""
        return self._send(command.stop)

    def clean_print_error(self) -> str | None:
        """Clear the present error and close its dialog, on a person's request only."""
        error, subtask = self.status.print_error, self.status.subtask_id
        if not error:
            return None
        sent = self._send(
            lambda number: command.clean_print_error(number, subtask or "0", error)
        )
        self._send(lambda number: command.close_error_dialog(number, error))
        return sent

    def request_full_report(self) -> bool:
        """Ask for a full report after an unclear outcome; False if one was just asked for."""
        link = self._link
        return link is not None and link.ask_full_report(
            self._timing.full_report_urgent
        )

    # The endless loop

    async def _run(self) -> None:
        failures = 0
        while True:
            link = Link(
                self._settings,
                self._timing,
                self._next_sequence,
                self._received,
                self._utcnow,
            )
            reason = await self._one_session(link)
            steady = link.report.status.complete and link.age >= self._timing.steady
            failures = 1 if steady else failures + 1
            self._lose(reason)
            await asyncio.sleep(self._pause_after(reason, failures))

    async def _one_session(self, link: Link) -> DisconnectReason:
        """Run one session until it ends; return why it ended."""
        try:
            await link.open()
            self._link = link
            if self._overheard is not None:  # a new connection does not undo it
                link.report.overhear(self._overheard.kind)
            self._set_status(link.report.status)
            return await self._watch(link)
        except BambuError as err:
            return DisconnectReason(err.key)
        except Exception:
            _LOGGER.exception("%s: unexpected error in the connection", self._label)
            return DisconnectReason.CLOSED
        finally:
            self._link = None
            link.session.close()

    async def _watch(self, link: Link) -> DisconnectReason:
        # Not `asyncio.timeout` around each wait: a cancelled task and an error every second.
        closed = asyncio.ensure_future(link.session.closed.wait())
        try:
            while not (await asyncio.wait([closed], timeout=self._until_tick()))[0]:
                self._expire_start(link)
                reason = link.tick(quiet=self._start is not None)
                if reason is not None:
                    return reason
                self._tell_when_stale(link)
        finally:
            closed.cancel()
        return DisconnectReason.CLOSED

    def _pause_after(self, reason: DisconnectReason, failures: int) -> float:
        if reason.needs_person:
            pause = self._timing.refused
        else:
            pauses = self._timing.backoff
            pause = pauses[min(failures, len(pauses)) - 1]
        return pause * random.uniform(1 - self._timing.jitter, 1 + self._timing.jitter)

    def _lose(self, reason: DisconnectReason) -> None:
        if self._lost is None:
            _LOGGER.info("%s: no connection (%s)", self._label, reason)
        self._set_status(_NOTHING_KNOWN)
        if self._lost is not reason:
            self._lost = reason
            _call(self._on_lost, reason)

    # What comes in

    def _received(self, message: Message) -> None:
        link = self._link
        if link is None:
            return
        if message.kind in REPORTS:
            self._mind_overheard(link)
        status = link.report.status
        if message.kind is Kind.FULL and self._lost is not None:
            self._lost = None
            _LOGGER.info("%s: connected", self._label)
        if self._start and self._start.has_come_to(status):
            self._settle(link)
        if status is not self.status:
            self._set_status(status)
        if message.reply is not None:
            self._echoed(link, message.reply)

    def _echoed(self, link: Link, reply: Reply) -> None:
        newest = self._newest
        is_start = newest is not None and newest.is_answered_by(reply)
        others_start = reply.command == "project_file" and not is_start
        if others_start or not (link.answered(reply) or is_start):
            self._overhear(link, reply)
            return
        if is_start and newest is self._start and reply.accepted is False:
            self._settle(link)
        _call(self._on_reply, reply)

    def _overhear(self, link: Link, reply: Reply) -> None:
        """Another client's command was answered: the printer may be about to move."""
        if (kind := moved_by(reply)) is None:
            return
        status = link.report.status
        rested = status.complete and status.state not in ACTIVE
        self._overheard = Overheard(kind, self._now(), rested)
        link.report.overhear(kind)
        self._set_status(link.report.status)
        _call(self._on_foreign, kind)

    def _mind_overheard(self, link: Link) -> None:
        """Forget the other client's command once the newest report shows its result."""
        one, window = self._overheard, self._timing.start_window
        if one and one.is_over(link.report.status, self._now(), window):
            self._overheard = None
            link.report.overhear(None)

    def _tell_when_stale(self, link: Link) -> None:
        if link.stale and not self._was_stale:
            _call(self._on_status, self.status)
        self._was_stale = link.stale

    def _set_status(self, status: PrinterStatus) -> None:
        if status is not self.status:
            self.status = status
            _call(self._on_status, status)

    # What goes out

    def _send(self, make: Callable[[int], Command]) -> str | None:
        return self._link.send(make) if self._link else None

    def _settle(self, link: Link) -> None:
        """The start has a result: the session may be disturbed again."""
        self._start = None
        link.forgive()

    def _expire_start(self, link: Link) -> None:
        """Give up on a start without a result in its whole window, and ask once what the printer does."""
        start = self._start
        if start and self._now() - start.sent >= self._timing.start_window:
            self._settle(link)
            link.ask_full_report(self._timing.full_report_urgent)

    def _next_sequence(self) -> int:
        if self._sequence >= command.LAST_SEQUENCE:
            self._sequence = command.FIRST_SEQUENCE
        self._sequence += 1
        return self._sequence

    def _until_tick(self) -> float:
        """Return the seconds to the next tick, the same for all printers: the host wakes up once."""
        return self._timing.tick - self._now() % self._timing.tick

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _start_command(job: ProjectFile, sequence: int) -> Command:
    return command.project_file(sequence, job)


def _call[T](callback: Callable[[T], None], value: T) -> None:
    """Call the owner; its errors must not end the connection (FM-080)."""
    try:
        callback(value)
    except Exception:
        _LOGGER.exception("Error in a callback of the connection")

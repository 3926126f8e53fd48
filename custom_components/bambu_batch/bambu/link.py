"""One session and what belongs to it: its report, its open requests, its deadlines."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from . import command, uptime
from .command import Command
from .connection_settings import ConnectionSettings, Timing
from .disconnect_reason import DisconnectReason
from .reply import Reply
from .report import REPORTS, Message, Report
from .session import Session
from .unanswered import Unanswered

_DEAF_AFTER = 2
"""Unanswered `get_version` in a row (FM-066)."""


class Link:
    """Watches over one session: sends the routine requests, and says when the session is lost.

    `quiet` means that a start is unconfirmed: the printer may be parsing for minutes, and
    nothing of ours may end the session (FM-068).
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        timing: Timing,
        next_sequence: Callable[[], int],
        on_message: Callable[[Message], None],
        utcnow: Callable[[], datetime],
    ) -> None:
        """Open nothing yet. `on_message` is called when `report` has taken a message in."""
        self._timing = timing
        self._next_sequence = next_sequence
        self._on_message = on_message
        self._utcnow = utcnow
        self._clock = asyncio.get_running_loop().time
        self._sent = Unanswered(timing.reply)
        self._opened = self._heard = self._clock()
        self._version_asked = self._opened
        self._full_report_asked = float("-inf")
        self._asked_again = False
        self._asked_early = False
        self._nudged = False
        self._was_answered = False
        self._unanswered = 0
        self.report = Report(settings.serial)
        self.session = Session(settings, timing, self._receive)

    async def open(self) -> None:
        """Log in and ask for version and full report. Raises what `Session.open` raises."""
        await self.session.open()
        self._opened = self._heard = self._clock()
        self._ask_version()
        self.ask_full_report(self._timing.full_report_urgent)

    @property
    def age(self) -> float:
        """Seconds since the login."""
        return self._clock() - self._opened

    def send(self, make: Callable[[int], Command]) -> str | None:
        """Send a command and wait for its echo; returns its sequence id, None if not sent."""
        new = make(self._next_sequence())
        if not self.session.publish(new):
            return None
        self._sent.sent(new, self._clock())
        return new.sequence_id

    def ask_full_report(self, least: float) -> bool:
        """Ask for a full report, unless one was asked for in the last `least` seconds.

        Never twice within `full_report_urgent`, whoever asks.
        """
        least = max(least, self._timing.full_report_urgent)
        if self._clock() - self._full_report_asked < least:
            return False
        self._full_report_asked = self._clock()
        return self.session.publish(command.pushall(self._next_sequence()))

    def answered(self, reply: Reply) -> bool:
        """Take an echo; tells whether it answers a command of this session."""
        if not self._sent.answered(reply):
            return False
        self._was_answered = True
        self._unanswered = 0
        return True

    def forgive(self) -> None:
        """Forget unanswered requests: the printer was busy with a start."""
        self._sent.forgive()
        self._unanswered = 0

    def tick(self, *, quiet: bool) -> DisconnectReason | None:
        """Check all deadlines; return why the session must be given up, None if not."""
        now, timing = self._clock(), self._timing
        self._ask_if_due(now)
        self._check_answers(now)
        if quiet:
            # paho would end the session over one late ping: anything sent serves as well.
            if now - self.session.last_sent >= timing.start_quiet:
                self._ask_version()
            return None
        self.session.keep_alive()
        if now - self._heard >= timing.silent:
            return DisconnectReason.SILENT
        if not self.report.status.complete and self.age >= timing.no_report:
            return DisconnectReason.NO_REPORT
        # Only a printer that has answered before can have become deaf.
        if self._was_answered and self._unanswered >= _DEAF_AFTER:
            return DisconnectReason.DEAF
        return None

    @property
    def stale(self) -> bool:
        """No report for so long that the last one says nothing about now."""
        return self._clock() - self._heard >= self._timing.stale

    def _receive(self, payload: bytes) -> None:
        message = self.report.receive(payload, self._utcnow(), uptime.now())
        if message.kind in REPORTS:
            self._heard = self._clock()
            self._nudged = False
        self._on_message(message)

    def _ask_version(self) -> None:
        self._version_asked = self._clock()
        self.send(command.get_version)

    def _ask_if_due(self, now: float) -> None:
        timing, status = self._timing, self.report.status
        if now - self._version_asked >= timing.version_every:
            self._ask_version()
        if self.stale and not self._nudged:
            # Another client may have switched the pushes off.
            self._nudged = True
            self.session.publish(command.pushing_start(self._next_sequence()))
        if status.complete and (status.gap or not status.tells_of_rest):
            # What was damaged or lost may not be sent again until it changes.
            if self.ask_full_report(timing.full_report_every):
                self._asked_early = False
            elif status.gap and not self._asked_early:
                self._asked_early = self.ask_full_report(timing.full_report_lost)
        elif not status.complete and not self._asked_again:
            self._asked_again = self.ask_full_report(timing.first_report)

    def _check_answers(self, now: float) -> None:
        for name in self._sent.overdue(now):
            if name == "get_version":
                self._unanswered += 1
            elif (
                name != "project_file"
            ):  # neither its echo nor the lack of one proves anything
                self.ask_full_report(self._timing.full_report_urgent)
            if self._unanswered < _DEAF_AFTER:
                self._ask_version()

"""Reports of a printer: what kind a message is, and the merged report of one connection as a `PrinterStatus`.

The rules are those of Bambu Studio's `json_diff.cpp` and of recordings: a full report replaces everything, a
delta is merged (objects recursively, everything else replaces), the echo of a command is never merged (FM-078).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
import json

import orjson

from . import models, reply, version
from .codes import SIGNATURE_HMS, SIGNATURE_REFUSED
from .decode import Changes, decode
from .fields import Object, integer
from .reply import Reply
from .status import Foreign, PrinterStatus, Uptime

_LARGEST_MESSAGE = 1 << 20
"""Bytes. A full report has 4 to 20 kB."""
_LARGEST_DOCUMENT = 1 << 20
"""Bytes as JSON. Only a broken printer could make a document grow so far."""
_DEEPEST = 16
"""Levels of nesting that are merged; reports have six."""
_A_DELTA = 1
"""`msg` of most reports."""


class Kind(Enum):
    """What a message was."""

    FULL = auto()
    DELTA = auto()
    EARLY = auto()
    """A delta before the first full report of the connection: dropped."""
    ECHO = auto()
    VERSION = auto()
    OTHER = auto()
    BROKEN = auto()


REPORTS = frozenset({Kind.FULL, Kind.DELTA, Kind.EARLY})


@dataclass(frozen=True, slots=True)
class Message:
    """One message, read. `reply` comes with echoes and versions."""

    kind: Kind
    reply: Reply | None = None


_FULL, _DELTA, _EARLY, _OTHER, _BROKEN = map(
    Message, (Kind.FULL, Kind.DELTA, Kind.EARLY, Kind.OTHER, Kind.BROKEN)
)


def parse(payload: bytes) -> Object | None:
    """A message's JSON object. Torn UTF-8 and odd JSON are read as far as they make sense (FM-071)."""
    if len(payload) > _LARGEST_MESSAGE:
        return None
    try:
        message = orjson.loads(payload)
    except orjson.JSONDecodeError:
        try:
            message = json.loads(payload.decode(errors="replace"), strict=False)
        except ValueError, RecursionError:
            return None
    return message if type(message) is dict else None


def merge(document: Object, changes: Object, depth: int = 0) -> None:
    """Carry a delta into the document: objects recursively, everything else replaces."""
    if dict not in map(type, changes.values()):
        document.update(changes)  # most deltas: nothing to look into
        return
    for key, value in changes.items():
        if type(value) is dict and depth < _DEEPEST:
            old = document.get(key)
            if type(old) is dict:
                merge(old, value, depth + 1)
                continue
        document[key] = value


class Report:
    """The merged report of one connection; a new connection gets a new one (FM-122)."""

    def __init__(self, serial: str) -> None:
        """Know only the model, from the serial, until the printer says more."""
        model = models.by_serial(serial)
        self._serial_model = model.code if model else None
        self.status = PrinterStatus(connected=True, model=self._serial_model)
        self.document: Object = {}
        """The raw merged report, for diagnostics only. It holds names and ids."""
        self._merged_bytes = 0
        self._counter: int | None = None
        self._unsigned_refused = False
        self._uptime: Uptime | None = None
        """Of the newest report."""

    def receive(
        self, payload: bytes, now: datetime, uptime: Uptime | None = None
    ) -> Message:
        """Read one message, `now` being its time (UTC), into `status`.

        Only reports count as news from the printer: no other message makes a status fresher.
        """
        message = parse(payload)
        if message is None:
            self.status = self.status.but({"gap": True})
            return _BROKEN
        body = message.get("print")
        if type(body) is dict and not reply.is_echo(body):
            self._uptime = uptime
            return self._pushed(body, len(payload), now)
        told = version.decode(message, self._serial_model)
        self.status = self.status.but(told)
        echo = reply.find(message)
        if echo is None:
            return _OTHER
        if echo.error_code == SIGNATURE_REFUSED:
            self._unsigned_refused = True
            self.status = self.status.but({"signed_commands_only": True})
        return Message(Kind.VERSION if told else Kind.ECHO, echo)

    def overhear(self, foreign: Foreign | None) -> None:
        """Note what another client has told the printer; None: that is over."""
        self.status = self.status.but({"foreign": foreign})

    def _pushed(self, body: Object, size: int, now: datetime) -> Message:
        before, self._counter = self._counter, integer(body.get("sequence_id"))
        if body.get("msg") != _A_DELTA and _is_full(body):
            self._start_anew(body, now)
            return _FULL
        if not self.status.complete:
            self._apply({}, now)
            return _EARLY
        merge(self.document, body)
        changes = decode(self.document, body, self.status.trays)
        if before is not None and self._counter not in (before + 1, None):
            changes["gap"] = True
        self._apply(changes, now)
        self._merged_bytes += size
        if self._merged_bytes > _LARGEST_DOCUMENT:
            self._bound()
        return _DELTA

    def _start_anew(self, body: Object, now: datetime) -> None:
        before, self.document = self.status, body
        self._merged_bytes = 0
        self.status = PrinterStatus(
            connected=True,
            complete=True,
            model=before.model,
            firmware=before.firmware,
            foreign=before.foreign,
        )
        changes = decode(body, body, None)
        changes.setdefault("total_layers", None)
        self._apply(changes, now, before)

    def _apply(
        self, changes: Changes, now: datetime, before: PrinterStatus | None = None
    ) -> None:
        """Make the new status; `before` is the one that a full report replaces."""
        before = before or self.status
        if before.complete and "hms" in changes:
            # An old entry can outlive its cause: only a new one tells of a refusal (FM-015).
            known, entries = before.hms or (), changes["hms"] or ()
            self._unsigned_refused |= (
                SIGNATURE_HMS in entries and SIGNATURE_HMS not in known
            )
        if self._unsigned_refused:
            changes["signed_commands_only"] = True
        changes["received"] = now
        changes["received_uptime"] = self._uptime
        self.status = after = self.status.but(changes)
        if "total_layers" in changes and not after.total_layers:
            # Sent once, or reset to 0: the last total of the same job holds (FM-079).
            total = before.total_layers if _job_of(before) == _job_of(after) else None
            self.status = after.but({"total_layers": total})

    def _bound(self) -> None:
        """Forget a document that grows without end: better no report than no memory."""
        self._merged_bytes = 0
        try:
            too_large = len(orjson.dumps(self.document)) > _LARGEST_DOCUMENT
        except TypeError:  # nested too deeply, or numbers beyond 64 bits
            too_large = True
        if too_large:
            self.document = {}
            self.status = PrinterStatus(
                connected=True,
                received=self.status.received,
                received_uptime=self.status.received_uptime,
                model=self.status.model,
                firmware=self.status.firmware,
                signed_commands_only=self.status.signed_commands_only,
                foreign=self.status.foreign,
            )


def _is_full(body: Object) -> bool:
    """`msg` 0, or none at all (X1, H2) together with the fields that every full report has."""
    if body.get("command") != "push_status":
        return False
    message = integer(body.get("msg"))
    if message is None:
        return "gcode_state" in body and "print_error" in body and "stg_cur" in body
    return message == 0


def _job_of(status: PrinterStatus) -> tuple[str | None, ...]:
    return status.subtask_id, status.task_id, status.subtask_name

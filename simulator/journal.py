"""What happened, in order, and what should never have happened."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
import json
from typing import Any, overload


class Rule(StrEnum):
    """What a client must never do to a printer."""

    START_WHILE_BUSY = "start_while_busy"
    """`project_file` while a job runs, or while an accepted one is parsed (FM-001)."""
    START_DURING_SWAP = "start_during_swap"
    START_ON_OCCUPIED_PLATE = "start_on_occupied_plate"
    START_WITHOUT_PLATE = "start_without_plate"
    START_WITH_ERROR = "start_with_error"
    """`print_error` was not 0."""
    BLIND_START = "blind_start"
    """No full report had been sent on the connection that carried the start, or nothing at
    all for a long time."""
    DUPLICATE_START = "duplicate_start"
    """The same `subtask_id` was sent before."""
    START_WHILE_UPDATING = "start_while_updating"
    """`upgrade_state` showed an update, at least in words (FM-182)."""
    START_IN_BAD_HEALTH = "start_in_bad_health"
    """A health entry stood that forbids it, and nobody had accepted it (FM-156, FM-157)."""
    START_IN_COOLDOWN = "start_in_cooldown"
    INCOMPLETE_FILE = "incomplete_file"
    """The file was still being uploaded, or was truncated."""
    START_OF_LOST_FILE = "start_of_lost_file"
    """The file is gone, and the client has not checked since the card was reported missing, or
    since it connected (FM-163)."""
    START_WITH_QOS = "start_with_qos"
    """A queue may replay it after a reconnect (FM-067)."""
    REQUEST_TOPIC_SUBSCRIBED = "request_topic_subscribed"
    """FM-069."""
    PUSHALL_STORM = "pushall_storm"
    """Two on one connection in less than three seconds."""
    PARALLEL_FTPS = "parallel_ftps"
    """More than one FTPS connection at once (FM-050)."""
    FILE_IN_ROOT = "file_in_root"
    """A file in the card's root starts itself at power-on (FM-052)."""
    WRONG_MATERIAL = "wrong_material"
    """The mapping feeds another material than the plate was sliced for (FM-100, FM-144)."""
    FILE_IN_USE_TOUCHED = "file_in_use_touched"
    """The running job's file was deleted or overwritten."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    time: datetime
    """Real time, UTC."""
    simulated: float
    """Simulated seconds since the farm was opened."""
    printer: str
    """Serial."""
    kind: str
    detail: dict[str, Any] = field(default_factory=dict)
    rule: Rule | None = None
    """The broken rule, if the entry is a violation."""

    def to_json(self) -> str:
        """One JSON object on one line."""
        data = asdict(self) | {"time": self.time.isoformat()}
        return json.dumps(data, ensure_ascii=False, default=str)

    def __str__(self) -> str:
        """For people."""
        detail = " ".join(f"{key}={value!r}" for key, value in self.detail.items())
        what = f"VIOLATION {self.rule}" if self.rule else self.kind
        return f"{self.simulated:10.1f} s  {self.printer}  {what}  {detail}"


class Journal(Sequence[Entry]):
    """One printer's entries, oldest first."""

    def __init__(self, printer: str, now: Callable[[], float]) -> None:
        """`now` gives the simulated time."""
        self._printer = printer
        self._now = now
        self._entries: list[Entry] = []
        self._listeners: list[Callable[[Entry], None]] = []

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        """Return one entry, or some."""
        return self._entries[index]

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """Oldest first."""
        return iter(self._entries)

    @property
    def violations(self) -> list[Entry]:
        """The entries that break a rule."""
        return [entry for entry in self._entries if entry.rule]

    def of(self, *kinds: str) -> list[Entry]:
        """The entries of some kinds."""
        return [entry for entry in self._entries if entry.kind in kinds]

    def listen(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `listener` with each new entry; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def note(self, kind: str, **detail: Any) -> None:
        """Write down what happened."""
        self._write(kind, detail, None)

    def violation(self, rule: Rule, **detail: Any) -> None:
        """Write down what should never have happened."""
        self._write("violation", detail, rule)

    def _write(self, kind: str, detail: dict[str, Any], rule: Rule | None) -> None:
        entry = Entry(
            datetime.now(UTC), round(self._now(), 3), self._printer, kind, detail, rule
        )
        self._entries.append(entry)
        for listener in tuple(self._listeners):
            listener(entry)

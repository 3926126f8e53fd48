"""What the printer reports: one document, sent whole or as its changes."""

from collections.abc import Callable
import copy
from typing import Any

from .journal import Journal

type Json = dict[str, Any]


class Report:
    """The document under `print`, and the part of it that was not sent yet."""

    def __init__(
        self,
        document: Json,
        send: Callable[[Json], None],
        journal: Journal,
        *,
        full_says_msg: bool = True,
    ) -> None:
        """`send` gets each message, ready to be encoded."""
        self._full_says_msg = full_says_msg
        self.document = document
        self._send = send
        self._journal = journal
        self._changes: Json = {}
        self._sequence = 0

    def __getitem__(self, key: str) -> Any:
        """Return a field's newest value."""
        return self.document[key]

    def set(self, **fields: Any) -> None:
        """Change fields; objects are merged, everything else is replaced."""
        _merge(self.document, fields, self._changes)

    def say(self, **fields: Any) -> None:
        """Change fields and send them as a message of their own, so that order is kept."""
        before = self["gcode_state"]
        self.set(**fields)
        self.flush()
        if (state := self["gcode_state"]) != before:
            self._journal.note("state", state=state, before=before)

    def flush(self) -> None:
        """Send what has changed, if anything has."""
        if self._changes:
            changes, self._changes = self._changes, {}
            self._send({"print": changes | self._envelope(1)})

    def full(self) -> Json:
        """Return the whole document as one message."""
        self._changes = {}
        envelope = self._envelope(0)
        if not self._full_says_msg:
            del envelope["msg"]
        return {"print": copy.deepcopy(self.document) | envelope}

    def replace(self, document: Json) -> None:
        """Forget everything, as a reboot does."""
        self.document = document
        self._changes = {}
        self._sequence = 0

    def _envelope(self, msg: int) -> Json:
        self._sequence += 1
        return {
            "command": "push_status",
            "msg": msg,
            "sequence_id": str(self._sequence),
        }


def _merge(document: Json, fields: Json, changes: Json) -> None:
    for key, value in fields.items():
        old = document.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            inner: Json = changes.get(key, {})
            _merge(old, value, inner)
            if inner:
                changes[key] = inner
        elif old != value or type(old) is not type(value):
            document[key] = copy.deepcopy(value)
            changes[key] = copy.deepcopy(value)

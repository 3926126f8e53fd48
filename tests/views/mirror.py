"""What a card knows of a queue: built from the messages alone, as `docs/websocket.md` says."""

from datetime import datetime, timedelta
from typing import Any

type Json = dict[str, Any]


class Mirror:
    """The newest of everything that was told."""

    def __init__(self) -> None:
        self.printer: Json = {}
        self.tasks: dict[str, Json] = {}
        self.order: list[str] = []

    def hear(self, message: Json) -> None:
        """Take in one message."""
        if message["type"] == "full":
            self.printer = message["printer"]
            self.tasks = {one: dict(row) for one, row in message["tasks"].items()}
            self.order = list(message["order"])
        elif message["type"] == "change":
            self.change(message)

    def change(self, message: Json) -> None:
        """Take in what has changed."""
        for task_id in message.get("removed", ()):
            del self.tasks[task_id]
            self.order.remove(task_id)
        for task_id, fields in message.get("tasks", {}).items():
            self.tasks[task_id] = self.tasks.get(task_id, {}) | fields
        self.order = message.get("order", self.order)
        self._place(message.get("placed", []))
        for some in message.get("alike", ()):
            for row in self._range(some):
                row |= some["fields"]
        for some in message.get("shifted", ()):
            for row in self._range(some):
                for name in ("starts_after", "finishes_after"):
                    if row[name] is not None:
                        row[name] += some["seconds"]
        self.printer |= message.get("printer", {})

    def _place(self, groups: list[Json]) -> None:
        going = {task_id for group in groups for task_id in group["tasks"]}
        self.order = [one for one in self.order if one not in going]
        for group in groups:
            at = 0 if group["after"] is None else self.order.index(group["after"]) + 1
            self.order[at:at] = group["tasks"]

    def _range(self, some: Json) -> list[Json]:
        first, last = self.order.index(some["from"]), self.order.index(some["to"])
        assert first <= last
        return [self.tasks[task_id] for task_id in self.order[first : last + 1]]

    @property
    def rows(self) -> list[Json]:
        """The tasks in their order."""
        return [self.tasks[task_id] for task_id in self.order]

    def times(self, task_id: str) -> tuple[datetime | None, datetime | None]:
        """Return when a task starts and ends, as a card shows it."""
        row = self.tasks[task_id]
        if row["status"] in ("starting", "printing", "uncertain"):
            return _time(row["start"]), _time(row["finish"])
        base = _time(self.printer["planned_from"])
        return _after(base, row["starts_after"]), _after(base, row["finishes_after"])


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _after(base: datetime | None, seconds: int | None) -> datetime | None:
    if base is None or seconds is None:
        return None
    return base + timedelta(seconds=seconds)

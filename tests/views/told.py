"""A queue and a card that hears of each change of it."""

from datetime import timedelta
from typing import Any

import orjson

from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    Enqueue,
    Event,
    NewTask,
    SetRunning,
)
from custom_components.bambu_batch.production.forecast import Plan, plan
from custom_components.bambu_batch.production.model import PlateFile
from custom_components.bambu_batch.runtime.task_view import iso
from custom_components.bambu_batch.views.sheet import sheet_of
from custom_components.bambu_batch.views.sheet_changes import changes
from tests.production.scene import Scene, plate_file

from .mirror import Mirror

MINUTE = timedelta(minutes=1)


class Told:
    """A queue and a card that hears of each change."""

    def __init__(self, tasks: int, **options: Any) -> None:
        self.scene = Scene(**options)
        self.plan = Plan()
        self.mirror = Mirror()
        self.bytes = 0
        """Of the last message."""
        self.said: dict[str, Any] = {}
        self.enqueue(*(plate_file(seconds=600 + n % 7) for n in range(tasks)))
        self.plan_anew()
        self.sheet = sheet_of(self.scene.line, self.scene.sees, self.plan)
        self._tell_all()

    def _tell_all(self) -> None:
        tasks = {row["task_id"]: row for row in self.sheet.rows()}
        printer = {"planned_from": iso(self.sheet.planned_from)}
        full = {"type": "full", "printer": printer, "tasks": tasks, "order": [*tasks]}
        self.mirror.hear(orjson.loads(orjson.dumps(full)))

    def enqueue(self, *files: PlateFile, position: int | None = None) -> None:
        new = tuple(NewTask(name="Clip", plate_file=file) for file in files)
        self.scene.carry(self.scene.event(Enqueue(new, position)))

    def do(self, event: Event) -> None:
        """Let something happen, and tell the card."""
        self.scene.carry(self.scene.event(event))
        self.look()

    def look(self) -> None:
        """Tell the card what has changed."""
        self.plan_anew()
        self.tell()
        if self.said["type"] == "full":
            self._tell_all()
        else:
            self.mirror.hear(orjson.loads(orjson.dumps(self.said)))

    def plan_anew(self) -> None:
        """Work out the plan, as it is done for all who show it."""
        scene = self.scene
        self.plan = plan(scene.line, scene.sees, scene.now, self.plan)

    def tell(self) -> None:
        """Work out what differs from what was told, and write it."""
        scene, before = self.scene, self.sheet
        self.sheet = sheet_of(scene.line, scene.sees, self.plan, before)
        parts = changes(before, self.sheet)
        if parts is None:
            self.said = {"type": "full"}
            return
        if self.sheet.planned_from != before.planned_from:
            parts["printer"] = {"planned_from": iso(self.sheet.planned_from)}
        self.said = {"type": "change", **parts}
        self.bytes = len(orjson.dumps(self.said))

    @property
    def ids(self) -> list[str]:
        return [task.task_id for task in self.scene.line.waiting]

    def check(self) -> None:
        """The card shows what a new card is shown, and the plan's times."""
        line, absolute = self.scene.line, ("start", "finish")
        rows = [
            {key: value for key, value in row.items() if key not in absolute}
            for row in orjson.loads(orjson.dumps(list(self.sheet.rows())))
        ]
        assert [
            {key: value for key, value in row.items() if key not in absolute}
            for row in self.mirror.rows
        ] == rows
        for task in line.tasks:
            planned = self.plan.tasks.get(task.task_id)
            both = (planned.start, planned.finish) if planned else (None, None)
            for shown, time in zip(self.mirror.times(task.task_id), both, strict=True):
                assert (shown is None) is (time is None), task.task_id
                assert shown is None or time is None or abs(shown - time) < MINUTE


def running(tasks: int, **options: Any) -> Told:
    """Return a queue that would start its first plate in a minute, were its file there."""
    told = Told(tasks, **options)
    told.do(SetRunning(True))
    told.do(ConfirmPlateClear())
    told.check()
    return told

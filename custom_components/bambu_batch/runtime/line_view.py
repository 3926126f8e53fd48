"""What people see of the line: why nothing starts, when all will be done, the tasks.

A report comes every second or two; each part is worked out again only when something that
it depends on has changed.
"""

from datetime import datetime, timedelta
from typing import Final

from ..production.context import Context
from ..production.forecast import Plan, plan
from ..production.gate import Reason, why_not_start
from ..production.model import Line
from ..production.runout import Need, needs
from .task_view import TaskView, task_views

PLAN_AGE: Final = timedelta(minutes=1)
"""A plan older than this is worked out again, even if nothing has changed."""


class LineView:
    """The newest view of one line."""

    def __init__(self) -> None:
        self.reasons: tuple[Reason, ...] = ()
        """Why no plate starts, the first to be shown first."""
        self.plan = Plan()
        self.needs: tuple[Need, ...] = ()
        """What the queue will take from each tray."""
        self.tasks: tuple[TaskView, ...] = ()
        """The same object while nothing of it changes."""
        self._planned: datetime | None = None
        self._plan_basis: tuple[object, ...] = ()
        self._tasks_basis: tuple[object, ...] = ()

    def refresh(self, line: Line, context: Context, now: datetime) -> None:
        """Take in what has changed."""
        self.reasons = why_not_start(line, context, now)
        if self._plan_is_old(line, context, now):
            self.plan = plan(line, context, now, self.plan)
            self.needs = needs(line, context, self.plan)
        if self._tasks_are_old(line, context):
            self.tasks = task_views(line, self.plan, context)

    def _plan_is_old(self, line: Line, context: Context, now: datetime) -> bool:
        status = context.status
        basis = (
            *_of_line(line),
            context.options,
            self.reasons,
            status.state,
            status.remaining_minutes,
            status.trays,
            context.spools,
        )
        young = (
            self._planned is not None and timedelta(0) <= now - self._planned < PLAN_AGE
        )
        if young and basis == self._plan_basis:
            return False
        self._plan_basis, self._planned = basis, now
        return True

    def _tasks_are_old(self, line: Line, context: Context) -> bool:
        status = context.status
        basis = (
            *_of_line(line),
            self.plan,
            context.options,
            status.model,
            status.nozzle_diameter,
            status.trays,
            status.filament_in_extruder,
            context.spools,
        )
        if basis == self._tasks_basis:
            return False
        self._tasks_basis = basis
        return True


def _of_line(line: Line) -> tuple[object, ...]:
    """Return what plan and tasks take from the line: not the layers of a print."""
    run = line.run
    return (
        line.tasks,
        line.running,
        run and (run.run_id, run.phase, run.printing_since),
        line.cooldown_from,
        line.cooldown_seconds,
        line.transfer,
    )

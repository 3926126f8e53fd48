"""What people see of the line: why nothing starts, when all will be done, the tasks.

A report comes every second or two; each part is worked out again only when something that
it depends on has changed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ..production.context import Context
from ..production.forecast import Plan, plan
from ..production.gate import Reason, why_not_start
from ..production.model import Line
from ..production.runout import Need, needs
from .task_view import TaskView, TaskViews

PLAN_AGE: Final = timedelta(minutes=1)
"""A plan older than this is worked out again, even if nothing has changed."""


def foresee(line: Line, context: Context, now: datetime) -> None:
    """Work out what a view will ask of these tasks: it is kept with them. May run in a thread."""
    why_not_start(line, context, now)
    needs(line, context, plan(line, context, now))


class LineView:
    """The newest view of one line."""

    def __init__(self) -> None:
        self.reasons: tuple[Reason, ...] = ()
        """Why no plate starts, the first to be shown first."""
        self.plan = Plan()
        self.needs: tuple[Need, ...] = ()
        """What the queue will take from each tray."""
        self.tasks: Sequence[TaskView] = ()
        """The same object while nothing of it changes; each view is worked out when read."""
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
            self.tasks = TaskViews(line, self.plan, context)

    def _plan_is_old(self, line: Line, context: Context, now: datetime) -> bool:
        run, status = line.run, context.status
        basis = (
            line.tasks,
            line.running,
            run and (run.run_id, run.phase, run.printing_since),
            line.cooldown_from,
            line.cooldown_seconds,
            context.options,
            context.equipment,
            context.spools,
            self.reasons,
            status.state,
            status.remaining_minutes,
        )
        young = (
            self._planned is not None and timedelta(0) <= now - self._planned < PLAN_AGE
        )
        if young and basis == self._plan_basis:
            return False
        self._plan_basis, self._planned = basis, now
        return True

    def _tasks_are_old(self, line: Line, context: Context) -> bool:
        run, plan, current = line.run, self.plan, self.plan.current
        basis = (
            line.tasks,
            run and (run.task_id, run.phase),
            line.transfer,
            context.options,
            context.equipment,
            plan.course,
            plan.start,
            current and (current.task_id, current.start, current.finish),
        )
        if basis == self._tasks_basis:
            return False
        self._tasks_basis = basis
        return True

"""What the queue will take from each tray, and at which plate a spool will run out.

Ahead of time: "the queue needs 1,240 g of this, 300 g are left: runs out at plate 7, tomorrow
02:10". Each waiting task counts with the tray that it would get now. The running print counts
whole: what is left was known before it. The cost grows with the tasks, not with their copies.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .context import Context, Options
from .filament import Assignment, assign, assigned, takes
from .fit import TOLERANCE_GRAMS, hold_of
from .forecast import Plan, cooldown_after
from .model import Line, Phase, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsOut:
    """Where a spool runs out, at the latest."""

    task_id: str
    copy: int
    plate: int
    """1-based among all plates to come, the running print included."""
    when: datetime | None
    """As if a plate used its filament evenly. None: its times are unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What the queue takes from one tray."""

    tray: int
    """254: the external spool."""
    grams: float | None
    """None: unknown for some plate."""
    left: float | None
    """None: unknown."""
    runs_out: RunsOut | None
    """None: as far as known it does not."""


def needs(line: Line, context: Context, plan: Plan) -> tuple[Need, ...]:
    """Return what the queue needs from each tray, by tray number."""
    left = context.left
    accounts: dict[int, _Account] = {}
    plates = 0
    for part in _parts(line, context):
        for tray, grams in part.takes.items():
            account = accounts.setdefault(tray, _Account(left.get(tray)))
            ends = account.take(part.copies, grams)
            if ends is not None:
                copies, share = ends
                account.runs_out = RunsOut(
                    task_id=part.task.task_id,
                    copy=part.first_copy + copies,
                    plate=plates + copies + 1,
                    when=_when(part, copies, share, plan, context.options),
                )
        plates += part.copies
    return tuple(
        Need(
            tray=tray,
            grams=account.taken if account.known else None,
            left=account.left,
            runs_out=account.runs_out,
        )
        for tray, account in sorted(accounts.items())
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Copies of one task in a row, and what one of them takes from each tray."""

    task: Task
    copies: int
    first_copy: int
    takes: Mapping[int, float | None]
    in_print: bool


class _Account:
    """What was taken from one tray so far. Lives only inside one call of `needs`."""

    def __init__(self, left: float | None) -> None:
        self.left = left
        self.taken = 0.0
        self.known = True
        self.runs_out: RunsOut | None = None

    def take(self, copies: int, grams: float | None) -> tuple[int, float] | None:
        """Take for some copies.

        Returns where the spool ends: after so many whole copies, and which share of the
        next one; None: not here.
        """
        if grams is None:
            self.known = False
            return None
        before, self.taken = self.taken, self.taken + copies * grams
        if self.left is None or self.runs_out is not None:
            return None
        if self.taken <= self.left + TOLERANCE_GRAMS:
            return None
        whole, rest = divmod(max(self.left - before, 0.0), grams)
        return int(whole), rest / grams


def _parts(line: Line, context: Context) -> Iterator[_Part]:
    """Yield the plate in print, then what waits, in order; held tasks take nothing."""
    run = line.run
    task = line.task(run.task_id) if run else None
    if run is not None and task is not None and run.phase is not Phase.UNCERTAIN:
        given = takes(task.plate_file, assigned(run))
        yield _Part(task, 1, run.copy, given, in_print=True)
    for task in line.waiting:
        copies = line.waiting_copies(task)
        found = assign(task, context.equipment)
        if isinstance(found, Assignment) and hold_of(task, context.equipment) is None:
            first = task.copies - copies + 1
            taken = takes(task.plate_file, found)
            yield _Part(task, copies, first, taken, in_print=False)


def _when(
    part: _Part, copies: int, share: float, plan: Plan, options: Options
) -> datetime | None:
    """Return when the next copy after these has taken this share."""
    planned, seconds = plan.tasks.get(part.task.task_id), part.task.plate_file.seconds
    if part.in_print:
        finish = plan.running[1] if plan.running else None
    else:
        finish = planned.finish if planned else None
        if finish is not None and seconds is not None:
            later = part.copies - 1 - copies
            each = seconds + cooldown_after(part.task, options)
            finish -= timedelta(seconds=later * each)
    if finish is None or seconds is None:
        return None
    return finish - timedelta(seconds=seconds * (1 - share))

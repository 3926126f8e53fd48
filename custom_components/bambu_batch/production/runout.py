"""What the queue will take from each tray, and at which plate a spool will run out.

Ahead of time: "the queue needs 1,240 g of this, 300 g are left: runs out at plate 7, tomorrow
02:10". Each waiting task counts with the tray that it would get now. The running print counts
whole: what is left was known before it. The cost grows with the tasks, not with their copies,
and all but the times changes only with the queue, the trays and the spools.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from .context import Context, Options
from .course import cooldown_after
from .equipment import Equipment
from .filament import Assignment, assigned, takes
from .fit import TOLERANCE_GRAMS, fits_of
from .forecast import Plan
from .model import Line, Phase, Task
from .tasks import Block, Tasks


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
    left = tuple((spool.tray, spool.left) for spool in context.spools)
    stock = _Stock(context.equipment, left, _in_flight(line), _in_print(line))
    return tuple(
        Need(
            tray=account.tray,
            grams=account.taken if account.known else None,
            left=account.left,
            runs_out=account.end and _runs_out(account.end, plan, context.options),
        )
        for account in line.queue.once(_accounts, stock)
    )


class _Part(NamedTuple):
    """Copies of one task in a row, and what one of them takes from each tray."""

    task: Task
    copies: int
    first_copy: int
    takes: Mapping[int, float | None]
    in_print: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts in a row, and what they take together."""

    parts: tuple[_Part, ...]
    copies: int
    grams: Mapping[int, float]
    unknown: frozenset[int]
    """Trays of which some plate takes nobody knows how much."""
    trays: frozenset[int]
    """All of which they take."""


class _Stock(NamedTuple):
    """What the needs depend on besides the tasks."""

    equipment: Equipment
    left: tuple[tuple[int, float | None], ...]
    """Grams by tray; None: unknown."""
    in_flight: str | None
    """Task of which one copy does not wait."""
    in_print: _Part | None


class _End(NamedTuple):
    """Where a spool ends: in which copy of a part, and after which share of it."""

    part: _Part
    copies: int
    """Whole ones before."""
    share: float
    plate: int
    """1-based among all plates to come."""


@dataclass(slots=True)
class _Account:
    """What is taken from one tray, part by part. Changes only inside `_accounts`."""

    tray: int
    left: float | None
    taken: float = 0.0
    known: bool = True
    end: _End | None = None

    def take(self, parts: _Parts, before: int) -> None:
        """Take what these parts need; `before`: plates before them."""
        self.known = self.known and self.tray not in parts.unknown
        start, self.taken = self.taken, self.taken + parts.grams.get(self.tray, 0.0)
        if self.left is None or self.end is not None or self._lasts(self.taken):
            return
        for part in parts.parts:
            grams = part.takes.get(self.tray)
            if grams is not None and not self._lasts(start + part.copies * grams):
                whole, rest = divmod(max(self.left - start, 0.0), grams)
                plate = before + int(whole) + 1
                self.end = _End(part, int(whole), rest / grams, plate)
                return
            before += part.copies
            start += part.copies * (grams or 0.0)

    def _lasts(self, taken: float) -> bool:
        return self.left is not None and taken <= self.left + TOLERANCE_GRAMS


def _accounts(tasks: Tasks, stock: _Stock) -> tuple[_Account, ...]:
    """Return what is taken from each tray, by tray number."""
    left, plates = dict(stock.left), 0
    accounts: dict[int, _Account] = {}
    for parts in _all_parts(tasks, stock):
        for tray in parts.trays:
            if (account := accounts.get(tray)) is None:
                account = accounts[tray] = _Account(tray, left.get(tray))
            account.take(parts, plates)
        plates += parts.copies
    return tuple(account for _, account in sorted(accounts.items()))


def _all_parts(tasks: Tasks, stock: _Stock) -> Iterator[_Parts]:
    """Yield the plate in print, then what waits, in order; held tasks take nothing."""
    if stock.in_print is not None:
        yield _together([stock.in_print])
    for block in tasks.blocks:
        here = stock.in_flight if stock.in_flight in block.by_id else None
        yield block.once(_waiting, (stock.equipment, here))


def _waiting(block: Block, given: tuple[Equipment, str | None]) -> _Parts:
    equipment, in_flight = given
    fits = block.once(fits_of, equipment)
    parts = []
    for task in block.wanted:
        copies = task.open - (task.task_id == in_flight)
        hold, trays = fits[task.task_id]
        if copies and isinstance(trays, Assignment) and hold is None:
            first = task.copies - copies + 1
            parts.append(_Part(task, copies, first, takes(task.plate_file, trays)))
    return _together(parts)


def _together(parts: Iterable[_Part]) -> _Parts:
    parts = tuple(parts)
    grams: dict[int, float] = {}
    unknown: set[int] = set()
    for part in parts:
        for tray, each in part.takes.items():
            if each is None:
                unknown.add(tray)
            else:
                grams[tray] = grams.get(tray, 0.0) + part.copies * each
    copies = sum(part.copies for part in parts)
    return _Parts(
        parts, copies, grams, frozenset(unknown), frozenset(grams.keys() | unknown)
    )


def _in_flight(line: Line) -> str | None:
    return line.run.task_id if line.run else None


def _in_print(line: Line) -> _Part | None:
    run = line.run
    task = line.task(run.task_id) if run else None
    if run is None or task is None or run.phase is Phase.UNCERTAIN:
        return None
    return _Part(task, 1, run.copy, takes(task.plate_file, assigned(run)), True)


def _runs_out(end: _End, plan: Plan, options: Options) -> RunsOut:
    return RunsOut(
        task_id=end.part.task.task_id,
        copy=end.part.first_copy + end.copies,
        plate=end.plate,
        when=_when(end.part, end.copies, end.share, plan, options),
    )


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
            each = seconds + cooldown_after(part.task, options.cooldown_seconds)
            finish -= timedelta(seconds=later * each)
    if finish is None or seconds is None:
        return None
    return finish - timedelta(seconds=seconds * (1 - share))

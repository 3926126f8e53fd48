"""The computer's clock may be set, may stand still while it is off, and may run ahead.

Every time that a line keeps is wall time: people read it, and it must mean something after
a restart. So that no wait hangs on who sets the clock, the line also keeps when the
computer's boot was by that clock. This moves only when the clock is set; then all that
happened since the boot moves with it. Of what happened before the boot nobody knows how
long ago it was: at least since the boot (FM-161).

When time …        jumps back             jumps ahead            stands over an absence
cooldown           goes on as it was      goes on as it was      counts from the boot
window of a start  goes on as it was      goes on as it was      lasts longer, then asks
unseen print       had its time anyway    had no time by that    had none: asks
bed, stuck, retry  go on as they were     go on as they were     begin anew, or last longer
report             stale until the next   stale until the next   is none: a new connection
plate              doubtful               doubtful               by the uptime (plate.py)
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from ..bambu.status import Uptime
from .model import Boot, Line, Task

SLEWED = timedelta(seconds=2)
"""So far the boot may move without a jump of the clock."""

type _Change = Callable[[datetime], datetime]


def mind_clock(line: Line, now: datetime, uptime: Uptime | None) -> Line:
    """Return the line with every time as today's clock would have shown it.

    Nothing that happened lies in the future: else a clock that was a day ahead for a moment
    would make a cooldown of a day.
    """
    before, boot = line.boot, _boot(now, uptime)
    jump = timedelta(0)
    if before is not None and boot is not None and before.boot == boot.boot:
        jump = boot.began - before.began
        if abs(jump) <= SLEWED:
            boot, jump = before, timedelta(0)

    def minded(time: datetime) -> datetime:
        if before is not None and time >= before.began:
            time += jump
        return min(time, now)

    changed = replace(_with_times(line, minded), boot=boot)
    return line if changed == line else changed


def surely_since(line: Line, time: datetime) -> datetime:
    """Return from when on it is known how long ago `time` is: from the boot at the latest."""
    return max(time, line.boot.began) if line.boot else time


def since_others(line: Line, now: datetime, uptime: Uptime | None) -> timedelta | None:
    """Return how long ago another client surely told the printer something; None: never, or nobody knows.

    For a program that has just started: the connection itself knows it no more (FM-181).
    """
    line = mind_clock(line, now, uptime)
    told = line.told_by_others
    return None if told is None else now - surely_since(line, told)


def _boot(now: datetime, uptime: Uptime | None) -> Boot | None:
    if uptime is None:
        return None
    return Boot(boot=uptime.boot, began=now - timedelta(seconds=uptime.seconds))


def _with_times(line: Line, change: _Change) -> Line:
    """Return the line with each of its times changed.

    But for the plate's: a jump ahead may be the end of a standstill of both clocks.
    """

    def maybe(time: datetime | None) -> datetime | None:
        return time and change(time)

    run = line.run
    return replace(
        line,
        run=run
        and replace(
            run,
            started=change(run.started),
            printing_since=maybe(run.printing_since),
        ),
        cooldown_from=maybe(line.cooldown_from),
        bed_hot_since=maybe(line.bed_hot_since),
        stuck_since=maybe(line.stuck_since),
        silent_since=maybe(line.silent_since),
        deferred=maybe(line.deferred),
        told_by_others=maybe(line.told_by_others),
        remote=tuple(
            replace(file, failed=change(file.failed)) if file.failed else file
            for file in line.remote
        ),
        # Asked at every report, of thousands of tasks; hardly ever one has a time.
        tasks=tuple(_removed_by(task, change) for task in line.tasks)
        if any(task.removed_at for task in line.tasks)
        else line.tasks,
        removed=tuple(
            replace(one, task=_removed_by(one.task, change)) for one in line.removed
        ),
    )


def _removed_by(task: Task, change: _Change) -> Task:
    if task.removed_at is None:
        return task
    return replace(task, removed_at=change(task.removed_at))

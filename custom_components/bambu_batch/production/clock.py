"""The computer's clock may be set, may stand still while it is off, and may run ahead.

Every time that a line keeps is wall time: people read it, and it has to make sense after a
restart. So that no wait depends on who sets the clock, the line also keeps the time of the
computer's boot by that clock. It moves only when the clock is set; everything that happened
since the boot then moves with it. How long ago something before the boot happened is not
known: at least as long as the boot (FM-161).

When time …        jumps back             jumps ahead            stands still while off
cooldown           continues              continues              counts from the boot
start window       continues              continues              lasts longer, then asks
unseen print       had enough time        gains no time by it    had none: asks
bed, stuck, retry  continue               continue               start over, or last longer
file seen on card  lasts as long          lasts as long          forgotten: a new connection
report             stale until the next   stale until the next   none: a new connection
plate              doubtful               doubtful               by the uptime (plate.py)
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from ..bambu.status import Uptime
from .model import Boot, Line, Task

SLEWED = timedelta(seconds=2)
"""A boot that moves by no more than this is no jump of the clock."""


def mind_clock(line: Line, now: datetime, uptime: Uptime | None) -> Line:
    """Return the line with every time as today's clock would have shown it.

    No time lies in the future: a clock that was a day ahead for a moment would otherwise
    make a cooldown of a day. The plate's time is left alone: a jump ahead may be the end of
    a standstill of both clocks.
    """
    before, boot = line.boot, _boot(now, uptime)
    jump = timedelta(0)
    if before is not None and boot is not None and before.boot == boot.boot:
        jump = boot.began - before.began
        if abs(jump) <= SLEWED:
            boot, jump = before, timedelta(0)

    if boot is before and all(time <= now for time in _times(line)):
        return line  # as at nearly every report

    def moved(time: datetime) -> datetime:
        if before is not None and time >= before.began:
            time += jump
        return min(time, now)

    def maybe(time: datetime | None) -> datetime | None:
        return time and moved(time)

    def of_task(task: Task) -> Task:
        return replace(task, removed_at=maybe(task.removed_at))

    run = line.run
    changed = replace(
        line,
        boot=boot,
        run=run
        and replace(
            run, started=moved(run.started), printing_since=maybe(run.printing_since)
        ),
        cooldown_from=maybe(line.cooldown_from),
        bed_hot_since=maybe(line.bed_hot_since),
        stuck_since=maybe(line.stuck_since),
        silent_since=maybe(line.silent_since),
        deferred=maybe(line.deferred),
        told_by_others=maybe(line.told_by_others),
        remote=tuple(
            replace(file, failed=maybe(file.failed), checked=maybe(file.checked))
            for file in line.remote
        ),
        tasks=line.queue.changed(
            {task.task_id: of_task(task) for task in line.queue.leaving}
        ),
        removed=tuple(replace(one, task=of_task(one.task)) for one in line.removed)
        if jump or (line.aside.newest or now) > now
        else line.removed,
    )
    return line if changed == line else changed


def _times(line: Line) -> Iterator[datetime]:
    """Yield every time that `mind_clock` minds; of removed tasks the newest."""
    run, leaving = line.run, line.queue.leaving
    times = (
        *((run.started, run.printing_since) if run else ()),
        line.cooldown_from,
        line.bed_hot_since,
        line.stuck_since,
        line.silent_since,
        line.deferred,
        line.told_by_others,
        line.aside.newest,
        *(time for file in line.remote for time in (file.failed, file.checked)),
        *(task.removed_at for task in leaving),
    )
    return (time for time in times if time)


def surely_since(line: Line, time: datetime) -> datetime:
    """Return the time, or that of the boot if it is later: what is surely over by now."""
    return max(time, line.boot.began) if line.boot else time


def since_foreign_command(
    line: Line, now: datetime, uptime: Uptime | None
) -> timedelta | None:
    """Return how long ago at least another client commanded the printer; None: not known.

    After a restart: the connection itself has forgotten it (FM-181).
    """
    line = mind_clock(line, now, uptime)
    time = line.told_by_others
    return None if time is None else now - surely_since(line, time)


def _boot(now: datetime, uptime: Uptime | None) -> Boot | None:
    if uptime is None:
        return None
    return Boot(boot=uptime.boot, began=now - timedelta(seconds=uptime.seconds))

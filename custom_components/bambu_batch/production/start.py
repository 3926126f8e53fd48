"""Starting a run: the only place that decides it, and what follows if it does not start."""

from dataclasses import replace
from datetime import UTC, datetime
import re

from ..bambu.codes import FILE_NOT_FOUND
from .card_file import name_on_card, started_name
from .context import PlateClearing
from .cooldown import is_almost_over
from .effect import News, StartPrint
from .end import end_run, leave_run
from .event import StartRefused
from .filament import Assignment, assign
from .files import check_again, forget_transfers, look_again, send_anew
from .fit import next_task
from .gate import Reason, why_not_start
from .job import misses_file
from .model import Hold, Outcome, PauseReason, Phase, Run
from .step import Step

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**31 - 1
NAME_LENGTH = 60
DEFERRALS = 10
"""Starts in a row that cannot be sent, until a person is called (FM-007)."""


def start(step: Step) -> tuple[Reason, ...]:
    """Start the next task's next copy if there is no reason against it; return the reasons."""
    reasons = why_not_start(step.line, step.context, step.now)
    if _may_be_next(step, reasons) and look_again(step):
        reasons = why_not_start(step.line, step.context, step.now)
    if reasons:
        return reasons
    line = step.line
    # If any of these is missing, the gate has a reason.
    task, state = next_task(line, step.equipment), step.status.state
    loaded = step.status.trays
    assert task is not None
    assert state is not None
    assert loaded is not None
    remote = line.remote_file(name_on_card(task.plate_file, step.options))
    assert remote is not None
    trays = assign(task, step.equipment)
    assert isinstance(trays, Assignment)
    run_id = _new_id(line.last_run_id, step.now)
    run = Run(
        run_id=run_id,
        name=f"{_slug(task.name)}_{run_id}",
        remote_name=remote.name,
        task_id=task.task_id,
        copy=task.copies - task.open + 1,
        phase=Phase.STARTING,
        started=step.now,
        from_state=state,
        clears_plate=task.clears_plate
        and step.options.plate_clearing is PlateClearing.AUTOMATIC,
        plates=task.plate_file.packed,
        mapping=trays.trays,
        external_spool=trays.external,
        loaded=loaded,
        spools=step.context.spools,
    )
    step.change(run=run, last_run_id=run_id, refusal=0)
    step.do(StartPrint(run, task.plate_file, task.settings, remote.name, trays.use_ams))
    return why_not_start(step.line, step.context, step.now)


def _may_be_next(step: Step, reasons: tuple[Reason, ...]) -> bool:
    """Tell whether a start has only to wait for the end of a cooldown, and not for long."""
    return set(reasons) <= {Reason.COOLDOWN, Reason.BED_HOT} and is_almost_over(
        step.line, step.status, step.options, step.now
    )


def deferred(step: Step, run_id: int) -> None:
    """Nothing was sent: the copy waits again, as if the start had not been decided.

    The printer did not refuse it. A report that came after that decision may allow it: often
    one that was not read yet is why nothing was sent. The gate waits longer after each try.
    """
    if (run := _unproven(step, run_id)) is None:
        return
    leave_run(step)
    step.change(deferred=run.started, deferrals=step.line.deferrals + 1)
    if step.line.deferrals == DEFERRALS:
        step.announce(News.PERSON_NEEDED, waiting_for=Reason.STALE_REPORT)


def impossible(step: Step, run_id: int) -> None:
    """No command can start this: hold its task, and continue with the next one (FM-165)."""
    if (run := _unproven(step, run_id)) is None:
        return
    leave_run(step)
    if (task := step.line.task(run.task_id)) is not None:
        step.line = step.line.with_task(replace(task, hold=Hold.NOT_STARTABLE))


def refused(step: Step, event: StartRefused) -> None:
    """The printer refused our start: the copy waits again and the queue pauses.

    Not for a refused signature: then developer mode is off (FM-015). And if the file was not
    found, the card may be another one: that is checked first (FM-163).
    """
    if (run := _unproven(step, event.run_id)) is None:
        return
    end_run(step, Outcome.NOT_STARTED)
    if event.signature:
        step.change(developer_mode_off=True)
    elif event.code != FILE_NOT_FOUND or not check_again(step, run):
        if event.code == FILE_NOT_FOUND:
            send_anew(step, run)  # once the queue is resumed
            forget_transfers(step)
        step.change(refusal=event.code)
        step.pause_queue(PauseReason.START_REFUSED)


def was_missing(step: Step, name: str) -> None:
    """A file had to be sent. If it is the one that our start misses, that start is void.

    Only both together settle an accepted start (I2): the printer's answer, and the card.
    """
    run = step.line.run
    if run is None or not misses_file(step.status, run):
        return
    if started_name(run, step.line.task_of(run).plate_file) == name:
        end_run(step, Outcome.NOT_STARTED)
        step.change(refusal=step.status.print_error or 0)


def _unproven(step: Step, run_id: int) -> Run | None:
    """Return this run, if it is in flight and the printer was not seen printing it."""
    run = step.line.run
    if run is None or run.run_id != run_id or run.phase is Phase.PRINTING:
        return None
    return run


def _new_id(last: int, now: datetime) -> int:
    """Return a run id: 1 to 2^31-1, rising, so that none is used twice (FM-010).

    Seconds since 2020 keep it unique even if the database was lost.
    """
    new = max(last + 1, int((now - EPOCH).total_seconds()) % LARGEST_ID)
    return new if new <= LARGEST_ID else 1


def _slug(name: str) -> str:
    """Return a name in characters that the printer's screen can show (FM-012, FM-057)."""
    return re.sub(r"[^A-Za-z0-9-]+", "_", name).strip("_")[:NAME_LENGTH] or "plate"

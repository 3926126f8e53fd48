"""The end of a run: what it means for its copy, the plate, the changer and the queue."""

from dataclasses import replace

from .card_file import started_name
from .context import OnFailure, PlateClearing
from .effect import News, Record
from .files import doubted
from .gate import Reason
from .health import prove_harmless
from .job import file_left
from .model import (
    Hold,
    Outcome,
    PauseReason,
    PlateFile,
    Run,
    RunRecord,
    Task,
    TaskStatus,
    Transfer,
)
from .plate import OCCUPIED, swapped
from .removal import let_go
from .step import Step
from .tasks import Tasks
from .trouble import leaves_doubt

AUTOMATIC_RETRIES = 1
"""A copy that failed twice needs a person, not a third plate."""
PLATES_LOW = 1
MOST_FINISHED = 100
"""Finished tasks that stay in the list; every run stays in the history."""

NEWS = {
    Outcome.FINISHED: News.PRINT_FINISHED,
    Outcome.FAILED: News.PRINT_FAILED,
    Outcome.CANCELLED: News.PRINT_CANCELLED,
}


def end_run(step: Step, outcome: Outcome, *, seen: bool = True) -> None:
    """End the run. `seen` False: a person reports the end, the printer did not show it."""
    run = step.line.run
    assert run is not None
    task = step.line.task_of(run)
    step.do(
        Record(
            RunRecord(
                run=run,
                outcome=outcome,
                ended=step.now if seen and not run.unseen else None,  # FM-127
                name=task.name,
                plate_file=task.plate_file,
            )
        )
    )
    started = outcome is not Outcome.NOT_STARTED
    counted = _counted(task, outcome, step.options.on_failure) if started else task
    step.line = step.line.with_task(counted)
    leave_run(step)
    if started or not seen:  # even if nobody saw it start, the bed may be hot
        seconds = task.settings.cooldown_seconds
        step.change(cooldown_from=step.now, cooldown_seconds=seconds)
    if not started:
        return
    if outcome is Outcome.FINISHED and seen:
        prove_harmless(step, run)
    step.change(tasks=_tidied(step.line.queue))
    step.announce(NEWS[outcome], run=run, error=run.error)
    done = outcome is Outcome.FINISHED
    if seen:  # otherwise a person confirms the plate too
        swap = done and run.clears_plate and task.clears_plate and not run.stop_asked
        _leave_plate(step, run, task.plate_file, swap=swap)
    # A known changer's file uses a plate, whatever a person decided about it.
    changed = done and (run.clears_plate or task.plate_file.swap == "yes")
    _use_plates(step, run.plates if changed else run.plates - 1)
    # Printers clean up their card now and then (FM-056).
    step.change(
        remote=tuple(
            doubted(file) if file.state is Transfer.READY else file
            for file in step.line.remote
        )
    )
    if counted.failed > task.failed and step.options.on_failure is not OnFailure.NEXT:
        step.pause_queue(PauseReason.PRINT_FAILED)
    if step.line.queue_done:
        step.announce(News.QUEUE_FINISHED)


def leave_run(step: Step) -> None:
    """Remove the run from the line, and its task too if that was waiting to be removed."""
    run = step.line.run
    assert run is not None
    task = step.line.task_of(run)
    step.change(run=None)
    if task.removed:
        let_go(step, [task.task_id])


def _counted(task: Task, outcome: Outcome, on_failure: OnFailure) -> Task:
    """Return the task with this copy counted (I3)."""
    if outcome is Outcome.FINISHED:
        return replace(task, finished=task.finished + 1, retries=0)
    if outcome is Outcome.CANCELLED:
        return replace(task, cancelled=task.cancelled + 1, retries=0)
    if on_failure is OnFailure.RETRY and task.retries < AUTOMATIC_RETRIES:
        return replace(task, retries=task.retries + 1)
    failed = replace(task, failed=task.failed + 1, retries=0)
    if on_failure is OnFailure.NEXT and failed.open:
        return replace(failed, hold=task.hold or Hold.FAILED_BEFORE)
    return failed


def _tidied(tasks: Tasks) -> Tasks:
    """Return the tasks without the oldest of too many finished ones."""
    finished = [t.task_id for t in tasks.ended if t.end is TaskStatus.FINISHED]
    return tasks.changed(dict.fromkeys(finished[:-MOST_FINISHED]))


def _leave_plate(step: Step, run: Run, file: PlateFile, *, swap: bool) -> None:
    """Apply what the end means for the plate, as fixed before the start (FM-041).

    Whatever came later can only deny the swap. So does a file name that the printer still
    shows, unless it is the printed file's (FM-168).
    """
    automatic = step.options.plate_clearing is PlateClearing.AUTOMATIC
    others = file_left(step.status) not in ("", started_name(run, file))
    if swap and automatic and not others and not leaves_doubt(step.status.print_error):
        step.change(plate=swapped(step.context, step.now, run, file))
    else:
        step.change(plate=OCCUPIED, asked_to_clear=True)
        step.announce(News.PLATE_NEEDS_CLEARING, run=run)


def _use_plates(step: Step, used: int) -> None:
    """Count down the changer's plates: a packed file swaps between its jobs too."""
    if not used or step.options.plate_stack == 0:
        return
    left = max(0, step.line.plates_left - used)
    step.change(plates_left=left)
    if left == 0:
        step.announce(News.PLATES_EMPTY)
        empty = Reason.PLATES_EMPTY  # the person is called by this news already
        step.change(called_for=empty, stuck_on=empty, stuck_since=None)
    elif left <= PLATES_LOW:
        step.announce(News.PLATES_LOW)

"""The end of a run: what it means for its copy, the plate, the changer and the queue."""

from dataclasses import replace

from .effect import News, Record
from .model import (
    Hold,
    Line,
    Outcome,
    PauseReason,
    RemoteFile,
    Run,
    RunRecord,
    Task,
    Transfer,
)
from .plate import OCCUPIED, cleared
from .step import Step
from .surroundings import OnFailure, PlateClearing

AUTOMATIC_RETRIES = 1
"""A copy that failed twice needs a person, not a third plate."""
PLATES_LOW = 1

NEWS = {
    Outcome.FINISHED: News.PRINT_FINISHED,
    Outcome.FAILED: News.PRINT_FAILED,
    Outcome.CANCELLED: News.PRINT_CANCELLED,
}


def end_run(step: Step, outcome: Outcome, *, seen: bool = True) -> None:
    """End the run. `seen` False: a person says so, the printer did not show it."""
    run = step.line.run
    task = step.line.task(run.task_id) if run else None
    if run is None or task is None:
        return
    step.do(
        Record(
            RunRecord(
                run=run,
                outcome=outcome,
                ended=step.now if seen else None,
                name=task.name,
                plate_file=task.plate_file,
            )
        )
    )
    step.change(run=None)
    if outcome is Outcome.NOT_STARTED:
        return
    step.line = step.line.with_task(_counted(task, outcome, step.options.on_failure))
    step.announce(NEWS[outcome], run=run, error=run.error)
    _leave_plate(step, run, clean=seen and outcome is Outcome.FINISHED)
    step.change(
        cooldown_from=step.now,
        cooldown_seconds=task.settings.cooldown_seconds,
        # Printers clean their card themselves now and then (FM-056): look again.
        remote=_to_be_checked(step.line),
    )
    if outcome is Outcome.FAILED and step.options.on_failure is not OnFailure.NEXT:
        ended = step.line.task(task.task_id)
        if step.options.on_failure is OnFailure.PAUSE or (
            ended is not None and ended.retries == task.retries
        ):
            step.pause_queue(PauseReason.PRINT_FAILED)
    if step.line.queue_done:
        step.announce(News.QUEUE_FINISHED)


def _counted(task: Task, outcome: Outcome, on_failure: OnFailure) -> Task:
    """Return the task with this copy's end booked (I3)."""
    if outcome is Outcome.FINISHED:
        return replace(task, finished=task.finished + 1)
    if outcome is Outcome.CANCELLED:
        return replace(task, cancelled=task.cancelled + 1)
    if on_failure is OnFailure.RETRY and task.retries < AUTOMATIC_RETRIES:
        return replace(task, retries=task.retries + 1)
    failed = replace(task, failed=task.failed + 1)
    if on_failure is OnFailure.NEXT and failed.open:
        return replace(failed, hold=Hold.FAILED_BEFORE)
    return failed


def _leave_plate(step: Step, run: Run, *, clean: bool) -> None:
    """Book what the end means for the plate, as it was fixed before the start (FM-041)."""
    automatic = step.options.plate_clearing is PlateClearing.AUTOMATIC
    swapped = clean and automatic and run.clears_plate
    if swapped:
        step.change(plate=cleared(step.status, step.now), asked_to_clear=False)
    else:
        step.change(plate=OCCUPIED, asked_to_clear=True)
        step.announce(News.PLATE_NEEDS_CLEARING, run=run)
    if swapped and step.options.plate_stack > 0:
        left = max(0, step.line.plates_left - run.plates)
        step.change(plates_left=left)
        if left == 0:
            step.announce(News.PLATES_EMPTY)
        elif left <= PLATES_LOW:
            step.announce(News.PLATES_LOW)


def _to_be_checked(line: Line) -> tuple[RemoteFile, ...]:
    return tuple(
        replace(file, state=Transfer.WANTED) if file.state is Transfer.READY else file
        for file in line.remote
    )

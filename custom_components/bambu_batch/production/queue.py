"""A person's commands: the queue's tasks, the plate, the running print.

Each command is carried out completely, or raises `Refused` and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import replace

from ..bambu.codes import printed
from ..bambu.status import PrintState
from ..bambu.tray_numbers import HIGHEST, UNUSED
from ..plain_text import is_plain_text, seen
from .effect import AskFullReport, News, Order, SendOrder
from .end import end_run
from .event import (
    AcceptHealth,
    ClearQueue,
    CloseError,
    ConfirmPlateClear,
    Enqueue,
    Event,
    ForgetHealth,
    MoveTask,
    NewTask,
    PausePrint,
    Refused,
    RemoveTasks,
    ResolveTask,
    RestoreTasks,
    ResumePrint,
    RetryTask,
    SetPlatesLeft,
    SetRunning,
    StopPrint,
    UpdateTask,
)
from .files import retry_transfers
from .fit import hold_of, is_wrong_printer
from .health import accept, forget
from .job import is_active, is_ours
from .model import (
    ClearingNote,
    Hold,
    Line,
    Outcome,
    PauseReason,
    Phase,
    PlateFile,
    PrintSettings,
    Task,
)
from .plate import cleared, plates_left
from .removal import remove, restore
from .step import Step
from .tasks import Tasks
from .trouble import leaves_doubt

MOST_COPIES = 100_000
MOST_PLATES = 1000
LONGEST_NAME = 200
"""Characters. A name becomes a state of Home Assistant: 255 at most."""
LONGEST_COOLDOWN = 3600
MOST_TRAYS = 64
"""Entries of `ams_mapping`: one per project filament; more than any printer has trays."""
SURE = "yes"
"""The one verdict on the end G-code that needs no person."""


def command(step: Step, event: Event) -> None:
    """Carry out a person's command. Raises Refused."""
    if step.status.gap:
        step.do(AskFullReport())  # rather than wait for the next one
    match event:
        case Enqueue():
            _enqueue(step, event)
        case MoveTask():
            _move(step, event)
        case UpdateTask():
            _update(step, event)
        case RemoveTasks(task_ids):
            remove(step, task_ids)
        case ClearQueue():
            remove(step, [t.task_id for t in step.line.tasks if not t.removed])
        case RestoreTasks(task_ids):
            restore(step, task_ids)
        case RetryTask(task_id):
            _retry(step, task_id)
        case ResolveTask():
            _resolve(step, event)
        case ConfirmPlateClear():
            _confirm_plate_clear(step)
        case CloseError():
            _close_error(step)
        case AcceptHealth():
            accept(step, event)
        case ForgetHealth():
            forget(step, event)
        case SetRunning(running):
            _set_running(step, running)
        case SetPlatesLeft(plates):
            _check("plates", plates, 0, MOST_PLATES)
            step.change(plates_left=plates)
        case PausePrint():
            _order(step, Order.PAUSE, PrintState.RUNNING)
        case ResumePrint():
            _order(step, Order.RESUME, PrintState.PAUSE)
        case StopPrint():
            _stop(step)
        case _:
            raise AssertionError(event)


def _enqueue(step: Step, event: Enqueue) -> None:
    if event.position is not None:
        _check("position", event.position, 1)
    for new in event.tasks:
        _check_name(new.name)
        _check("copies", new.copies, 1, MOST_COPIES)
        _check_settings(new.settings)
    line = step.line
    first = line.last_task_number + 1
    added = [
        Task(
            task_id=str(number),
            name=new.name,
            plate_file=new.plate_file,
            copies=new.copies,
            settings=new.settings,
            clears_plate=_clears_plate(line, new),
            hold=Hold.BY_USER if new.hold else None,
        )
        for number, new in enumerate(event.tasks, first)
    ]
    step.change(
        tasks=_inserted(line, added, event.position),
        last_task_number=line.last_task_number + len(added),
        clearing_notes=_noted(
            line, ((n.plate_file, n.clears_plate) for n in event.tasks)
        ),
    )


def _clears_plate(line: Line, new: NewTask) -> bool:
    """By a person's decision, now or earlier for this content, else by the file."""
    if new.clears_plate is not None:
        return new.clears_plate
    file = new.plate_file
    for note in line.clearing_notes:
        if (note.sha256, note.plate) == (file.sha256, file.plate):
            return note.clears
    return file.swap == SURE


def _noted(
    line: Line, decisions: Iterable[tuple[PlateFile, bool | None]]
) -> tuple[ClearingNote, ...]:
    notes = {(note.sha256, note.plate): note for note in line.clearing_notes}
    for file, clears in decisions:
        if clears is not None:
            note = ClearingNote(sha256=file.sha256, plate=file.plate, clears=clears)
            notes[note.sha256, note.plate] = note
    return tuple(notes.values())


def _inserted(line: Line, added: list[Task], position: int | None) -> Tasks:
    """Return the queue with these tasks at a 1-based place among the waiting ones; None: last."""
    waiting = line.waiting
    if position is None or position > len(waiting):
        return line.queue.inserted(added, before=None)
    return line.queue.inserted(added, before=waiting[position - 1])


def _move(step: Step, event: MoveTask) -> None:
    _check("position", event.position, 1)
    line, task = step.line, _waiting_task(step.line, event.task_id)
    others = replace(line, tasks=line.queue.changed({task.task_id: None}))
    step.change(tasks=_inserted(others, [task], event.position))


def _update(step: Step, event: UpdateTask) -> None:
    line, task = step.line, _task(step.line, event.task_id)
    if event.copies is not None:
        used = task.copies - line.waiting_copies(task)
        _check("copies", event.copies, max(used, 1), MOST_COPIES)
        task = replace(task, copies=event.copies)
    if event.name:
        _check_name(event.name)
        task = replace(task, name=event.name)
    if event.settings:
        # Only these: others may have changed the rest meanwhile.
        settings = replace(task.settings, **event.settings)
        _check_settings(settings)
        task = replace(task, settings=settings)
    if event.clears_plate is not None:
        task = replace(task, clears_plate=event.clears_plate)
        notes = _noted(line, [(task.plate_file, event.clears_plate)])
        step.change(clearing_notes=notes)
    if event.hold is True:
        task = replace(task, hold=Hold.BY_USER)
    elif event.hold is False:
        task = _released(step, task)
    step.line = step.line.with_task(task)


def _released(step: Step, task: Task) -> Task:
    """Return the task without the hold that is shown now."""
    hold = hold_of(task, step.equipment)
    if hold is None:
        return task
    if task.hold is not None:
        return replace(task, hold=None)
    if is_wrong_printer(task.plate_file, step.equipment):
        raise Refused("cannot_release_wrong_printer_model", name=task.name)
    released = replace(task, released=task.released | {hold})
    if hold_of(released, step.equipment) is Hold.FILAMENT_MISSING:
        # releasing a task does not fill a tray
        raise Refused("cannot_release_filament_missing", name=task.name)
    return released


def _retry(step: Step, task_id: str) -> None:
    task = _task(step.line, task_id)
    if not task.failed and not task.cancelled:
        raise Refused("nothing_to_retry", name=task.name)
    hold = None if task.hold is Hold.FAILED_BEFORE else task.hold
    again = replace(task, failed=0, cancelled=0, retries=0, hold=hold)
    step.line = step.line.with_task(again)


def _resolve(step: Step, event: ResolveTask) -> None:
    run, task = step.line.run, step.line.task(event.task_id)
    if task is None:
        raise Refused("unknown_task", task_id=event.task_id)
    if run is None or run.task_id != task.task_id or run.phase is not Phase.UNCERTAIN:
        raise Refused("task_not_uncertain", name=task.name)
    if event.outcome not in (Outcome.FINISHED, Outcome.NOT_STARTED):
        raise Refused("outcome_not_possible", outcome=event.outcome)
    end_run(step, event.outcome, seen=False)


def _confirm_plate_clear(step: Step) -> None:
    """A person's confirmation counts in every state but a running print (FM-134).

    It is refused while a code makes any plate doubtful: the same report would silently undo it
    (FM-164). So would being out of sight, where no clock can measure for how long.
    """
    run = step.line.run
    in_flight = run is not None and run.phase is not Phase.UNCERTAIN
    if in_flight or is_active(step.status):
        raise Refused("plate_in_use")
    if leaves_doubt(step.status.print_error):
        raise Refused("plate_code_shown", code=printed(step.status.print_error))
    if step.context.uptime is None and not step.status.connected:
        raise Refused("plate_out_of_sight")
    step.change(
        plate=cleared(step.line, step.context, step.now),
        plates_left=plates_left(step.line, step.context, step.now),
        asked_to_clear=False,
    )


def _close_error(step: Step) -> None:
    """Close the code; the printer answers by no longer showing it."""
    if not step.status.complete or not step.status.print_error:
        raise Refused("no_code_to_close")
    step.do(SendOrder(Order.CLOSE_ERROR))


def _set_running(step: Step, running: bool) -> None:
    if running and not step.line.running:
        step.change(running=True, paused_by=None)
        retry_transfers(step)
        step.announce(News.QUEUE_RESUMED)
    elif not running:
        step.pause_queue(PauseReason.BY_USER)
        step.change(paused_by=step.line.paused_by or PauseReason.BY_USER)


def _order(step: Step, order: Order, needed: PrintState) -> None:
    if not step.status.complete or step.status.state is not needed:
        raise Refused(f"cannot_{order}_print")
    step.do(SendOrder(order))


def _stop(step: Step) -> None:
    """Stop the print. The run ends only when the printer says so."""
    status, run = step.status, step.line.run
    if not status.complete or not is_active(status):
        raise Refused("cannot_stop_print")
    if run is not None and is_ours(status, run):
        step.change(run=replace(run, stop_asked=True))
    step.do(SendOrder(Order.STOP))


def _task(line: Line, task_id: str) -> Task:
    task = line.task(task_id)
    if task is None or task.removed:
        raise Refused("unknown_task", task_id=task_id)
    return task


def _waiting_task(line: Line, task_id: str) -> Task:
    task = _task(line, task_id)
    if line.waiting_copies(task) == 0:
        raise Refused("task_not_waiting", name=task.name)
    return task


def _check_name(name: str) -> None:
    if not name.strip() or not is_plain_text(name):
        raise Refused("name_invalid", name=seen(name[:50]))
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long", name=f"{name[:50]}…", most=str(LONGEST_NAME))


def _check_settings(settings: PrintSettings) -> None:
    if settings.cooldown_seconds is not None:
        _check("cooldown", settings.cooldown_seconds, 0, LONGEST_COOLDOWN)
    if settings.ams_mapping is not None:
        if not settings.ams_mapping:
            raise Refused("no_trays")
        if len(settings.ams_mapping) > MOST_TRAYS:
            raise Refused("too_many_trays", most=str(MOST_TRAYS))
        for tray in settings.ams_mapping:
            _check("tray", tray, UNUSED, HIGHEST)


def _check(what: str, value: int, least: int, most: int | None = None) -> None:
    if value < least or (most is not None and value > most):
        raise Refused(
            f"{what}_out_of_range",
            value=str(value),
            least=str(least),
            most=str(most or ""),
        )

"""Which of our files the printer should have: sent ahead, once for all copies, then deleted.

One transfer at a time (FM-050), never at the start or end of a print, and only names that are
ours (FM-062). A file counts as there only while this connection has seen its full SIZE.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ..bambu.status import Card, PrintState
from .card_file import name_on_card, names_on_card, started_name
from .context import Options
from .cooldown import cooldown_end
from .effect import CancelUpload, DeleteRemote, Upload
from .event import UploadFailed
from .fit import needs_card, next_task
from .gate import is_fresh
from .job import is_at_rest, is_updating, misses_file
from .model import NO_STORAGE, Hold, PauseReason, Phase, RemoteFile, Run, Task, Transfer
from .step import Step
from .tasks import Tasks

UPLOAD_AFTER_START = timedelta(minutes=1)
RETRY_AFTER = timedelta(seconds=30)
"""Pause after the first failure of a file; it doubles with each further one."""
SEEN_LASTS = timedelta(minutes=2)
"""How long a file that was seen on the card is believed to be there when a start is near."""
DOUBLED_AT_MOST = 7
"""To about an hour: a file that cannot be deleted should not keep the printer busy (FM-063)."""
TRIES = 3
"""Failed uploads of one file in a row, until the queue pauses for a person (FM-007)."""


def tend_files(step: Step) -> None:
    """Begin the next transfer, if one is due and it disturbs no print."""
    _mark(step)
    _begin(step)


def look_again(step: Step) -> bool:
    """Check the next task's file again, if its start comes long after the last look at it.

    In a long cooldown anybody may delete it at the screen. Returns whether there is a doubt now.
    """
    task = next_task(step.line, step.equipment)
    file = step.line.remote_file(_name(step, task)) if task else None
    doubtful = doubtful_at(file) if file else None
    cooled = cooldown_end(step.line, step.options) or step.now
    if file is None or doubtful is None or max(cooled, step.now) < doubtful:
        return False
    _put(step, doubted(file))
    _begin(step)
    return True


def doubted(file: RemoteFile) -> RemoteFile:
    """Return a file that was seen on the card as one that has to be looked for again."""
    return replace(file, state=Transfer.WANTED, checked=None)


def doubtful_at(file: RemoteFile) -> datetime | None:
    """Return from when on a start needs another look at the file; None: no look is too old."""
    return file.checked and file.checked + SEEN_LASTS


def _begin(step: Step) -> None:
    if step.line.transfer is not None or not _may_transfer(step):
        return
    due = [
        file
        for file in step.line.remote
        if file.state is Transfer.UNWANTED and _is_due(file, step.now)
    ]
    upload = _to_upload(step)
    # Where the card has no room, what nobody needs goes first.
    full = bool(due) and any(file.cause in NO_STORAGE for file in step.line.remote)
    if upload is not None and not full:
        file, task = upload
        if file not in step.line.remote:
            step.change(remote=(*step.line.remote, file))
        step.change(transfer=file.name)
        step.do(Upload(file.name, task.plate_file, file.unread))
        return
    if due:
        step.change(transfer=due[0].name)
        step.do(DeleteRemote(due[0].name))


def next_try(file: RemoteFile) -> datetime | None:
    """Return when a failed transfer of the file may be tried again; None: at any time."""
    if file.failed is None:
        return None
    doublings = min(file.failures - 1, DOUBLED_AT_MOST)
    return file.failed + RETRY_AFTER * (1 << doublings)


def uploaded(step: Step, name: str) -> None:
    """The file is complete on the printer, unless the card was out of sight in between."""
    doubted = step.line.transfer == name and step.line.transfer_doubted
    _end_transfer(step, name)
    if doubted:
        return  # checked again: a file with its full SIZE is not sent
    for file in step.line.remote:
        if file.name == name and file.state is Transfer.WANTED:
            seen = _reset(file, Transfer.READY)
            _put(step, replace(seen, checked=step.now, unread=False))


def upload_failed(step: Step, event: UploadFailed) -> None:
    """Hold the file's tasks if the file is at fault; else try again, and pause in the end."""
    _end_transfer(step, event.name)
    if event.cancelled:
        return
    if event.hold is not None:
        _hold(step, event, event.hold)
        return
    for file in step.line.remote:
        if file.name == event.name and file.state is Transfer.WANTED:
            failed = replace(_failed(file, step.now), cause=event.cause)
            # A bad card is reported at once, and tried until somebody has come (FM-167).
            if failed.failures < TRIES or event.cause in NO_STORAGE:
                _put(step, failed)
            else:
                _put(step, replace(failed, failures=0, failed=None))
                step.pause_queue(PauseReason.UPLOAD_FAILED)


def deleted(step: Step, name: str, *, gone: bool = True) -> None:
    """A delete has ended. The file may be wanted again by now."""
    _end_transfer(step, name)
    for file in step.line.remote:
        if file.name == name and file.state is Transfer.UNWANTED:
            if gone:
                step.change(remote=tuple(f for f in step.line.remote if f is not file))
            else:
                _put(step, _failed(file, step.now))


def check_again(step: Step, run: Run) -> bool:
    """Check once whether the run's file is on the card; False: it was checked already.

    It is sent only if it is not there in full SIZE.
    """
    file = step.line.remote_file(_started_name(step, run))
    if file is None or file.missed:
        return False
    _put(step, replace(doubted(file), missed=True))
    return True


def send_anew(step: Step, run: Run) -> None:
    """The run's file is on the card in full SIZE, and the printer cannot read it (FM-163).

    It is sent once the run is over: until then the printer may be reading it after all.
    """
    file = step.line.remote_file(_started_name(step, run))
    if file is not None and file.state is Transfer.READY:
        _put(step, replace(doubted(file), unread=True))


def found(step: Step, run: Run) -> None:
    """The printer prints the file: it may be checked again when it is next missed."""
    file = step.line.remote_file(_started_name(step, run))
    if file is not None:
        _put(step, replace(file, missed=False))


def retry_transfers(step: Step) -> None:
    """Make failed transfers due at once: a person has fixed something."""
    step.change(remote=tuple(replace(file, failed=None) for file in step.line.remote))


def forget_transfers(step: Step) -> None:
    """Check again what was complete: the connection, or the card, is gone.

    What is in a transfer too: its end may come later, and be about the card before.
    """
    if step.line.transfer is not None:
        step.change(transfer_doubted=True)
    for file in step.line.remote:
        if file.state is Transfer.READY:
            _put(step, doubted(file))
        elif file.cause in NO_STORAGE:
            _put(step, replace(file, failed=None))  # another card may have room


def _hold(step: Step, event: UploadFailed, hold: Hold) -> None:
    """Hold the tasks of the file that was tried, wherever in the queue they are by now.

    The same content may exist in another place too: then it is sent from there.
    """
    held = {
        task.task_id: replace(task, hold=hold)
        for task in step.line.queue.open
        if task.plate_file.file == event.file and _name(step, task) == event.name
    }
    step.change(tasks=step.line.queue.changed(held))


def _mark(step: Step) -> None:
    """Mark each of our files as wanted or not; stop sending what nobody wants (FM-016)."""
    line = step.line
    needed = line.queue.once(_needed, step.options)
    if line.run is not None:  # the option may have changed since it was started
        needed |= {_started_name(step, line.run)}
    for file in line.remote:
        wanted, in_flight = file.name in needed, file.name == line.transfer
        if not wanted and file.state is not Transfer.UNWANTED:
            _put(step, _reset(file, Transfer.UNWANTED))
            if in_flight:
                step.do(CancelUpload(file.name))
        # While it is being deleted, or its upload cancelled, it stays unwanted.
        elif wanted and file.state is Transfer.UNWANTED and not in_flight:
            _put(step, _reset(file, Transfer.WANTED))


def _needed(queue: Tasks, options: Options) -> frozenset[str]:
    """Return the names of the files that open tasks need."""
    blocks = (block.once(names_on_card, options) for block in queue.blocks)
    return frozenset[str]().union(*blocks)


def _name(step: Step, task: Task) -> str:
    return name_on_card(task.plate_file, step.options)


def _started_name(step: Step, run: Run) -> str:
    return started_name(run, step.line.task_of(run).plate_file)


def _is_due(file: RemoteFile, now: datetime) -> bool:
    time = next_try(file)
    return time is None or now >= time


def _reset(file: RemoteFile, state: Transfer) -> RemoteFile:
    return replace(file, state=state, failures=0, failed=None, cause=None, checked=None)


def _failed(file: RemoteFile, now: datetime) -> RemoteFile:
    return replace(file, failures=file.failures + 1, failed=now)


def _to_upload(step: Step) -> tuple[RemoteFile, Task] | None:
    """Return what has to be sent: only the next task's file, and only if the queue runs."""
    line, missing = step.line, _missing_its_file(step)
    if missing is not None:
        # The code has paused the queue, but the file's fault still has to be found (FM-163).
        task, name = line.task_of(missing), _started_name(step, missing)
    elif line.running and not line.developer_mode_off:
        following = next_task(line, step.equipment)
        if following is None:
            return None
        task, name = following, _name(step, following)
        if line.run and name == _started_name(step, line.run):
            return None  # the printer reads this very file
    else:
        return None
    sha256 = task.plate_file.sha256
    file = line.remote_file(name) or RemoteFile(name=name, sha256=sha256)
    due = file.state is Transfer.WANTED and _is_due(file, step.now)
    if missing is not None and file.unread:
        return None  # it is not missing: the printer may be reading it after all
    return (file, task) if due else None


def _may_transfer(step: Step) -> bool:
    """Tell whether a transfer disturbs nothing: at rest, or well into a print if the option allows."""
    status, run = step.status, step.line.run
    if not (status.connected and status.complete and is_fresh(step.context, step.now)):
        return False
    missed = _missing_its_file(step) is not None
    if status.print_error != 0 and not missed:
        return False
    if status.upgrade_state is None or is_updating(status):
        return False
    if needs_card(status) and status.card is not Card.NORMAL:
        return False
    if missed:
        return status.foreign is None
    if run is None:
        return is_at_rest(status, step.line.plate.file) and status.foreign is None
    return (
        step.options.upload_while_printing
        and run.phase is Phase.PRINTING
        and status.state is PrintState.RUNNING
        and run.printing_since is not None
        and step.now - run.printing_since >= UPLOAD_AFTER_START
    )


def _missing_its_file(step: Step) -> Run | None:
    """Return our run, if the printer does not find its file."""
    run = step.line.run
    return run if run is not None and misses_file(step.status, run) else None


def _put(step: Step, changed: RemoteFile) -> None:
    """Put the file into its old place."""
    step.change(
        remote=tuple(
            changed if file.name == changed.name else file for file in step.line.remote
        )
    )


def _end_transfer(step: Step, name: str) -> None:
    if step.line.transfer == name:
        step.change(transfer=None, transfer_doubted=False)

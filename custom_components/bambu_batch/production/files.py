"""Which of our files the printer should have: sent ahead, once for all copies, then deleted.

One transfer at a time (FM-050), never at the edges of a print, and only names that are
ours (FM-062). A file counts as there only while this connection has seen its full SIZE.
"""

from dataclasses import replace
from datetime import timedelta

from ..bambu.remote_name import remote_name
from ..bambu.status import Card, PrintState
from .effect import CancelUpload, DeleteRemote, Upload
from .event import UploadFailed
from .fit import needs_card, next_task
from .gate import UPGRADING, is_fresh
from .job import is_at_rest
from .model import PauseReason, Phase, RemoteFile, Task, Transfer
from .step import Step

UPLOAD_AFTER_START = timedelta(minutes=1)
RETRY_AFTER = timedelta(seconds=30)
TRIES = 3


def tend_files(step: Step) -> None:
    """Begin the next transfer, if one is due and the printer may be disturbed."""
    _mark(step)
    line = step.line
    if line.transfer is not None or not _may_transfer(step):
        return
    if line.transfer_retry is not None and step.now < line.transfer_retry:
        return
    if (task := _to_upload(step)) is not None:
        name = remote_name(task.plate_file.sha256)
        wanted = RemoteFile(name=name, sha256=task.plate_file.sha256)
        others = tuple(file for file in line.remote if file.name != name)
        step.change(remote=(*others, wanted), transfer=name)
        step.do(Upload(name, task.plate_file))
        return
    for file in line.remote:
        if file.state is Transfer.UNWANTED:
            step.change(transfer=file.name)
            step.do(DeleteRemote(file.name))
            return


def uploaded(step: Step, name: str) -> None:
    """The file is complete on the printer."""
    _end_transfer(step, name)
    step.change(transfer_failures=0, transfer_retry=None)
    _set_state(step, name, Transfer.WANTED, Transfer.READY)


def upload_failed(step: Step, event: UploadFailed) -> None:
    """Hold the file's tasks if it is the file; else try again, and at last ask a person."""
    _end_transfer(step, event.name)
    if event.cancelled:
        return
    if event.hold is not None:
        for task in step.line.tasks:
            if remote_name(task.plate_file.sha256) == event.name and task.open:
                step.line = step.line.with_task(replace(task, hold=event.hold))
        return
    failures = step.line.transfer_failures + 1
    if failures < TRIES:
        step.change(
            transfer_failures=failures,
            transfer_retry=step.now + RETRY_AFTER * 2 ** (failures - 1),
        )
    else:
        step.change(transfer_failures=0, transfer_retry=None)
        step.pause_queue(PauseReason.UPLOAD_FAILED)


def deleted(step: Step, name: str, *, gone: bool = True) -> None:
    """A delete has ended. A file that is wanted again by now will be sent again."""
    _end_transfer(step, name)
    if not gone:
        step.change(transfer_retry=step.now + RETRY_AFTER)
        return
    step.change(
        remote=tuple(
            file
            for file in step.line.remote
            if file.name != name or file.state is not Transfer.UNWANTED
        )
    )


def forget_transfers(step: Step) -> None:
    """What was complete has to be looked at again on the next connection."""
    for file in step.line.remote:
        _set_state(step, file.name, Transfer.READY, Transfer.WANTED)


def _mark(step: Step) -> None:
    """Mark each of our files as wanted or not; stop sending what nobody wants (FM-016)."""
    needed = {task.plate_file.sha256 for task in step.line.tasks if task.open}
    for file in step.line.remote:
        if file.sha256 in needed:
            _set_state(step, file.name, Transfer.UNWANTED, Transfer.WANTED)
        elif file.state is not Transfer.UNWANTED:
            _set_state(step, file.name, file.state, Transfer.UNWANTED)
            if file.name == step.line.transfer:
                step.do(CancelUpload(file.name))


def _to_upload(step: Step) -> Task | None:
    """Return the task whose file has to be sent: only the next one's, and only if it runs."""
    line = step.line
    if not line.running or line.developer_mode_off:
        return None
    task = next_task(line, step.surroundings)
    if task is None:
        return None
    remote = line.remote_file(task.plate_file.sha256)
    ready = remote is not None and remote.state is Transfer.READY
    return None if ready else task


def _may_transfer(step: Step) -> bool:
    """Tell whether a transfer disturbs nothing: at rest, or well inside a print by option."""
    status, run = step.status, step.line.run
    if not (status.connected and status.complete and is_fresh(status, step.now)):
        return False
    if status.print_error != 0 or status.upgrade_state in (None, UPGRADING):
        return False
    if needs_card(status) and status.card is not Card.NORMAL:
        return False
    if run is None:
        return is_at_rest(status)
    return (
        step.options.upload_while_printing
        and run.phase is Phase.PRINTING
        and status.state is PrintState.RUNNING
        and run.printing_since is not None
        and step.now - run.printing_since >= UPLOAD_AFTER_START
    )


def _set_state(step: Step, name: str, old: Transfer, new: Transfer) -> None:
    step.change(
        remote=tuple(
            replace(file, state=new)
            if file.name == name and file.state is old
            else file
            for file in step.line.remote
        )
    )


def _end_transfer(step: Step, name: str) -> None:
    if step.line.transfer == name:
        step.change(transfer=None)

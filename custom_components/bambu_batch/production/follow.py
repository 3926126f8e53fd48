"""Following our run by the printer's reports.

Only reports with our own id or name count (FM-023). FINISH means both "done" and "accepted,
not begun": some firmware shows the next job's name with it before anything moves. So FINISH
proves an end only if the run was seen at work, or was started from another state. And it
proves a finished print only at 100 %: a job that was stopped, or never began to print, may
show FINISH too. A job that falls back from preparing even shows the 100 % of the job before:
if nobody saw ours print, there must at least have been time for it.
"""

from dataclasses import replace
from datetime import timedelta

from ..bambu.codes import UNREADABLE
from ..bambu.status import ACTIVE, ENDED, PrinterStatus, PrintState
from .clock import surely_since
from .effect import AskFullReport, News
from .end import end_run
from .files import check_again, found, send_anew
from .job import (
    STAGE_PRINTING_OR_BOOTED,
    is_active,
    is_done,
    is_ours,
    misses_file,
    seems_at_rest,
)
from .model import Outcome, Phase, Run
from .plate import OCCUPIED
from .reprint import shortest
from .step import Step
from .trouble import is_cancel, is_fault

START_WINDOW = timedelta(seconds=240)
"""A P1P parses a file for up to 135 s, an H2D stays FINISH for 210 s (FM-002, FM-003)."""


def follow(step: Step) -> None:
    """Update our run by the newest report."""
    run = step.line.run
    if run is None:
        return
    if step.status.complete and is_ours(step.status, run):
        run = _noted(run, step.status)
        step.change(run=run)
        if step.status.print_error in UNREADABLE:
            send_anew(step, run)
        if step.status.state in ACTIVE:
            _prove(step, run)
            return
        if step.status.state in ENDED and _is_new(run, step.status.state):
            _end(step, run)
            return
    if misses_file(step.status, run) and not check_again(step, run):
        send_anew(step, run)
    if _is_lost(step, run):
        _lose(step, run)


def lose_sight(step: Step) -> None:
    """Without a connection nothing is known; developer mode may be on again."""
    step.change(developer_mode_off=False)
    if step.line.run is not None:
        step.change(run=replace(step.line.run, unseen=True))


def _noted(run: Run, status: PrinterStatus) -> Run:
    """Return the run with this report's progress: the highest layer, tray changes, errors."""
    layer, trays = run.layer, run.trays
    running = status.state is PrintState.RUNNING
    if running and status.stage == STAGE_PRINTING_OR_BOOTED:
        layer = max(layer, status.layer or 0)  # before, it is the last job's (FM-038)
    if status.tray_now is not None and (not trays or trays[-1][1] != status.tray_now):
        trays = (*trays, (layer, status.tray_now))
    return replace(
        run,
        layer=layer,
        total_layers=status.total_layers or run.total_layers,  # FM-079
        trays=trays,
        error=status.print_error if is_fault(status.print_error) else run.error,
        worked=run.worked or status.state in (PrintState.RUNNING, PrintState.PAUSE),
        unseen=run.unseen and status.state not in ACTIVE,
        cancel_seen=run.cancel_seen or is_cancel(status.print_error),
    )


def _prove(step: Step, run: Run) -> None:
    """The printer works on our run: from now on its end can be recognised."""
    since = run.printing_since or step.now
    begun = replace(run, phase=Phase.PRINTING, printing_since=since)
    step.change(run=begun, deferrals=0)
    if run.printing_since is None:
        found(step, begun)
        step.announce(News.PRINT_STARTED, run=begun)


def _is_new(run: Run, state: PrintState | None) -> bool:
    """Tell whether this end is our run's and not still the one before it."""
    return run.printing_since is not None or run.from_state is not state


def _end(step: Step, run: Run) -> None:
    """End the run as the report shows it.

    A stopped print ends in FAILED or in FINISH: either way it was not done (I4). Our stop may
    have come too late, but it may also have interrupted the swap at the very end.
    """
    too_late = is_done(step.status) and run.worked
    if run.cancel_seen or (run.stop_asked and not too_late):
        end_run(step, Outcome.CANCELLED)
    elif step.status.state is not PrintState.FINISH:
        end_run(step, Outcome.FAILED)
    elif is_done(step.status) and (run.worked or _was_done_unseen(step, run)):
        end_run(step, Outcome.FINISHED)
    elif run.phase is not Phase.UNCERTAIN:
        _lose(step, run)


def _was_done_unseen(step: Step, run: Run) -> bool:
    """Tell whether a run that nobody saw print had time for it while out of sight.

    Once a person was asked about the run, only a person answers.
    """
    if not run.unseen or run.phase is Phase.UNCERTAIN:
        return False
    time = step.now - surely_since(step.line, run.printing_since or run.started)
    return time >= shortest(step.line.task_of(run).plate_file.seconds)


def _is_lost(step: Step, run: Run) -> bool:
    """Tell whether the report settles nothing and waiting longer will not either.

    Before the first full report, or after a lost message, nothing is concluded (FM-122).
    """
    if run.phase is Phase.UNCERTAIN or not step.status.complete or step.status.gap:
        return False
    if run.phase is Phase.STARTING:
        # Inside the window nothing is concluded: a name may lag (FM-022, FM-042).
        return step.now - run.started >= START_WINDOW
    return seems_at_rest(step.status) or is_active(step.status)


def _lose(step: Step, run: Run) -> None:
    """What became of the run is not known: ask, and start nothing (I2).

    Unless it was stopped: a stop may end in IDLE too, and then there is nothing to ask.
    """
    coded = not run.unseen and is_cancel(step.status.print_error)
    stopped = run.stop_asked or run.cancel_seen or coded
    if stopped and run.phase is Phase.PRINTING and seems_at_rest(step.status):
        end_run(step, Outcome.CANCELLED)
        return
    step.change(run=replace(run, phase=Phase.UNCERTAIN), plate=OCCUPIED)
    step.announce(News.TASK_UNCERTAIN, run=run)
    step.do(AskFullReport())

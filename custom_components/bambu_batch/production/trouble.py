"""Print errors: which are faults, and that a fault pauses the queue and is announced once."""

from typing import TypeGuard

from ..bambu.codes import ErrorClass, classify
from .context import OnFailure
from .effect import News
from .model import PauseReason
from .step import Step

HARMLESS = frozenset(
    {ErrorClass.NONE, ErrorClass.PHASE, ErrorClass.CANCELLED, ErrorClass.PAUSED}
)
"""Nothing is broken; still, nothing starts while such a code is shown (FM-082)."""
DOUBTFUL = frozenset({ErrorClass.CANCELLED, ErrorClass.PLATE, ErrorClass.POWER_LOSS})
"""Something may lie on the plate, whatever we knew before."""


def is_fault(code: int | None) -> TypeGuard[int]:
    """Tell whether a print error is a fault; None means not known."""
    return code is not None and classify(code) not in HARMLESS


def is_cancel(code: int | None) -> bool:
    """Tell whether a print error only says that somebody stopped the print."""
    return code is not None and classify(code) is ErrorClass.CANCELLED


def leaves_doubt(code: int | None) -> TypeGuard[int]:
    """Tell whether a print error says that the plate may not be clear."""
    return code is not None and classify(code) in DOUBTFUL


def mind_errors(step: Step) -> None:
    """Pause the queue at a new fault; forget it when the printer clears it.

    With `on_failure` next or retry a fault in our own print leaves the queue running: its
    end decides. Nothing starts while a code is shown, whatever the queue does.
    """
    status, line = step.status, step.line
    if not status.complete or status.print_error is None:
        return
    code = status.print_error if is_fault(status.print_error) else 0
    if code == line.reported_error:
        return
    step.change(reported_error=code)
    if not code:
        return
    step.announce(News.PRINT_ERROR, run=line.run, error=code)
    if line.run is None or step.options.on_failure is OnFailure.PAUSE:
        step.pause_queue(PauseReason.PRINT_ERROR)

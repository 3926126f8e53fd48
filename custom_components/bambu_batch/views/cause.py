"""The cause of a wait: why a file is not on the printer, or how a start was refused."""

from ..bambu import codes
from ..production.model import Line, PauseReason, Transfer
from ..text import Texts


def cause_of(line: Line) -> str | None:
    """Return the key of the newest transfer's error, or the printer's code as `XXXX-XXXX`."""
    if line.paused_by is PauseReason.START_REFUSED and line.refusal:
        return codes.printed(line.refusal)
    return next(
        (
            file.cause
            for file in line.remote
            if file.cause is not None and file.state is Transfer.WANTED
        ),
        None,
    )


def was_sent_again(line: Line, code: int) -> bool:
    """Tell whether the code is about a file that was missing, and has been sent again."""
    refused = line.paused_by is PauseReason.START_REFUSED
    return line.run is None and line.refusal == code != 0 and not refused


def with_cause(texts: Texts, reason: str, line: Line) -> str:
    """Return a reason with its cause, if that is known."""
    cause = cause_of(line)
    if cause is None:
        return reason
    if line.paused_by is PauseReason.START_REFUSED and line.refusal:
        cause = f"{cause} {texts.print_error(codes.classify(line.refusal))}"
    else:
        cause = texts.cause(cause)
    return f"{reason} – {cause}"

"""Echoes: how the printer answers a command, on the same topic as its reports."""

from dataclasses import dataclass

from .fields import Object, text, word

GCODE_LINE = "gcode_line"


@dataclass(frozen=True, slots=True)
class Reply:
    """The printer's echo of one command."""

    sequence_id: str | None
    command: str | None
    accepted: bool | None = None
    """True means received, not carried out (FM-142); None where it does not say."""
    error_code: int | None = None
    reason: str | None = None
    category: str = "print"
    param: str | None = None
    subtask_id: str | None = None
    subtask_name: str | None = None
    """The name that a start gives its job."""


def is_echo(body: Object) -> bool:
    """The result is the reliable sign: an A1 mini answers `gcode_line` without a command."""
    return (
        body.get("command", "push_status") != "push_status"
        or "result" in body
        or "reason" in body
        or "err_code" in body
        or "errno" in body
    )


def find(message: Object) -> Reply | None:
    """The echo in a message of any category; one that may move the machine comes first."""
    for category in sorted(message, key=lambda name: name != "print"):
        body = message[category]
        if type(body) is dict and (
            category == "print"
            or "result" in body
            or "err_code" in body
            or category == "info"
        ):
            return _as_reply(category, body)
    return None


def _as_reply(category: str, body: Object) -> Reply:
    result = (text(body.get("result")) or "").casefold()
    error = word(body.get("err_code")) or word(body.get("errno")) or None
    accepted: bool | None = {"success": True, "fail": False}.get(result)
    command, param = text(body.get("command")), text(body.get("param"))
    if command is None and category == "print" and param:
        command = GCODE_LINE  # an A1 mini does not say so (recorded)
    return Reply(
        sequence_id=text(body.get("sequence_id")),
        command=command,
        accepted=False if error else accepted,
        error_code=error,
        reason=text(body.get("reason")),
        category=category,
        param=param,
        subtask_id=text(body.get("subtask_id")),
        subtask_name=text(body.get("subtask_name")),
    )

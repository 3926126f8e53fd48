"""Commands that wait for the printer's echo."""

from dataclasses import dataclass

from .command import Command
from .reply import Reply

_REMEMBERED = 32
"""Commands; an echo that comes later than that no longer counts as ours."""


@dataclass(slots=True)
class _Request:
    name: str
    sent: float
    late: bool = False


class Unanswered:
    """The commands of one session. Times are the event loop's seconds."""

    def __init__(self, patience: float) -> None:
        """`patience`: seconds after which a command counts as unanswered."""
        self._patience = patience
        self._open: dict[str, _Request] = {}

    def sent(self, command: Command, now: float) -> None:
        """Begin to wait."""
        self._open[command.sequence_id] = _Request(command.name, now)
        if len(self._open) > _REMEMBERED:
            del self._open[next(iter(self._open))]

    def answered(self, reply: Reply) -> bool:
        """Take an echo; return whether it is one of ours. Other clients share the topic."""
        request = self._open.get(reply.sequence_id or "")
        if request is None or reply.command not in (request.name, None):
            return False
        del self._open[reply.sequence_id or ""]
        return True

    def overdue(self, now: float) -> list[str]:
        """Names of the commands that became overdue since the last call."""
        late = [
            request
            for request in self._open.values()
            if not request.late and now - request.sent >= self._patience
        ]
        for request in late:
            request.late = True
        return [request.name for request in late]

    def forgive(self) -> None:
        """Count none of the commands so far as unanswered."""
        for request in self._open.values():
            request.late = True

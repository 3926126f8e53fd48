"""One step of the line while it is worked out: the line so far, and its effects."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Concatenate

from .context import Context
from .effect import Announce, Effect, News
from .model import Line, PauseReason, Run


def _takes[**Fields](
    _as: Callable[Concatenate[Line, Fields], Line],
) -> Callable[[Callable[..., None]], Callable[Concatenate[Step, Fields], None]]:
    """Give a method the keywords of another, so that mypy knows their names and types."""
    return lambda method: method


class Step:
    """Collects what one event leads to. Lives only inside one call of `advance`."""

    def __init__(self, line: Line, context: Context, now: datetime) -> None:
        """Begin with the line as it is."""
        self.line = line
        self.context = context
        self.status = context.status
        self.options = context.options
        self.equipment = context.equipment
        self.now = now
        self.effects: list[Effect] = []

    @_takes(Line.__replace__)
    def change(self, **fields: Any) -> None:
        """Set fields of the line; without a difference it stays the same object."""
        if any(getattr(self.line, name) != value for name, value in fields.items()):
            self.line = replace(self.line, **fields)

    def do(self, effect: Effect) -> None:
        """Request an effect; it is carried out after the commit."""
        self.effects.append(effect)

    def announce(
        self,
        news: News,
        *,
        run: Run | None = None,
        error: int = 0,
        pause: PauseReason | None = None,
        waiting_for: str | None = None,
    ) -> None:
        """Announce something to people and automations."""
        self.do(
            Announce(
                news=news, run=run, error=error, pause=pause, waiting_for=waiting_for
            )
        )

    def pause_queue(self, reason: PauseReason) -> None:
        """Pause the queue; a running print continues."""
        if self.line.running:
            self.change(running=False, paused_by=reason)
            self.announce(News.QUEUE_PAUSED, pause=reason)

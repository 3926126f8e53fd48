"""What sensors show of values that tick: Home Assistant's recorder keeps each change for days.

The card gets the exact values (`views/card.py`).
"""

from datetime import datetime, timedelta
from typing import Final

from . import printer

DEGREES: Final = 2
"""°C. A temperature that moves by less, away from its target, is not shown."""
PAUSE: Final = timedelta(seconds=30)
"""Between two temperatures on the way to a target."""
MINUTE: Final = 60
_STEPS: Final = ((5 * MINUTE, 1), (60 * MINUTE, 5 * MINUTE))
"""Steps in seconds of what remains, below so many seconds."""
_LARGEST_STEP: Final = 15 * MINUTE


def seconds_left(seconds: int | None) -> int | None:
    """Return how many seconds remain at least, in steps that shrink towards the end.

    Rounded down: a trigger "below 30 minutes" fires at the same moment as with exact values.
    """
    if seconds is None:
        return None
    step = next((step for below, step in _STEPS if seconds < below), _LARGEST_STEP)
    return seconds - seconds % step


def minutes_left(minutes: int | None) -> int | None:
    """Return how many minutes remain at least, in the same steps."""
    seconds = None if minutes is None else seconds_left(minutes * MINUTE)
    return None if seconds is None else seconds // MINUTE


class Temperature:
    """One temperature as shown: whole degrees, without its noise."""

    def __init__(self) -> None:
        self._shown: int | None = None
        self._since: datetime | None = None

    def show(
        self, degrees: float | None, target: float | None, reported: datetime | None
    ) -> int | None:
        """Return what to show of a report, in °C; `reported` is its time."""
        now = printer.whole(degrees)
        if self._is_due(now, printer.whole(target), reported):
            self._shown, self._since = now, reported
        return self._shown

    def _is_due(
        self, now: int | None, target: int | None, reported: datetime | None
    ) -> bool:
        shown, since = self._shown, self._since
        if now is None or shown is None or since is None or reported is None:
            return True
        if now == target:
            return True
        return abs(now - shown) >= DEGREES and abs(reported - since) >= PAUSE

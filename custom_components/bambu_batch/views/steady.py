"""What sensors show of values that tick: Home Assistant's recorder keeps each change for days.

The card gets the exact values (`views/card.py`).
"""

from datetime import datetime, timedelta
from typing import Final

from . import printer

DEGREES: Final = 2
"""°C. A temperature that moves by less, away from its target, is not shown."""
DECIBELS: Final = 3
"""dBm. A radio signal that moves by less is not shown."""
PAUSE: Final = timedelta(seconds=30)
"""Between two temperatures on the way to a target, and between two signals."""
MINUTE: Final = 60
_STEPS: Final = ((5 * MINUTE, 1), (30 * MINUTE, 5 * MINUTE))
"""Steps in seconds of what remains, below so many seconds."""
_LARGEST_STEP: Final = 15 * MINUTE


class Remaining:
    """How many seconds remain as shown: exact where something begins, and in steps that shrink.

    A step is shown as soon as it is passed: a trigger "below 30 minutes" fires at the same
    moment as with exact values.
    """

    def __init__(self) -> None:
        self._shown: int | None = None
        self._of: object = None

    def show(self, seconds: int | None, of: object) -> int | None:
        """Return what to show; `of` is what they are of: another one is shown at once."""
        if of != self._of or self._is_due(seconds):
            self._shown, self._of = seconds, of
        return self._shown

    def _is_due(self, now: int | None) -> bool:
        shown = self._shown
        if now is None or shown is None:
            return True
        # The printer's minutes tick unevenly, and now and then back by one.
        return _floor(now) < _floor(shown) or now >= shown + 2 * MINUTE


def _floor(seconds: int) -> int:
    """Return the last step that was passed."""
    step = next((step for below, step in _STEPS if seconds < below), _LARGEST_STEP)
    return seconds - seconds % step


class _Wandering:
    """A whole number as shown: without its noise, and not at each step of its way."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._shown: int | None = None
        self._since: datetime | None = None

    def show(
        self, now: int | None, reported: datetime | None, *, at_once: bool = False
    ) -> int | None:
        """Return what to show of a report; `reported` is its time."""
        if at_once or self._is_due(now, reported):
            self._shown, self._since = now, reported
        return self._shown

    def _is_due(self, now: int | None, reported: datetime | None) -> bool:
        shown, since = self._shown, self._since
        if now is None or shown is None or since is None or reported is None:
            return True
        return abs(now - shown) >= self._step and abs(reported - since) >= PAUSE


class Temperature:
    """One temperature as shown: whole degrees, and its target as soon as that is reached."""

    def __init__(self) -> None:
        self._degrees = _Wandering(DEGREES)

    def show(
        self, degrees: float | None, target: float | None, reported: datetime | None
    ) -> int | None:
        """Return what to show of a report, in °C; `reported` is its time."""
        now = printer.whole(degrees)
        return self._degrees.show(now, reported, at_once=now == printer.whole(target))


class Signal:
    """The strength of a radio signal as shown."""

    def __init__(self) -> None:
        self._dbm = _Wandering(DECIBELS)

    def show(self, dbm: int | None, reported: datetime | None) -> int | None:
        """Return what to show of a report, in dBm; `reported` is its time."""
        return self._dbm.show(dbm, reported)

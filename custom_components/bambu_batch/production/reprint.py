"""How often may a job have been printed again out of sight?

If somebody prints it again at the screen, the printer shows the same job with the same end. If
its file swaps the plate, each time has used up plates of the changer.
"""

from datetime import timedelta

from .model import BuildPlate

LEAST_TIME = timedelta(minutes=5)
"""No print is shorter: an A1 needs as long up to its first layer (recorded)."""
FASTEST = 2
"""How many times as fast as predicted a print may be at most: the speed modes end at 166 %."""
NOBODY_KNOWS = timedelta.max
"""Time out of sight that no clock can measure."""


def shortest(seconds: int | None) -> timedelta:
    """Return the least time for a print of this predicted duration."""
    if seconds is None:
        return LEAST_TIME
    return max(LEAST_TIME, timedelta(seconds=seconds) / FASTEST)


def most_used(plate: BuildPlate, unseen: timedelta) -> int:
    """Return how many plates of the changer this plate's job may have used up since."""
    if not plate.swapped:
        return 0
    return plate.plates * (unseen // shortest(plate.seconds))

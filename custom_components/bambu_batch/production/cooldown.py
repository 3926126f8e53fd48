"""How long the finished plate has to cool before the next one starts."""

from datetime import datetime, timedelta

from ..bambu.status import PrinterStatus
from .clock import surely_since
from .context import Options
from .model import Line

ALMOST_OVER = timedelta(seconds=30)
ALMOST_COOL = 3.0
"""°C above the limit: most beds need a minute or more for the rest."""


def cooldown_end(line: Line, options: Options) -> datetime | None:
    """Return when the cooldown after the last plate ends; None before the first plate.

    After a reboot only the time since then is known to have passed (FM-161).
    """
    if line.cooldown_from is None:
        return None
    seconds = line.cooldown_seconds
    return surely_since(line, line.cooldown_from) + timedelta(
        seconds=options.cooldown_seconds if seconds is None else seconds
    )


def bed_is_hot(status: PrinterStatus, options: Options) -> bool:
    """Tell whether the bed is not yet known to be cool enough (FM-151)."""
    limit = options.cooldown_bed_temperature
    if limit is None:
        return False
    return status.bed_temperature is None or status.bed_temperature > limit


def is_almost_over(
    line: Line, status: PrinterStatus, options: Options, now: datetime
) -> bool:
    """Tell whether the plate has cooled, or soon will have."""
    end, limit = cooldown_end(line, options), options.cooldown_bed_temperature
    if end is not None and now < end - ALMOST_OVER:
        return False
    bed = status.bed_temperature
    return limit is None or (bed is not None and bed <= limit + ALMOST_COOL)


def bed_timeout(line: Line, options: Options) -> datetime | None:
    """Return when the line stops waiting for the bed."""
    if line.bed_hot_since is None:
        return None
    return line.bed_hot_since + timedelta(minutes=options.cooldown_timeout_minutes)

"""How long the finished plate has to cool before the next one starts."""

from datetime import datetime, timedelta

from ..bambu.status import PrinterStatus
from .clock import surely_since
from .context import Options
from .model import Line


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


def bed_timeout(line: Line, options: Options) -> datetime | None:
    """Return when the line stops waiting for the bed."""
    if line.bed_hot_since is None:
        return None
    return line.bed_hot_since + timedelta(minutes=options.cooldown_timeout_minutes)

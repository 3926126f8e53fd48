"""Health entries (HMS) that stand for their own reasons, whatever the printer does."""

import time
from typing import Final

from .faults import Fault, Faults

type Entry = dict[str, int]

ASKEW: Final = "0300-0D00-0002-0003"
"""Stood in FINISH on a recorded A1."""
CLEARED_AFTER: Final = 51
"""Simulated seconds into the next print at which that A1 took it back."""
_THIRD_PARTY_AMS: Final = "0500-0400-0001-0044"


def entry(code: str) -> Entry:
    """Return the entry as a report has it. Raises `ValueError`."""
    digits = code.strip().replace("-", "")
    return {
        "attr": int(digits[:8], 16),
        "code": int(digits[8:], 16),
        "action": 0,
        "timestamp": int(time.time()),
    }


def standing(faults: Faults) -> list[Entry]:
    """Return what stands by `standing_hms`."""
    active = faults.strike(Fault.STANDING_HMS)
    if active is None:
        return []
    return [entry(code) for code in str(active.value or _THIRD_PARTY_AMS).split(",")]

"""Health entries (HMS) that stand for their own reasons, whatever the printer does."""

import time
from typing import Final

from .faults import Fault, Faults

type Entry = dict[str, int]

ASKEW: Final = "0300-0D00-0002-0003"
"""Stood in FINISH on a recorded A1."""
CLEARED_AFTER: Final = 51
"""Simulated seconds into the next print at which that A1 removed it."""
_HARMLESS: Final = frozenset(
    {"0500-0500-0001-0007", "0C00-0100-0001-0004", "0500-0300-0001-000A"}
)
"""Printers were logged in RUNNING with these, for weeks (FM-156)."""
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


def blocks(entry: Entry) -> bool:
    """Tell whether an entry forbids a start until somebody accepts it."""
    return entry["code"] >> 16 not in (3, 4) and code_of(entry) not in _HARMLESS


def code_of(entry: Entry) -> str:
    """Return the entry as people write it."""
    digits = f"{entry['attr']:08X}{entry['code']:08X}"
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))


class Consent:
    """Which standing entries a person has accepted, for the judge of starts."""

    def __init__(self) -> None:
        """Nothing is accepted yet."""
        self._accepted: set[str] = set()
        self._remembered: set[str] = set()
        self._stood: set[str] = set()

    @property
    def words(self) -> tuple[frozenset[str], frozenset[str]]:
        """What is accepted, and what for good; a client that lost its acceptance sets it back."""
        return frozenset(self._accepted), frozenset(self._remembered)

    @words.setter
    def words(self, words: tuple[frozenset[str], frozenset[str]]) -> None:
        self._accepted, self._remembered = map(set, words)

    def forbidding(self, entries: list[Entry]) -> list[str]:
        """Return the codes that forbid a start and are not accepted."""
        accepted = self._accepted | self._remembered
        return [
            code_of(entry)
            for entry in entries
            if blocks(entry) and code_of(entry) not in accepted
        ]

    def give(self, entries: list[Entry], *, remember: bool | None) -> None:
        """Accept what stands. By default only what concerns no motion is remembered."""
        codes = {code_of(entry) for entry in entries if blocks(entry)}
        self._accepted |= codes
        if remember is None:
            self._remembered |= {code for code in codes if _moves_nothing(code)}
        elif remember:
            self._remembered |= codes

    def update(self, reported: object) -> None:
        """Forget what is no longer reported: when it comes back, it must be accepted again."""
        if isinstance(reported, list):
            codes = {code_of(entry) for entry in reported}
            self._accepted &= codes
            self._stood &= codes

    def begin(self, entries: list[Entry]) -> None:
        """Note what stands before a print."""
        self._stood = {code_of(entry) for entry in entries}

    def finish(self) -> None:
        """Accept what stood before a print, all through it, and is still there."""
        self._accepted |= self._stood


def _moves_nothing(code: str) -> bool:
    """Mainboard (its other boards left out), the AMS, and the cameras themselves."""
    camera = code.startswith(("0C00-0100", "0C00-0200"))
    still = code[:2] in ("05", "07", "12", "18") and not code.startswith("0500-0300")
    return camera or still

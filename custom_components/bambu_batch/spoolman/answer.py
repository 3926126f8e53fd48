"""JSON of somebody else's: what comes is bounded in bytes and in depth."""

import json
import math
from typing import Any, Final

from ..plain_text import seen

LARGEST: Final = 8 << 20
"""Bytes of one answer: a spool has some 1,500."""
LONGEST_TEXT: Final = 100


def parse(text: str | bytes) -> Any:
    """Return what JSON says. Raises ValueError, also for what nests too deep or is no number of JSON's."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None


def text(value: Any) -> str | None:
    """Return a text that can be shown, None for what is none. A list or a number is no name."""
    if not isinstance(value, str):
        return None
    shown = seen(value, " ")
    return " ".join(shown.split())[:LONGEST_TEXT] or None


def number(value: Any) -> float:
    """Return a number that can be counted with. Raises TypeError, ValueError, OverflowError."""
    found = float(value)
    if not math.isfinite(found):
        raise ValueError("not a finite number")
    return found


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")

"""Somebody else's JSON, bounded in bytes and in depth."""

import json
import math
from typing import Any, Final

from ..plain_text import seen

LARGEST: Final = 8 << 20
"""Bytes of one answer: a spool has some 1,500."""
LONGEST_TEXT: Final = 100


def parse(text: str | bytes) -> Any:
    """Return the value of a JSON text. Raises ValueError, also where it nests too deep, or for NaN."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None


def text(value: Any) -> str | None:
    """Return a text that can be shown, None for anything else: a list or a number is not a name."""
    if not isinstance(value, str):
        return None
    shown = seen(value, " ")
    return " ".join(shown.split())[:LONGEST_TEXT] or None


def number(value: Any) -> float:
    """Return a finite number. Raises TypeError, ValueError, OverflowError."""
    found = float(value)
    if not math.isfinite(found):
        raise ValueError("not a finite number")
    return found


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")

"""Values from untrusted files: sane, or None for unknown."""

from math import isfinite
import re
from typing import Final

from ..plain_text import seen

_COLOUR: Final = re.compile(r"#?([0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?)")
_DURATION: Final = re.compile(r"(?:(\d+)d)? *(?:(\d+)h)? *(?:(\d+)m)? *(?:(\d+)s)?")
_LONGEST_TEXT: Final = 200

MAX_SECONDS: Final = 60 * 24 * 3600
MAX_GRAMS: Final = 50_000.0


def number(value: object, low: float, high: float) -> float | None:
    """Return a number in [low, high]. Some systems write a decimal comma."""
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = float(value.strip().replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if low <= value <= high and isfinite(value) else None


def whole(value: object, low: int, high: int) -> int | None:
    """Return a whole number in [low, high]."""
    found = number(value, low, high)
    return int(found) if found is not None and found.is_integer() else None


def text(value: object) -> str | None:
    """Return printable text of reasonable length, None if nothing is left."""
    if not isinstance(value, str):
        return None
    kept = seen(value[: 4 * _LONGEST_TEXT], "").strip()
    return kept[:_LONGEST_TEXT].rstrip() or None


def colour(value: object) -> str | None:
    """Return RRGGBB or RRGGBBAA in upper case."""
    found = _COLOUR.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1].upper() if found else None


def duration(value: str) -> int | None:
    """Return the seconds of "1d 2h 3m 4s"."""
    found = _DURATION.fullmatch(value.strip()[:40])
    if not found or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return total if 0 < total <= MAX_SECONDS else None


def nozzle(value: object) -> float | None:
    """Return the diameter in mm of "0.4" or "0.4,0.4"; None where the nozzles differ."""
    if not isinstance(value, str):
        found = number(value, 0.1, 2.0)
        return round(found, 2) if found is not None else None
    parts = re.split(r"[,; ]+", value.strip()[:100])
    if "." not in value and len(parts) % 2 == 0:
        # "0,4" or "0,4,0,4": decimal commas
        parts = [".".join(pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
    found_parts = {number(part, 0.1, 2.0) for part in parts}
    first = found_parts.pop()
    return round(first, 2) if first is not None and not found_parts else None

"""Raw values of a report as Python values: numbers and numeric strings are mixed across firmware.

Every function is total: it takes anything JSON can hold and gives None for what it cannot read (FM-080).
"""

from html import unescape
from math import isfinite

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None
type Object = dict[str, Json]

_LONGEST_NUMBER = 32
_LARGEST_INTEGER = 1 << 53
"""No printer sends a larger one on purpose, and not every reader could handle it."""
_EXACT_DIGITS = 16
"""A number with fewer digits is never larger."""


def integer(value: object) -> int | None:
    """A whole number from 12, 12.0, "12" or "12.0"; a truth value is not a number."""
    if type(value) is int:
        result: float | None = value
    elif type(value) is str and len(value) < _EXACT_DIGITS and value.isdecimal():
        return int(value)
    else:
        result = number(value)
    if result is None or not -_LARGEST_INTEGER <= result <= _LARGEST_INTEGER:
        return None
    return int(result)


def number(value: object) -> float | None:
    """A finite number from 12, 12.5 or "12.5"."""
    if type(value) is float:
        return value if isfinite(value) else None
    if type(value) is not int:
        if type(value) is not str or len(value) > _LONGEST_NUMBER or "_" in value:
            return None
    try:
        result = float(value)
    except ValueError, OverflowError:
        return None
    return result if isfinite(result) else None


def bits(value: object) -> int | None:
    """A bit field, either a number or a string of hex digits: "f", "2000000", "100d122002fbd"."""
    if type(value) is int:
        return value if value >= 0 else None
    if type(value) is not str or len(value) > _LONGEST_NUMBER or not value.isalnum():
        return None
    try:
        return int(value, 16)
    except ValueError:
        return None


def word(value: object) -> int | None:
    """A 32-bit word: some firmware sends it signed."""
    result = integer(value)
    return (
        None
        if result is None or not -(1 << 31) <= result < 1 << 32
        else result & 0xFFFF_FFFF
    )


def flag(value: object) -> bool | None:
    """A truth value; only a real one counts."""
    return value if type(value) is bool else None


def text(value: object) -> str | None:
    """A text; ids come as numbers too, names with HTML entities or torn characters."""
    if type(value) is int:
        return str(value) if abs(value) < 1 << 64 else None
    if type(value) is not str:
        return None
    if "&" in value:
        value = unescape(value)
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode(errors="replace").decode()
    return value


def filled(value: object) -> str | None:
    """A text that says something: None for "" and for ids of zeros only."""
    result = text(value)
    return result if result and result.strip("0") else None


def inner(value: object, *path: str) -> object:
    """What lies at a path of keys inside nested objects, None where the path breaks."""
    for key in path:
        if type(value) is not dict:
            return None
        value = value.get(key)
    return value


def items(value: object) -> list[Json]:
    """A list, empty where there is none."""
    return value if type(value) is list else []


def active_extruder(device: object) -> Json:
    """The entry of the active extruder: `state` bits 4-7 say which [Bambu Studio]."""
    active = (integer(inner(device, "extruder", "state")) or 0) >> 4 & 0xF
    for extruder in items(inner(device, "extruder", "info")):
        if integer(inner(extruder, "id")) == active:
            return extruder
    return None

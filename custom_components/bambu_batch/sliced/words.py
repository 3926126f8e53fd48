"""How a line of G-code is split into words, the same way whatever tool wrote it.

Without spaces (`G0Y182F10000`), with zeros (`G00`), line numbers and checksums (`N2 G0 X1*71`),
in lower case, with comments in brackets (FM-172). No firmware knows exponents, and
some read them as an E word: such a number counts as unread. Only ASCII digits are digits.

Single lines are read by `command`. For hundreds of megabytes the same rules exist as pieces
of a pattern, to be joined: `LINE` or `line`, then letters and numbers, then `END`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
import re
from typing import Final

from .garbled import is_garbled

_BEFORE: Final = rb"[ \t]*+(?:(?:[Nn]\d++|\([^)\n]*+\))[ \t]*+)*+"
LINE: Final = rb"\n" + _BEFORE
"""From the line break before it to where a command begins."""
END: Final = rb"(?![\d.])"
"""Behind a command's number: G1 is neither G10 nor G1.1."""
MOVE: Final = rb"[Gg](?:0*+[1-3]|0++)" + END
PUSH: Final = (
    MOVE + rb"[^;\n(Ee]*+(?:\([^)\n]*+\)?[^;\n(Ee]*+)*+"
    rb"(?:(?<=[\d.])(?=e|E\+|E-?0\d)|[Ee][ \t]*+)([-+.\deE]++|[{\[\x80-\xff])"
)
"""A move with an E; the group is its number, with an "e" in it where it has an exponent, or the
bracket of a template that was left unresolved, or the first byte that is not ASCII."""


def line(first: bytes) -> bytes:
    """Return `LINE` for what begins with one of some bytes; any other line costs one look."""
    return rb"\n(?=[" + first + rb" \tNn(])" + _BEFORE


_COMMENT: Final = re.compile(r"\([^)]*\)?|[;*].*", re.DOTALL)
_TEMPLATE: Final = re.compile(r"\{[^}]*\}?|\[[^\]]*\]?")
_COMMAND: Final = re.compile(
    r"\s*(?:[Nn][0-9]+\s*)?([A-Za-z])\s*0*([0-9]+(?:\.[0-9]+)?)(?![0-9.])"
)
_WORD: Final = re.compile(
    r"([A-Za-z])[ \t]*((?:[-+.0-9?]|(?<=[0-9.])(?:e|E(?=\+|-?0[0-9])))*)"
)
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_LONGEST: Final = 1000
_TEMPLATED: Final = "?"


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its words."""

    code: str
    """Letter and number, e.g. "G1", "M622.1"."""
    words: Mapping[str, float | None] = field(default_factory=dict)
    """Value by letter; None: the letter stands alone, or its value cannot be read."""
    unread: frozenset[str] = frozenset()
    """Letters with a value that no rule reads, an exponent for example. A template that some
    tool left unresolved (`Y{max_y}`) is no value at all."""
    garbled: bool = False
    """Anything but one command with its words: firmwares read it differently."""


def command(line: str) -> Command | None:
    """Return the command in a line, None for a comment, an empty line or any other text."""
    bare = _TEMPLATE.sub(_TEMPLATED, _COMMENT.sub(" ", line[:_LONGEST]))
    start = _COMMAND.match(bare)
    if start is None:
        return None
    words: dict[str, float | None] = {}
    unread: set[str] = set()
    for letter, value in _WORD.findall(bare[start.end() :]):
        number = float(value) if _NUMBER.fullmatch(value) else None
        words[letter.upper()] = number if number is None or isfinite(number) else None
        if number is None and value and _TEMPLATED not in value:
            unread.add(letter.upper())
    code = start[1].upper() + start[2]
    garbled = is_garbled(code, line[:_LONGEST], bare[start.end() :])
    return Command(code, words, frozenset(unread), garbled)

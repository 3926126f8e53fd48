"""What pushes filament in a piece of G-code, and what changes how that counts.

Nearly every line is a plain move, such as `G1 X1.5 Y2 E.03`: NumPy reads all of them at once. A line
in any other spelling goes through the patterns of `words`; both ways read the same numbers.
"""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .words import END, LINE, PUSH

type Moves = NDArray[np.float64]
"""E of each move that has one, in their order; NaN: it cannot be read."""
type Events = list[tuple[int, re.Match[bytes]]]
"""Orders that change how moves count, each with the number of moves before it."""
type _Bytes = NDArray[np.uint8]
type _Places = NDArray[np.intp]
type _Flags = NDArray[np.bool]

_COUNTS: Final = re.compile(
    LINE + rb"(?:"
    rb"[Tt](?P<tool>\d{1,6})(?=[ \t\r\n;*(]|$)"
    rb"|[Mm]0*+(?P<order>8[23]|62[23])"
    + END
    + rb"|[Gg](?P<frame>9[01])"
    + END
    + rb"|[Gg]92"
    + END
    + rb"(?P<position>[^;\n(]*)"
    rb"|;[ ]?(?:(?P<next>CHANGE_LAYER)|layer num/total_layer_count: *(?P<layer>\d{1,9}))"
    rb"|[Mm]73[ \t]*+[Ll](?P<progress>\d{1,9})"
    rb"|" + PUSH + rb")"
)
"""An event, which has a name, or a move that pushes."""

_WIDTH: Final = 12
"""Bytes of a number and what ends it; a longer one is not plain."""
_PLACES: Final = 10.0 ** np.arange(_WIDTH - 1, -1, -1)


def _any_of(values: bytes) -> _Flags:
    """Return a table that tells for each byte whether it is one of these."""
    table = np.zeros(256, np.bool)
    table[list(values)] = True
    return table


_COMMAND: Final = _any_of(b"GgTtMmNn( \t")
_M: Final = _any_of(b"0678")
"""What follows the M of an event."""
_LAYER: Final = _any_of(b"Cl")
"""What begins a comment that is an event."""
_BEHIND: Final = _any_of(b"\n\r ")
"""What may stand behind a plain number."""


def read(text: bytes) -> tuple[Moves, Events]:
    """Read whole lines of G-code, each with the line break before it."""
    codes = np.frombuffer(text + b"\n" * (_WIDTH + 1), np.uint8)
    marks = _found(codes[: len(text) + 1], b"\nEe;(")
    kinds = codes[marks]
    breaks = np.flatnonzero(kinds[:-1] == ord("\n"))
    lines, next_kind = marks[breaks], kinds[breaks + 1]
    # G0 to G3
    done = (
        (codes[lines + 1] == ord("G"))
        & (codes[lines + 2] & 0xFC == ord("0"))
        & (codes[lines + 3] == ord(" "))
    )
    pushing = np.flatnonzero(done & (next_kind == ord("E")))
    moves, plain = _numbers(codes, marks[breaks[pushing] + 1])
    done &= (next_kind == ord("\n")) | (next_kind == ord(";"))
    done[pushing[plain]] = True
    others = lines[~done]
    others = others[_may_count(codes, others)]
    before = np.searchsorted(lines[pushing[plain]], others)
    return _with_others(text, moves[plain], others.tolist(), before.tolist())


def _found(codes: _Bytes, values: bytes) -> _Places:
    """Return where one of some bytes stands."""
    found = codes == values[0]
    for value in values[1:]:
        found |= codes == value
    return np.flatnonzero(found)


def _numbers(codes: _Bytes, letters: _Places) -> tuple[Moves, _Flags]:
    """Return the numbers behind some letters, and which of them are plain.

    As `float` has them: digits and a power of ten below 2^53 are exact, and so is their quotient.
    """
    # a window is one value to NumPy: it is copied whole
    windows = np.ndarray(len(codes) - _WIDTH + 1, f"V{_WIDTH}", codes, strides=1)
    text = windows[letters + 1].view(np.uint8).reshape(-1, _WIDTH)
    negative = text[:, 0] == ord("-")
    digits = text - ord("0")
    is_digit = digits < 10
    is_point = text == ord(".")
    inside = is_digit | is_point
    inside[:, 0] |= negative
    end = inside.argmin(axis=1)
    point = (is_point | ~inside).argmax(axis=1)
    digits *= is_digit
    last, unit = 10 * _PLACES[end], _PLACES[point]
    # every digit at its own place of twelve, and the point a 0 among them
    spread = np.floor((digits @ _PLACES) / last) * last
    points = np.floor((is_point @ _PLACES) / last) * last
    before = np.floor(spread / (10 * unit))
    # without that 0
    numbers = (spread - 9 * unit * before) / unit
    numbers[negative] *= -1

    pointed = point < end
    plain = (
        (end - negative - pointed > 0)
        & (points == unit * pointed)
        & _BEHIND[codes[letters + 1 + end]]
        & (codes[letters - 1] == ord(" "))
    )
    return numbers, plain


def _may_count(codes: _Bytes, lines: _Places) -> _Flags:
    """Tell which of some lines may be events or moves, by their first bytes."""
    first, second, third = (codes[lines + place] for place in (1, 2, 3))
    command = _COMMAND[first] & ((first != ord("M")) | _M[second])
    layer = _LAYER[second] | ((second == ord(" ")) & _LAYER[third])
    found: _Flags = command | ((first == ord(";")) & layer)
    return found


def _with_others(
    text: bytes, moves: Moves, lines: list[int], before: list[int]
) -> tuple[Moves, Events]:
    """Add what is in some other lines; `before`: the plain moves before each of them."""
    events: Events = []
    places: list[int] = []
    numbers: list[float] = []
    for line, done in zip(lines, before, strict=True):
        found = _COUNTS.match(text, line)
        if found is None:
            continue
        if found.lastgroup is None:
            places.append(done)
            numbers.append(_number(found[found.lastindex or 0]))
        else:
            events.append((done + len(places), found))
    return (np.insert(moves, places, numbers) if places else moves), events


def _number(text: bytes) -> float:
    if b"e" in text.lower():
        return np.nan  # firmwares read it differently
    try:
        return float(text)
    except ValueError:
        return np.nan

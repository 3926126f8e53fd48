"""Which way the machine goes at the end of a G-code: what a plate change looks like to the bed.

Moves inside M622 … M623 are left out: whether they happen depends on flags that only the
printer knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
import re
from typing import Final

STROKE: Final = 60.0
"""mm; shorter travel in Y neither changes a plate nor pushes a part off."""

_WORD: Final = re.compile(r"([XYZE])([-+]?(?:\d+\.?\d*|\.\d+))")
_MOVES: Final = frozenset({"G0", "G1", "G2", "G3"})
_LONGEST_LINE: Final = 1000


@dataclass(slots=True)
class Motion:
    """The moves of a stretch of G-code. A position is None until a move has set it."""

    strokes: int = 0
    """Straight travels in Y of at least `STROKE`, each in the other direction than the last."""
    lowest_y: float | None = None
    highest_y: float | None = None
    lowest_z: float | None = None
    waits_for_bed: bool = False
    """M190"""
    homes: bool = False
    """G28"""
    forces: bool = False
    """G380, a move until something is in the way."""
    _y: float | None = None
    _z: float | None = None
    _turned_at: float | None = field(default=None, repr=False)
    _absolute: bool = True
    _conditional: int = 0

    def follow(self, lines: Iterable[str]) -> None:
        """Carry out the lines."""
        for line in lines:
            code = line[:_LONGEST_LINE].partition(";")[0].split()
            if code:
                self._execute(code[0].upper(), code[1:])
        self._end_stroke()

    def onward(self) -> Motion:
        """Return the motion that begins where this one ends."""
        return Motion(
            _y=self._y,
            _z=self._z,
            _turned_at=self._y,
            _absolute=self._absolute,
            _conditional=self._conditional,
        )

    def _execute(self, command: str, words: list[str]) -> None:
        match command:
            case "M622":
                self._conditional += 1
            case "M623":
                self._conditional = max(self._conditional - 1, 0)
            case _ if self._conditional:
                pass
            case "G90" | "G91":
                self._absolute = command == "G90"
            case "G92":
                self._lose(words)
            case "M190":
                self.waits_for_bed = True
            case "G28":
                self.homes = True
                self._lose(words)
            case "G380":
                self.forces = True
                self._move(words)
            case _ if command in _MOVES:
                self._move(words)

    def _move(self, words: list[str]) -> None:
        axes = axis_values(words)
        if (z := self._target(self._z, axes.get("Z"))) is not None:
            self._z = z
            self.lowest_z = z if self.lowest_z is None else min(self.lowest_z, z)
        if (y := self._target(self._y, axes.get("Y"))) is not None:
            self._travel(y)
            self.lowest_y = y if self.lowest_y is None else min(self.lowest_y, y)
            self.highest_y = y if self.highest_y is None else max(self.highest_y, y)

    def _target(self, at: float | None, value: float | None) -> float | None:
        if value is None or self._absolute:
            return value
        return at + value if at is not None else None

    def _travel(self, y: float) -> None:
        if self._y is None or self._turned_at is None:
            self._turned_at = y
        elif (y - self._y) * (self._y - self._turned_at) < 0:
            self._end_stroke()
        self._y = y

    def _end_stroke(self) -> None:
        if self._y is not None and self._turned_at is not None:
            self.strokes += abs(self._y - self._turned_at) >= STROKE
            self._turned_at = self._y

    def _lose(self, words: list[str]) -> None:
        """Forget where these axes are: homing and G92 move the scale, not only the machine."""
        axes = {word[0].upper() for word in words} & set("XYZE") or set("XYZ")
        if "Y" in axes:
            self._end_stroke()
            self._y = self._turned_at = None
        if "Z" in axes:
            self._z = None


def axis_values(words: Iterable[str]) -> dict[str, float]:
    """Return the X, Y, Z and E of a move; templates that a tool left unresolved are none."""
    found = (_WORD.fullmatch(word.upper()) for word in words)
    return {word[1]: float(word[2]) for word in found if word}

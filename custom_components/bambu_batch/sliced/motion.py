"""How the machine moves at the end of a G-code, and which moves take a plate or a part away.

A bed that strokes proves nothing: a changer that only loads drives it through as many strokes
as one that swaps (FM-180). Each `Clearing` is a move that loading lacks; `changers` says where
each was found. Moves inside M622 … M623 are left out: whether they happen depends on flags that
only the printer knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from .garbled import MOVES
from .words import Command, command

STROKE: Final = 60.0
"""mm; shorter travel in Y neither changes a plate nor pushes a part off."""

_ENDS: Final = frozenset({"M2", "M30", "M112", "M524"})
_SCALES: Final = frozenset(
    {"G20", "G51", "G53", "G54", "G55", "G56", "G57", "G58", "G59", "G68", "M428"}
)
"""Inches, another origin, a scaled or turned frame: what follows leads elsewhere."""
_SHIFTS: Final = frozenset({"G52", "G92", "M92", "M206", "M218", "M290", "M851"})
"""The same, where they name an axis."""
_SEARCHES: Final = frozenset({"G27", "G29", "G30", "G33", "G34", "G61"})
"""Go to places that the G-code does not name."""
_PULLED_FROM: Final = 185.0
_PULLED_TO: Final = 181.0
_ROPE: Final = ((186.0, 190.0), (168.0, 172.0))
"""Where in X the rope is pulled, first and second time."""
_LIFT: Final = 5.0
_LIFTED_TO: Final = 185.0
_UNDER_LIFT: Final = 180.0
"""How far in front the A1 mini's bed stands when its plate is lifted: Y, mm."""
_AT_HOOK: Final = 260.0
"""How far in front the A1's bed stands when its plate is hooked: Y, mm."""
_HOOKED: Final = 5.0
_BACK: Final = 50.0
"""With the bed at this Y or less again, the plate has been left behind."""
_AGAIN: Final = 180.0
"""With the bed at this Y or more again, it pushes the old plate out and fetches the next."""
_SWEEP: Final = (150.0, 10.0)
"""From Y at least to Y at most: over the whole plate."""


class Clearing(StrEnum):
    """A motion that takes the plate off the bed, or the parts off the plate."""

    ROPE = "rope"
    """Head pulls Z 186 → 180 at X 188, and once more at X 170: the ejector is released."""
    LIFT = "lift"
    """Z rises to 185 or more with the bed in front, then the bed goes back under the plate, and
    once more to the front and back."""
    HOOK = "hook"
    """Z moves with the bed all the way in front, then the bed goes back without the plate, and
    once more to the front and back."""
    SWEEP = "sweep"
    """From behind the plate to its front edge, lower than the top of the print."""


@dataclass(slots=True)
class Motion:
    """The moves of a stretch of G-code. A position is None until a move has set it."""

    height: float | None = None
    """Of the print, mm."""
    strokes: int = 0
    """Straight travels in Y of at least `STROKE`, each in the other direction than the last."""
    clearings: set[Clearing] = field(default_factory=set)
    lowest_y: float | None = None
    highest_y: float | None = None
    lowest_z: float | None = None
    waits_for_bed: bool = False
    """M190"""
    homes: bool = False
    """G28"""
    forces: bool = False
    """G380, a move until something is in the way."""
    unread: bool = False
    """A line that nobody can read, inches or a shifted origin: where a move leads is unknown."""
    _x: float | None = None
    _y: float | None = None
    _z: float | None = None
    _turned_at: float | None = field(default=None, repr=False)
    _stroke_top: float | None = field(default=None, repr=False)
    """Highest Z of the stroke that is going on, None where any of it is unknown."""
    _pulls: int = 0
    _caught: set[Clearing] = field(default_factory=set)
    """What holds the plate; it is off the bed once the bed has gone back."""
    _off: set[Clearing] = field(default_factory=set)
    """What took the plate off; the bed has not come to the front again."""
    _fetches: set[Clearing] = field(default_factory=set)
    """The same, with the bed in front again; the change is complete once it has gone back."""
    _absolute: bool = True
    _conditional: int = 0
    _over: bool = False
    """The program has ended (M2, M30, M112): what follows is never carried out."""

    def follow(self, lines: Iterable[str]) -> None:
        """Carry out the lines."""
        for line in lines:
            # some firmwares end a line there: a command may follow a comment
            self.unread |= "\r" in line.strip()
            if found := command(line):
                self._execute(found)
        self._end_stroke()

    def onward(self) -> Motion:
        """Return the motion that begins where this one ends."""
        return Motion(
            height=self.height,
            _x=self._x,
            _y=self._y,
            _z=self._z,
            _turned_at=self._y,
            _stroke_top=self._z,
            _absolute=self._absolute,
            _conditional=self._conditional,
            _over=self._over,
        )

    def _execute(self, order: Command) -> None:
        match order.code:
            case _ if self._over:
                pass
            case _ if order.garbled:
                self.unread = True
            case "M622":
                self._conditional += 1
            case "M623":
                self._conditional = max(self._conditional - 1, 0)
            case _ if self._conditional:
                pass
            case "G90" | "G91":
                self._absolute = order.code == "G90"
            case code if code in _ENDS:
                self._over = True
            case _ if _shifts(order):
                self.unread = True
            case "M190":
                self.waits_for_bed = True
            case "G28":
                self.homes = True
                self._lose(order)
            case code if code in _SEARCHES or code.startswith("G38."):
                self._lose(Command(code))
            case code if code in MOVES:
                self.forces |= code == "G380"
                self._move(order)

    def _move(self, order: Command) -> None:
        self.unread |= not order.unread.isdisjoint("XYZ")
        z_before = self._z
        self._x = self._target(order, "X", self._x)
        y = self._target(order, "Y", self._y)
        self._z = self._target(order, "Z", self._z)
        if self._z is not None and "Z" in order.words:
            self.lowest_z = (
                self._z if self.lowest_z is None else min(self._z, self.lowest_z)
            )
        if "Y" in order.words:
            self._travel(y)
        if self._y == self._turned_at:
            self._stroke_top = self._z
        else:
            self._rise(z_before if "Y" in order.words else self._z)
            self._rise(self._z)
        if "Z" in order.words:
            self._work(z_before, order.words["Z"])

    def _target(self, order: Command, axis: str, at: float | None) -> float | None:
        if axis not in order.words:
            return at
        value = order.words[axis]
        if value is None or self._absolute:
            return value
        return at + value if at is not None else None

    def _travel(self, y: float | None) -> None:
        if y is None:
            self._end_stroke()
            self._y = self._turned_at = None
            return
        if self._y is None or self._turned_at is None:
            self._turned_at = y
            self._stroke_top = self._z
        elif (y - self._y) * (self._y - self._turned_at) < 0:
            self._end_stroke()
        self._y = y
        self.lowest_y = y if self.lowest_y is None else min(self.lowest_y, y)
        self.highest_y = y if self.highest_y is None else max(self.highest_y, y)
        if y <= _BACK:
            self.clearings |= self._fetches
            self._off |= self._caught
            self._fetches.clear()
            self._caught.clear()
        elif y >= _AGAIN:
            self._fetches |= self._off
            self._off.clear()

    def _rise(self, z: float | None) -> None:
        top = self._stroke_top
        self._stroke_top = None if z is None or top is None else max(top, z)

    def _end_stroke(self) -> None:
        if self._y is not None and self._turned_at is not None:
            self.strokes += abs(self._y - self._turned_at) >= STROKE
            behind, front = _SWEEP
            if self._turned_at >= behind and self._y <= front and self._is_low():
                self.clearings.add(Clearing.SWEEP)
            self._turned_at = self._y
        self._stroke_top = self._z

    def _is_low(self) -> bool:
        top, height = self._stroke_top, self.height
        return top is not None and height is not None and top < height

    def _work(self, before: float | None, said: float | None) -> None:
        """Note what a move in Z does to the plate where the bed and the head stand."""
        if said is None:
            return
        if self._absolute:
            way = said - before if before is not None else None
        else:
            way = said
        self._pull(before)
        if self._y is None or way is None:
            return
        if self._y >= _AT_HOOK and abs(way) >= _HOOKED:
            self._caught.add(Clearing.HOOK)
        if (
            _UNDER_LIFT <= self._y < _AT_HOOK
            and way >= _LIFT
            and self._z is not None
            and self._z >= _LIFTED_TO
        ):
            self._caught.add(Clearing.LIFT)

    def _pull(self, before: float | None) -> None:
        if before is None or self._z is None or self._x is None or self._pulls == 2:
            return
        left, right = _ROPE[self._pulls]
        if (
            before >= _PULLED_FROM
            and self._z <= _PULLED_TO
            and left <= self._x <= right
        ):
            self._pulls += 1
            if self._pulls == len(_ROPE):
                self.clearings.add(Clearing.ROPE)

    def _lose(self, order: Command) -> None:
        """Forget where these axes are."""
        axes = set(order.words) & set("XYZE") or set("XYZ")
        if "X" in axes:
            self._x = None
        if "Y" in axes:
            self._end_stroke()
            self._y = self._turned_at = None
        if "Z" in axes:
            self._z = self._stroke_top = None


def _shifts(order: Command) -> bool:
    """Tell whether numbers mean other places from here on."""
    named = order.words.keys()
    match order.code:
        case "G10":
            return "L" in named  # L2 and L20; without an L it retracts filament
        case "G92" if not named:
            return True
        case code if code in _SHIFTS:
            return not named.isdisjoint("XYZ")
        case code:
            return code.partition(".")[0] in _SCALES or code.startswith("G92.")

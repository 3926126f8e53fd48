"""Whether the end of a G-code clears the plate, judged by motion alone, as a real bed does.

After the last extruding move the bed must travel in Y at least three strokes of 60 mm or
more, or two with a wait for a cool bed (M190), a forced move (G380) or a push over the
front edge (Y <= 0.5). Comments and marks do not move plates. On a core XY printer the bed
does not travel: four strokes below the printed height, or two with M190.
"""

import re

_STROKE = 60.0
_WORD = re.compile(r"([A-Z])\s*(-?\d+\.?\d*|-?\.\d+)")


def clears_plate(tail: str, *, core_xy: bool = False) -> bool:
    """Judge the end of a G-code by the motion of its bed, see above."""
    lines = [line.partition(";")[0].strip().upper() for line in tail.splitlines()]
    end = len(lines)
    while end and not _prints(lines[end - 1]):
        end -= 1
    top = next(
        (words["Z"] for line in lines[end:0:-1] if "Z" in (words := _words(line))), 0.0
    )
    motion = _Motion(z=top)
    for line in lines[max(end - 1, 0) :]:
        motion.follow(line)
    strokes = motion.strokes
    if core_xy:
        return motion.lowest < top and (strokes >= 4 or (strokes >= 2 and motion.waits))
    helped = motion.waits or motion.forced or motion.front <= 0.5
    return strokes >= 3 or (strokes >= 2 and helped)


def _words(line: str) -> dict[str, float]:
    command, _, rest = line.partition(" ")
    return (
        {letter: float(value) for letter, value in _WORD.findall(rest)}
        if command
        else {}
    )


def _prints(line: str) -> bool:
    """Whether a line extrudes while it moves."""
    if not line.startswith(("G1 ", "G2 ", "G3 ")):
        return False
    words = _words(line)
    return words.get("E", 0) > 0 and bool(words.keys() & {"X", "Y"})


class _Motion:
    """Where the bed has been."""

    def __init__(self, z: float) -> None:
        self.waits = self.forced = False
        self.lowest = self._z = z
        self.front = self._y = float("inf")
        self._absolute = True
        self._strokes = 0
        self._way = 0
        """Of the stroke that is going on: 1, -1, or 0 before the first."""
        self._travelled = 0.0

    @property
    def strokes(self) -> int:
        """How often the bed travelled 60 mm or more before it turned."""
        return self._strokes + (self._travelled >= _STROKE)

    def follow(self, line: str) -> None:
        command = line.partition(" ")[0]
        if command in {"G90", "G91"}:
            self._absolute = command == "G90"
        elif command == "M190":
            self.waits = True
        elif command == "G380":
            self.forced = True
        elif command in {"G0", "G1", "G2", "G3"}:
            words = _words(line)
            if "Z" in words:
                self._z = words["Z"] + (0 if self._absolute else self._z)
                self.lowest = min(self.lowest, self._z)
            if "Y" in words:
                self._move(words["Y"])

    def _move(self, y: float) -> None:
        if self._y == float("inf"):  # nothing is known before the first move
            self._y = y
            return
        distance = y - self._y if self._absolute else y
        self._y += distance
        self.front = min(self.front, self._y)
        if not distance:
            return
        way = 1 if distance > 0 else -1
        if way != self._way:
            self._strokes, self._travelled, self._way = self.strokes, 0.0, way
        self._travelled += abs(distance)

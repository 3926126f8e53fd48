"""Whether the end of a G-code clears the plate: what a real machine would do to it.

Comments and marks move no plates, and a bed that only travels moves none either: a changer that
loads drives it through the same strokes. A plate leaves
- an A1 mini, where the head pulls the ejector's rope twice (Z from 186 down to 180, at X 188 and
  at X 170), or lifts the ejector (Z up to 185) under a bed that stands in front and goes back;
- an A1, where the gantry moves up or down at the bed's front end, which hooks the plate, and the
  bed goes back; there and where the ejector is lifted, the bed comes once more for the next plate;
- any printer, without its plate, where nozzle or gantry travel from behind the parts to the front
  edge lower than the parts are high.

A machine may do anything with a line that is not a plain command, and with numbers on a scale
that was shifted or turned: what follows the last extrusion then clears nothing.
"""

from dataclasses import dataclass
from itertools import pairwise
import re

_WORD = re.compile(r"([A-Z])\s*([-+]?(?:\d+\.?\d*|\.\d+))", re.ASCII)
_PLAIN = re.compile(r"\s*(?:[A-Z]\s*[-+]?(?:\d+\.?\d*|\.\d+)(?![\d.])\s*)+", re.ASCII)
_TEMPLATE = re.compile(r"[A-Z]\s*[-+.\d]*(?:\{[^}]*\}|\[[^\]]*\])[-+.\d]*", re.ASCII)


def clears_plate(tail: str, *, core_xy: bool = False) -> bool:
    """Judge the end of a G-code, see above."""
    top = 0.0
    machine = _Machine()
    steps: list[_Step] = []
    end: list[str] = []
    for line in tail.split("\n"):
        words = _words(line)
        before = machine.place()
        if "G" not in words and words.get("M") in (2, 30, 112) and not machine.skips:
            break
        end.append(line)
        machine.obey(words)
        if (
            words.get("G") in (0, 1, 2, 3)
            and words.get("E", 0) > 0
            and {"X", "Y"} & words.keys()
        ):
            steps.clear()
            end.clear()
            top = machine.z if machine.z is not None else top
        elif (after := machine.place()) != before:
            steps.append(_Step(before, after, machine.lift))
    if any(map(_is_doubtful, end)):
        return False
    if _pushes(steps, top):
        return True
    return not core_xy and (_pulls_rope(steps) or _lifts(steps) or _hooks(steps))


type _Place = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class _Step:
    before: _Place
    after: _Place
    lift: float
    """How far Z went up, mm."""


class _Machine:
    """Where nozzle and bed are; None until a line has set it."""

    def __init__(self) -> None:
        self.x: float | None = None
        self.y: float | None = None
        self.z: float | None = None
        self.lift = 0.0
        self._absolute = True
        self.skips = 0

    def place(self) -> _Place:
        return self.x, self.y, self.z

    def obey(self, words: dict[str, float]) -> None:
        self.lift = 0.0
        match words.get("G"), words.get("M"):
            case None, 622:
                self.skips += 1
            case None, 623:
                self.skips = max(0, self.skips - 1)
            case _ if self.skips:
                pass
            case (90 | 91) as frame, _:
                self._absolute = frame == 90
            case 28, _:
                named = {"X", "Y", "Z"} & words.keys() or {"X", "Y", "Z"}
                self.x = None if "X" in named else self.x
                self.y = None if "Y" in named else self.y
                self.z = None if "Z" in named else self.z
            case 0 | 1 | 2 | 3 | 380, _:
                self._travel(words)

    def _travel(self, words: dict[str, float]) -> None:
        self.x = self._reach(self.x, words.get("X"))
        self.y = self._reach(self.y, words.get("Y"))
        z = self._reach(self.z, words.get("Z"))
        if "Z" in words and not self._absolute:
            self.lift = words["Z"]
        elif z is not None and self.z is not None:
            self.lift = z - self.z
        self.z = z

    def _reach(self, at: float | None, said: float | None) -> float | None:
        if said is None:
            return at
        if self._absolute:
            return said
        return None if at is None else at + said


def _words(line: str) -> dict[str, float]:
    """Return the numbers of a line by letter, however it is spaced, bracketed and numbered."""
    code = _code(line)
    if not code.strip() or code.strip()[0] not in "GM":
        return {}
    words: dict[str, float] = {}
    for letter, value in _WORD.findall(code):
        words.setdefault(letter, float(value))
    if words.get("G") == 28:
        words |= dict.fromkeys(re.findall("[XYZ]", code), 0.0)
    return words


def _code(line: str) -> str:
    """Return the line without comment, checksum and line number."""
    code = re.sub(r"\([^)]*\)?", " ", line.partition(";")[0])
    return re.sub(r"^\s*N[0-9]+", "", code.partition("*")[0].upper())


def _is_doubtful(line: str) -> bool:
    """Tell whether nobody can know what the machine does from here on."""
    shown = line.partition(";")[0]
    if re.match(
        r"\s*(?:N\d+\s*)?M(?:117|118|1002|1006)\b", shown, re.IGNORECASE | re.ASCII
    ):
        return False
    if not shown.rstrip("\r").isascii() or "\r" in line.rstrip("\r"):
        return True
    if re.search(r"\([^()]*(?:\(|$)", shown):
        return True
    code = _code(line)
    if len(re.findall(r"[GM]\s*[0-9]", code)) > 1:
        return True
    words = _words(line)
    axes = bool({"X", "Y", "Z"} & words.keys())
    match words.get("G"), words.get("M"):
        case ((0 | 1 | 2 | 3 | 380), _):
            code = _TEMPLATE.sub(" ", code)
            letters = re.findall("[A-Z]", code)
            return not _PLAIN.fullmatch(code) or len(letters) != len(set(letters))
        case ((20 | 51 | 53 | 54 | 55 | 56 | 57 | 58 | 59 | 68), _):
            return True
        case ((52 | 92), _):
            return axes
        case 10, _:
            return "L" in words
        case _, 428:
            return True
        case _, (206 | 290 | 851):
            return axes
    return False


def _pulls_rope(steps: list[_Step]) -> bool:
    pulled_at = [
        x
        for step in steps
        if (x := step.after[0]) is not None
        and step.before[2] is not None
        and step.after[2] is not None
        and step.before[2] > 184
        and step.after[2] < 182
    ]
    first = next((at for at, x in enumerate(pulled_at) if 185 < x < 191), None)
    return first is not None and any(167 < x < 173 for x in pulled_at[first + 1 :])


def _lifts(steps: list[_Step]) -> bool:
    return any(
        step.lift >= 4
        and step.after[2] is not None
        and step.after[2] > 184
        and step.after[1] is not None
        and 179 < step.after[1] < 195
        and _goes_back(steps[at:])
        for at, step in enumerate(steps)
    )


def _hooks(steps: list[_Step]) -> bool:
    return any(
        abs(step.lift) >= 4
        and step.after[1] is not None
        and step.after[1] > 259
        and _goes_back(steps[at:])
        for at, step in enumerate(steps)
    )


def _goes_back(steps: list[_Step]) -> bool:
    """Back without the plate, to the front for the next one, and back with it."""
    at_back = [
        y < 55
        for step in steps
        if (y := step.after[1]) is not None and (y < 55 or y > 179)
    ]
    return sum(now != before for before, now in pairwise([False, *at_back])) >= 3


def _pushes(steps: list[_Step], top: float) -> bool:
    behind: float | None = None
    for step in steps:
        y_before, y_after = step.before[1], step.after[1]
        heights = (step.before[2], step.after[2])
        low = all(z is not None and z < top for z in heights)
        if not low or y_after is None:
            behind = None
            continue
        if behind is None or y_before is None or y_after > y_before:
            behind = y_after if y_before is None else max(y_before, y_after)
        if behind >= 150 and y_after <= 10:
            return True
    return False

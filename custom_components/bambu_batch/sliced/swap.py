"""Does this G-code clear the plate at its end?

Two witnesses: a known system's mark, and the motion by which that system clears. The end is
what is executed after the last line that extrudes while it moves; no mark of the slicer is needed
to find it. Commands after EXECUTABLE_BLOCK_END are judged apart, since not every firmware executes
them. Anything but `Swap.YES` waits for a person.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import re
from typing import Final

from ..bambu.models import Model, by_code
from .changers import Changer, marked
from .file import Swap
from .loads import loads_only
from .motion import Motion
from .words import LINE, MOVE, command

_END_OF_JOB: Final = re.compile(r";\s*EXECUTABLE_BLOCK_END\b")
_CONFIG_START: Final = re.compile(r";\s*CONFIG_BLOCK_START\b")
_CONFIG_END: Final = re.compile(r";\s*CONFIG_BLOCK_END\b")
_MAY_EXTRUDE: Final = re.compile(LINE + MOVE + rb"[^;\n]{0,500}[Ee]")
_Z: Final = re.compile(LINE + MOVE + rb"[^;\n]{0,100}[Zz]")
_COMMENT: Final = re.compile(
    r";(.*)|\(([^)]*)|^(?:N\d+ *)?M0*11[78](.*)", re.IGNORECASE | re.ASCII
)
"""A message on the display counts as a comment."""
_LONGEST_LINE: Final = 1000


@dataclass(frozen=True, slots=True)
class Recognition:
    """A verdict and the words that it rests on."""

    swap: Swap
    evidence: tuple[str, ...] = ()


def recognise(
    tail: bytes, *, whole: bool, model: str | None, height: float | None, jobs: int
) -> Recognition:
    """Judge the end of a plate's G-code.

    `tail` is the end of the G-code, all of it if `whole`; `height` of the print in mm.
    """
    last = _last_extrusion(tail)
    if last is None:
        # nothing is printed, or the end is longer than what was kept of it
        understood = whole and _is_gcode(tail)
        return Recognition(Swap.NO if understood else Swap.UNKNOWN)
    before, behind = _split(_executed(tail[last:]))
    changers = _changers(before) | _changers(behind)
    loads = any(map(loads_only, _comments(before + behind)))

    first = Motion(height=height if height is not None else _top(tail, last))
    first.follow(before)
    second = first.onward()
    second.follow(behind)
    printer = by_code(model)
    slings = printer is not None and printer.bed_moves == "y"
    foreign = any(_goes_beyond(one, printer) for one in (first, second))
    moves = _strokes(first, slings=slings)
    moves_behind = _strokes(second, slings=slings)
    suited = {one for one in changers if not one.models or model in one.models}
    cleared = {one for one in suited if one.clears_by in first.clearings}
    cleared_behind = {one for one in suited if one.clears_by in second.clearings}

    evidence = [f"mark={name}" for name in sorted({one.name for one in changers})]
    evidence += _describe(first, printer, "")
    evidence += _describe(second, printer, "behind_end:")
    if foreign:
        evidence.append("beyond_reach")
    if loads:
        evidence.append("loads_only")
    if jobs > 1:
        evidence.append(f"jobs={jobs}")
    if first.unread or second.unread:
        # a number that some read as one move and some as another (FM-172)
        return Recognition(Swap.UNKNOWN, (*evidence, "unread"))
    trusted = not foreign and not loads
    verdict = _verdict(
        clears=trusted and moves and bool(cleared),
        clears_behind=trusted and slings and moves_behind and bool(cleared_behind),
        moves=moves,
        moves_behind=moves_behind,
        loads=loads and not first.clearings and not second.clearings,
        packed=jobs > 1,
        marked=bool(changers),
        hints=any((one.waits_for_bed or one.homes) for one in (first, second)),
    )
    return Recognition(verdict, tuple(evidence))


def _verdict(
    *,
    clears: bool,
    clears_behind: bool,
    moves: bool,
    moves_behind: bool,
    loads: bool,
    packed: bool,
    marked: bool,
    hints: bool,
) -> Swap:
    if clears or clears_behind:
        # behind the end: the SwapMod kit for the A1 mini works this way
        return Swap.YES
    if moves and not loads:
        return Swap.LIKELY
    if moves_behind and not loads:
        return Swap.AFTER_END_BLOCK
    if packed:
        return Swap.PACKED_NO_FINAL_EJECT
    if marked or (loads and (moves or moves_behind)):
        return Swap.MARK_ONLY
    return Swap.WEAK if hints else Swap.NO


def _strokes(motion: Motion, *, slings: bool) -> bool:
    """Tell whether the bed moves as in a plate change or a push-off."""
    strokes = motion.strokes
    if slings:
        over_the_edge = motion.lowest_y is not None and motion.lowest_y <= 0.5
        supported = motion.waits_for_bed or motion.forces or over_the_edge
        return strokes >= 3 or (strokes >= 2 and supported)
    # a stock end moves the head as far in Y, but never below the top of the print
    height, lowest = motion.height, motion.lowest_z
    below = height is not None and lowest is not None and lowest < height
    return below and (strokes >= 4 or (strokes >= 2 and motion.waits_for_bed))


def _goes_beyond(motion: Motion, printer: Model | None) -> bool:
    reach, highest = printer.reach_y if printer else None, motion.highest_y
    return reach is not None and highest is not None and highest > reach


def _last_extrusion(tail: bytes) -> int | None:
    """Return where the last line that extrudes while it moves ends, None without such a line."""
    for start, end in _lines_from_the_end(tail, len(tail)):
        line = b"\n" + tail[start : min(end, start + _LONGEST_LINE)]
        if _MAY_EXTRUDE.match(line) and _extrudes(line.decode(errors="replace")):
            return end
    return None


def _top(tail: bytes, end: int) -> float | None:
    """Return the height at which the print ends, for files that do not state it."""
    for start, stop in _lines_from_the_end(tail, end):
        line = b"\n" + tail[start : min(stop, start + _LONGEST_LINE)]
        if _Z.match(line) and (order := command(line.decode(errors="replace"))):
            return order.words.get("Z")
    return None


def _lines_from_the_end(text: bytes, end: int) -> Iterator[tuple[int, int]]:
    while end > 0:
        start = text.rfind(b"\n", 0, end) + 1
        yield start, end
        end = start - 1


def _extrudes(line: str) -> bool:
    order = command(line)
    if order is None or order.words.keys().isdisjoint("XY"):
        return False
    # what cannot be read may be printing: then the end is shorter
    return "E" in order.unread or (order.words.get("E") or 0.0) > 0


def _is_gcode(text: bytes) -> bool:
    """Tell whether any line is understood, or there is nothing to understand."""
    lines = text.decode(errors="replace").split("\n")
    code = [
        line for line in lines if line.strip() and not line.lstrip().startswith(";")
    ]
    return not code or any(map(command, code))


def _executed(end: bytes) -> list[str]:
    """Return the lines outside the CONFIG block, which holds everything ever typed into the slicer."""
    kept: list[str] = []
    inside = False
    for line in end.decode(errors="replace").split("\n"):
        line = line.strip(" \t\r")  # other kinds of space do not count
        if _CONFIG_START.match(line):
            inside = True
        elif _CONFIG_END.match(line):
            inside = False
        elif not inside:
            kept.append(line)
    return kept


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    at = next(
        (at for at, line in enumerate(lines) if _END_OF_JOB.match(line)), len(lines)
    )
    return lines[:at], lines[at:]


def _changers(lines: Iterable[str]) -> frozenset[Changer]:
    whole = (line[1:] for line in lines if line.startswith(";"))
    return frozenset(changer for comment in whole for changer in marked(comment))


def _comments(lines: Iterable[str]) -> Iterator[str]:
    """Yield all comments, those behind a command and those in brackets too."""
    for line in lines:
        for found in _COMMENT.finditer(line[:_LONGEST_LINE]):
            yield found[1] or found[2] or found[3] or ""


def _describe(motion: Motion, printer: Model | None, where: str) -> list[str]:
    told = []
    if motion.strokes:
        told.append(f"{where}strokes={motion.strokes}")
    told += [f"{where}{clearing}" for clearing in sorted(motion.clearings)]
    low, high = (printer and printer.stock_y) or (None, None)
    if low is not None and motion.lowest_y is not None and motion.lowest_y < low:
        told.append(f"{where}y={motion.lowest_y:g}")
    if high is not None and motion.highest_y is not None and motion.highest_y > high:
        told.append(f"{where}y={motion.highest_y:g}")
    told += [
        where + word
        for word, seen in (
            ("M190", motion.waits_for_bed),
            ("G28", motion.homes),
            ("G380", motion.forces),
        )
        if seen
    ]
    return told

"""Does this G-code clear the plate at its end? Two witnesses: a known mark, and the motion.

The end is what is executed after the last line that extrudes while it moves; no mark of the
slicer is needed to find it. Commands behind EXECUTABLE_BLOCK_END are judged apart, since not
every firmware carries them out. Anything but `Swap.YES` waits for a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import re
from typing import Final

from .file import Swap
from .marks import clearing_system
from .motion import Motion, axis_values

BED_SLINGERS: Final = frozenset({"N1", "N2S", "N9"})
"""The bed itself travels in Y; on all other models, and on unknown ones, it only lifts."""

STOCK_Y: Final = {"N1": (-1.0, 182.0), "N2S": (-1.0, 258.0)}
"""How far stock end G-code goes in Y, mm."""

REACH_Y: Final = {"N1": 190.0, "N2S": 270.0}
"""Farther than any known changer drives these beds, mm; what goes beyond is made for another."""

_END_OF_JOB: Final = re.compile(r";\s*EXECUTABLE_BLOCK_END\b")
_CONFIG_START: Final = re.compile(r";\s*CONFIG_BLOCK_START\b")
_CONFIG_END: Final = re.compile(r";\s*CONFIG_BLOCK_END\b")
_MAY_EXTRUDE: Final = re.compile(
    rb"^[ \t]*[Gg]0?[0-3][ \t][^;\n]{0,500}[Ee][+.\d]", re.MULTILINE
)
_LONGEST_MARK: Final = 200
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
    end = _after_last_extrusion(tail)
    if end is None:
        # nothing is printed, or the end is longer than what was kept of it
        return Recognition(Swap.NO if whole else Swap.UNKNOWN)
    before, behind = _split(_executed(end))
    systems = _systems(before) | _systems(behind)

    first = Motion()
    first.follow(before)
    second = first.onward()
    second.follow(behind)
    slings = model in BED_SLINGERS
    foreign = any(_goes_beyond(one, model) for one in (first, second))
    moves = _clears(first, slings=slings, height=height)
    moves_behind = _clears(second, slings=slings, height=height)

    evidence = [f"mark={system}" for system in sorted(systems)]
    evidence += _describe(first, model, "")
    evidence += _describe(second, model, "behind_end:")
    if foreign:
        evidence.append("beyond_reach")
    if jobs > 1:
        evidence.append(f"jobs={jobs}")
    verdict = _verdict(
        marked=bool(systems) and not foreign,
        moves=moves,
        moves_behind=moves_behind,
        slings=slings,
        packed=jobs > 1,
        hints=any((one.waits_for_bed or one.homes) for one in (first, second)),
    )
    return Recognition(verdict, tuple(evidence))


def _verdict(
    *,
    marked: bool,
    moves: bool,
    moves_behind: bool,
    slings: bool,
    packed: bool,
    hints: bool,
) -> Swap:
    match marked, moves, moves_behind:
        case True, True, _:
            return Swap.YES
        case True, _, True if slings:
            # the SwapMod kit for the A1 mini works this way
            return Swap.YES
        case _, True, _:
            return Swap.LIKELY
        case _, _, True:
            return Swap.AFTER_END_BLOCK
    if packed:
        return Swap.PACKED_NO_FINAL_EJECT
    if marked:
        return Swap.MARK_ONLY
    return Swap.WEAK if hints else Swap.NO


def _clears(motion: Motion, *, slings: bool, height: float | None) -> bool:
    """Tell whether these moves change a plate or push a part off it."""
    strokes = motion.strokes
    if slings:
        over_the_edge = motion.lowest_y is not None and motion.lowest_y <= 0.5
        supported = motion.waits_for_bed or motion.forces or over_the_edge
        return strokes >= 3 or (strokes >= 2 and supported)
    # a stock end moves the head as far in Y, but never below the top of the print
    below = (
        height is not None and motion.lowest_z is not None and motion.lowest_z < height
    )
    return below and (strokes >= 4 or (strokes >= 2 and motion.waits_for_bed))


def _goes_beyond(motion: Motion, model: str | None) -> bool:
    reach = REACH_Y.get(model or "")
    return (
        reach is not None and motion.highest_y is not None and motion.highest_y > reach
    )


def _after_last_extrusion(tail: bytes) -> bytes | None:
    """Return what follows the last line that extrudes while it moves, None without such a line."""
    end = len(tail)
    while end > 0:
        start = tail.rfind(b"\n", 0, end) + 1
        line = tail[start : min(end, start + _LONGEST_LINE)]
        if _MAY_EXTRUDE.match(line) and _extrudes(line.decode(errors="replace")):
            return tail[end:]
        end = start - 1
    return None


def _extrudes(line: str) -> bool:
    values = axis_values(line.partition(";")[0].split()[1:])
    return values.get("E", 0.0) > 0 and not values.keys().isdisjoint("XY")


def _executed(end: bytes) -> list[str]:
    """Return the lines outside of CONFIG: that holds every word ever typed into the slicer."""
    kept: list[str] = []
    inside = False
    for line in map(str.strip, end.decode(errors="replace").split("\n")):
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


def _systems(lines: Iterable[str]) -> frozenset[str]:
    found = (
        clearing_system(line[1:_LONGEST_MARK]) for line in lines if line.startswith(";")
    )
    return frozenset(system for system in found if system)


def _describe(motion: Motion, model: str | None, where: str) -> list[str]:
    told = []
    if motion.strokes:
        told.append(f"{where}strokes={motion.strokes}")
    low, high = STOCK_Y.get(model or "", (None, None))
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

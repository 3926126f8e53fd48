"""How much filament a plate's G-code really extrudes, up to any layer.

For prints that end early: a stopped print has used what was pushed through the nozzle and not
what the slicer estimates. Retracted filament counts only once it is pushed further than it was
before. Moves inside M622 … M623 are left out: whether they happen depends on flags that only
the printer knows (calibrations, timelapse). Where nothing was understood, or an
extrusion's number cannot be read, the result is unknown, never 0 (FM-173).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import accumulate
from math import pi
import os
from pathlib import Path
import re
from typing import Final

from . import members, values
from .container import opened
from .words import END, LINE, PUSH, command, numbers

LAST_TOOL: Final = 63
"""Higher T numbers are orders to the machine: T255 unloads, T1000 and T65535 select nothing."""

_HEAD: Final = 256 * 1024
"""Where densities stand: in the header, or among the settings behind it."""
_SECONDS: Final = 120.0
"""Work for one measurement; nobody waits for it."""
_LONGEST_LINE: Final = 64 * 1024

_EVENT: Final = re.compile(
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
    rb")"
)
_PUSH: Final = re.compile(LINE + PUSH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extruded:
    """How much of one filament was extruded."""

    slot: int | None
    """The project's number, 1-based; None: the G-code selects no filament."""
    millimetres: float
    """From the first layer on, purging at filament changes included."""
    start_millimetres: float
    """Before the first layer. Slicers leave most of it out of their weights."""
    grams_per_millimetre: float | None
    """None where the file states no density or diameter."""


type Amounts = tuple[Extruded, ...] | None
"""How much of each filament was extruded; None: unknown."""


def extruded(
    path: str | os.PathLike[str], plate: int, through_layer: int | None = None
) -> Amounts:
    """Return how much of each filament was extruded when layer `through_layer` (1-based) was complete.

    `through_layer` None: the whole plate. Blocks, a second per 100 MB. Raises `SlicedError`.
    """
    return extruded_through(path, plate, {through_layer})[through_layer]


def extruded_through(
    path: str | os.PathLike[str], plate: int, layers: Collection[int | None]
) -> dict[int | None, Amounts]:
    """Return the same for each of some layers, reading the G-code once."""
    with opened(Path(path), _SECONDS) as archive:
        return measure_each(archive.blocks(members.gcode(archive, plate)), layers)


def measure(blocks: Iterable[bytes], through_layer: int | None = None) -> Amounts:
    """Return how much of each filament was extruded; `blocks` are a plate's G-code in any pieces."""
    return measure_each(blocks, {through_layer})[through_layer]


def measure_each(
    blocks: Iterable[bytes], layers: Collection[int | None]
) -> dict[int | None, Amounts]:
    """Return the same for each of some layers, in one pass."""
    nozzle = _Nozzle(layers)
    head = b""
    rest = b"\n"
    for block in blocks:
        if len(head) < _HEAD:
            head += block[: _HEAD - len(head)]
        text = rest + block
        end = max(text.rfind(b"\n"), 0)
        nozzle.follow(text, end)
        if nozzle.done or nozzle.unread:
            break
        # a line longer than any command is not one
        rest = text[end:] if len(text) - end < _LONGEST_LINE else b""
    else:
        nozzle.follow(rest, len(rest))
    return nozzle.results(_weights(head))


type _Sums = list[tuple[int | None, float, float]] | None
"""Slot, millimetres printed, millimetres before the first layer; None: unknown."""


class _Nozzle:
    """Where the filament's tip is, and how far it ever was, while the G-code runs."""

    def __init__(self, layers: Collection[int | None]) -> None:
        self.done = False
        self.unread = False
        """A number cannot be read: from here on nothing is known."""
        self._whole = None in layers
        self._wanted = sorted(layer for layer in layers if layer is not None)
        """Layers that are not complete yet."""
        self._reached: dict[int | None, _Sums] = {}
        self._layer = 0
        self._slot: int | None = None
        self._start: defaultdict[int | None, float] = defaultdict(float)
        self._printed: defaultdict[int | None, float] = defaultdict(float)
        self._tip = 0.0
        self._farthest = 0.0
        self._e = 0.0
        self._relative_e = True
        self._relative = False
        self._conditional = 0
        self._pushed = False
        self._ordered = False

    def follow(self, text: bytes, end: int) -> None:
        """Carry out the lines of `text` up to `end`, each with the line break before it."""
        at = 0
        for event in _EVENT.finditer(text, 0, end):
            self._push(text, at, event.start())
            at = event.end()
            self._turn(event)
            if self.done:
                return
        self._push(text, at, end)

    def results(self, weights: list[float]) -> dict[int | None, Amounts]:
        """Return the sums by filament for each layer, None where they are unknown."""
        for layer in (*self._wanted, *((None,) if self._whole else ())):
            self._reached[layer] = self._sums(layer)
        return {
            layer: None
            if sums is None
            else tuple(
                Extruded(
                    slot=slot,
                    millimetres=printed,
                    start_millimetres=start,
                    grams_per_millimetre=_weight(weights, slot),
                )
                for slot, printed, start in sums
            )
            for layer, sums in self._reached.items()
        }

    def _sums(self, layer: int | None) -> _Sums:
        in_start = layer == 0 and self._ordered
        if self.unread or not (self._pushed or in_start):
            return None  # no layer is printed without extruding
        slots = sorted(
            self._start.keys() | self._printed.keys(), key=lambda slot: slot or 0
        )
        return [(slot, self._printed[slot], self._start[slot]) for slot in slots]

    def _push(self, text: bytes, start: int, end: int) -> None:
        """Carry out the extrusions of a stretch without events, in one go."""
        if self._conditional:
            return
        lengths = numbers(_PUSH.findall(text, start, end))
        if not lengths:
            self.unread |= lengths is None
            return
        self._pushed = True
        if self._relative or self._relative_e:
            reached = list(accumulate(lengths))
        else:
            reached = [position - self._e for position in lengths]
        farthest = self._tip + max(reached)
        if farthest > self._farthest:
            account = self._printed if self._layer else self._start
            account[self._slot] += farthest - self._farthest
            self._farthest = farthest
        self._tip += reached[-1]
        self._e += reached[-1]

    def _turn(self, event: re.Match[bytes]) -> None:
        kind, value = event.lastgroup, event[event.lastgroup or 0]
        self._ordered = True
        if kind in ("next", "layer", "progress"):
            self._begin_layer(self._layer + 1 if kind == "next" else int(value))
        elif value == b"622":
            self._conditional += 1
        elif value == b"623":
            self._conditional = max(self._conditional - 1, 0)
        elif self._conditional:
            return
        elif kind == "tool":
            if int(value) <= LAST_TOOL:
                self._select(int(value) + 1)
        elif kind == "position":
            self._reset(value.decode(errors="replace"))
        elif kind == "order":
            self._relative_e = value == b"83"
        else:
            self._relative = value == b"91"

    def _reset(self, words: str) -> None:
        order = command(f"G92 {words}")
        if order is not None and "E" in order.words:
            self.unread |= "E" in order.unread
            self._e = order.words["E"] or 0.0

    def _begin_layer(self, layer: int) -> None:
        self._layer = layer
        # no condition spans layers: a lost M623 must not swallow the rest
        self._conditional = 0
        while self._wanted and layer > self._wanted[0]:
            complete = self._wanted.pop(0)
            self._reached[complete] = self._sums(complete)
        self.done = not self._wanted and not self._whole

    def _select(self, slot: int) -> None:
        if self._slot is None:
            # what came before the first choice was the filament that was loaded already
            for account in (self._start, self._printed):
                if None in account:
                    account[slot] += account.pop(None)
        self._slot = slot


def _weights(head: bytes) -> list[float]:
    """Return g/mm by filament, as far as density (g/cm³) and diameter (mm) are stated."""
    densities = _numbers(head, rb"filament_density")
    diameters = _numbers(head, rb"filament_diameter")
    return [
        density * pi * (diameter / 2) ** 2 / 1000
        for density, diameter in zip(densities, diameters, strict=False)
    ]


def _numbers(head: bytes, name: bytes) -> list[float]:
    found = re.search(rb"^; ?" + name + rb" *[:=]([\d., ]{1,2000})", head, re.MULTILINE)
    parts = found[1].decode().split(",") if found else []
    numbers = [values.number(part, 0.1, 30.0) for part in parts]
    return [number for number in numbers if number is not None]


def _weight(weights: list[float], slot: int | None) -> float | None:
    """Return g/mm of a filament; a single value holds for all."""
    if len(weights) == 1:
        return weights[0]
    return weights[slot - 1] if slot is not None and slot <= len(weights) else None

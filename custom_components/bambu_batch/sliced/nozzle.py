"""Where the filament's tip is, and how far it ever was, while the G-code runs."""

from collections import defaultdict
from collections.abc import Collection
from math import isfinite
import re
from typing import Final

from .pushes import Moves, read
from .words import command

LAST_TOOL: Final = 63
"""Higher T numbers are orders to the machine: T255 unloads, T1000 and T65535 select nothing."""

_LONGEST_LINE: Final = 64 * 1024
_PIECE: Final = 256 * 1024
"""Bytes read at once: what is worked out of them stays in the processor's cache."""

type Sums = list[tuple[int | None, float, float]] | None
"""Slot, millimetres printed, millimetres before the first layer; None: unknown."""


class Nozzle:
    """Runs a plate's G-code, given in any pieces."""

    def __init__(self, layers: Collection[int | None]) -> None:
        """Keep the sums at the end of each of `layers`; None: of the whole plate."""
        self.done = False
        """Nothing that follows changes the sums."""
        self._unread = False
        """A number cannot be read: from here on nothing is known."""
        self._rest = b"\n"
        self._whole = None in layers
        self._wanted = sorted(layer for layer in layers if layer is not None)
        """Layers that are not complete yet."""
        self._reached: dict[int | None, Sums] = {}
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

    def feed(self, block: bytes) -> None:
        """Carry out what follows, up to its last line break."""
        if self.done:
            return
        text = self._rest + block
        end = max(text.rfind(b"\n"), 0)
        self._follow(text, end)
        # a line longer than any command is not one
        self._rest = text[end:] if len(text) - end < _LONGEST_LINE else b""

    def sums(self) -> dict[int | None, Sums]:
        """Carry out the last line; return the sums for each layer."""
        if not self.done:
            self._follow(self._rest, len(self._rest))
        for layer in (*self._wanted, *((None,) if self._whole else ())):
            self._reached[layer] = self._sums(layer)
        return self._reached

    def _follow(self, text: bytes, end: int) -> None:
        """Carry out the lines of `text` up to `end`, each with the line break before it."""
        at = 0
        while at < end and not self.done:
            stop = end
            if end - at > _PIECE:
                stop = text.rfind(b"\n", at + 1, at + _PIECE)
                if stop < 0:
                    stop = text.find(b"\n", at + _PIECE, end)
                stop = stop if stop > 0 else end
            self._run(text[at:stop])
            at = stop

    def _run(self, text: bytes) -> None:
        moves, events = read(text)
        at = 0
        for before, event in events:
            self._push(moves[at:before])
            at = before
            self._turn(event)
            if self.done:
                return
        self._push(moves[at:])

    def _sums(self, layer: int | None) -> Sums:
        in_start = layer == 0 and self._ordered
        if self._unread or not (self._pushed or in_start):
            return None  # no layer is printed without extruding
        slots = sorted(
            self._start.keys() | self._printed.keys(), key=lambda slot: slot or 0
        )
        return [(slot, self._printed[slot], self._start[slot]) for slot in slots]

    def _push(self, moves: Moves) -> None:
        """Carry out the extrusions between two events, in one go."""
        if self._conditional or not len(moves):
            return
        if self._relative or self._relative_e:
            reached = moves.cumsum()
        else:
            reached = moves - self._e
        highest, last = float(reached.max()), float(reached[-1])
        if not isfinite(highest + last):
            self._unread = self.done = True
            return
        self._pushed = True
        farthest = self._tip + highest
        if farthest > self._farthest:
            account = self._printed if self._layer else self._start
            account[self._slot] += farthest - self._farthest
            self._farthest = farthest
        self._tip += last
        self._e += last

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
            self._unread |= "E" in order.unread
            self._e = order.words["E"] or 0.0

    def _begin_layer(self, layer: int) -> None:
        self._layer = layer
        # no condition spans layers: a lost M623 must not swallow the rest
        self._conditional = 0
        while self._wanted and layer > self._wanted[0]:
            complete = self._wanted.pop(0)
            self._reached[complete] = self._sums(complete)
        self.done |= not self._wanted and not self._whole

    def _select(self, slot: int) -> None:
        if self._slot is None:
            # what came before the first choice was the filament that was loaded already
            for account in (self._start, self._printed):
                if None in account:
                    account[slot] += account.pop(None)
        self._slot = slot

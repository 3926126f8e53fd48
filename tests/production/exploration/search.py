"""Breadth first through the states of a theme; a broken law comes back as a short story."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from time import monotonic

from .helpful import ends_well
from .laws import in_state
from .minutes import forget
from .moves import Move
from .sameness import key
from .world import LawBroken, World

SAMPLED = 50
"""One state in so many is followed to the end by a helpful person: that takes its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Where a search begins, what can happen in it, and how far the short form goes."""

    name: str
    about: str
    start: World
    moves: tuple[Move, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Story:
    """How a law came to be broken."""

    law: str
    moves: tuple[str, ...]

    def __str__(self) -> str:
        """One move a line."""
        steps = [f"  {number:2}. {move}" for number, move in enumerate(self.moves, 1)]
        return "\n".join((self.law, *steps))


@dataclass(slots=True)
class Findings:
    """What a search has seen."""

    theme: Theme
    states: int = 0
    moves: int = 0
    depth: int = 0
    """Levels searched completely."""
    exhausted: bool = False
    """Nothing is left: every state that the theme can reach was seen."""
    seconds: float = 0.0
    stories: list[Story] = field(default_factory=list)

    def __str__(self) -> str:
        """One line."""
        end = "all of it" if self.exhausted else f"depth {self.depth}"
        return (
            f"{self.theme.name:10} {end:>9}, {self.states:9,} states, {self.moves:10,} moves, "
            f"{self.seconds:7.1f} s, violations: {len(self.stories)}"
        )


class _Trail:
    """How each state was reached first."""

    def __init__(self) -> None:
        self._before: dict[int, tuple[int, str] | None] = {}

    def is_new(self, state: Hashable, before: tuple[int, str] | None) -> int | None:
        mark = hash(state)
        if mark in self._before:
            return None
        self._before[mark] = before
        return mark

    def moves(self, mark: int, last: str) -> tuple[str, ...]:
        labels = [last]
        while (step := self._before[mark]) is not None:
            mark, label = step
            labels.append(label)
        return tuple(reversed(labels))


def explore(
    theme: Theme,
    depth: int | None,
    *,
    seconds: float | None = None,
    most_stories: int = 3,
    sampled: int = SAMPLED,
) -> Findings:
    """Try every order of moves up to this many (None: until nothing is new).

    Ends early after `seconds`, with what was searched completely in `depth`.
    """
    found = Findings(theme)
    began = monotonic()
    forget()
    trail, known = _Trail(), set[Hashable]()
    root = trail.is_new(key(theme.start), None)
    assert root is not None
    level = [(root, theme.start)]
    found.states = 1
    in_state(theme.start)
    while level and (depth is None or found.depth < depth):
        following: list[tuple[int, World]] = []
        for mark, world in level:
            if seconds is not None and monotonic() - began > seconds:
                found.seconds = monotonic() - began
                return found
            following += _expand(theme, mark, world, trail, found, sampled, known)
            if len(found.stories) >= most_stories:
                found.seconds = monotonic() - began
                return found
        level = following
        found.depth += 1
    found.exhausted = not level
    found.seconds = monotonic() - began
    return found


def _expand(
    theme: Theme,
    mark: int,
    world: World,
    trail: _Trail,
    found: Findings,
    sampled: int,
    known: set[Hashable],
) -> Iterator[tuple[int, World]]:
    for move in theme.moves:
        label = move.__name__
        try:
            for label, after in move(world):
                found.moves += 1
                new = trail.is_new(key(after), (mark, label))
                if new is None:
                    continue
                found.states += 1
                in_state(after)
                if found.states % sampled == 0:
                    ends_well(after, known)
                yield new, after
        except LawBroken as law:
            found.stories.append(Story(str(law), trail.moves(mark, f"{label} …")))

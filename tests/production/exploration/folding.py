"""Whether states that count as the same also lead on alike: else the search overlooks some."""

from collections.abc import Hashable, Iterator

from .minutes import forget
from .sameness import key
from .search import Theme
from .world import World


def differing(theme: Theme, depth: int) -> tuple[int, list[str]]:
    """Return how many pairs of states were taken for one, and what differs behind them."""
    pairs, found = 0, []
    for one, other in _folded(theme, depth):
        pairs += 1
        behind, behind_other = _behind(theme, one), _behind(theme, other)
        found += [
            f"{label}\n  {key(one)}\n  {one}\n  {other}"
            for label in behind.keys() | behind_other.keys()
            if behind.get(label) != behind_other.get(label)
        ]
    return pairs, found


def _folded(theme: Theme, depth: int) -> Iterator[tuple[World, World]]:
    """Search as the search does; return each state that it would not look at again."""
    forget()
    seen = {key(theme.start): theme.start}
    level = [theme.start]
    for _ in range(depth):
        following = []
        for world in level:
            for move in theme.moves:
                for _label, after in move(world):
                    first = seen.setdefault(key(after), after)
                    if first is after:
                        following.append(after)
                    elif first != after:
                        yield first, after
        level = following


def _behind(theme: Theme, world: World) -> dict[str, Hashable]:
    return {
        f"{move.__name__}: {label}": key(after)
        for move in theme.moves
        for label, after in move(world)
    }

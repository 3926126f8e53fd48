"""What a minute leads to: worked out once, for all the moves that pass through it."""

from collections.abc import Callable

from .world import World

MOST = 50_000
_KNOWN: dict[int, tuple[World, World | None]] = {}
"""By a world's id; the world itself keeps that id from being used again."""


def a_minute_later(
    world: World, work_out: Callable[[World], World | None]
) -> World | None:
    """Return the world a minute later; None: it cannot come to that."""
    if id(world) not in _KNOWN:
        if len(_KNOWN) >= MOST:
            forget()
        _KNOWN[id(world)] = world, work_out(world)
    return _KNOWN[id(world)][1]


def forget() -> None:
    """Forget everything: the rules of the line may be other ones now."""
    _KNOWN.clear()

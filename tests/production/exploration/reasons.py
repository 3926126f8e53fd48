"""What stands against a start: the laws of one step ask it of the same world many times."""

from collections import deque

from custom_components.bambu_batch.production.gate import Reason, why_not_start

from .world import World

_ANSWERED: deque[tuple[World, tuple[Reason, ...]]] = deque(maxlen=2)


def reasons_of(world: World) -> tuple[Reason, ...]:
    """Return the gate's reasons; the search's own books change nothing in them."""
    for known, answer in _ANSWERED:
        if _is_seen_alike(known, world):
            return answer
    answer = why_not_start(world.line, world.sees, world.now)
    _ANSWERED.append((world, answer))
    return answer


def _is_seen_alike(one: World, other: World) -> bool:
    return (
        one.line is other.line
        and one.view is other.view
        and one.context is other.context
        and (one.time, one.skew, one.boot, one.booted)
        == (other.time, other.skew, other.boot, other.booted)
    )

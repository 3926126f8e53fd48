"""The order of rows as numbers with gaps between them: a move writes one row, not all behind it.

Where a gap is used up, the rows around it are spread over as much room as they need.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence

GAP = 2**16
"""Between rows at the ends."""
STEP = 2**6
"""Between others, counted from the row behind: so a thousand can be put before the first one,
one after the other, until this gap is used up."""
LARGEST = 2**31 - 1
"""The column's largest number; the smallest is as far on the other side."""


def staying[K: Hashable](before: Iterable[K], after: Iterable[K]) -> set[K]:
    """Return the most rows that stand in the same order before and after."""
    numbers = {key: number for number, key in enumerate(before)}
    ends: list[int] = []  # of the best chain of each length, which number is its last,
    links: list[int] = []  # and at which place of `found` that is
    found: list[tuple[K, int]] = []  # a row, and the place of the one before it
    for key in after:
        if (number := numbers.get(key)) is None:
            continue
        longer = not ends or number > ends[-1]
        length = len(ends) if longer else bisect_left(ends, number)
        found.append((key, links[length - 1] if length else -1))
        ends[length : length + 1] = [number]
        links[length : length + 1] = [len(found) - 1]
    chain, place = set(), links[-1] if links else -1
    while place >= 0:
        key, place = found[place]
        chain.add(key)
    return chain


def between(count: int, left: int | None, right: int | None) -> list[int] | None:
    """Return numbers for rows between two others; None: there is no room.

    Left or right None: there is no row on that side.
    """
    if left is None or right is None:
        step, end = GAP, right if right is not None else (left or 0) + GAP * (count + 1)
    else:
        step, end = min(STEP, (right - left) // (count + 1)), right
    numbers = [end - step * (count - number) for number in range(count)]
    inside = not numbers or max(-numbers[0], numbers[-1]) <= LARGEST
    return numbers if step > 0 and inside else None


def spread[K: Hashable](order: Sequence[K], known: Mapping[K, int]) -> dict[K, int]:
    """Return the numbers to write, so that all rows stand in this order.

    `known` has the numbers of rows that stand in it already.
    """
    numbers = [known.get(key) for key in order]
    at = 0
    while at < len(order):
        if numbers[at] is not None:
            at += 1
            continue
        begin, end = at, at + 1
        while True:
            while end < len(order) and numbers[end] is None:
                end += 1
            count = end - begin
            left = numbers[begin - 1] if begin else None
            right = numbers[end] if end < len(order) else None
            if left is None or right is None or right - left > STEP * count:
                break
            begin, end = max(0, begin - count), min(len(order), end + count)
        if left is None or right is None:
            new = between(count, left, right)
        else:
            step = (right - left) // (count + 1)
            new = [left + step * number for number in range(1, count + 1)]
        if new is None:  # an end of the numbers is reached
            step = min(GAP, LARGEST // len(order))
            return {key: step * number for number, key in enumerate(order)}
        numbers[begin:end] = new
        at = end
    return {
        key: number
        for key, number in zip(order, numbers, strict=True)
        if number is not None and number != known.get(key)
    }

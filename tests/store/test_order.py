"""Numbers that keep rows in order: few are written, and there is always room."""

from hypothesis import given, strategies as st
import pytest

from custom_components.bambu_batch.store.order import (
    GAP,
    LARGEST,
    STEP,
    between,
    spread,
    staying,
)

orders = st.permutations(range(9))


@given(before=orders, after=orders)
def test_rows_that_stay_stand_in_the_same_order(
    before: list[int], after: list[int]
) -> None:
    stay = staying(before, after)
    assert [key for key in before if key in stay] == [k for k in after if k in stay]


@given(order=orders, data=st.data())
def test_no_more_rows_move_than_were_moved(
    order: list[int], data: st.DataObject
) -> None:
    after = list(order)
    moves = data.draw(st.integers(0, 3))
    for _ in range(moves):
        row = after.pop(data.draw(st.integers(0, len(after) - 1)))
        after.insert(data.draw(st.integers(0, len(after))), row)
    assert len(staying(order, after)) >= len(order) - moves


def test_rows_that_came_or_went_do_not_stay() -> None:
    assert staying("abc", "bxc") == {"b", "c"}
    assert staying("", "a") == staying("a", "") == set()


numbers = st.integers(-LARGEST, LARGEST)


@given(st.integers(1, 9), st.none() | numbers, st.none() | numbers)
def test_what_comes_between_lies_between(
    count: int, left: int | None, right: int | None
) -> None:
    if left is not None and right is not None and left >= right:
        return
    found = between(count, left, right)
    if found is None:
        crowded = left is not None and right is not None and right - left <= count
        at_the_end = max(abs(left or 0), abs(right or 0)) > LARGEST - GAP * count
        assert crowded or at_the_end
        return
    assert len(found) == count
    row = [
        *([] if left is None else [left]),
        *found,
        *([] if right is None else [right]),
    ]
    assert row == sorted(set(row))
    assert all(abs(number) <= LARGEST for number in found)


def test_a_thousand_fit_before_the_first_of_two_neighbours() -> None:
    right = GAP
    for _ in range(GAP // STEP - 1):
        found = between(1, 0, right)
        assert found is not None
        right = found[0]
    assert right == STEP


@given(st.lists(st.none() | st.integers(-50, 50), min_size=1, max_size=30))
def test_there_is_always_room_and_all_stand_in_order(given: list[int | None]) -> None:
    known: dict[int, int] = {}
    for key, number in enumerate(given):
        if number is not None and number > max(known.values(), default=-51):
            known[key] = number
    written = spread(range(len(given)), known)
    order = [(known | written)[key] for key in range(len(given))]
    assert order == sorted(set(order))
    assert len(order) == len(given)


def test_only_the_neighbourhood_is_spread() -> None:
    known = {key: GAP * key for key in range(1000)} | {500: GAP * 499 + 1}
    order = [*range(500), "new", *range(500, 1000)]
    written = spread(order, known)
    assert "new" in written
    assert len(written) < 10


@pytest.mark.parametrize("number", [LARGEST, -LARGEST])
def test_at_the_end_of_the_numbers_all_begin_anew(number: int) -> None:
    order = ["new", "old"] if number < 0 else ["old", "new"]
    assert between(1, *((None, number) if number < 0 else (number, None))) is None
    written = spread(order, {"old": number})
    assert [written[key] for key in order] == [0, GAP]

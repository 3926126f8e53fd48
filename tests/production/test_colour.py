"""Colours are as far apart as they look."""

from math import inf

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.bambu_batch.production.colour import distance

colours = st.binary(min_size=3, max_size=3).map(lambda channels: channels.hex().upper())


def test_black_to_white_is_one() -> None:
    assert distance("000000", "FFFFFF") == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("colour", "near", "far"),
    [
        ("FF0000", "E04040", "0000FF"),
        ("FFFF00", "F2D24A", "FFFFFF"),
        ("000030", "000000", "0000FF"),
        ("808080", "8A8A8A", "80FF80"),
        ("FFFFFFFF", "EEEEEE", "FFFFFF00"),
    ],
)
def test_what_looks_near_is_near(colour: str, near: str, far: str) -> None:
    assert distance(colour, near) < distance(colour, far)


@pytest.mark.parametrize(
    ("colour", "expected"),
    # Ottosson's own reference values for pure red and blue: lightness 0.628 and 0.452
    [("FF0000", (0.6280, 0.2249, 0.1258)), ("0000FF", (0.4520, -0.0325, -0.3115))],
)
def test_the_published_values(colour: str, expected: tuple[float, ...]) -> None:
    # from black, which is the origin
    length = sum(part**2 for part in expected) ** 0.5
    assert distance(colour, "000000") == pytest.approx(length, abs=1e-3)


@given(one=colours, other=colours)
@settings(deadline=None)
def test_it_is_a_distance(one: str, other: str) -> None:
    assert distance(one, one) == 0
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) is (one == other)


@pytest.mark.parametrize("colour", [None, "", "FFF", "white", "FFFFFFFFFF"])
def test_what_is_unknown_is_infinitely_far(colour: str | None) -> None:
    assert distance(colour, "FFFFFF") == inf
    assert distance(colour, colour) == inf

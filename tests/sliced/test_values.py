"""Values out of files that nobody vouches for."""

from math import inf, nan

from hypothesis import given, strategies as st
import pytest

from custom_components.bambu_batch.sliced import values


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("1.5", 1.5),
        (" 1,5 ", 1.5),
        ("0", 0.0),
        (3, 3.0),
        (2.5, 2.5),
        ("10", 10.0),
        ("10.01", None),
        (-0.1, None),
        ("", None),
        ("1.2.3", None),
        ("nan", None),
        (nan, None),
        (inf, None),
        (True, None),
        (None, None),
        ([1], None),
        ("0" * 50, None),
        (10**400, None),
    ],
)
def test_number(value: object, found: float | None) -> None:
    assert values.number(value, 0, 10) == found


@pytest.mark.parametrize(
    ("value", "found"), [("7", 7), (7.0, 7), ("7.5", None), ("0", None), ("x", None)]
)
def test_whole(value: object, found: int | None) -> None:
    assert values.whole(value, 1, 64) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (" Würfel ", "Würfel"),
        ("\U0001f468\u200d\U0001f467", "\U0001f468\u200d\U0001f467"),
        ("a\n\tb\x00\u202e", "ab"),
        ("", None),
        (" \n", None),
        (None, None),
        (5, None),
        ("x" * 1000, "x" * 200),
        ("立方体", "立方体"),
    ],
)
def test_text(value: object, found: str | None) -> None:
    assert values.text(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("#00ae42", "00AE42"),
        ("#00AE42FF", "00AE42FF"),
        ("00AE42", "00AE42"),
        ("#00AE4", None),
        ("#00AE42F", None),
        ("green", None),
        (None, None),
    ],
)
def test_colour(value: object, found: str | None) -> None:
    assert values.colour(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("25s", 25),
        ("14m 25s", 865),
        ("1h 0m 5s", 3605),
        ("2d 1h 0m 5s", 176405),
        ("3h", 10800),
        ("0s", None),
        ("", None),
        ("61d 0h 0m 0s", None),
        ("5 minutes", None),
        ("5s 3m", None),
    ],
)
def test_duration(value: str, found: int | None) -> None:
    assert values.duration(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("0.4", 0.4),
        ("0.4,0.4", 0.4),
        ("0.4,0.6", None),
        ("0,4", 0.4),
        ("0,4,0,4", 0.4),
        ("0,4,0,6", None),
        ("0.4000000059604645", 0.4),
        (0.4000000059604645, 0.4),
        (0, None),
        ("0.4,", None),
        ("", None),
        ("9", None),
        (None, None),
    ],
)
def test_nozzle(value: object, found: float | None) -> None:
    assert values.nozzle(value) == found


@given(
    st.one_of(
        st.none(), st.text(), st.floats(), st.integers(), st.booleans(), st.binary()
    )
)
def test_nothing_is_raised_whatever_comes(value: object) -> None:
    values.number(value, 0, 1)
    values.whole(value, 0, 1)
    values.text(value)
    values.colour(value)
    values.nozzle(value)
    if isinstance(value, str):
        values.duration(value)

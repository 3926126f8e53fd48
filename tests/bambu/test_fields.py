"""Raw values: numbers and numeric strings are mixed, and anything may be anything."""

from typing import Any

import pytest

from custom_components.bambu_batch.bambu import fields


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (12, 12),
        ("12", 12),
        (" 12 ", 12),
        ("-1", -1),
        (12.9, 12),
        ("12.0", 12),
        ("", None),
        ("many", None),
        ("1_000", None),
        ("9" * 40, None),
        ("nan", None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ([1], None),
        ({}, None),
        (1 << 53, 1 << 53),
        (-1 << 53, -1 << 53),
        ((1 << 53) + 1, None),
        (10**30, None),
        (10**400, None),
        (1e30, None),
        ("1e30", None),
    ],
)
def test_integers_are_read_from_numbers_and_from_texts(raw: Any, value: Any) -> None:
    assert fields.integer(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [(1, 1.0), ("0.4", 0.4), (0.25, 0.25), (10**400, None), (False, None), ("-", None)],
)
def test_numbers_are_finite_or_unknown(raw: Any, value: Any) -> None:
    assert fields.number(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("f", 15),
        ("2000000", 0x2000000),
        ("100d122002fbd", 0x100D122002FBD),
        (7, 7),
        (-7, None),
        ("0x10", 16),
        ("-1", None),
        ("", None),
        ("xyz", None),
        ("f" * 40, None),
        (True, None),
        (1.0, None),
    ],
)
def test_bit_fields_are_numbers_or_hex_digits(raw: Any, value: Any) -> None:
    assert fields.bits(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (0x12008006, 0x12008006),
        (-2, 0xFFFF_FFFE),
        (-(1 << 31), 0x8000_0000),
        ("302022662", 302022662),
        (1 << 32, None),
        (-(1 << 32), None),
    ],
)
def test_words_have_32_bits_whatever_their_sign(raw: Any, value: Any) -> None:
    assert fields.word(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("name", "name"),
        ("", ""),
        ("a &amp; b", "a & b"),
        (626732162, "626732162"),
        (10**80, None),
        ("torn \ud800 name", "torn ? name"),
        (1.5, None),
        (True, None),
        (None, None),
    ],
)
def test_texts_are_unescaped_and_always_encodable(raw: Any, value: Any) -> None:
    assert fields.text(raw) == value


@pytest.mark.parametrize("raw", ["", "0", "00000000", None, []])
def test_zeros_and_nothing_are_no_name(raw: Any) -> None:
    assert fields.filled(raw) is None


def test_only_real_truth_values_count() -> None:
    assert fields.flag(True) is True
    assert fields.flag(1) is None
    assert fields.flag("true") is None


def test_a_broken_path_leads_to_nothing() -> None:
    assert fields.inner({"a": {"b": 1}}, "a", "b") == 1
    assert fields.inner({"a": [1]}, "a", "b") is None
    assert fields.items("text") == []

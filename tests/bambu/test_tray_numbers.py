"""Unit and slot make a tray, and a tray is in one place only."""

import pytest

from custom_components.bambu_batch.bambu.tray_numbers import (
    EXTERNAL_TRAYS,
    HIGHEST,
    NO_TRAY,
    UNUSED,
    exist_bit,
    flat,
    in_a_unit,
    one_external,
    tray_number,
    unit_and_slot,
)

TRAYS = [tray for tray in range(-10, 300) if in_a_unit(tray)]


def test_every_tray_of_a_unit_is_found_again_by_its_unit_and_slot() -> None:
    assert len(TRAYS) == 16 + 4 + 8
    assert max(TRAYS) == HIGHEST
    assert [tray_number(*unit_and_slot(tray)) for tray in TRAYS] == TRAYS


def test_no_other_unit_or_slot_makes_a_tray() -> None:
    places = [(unit, slot) for unit in range(-10, 300) for slot in range(-10, 300)]
    found = [tray for place in places if (tray := tray_number(*place)) is not None]
    assert sorted(found) == TRAYS


def test_an_unused_filament_and_the_external_spool_are_in_no_unit() -> None:
    assert not any(map(in_a_unit, (UNUSED, NO_TRAY, *EXTERNAL_TRAYS)))
    assert unit_and_slot(UNUSED) == (NO_TRAY, NO_TRAY)


def test_no_two_trays_share_a_bit() -> None:
    assert len({exist_bit(tray) for tray in TRAYS}) == len(TRAYS)


@pytest.mark.parametrize(("tray", "expected"), [(3, 3), (24, 0), (27, 3), (130, 130)])
def test_the_flat_mapping_counts_an_a2ls_ams_lite_from_0(
    tray: int, expected: int
) -> None:
    assert flat(tray) == expected


def test_the_external_spool_has_one_number_in_the_books() -> None:
    assert [one_external(tray) for tray in (3, 130, 254, 255)] == [3, 130, 254, 254]

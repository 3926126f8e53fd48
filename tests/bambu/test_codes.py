"""Codes: their classes, their printed form, their pages."""

import pytest

from custom_components.bambu_batch.bambu import codes
from custom_components.bambu_batch.bambu.codes import ErrorClass, classify
from custom_components.bambu_batch.bambu.status import Hms


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, ErrorClass.NONE),
        (0x0300_0002, ErrorClass.PHASE),
        (0x0300_400C, ErrorClass.CANCELLED),
        (0x0500_400E, ErrorClass.CANCELLED),
        (0x0300_8013, ErrorClass.PAUSED),
        (0x0300_8004, ErrorClass.FILAMENT_OUT),
        (0x0703_8011, ErrorClass.FILAMENT_OUT),
        (0x07FF_8011, ErrorClass.FILAMENT_OUT),
        (0x1200_8011, ErrorClass.FILAMENT_OUT),
        (0x12FF_8011, ErrorClass.FILAMENT_OUT),
        (0x1807_8011, ErrorClass.FILAMENT_OUT),
        (0x1200_8006, ErrorClass.FILAMENT_FEED),
        (0x1203_8016, ErrorClass.FILAMENT_FEED),
        (0x07FF_8012, ErrorClass.FILAMENT_MAPPING),
        (0x1200_8012, ErrorClass.FILAMENT_MAPPING),
        (0x07FF_C006, ErrorClass.FILAMENT_MAPPING),
        (0x0500_4004, ErrorClass.BUSY),
        (0x0500_4005, ErrorClass.UPDATING),
        (0x0500_4003, ErrorClass.FILE),
        (0x0500_C010, ErrorClass.STORAGE),
        (0x0500_C011, ErrorClass.STORAGE),
        (0x0500_409D, ErrorClass.AMS_FIRMWARE),
        (0x0500_4038, ErrorClass.WRONG_FILE),
        (0x0300_8019, ErrorClass.PLATE),
        (0x0500_8051, ErrorClass.PLATE),
        (0x0300_800B, ErrorClass.HARDWARE),
        (0x0300_4001, ErrorClass.HARDWARE),
        (0x0300_400D, ErrorClass.POWER_LOSS),
        (0x0300_8007, ErrorClass.POWER_LOSS),
        (0x0502_4007, ErrorClass.SIGNATURE),
        (0x0300_4100, ErrorClass.FAULT),
        (0x0300_8FFF, ErrorClass.FAULT),
        (0xFFFF_FFFF, ErrorClass.FAULT),
    ],
)
def test_codes_are_classified(code: int, expected: ErrorClass) -> None:
    assert classify(code) is expected


@pytest.mark.parametrize("unit", [0x1000, 0x1200, 0x12FF, 0x1800])
def test_fm_147_unknown_codes_of_an_ams_are_faults(unit: int) -> None:
    assert classify(unit << 16 | 0x8099) is ErrorClass.FAULT


def test_fm_082_low_codes_are_no_alarm() -> None:
    assert classify(0x0300_3FFF) is ErrorClass.PHASE
    assert classify(0x0400_4000) is ErrorClass.FAULT


def test_fm_015_the_refused_signature_is_recognised_by_its_number() -> None:
    assert codes.SIGNATURE_REFUSED == 84033543
    assert classify(84033543) is ErrorClass.SIGNATURE
    assert str(codes.SIGNATURE_HMS) == "0500-0500-0001-0007"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0x0300_400C, "0300-400C"),
        (302022662, "1200-8006"),
        (0x1000_0001, "1000-0001"),
        (0, "0000-0000"),
    ],
)
def test_fm_147_codes_have_eight_digits(code: int, text: str) -> None:
    assert codes.printed(code) == text


def test_pages_carry_the_whole_code() -> None:
    assert codes.page(0x1200_8006).endswith("#:~:text=1200%2D8006")
    assert "e=0500050000010007&" in codes.hms_page(codes.SIGNATURE_HMS)


@pytest.mark.parametrize(
    ("code", "severity"), [(0x0001_0007, 1), (0x0002_0070, 2), (0x0009_0001, 9)]
)
def test_the_severity_of_a_health_entry_is_its_codes_high_word(
    code: int, severity: int
) -> None:
    assert Hms(0, code).severity == severity

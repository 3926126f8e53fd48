"""What sensors show of temperatures and of what remains."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.bambu_batch.views.steady import (
    Temperature,
    minutes_left,
    seconds_left,
)

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def _later(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (0, 0),
        (4, 4),
        (9, 5),
        (10, 10),
        (14, 10),
        (59, 55),
        (60, 60),
        (83, 75),
        (None, None),
    ],
)
def test_what_remains_is_shown_in_steps_that_shrink_towards_the_end(
    minutes: int | None, shown: int | None
) -> None:
    assert minutes_left(minutes) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(299, 299), (599, 300), (7199, 6300), (None, None)]
)
def test_the_queues_seconds_have_the_same_steps(
    seconds: int | None, shown: int | None
) -> None:
    assert seconds_left(seconds) == shown


@pytest.mark.parametrize("limit", [5, 10, 15, 30, 45, 60, 75])
def test_a_trigger_below_a_limit_fires_in_the_same_minute_as_before(limit: int) -> None:
    fired = next(one for one in range(90, -1, -1) if (minutes_left(one) or 0) < limit)
    assert fired == limit - 1


def test_a_temperature_is_shown_without_its_noise() -> None:
    shown = Temperature()
    assert shown.show(220.0, 220.0, NOON) == 220
    assert shown.show(221.4, 220.0, _later(60)) == 220


def test_a_temperature_that_moves_is_shown_every_half_minute() -> None:
    shown = Temperature()
    assert shown.show(25.0, 220.0, NOON) == 25
    assert shown.show(60.0, 220.0, _later(10)) == 25
    assert shown.show(130.0, 220.0, _later(30)) == 130


def test_a_temperature_that_reaches_its_target_is_shown_at_once() -> None:
    shown = Temperature()
    shown.show(218.0, 220.0, NOON)
    assert shown.show(219.6, 220.0, _later(2)) == 220


def test_a_temperature_that_goes_or_comes_is_shown_at_once() -> None:
    shown = Temperature()
    shown.show(60.0, 0.0, NOON)
    assert shown.show(None, None, _later(2)) is None
    assert shown.show(59.0, 0.0, _later(4)) == 59


def test_a_clock_that_is_set_back_does_not_hold_a_temperature_for_ever() -> None:
    shown = Temperature()
    shown.show(25.0, 220.0, NOON)
    assert shown.show(130.0, 220.0, _later(-3600)) == 130

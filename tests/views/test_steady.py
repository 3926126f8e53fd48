"""What sensors show of temperatures and of what remains."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.bambu_batch.views.steady import Remaining, Temperature

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def _later(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_what_remains_is_exact_where_it_begins_and_where_the_queue_changes() -> None:
    shown = Remaining()
    assert shown.show(4980, "one copy") == 4980
    assert shown.show(4920, "one copy") == 4980
    assert shown.show(9900, "two copies") == 9900
    assert shown.show(9850, "less of two copies") == 9850


def test_what_remains_is_shown_in_steps_that_shrink_towards_the_end() -> None:
    shown = Remaining()
    steps = [shown.show(minute * 60, "job") for minute in range(83, -1, -1)]
    minutes = [seconds // 60 for seconds in dict.fromkeys(steps) if seconds is not None]
    assert minutes == [83, 74, 59, 44, 29, 24, 19, 14, 9, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("limit", [5, 10, 15, 30, 45, 60, 75])
def test_a_trigger_below_a_limit_fires_in_the_same_minute(limit: int) -> None:
    shown = Remaining()
    fired = next(
        minute
        for minute in range(90, -1, -1)
        if (shown.show(minute * 60, "job") or 0) < limit * 60
    )
    assert fired == limit - 1


def test_a_minute_that_ticks_back_is_not_shown_and_more_is() -> None:
    shown = Remaining()
    shown.show(39 * 60, "job")
    assert shown.show(40 * 60, "job") == 39 * 60
    assert shown.show(41 * 60, "job") == 41 * 60


def test_what_is_no_longer_known_is_not_shown() -> None:
    shown = Remaining()
    shown.show(600, "job")
    assert shown.show(None, "job") is None


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

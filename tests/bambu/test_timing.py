"""The durations learned from other projects' failures."""

from typing import Any

import pytest

from custom_components.bambu_batch.bambu.connection_settings import Timing
from custom_components.bambu_batch.production.plate import CONTINUITY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keepalive", 30),
        ("backoff", (1, 2, 5, 10, 30)),
        ("first_report", 15),
        ("stale", 60),
        ("silent", 90),
        ("start_window", 240),
        ("full_report_every", 300),
        ("full_report_lost", 60),
        ("ftps_socket", 30),
        ("ftps_reply", 120),
        ("ftps_floor", 600),
        ("ftps_slowest", 25_000),
        ("ftps_settle", 1),
    ],
)
def test_the_defaults_are_the_documented_ones(name: str, value: Any) -> None:
    assert getattr(Timing(), name) == value


def test_what_must_come_first_comes_first() -> None:
    timing = Timing()
    assert timing.stale < timing.silent < timing.start_window
    assert timing.start_quiet < timing.keepalive
    assert timing.first_report < timing.no_report
    assert timing.full_report_urgent >= 3 + 1.5, "two requests, one of them delayed"
    assert timing.full_report_urgent < timing.first_report < timing.full_report_lost
    assert timing.full_report_lost < timing.full_report_every
    assert timing.full_report_lost < CONTINUITY.total_seconds()
    assert 0 < timing.jitter < 1

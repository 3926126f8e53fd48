"""The clock of a trial reaches the parts of the product that read the time."""

from datetime import UTC, datetime
from pathlib import Path
import time

from homeassistant.util import dt as dt_util
import pytest

from custom_components.bambu_batch.bambu import connection, uptime

from .clock import Clock, boottime, shown

HOUR = 3600.0
SLOW = 30.0
"""Seconds that a busy computer may take here."""


def test_a_clock_that_stood_is_behind_for_all_who_ask(tmp_path: Path) -> None:
    Clock(behind=HOUR).write(tmp_path)
    stood = pytest.approx(datetime.now(UTC).timestamp() - HOUR, abs=SLOW)
    boot = uptime.now()
    with shown(tmp_path):
        assert time.time() == stood
        assert dt_util.utcnow().timestamp() == stood
        assert dt_util.now().timestamp() == stood
        assert vars(connection)["datetime"].now(UTC).timestamp() == stood
        up = uptime.now()
    assert boot and up
    assert up.boot == boot.boot
    assert boot.seconds <= up.seconds < boot.seconds + SLOW
    assert time.time() > datetime.now(UTC).timestamp() - HOUR / 2


def test_another_boot_counts_from_its_own_beginning(tmp_path: Path) -> None:
    Clock(boot="the next one", booted=boottime() - 2).write(tmp_path)
    with shown(tmp_path):
        up = uptime.now()
    assert up
    assert up.boot == "the next one"
    assert 2 <= up.seconds < 2 + SLOW


def test_without_a_file_the_clock_is_right(tmp_path: Path) -> None:
    now = datetime.now(UTC).timestamp()
    with shown(tmp_path):
        assert dt_util.utcnow().timestamp() == pytest.approx(now, abs=SLOW)

"""The product's patience, shortened as much as the simulated printer is fast.

A simulated print lasts seconds. So must everything that the product takes from real printers:
how short a print can be, how long a start may take. Otherwise a trial would blame it for a
whole print in the blink of an eye, or would wait four minutes for every unproven start.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final
from unittest.mock import patch

from custom_components.bambu_batch.bambu import connection, storage
from custom_components.bambu_batch.bambu.connection_settings import Timing
from custom_components.bambu_batch.books import spoolman_charges, spoolman_link
from custom_components.bambu_batch.production import (
    files,
    follow,
    gate,
    patience,
    plate,
    waiting,
)

LEAST_WINDOW: Final = 8.0
"""Real seconds: a busy computer needs them whatever the printer's speed."""
LEAST_FRESH: Final = 4.0
LEAST_PATIENCE: Final = 3.0
SETTLE: Final = 1.5
"""Real seconds: on loopback nothing is on its way for longer."""


@contextmanager
def hurry(speed: float) -> Iterator[None]:
    """Shorten all waiting of this process for a printer that is `speed` times as fast."""

    def shortened(seconds: float, least: float = 0) -> timedelta:
        return timedelta(seconds=max(seconds / speed, least))

    window, fresh = shortened(240, LEAST_WINDOW), shortened(60, LEAST_FRESH)
    after_start = shortened(60)

    def patient[K](times: Mapping[K, timedelta | None]) -> dict[K, timedelta | None]:
        return {
            what: time and shortened(time.total_seconds(), LEAST_PATIENCE)
            for what, time in times.items()
        }

    soon = shortened(600, LEAST_PATIENCE)
    timing = partial(
        Timing,
        tick=0.2,
        backoff=(0.1, 0.2, 0.5, 1),
        refused=2,
        steady=5,
        first_report=4,
        no_report=8,
        stale=LEAST_FRESH,
        silent=6,
        reply=4,
        version_every=5,
        full_report_every=5,
        start_window=window.total_seconds(),
        start_quiet=2,
        ftps_socket=6,
        ftps_reply=6,
        ftps_floor=30,
        ftps_pauses=(0.1, 0.3),
    )
    changes: dict[Any, dict[str, Any]] = {
        # Whether a print may have happened unseen: exactly in proportion.
        plate: {"CONTINUITY": shortened(180), "WATCH_EVERY": shortened(60)},
        follow: {"START_WINDOW": window},
        gate: {"FRESH": fresh},
        files: {"RETRY_AFTER": shortened(30, 0.2), "UPLOAD_AFTER_START": after_start},
        patience: {
            "SOON": soon,
            "PATIENCE": patient(patience.PATIENCE),
            "WITHOUT_PROGRESS": patient(patience.WITHOUT_PROGRESS),
        },
        waiting: {
            "SOON": soon,
            "START_WINDOW": window,
            "FRESH": fresh,
            "UPLOAD_AFTER_START": after_start,
        },
        connection: {"Timing": timing},
        storage: {"Timing": timing},
        spoolman_charges: {"SETTLE_SECONDS": SETTLE},
        spoolman_link: {"EVERY_SECONDS": 1.0, "PAUSES": (0.2, 0.5, 1.0)},
    }
    with ExitStack() as stack:
        for module, names in changes.items():
            for name, value in names.items():
                stack.enter_context(patch.object(module, name, value))
        yield

"""The product's patience, shortened as much as the simulated printer is fast.

A simulated print lasts seconds. So must everything that the product takes from real printers:
how short a print can be, how long a start may take. Otherwise a trial would blame it for a
whole print in the blink of an eye, or would wait four minutes for every unproven start.
"""

from datetime import timedelta
from functools import partial

from custom_components.bambu_batch.bambu import connection, storage
from custom_components.bambu_batch.bambu.access import Timing
from custom_components.bambu_batch.production import files, follow, gate, plate, waiting

LEAST_WINDOW = 8.0
"""Real seconds: a busy computer needs them whatever the printer's speed."""
LEAST_FRESH = 4.0


def hurry(speed: float) -> None:
    """Shorten all waiting of this process. Nothing is shortened below what safety asks for."""

    def shortened(seconds: float, least: float = 0) -> timedelta:
        return timedelta(seconds=max(seconds / speed, least))

    # These two decide whether a print may have happened unseen: exactly in proportion.
    plate.CONTINUITY = shortened(180)
    plate.WATCH_EVERY = shortened(60)

    window, fresh = shortened(240, LEAST_WINDOW), shortened(60, LEAST_FRESH)
    follow.START_WINDOW = waiting.START_WINDOW = window  # type: ignore[attr-defined]
    gate.FRESH = files.FRESH = waiting.FRESH = fresh  # type: ignore[attr-defined]
    files.RETRY_AFTER = shortened(30, 0.2)
    files.UPLOAD_AFTER_START = waiting.UPLOAD_AFTER_START = shortened(60)  # type: ignore[attr-defined]
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
    connection.Timing = storage.Timing = timing  # type: ignore[attr-defined,assignment,misc]

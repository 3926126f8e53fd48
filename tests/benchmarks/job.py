"""What a job of 83 minutes writes: commits, bytes of the log, rows of the recorder.

python -m tests.benchmarks.job [--short]

A printer on paper reports every two seconds by a clock of our own; Home Assistant and the
database are real. The recorder writes a row for each state that changes.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
import random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from homeassistant import loader
from homeassistant.core import (
    EVENT_STATE_CHANGED,
    Event,
    EventStateChangedData,
    callback,
)
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_test_home_assistant

import custom_components  # noqa: F401  # before the test plugin's package of this name
from custom_components.bambu_batch.bambu import uptime
from custom_components.bambu_batch.bambu.status import PrintState, Uptime
from tests.paper import PaperPrinter
from tests.shop import Shop, paper_entry, queue_up

from .figure import Figure, at_most
from .sqlite_log import SqliteLog
from .table import show_alone

LAYERS = 250
TICK = timedelta(seconds=2)


def figures(short: bool) -> Iterable[Figure]:
    """Print one job."""
    minutes = 2 if short else 83
    with TemporaryDirectory(prefix="bambu-batch-job-") as folder:
        commits, log, rows = asyncio.run(_print(Path(folder), minutes))
    for name, value, unit, limit in (
        ("commits", commits, "", 60),
        ("log of the database", log / 1e6, "MB", None),
        ("rows of the recorder", rows, "", 200),
    ):
        yield Figure(
            name=f"a job of {minutes} minutes: {name}",
            value=value,
            unit=unit,
            goals=(at_most(limit),) if limit else (),
        )


class _Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show this time to the product."""

        def up() -> Uptime:
            return Uptime("boot", self.time.timestamp())

        with ExitStack() as stack:
            stack.enter_context(patch.object(dt_util, "utcnow", lambda: self.time))
            stack.enter_context(patch.object(uptime, "now", up))
            yield


async def _print(folder: Path, minutes: int) -> tuple[int, int, int]:
    """Return commits, bytes of the log and rows."""
    media = folder / "media"
    media.mkdir()
    paper, clock = PaperPrinter(), _Clock()
    rows = 0

    @callback
    def count(event: Event[EventStateChangedData]) -> None:
        nonlocal rows
        rows += 1

    async with async_test_home_assistant(config_dir=str(folder)) as hass:
        hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        hass.config.media_dirs = {"local": str(media)}
        shop = Shop(hass, paper_entry(cooldown_seconds=0))
        package = "custom_components.bambu_batch"
        with (
            clock.shown(),
            patch(f"{package}.coordinator.Connection", paper.connect),
            patch(f"{package}.coordinator.Storage", paper.store),
            patch(f"{package}.discovery.watch"),
        ):
            await shop.open()
            await queue_up(shop, paper, media)
            log = SqliteLog(folder / "bambu_batch.db")
            hass.bus.async_listen(EVENT_STATE_CHANGED, count)
            chance = random.Random(1)
            reports = minutes * 60 // 2
            for number in range(reports):
                clock.time += TICK
                paper.prints(
                    shop.run,
                    PrintState.RUNNING,
                    bed_temperature=65 + chance.randint(0, 10) / 32,
                    nozzle_temperature=219 + chance.randint(-8, 8) / 32,
                    layer=1 + number * LAYERS // reports,
                    total_layers=LAYERS,
                    percent=number * 100 // reports,
                    remaining_minutes=minutes - number * minutes // reports,
                )
                await shop.settled()
                log.look()
            paper.prints(shop.run, PrintState.FINISH)
            await shop.settled()
            log.look()
            await shop.close()
        await hass.async_stop(force=True)
    return log.commits, log.bytes, rows


if __name__ == "__main__":
    show_alone(figures)

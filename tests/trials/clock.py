"""The computer's clock in a trial: it may stand while Home Assistant is away, or the computer boots.

The trial writes it down beside Home Assistant's configuration, the program reads it at its
start. `CLOCK_BOOTTIME` goes on as it does in truth, from another boot on if there is one.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, tzinfo
import json
from pathlib import Path
import time
from typing import Any, Final
from unittest.mock import patch

from homeassistant.util import dt as dt_util

from custom_components.bambu_batch.bambu import connection, uptime
from custom_components.bambu_batch.bambu.status import Uptime

_FILE: Final = "clock.json"


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock that Home Assistant reads from its start on."""

    behind: float = 0
    """Seconds by which the wall clock is behind the true one."""
    boot: str | None = None
    """Id of another boot; None: the true one."""
    booted: float = 0
    """`CLOCK_BOOTTIME` at that boot, in seconds of the true one."""

    def write(self, folder: Path) -> None:
        """Show it from the next start on."""
        (folder / _FILE).write_text(json.dumps(asdict(self)))


def boottime() -> float:
    """Return the true seconds since the computer's boot."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@contextmanager
def shown(folder: Path) -> Iterator[None]:
    """Show this process the clock that is written down in a folder, if there is one."""
    file = folder / _FILE
    clock = Clock(**json.loads(file.read_text())) if file.exists() else Clock()
    behind, true_time, true_up = clock.behind, time.time, uptime.now

    def now(zone: tzinfo | None = None) -> datetime:
        return datetime.now(zone) - timedelta(seconds=behind)

    class Shifted(datetime):
        """What the connection takes the time of a report from."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return now(tz)

    def up() -> Uptime | None:
        true = true_up()
        if true is None or clock.boot is None:
            return true
        return Uptime(clock.boot, true.seconds - clock.booted)

    with ExitStack() as stack:
        for module, name, value in (
            (time, "time", lambda: true_time() - behind),
            (dt_util, "utcnow", lambda: now(UTC)),
            (dt_util, "now", lambda zone=None: now(zone or dt_util.DEFAULT_TIME_ZONE)),
            (connection, "datetime", Shifted),
            (uptime, "now", up),
        ):
            stack.enter_context(patch.object(module, name, value))
        yield

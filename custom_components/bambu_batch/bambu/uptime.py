"""The clock of this computer that nobody can set, and that goes on in standby.

Linux only: `CLOCK_BOOTTIME` counts from the boot that `boot_id` names (proc(5)). A container
has its host's. On other systems nothing is proven.
"""

from pathlib import Path
import time

from .status import Uptime

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def _boot() -> str | None:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip() or None
    except OSError, UnicodeDecodeError:
        return None


BOOT = _boot()
"""Which boot this is, read once: it does not change while anything runs."""


def now() -> Uptime | None:
    """Read the clock; None where no such clock can be trusted."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    if BOOT is None or clock is None:
        return None
    return Uptime(BOOT, time.clock_gettime(clock))

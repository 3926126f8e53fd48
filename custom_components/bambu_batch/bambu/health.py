"""What a health entry (HMS) is about, as the key of its text."""

from typing import Final

from .codes import SIGNATURE_HMS
from .status import Hms

MODULES: Final = {
    0x03: "motion",
    0x05: "mainboard",
    0x07: "ams",
    0x08: "toolhead",
    0x0C: "camera",
    0x12: "ams_lite",
    0x18: "ams_ht",
}
"""High byte of `attr` [Bambu Studio; 12 and 18 by recordings]."""
OTHER: Final = "other"

_PLATE_ASKEW: Final = 0x0300_0D00
_KNOWN: Final = {
    SIGNATURE_HMS: "commands_refused",
    Hms(0x0C00_0100, 0x0001_0004): "lens_dirty",
    Hms(0x0500_0300, 0x0001_000A): "system_state",
    Hms(0x0500_0400, 0x0001_0044): "ams_firmware",
}
MEANINGS: Final = (*_KNOWN.values(), "plate_askew", *MODULES.values(), OTHER)


def module_of(entry: Hms) -> str:
    """Return which part of the printer speaks."""
    return MODULES.get(entry.attr >> 24, OTHER)


def meaning_of(entry: Hms) -> str:
    """Return what the entry means if it is a common one, else which part reports it."""
    if entry.attr == _PLATE_ASKEW:
        return "plate_askew"
    return _KNOWN.get(entry) or module_of(entry)

"""`print_error` and HMS codes: their printed form, their class, where to read about them.

Classes and codes follow ha-bambulab's table of texts, recordings and other projects' reports. Only codes
that change what we do are listed; any other code is a fault (FM-147).
"""

from enum import StrEnum

from .status import Hms

FILE_NOT_FOUND = 0x0500_4002
"""The printer does not find the file of a start: another card may be in it by now."""

MISSED = frozenset({FILE_NOT_FOUND, 0x0300_800E, 0x0500_C010})
"""How a printer reports a missing file after an accepted start. The last one can mean a bad card, too (FM-140)."""

UNREADABLE = frozenset(
    {0x0500_4003, 0x0500_4046, 0x0502_402D, 0x0502_402E, 0x0502_402F}
)
"""How a printer reports a file that it found and cannot read: damaged on the card, or made so."""

SIGNATURE_REFUSED = 0x0502_4007
"""`err_code` 84033543 of a refused command: the printer takes signed commands only (FM-015)."""

SIGNATURE_HMS = Hms(attr=0x0500_0500, code=0x0001_0007)
"""The same as a health entry. Only all 16 digits name it: the short form collides (bambuddy#2732)."""


class ErrorClass(StrEnum):
    """What a code means for a queue. The values are translation keys."""

    NONE = "none"
    PHASE = "phase"
    """A passing phase of a normal print: no alarm, but no start either (FM-082)."""
    CANCELLED = "cancelled"
    PAUSED = "paused"
    """By the user or by the file."""
    FILAMENT_OUT = "filament_out"
    FILAMENT_FEED = "filament_feed"
    FILAMENT_MAPPING = "filament_mapping"
    BUSY = "busy"
    UPDATING = "updating"
    FILE = "file"
    STORAGE = "storage"
    """Three causes: a bad card, a start before the upload's end, a wrong url (FM-140)."""
    WRONG_FILE = "wrong_file"
    """Made for another model or nozzle."""
    PLATE = "plate"
    HARDWARE = "hardware"
    POWER_LOSS = "power_loss"
    SIGNATURE = "signature"
    AMS_FIRMWARE = "ams_firmware"
    """The AMS's firmware does not match the printer's: starts are refused; it says nothing about a print."""
    FAULT = "fault"
    """Anything that is not listed."""


def _units(*codes: int, units: tuple[int, ...]) -> set[int]:
    """The given low half words for each of these AMS units (the high half word)."""
    return {unit << 16 | code for unit in units for code in codes}


_AMS = (0x0700, 0x0701, 0x0702, 0x0703)
_AMS_LITE = (0x1200, 0x1201, 0x1202, 0x1203)
_AMS_HT = tuple(range(0x1800, 0x1808))
_EXTERNAL, _EXTERNAL_LITE = 0x07FF, 0x12FF

_CODES: dict[ErrorClass, set[int]] = {
    ErrorClass.CANCELLED: {0x0300_400C, 0x0500_400E},
    ErrorClass.PAUSED: {0x0300_8000, 0x0300_8001, 0x0300_8013},
    ErrorClass.FILAMENT_OUT: {
        0x0300_8004, 0x0300_8015,
        *_units(0x8011, units=(*_AMS, _EXTERNAL, *_AMS_LITE, _EXTERNAL_LITE, *_AMS_HT)),
    },
    ErrorClass.FILAMENT_FEED: _units(0x8001, 0x8005, 0x8006, 0x8007, 0x8010, 0x8013, 0x8014, 0x8016, units=_AMS_LITE),
    ErrorClass.FILAMENT_MAPPING: {0x07FF_C006, *_units(0x8012, units=(0x0700, _EXTERNAL, 0x1200, _EXTERNAL_LITE))},
    ErrorClass.BUSY: {0x0500_4004, 0x0500_C07F},
    ErrorClass.UPDATING: {0x0500_4005},
    ErrorClass.FILE: {
        0x0300_800E, FILE_NOT_FOUND, 0x0500_4003, 0x0500_400A, 0x0500_400B, 0x0500_403F, 0x0500_4046, 0x0500_8013,
        0x0502_402D, 0x0502_402E, 0x0502_402F,
    },
    ErrorClass.STORAGE: {
        0x0500_4006, 0x0500_400C, 0x0500_4015, 0x0500_4016, 0x0500_402F, 0x0500_C010, 0x0500_C011,
    },
    ErrorClass.WRONG_FILE: {0x0500_4037, 0x0500_4038, 0x0500_403C, 0x0500_8036, 0x0500_803C},
    ErrorClass.PLATE: {0x0300_8006, 0x0300_8011, 0x0300_8014, 0x0300_8017, 0x0300_8019, 0x0500_8051},
    ErrorClass.HARDWARE: {
        0x0300_8008, 0x0300_8009, 0x0300_800B, 0x0300_800C, 0x0300_8016, 0x0300_801A, 0x0500_4008, 0x0500_400D,
    },
    ErrorClass.POWER_LOSS: {0x0300_400D, 0x0300_8007},
    ErrorClass.SIGNATURE: {SIGNATURE_REFUSED},
    ErrorClass.AMS_FIRMWARE: {0x0500_409D},
}  # fmt: skip
_CLASS_OF = {code: kind for kind, codes in _CODES.items() for code in codes}

_HOMING_AND_LEVELLING = range(0x0300_4000, 0x0300_4100)
_FIRST_ALARM = 0x4000


def classify(code: int) -> ErrorClass:
    """The class of a `print_error`. 0x4000 and up: refused or stopped, 0x8000: paused, 0xC000: notice."""
    if code == 0:
        return ErrorClass.NONE
    if kind := _CLASS_OF.get(code):
        return kind
    if code in _HOMING_AND_LEVELLING:
        return ErrorClass.HARDWARE
    if code & 0xFFFF < _FIRST_ALARM:
        return ErrorClass.PHASE
    return ErrorClass.FAULT


def printed(code: int) -> str:
    """A `print_error` as people read it: always eight digits, "0300-400C" (FM-147)."""
    return f"{code >> 16:04X}-{code & 0xFFFF:04X}"


def page(code: int) -> str:
    """Bambu Lab's page about a `print_error`: the list of all codes, which the browser scrolls to this one."""
    return f"https://wiki.bambulab.com/en/hms/error-code#:~:text={printed(code).replace('-', '%2D')}"


def hms_page(entry: Hms) -> str:
    """Bambu Lab's page about a health entry: where the code on the printer's screen leads."""
    return f"https://e.bambulab.com/?e={entry.attr:08X}{entry.code:08X}&s=device_hms&lang=en"

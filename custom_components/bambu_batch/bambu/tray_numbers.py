"""The printer's numbers for trays. Only this file turns a unit and a slot into a tray.

A tray is unit × 4 + slot; an AMS HT is unit and tray in one; the slots of an A2L's AMS lite, unit 16, are
trays 24 to 27 [Bambu Studio].
"""

EXTERNAL = 254
"""The external spool."""
EXTERNAL_TRAYS = frozenset({EXTERNAL, 255})
"""Firmware with two kinds of number also calls that place 255. As `tray_now` it is no tray."""
NO_TRAY = 255
"""As `tray_now`, and as unit or slot: none."""
UNUSED = -1
"""In a mapping: the plate does not use this filament. Never the external spool (FM-101)."""
HIGHEST = 135
"""Of the trays in a unit."""

_SLOTS = 4
_AMS = range(16)
_LITE_UNIT, _LITE = 16, range(24, 28)
_HT = range(128, HIGHEST + 1)
_HT_BIT = 16


def tray_number(unit: int, slot: int) -> int | None:
    """The tray of a slot; None where there is no such place."""
    if not 0 <= slot < _SLOTS:
        return None
    if unit in _HT:
        return unit if slot == 0 else None
    if unit == _LITE_UNIT:
        return _LITE[slot]
    return unit * _SLOTS + slot if 0 <= unit < _SLOTS else None


def unit_and_slot(tray: int) -> tuple[int, int]:
    """Where a tray in a unit is; for `UNUSED` neither."""
    if tray == UNUSED:
        return NO_TRAY, NO_TRAY
    if tray in _HT:
        return tray, 0
    if tray in _LITE:
        return _LITE_UNIT, _LITE.index(tray)
    return divmod(tray, _SLOTS)


def in_a_unit(tray: int) -> bool:
    """Whether a tray of this number can exist in a unit."""
    return tray in _AMS or tray in _LITE or tray in _HT


def exist_bit(tray: int) -> int:
    """The tray's bit in `tray_exist_bits`."""
    return _HT_BIT + tray - _HT.start if tray in _HT else tray


def flat(tray: int) -> int:
    """The tray in `ams_mapping`: an A2L's AMS lite counts from 0 there, only `ams_mapping2` tells it from others."""
    return _LITE.index(tray) if tray in _LITE else tray


def one_external(tray: int) -> int:
    """The tray, 254 for either number of the external spool."""
    return EXTERNAL if tray in EXTERNAL_TRAYS else tray


def label(tray: int) -> str:
    """A tray's name as the printer's makers write it: A1 to D4, HT-A to HT-H.

    Bambu Studio gives the AMS lite of an A2L the first letter that the other units leave free. We
    do not know these here, so it is called Lite.
    """
    if tray in EXTERNAL_TRAYS:
        return "external"
    unit, slot = unit_and_slot(tray)
    if tray in _HT:
        return f"HT-{chr(ord('A') + unit - _HT.start)}"
    if tray in _LITE:
        return f"Lite {slot + 1}"
    return f"{chr(ord('A') + unit)}{slot + 1}"

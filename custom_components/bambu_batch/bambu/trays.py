"""The places for spools, from all known shapes of a report: AMS, AMS lite, A2L's mixed unit, HT, external."""

from collections.abc import Iterator

from .fields import Json, Object, active_extruder, bits, filled, inner, integer, items
from .status import Tray
from .tray_numbers import EXTERNAL, EXTERNAL_TRAYS, NO_TRAY, exist_bit, tray_number

_LITE_KINDS = {2, 5}
"""Low digit of a unit's `info`: AMS lite, and the A2L's [Bambu Studio]."""
_LOADED_STATES = {3, 11}
"""`state` of a loaded slot: AMS lite firmware 01.07, and the larger units."""


def decode(document: Object) -> tuple[Tray, ...] | None:
    """All trays of a merged report in the order of their numbers; None while it says nothing about trays."""
    ams = document.get("ams")
    found = {tray.number: tray for tray in _external(document)}
    for unit in items(inner(ams, "ams")):
        found.update((tray.number, tray) for tray in _unit(unit, ams))
    if not found and type(ams) is not dict:
        return None
    return tuple(found[number] for number in sorted(found))


def in_use(document: Object) -> int | None:
    """The tray that feeds the active hot end: 255 none, 254 external, None where that is not clear.

    An H2D's `tray_now` names the slot without its unit (recorded: 3 in place of 7, 0 for an AMS HT); `snow` has
    both, the unit in its high byte [Bambu Studio].
    """
    device = document.get("device")
    if device is None:
        return integer(inner(document.get("ams"), "tray_now"))
    if (snow := inner(active_extruder(device), "snow")) is not None:
        return _packed(integer(snow))
    if len(items(inner(device, "extruder", "info"))) > 1:
        return None
    return integer(inner(document.get("ams"), "tray_now"))


def _packed(snow: int | None) -> int | None:
    if snow is None or not 0 <= snow <= 0xFFFF:
        return None
    unit, slot = snow >> 8, snow & 0xFF
    if slot == NO_TRAY:
        return NO_TRAY
    return EXTERNAL if unit in EXTERNAL_TRAYS else tray_number(unit, slot)


def _external(document: Object) -> Iterator[Tray]:
    for spool in (document.get("vt_tray"), *items(document.get("vir_slot"))):
        number = integer(inner(spool, "id"))
        if number in EXTERNAL_TRAYS:
            yield _tray(number, spool, loaded=None, honest_remain=False)


def _unit(unit: Json, ams: object) -> Iterator[Tray]:
    unit_number = integer(inner(unit, "id"))
    if unit_number is None:
        return
    kind = bits(inner(unit, "info"))
    for spool in items(inner(unit, "tray")):
        slot = integer(inner(spool, "id"))
        if slot is None or (number := tray_number(unit_number, slot)) is None:
            continue
        yield _tray(
            number,
            spool,
            loaded=_loaded(spool, number, ams),
            # An AMS lite always says 0 or always 100; without a known kind neither is trusted (FM-105).
            honest_remain=kind is not None and kind & 0xF not in _LITE_KINDS,
        )


def _loaded(spool: object, number: int, ams: object) -> bool | None:
    """`tray_exist_bits` is the truth, then `state` (FM-096). No bits without power: unknown, not empty (FM-095)."""
    exist = bits(inner(ams, "tray_exist_bits"))
    if exist is None:
        return True if integer(inner(spool, "state")) in _LOADED_STATES else None
    if exist == 0 and inner(ams, "power_on_flag") is not True:
        return None
    return bool(exist >> exist_bit(number) & 1)


def _tray(
    number: int, spool: object, *, loaded: bool | None, honest_remain: bool
) -> Tray:
    material = filled(inner(spool, "tray_type"))
    colour = filled(inner(spool, "tray_color"))
    remain = integer(inner(spool, "remain")) if honest_remain else None
    return Tray(
        number=number,
        loaded=loaded,
        material=material,
        colour=colour.upper() if colour else None,
        brand_code=filled(inner(spool, "tray_info_idx")),
        tag=filled(inner(spool, "tray_uuid")) or filled(inner(spool, "tag_uid")),
        remain=remain if remain is not None and 0 <= remain <= 100 else None,
    )

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
    if type(ams) is dict:
        for unit in items(ams.get("ams")):
            found.update((tray.number, tray) for tray in _unit(unit, ams))
    elif not found:
        return None
    return tuple(found[number] for number in sorted(found))


def with_external(
    known: tuple[Tray, ...] | None, document: Object
) -> tuple[Tray, ...] | None:
    """All trays, where only the places outside the units have changed; `known`: the trays before."""
    units = [tray for tray in known or () if tray.number not in EXTERNAL_TRAYS]
    if not units:
        return decode(document)
    external = {tray.number: tray for tray in _external(document)}
    return (*units, *(external[number] for number in sorted(external)))


def in_use(document: Object) -> int | None:
    """The tray that feeds the active hot end: 255 none, 254 external, None where that is not clear.

    An H2D's `tray_now` names the slot without its unit (recorded: 3 in place of 7, 0 for an AMS HT); `snow` has
    both, the unit in its high byte [Bambu Studio].
    """
    device = document.get("device")
    if device is None:
        ams = document.get("ams")
        return integer(ams.get("tray_now")) if type(ams) is dict else None
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
        if type(spool) is dict:
            number = integer(spool.get("id"))
            if number in EXTERNAL_TRAYS:
                yield _tray(number, spool, None, None)


def _unit(unit: Json, ams: Object) -> Iterator[Tray]:
    """The places of a unit: `tray_exist_bits` is the truth about what is loaded, then `state` (FM-096)."""
    unit_number = integer(inner(unit, "id"))
    if unit_number is None:
        return
    kind = bits(inner(unit, "info"))
    # An AMS lite always says 0 or always 100; without a known kind neither is trusted (FM-105).
    honest_remain = kind is not None and kind & 0xF not in _LITE_KINDS
    exist = bits(ams.get("tray_exist_bits"))
    powered = ams.get("power_on_flag") is True
    for spool in items(inner(unit, "tray")):
        if type(spool) is not dict or (slot := integer(spool.get("id"))) is None:
            continue
        if (number := tray_number(unit_number, slot)) is not None:
            if exist == 0 and not powered:
                loaded = None  # no bits without power: unknown, not empty (FM-095)
            elif exist is not None:
                loaded = bool(exist >> exist_bit(number) & 1)
            else:
                loaded = True if integer(spool.get("state")) in _LOADED_STATES else None
            remain = integer(spool.get("remain")) if honest_remain else None
            yield _tray(number, spool, loaded, remain)


def _tray(number: int, spool: Object, loaded: bool | None, remain: int | None) -> Tray:
    colour = filled(spool.get("tray_color"))
    return Tray(
        number=number,
        loaded=loaded,
        material=filled(spool.get("tray_type")),
        colour=colour.upper() if colour else None,
        brand_code=filled(spool.get("tray_info_idx")),
        tag=filled(spool.get("tray_uuid")) or filled(spool.get("tag_uid")),
        remain=remain if remain is not None and 0 <= remain <= 100 else None,
    )

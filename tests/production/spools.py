"""Short notations for mapping tests: what hangs where, as a printer reports it; what a plate needs.

A spool is "MATERIAL COLOUR CODE"; a missing part is "-". Places are tray numbers.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from custom_components.bambu_batch.bambu.status import Tray
from custom_components.bambu_batch.bambu.trays import decode
from custom_components.bambu_batch.sliced.file import Filament

EMPTY = "empty"
UNTOLD = "untold"
"""The printer says nothing of this place."""


def needs(*filaments: str) -> tuple[Filament, ...]:
    """Return filaments from "SLOT MATERIAL COLOUR CODE"."""
    found = []
    for filament in filaments:
        slot, *rest = filament.split()
        material, colour, code = _parts(rest)
        found.append(
            Filament(slot=int(slot), material=material, colour=colour, brand_code=code)
        )
    return tuple(found)


def trays(
    places: Mapping[int, str] | None, *, power: bool | None = True
) -> tuple[Tray, ...] | None:
    """Return what a printer tells of these places; None: nothing of any."""
    if places is None:
        return None
    units: dict[int, list[dict[str, Any]]] = {}
    document: dict[str, Any] = {}
    bits = 0
    for number, spool in places.items():
        if number in (254, 255):
            document["vt_tray"] = _spool(number, spool)
            continue
        unit, slot, bit = _place(number)
        units.setdefault(unit, []).append(_spool(slot, spool))
        bits |= (spool not in (EMPTY, UNTOLD)) << bit
    document["ams"] = {
        "ams": [{"id": str(unit), "tray": spools} for unit, spools in units.items()],
        "tray_now": "255",
        "power_on_flag": power,
    }
    if UNTOLD not in places.values():
        document["ams"]["tray_exist_bits"] = f"{bits:x}"
    return decode(document)


def _place(number: int) -> tuple[int, int, int]:
    if number >= 128:
        return number, 0, 16 + number - 128
    if number >= 24:
        return 16, number - 24, number
    return number // 4, number % 4, number


def _spool(slot: int, spool: str) -> dict[str, Any]:
    if spool in (EMPTY, UNTOLD):
        return {"id": str(slot)}
    material, colour, code = _parts(spool.split())
    return {
        "id": str(slot),
        "state": 3,
        "tray_type": material or "",
        "tray_color": colour and f"{colour:F<8}",
        "tray_info_idx": code or "",
    }


def _parts(words: Iterable[str]) -> tuple[str | None, str | None, str | None]:
    given = [None if word == "-" else word for word in words]
    material, colour, code = (*given, None, None, None)[:3]
    return material, colour, code

"""Words for materials: which two are the same, and which contradict each other."""

import re
from typing import Final

SETTABLE: Final = frozenset({
    "PLA", "PLA-AERO", "PLA-CF", "PLA-GF", "PLA-S", "PETG", "PETG-CF", "PETG-GF", "PCTG",
    "PET", "PET-CF", "PET-GF", "ABS", "ABS-GF", "ABS-CF", "ABS-S", "ASA", "ASA-AERO",
    "ASA-CF", "ASA-GF", "TPU", "TPU-AMS", "TPE", "EVA", "PA", "PA-CF", "PA-GF", "PA-S",
    "PA6", "PA6-CF", "PA6-GF", "PA11", "PA12", "PA11-CF", "PA12-CF", "PAHT-CF", "PC",
    "PC-CF", "PC-ABS", "PP", "PP-CF", "PP-GF", "PE", "PE-CF", "PPA-CF", "PPA-GF", "PPS",
    "PPS-CF", "PVA", "PVB", "BVOH", "HIPS", "PHA", "SBS", "PEEK", "PEI",
})  # fmt: skip
"""What a tray can be set to, and a file too (Bambu Studio's and OrcaSlicer's `filament_type`).

Any other word is a maker's own, and no tray can be set to it: so a tray that is set to
something else does not contradict it.
"""


def is_same(one: str | None, other: str | None) -> bool:
    """Tell whether both are known and the same; a family of materials is not one."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def contradict(one: str | None, other: str | None) -> bool:
    """Tell whether both are materials that a tray can be set to, and different ones."""
    return (
        one is not None
        and other is not None
        and {_plain(one), _plain(other)} <= SETTABLE
        and not is_same(one, other)
    )


def related(one: str | None, other: str | None) -> bool:
    """Tell whether both names begin with the same word: PLA and PLA+, not PETG."""
    return one is not None and other is not None and _stem(one) == _stem(other)


def _plain(material: str) -> str:
    return material.strip().upper()


def _stem(material: str) -> str:
    return re.split(r"[^A-Z0-9]", _plain(material), maxsplit=1)[0]

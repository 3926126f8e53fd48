"""The known ways to clear a plate: the comment that marks each, and what it does.

A mark alone clears nothing, and neither do strokes of the bed: `yes` needs a system's mark and
the motion by which that system clears (FM-180). The words are those of public tools, as found
in their files; always a whole comment line, so that an object called "swap" is not a mark. Comments about
loading are in `loads`.
"""

from dataclasses import dataclass
import re
from typing import Final

from .motion import Clearing

_MINI: Final = frozenset({"N1"})
_A1: Final = frozenset({"N2S"})
_ANY: Final = frozenset[str]()

_RULE: Final = r"[=*#\- ]*"
"""Ornament around a mark."""
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Changer:
    """One way of one system."""

    name: str
    marks: str
    """Pattern of the comment line, anchored at its beginning."""
    clears_by: Clearing
    models: frozenset[str]
    """Printers that it is made for; empty: any."""
    source: str
    """Where its motion was read."""
    run: bool = False
    """This motion was recorded as it cleared a real printer's plate; otherwise only the maker, or a
    tool's author, says so."""


CHANGERS: Final = (
    Changer(
        "swapmod_stl",
        r"swap swapmod-stl|swap-s (?:start|end)\b",
        Clearing.ROPE,
        _MINI,
        "maker's self-test file v02 (sksat/bambu-rs, sequences/), swaplist.app v05",
        run=True,
    ),
    Changer(
        "swapmod_kit",
        r"swap(?: start| end)?(?: */.*)?$",
        Clearing.LIFT,
        _MINI,
        'swaplist.app kit v02-00: "Z186 ; trigger lift", "Y120 ; lift the plate"',
    ),
    Changer(
        "swaplist",
        r"A1M PLATE_SWAP_FULL\b|swapmod: *SWAPLIST\b",
        Clearing.LIFT,
        _MINI,
        "SWAP_END_A1M of balin77's SwapList",
    ),
    Changer(
        "plate_cycler",
        r"Chitu PlateCycler \w+ plate change",
        Clearing.LIFT,
        _MINI,
        "Chitu's web tool (iksteen/platecycler); OrcaSlicer #13177",
    ),
    Changer(
        "auto_build_plate_changer",
        r"Auto Build Plate Changer sequence",
        Clearing.LIFT,
        _MINI,
        "the project's own sequence: Z180, Y186, Z185, Y-4",
    ),
    Changer(
        "swaplist",
        r"A1 PLATE_SWAP_FULL\b|swapmod: *(?:3PRINT|JOBOX|PRINTFLOW)\b",
        Clearing.HOOK,
        _A1,
        'balin77\'s SwapList: "lower Z to engage front hook", "raise Z to activate front hook"',
    ),
    Changer(
        "jobox",
        r"start plate change",
        Clearing.HOOK,
        _A1,
        "JobOx test file of 2024-06-20: G380 in Z at Y266, then Y50 and Y0",
    ),
    Changer(
        "a1_swap_mod_packer",
        r"(?:start|end) change plate$",
        Clearing.HOOK,
        _A1,
        "A1SwapModPacker and ChangePlatAuto: G380 in Z at Y262, then Y15",
    ),
    Changer(
        "print_looper",
        r"Starting to change plates",
        Clearing.HOOK,
        _A1,
        "PrintLooper's templates; only those with a Z move at Y266",
    ),
    Changer(
        "swaplist",
        r"clearbed printer:|autoeject printer:|PUSH_OFF at Z *=",
        Clearing.SWEEP,
        _ANY,
        "buildFixedPushOffMultiZ of balin77's SwapList: Y254 → Y5 at falling Z",
    ),
    Changer(
        "factorian",
        r"Made by FactorianDesigns|[\w ,]*\bStart Push Off\b",
        Clearing.SWEEP,
        _ANY,
        'FactorianDesigns\' end codes: "very slow push off using the x gantry"',
    ),
    Changer(
        "looprint",
        r"Looprint\b",
        Clearing.SWEEP,
        _ANY,
        "Looprint's end codes, after Factorian's",
    ),
    Changer(
        "auto_sweep",
        r"AUTO SWEEP START\b",
        Clearing.SWEEP,
        _ANY,
        "generic sweeping scripts",
    ),
)
"""By order of the printer: A1 mini, A1, any. PrintLooper and the generic packers mostly leave
the last plate as it is."""

_MARKS: Final = tuple(
    (changer, re.compile(_RULE + f"(?:{changer.marks})", re.IGNORECASE))
    for changer in CHANGERS
)


def marked(comment: str) -> tuple[Changer, ...]:
    """Return the systems that are known by this comment line (";" left off)."""
    text = comment[:_LONGEST].strip()
    return tuple(changer for changer, pattern in _MARKS if pattern.match(text))

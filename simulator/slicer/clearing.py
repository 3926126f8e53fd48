"""G-code that clears the plate, in the manner of the known systems.

The comment lines are the marks by which those systems' files are known; the moves are ours,
with the same reach: never to be run on a real printer.
"""

from typing import Final

SWAPMOD: Final = """\
;swap-s start 1
G90
G0 Z160 F5000
G0 X170 F5000
G0 Z180 F2000
G0 Y186.5 F3000
G0 Z186 F2000
G0 X188 F5000
G0 Z180
G0 Y150 F200
G0 Y-6 F2000
G0 Z186 F5000
G0 X170
G0 Z180 F5000
G0 Y150 F2000
G0 Y15 F3000
G0 Y186.5 F500
G0 Y-6 F200
G0 Y100 F5000
;swap-s end
"""
"""A plate changer on an A1 mini whose ejector hangs on a rope: the head pulls it twice."""

SWAPMOD_KIT: Final = """\
;swap
G90
G0 X-10 F5000
G0 Z175 F1200
G0 Y-5 F2000
G0 Y186.5 F2000
G0 Y182 F2000
G0 Z186 F1200
G0 Y120 F500
G0 Y-4 F5000
G0 Y145 F5000
G0 Y25 F1000
G0 Y186.5 F2000
G4 P500
G0 Y-5 F3000
G0 Y150 F2000
"""
"""A plate changer kit on an A1 mini: Z lifts the plate, and the bed leaves it behind."""

LOAD_ONLY: Final = """\
;swap-s start plate load only
G90
G28
G0 Z30 F5000
G0 X-10
G0 Y-6 F2000
G0 Y150
G0 Y100
G0 Y186.5
G0 Y-6
G0 Y5 F500
G0 Y100 F5000
;swap-s end
"""
"""Takes a plate in and none off: the bed strokes as in a swap, the head stays away."""

JOBOX: Final = """\
;========start plate change====
G90
G0 X-37 F2000
G0 Y265 F2000
G91
G380 S3 Z-12 F1200
G380 S2 Z40 F1200
G90
G0 Y0 F2000
G0 Y256 F2000
G0 Y10 F2000
G0 Y265 F2000
G0 Y-2 F2000
G0 Y100 F2000
;========end plate change====
"""
"""A plate changer on an A1."""

PUSH_OFF: Final = """\
;--- PUSH_OFF at Z=1
M140 S0
M190 R28
G90
G1 Z1 F600
G1 Y{far} F6000
G1 Y-0.5 F300
G1 Y{far} F6000
G1 Y0 F1200
G1 Y120 F3000
"""
"""No changer: the bed cools down and the gantry pushes the part off."""

FARTHEST: Final = {"N1": 180, "N2S": 254}
"""mm, how far the bed moves in Y."""


def before_end(swap: str | None, model: str) -> str:
    """Return the lines before EXECUTABLE_BLOCK_END."""
    match swap:
        case "jobox":
            return JOBOX
        case "pushoff":
            return PUSH_OFF.format(far=FARTHEST.get(model, 254))
        case None | "swapmod" | "swapmod_kit" | "load_only":
            return ""
    raise ValueError(f"no such way to clear a plate: {swap}")


def after_end(swap: str | None) -> str:
    """Return the lines behind EXECUTABLE_BLOCK_END."""
    return {
        "swapmod": SWAPMOD,
        "swapmod_kit": SWAPMOD_KIT,
        "load_only": LOAD_ONLY,
    }.get(swap or "", "")

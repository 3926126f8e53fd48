"""G-code that clears the plate, in the manner of the known systems.

The comment lines are the marks by which those systems' files are known; the moves are ours,
with the same reach: never to be run on a real printer.
"""

from typing import Final

SWAPMOD: Final = """\
;swap
G90
G0 X-10 F5000
G0 Z175 F1200
G0 Y-5 F2000
G0 Y186.5 F2000
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
"""A plate changer kit on an A1 mini: hooks the plate and draws the next from the magazine."""

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
        case None | "swapmod":
            return ""
    raise ValueError(f"no such way to clear a plate: {swap}")


def after_end(swap: str | None) -> str:
    """Return the lines behind EXECUTABLE_BLOCK_END."""
    return SWAPMOD if swap == "swapmod" else ""

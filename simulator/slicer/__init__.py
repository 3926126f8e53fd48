"""A small slicer: writes sliced 3MF files for trials and tests.

slicer.write("part.gcode.3mf", [slicer.SlicedPlate(name="Part", swap="swapmod")], model="N1")
"""

from .damage import bomb, claim, truncate
from .plate import DRAWN, Filament, SlicedPlate
from .writer import write

__all__ = ["DRAWN", "Filament", "SlicedPlate", "bomb", "claim", "truncate", "write"]

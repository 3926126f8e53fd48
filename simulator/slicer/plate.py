"""What a sliced file contains: plates and their filaments, in plain numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import pi
from typing import Final

DENSITY: Final = 1.24
"""g/cm³, PLA."""
DIAMETER: Final = 1.75
"""mm."""
DRAWN: Final = b"drawn"
"""In place of a picture: draw one."""
_GRAMS_PER_MM: Final = DENSITY * pi * (DIAMETER / 2) ** 2 / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filament:
    """A filament that a plate uses."""

    slot: int = 1
    """1-based number in the slicer's list."""
    material: str = "PLA"
    colour: str = "#00AE42"
    brand_code: str = "GFA00"
    """`tray_info_idx`; "" leaves the attribute out, as slicers did until 2024."""
    grams: float = 12.0

    @property
    def millimetres(self) -> float:
        """Length of the filament."""
        return self.grams / _GRAMS_PER_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedPlate:
    """One sliced plate: figures that the file states and G-code that fits them."""

    index: int = 1
    name: str = ""
    seconds: int = 1200
    filaments: tuple[Filament, ...] = (Filament(),)
    layers: int = 50
    layer_height: float = 0.2
    objects: tuple[str, ...] = ("Part",)
    shape: str = "cube"
    """Of the picture and the printed outline: `cube`, `disc`, `star`, `ring`, `gear`."""
    swap: str | None = None
    """What the G-code does to the plate at its end: `swapmod`, `swapmod_kit`, `jobox` and `pushoff`
    clear it, `load_only` strokes the bed and clears nothing; None: it stays."""
    packed: int = 1
    """Jobs in this one G-code, as packing tools make them; the figures stay those of one."""
    last_clears: bool = True
    """Whether the last packed job clears its plate too."""
    megabytes: float | None = None
    """Size of the G-code, about; None: small."""
    absolute_extrusion: bool = False
    before_end: str = ""
    """More lines before EXECUTABLE_BLOCK_END."""
    after_end: str = ""
    """More lines behind it."""
    gcode: bytes | None = None
    """The whole G-code, in place of ours."""
    md5: str | None = None
    """Text of the MD5 member; None: the right one; "absent": no such member."""
    picture: bytes | None = field(default=DRAWN, repr=False)
    """A PNG; DRAWN: one drawn by us; None: no picture."""
    picture_size: int = 256
    """Edge of the drawn picture in pixels."""
    stated: Mapping[str, str] = field(default_factory=dict)
    """Values of `slice_info` keys that replace ours, e.g. `{"weight": ""}`."""

    @property
    def height(self) -> float:
        """Of the print, mm."""
        return round(self.layers * self.layer_height, 2)

    @property
    def grams(self) -> float:
        """Of all filaments."""
        return round(sum(filament.grams for filament in self.filaments), 2)

    def layers_of(self, filament: Filament) -> range:
        """Return the layers (1-based) that this filament prints: bottom first, by its share."""
        total = sum(one.grams for one in self.filaments) or 1.0
        at = self.filaments.index(filament)
        below = sum(one.grams for one in self.filaments[:at]) / total
        start = min(round(below * self.layers), self.layers - 1)
        share = filament.grams / total if total else 1.0
        stop = min(max(round((below + share) * self.layers), start + 1), self.layers)
        return range(start + 1, stop + 1)

    def extruded(self, layer: int) -> dict[int, float]:
        """Return the true length in mm by filament slot once `layer` (1-based) is complete."""
        return {
            one.slot: one.millimetres * sum(at <= layer for at in mine) / len(mine)
            for one in self.filaments
            if (mine := self.layers_of(one)).start <= layer
        }

"""What the demo prints: three tasks, five plates."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator import slicer


@dataclass(frozen=True, slots=True)
class DemoTask:
    """One sliced file, to be printed `copies` times."""

    name: str
    shape: str
    colour: str
    minutes: int
    grams: float
    copies: int

    @property
    def file(self) -> str:
        """Its name in the media folder."""
        return f"{self.name}.gcode.3mf"

    def write(self, folder: Path) -> None:
        """Slice it for an A1 mini with a plate changer."""
        plate = slicer.SlicedPlate(
            name=self.name,
            shape=self.shape,
            seconds=self.minutes * 60,
            filaments=(slicer.Filament(colour=self.colour, grams=self.grams),),
            swap="swapmod",
        )
        slicer.write(folder / self.file, [plate], model="N1")


TASKS: Final = (
    DemoTask("Cable clip", "ring", "#FFFFFF", minutes=14, grams=6.4, copies=2),
    DemoTask("Desk hook", "gear", "#000000", minutes=22, grams=17.2, copies=1),
    DemoTask("Plant label", "star", "#9B9EA0", minutes=11, grams=4.1, copies=2),
)

"""How much filament a plate's G-code really extrudes, up to any layer.

For prints that end early: a stopped print has used what was pushed through the nozzle and not
what the slicer estimates. Retracted filament counts only once it is pushed further than it was
before. Moves inside M622 … M623 are left out: whether they happen depends on flags that only
the printer knows (calibrations, timelapse). Where nothing was understood, or an
extrusion's number cannot be read, the result is unknown, never 0 (FM-173).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import pi
import os
from pathlib import Path
import re
from typing import Final

from . import members, values
from .container import opened

_HEAD: Final = 256 * 1024
"""Where densities stand: in the header, or among the settings behind it."""
_SECONDS: Final = 120.0
"""Work for one measurement; nobody waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extruded:
    """How much of one filament was extruded."""

    slot: int | None
    """The project's number, 1-based; None: the G-code selects no filament."""
    millimetres: float
    """From the first layer on, purging at filament changes included."""
    start_millimetres: float
    """Before the first layer. Slicers leave most of it out of their weights."""
    grams_per_millimetre: float | None
    """None where the file states no density or diameter."""


type Amounts = tuple[Extruded, ...] | None
"""How much of each filament was extruded; None: unknown."""
type Measured = dict[int | None, Amounts]
"""The same by layer through which it is complete; None: the whole plate."""


def extruded(
    path: str | os.PathLike[str], plate: int, through_layer: int | None = None
) -> Amounts:
    """Return how much of each filament was extruded when layer `through_layer` (1-based) was complete.

    `through_layer` None: the whole plate. Blocks, a second per 100 MB. Raises `SlicedError`.
    """
    return extruded_through(path, plate, {through_layer})[through_layer]


def extruded_through(
    path: str | os.PathLike[str],
    plate: int,
    layers: Collection[int | None],
    *,
    sha256: str | None = None,
) -> Measured:
    """Return the same for each of some layers, reading the G-code once and no further than needed.

    Nothing where the file is not the one with `sha256`.
    """
    with opened(Path(path), _SECONDS) as archive:
        if sha256 is not None and archive.sha256() != sha256:
            return {}
        return measure_each(archive.blocks(members.gcode(archive, plate)), layers)


def measure(blocks: Iterable[bytes], through_layer: int | None = None) -> Amounts:
    """Return how much of each filament was extruded; `blocks` are a plate's G-code in any pieces."""
    return measure_each(blocks, {through_layer})[through_layer]


def measure_each(blocks: Iterable[bytes], layers: Collection[int | None]) -> Measured:
    """Return the same for each of some layers, in one pass."""
    measurement = Measurement(layers)
    for block in blocks:
        measurement.feed(block)
        if measurement.done:
            break
    return measurement.result()


class Measurement:
    """Measures while somebody else reads the G-code."""

    def __init__(self, layers: Collection[int | None]) -> None:
        """Measure through each of `layers`; None: the whole plate."""
        # NumPy takes its time and memory only where something is measured
        from .nozzle import Nozzle  # noqa: PLC0415

        self._nozzle = Nozzle(layers)
        self._head = b""

    @property
    def done(self) -> bool:
        """Tell whether what follows changes nothing."""
        return self._nozzle.done

    def feed(self, block: bytes) -> None:
        """Take the next piece."""
        if len(self._head) < _HEAD:
            self._head += block[: _HEAD - len(self._head)]
        self._nozzle.feed(block)

    def result(self) -> Measured:
        """Return how much of each filament was extruded through each layer."""
        weights = _weights(self._head)
        return {
            layer: None
            if sums is None
            else tuple(
                Extruded(
                    slot=slot,
                    millimetres=printed,
                    start_millimetres=start,
                    grams_per_millimetre=_weight(weights, slot),
                )
                for slot, printed, start in sums
            )
            for layer, sums in self._nozzle.sums().items()
        }


def _weights(head: bytes) -> list[float]:
    """Return g/mm by filament, as far as density (g/cm³) and diameter (mm) are stated."""
    densities = _numbers(head, rb"filament_density")
    diameters = _numbers(head, rb"filament_diameter")
    return [
        density * pi * (diameter / 2) ** 2 / 1000
        for density, diameter in zip(densities, diameters, strict=False)
    ]


def _numbers(head: bytes, name: bytes) -> list[float]:
    found = re.search(rb"^; ?" + name + rb" *[:=]([\d., ]{1,2000})", head, re.MULTILINE)
    parts = found[1].decode().split(",") if found else []
    numbers = [values.number(part, 0.1, 30.0) for part in parts]
    return [number for number in numbers if number is not None]


def _weight(weights: list[float], slot: int | None) -> float | None:
    """Return g/mm of a filament; a single value holds for all."""
    if len(weights) == 1:
        return weights[0]
    return weights[slot - 1] if slot is not None and slot <= len(weights) else None

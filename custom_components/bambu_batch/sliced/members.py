"""Which members of the archive are plates: those with G-code, whatever else the file says."""

import re
from typing import Final

from . import errors
from .container import Archive

_GCODE: Final = re.compile(r"metadata/plate_([1-9][0-9]{0,3})\.gcode")


def plates(archive: Archive) -> tuple[int, ...]:
    """Return the numbers of the sliced plates, at least one. Raises `NotSliced`."""
    numbers = sorted(
        int(found[1]) for name in archive.names if (found := _GCODE.fullmatch(name))
    )
    if not numbers:
        raise errors.NotSliced(file=archive.name)
    return tuple(numbers)


def gcode(archive: Archive, plate: int) -> str:
    """Return the member with a plate's G-code. Raises `NotSliced`, `NoSuchPlate`."""
    numbers = plates(archive)
    if plate not in numbers:
        raise errors.NoSuchPlate(
            file=archive.name, plate=str(plate), plates=", ".join(map(str, numbers))
        )
    return f"metadata/plate_{plate}.gcode"

"""Which members of the archive are plates: those with G-code, whatever else the file says."""

import re
from typing import Final

from . import errors
from .container import Archive

_GCODE: Final = re.compile(r"metadata/plate_([1-9][0-9]{0,3})\.gcode")


def plates(archive: Archive) -> tuple[int, ...]:
    """Return the numbers of the sliced plates, at least one.

    Raises `NotSliced`; `OddMemberName` where a printer would not find one by the name that a
    start uses: Windows' own tools pack with backslashes (FM-165).
    """
    numbers = sorted(
        int(found[1]) for name in archive.names if (found := _GCODE.fullmatch(name))
    )
    if not numbers:
        raise errors.NotSliced(file=archive.name)
    for number in numbers:
        stated = archive.stated_name(_gcode(number))
        if stated != f"Metadata/plate_{number}.gcode":
            raise errors.OddMemberName(file=archive.name, member=stated)
    return tuple(numbers)


def gcode(archive: Archive, plate: int) -> str:
    """Return the member with a plate's G-code. Raises `NotSliced`, `NoSuchPlate`."""
    if not archive.has(_gcode(plate)):
        numbers = plates(archive)
        raise errors.NoSuchPlate(
            file=archive.name, plate=str(plate), plates=", ".join(map(str, numbers))
        )
    return _gcode(plate)


def _gcode(plate: int) -> str:
    return f"metadata/plate_{plate}.gcode"

"""A file's plates as dashboards and the upload's answer show them."""

from typing import Any

from ..sliced.file import FileFacts, Plate, PlateFacts, SlicedFile, Swap
from .files import LibraryFile
from .thumbnail import thumbnail_url


def plate_views(
    file: LibraryFile, content: SlicedFile | FileFacts
) -> list[dict[str, Any]]:
    """Return each plate; `height` and `nozzle` are mm. None where a value is unknown."""
    return [_view(file, plate, content.version) for plate in content.plates]


def _view(file: LibraryFile, plate: PlateFacts, version: str) -> dict[str, Any]:
    read = plate if isinstance(plate, Plate) else None
    return {
        "plate": plate.index,
        "name": plate.name,
        "seconds": plate.seconds,
        "grams": plate.grams,
        "height": plate.height,
        "model": plate.model,
        "nozzle": plate.nozzle,
        "swap": read.swap if read else Swap.UNKNOWN,
        "packed": read.packed if read else None,
        "filaments": [
            {"material": one.material, "colour": one.colour, "grams": one.grams}
            for one in plate.filaments or ()
        ],
        "thumbnail": thumbnail_url(file.reference, plate.index, version),
    }

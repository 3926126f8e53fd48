"""A file's plates as dashboards and the upload's answer show them."""

from typing import Any

from ..sliced.file import Plate, SlicedFile
from .files import LibraryFile
from .thumbnail import thumbnail_url


def plate_views(file: LibraryFile, content: SlicedFile) -> list[dict[str, Any]]:
    """Return each plate; `height` and `nozzle` are mm. None where a value is unknown."""
    return [_view(file, content, plate) for plate in content.plates]


def _view(file: LibraryFile, content: SlicedFile, plate: Plate) -> dict[str, Any]:
    return {
        "plate": plate.index,
        "name": plate.name,
        "seconds": plate.seconds,
        "grams": plate.grams,
        "height": plate.height,
        "model": plate.model,
        "nozzle": plate.nozzle,
        "swap": plate.swap,
        "packed": plate.packed,
        "filaments": [
            {"material": one.material, "colour": one.colour, "grams": one.grams}
            for one in plate.filaments or ()
        ],
        "thumbnail": thumbnail_url(file.reference, plate.index, content.sha256[:16]),
    }

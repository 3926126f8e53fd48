"""The way into the queue: from a sliced file to new tasks."""

from pathlib import PurePosixPath

from homeassistant.core import HomeAssistant

from ..errors import refusal
from ..plain_text import seen
from ..production.event import NewTask
from ..production.model import PlateFile, PrintSettings
from ..production.queue import LONGEST_NAME
from ..sliced.file import Plate, SlicedFile
from . import files
from .files import ENDING, UNSEEN, LibraryFile


async def new_tasks(
    hass: HomeAssistant,
    file: LibraryFile,
    *,
    settings: PrintSettings,
    plate: int | None = None,
    copies: int = 1,
    clears_plate: bool | None = None,
    hold: bool = False,
) -> tuple[NewTask, ...]:
    """Return a task for one plate of the file, or for each (FM-089).

    Raises ServiceValidationError.
    """
    content = await files.read(hass, file)
    plates = content.plates
    if plate is not None:
        chosen = content.plate(plate)
        if chosen is None:
            raise refusal(
                "no_such_plate",
                file=file.name,
                plate=str(plate),
                plates=", ".join(str(one.index) for one in plates),
            )
        plates = (chosen,)
    return tuple(
        NewTask(
            name=_name(file, one, alone=len(content.plates) == 1),
            plate_file=_plate_file(file, content, one),
            copies=copies,
            settings=settings,
            clears_plate=clears_plate,
            hold=hold,
        )
        for one in plates
    )


def _name(file: LibraryFile, plate: Plate, *, alone: bool) -> str:
    """Return the file's name and the plate's, where there is more than one (FM-092)."""
    name = ENDING.sub("", PurePosixPath(file.name).name) or file.name
    if not alone:
        name = f"{name} – {plate.name or plate.index}"
    # A file system allows nearly any character, but people read this name.
    return seen(name[:LONGEST_NAME], UNSEEN)


def _plate_file(file: LibraryFile, content: SlicedFile, plate: Plate) -> PlateFile:
    return PlateFile(
        file=file.reference,
        sha256=content.sha256,
        size=content.size,
        plate=plate.index,
        gcode=plate.gcode,
        seconds=plate.seconds,
        filaments=plate.filaments or (),
        grams=plate.grams,
        model=plate.model,
        nozzle=plate.nozzle,
        swap=plate.swap,
        swap_evidence=plate.swap_evidence,
        packed=plate.packed,
        md5=plate.digest,
    )

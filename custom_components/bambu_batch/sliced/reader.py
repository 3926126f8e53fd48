"""A sliced 3MF as plates. All functions block: call them in an executor.

`facts` is what people look at, and takes a millisecond whatever the file's size. `read` is what a
print rests on: it goes through the whole file and each plate's G-code once. Nothing is unpacked to
disk, and memory does not grow with the file.
"""

from dataclasses import fields
import os
from pathlib import Path
import re
from typing import Final

from . import facts as small, gcode, members
from .container import MAX_PNG, opened
from .facts import Sources
from .file import FileFacts, Plate, PlateFacts, SlicedFile
from .swap import recognise

_SWAP_IN_FILE_NAME: Final = re.compile(
    r"\.swaps?\.|\.flow\.|platecycler", re.IGNORECASE
)
_SWAP_IN_PLATE_NAME: Final = re.compile(r"swaps?", re.IGNORECASE)
_FACTS: Final = tuple(field.name for field in fields(PlateFacts))


def facts(path: str | os.PathLike[str]) -> FileFacts:
    """Return what can be told without going through the G-code. Raises `SlicedError`.

    A value that only its end states is unknown here, and so is whether it clears the plate.
    """
    with opened(Path(path)) as archive:
        sources = Sources.of(archive)
        return FileFacts(
            plates=tuple(_facts(sources, index) for index in sources.numbers),
            size=archive.size,
            version=archive.version,
        )


def read(path: str | os.PathLike[str]) -> SlicedFile:
    """Read a sliced file as a whole, each plate's G-code once. Raises `SlicedError`."""
    with opened(Path(path)) as archive:
        sources = Sources.of(archive)
        return SlicedFile(
            plates=tuple(_read(sources, index) for index in sources.numbers),
            sha256=archive.sha256(),
            size=archive.size,
        )


def plate_numbers(path: str | os.PathLike[str]) -> tuple[int, ...]:
    """Return the numbers of the sliced plates without reading G-code. Raises `SlicedError`."""
    with opened(Path(path)) as archive:
        return members.plates(archive)


def picture(path: str | os.PathLike[str], plate: int) -> bytes | None:
    """Return the PNG of a plate, None if the file has none. Raises `SlicedError`."""
    with opened(Path(path)) as archive:
        plates = members.plates(archive)
        if plate not in plates:
            return None
        member = small.picture(archive, plate, alone=len(plates) == 1)
        return archive.read(member, MAX_PNG) if member else None


def fingerprint(path: str | os.PathLike[str]) -> tuple[str, int]:
    """Return SHA-256 and size of the file as it is now. Raises `SlicedError`."""
    with opened(Path(path)) as archive:
        return archive.sha256(), archive.size


def _facts(sources: Sources, index: int) -> PlateFacts:
    member = members.gcode(sources.archive, index)
    head = sources.archive.read(member, gcode.SHORT_HEAD, cut=True)
    return sources.facts(index, gcode.header(head or b""))


def _read(sources: Sources, index: int) -> Plate:
    """Read a plate and its G-code."""
    archive = sources.archive
    member = members.gcode(archive, index)
    scan = gcode.scan(archive.blocks(member))
    known = sources.facts(index, gcode.header(scan.head, scan.tail))
    found = recognise(
        scan.tail,
        whole=scan.size == len(scan.tail),
        model=known.model,
        height=known.height,
        jobs=scan.jobs,
    )
    stated = (archive.read(f"{member}.md5", 1024) or b"").strip().upper()
    stale = bool(stated) and stated != scan.md5.encode()
    return Plate(
        **{name: getattr(known, name) for name in _FACTS},
        digest=scan.md5,
        swap=found.swap,
        swap_evidence=found.evidence + _hints(sources, known, stale=stale),
        packed=scan.jobs,
    )


def _hints(sources: Sources, plate: PlateFacts, *, stale: bool) -> tuple[str, ...]:
    """Return hints at swapping, which never suffice for a verdict."""
    name = plate.name
    hints = (
        ("hint:file_name", _SWAP_IN_FILE_NAME.search(sources.archive.name)),
        ("hint:plate_name", name and _SWAP_IN_PLATE_NAME.fullmatch(name)),
        ("hint:own_end_gcode", sources.project.own_end_gcode),
        # the G-code was changed after slicing; printers take it nevertheless
        ("hint:stale_md5", stale),
    )
    return tuple(hint for hint, seen in hints if seen)

"""Which sliced files the media folders hold, and finding one by its name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
import logging
import os
from pathlib import Path, PurePosixPath
import re
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import raise_if_invalid_path
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..errors import refusal
from ..plain_text import is_plain_text
from ..sliced.errors import NotSliced, SlicedError
from ..sliced.file import version
from .files import OURS, LibraryFile, composed, inside, is_text, reference_of
from .remembered import Remembered

_LOGGER = logging.getLogger(__name__)

SUFFIX: Final = ".3mf"
MOST_FILES: Final = 2000
"""Files in one answer: more than a person looks through, less than a second of work."""
MOST_FOLDERS: Final = 2000
_ENDINGS: Final = re.compile(
    r"(\.gcode|\.swaps?|\.flow|\.platecycler)*\.3mf$", re.IGNORECASE
)
_WORDS: Final = re.compile(r"[^\W_]+")
_CLOSE: Final = 0.8
"""Similarity from which another spelling counts as the same name."""
_NAMED: Final = 5
"""Names that an error or a warning lists."""
_LOGGED: Final[dict[str, set[bytes]]] = {}
"""Names by folder that a warning has listed already."""
_MOST_LOGGED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFile:
    """A sliced file as the media folders show it."""

    file: LibraryFile
    size: int
    """bytes"""
    modified: datetime
    version: str
    """Names the content, for addresses of its pictures."""
    plates: tuple[int, ...]
    """Numbers of its sliced plates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One folder of the media folders, without what is hidden or no sliced file."""

    folders: tuple[str, ...]
    """Names of the folders in it."""
    entries: tuple[CatalogueFile, ...]
    left_out: int = 0
    """Names that are not UTF-8 (FM-169)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The sliced files of all media folders."""

    entries: tuple[CatalogueFile, ...]
    """The newest first."""
    left_out: int
    """Names that are not UTF-8."""


async def browse(hass: HomeAssistant, folder: str, location: str) -> Folder:
    """Return what lies in a location below a media folder. Raises ServiceValidationError."""
    folders = hass.config.media_dirs
    if folder not in folders:
        raise refusal("media_folder_unknown", folder=folder, folders=", ".join(folders))
    try:
        return await hass.async_add_executor_job(
            _scan, _plates(hass), folder, folders[folder], location
        )
    except (OSError, ValueError) as err:
        raise refusal("file_not_found", file=location or folder) from err


async def listing(hass: HomeAssistant) -> Listing:
    """Return the sliced files of all media folders, at most MOST_FILES."""
    return await hass.async_add_executor_job(
        _listing, _plates(hass), dict(hass.config.media_dirs)
    )


async def find(hass: HomeAssistant, name: str) -> LibraryFile:
    """Return the one file that a person means by a name. Raises ServiceValidationError.

    The same name wins over one with the same words, and that over another spelling. Where two
    files match equally well there is no guess: it would be printed.
    """
    files = [entry.file for entry in (await listing(hass)).entries]
    if not is_plain_text(name):  # what cannot be seen tells a person nothing
        files = [file for file in files if not is_plain_text(file.name)]
    fits = await hass.async_add_executor_job(_fitting, files, name)
    if not fits:
        raise refusal("file_not_found", file=name)
    if len(fits) > 1:
        raise _which(name, fits[:_NAMED])
    return fits[0]


def _which(name: str, fits: list[LibraryFile]) -> ServiceValidationError:
    """Return an error that asks which file is meant, by names that differ where possible."""
    names = [file.name for file in fits]
    if len(set(names)) < len(names):
        names = [composed(file.reference.removeprefix(OURS)) for file in fits]
    twin = next((one for one in names if names.count(one) > 1), None)
    if twin is not None:
        return refusal("file_twins", file=twin)
    return refusal("file_ambiguous", file=name, files=", ".join(names))


def plain(name: str) -> str:
    """Return a name without what slicers append: "A_b-1.gcode.3mf" is "a b 1"."""
    return " ".join(_WORDS.findall(_ENDINGS.sub("", composed(name)).casefold()))


def _fitting(files: list[LibraryFile], name: str) -> list[LibraryFile]:
    wanted = plain(name)
    if not wanted:
        return []
    named: dict[str, list[LibraryFile]] = {}
    for file in files:
        named.setdefault(plain(file.name), []).append(file)
    if exact := named.get(wanted):
        return exact
    words = wanted.split()
    with_words = [key for key in named if all(word in key for word in words)]
    close = with_words or get_close_matches(wanted, named, cutoff=_CLOSE)
    return [file for key in close for file in named[key]]


def _listing(known: _Plates, folders: dict[str, str]) -> Listing:
    found: dict[Path, CatalogueFile] = {}
    left_out = 0
    for folder, base in folders.items():
        for here in _walk(known, folder, base):
            left_out += here.left_out
            room = MOST_FILES - len(found)
            for entry in here.entries[: max(room, 0)]:
                found.setdefault(entry.file.path, entry)
            if len(found) >= MOST_FILES:
                break
    newest_first = sorted(found.values(), key=lambda e: e.modified, reverse=True)
    return Listing(entries=tuple(newest_first), left_out=left_out)


def _walk(known: _Plates, folder: str, base: str) -> Iterator[Folder]:
    """Yield the folders of a media folder, those nearest to its root first."""
    waiting = [""]
    for location in waiting:  # grows while it is walked
        try:
            here = _scan(known, folder, base, location)
        except OSError, ValueError:
            continue
        yield here
        room = MOST_FOLDERS - len(waiting)
        below = (str(PurePosixPath(location, name)) for name in here.folders[:room])
        waiting.extend(below)


def _scan(known: _Plates, folder: str, base: str, location: str) -> Folder:
    """Return one folder. Raises OSError, ValueError."""
    folders: list[str] = []
    entries: list[CatalogueFile] = []
    left_out: list[bytes] = []
    place = inside(base, location)
    with os.scandir(place) as found:
        for item in sorted(found, key=lambda item: item.name.casefold()):
            if item.name.startswith("."):
                continue
            if not is_text(item.name):
                left_out.append(os.fsencode(item.name))
            elif item.is_dir(follow_symlinks=False):
                folders.append(item.name)
            elif item.name.lower().endswith(SUFFIX) and len(entries) < MOST_FILES:
                below = str(PurePosixPath(location, item.name))
                if entry := _entry(known, folder, base, below, place / item.name):
                    entries.append(entry)
    if left_out:
        _warn(folder, location, left_out)
    return Folder(
        folders=tuple(folders), entries=tuple(entries), left_out=len(left_out)
    )


def _warn(folder: str, location: str, left_out: list[bytes]) -> None:
    """Log once which names cannot be read."""
    where = str(PurePosixPath(folder, location))
    if (new := set(left_out) - (logged := _LOGGED.setdefault(where, set()))) and (
        len(logged) < _MOST_LOGGED
    ):
        logged |= new
        _LOGGER.warning(
            "Left out of the media folder %s, because the names are not UTF-8: %s",
            where,
            ", ".join(map(repr, sorted(new)[:_NAMED])),
        )


def _entry(
    known: _Plates, folder: str, base: str, location: str, path: Path
) -> CatalogueFile | None:
    """Return the file as an entry, None if it is not a sliced one that we would resolve."""
    try:
        raise_if_invalid_path(location)
        if path.is_symlink():
            path = inside(base, location)
        plates = known.read(path)
        stat = path.stat()
    except OSError, ValueError, SlicedError:
        return None
    if not plates:
        return None
    return CatalogueFile(
        file=LibraryFile(path=path, reference=reference_of(folder, location)),
        size=stat.st_size,
        modified=datetime.fromtimestamp(stat.st_mtime, UTC),
        version=version(stat),
        plates=plates,
    )


type _Plates = Remembered[tuple[int, ...]]

_PLATES: HassKey[_Plates] = HassKey(f"{DOMAIN}.plates")


def _plates(hass: HomeAssistant) -> _Plates:
    return hass.data.setdefault(_PLATES, Remembered(_numbers, 2 * MOST_FILES))


def _numbers(path: Path) -> tuple[int, ...]:
    """Return the numbers of a file's plates, none if it is not sliced. Raises SlicedError."""
    from ..sliced import reader  # noqa: PLC0415  # in the executor; no start needs it

    try:
        return reader.plate_numbers(path)
    except NotSliced:
        return ()

"""Which sliced files the media folders hold, and finding one by its name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
import os
from pathlib import Path, PurePosixPath
import re
from typing import Final

from homeassistant.core import HomeAssistant

from .library import LibraryFile, inside, reference_of, refusal
from .sliced import reader
from .sliced.errors import SlicedError

SUFFIX: Final = ".3mf"
MOST_FILES: Final = 2000
"""Files in one answer: more than a person looks through, less than a second of work."""
MOST_FOLDERS: Final = 2000
_ENDINGS: Final = re.compile(
    r"(\.gcode|\.swaps?|\.flow|\.platecycler)*\.3mf$", re.IGNORECASE
)
_WORDS: Final = re.compile(r"[^\W_]+")
_CLOSE: Final = 0.8
"""Likeness from which another spelling counts as the same name."""
_NAMED: Final = 5
"""Candidates that an error names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sliced file as the media folders show it."""

    file: LibraryFile
    size: int
    """bytes"""
    modified: datetime
    plates: tuple[int, ...]
    """Numbers of its sliced plates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One folder of the media folders, without what is hidden or no sliced file."""

    folders: tuple[str, ...]
    """Names of the folders in it."""
    entries: tuple[Entry, ...]


async def browse(hass: HomeAssistant, folder: str, location: str) -> Folder:
    """Return what lies in a location below a media folder. Raises ServiceValidationError."""
    folders = hass.config.media_dirs
    if folder not in folders:
        raise refusal("media_folder_unknown", folder=folder, folders=", ".join(folders))
    try:
        return await hass.async_add_executor_job(
            _look, folder, folders[folder], location
        )
    except (OSError, ValueError) as err:
        raise refusal("file_not_found", file=location or folder) from err


async def listing(hass: HomeAssistant) -> tuple[Entry, ...]:
    """Return the sliced files of all media folders, the newest first, at most MOST_FILES."""
    return await hass.async_add_executor_job(_listing, dict(hass.config.media_dirs))


async def find(hass: HomeAssistant, name: str) -> LibraryFile:
    """Return the one file that a person means by a name. Raises ServiceValidationError.

    The whole name goes before all of its words, these before another spelling. Where two
    files fit equally well nobody guesses: a guess would be printed.
    """
    files = [entry.file for entry in await listing(hass)]
    fits = await hass.async_add_executor_job(_fitting, files, name)
    if not fits:
        raise refusal("file_not_found", file=name)
    if len(fits) > 1:
        choices = ", ".join(file.name for file in fits[:_NAMED])
        raise refusal("file_ambiguous", file=name, files=choices)
    return fits[0]


def plain(name: str) -> str:
    """Return a name without what slicers hang on: "A_b-1.gcode.3mf" is "a b 1"."""
    return " ".join(_WORDS.findall(_ENDINGS.sub("", name).casefold()))


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


def _listing(folders: dict[str, str]) -> tuple[Entry, ...]:
    found: dict[Path, Entry] = {}
    for folder, base in folders.items():
        for entry in _walk(folder, base):
            found.setdefault(entry.file.path, entry)
            if len(found) >= MOST_FILES:
                break
    return tuple(sorted(found.values(), key=lambda e: e.modified, reverse=True))


def _walk(folder: str, base: str) -> Iterator[Entry]:
    """Yield the files of a media folder, those nearest to its root first."""
    waiting = [""]
    for location in waiting:  # grows while it is walked
        try:
            here = _look(folder, base, location)
        except OSError, ValueError:
            continue
        yield from here.entries
        room = MOST_FOLDERS - len(waiting)
        below = (str(PurePosixPath(location, name)) for name in here.folders[:room])
        waiting.extend(below)


def _look(folder: str, base: str, location: str) -> Folder:
    """Return one folder. Raises OSError, ValueError."""
    folders: list[str] = []
    entries: list[Entry] = []
    with os.scandir(inside(base, location)) as found:
        for item in sorted(found, key=lambda item: item.name.casefold()):
            if item.name.startswith("."):
                continue
            if item.is_dir(follow_symlinks=False):
                folders.append(item.name)
            elif item.name.lower().endswith(SUFFIX) and len(entries) < MOST_FILES:
                below = str(PurePosixPath(location, item.name))
                if entry := _entry(folder, base, below):
                    entries.append(entry)
    return Folder(folders=tuple(folders), entries=tuple(entries))


def _entry(folder: str, base: str, location: str) -> Entry | None:
    """Return the file as an entry, None if it is not a sliced one that we would resolve."""
    try:
        path = inside(base, location)
        plates = reader.plate_numbers(path)
        stat = path.stat()
    except OSError, ValueError, SlicedError:
        return None
    return Entry(
        file=LibraryFile(path=path, reference=reference_of(folder, location)),
        size=stat.st_size,
        modified=datetime.fromtimestamp(stat.st_mtime, UTC),
        plates=plates,
    )

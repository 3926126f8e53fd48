"""A sliced file in Home Assistant's media folders: found safely, read once.

A reference comes from outside. It is not trusted until its file was found inside a media
folder, with all symbolic links followed.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
import os
from pathlib import Path, PurePosixPath
import re
from typing import Any, Final
import unicodedata
from weakref import WeakValueDictionary

from homeassistant.core import HomeAssistant
from homeassistant.util import raise_if_invalid_path
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..errors import refusal
from ..plain_text import seen
from ..sliced.errors import SlicedError
from ..sliced.file import FileFacts, SlicedFile
from .remembered import Remembered

OURS: Final = f"media-source://{DOMAIN}/"
LOCAL: Final = "media-source://media_source/"
ENDING: Final = re.compile(r"(\.gcode)?\.3mf$", re.IGNORECASE)
UNSEEN: Final = "_"
"""Replaces what a file system allows in a name and nobody can see."""
_KEPT: Final = 256
"""Read files that are remembered: a few kB each."""
_AT_ONCE: Final = 2
"""Files that are read at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryFile:
    """A regular file in a media folder."""

    path: Path
    """Where it really is, after all links."""
    reference: str
    """`media-source://bambu_batch/<media folder>/<path>`"""

    @property
    def name(self) -> str:
        """File name, in the form in which names are compared."""
        return composed(PurePosixPath(self.reference).name)

    @property
    def title(self) -> str:
        """File name, as people see it."""
        return seen(self.name, UNSEEN)


async def resolve(
    hass: HomeAssistant, reference: str | Mapping[str, Any]
) -> LibraryFile:
    """Return the file that a reference means.

    A reference is `media-source://bambu_batch/…`, `media-source://media_source/…`, a path
    relative to a media folder, or what the media selector gives. Raises ServiceValidationError.
    """
    text = (
        reference.get("media_content_id")
        if isinstance(reference, Mapping)
        else reference
    )
    if not isinstance(text, str) or not text.strip():
        raise refusal("file_reference_invalid", file=str(text or ""))
    return await hass.async_add_executor_job(
        _resolve, dict(hass.config.media_dirs), text.strip()
    )


async def read(hass: HomeAssistant, file: LibraryFile) -> SlicedFile:
    """Return the content of a sliced file. Raises ServiceValidationError.

    Two files are read at a time: that limits the memory, and one that takes long does not hold
    up the next. What is known already waits for nothing.
    """
    contents = hass.data.setdefault(_CONTENTS, _Contents())
    run = hass.async_add_executor_job
    if (known := await run(contents.known, file.path)) is not None:
        return known
    async with contents.turn(file.path), contents.room:
        try:
            return await run(contents.read, file.path)
        except SlicedError as err:
            raise refusal(err.key, **err.placeholders) from err


async def facts(hass: HomeAssistant, file: LibraryFile) -> SlicedFile | FileFacts:
    """Return what people look at, without waiting for the G-code to be read.

    All of the content if it is known already. Raises ServiceValidationError.
    """
    contents = hass.data.setdefault(_CONTENTS, _Contents())
    return await hass.async_add_executor_job(_facts, contents, file.path)


async def picture(hass: HomeAssistant, file: LibraryFile, plate: int) -> bytes | None:
    """Return the picture of a plate as PNG; None where there is none or no such file."""
    try:
        return await hass.async_add_executor_job(_picture, file.path, plate)
    except SlicedError:
        return None


def renaming(hass: HomeAssistant) -> Callable[[Path, Path], None]:
    """Return how to rename a file that was read, so that it need not be read again. Blocking."""
    return hass.data.setdefault(_CONTENTS, _Contents()).rename


def composed(name: str) -> str:
    """Return a name in the form in which names are compared.

    A Mac writes "ö" as "o" and two dots: to a person it is one name (FM-174).
    """
    return unicodedata.normalize("NFC", name)


def is_text(name: str) -> bool:
    """Tell whether a name is UTF-8: any other can be neither shown nor stored (FM-169)."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def entry_named(folder: Path, name: str) -> Path:
    """Return the path of this name in a folder, in whatever form it was written. Blocking.

    If nothing is there, it is the path that the name itself would have.
    """
    path = folder / name
    if path.exists(follow_symlinks=False):
        return path
    wanted = composed(name)
    try:
        with os.scandir(folder) as found:
            return next(
                (Path(one) for one in found if composed(one.name) == wanted), path
            )
    except OSError:
        return path


def as_written(folder: str, location: str) -> str:
    """Return a location below a folder with its names as they are on the disk. Blocking."""
    base = here = Path(folder)
    names = PurePosixPath(location).parts
    for at, name in enumerate(names):
        here = entry_named(here, name)
        if not os.path.lexists(here):  # nothing lies below it either
            return str(PurePosixPath(here.relative_to(base), *names[at + 1 :]))
    return str(PurePosixPath(here.relative_to(base)))


def inside(folder: str, location: str) -> Path:
    """Return the real path of a location below a media folder. Blocking.

    Raises ValueError where it leads out of the folder, OSError where nothing is there.
    """
    raise_if_invalid_path(location)
    if location.startswith("/"):
        raise ValueError("outside the media folder")
    base = Path(folder).resolve(strict=True)
    path = (base / as_written(folder, location)).resolve(strict=True)
    if not path.is_relative_to(base):
        raise ValueError("outside the media folder")
    return path


def reference_of(folder: str, location: str) -> str:
    """Return the reference of a location, given as it lies below the named media folder."""
    return f"{OURS}{folder}/{PurePosixPath(location)}"


# The reader is imported in the executor, when the first file is read: no start needs it.


def _read(path: Path) -> SlicedFile:
    from ..sliced import reader  # noqa: PLC0415

    return reader.read(path)


def _picture(path: Path, plate: int) -> bytes | None:
    from ..sliced import reader  # noqa: PLC0415

    return reader.picture(path, plate)


def _facts(contents: _Contents, path: Path) -> SlicedFile | FileFacts:
    from ..sliced import reader  # noqa: PLC0415

    try:
        return contents.known(path) or reader.facts(path)
    except SlicedError as err:
        raise refusal(err.key, **err.placeholders) from err


def _resolve(folders: dict[str, str], text: str) -> LibraryFile:
    if not is_text(text):
        raise refusal("file_name_not_utf8", file=text)
    found: dict[Path, LibraryFile] = {}
    for folder, location in _places(folders, text):
        try:
            path = inside(folders[folder], location)
        except ValueError as err:
            raise refusal("file_outside_media", file=text) from err
        except OSError:
            continue
        if path.is_file():
            written = as_written(folders[folder], location)
            reference = reference_of(folder, written)
            found.setdefault(path, LibraryFile(path=path, reference=reference))
    if not found:
        raise refusal("file_not_found", file=text)
    if len(found) > 1:
        choices = ", ".join(file.reference for file in found.values())
        raise refusal("file_ambiguous", file=text, files=choices)
    return next(iter(found.values()))


def _places(folders: dict[str, str], text: str) -> list[tuple[str, str]]:
    """Return the (media folder, location) pairs that a reference may mean."""
    for scheme in (OURS, LOCAL):
        if text.startswith(scheme):
            folder, _, location = text.removeprefix(scheme).partition("/")
            if folder not in folders:
                raise refusal(
                    "media_folder_unknown",
                    folder=folder,
                    folders=", ".join(folders),
                )
            return [(folder, location)]
    if "://" in text:
        raise refusal("file_reference_invalid", file=text)
    return [(folder, text) for folder in folders]


class _Contents(Remembered[SlicedFile]):
    """The files that were read as a whole, and whose turn it is."""

    def __init__(self) -> None:
        super().__init__(_read, _KEPT)
        self.room = asyncio.Semaphore(_AT_ONCE)
        self._turns: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()

    def turn(self, path: Path) -> asyncio.Lock:
        """Return the lock for one file, so that many who want it take one place, not all."""
        return self._turns.setdefault(path, asyncio.Lock())


_CONTENTS: HassKey[_Contents] = HassKey(f"{DOMAIN}.contents")

"""Taking a sliced file into a media folder: streamed, checked, and only then given its name."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
import errno
from http import HTTPStatus
import logging
import os
from pathlib import Path, PurePosixPath
import shutil
import threading
import time
from typing import Any, BinaryIO, Final
import unicodedata

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import raise_if_invalid_filename
from homeassistant.util.ulid import ulid

from ..const import DOMAIN
from ..errors import all_shown
from ..plain_text import is_plain_text
from ..sliced.container import MAX_FILE, MIB
from ..sliced.errors import SlicedError
from ..sliced.file import SlicedFile
from . import files
from .catalogue import SUFFIX
from .files import ENDING, LibraryFile

_LOGGER = logging.getLogger(__name__)

RESERVE: Final = 256 * MIB
"""Bytes that an upload leaves free: Home Assistant lives on the same disk."""
_BEGINNING: Final = b"PK\x03\x04"
_TEMPORARY: Final = ".bambu_batch-"
_STALE: Final = 24 * 3600.0
"""Seconds after which a temporary file is a broken upload's."""
_LONGEST: Final = 180
"""Bytes of a name. File systems allow 255, and a number may be appended."""


class UploadRefused(HomeAssistantError):
    """The file was not stored. `status`: the HTTP status to answer with."""

    def __init__(
        self, key: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST, **placeholders: str
    ) -> None:
        """Take the translation key of the reason."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=all_shown(placeholders),
        )
        self.status = status


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file is to go."""

    folder: str
    """Name of the media folder."""
    location: str
    """Folder below it; "" is itself."""
    path: Path

    def reference(self, name: str) -> str:
        """Return the reference of a file in it."""
        return files.reference_of(self.folder, str(PurePosixPath(self.location, name)))


async def target(hass: HomeAssistant, where: str | None) -> Target:
    """Return the folder of this name, "<media folder>/<path>"; by default the first one.

    Raises UploadRefused.
    """
    folders = hass.config.media_dirs
    folder, _, location = (where or next(iter(folders), "")).partition("/")
    if folder in folders:
        with suppress(OSError, ValueError):
            path = await hass.async_add_executor_job(
                files.inside, folders[folder], location
            )
            if path.is_dir():
                return Target(folder, location, path)
    raise UploadRefused(
        "media_folder_unknown", folder=where or "", folders=", ".join(folders)
    )


def clean_name(name: str | None) -> str:
    """Return the name under which a file is stored. Raises UploadRefused.

    A name is accepted as it is or refused; only its accents get their usual form.
    """
    clean = unicodedata.normalize("NFC", name or "")
    if not files.is_text(clean):
        raise UploadRefused("file_name_not_utf8", file=clean)
    if not is_plain_text(clean):
        raise UploadRefused("file_name_unseen", file=clean)
    if clean != clean.strip():
        raise UploadRefused("file_name_spaces", file=clean)
    if clean.startswith(".") and not clean.startswith(".."):
        raise UploadRefused("file_name_dot", file=clean)
    try:
        raise_if_invalid_filename(clean)
        fits = clean.lower().endswith(SUFFIX) and len(clean.encode()) <= _LONGEST
    except ValueError:
        fits = False
    if not fits:
        raise UploadRefused("file_name_invalid", file=clean)
    return clean


async def receive(
    hass: HomeAssistant,
    target: Target,
    name: str,
    blocks: AsyncIterator[bytes],
    announced: int | None,
) -> tuple[LibraryFile, SlicedFile]:
    """Store a file and return it with its content; raises UploadRefused and stores nothing.

    `announced`: size in bytes that the sender states; None if it does not.
    """
    run = hass.async_add_executor_job
    path = target.path / f"{_TEMPORARY}{ulid()}-{name}"
    try:
        await run(_make_room, target.path, name, announced or 0)
        file: BinaryIO = await run(path.open, "xb")
        try:
            await _write(run, file, name, blocks)
        finally:
            await run(file.close)
        content = await _read(hass, path, name)
        rename = files.renaming(hass)
        stored = await run(_place, path, target.path, name, content, rename)
    except OSError as err:
        raise _refusal(err, name) from err
    finally:
        await run(_remove, path)
    return LibraryFile(path=stored, reference=target.reference(stored.name)), content


async def _write(
    run: Callable[..., Any], file: BinaryIO, name: str, blocks: AsyncIterator[bytes]
) -> None:
    """Write block by block, and down to the disk. Raises UploadRefused, OSError."""
    size, beginning = 0, b""
    async for block in blocks:
        if len(beginning) < len(_BEGINNING):
            beginning = (beginning + block)[: len(_BEGINNING)]
            if not _BEGINNING.startswith(beginning):
                break
        size += len(block)
        if size > MAX_FILE:
            raise _too_large(name)
        await run(_append, file, block)
    if beginning != _BEGINNING:
        raise UploadRefused("not_a_zip", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, file=name)
    await run(_settle, file)


async def _read(hass: HomeAssistant, path: Path, name: str) -> SlicedFile:
    """Read what was received, still under its temporary name. Raises UploadRefused."""
    try:
        return await files.read(hass, LibraryFile(path=path, reference=name))
    except ServiceValidationError as err:
        raise UploadRefused(
            err.translation_key or "not_sliced",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            **{**(err.translation_placeholders or {}), "file": name},
        ) from err


def _make_room(folder: Path, name: str, size: int) -> None:
    """Check size and space, and remove the remains of broken uploads. Raises UploadRefused."""
    for left in folder.glob(f"{_TEMPORARY}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE:
                left.unlink()
    if size > MAX_FILE:
        raise _too_large(name)
    if shutil.disk_usage(folder).free < size + RESERVE:
        raise _no_space(name)


def _append(file: BinaryIO, block: bytes) -> None:
    disk = os.fstatvfs(file.fileno())
    if disk.f_bavail * disk.f_frsize < len(block) + RESERVE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    file.write(block)


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _place(
    temporary: Path,
    folder: Path,
    name: str,
    content: SlicedFile,
    rename: Callable[[Path, Path], None],
) -> Path:
    """Give the file its name. No file is ever replaced: a task may rely on its content."""
    ending = ENDING.search(name)
    stem = name[: ending.start()] if ending else name
    path, number = files.entry_named(folder, name), 1
    with _PLACING:
        while path.exists(follow_symlinks=False):
            if _holds(path, content):
                return path
            number += 1
            numbered = f"{stem} ({number}){name[len(stem) :]}"
            path = files.entry_named(folder, numbered)
        rename(temporary, path)
    _settle_folder(folder)
    return path


def _holds(path: Path, content: SlicedFile) -> bool:
    """Tell whether a file has this content already."""
    from ..sliced import reader  # noqa: PLC0415  # in the executor; no start needs it

    try:
        return reader.fingerprint(path) == (content.sha256, content.size)
    except SlicedError:
        return False


def _settle_folder(folder: Path) -> None:
    """Write the new name down to the disk. Some network file systems cannot."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _refusal(err: OSError, name: str) -> UploadRefused:
    if err.errno in (errno.ENOSPC, errno.EDQUOT):
        return _no_space(name)
    _LOGGER.error("An uploaded file cannot be stored: %s", err.strerror)
    return UploadRefused(
        "upload_not_stored", HTTPStatus.INTERNAL_SERVER_ERROR, file=name
    )


def _too_large(name: str) -> UploadRefused:
    return UploadRefused(
        "file_too_large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        file=name,
        limit=str(MAX_FILE // MIB),
    )


def _no_space(name: str) -> UploadRefused:
    return UploadRefused(
        "upload_no_space",
        HTTPStatus.INSUFFICIENT_STORAGE,
        file=name,
        reserve=str(RESERVE // MIB),
    )


_PLACING: Final = threading.Lock()

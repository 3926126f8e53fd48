"""The ZIP around a sliced file, which may have been made to do harm.

Everything is checked against the central directory before anything is unpacked, and nothing
is unpacked in pieces larger than a block; stated sizes are limits, never promises. Sizes count
only where something is read: a mesh of 680 MB beside the G-code harms nobody (FM-170).
"""

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from errno import EINVAL
from hashlib import file_digest
from io import BufferedReader, FileIO
import os
from pathlib import Path
import re
from stat import S_ISLNK
import struct
from time import thread_time
from typing import Final, override
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
import zlib

from . import errors
from .file import version
from .values import text

MIB: Final = 1 << 20
BLOCK: Final = MIB
"""Bytes unpacked at a time."""

MAX_FILE: Final = 2048 * MIB
MAX_TOTAL: Final = 2048 * MIB
MAX_GCODE: Final = 1024 * MIB
MAX_PNG: Final = 16 * MIB
MAX_OTHER: Final = 64 * MIB
MAX_MEMBERS: Final = 5000
MAX_DIRECTORY: Final = MIB
"""Bytes of the central directory: `zipfile` reads it at once and makes an object per entry."""
MAX_RATIO: Final = 200
RATIO_MATTERS_FROM: Final = 4 * MIB
"""Short repetitive G-code deflates by more than any limit that stops a bomb."""

MAX_SECONDS: Final = 30.0
"""Work of this thread for one file. 100 MB take a second; a malicious file takes far more."""

_READ: Final = re.compile(
    r"metadata/(?:plate_\d+\.(?:gcode|gcode\.md5|json|png)|plate_\d+_small\.png"
    r"|plate_no_light_\d+\.png|(?:slice_info|model_settings|project_settings)\.config)"
    r"|_rels/\.rels"
)
"""All members that are read, besides a picture that the file names itself."""
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_BROKEN: Final = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What `zipfile` raises on damaged input; UnicodeDecodeError is a ValueError."""


class Archive:
    """A ZIP opened for reading. As in Studio, a member is found by any case and either slash."""

    def __init__(self, file: BufferedReader, name: str, seconds: float) -> None:
        """Read the directory and check it against all limits. Raises `SlicedError`."""
        self.name = name
        self._until = thread_time() + seconds
        stat = os.fstat(file.fileno())
        self.size = stat.st_size
        self.version = version(stat)
        self._file = file
        if self.size > MAX_FILE:
            raise errors.FileTooLarge(file=name, limit=str(MAX_FILE // MIB))
        with _unpacking(lambda: errors.NotAZip(file=name)):
            self._zip = ZipFile(file)
        self._members = self._check()

    @property
    def names(self) -> tuple[str, ...]:
        """All members in plain form: lower case, with /."""
        return tuple(self._members)

    def has(self, plain: str) -> bool:
        """Tell whether there is such a member."""
        return plain in self._members

    def stated_name(self, plain: str) -> str:
        """Return the name exactly as the ZIP has it."""
        return self._members[plain].filename

    def read(self, plain: str, limit: int, *, cut: bool = False) -> bytes | None:
        """Return a member's content; None if there is none or it is larger than `limit`.

        With `cut` the first `limit` bytes of a larger one. Raises `FileDamaged`.
        """
        member = self._members.get(plain)
        if member is None or (member.file_size > limit and not cut):
            return None
        if cut and member.file_size > limit:
            with (
                _unpacking(lambda: self._damaged(member)),
                self._zip.open(member) as stream,
            ):
                return stream.read(limit)
        return b"".join(self.blocks(plain))

    def blocks(self, plain: str) -> Iterator[bytes]:
        """Yield a member's content in blocks. Raises `FileDamaged`, at the latest at the end."""
        member = self._members[plain]
        unpacked = 0
        with (
            _unpacking(lambda: self._damaged(member)),
            self._zip.open(member) as stream,
        ):
            while block := stream.read(BLOCK):
                unpacked += len(block)
                self._check_work()
                yield block
        if unpacked != member.file_size:
            raise self._damaged(member)

    def sha256(self) -> str:
        """Return the digest of the whole file."""
        self._file.seek(0)
        return file_digest(self._file, "sha256").hexdigest()

    def _check_work(self) -> None:
        if thread_time() > self._until:
            raise errors.ReadingTooLong(file=self.name)

    def _check(self) -> dict[str, ZipInfo]:
        """Check the directory against the limits; return the members by plain name."""
        members: dict[str, ZipInfo] = {}
        places: set[int] = set()
        total = 0
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise errors.TooManyMembers(file=self.name, limit=str(MAX_MEMBERS))
        for info in infos:
            plain = info.filename.replace("\\", "/").lower()
            if refusal := _refusal(info, plain, members, places):
                raise refusal(**self._told(info))
            places.add(info.header_offset)
            if _READ.fullmatch(plain):
                total += info.file_size
                self._check_size(info, _limit(plain), total)
            members[plain] = info
        return members

    def _check_size(self, info: ZipInfo, limit: int, total: int) -> None:
        bloated = (
            info.file_size > RATIO_MATTERS_FROM
            and info.file_size > MAX_RATIO * info.compress_size
        )
        if info.file_size > limit or bloated or total > MAX_TOTAL:
            raise errors.MemberTooLarge(**self._told(info), limit=str(limit // MIB))

    def _told(self, member: ZipInfo) -> dict[str, str]:
        return {"file": self.name, "member": _printable(member.filename)}

    def _damaged(self, member: ZipInfo) -> errors.FileDamaged:
        return errors.FileDamaged(**self._told(member))


@contextmanager
def opened(path: Path, seconds: float = MAX_SECONDS) -> Iterator[Archive]:
    """Open a file as an archive, for at most `seconds` of this thread's work.

    Raises `SlicedError`; `FileChanging` if somebody wrote to the file meanwhile.
    """
    name = _printable(path.name)
    try:
        if not path.is_file():
            # a device or a pipe would block for ever
            raise errors.FileNotReadable(file=name)
        with _Guarded(FileIO(path)) as file:
            before = os.fstat(file.fileno())
            archive = Archive(file, name, seconds)
            yield archive
            after = os.fstat(file.fileno())
    except OSError as err:
        raise errors.FileNotReadable(file=name) from err
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise errors.FileChanging(file=name)


@contextmanager
def _unpacking(refusal: Callable[[], errors.SlicedError]) -> Iterator[None]:
    """Turn what `zipfile` raises on damaged input into a refusal; other errors are the disk's."""
    try:
        yield
    except _BROKEN as err:
        raise refusal() from err
    except OSError as err:
        if err.errno != EINVAL:
            raise
        # a forged offset, before the beginning of the file
        raise refusal() from err


class _Guarded(BufferedReader):
    """Refuses to read a forged directory, which may claim gigabytes, into memory."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > max(MAX_DIRECTORY, BLOCK):
            raise errors.TooManyMembers(
                file=_printable(Path(str(self.name)).name), limit=str(MAX_MEMBERS)
            )
        return super().read(size)


def _refusal(
    info: ZipInfo, plain: str, members: Container[str], places: Container[int]
) -> type[errors.SlicedError] | None:
    """Return why a member refuses its file; `members` and `places` are of those before it."""
    if _is_unsafe(info, plain):
        return errors.UnsafeMember
    if plain in members:
        return errors.DuplicateMember
    if info.flag_bits & _ENCRYPTED:
        return errors.EncryptedMember
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        # the others take as much memory as the file asks for, and no slicer uses them
        return errors.FileDamaged
    if info.header_offset in places:
        # two members at one place: a zip bomb's trick
        return errors.FileDamaged
    return None


def _is_unsafe(info: ZipInfo, plain: str) -> bool:
    return (
        not plain
        or "\0" in info.orig_filename
        or plain.startswith("/")
        or bool(_DRIVE.match(plain))
        or (".." in plain and ".." in plain.split("/"))
        or S_ISLNK(info.external_attr >> 16)
    )


def _limit(plain: str) -> int:
    if plain.endswith(".gcode"):
        return MAX_GCODE
    return MAX_PNG if plain.endswith(".png") else MAX_OTHER


def _printable(name: str) -> str:
    return text(name) or "?"

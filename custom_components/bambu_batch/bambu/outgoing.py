"""A local file on its way to a printer: all of it, or pieces of it.

It is read once, from front to back, and hashed as a whole. The last block is handed out only
when the hash is the one that the name on the printer was made of: so whatever interrupts a
transfer, a wrong file is never complete there (FM-059).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from .errors import LocalFileChanged
from .remote_name import remote_name

_BLOCK = 64 * 1024


class Excerpt(Protocol):
    """What of a file is sent."""

    @property
    def pieces(self) -> Sequence[tuple[bytes, int, int]]:
        """Some bytes, and a range of the file that follows them; ranges rise."""

    @property
    def end(self) -> bytes:
        """What follows the last piece."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """The file as it is."""

    pieces: tuple[tuple[bytes, int, int], ...]
    end: bytes = b""


@dataclass(frozen=True, slots=True)
class Part:
    """What one plate needs of a file."""

    plate: int
    cut: Callable[[BinaryIO], Excerpt | None]
    """Returns the excerpt; None: the whole file."""


class Outgoing:
    """An open file, for as many tries as an upload takes. Raises `LocalFileChanged`."""

    def __init__(
        self, path: Path, name: str, part: Part | None, size: int | None
    ) -> None:
        """Open the file, which must have this many bytes. `name`: on the printer."""
        self._name = name
        self._part = part
        try:
            told = path.stat()
            if not S_ISREG(told.st_mode) or size not in (None, told.st_size):
                raise LocalFileChanged
            self._length = told.st_size
            self._file = path.open("rb", buffering=0)
        except OSError as err:
            raise LocalFileChanged from err
        try:
            self._excerpt = self._cut()
        except OSError as err:
            self._file.close()
            raise LocalFileChanged from err
        self.size = len(self._excerpt.end) + sum(
            len(head) + stop - start for head, start, stop in self._excerpt.pieces
        )
        """Bytes that are sent."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._file.close()

    def blocks(self) -> Iterator[bytes]:
        """Yield what is sent. Raises `LocalFileChanged` before the last block."""
        last: bytes | None = None
        try:
            for block in self._checked():
                if last is not None:
                    yield last
                last = block
        except OSError as err:
            raise LocalFileChanged from err
        if last is not None:
            yield last

    def _cut(self) -> Excerpt:
        excerpt = self._part.cut(self._file) if self._part else None
        return excerpt or _Whole(((b"", 0, self._length),))

    def _checked(self) -> Iterator[bytes]:
        """Yield what is sent, the end once the file has proved to be the right one."""
        self._file.seek(0)
        digest, at = sha256(), 0
        for head, start, stop in self._excerpt.pieces:
            for block in self._read(start - at):
                digest.update(block)
            if head:
                yield head
            for block in self._read(stop - start):
                digest.update(block)
                yield block
            at = stop
        for block in self._read(self._length - at + 1):
            digest.update(block)
        plate = self._part.plate if self._part else None
        if remote_name(digest.hexdigest(), plate) != self._name:
            raise LocalFileChanged
        # What was cut out before was perhaps cut out of something else.
        if self._cut() != self._excerpt:
            raise LocalFileChanged
        if self._excerpt.end:
            yield self._excerpt.end

    def _read(self, count: int) -> Iterator[bytes]:
        """Yield up to so many bytes from here."""
        while count > 0 and (block := self._file.read(min(count, _BLOCK))):
            count -= len(block)
            yield block

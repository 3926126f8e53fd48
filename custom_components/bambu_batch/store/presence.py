"""Whether the files of the database still are those that were opened (FM-175).

A file that is deleted or replaced under a running program accepts every commit, and at the
next start all of them are gone. So the files are kept open, and checked before anything counts
as stored. Only `writing_main` writes the main file: any other change to it is another copy
that was put over it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import sqlite3
from threading import Lock
from urllib.parse import quote

from .errors import StoreReplaced, StoreUnavailable, typed_errors

ENDS = ("", "-wal", "-shm")
"""SQLite's files: the main one, its log and the log's index."""


class Presence:
    """The files of an SQLite database as they were when it was opened."""

    def __init__(self, path: Path) -> None:
        """Open them. Blocking; raises StoreError."""
        self.path = path
        with typed_errors():
            # as long as it is open, the log stays the same file
            self._connection = sqlite3.connect(
                file_uri(path), uri=True, check_same_thread=False
            )
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        self._main, *self._others = files_of(path)
        self._known = self._state()
        self._lock = Lock()

    def check(self) -> None:
        """Raise StoreReplaced if one of them was deleted or replaced."""
        with self._lock:
            if self._state() != self._known:
                raise StoreReplaced("another file, or none, is in its place")

    @contextmanager
    def writing_main(self) -> Iterator[None]:
        """Let the log be written into the main file. Raises StoreReplaced before that."""
        self.check()
        with self._lock:
            try:
                yield
            finally:
                self._known = self._state()

    def _state(self) -> tuple[object, ...]:
        """Return what distinguishes these files from others: the main file does not change."""
        return (
            _identity(self._main, content=True),
            *(_identity(file) for file in self._others),
        )

    def copy_to(self, path: Path) -> None:
        """Copy the database that was opened, even if its name is gone. Raises StoreError."""
        with typed_errors():
            copy = sqlite3.connect(path)
            try:
                self._connection.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        """Close them."""
        self._connection.close()


def file_uri(path: Path) -> str:
    """Return SQLite's address of a file that it must not create."""
    return f"file:{quote(str(path))}?mode=rw"


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files of a database."""
    return tuple(path.with_name(path.name + end) for end in ENDS)


def _identity(file: Path, *, content: bool = False) -> tuple[int, ...] | None:
    """Return device and inode, size and time of the last change; None: there is no file."""
    try:
        stat = file.stat()
    except FileNotFoundError, NotADirectoryError:
        return None
    except OSError as err:
        raise StoreUnavailable(type(err).__name__) from err
    rest = (stat.st_size, stat.st_mtime_ns) if content else ()
    return (stat.st_dev, stat.st_ino, *rest)

"""Whether the files of the database still are those that were opened (FM-175).

A file that is deleted or replaced under a running program takes every commit, and at the next
start all of them are gone. So they are held open, and looked at before anything is believed to
be stored. The main file is written by `bringing_in` alone: whatever else changes it is another
copy that was put over it.
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
        """Hold them open. Blocking; raises StoreError."""
        self.path = path
        with typed_errors():
            # as long as it is open, nobody makes a new log
            self._connection = sqlite3.connect(
                file_uri(path), uri=True, check_same_thread=False
            )
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        self._main, *self._others = files_of(path)
        self._known = self._look()
        self._lock = Lock()

    def check(self) -> None:
        """Raise StoreReplaced where another file, or none, has taken the place of one."""
        with self._lock:
            if self._look() != self._known:
                raise StoreReplaced("another file, or none, is in its place")

    @contextmanager
    def bringing_in(self) -> Iterator[None]:
        """Write the log into the main file meanwhile. Raises StoreReplaced before it."""
        self.check()
        with self._lock:
            try:
                yield
            finally:
                self._known = self._look()

    def _look(self) -> tuple[object, ...]:
        """Return what tells these files from others: the log grows, the main file rests."""
        return (
            _identity(self._main, content=True),
            *(_identity(file) for file in self._others),
        )

    def copy_to(self, path: Path) -> None:
        """Copy what was opened, though its name may be gone. Raises StoreError."""
        with typed_errors():
            copy = sqlite3.connect(path)
            try:
                self._connection.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        """Let them go."""
        self._connection.close()


def file_uri(path: Path) -> str:
    """Return SQLite's address of a file that it must not make."""
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

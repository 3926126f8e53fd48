"""What was read of files, so that one that has not changed is not read again."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
import threading


class Remembered[T]:
    """What was read, by inode, size and time; the least recently used is forgotten. Blocking."""

    def __init__(self, read: Callable[[Path], T], most: int) -> None:
        """Remember what `read` returns for `most` files; what it raises is not remembered."""
        self._read = read
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, ...], T] = OrderedDict()

    def known(self, path: Path) -> T | None:
        """Return what was read of a file as it is now, or None."""
        key = _key(path)
        with self._lock:
            if key is None or (content := self._known.get(key)) is None:
                return None
            self._known.move_to_end(key)
            return content

    def read(self, path: Path) -> T:
        """Read a file, or remember it."""
        if (content := self.known(path)) is not None:
            return content
        key = _key(path)
        content = self._read(path)  # its error says what is wrong
        if key is not None:
            self._keep(key, content)
        return content

    def rename(self, path: Path, new: Path) -> None:
        """Give a file another name, under which it is known too. Raises OSError."""
        content, before = self.known(path), _key(path)
        path.rename(new)
        key = _key(new)
        # The name is part of what has changed last; nothing else has.
        if content is not None and key and before and key[:-1] == before[:-1]:
            self._keep(key, content)

    def _keep(self, key: tuple[int, ...], content: T) -> None:
        with self._lock:
            self._known[key] = content
            if len(self._known) > self._most:
                self._known.popitem(last=False)


def _key(path: Path) -> tuple[int, ...] | None:
    try:
        stat = path.stat()
    except OSError, ValueError:
        return None
    # A copy may get its model's time; when it was changed last cannot be set.
    return (
        stat.st_dev,
        stat.st_ino,
        stat.st_size,
        stat.st_mtime_ns,
        stat.st_ctime_ns,
    )

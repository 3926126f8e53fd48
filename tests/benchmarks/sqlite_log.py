"""What is committed to an SQLite database in the write-ahead log of another process."""

from pathlib import Path
import struct

_FRAME = 24 + 4096


class SqliteLog:
    """What is written to SQLite's log; by the log's own index, so that nothing is missed."""

    def __init__(self, database: Path) -> None:
        self._index = database.with_name(f"{database.name}-shm")
        self._changes, self._frames = self._read()
        self.commits = self.bytes = 0

    def look(self) -> None:
        """Add what was committed since the last look; a new log begins at its first frame."""
        changes, frames = self._read()
        self.commits += changes - self._changes
        grown = frames - self._frames
        self.bytes += (grown if grown >= 0 else frames) * _FRAME
        self._changes, self._frames = changes, frames

    def _read(self) -> tuple[int, int]:
        """Return the counter of transactions and the last frame (sqlite.org/walformat.html)."""
        fields = struct.unpack_from("=8xI4xI", self._index.read_bytes())
        return fields[0], fields[1]

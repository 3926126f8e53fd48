"""The files on the printer's SD card."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from posixpath import dirname, normpath

FOLDERS = (
    "/cache",
    "/image",
    "/ipcam",
    "/logger",
    "/model",
    "/timelapse",
    "/verify_job",
)


@dataclass(slots=True)
class File:
    """One file."""

    content: bytearray = field(default_factory=bytearray)
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    uploading: bool = False
    """The transfer has not been answered yet."""
    whole: bool = False
    """All that was sent has arrived, answered or not."""
    truncated: bool = False
    """Less than was sent has arrived."""


class Card:
    """Absolute POSIX paths; the root `/` is the card itself."""

    def __init__(self) -> None:
        """Format it as the printer does."""
        self.files: dict[str, File] = {}
        self.folders: set[str] = {"/", *FOLDERS}
        self.present = True
        self.capacity: int | None = None
        """Bytes; None: no limit."""
        self.seen: dict[str, float] = {}
        """When a client last saw a file at a path, on this card or another: real time."""

    @property
    def used(self) -> int:
        """Bytes of all files."""
        return sum(len(file.content) for file in self.files.values())

    def put(self, path: str, content: bytes) -> None:
        """Place a file, as a person with a card reader does."""
        self.files[path] = File(bytearray(content))

    def find(self, path: str) -> File | None:
        """Return the file at a path."""
        return self.files.get(path) if self.present else None

    def children(self, folder: str) -> list[str]:
        """Return the paths right inside a folder, sorted."""
        paths = [*self.files, *(self.folders - {"/"})]
        return sorted(path for path in paths if dirname(path) == folder)


def resolve(folder: str, name: str) -> str:
    """Return the absolute path of what an FTP client names in a folder."""
    return "/" + normpath(name if name.startswith("/") else f"{folder}/{name}").lstrip(
        "/"
    )

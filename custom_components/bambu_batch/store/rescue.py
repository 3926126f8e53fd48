"""Writing the database again, when the running program knows more than the files (FM-175)."""

from collections.abc import Mapping
from contextlib import suppress
from itertools import count
import os
from pathlib import Path

from ..production.model import Line
from .database import file_url, sync_folder
from .errors import StoreError, StoreUnavailable
from .presence import ENDS, files_of
from .repository import Repository


def rewrite(repository: Repository, path: Path, lines: Mapping[str, Line]) -> None:
    """Write these lines to a new database, with as much history as can be read.

    What is in its place now is renamed, never deleted. Blocking; raises StoreError.
    """
    new = path.with_name(f"{path.name}.anew")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(new)
        try:
            repository.copy_to(new)
            _save(new, lines)
        except StoreError:  # what was open is damaged too: save at least the lines
            _remove(new)
            _save(new, lines)
        _set_aside(path)
        new.rename(path)
        sync_folder(path.parent)
    except OSError as err:
        raise StoreUnavailable(type(err).__name__) from err
    repository.reopen()


def _save(new: Path, lines: Mapping[str, Line]) -> None:
    """Save each line in this database as it is in memory."""
    with Repository(file_url(new)) as copy:
        for serial, line in lines.items():
            stored = copy.load(serial)
            if (stored or Line()) != line:
                copy.save(serial, stored, line)


def _set_aside(path: Path) -> None:
    """Rename the files at this place, so that they still are a database; the log first.

    The main file stays in place until the new one replaces it, if links are possible.
    """
    numbers = (path.with_name(f"{path.name}.old{number}") for number in count(1))
    aside = next(name for name in numbers if not any(map(Path.exists, files_of(name))))
    for end in reversed(ENDS):
        file = path.with_name(path.name + end)
        if end == "":
            try:
                os.link(file, aside)
                continue
            except FileNotFoundError:
                return
            except OSError:
                pass
        with suppress(FileNotFoundError):
            file.rename(aside.with_name(aside.name + end))


def _remove(path: Path) -> None:
    for file in files_of(path):
        file.unlink(missing_ok=True)

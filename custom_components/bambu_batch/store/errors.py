"""What can go wrong with the store. `key` is the translation key of each.

Texts never carry the database's URL (it may hold a password) or a row's values.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import sqlite3

from sqlalchemy.exc import (
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)

LONGEST_VALUE = 50


class StoreError(Exception):
    """Nothing was written; what is stored is as it was before."""

    key = "store_failed"


class StoreUnwritable(StoreError):
    """A value would not load as it is. `field` and `value` name it, `value` shortened."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(f"cannot write {field}")
        self.field = field
        text = str(value).encode(errors="backslashreplace").decode()
        self.value = text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


class StoreUnavailable(StoreError):
    """The database cannot be opened or reached, or its driver is missing."""

    key = "store_unavailable"


class StoreLocked(StoreError):
    """Another program held the database's lock for too long (FM-128)."""

    key = "store_locked"


class StoreFull(StoreError):
    """No space is left on the disk."""

    key = "store_full"


class StoreCorrupt(StoreError):
    """What is stored cannot be read. It is left alone, and never taken for an empty queue."""

    key = "store_corrupt"


class StoreReplaced(StoreError):
    """The database was deleted or replaced (FM-175).

    What the running program has in memory is newer than what is there.
    """

    key = "store_replaced"


class StoreTooNew(StoreError):
    """It was written by a newer version of this integration."""

    key = "store_too_new"


class StoreConflict(StoreError):
    """Another program has changed this line: load it again before any start.

    Also after a commit whose answer was lost with the connection to the database.
    """

    key = "store_conflict"


_SQLITE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: StoreLocked,
    sqlite3.SQLITE_LOCKED: StoreLocked,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_CORRUPT: StoreCorrupt,
    sqlite3.SQLITE_NOTADB: StoreCorrupt,
    sqlite3.SQLITE_CANTOPEN: StoreUnavailable,
    sqlite3.SQLITE_READONLY: StoreUnavailable,
    sqlite3.SQLITE_PERM: StoreUnavailable,
    sqlite3.SQLITE_AUTH: StoreUnavailable,
    sqlite3.SQLITE_IOERR: StoreUnavailable,
}
_SQLSTATE: dict[str, type[StoreError]] = {
    "08": StoreUnavailable,
    "28": StoreUnavailable,
    "3D": StoreUnavailable,
    "40": StoreLocked,
    "53100": StoreFull,
    "55P03": StoreLocked,
    "57": StoreUnavailable,
    "XX001": StoreCorrupt,
    "XX002": StoreCorrupt,
}
"""PostgreSQL's error codes, whole or by their class (its manual, appendix A)."""


@contextmanager
def typed_errors() -> Iterator[None]:
    """Raise a StoreError for every error of the database.

    Without the error itself: PostgreSQL quotes the row, and with it a printer's serial.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as err:
        raise _typed(err) from None


def _typed(err: Exception) -> StoreError:
    cause = getattr(err, "orig", None) or err
    kind: type[StoreError] | None = None
    code: str | None = None
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorname", None)
        kind = _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    elif (code := _sqlstate(cause)) is not None:
        kind = _SQLSTATE.get(code) or _SQLSTATE.get(code[:2])
    elif isinstance(err, OperationalError | InterfaceError | TimeoutError):
        kind = StoreUnavailable  # no answer from the server
    return (kind or StoreError)(f"{type(cause).__name__} {code or ''}".strip())


def _sqlstate(cause: BaseException) -> str | None:
    """Return the error code as psycopg or psycopg2 give it."""
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    return state if isinstance(state, str) else None

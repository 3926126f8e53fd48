"""Load and save every printer's line: each step whole or not at all, only what differs.

Every method blocks, except `begin_save`: call it in an executor. One repository serves all
printers of a Home Assistant and may be used from several threads. Every error is a StoreError,
and after one nothing of that call is stored (I2, I3: the owner stops the line visibly, FM-128).
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
import logging
from pathlib import Path
from typing import NamedTuple, Self

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from ..production.model import Consumption, Line, RunRecord
from . import charges, history, reports, schema
from .charges import Charge, ChargeState
from .commits import Commits
from .database import LOCK_TIMEOUT, checkpoint, open_database, sqlite_file, writing
from .errors import StoreConflict, StoreError, StoreReplaced, typed_errors
from .history import HistoryEntry
from .presence import Presence
from .reports import Share, Totals
from .rows import own_document, read_line, write_parts
from .tally import By, Spent

_LOGGER = logging.getLogger(__name__)

SAVES_PER_CHECKPOINT = 200


class Repository:
    """The database of all printers' lines and their history."""

    def __init__(self, url: str, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        """Open the database, make or migrate its tables. Blocking; raises StoreError."""
        self._url, self._lock_timeout = url, lock_timeout
        self._opened = _open(url, lock_timeout)
        self._commits = Commits(self._writing, self._bring_in)
        self._revisions: dict[str, int] = {}
        self._saves = 0
        """Since the last checkpoint."""
        self._checkpoints = True
        self._checkpoint_failed = False

    @property
    def _engine(self) -> Engine:
        return self._opened.engine

    def check(self) -> None:
        """Raise StoreReplaced if the database is no longer the one that was opened."""
        if (presence := self._opened.presence) is not None:
            presence.check()

    def copy_to(self, path: Path) -> None:
        """Copy the database that was opened, whatever is in its place now."""
        if (presence := self._opened.presence) is not None:
            presence.copy_to(path)

    def reopen(self) -> None:
        """Continue with the database that is in its place now. Raises StoreError."""
        self._commits.between(self._reopen)

    def _reopen(self) -> None:
        opened = _open(self._url, self._lock_timeout)
        self._opened.close()
        self._opened = opened
        with self._reading() as connection:
            table = schema.lines
            rows = connection.execute(select(table.c.serial, table.c.revision))
            self._revisions = {row.serial: row.revision for row in rows}

    def load(self, serial: str) -> Line | None:
        """Return the line as last committed; None: this printer has none yet."""
        with self._reading() as connection:
            row = connection.execute(
                select(schema.lines).where(schema.lines.c.serial == serial)
            ).one_or_none()
            if row is None:
                self._revisions.pop(serial, None)
                return None
            line = read_line(connection, serial, row.document)
        self._revisions[serial] = row.revision
        return line

    def save(
        self,
        serial: str,
        before: Line | None,
        after: Line,
        records: Sequence[RunRecord] = (),
    ) -> None:
        """Commit one step of a line, with the records of the runs that it ended.

        `before` is the line as last loaded or saved here, None for a new printer's first.
        Raises StoreConflict if another program has changed the stored line.
        """
        self.begin_save(serial, before, after, records).result()

    def begin_save(
        self,
        serial: str,
        before: Line | None,
        after: Line,
        records: Sequence[RunRecord] = (),
    ) -> Future[int]:
        """Save as `save` does, without blocking. The answer, its revision: it is durable."""

        def saved(revision: int) -> None:
            self._revisions[serial] = revision

        save = partial(self._save, serial, before, after, records)
        return self._commits.ask(save, saved)

    def _save(
        self,
        serial: str,
        before: Line | None,
        after: Line,
        records: Sequence[RunRecord],
        connection: Connection,
    ) -> int:
        revision = self._revisions.get(serial, 0)
        if (before is None) is not (revision == 0):
            raise StoreConflict("not the line that was loaded")
        _save_own(connection, serial, revision, before, after)
        write_parts(connection, serial, before, after)
        history.add(connection, serial, records)
        return revision + 1

    def remove(self, serial: str) -> None:
        """Forget a printer: its line and its history."""
        this = delete(schema.lines).where(schema.lines.c.serial == serial)
        self._commits.ask(
            lambda connection: connection.execute(this),
            lambda _: self._revisions.pop(serial, None),
        ).result()

    def book(
        self,
        serial: str,
        run_id: int,
        consumption: Consumption,
        charged: Mapping[str, float] | None = None,
    ) -> bool:
        """Book what a recorded run took, once; False: it is booked already.

        `charged` is the grams to charge in other books, by account: stored in the same
        transaction.
        """
        return self._commits.ask(
            lambda connection: history.book(
                connection, serial, run_id, consumption, charged or {}
            )
        ).result()

    def unfinished_charges(self) -> list[Charge]:
        """Return the charges of all printers that are not done, oldest first."""
        with self._reading() as connection:
            return charges.unfinished(connection)

    def change_charge(
        self, charge: Charge, state: ChargeState, used_before: float | None = None
    ) -> Charge:
        """Bring a charge to another state; raises StoreConflict if it has left its own."""
        return self._commits.ask(
            lambda connection: charges.change(connection, charge, state, used_before)
        ).result()

    def unbooked(self, serial: str) -> list[RunRecord]:
        """Return the records whose consumption is not booked, oldest first."""
        with self._reading() as connection:
            return history.unbooked(connection, serial)

    def history(
        self,
        serial: str,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = 100,
        older_than: HistoryEntry | None = None,
    ) -> list[HistoryEntry]:
        """Return the newest runs that began in [since, until), newest first.

        Those older than an entry are the next page of the same list.
        """
        with self._reading() as connection:
            return history.entries(connection, serial, since, until, limit, older_than)

    def totals(
        self, serial: str, since: datetime | None = None, until: datetime | None = None
    ) -> Totals:
        """Return the sums over the runs that began in [since, until)."""
        with self._reading() as connection:
            return reports.totals(connection, serial, since, until)

    def shares(
        self,
        serial: str,
        by: By,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Share]:
        """Return the filament and cost of each material, spool or task, largest first."""
        with self._reading() as connection:
            return reports.shares(connection, serial, by, since, until)

    def spent(self, serial: str, since: Mapping[str, datetime]) -> dict[str, Spent]:
        """Return what the runs that ended after each spool's moment took from it."""
        with self._reading() as connection:
            return {
                spool: reports.spent(connection, serial, spool, moment)
                for spool, moment in since.items()
            }

    def pause_checkpoints(self) -> None:
        """Leave the main file alone, so that copying it and its log gives a whole database.

        Saving continues: until `resume_checkpoints` it only appends to the log.
        """
        self._commits.between(partial(self._rest, True))

    def resume_checkpoints(self) -> None:
        """Write the main file again: the copy is complete."""
        self._commits.between(partial(self._rest, False))

    def close(self) -> None:
        """Commit what waits, and close every connection."""
        self._commits.close()
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self.check()
        with typed_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self.check()
        engine, presence = self._opened
        with typed_errors(), writing(engine) as connection:
            yield connection
            if presence is not None:
                presence.check()

    def _bring_in(self, saves: int) -> None:
        """Bring the log in if enough has been written to it."""
        self._saves += saves
        if self._checkpoint_failed or self._saves >= SAVES_PER_CHECKPOINT:
            self._checkpoint()

    def _rest(self, rests: bool) -> None:
        self._checkpoints = not rests
        self._checkpoint()

    def _checkpoint(self) -> None:
        """Write the log into the main file, unless that is paused.

        An error is only logged: what is committed is in one file or the other. The next save
        tries again.
        """
        if not self._checkpoints:
            return
        try:
            engine, presence = self._opened
            with typed_errors(), presence.writing_main() if presence else nullcontext():
                checkpoint(engine)
        except StoreError as err:
            if not self._checkpoint_failed:
                _LOGGER.warning("The log stays beside the database for now: %r", err)
            self._checkpoint_failed = True
        else:
            self._saves, self._checkpoint_failed = 0, False


class _Opened(NamedTuple):
    """A database and its files, always replaced together."""

    engine: Engine
    presence: Presence | None
    """None: it is on a server."""

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        if self.presence is not None:
            self.presence.close()


def _open(url: str, lock_timeout: float) -> _Opened:
    engine = open_database(url, lock_timeout=lock_timeout)
    try:
        path = sqlite_file(url)
        return _Opened(engine, Presence(path) if path is not None else None)
    except BaseException:
        engine.dispose()
        raise


_SAVE = update(schema.lines).where(
    schema.lines.c.serial == bindparam("of_serial"),
    schema.lines.c.revision == bindparam("of_revision"),
)


def _save_own(
    connection: Connection, serial: str, revision: int, before: Line | None, after: Line
) -> None:
    """Write the line's own row and count the save."""
    table = schema.lines
    document = own_document(after)
    if before is None:
        exists = select(table.c.revision).where(table.c.serial == serial)
        if connection.execute(exists).first() is not None:
            raise StoreConflict("the printer has a line already")
        connection.execute(
            insert(table).values(serial=serial, revision=1, document=document)
        )
        return
    result = connection.execute(
        _SAVE,
        {
            "of_serial": serial,
            "of_revision": revision,
            "revision": revision + 1,
            "document": document,
        },
    )
    if result.rowcount != 1:
        found = connection.scalar(
            select(table.c.revision).where(table.c.serial == serial)
        )
        if found is None or found < revision:
            raise StoreReplaced("an older copy, or none of this line")
        raise StoreConflict("another program has changed the line")

"""Writes of all printers, in the order they came: those that wait are committed together.

A commit is one wait for the disk, on a memory card a long one. So the steps of a hundred
printers that come while the disk is busy cost one more such wait, not a hundred, and nobody
is overtaken (FM-176). One thread of our own writes: no other thread waits for the disk.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from .errors import StoreUnavailable, typed_errors


@dataclass(slots=True, eq=False)
class _Write:
    """One step. `done`: called with its result after the commit, before anybody hears of it."""

    do: Callable[[Connection], Any]
    done: Callable[[Any], object]
    answer: Future[Any] = field(default_factory=Future)


class _Spoilt(Exception):
    """A write has failed, and the whole transaction with it."""

    def __init__(self, write: _Write, error: Exception) -> None:
        super().__init__()
        self.write, self.error = write, error


class Commits:
    """The one writer of a database.

    `transaction` is the context of one transaction, which raises StoreError; `committed` is
    called after each with the number of its writes.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Connection]],
        committed: Callable[[int], None],
    ) -> None:
        self._transaction = transaction
        self._committed = committed
        self._waiting: Final[deque[_Write]] = deque()
        self._thread = ThreadPoolExecutor(1, "bambu_batch writer")
        self._submit(lambda: None)  # it begins here, not in the event loop

    def ask[T](
        self,
        do: Callable[[Connection], T],
        done: Callable[[T], object] = lambda _: None,
    ) -> Future[T]:
        """Write something when its turn comes. The answer is there once it is durable.

        Whatever `do` raises undoes this write and no other; an error of the transaction is
        everybody's. Does not block. Raises StoreUnavailable after `close`.
        """
        write = _Write(do, done)
        self._waiting.append(write)
        try:
            self._submit(self._commit_waiting)
        except StoreUnavailable:
            if write.answer.cancel():
                raise
            # it came just in time: what was asked before takes it along
        return write.answer

    def between[T](self, do: Callable[[], T]) -> T:
        """Do something while nothing is written. Blocking; raises what it raises."""
        return self._submit(do).result()

    def close(self) -> None:
        """End, once nothing waits any more. Blocking."""
        self._thread.shutdown()

    def _submit[T](self, do: Callable[[], T]) -> Future[T]:
        try:
            return self._thread.submit(do)
        except RuntimeError:
            raise StoreUnavailable("closed") from None

    def _commit_waiting(self) -> None:
        writes = [self._waiting.popleft() for _ in range(len(self._waiting))]
        writes = [one for one in writes if one.answer.set_running_or_notify_cancel()]
        while writes:
            try:
                self._commit(writes)
            except _Spoilt as spoilt:  # the others once more, without this one
                spoilt.write.answer.set_exception(spoilt.error)
                writes.remove(spoilt.write)
            else:
                return

    def _commit(self, writes: list[_Write]) -> None:
        """Commit these together and answer each. Raises _Spoilt: then none is answered."""
        try:
            with self._transaction() as connection:
                answers = [_written(connection, write) for write in writes]
        except _Spoilt:
            raise
        except BaseException as err:  # noqa: BLE001 # who waits hears of it
            for write in writes:
                write.answer.set_exception(err)
        else:
            for answer in answers:
                answer()
            self._committed(len(writes))


def _written(connection: Connection, write: _Write) -> Callable[[], None]:
    """Write this, so that it can be undone alone; returns how to answer after the commit."""
    savepoint = connection.begin_nested()
    try:
        with typed_errors():
            result = write.do(connection)
            savepoint.commit()
    except Exception as err:  # noqa: BLE001 # the same
        # SQLite gives up the whole transaction where the disk is full, a lost server too.
        with suppress(SQLAlchemyError):
            savepoint.rollback()
            if not connection.invalidated:
                return partial(write.answer.set_exception, err)
        raise _Spoilt(write, err) from None

    def answer() -> None:
        write.done(result)
        write.answer.set_result(result)

    return answer

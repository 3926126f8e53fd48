"""Files on a printer: upload, size, delete. Slow, one at a time, and never trusted.

The server is small and slow, its replies are wrong now and then: after every upload the size that
it reports decides (FM-047, FM-048). Only `cache/` and names of ours are touched.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
import threading
from weakref import WeakKeyDictionary, WeakValueDictionary

from . import ftps
from .connection_settings import ConnectionSettings, Timing
from .outgoing import Part
from .remote_name import remote_path
from .upload import FileUpload

_locks: WeakKeyDictionary[
    asyncio.AbstractEventLoop, WeakValueDictionary[str, asyncio.Lock]
] = WeakKeyDictionary()


def transfer_lock(serial: str) -> asyncio.Lock:
    """Return a printer's lock. It outlives a reload, while an old thread still ends."""
    loop = asyncio.get_running_loop()
    of_loop = _locks.setdefault(loop, WeakValueDictionary())
    return of_loop.setdefault(serial, asyncio.Lock())


class Storage:
    """The file server of one printer. One transfer at a time, in one worker thread.

    All methods raise `CannotConnect`, `InvalidAuth`, `CertificateChanged`, `NoStorage` or
    another `StorageError`.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        *,
        timing: Timing | None = None,
        plain_data: Callable[[], bool] = lambda: False,
    ) -> None:
        """Open nothing. `plain_data`: whether files may go in the clear where TLS fails, asked again for each."""
        self._settings = settings
        self._timing = timing or Timing()
        self._plain_data = plain_data

    async def upload(
        self,
        path: Path,
        name: str,
        *,
        part: Part | None = None,
        size: int | None = None,
        anew: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Send a local file to the printer as `name`, which must be its `remote_name`.

        Returns whether it had to be sent; False: it was there already. `anew`: that counts for nothing.

        `part` is what to send of it, all of it by default; `size` is what the local file must have, in
        bytes, where that is known. `on_progress` gets the sent and the whole number of bytes, on the event loop, at most once per second. `cancelled` is asked
        before each block, in the worker thread. The coroutine ends only when the thread has
        (FM-050), and when the printer has had a moment with a file that was sent: a start may follow
        at once.
        Raises also `LocalFileChanged`, `DataNotEncrypted` and `TransferCancelled`.
        """
        loop = asyncio.get_running_loop()

        def tell(sent: int, size: int) -> None:
            if on_progress is not None:
                loop.call_soon_threadsafe(on_progress, sent, size)

        plain = self._plain_data()

        def work(stopped: Callable[[], bool]) -> bool:
            return FileUpload(
                self._settings,
                self._timing,
                path,
                name,
                part=part,
                size=size,
                anew=anew,
                plain=plain,
                tell=tell,
                stopped=lambda: stopped() or cancelled(),
            ).run()

        return await self._in_thread(work)

    async def delete(self, name: str) -> None:
        """Delete a file of ours; a missing file counts as deleted (FM-056)."""
        path = remote_path(name)

        def work(_: Callable[[], bool]) -> None:
            with ftps.session(self._settings, self._timing) as ftp:
                ftps.delete(ftp, path)

        await self._in_thread(work)

    async def size(self, name: str) -> int | None:
        """Return the size of a file of ours on the printer, None if it is not there."""
        path = remote_path(name)

        def work(_: Callable[[], bool]) -> int | None:
            with ftps.session(self._settings, self._timing) as ftp:
                return ftps.size(ftp, path)

        return await self._in_thread(work)

    async def login(self) -> None:
        """Log in and out, to see whether it works."""

        def work(_: Callable[[], bool]) -> None:
            with ftps.session(self._settings, self._timing):
                pass

        await self._in_thread(work)

    async def _in_thread[T](self, work: Callable[[Callable[[], bool]], T]) -> T:
        """Run work in a thread. The lock is held until the thread ends, even if nobody waits."""
        stop = threading.Event()
        async with transfer_lock(self._settings.serial):
            thread = asyncio.ensure_future(asyncio.to_thread(work, stop.is_set))
            try:
                # Not `shield`: it logs the thread's last error once nobody waits any more.
                await asyncio.wait([thread])
            except asyncio.CancelledError:
                stop.set()
                # A cancelled future does not stop its thread (FM-050): wait for its end.
                await _outlast(thread)
                raise
            return thread.result()


async def _outlast[T](thread: asyncio.Future[T]) -> None:
    """Wait for a thread's end through any number of further cancellations."""
    while not thread.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([thread])
    if not thread.cancelled():
        thread.exception()

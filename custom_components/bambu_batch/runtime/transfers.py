"""Sending our files to the printer and deleting them there, while the line goes on.

Every outcome becomes an event for the line, an error too (FM-120).
"""

import asyncio
from collections.abc import Callable, Coroutine
import logging
from typing import BinaryIO, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError

from ..bambu.errors import BambuError, LocalFileChanged, TransferCancelled
from ..bambu.outgoing import Excerpt, Part
from ..bambu.remote_name import remote_name
from ..bambu.storage import Storage
from ..library import files
from ..production.effect import DeleteRemote, Upload
from ..production.event import Deleted, DeleteFailed, Uploaded, UploadFailed, World
from ..production.model import Hold

_LOGGER = logging.getLogger(__name__)

STOP_SECONDS: Final = 8
"""How long unloading waits for a thread that hangs on a socket; Home Assistant gives 10 s."""


class Transfers:
    """The transfers of one printer. `happened` gets each outcome, `moved` is called at each progress."""

    def __init__(
        self,
        hass: HomeAssistant,
        storage: Storage,
        *,
        happened: Callable[[World], None],
        moved: Callable[[], None],
    ) -> None:
        self._hass = hass
        self._storage = storage
        self._happened = happened
        self._moved = moved
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight: set[str] = set()
        self._cancelled: set[str] = set()
        self.share: float | None = None
        """What is done of the upload in flight, 0 to 1."""
        self.error: BambuError | None = None
        """Why the newest transfer failed; None after a good one."""

    @callback
    def upload(self, effect: Upload) -> None:
        """Begin to send a file."""
        self._cancelled.discard(effect.name)
        self._begin(f"upload of {effect.name}", lambda: self._upload(effect))

    @callback
    def cancel(self, name: str) -> None:
        """Let an upload end soon; cancelling a task would not end its thread (FM-050)."""
        self._cancelled.add(name)

    @callback
    def delete(self, effect: DeleteRemote) -> None:
        """Begin to delete a file."""
        self._begin(f"delete of {effect.name}", lambda: self._delete(effect.name))

    async def stop(self) -> None:
        """End what is in flight."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)

    def _begin(
        self, what: str, work: Callable[[], Coroutine[None, None, World]]
    ) -> None:
        """Begin it, unless it is in flight: a reloaded line may ask again, and one answer serves both."""
        if what in self._in_flight:
            return
        self._in_flight.add(what)

        async def tell() -> None:
            try:
                outcome = await work()
            finally:
                self._in_flight.discard(what)
            self._happened(outcome)

        task = self._hass.async_create_background_task(tell(), f"bambu_batch {what}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _upload(self, effect: Upload) -> World:
        self._progress(0, 1)
        try:
            return await self._send(effect)
        except Exception:
            _LOGGER.exception("Unexpected error while sending a file")
            return UploadFailed(effect.name)
        finally:
            self.share = None

    async def _send(self, effect: Upload) -> World:
        name = effect.name
        try:
            file = await files.resolve(self._hass, effect.plate_file.file)
        except ServiceValidationError:
            return UploadFailed(name, Hold.FILE_MISSING, effect.plate_file.file)
        try:
            sent = await self._storage.upload(
                file.path,
                name,
                part=_part(effect),
                size=effect.plate_file.size,
                anew=effect.anew,
                on_progress=self._progress,
                cancelled=lambda: name in self._cancelled,
            )
        except TransferCancelled:
            return UploadFailed(name, cancelled=True)
        except LocalFileChanged:
            return UploadFailed(name, Hold.FILE_CHANGED, effect.plate_file.file)
        except BambuError as err:
            self._failed(err)
            return UploadFailed(name, cause=err.key)
        self.error = None
        return Uploaded(name, sent=sent)

    async def _delete(self, name: str) -> World:
        try:
            await self._storage.delete(name)
        except BambuError as err:
            self._failed(err)
        except Exception:
            _LOGGER.exception("Unexpected error while deleting a file")
        else:
            return Deleted(name)
        return DeleteFailed(name)

    def _failed(self, err: BambuError) -> None:
        self.error = err
        _LOGGER.warning("A file transfer failed: %s", err.key)

    @callback
    def _progress(self, sent: int, size: int) -> None:
        self.share = sent / size if size else 1.0
        self._moved()


def _part(effect: Upload) -> Part | None:
    """Return what is sent of the file; None: all of it. The line has named it accordingly."""
    file = effect.plate_file
    if effect.name == remote_name(file.sha256):
        return None
    return Part(file.plate, lambda opened: _slim(opened, file.plate))


def _slim(opened: BinaryIO, plate: int) -> Excerpt | None:
    from ..sliced.slim import slim_copy  # noqa: PLC0415  # in the upload's thread

    return slim_copy(opened, plate)

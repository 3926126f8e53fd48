"""The line as it is on disk: a change is either committed or raises an error."""

import asyncio
from collections.abc import Sequence
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..const import CONF_SERIAL
from ..production.model import Line, RunRecord
from ..store.errors import StoreError, StoreUnwritable
from ..store.repository import Repository

CHECK_EVERY_SECONDS: Final = 60

_LOGGER = logging.getLogger(__name__)


class StoredLine:
    """One printer's line. `line` is always what was committed last."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, repository: Repository
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._serial: str = entry.data[CONF_SERIAL]
        self._repository = repository
        self._exists = False
        self.line = Line()
        self._checked = 0.0
        """Time of the event loop."""
        self.error: StoreError | None = None
        """Why the last commit failed; None after a good one."""

    async def load(self) -> None:
        """Take the line as it was committed last. Raises StoreError."""
        stored = await self._hass.async_add_executor_job(
            self._repository.load, self._serial
        )
        self._exists = stored is not None
        self.line = stored or Line()

    async def commit(self, line: Line, records: Sequence[RunRecord]) -> None:
        """Make this the line, on disk first. Raises StoreError, and keeps the old line then.

        After an error an unchanged line is stored too: that shows whether the error is over.
        """
        unchanged = not records and self._exists and line == self.line
        if unchanged and self.error is None:
            await self._check_database()
            return
        try:
            before = self.line if self._exists else None
            await asyncio.wrap_future(
                self._repository.begin_save(self._serial, before, line, records)
            )
        except StoreUnwritable:
            raise  # nothing is wrong with the database
        except StoreError as err:
            self.fail(err)
            raise
        except Exception as err:
            _LOGGER.exception("%s: unexpected error of the database", self._entry.title)
            failure = StoreError(type(err).__name__)
            self.fail(failure)
            raise failure from err
        self.line = line
        self._exists = True
        self._succeed()

    async def _check_database(self) -> None:
        """Notice a database that is gone, even if there is nothing to store."""
        now = self._hass.loop.time()
        if now - self._checked < CHECK_EVERY_SECONDS:
            return
        self._checked = now
        try:
            await self._hass.async_add_executor_job(self._repository.check)
        except StoreError as err:
            self.fail(err)
            raise

    def fail(self, err: StoreError) -> None:
        """Keep the error, so that nothing starts and people see why (FM-128)."""
        if self.error is None:
            _LOGGER.error(
                "%s: the queue cannot be stored: %s (%s)",
                self._entry.title,
                err.key,
                err,
            )
        self.error = err

    def _succeed(self) -> None:
        if self.error is not None:
            _LOGGER.warning("%s: the queue is stored again", self._entry.title)
            self.error = None

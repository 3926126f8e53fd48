"""The line and its commits: a change is either committed or raises an error.

What the printer tells again anyway, such as its layer, rides on the next commit.
"""

import asyncio
from collections.abc import Sequence
import logging
from time import monotonic
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..const import CONF_SERIAL
from ..production.model import Line, RunRecord
from ..store.errors import StoreError, StoreUnwritable
from ..store.repository import Repository

CHECK_EVERY_SECONDS: Final = 60
LONGEST_RIDE_SECONDS: Final = 90
"""The first step after that is committed. A printer at work wakes its line every minute."""

_LOGGER = logging.getLogger(__name__)


class StoredLine:
    """One printer's line: what was committed last, and what has changed since and may wait."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, repository: Repository
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._serial: str = entry.data[CONF_SERIAL]
        self._repository = repository
        self.line = Line()
        self._committed: Line | None = None
        """None: this printer has none yet."""
        self._rides_since: float | None = None
        """None: `line` is committed."""
        self._checked = 0.0
        self.error: StoreError | None = None
        """Why the last commit failed; None after a good one."""

    async def load(self) -> None:
        """Take the line as it was committed last. Raises StoreError."""
        self._committed = await self._hass.async_add_executor_job(
            self._repository.load, self._serial
        )
        self.line = self._committed or Line()
        self._rides_since = None

    async def commit(
        self, line: Line, records: Sequence[RunRecord], *, may_wait: bool = False
    ) -> None:
        """Make this the line, on disk first. Raises StoreError, and keeps the old line then.

        A line that `may_wait` is written with the next one, or after a minute and a half. After an
        error an unchanged line is stored too: that shows whether the error is over.
        """
        unchanged = not records and line == self.line and self._rides_since is None
        if (
            self._committed is None
            or self.error is not None
            or not (may_wait or unchanged)
            or self._rides_too_long()
        ):
            await self._save(self._committed, line, records)
            return
        await self._check_database()
        if line != self.line:
            self.line = line
            self._rides_since = self._rides_since or monotonic()

    async def settle(self) -> None:
        """Commit what rides: the end has come. Raises StoreError."""
        if self._rides_since is not None:
            await self._save(self._committed, self.line, ())

    def _rides_too_long(self) -> bool:
        since = self._rides_since
        return since is not None and monotonic() - since >= LONGEST_RIDE_SECONDS

    async def _save(
        self, before: Line | None, line: Line, records: Sequence[RunRecord]
    ) -> None:
        try:
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
        self.line = self._committed = line
        self._rides_since = None
        self._succeed()

    async def _check_database(self) -> None:
        """Notice a database that is gone, even if there is nothing to store."""
        now = monotonic()
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

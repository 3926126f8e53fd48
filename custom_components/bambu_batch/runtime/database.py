"""The one database of all printers: open while an entry needs it."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..errors import translated
from ..production.model import Line
from ..store.database import file_url
from ..store.errors import StoreError
from ..store.repository import Repository
from ..store.rescue import rewrite

FILE: Final = f"{DOMAIN}.db"


@dataclass(slots=True)
class Database:
    """The repository and the serials of those that use it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: set[str] = field(default_factory=set)
    repository: Repository | None = None


DATA_DATABASE: HassKey[Database] = HassKey(f"{DOMAIN}.database")


async def async_open(hass: HomeAssistant, user: str) -> Repository:
    """Return the repository, opened if need be. Raises StoreError."""
    database = hass.data.setdefault(DATA_DATABASE, Database())
    async with database.lock:
        if database.repository is None:
            url = file_url(Path(hass.config.path(FILE)))
            opening = hass.async_add_executor_job(Repository, url)
            try:
                database.repository = await asyncio.shield(opening)
            except asyncio.CancelledError:
                # The thread cannot be cancelled: what it opens has to be closed.
                await hass.async_add_executor_job((await opening).close)
                raise
        database.users.add(user)
        return database.repository


async def async_rewrite(hass: HomeAssistant, lines: Mapping[str, Line]) -> None:
    """Replace the database by a new one with these lines. Raises StoreError."""
    database = hass.data[DATA_DATABASE]
    async with database.lock:
        if database.repository is not None:
            path = Path(hass.config.path(FILE))
            await hass.async_add_executor_job(rewrite, database.repository, path, lines)


async def async_close(hass: HomeAssistant, user: str) -> None:
    """Close the repository after its last user."""
    database = hass.data[DATA_DATABASE]
    async with database.lock:
        database.users.discard(user)
        if not database.users and (repository := database.repository) is not None:
            database.repository = None
            await hass.async_add_executor_job(repository.close)


@contextmanager
def store_errors(
    failed: type[HomeAssistantError] = HomeAssistantError,
) -> Iterator[None]:
    """Turn an error of the database into one that users understand."""
    try:
        yield
    except StoreError as err:
        raise failed(**translated(err.key, {})) from err

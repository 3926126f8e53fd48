"""A consistent database in every backup, while printing goes on.

During the copy the main file rests and all writing goes to the log beside it, which is
copied too; whatever order the two are copied in, together they are a state of the queue.
"""

from collections.abc import Callable

from homeassistant.core import HomeAssistant

from .runtime.database import DATA_DATABASE
from .store.repository import Repository


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Let the main file rest."""
    await _each(hass, Repository.pause_checkpoints)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Go on as usual."""
    await _each(hass, Repository.resume_checkpoints)


async def _each(hass: HomeAssistant, do: Callable[[Repository], None]) -> None:
    """Do it with the open database, if there is one."""
    database = hass.data.get(DATA_DATABASE)
    if database is not None and database.repository is not None:
        await hass.async_add_executor_job(do, database.repository)

"""What a user may do with the queues. A queue's to-do entity stands for its printer."""

from collections.abc import Iterator

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.todo import DOMAIN as TODO_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.intent import IntentHandleError

from .caller import async_caller, async_user, speaker_is_lost
from .const import DOMAIN
from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator


class ControlRefused(IntentHandleError):
    """The caller may see an entity, but not control it.

    An intent's error: Home Assistant reports every other one of a sentence as unexpected.
    """

    def __init__(self, entity_id: str) -> None:
        """Take the entity that stays as it is."""
        super().__init__()
        HomeAssistantError.__init__(
            self,
            translation_domain=DOMAIN,
            translation_key="may_only_look",
            translation_placeholders={"entity": entity_id},
        )


async def async_require_control(
    hass: HomeAssistant, entity_id: str, context: Context | None = None
) -> None:
    """Refuse a caller who may not control an entity. Raises ControlRefused, UnknownUser.

    `context`: the call's, if it names a user; otherwise the caller is found out.
    """
    user = await async_user(hass, context) if context else None
    user = user or await async_caller(hass)
    if user is None and speaker_is_lost():
        raise ControlRefused(entity_id)
    if user is not None and not user.permissions.check_entity(
        entity_id, POLICY_CONTROL
    ):
        raise ControlRefused(entity_id)


def queue_entity_ids(hass: HomeAssistant) -> Iterator[str]:
    """Yield the entity id of each printer's queue."""
    for entry in er.async_get(hass).entities.values():
        if entry.platform == DOMAIN and entry.domain == TODO_DOMAIN:
            yield entry.entity_id


def queues(hass: HomeAssistant) -> dict[str, BambuBatchCoordinator]:
    """Return the printers that are loaded, by the entity id of their queue."""
    found = {}
    for entity_id in queue_entity_ids(hass):
        entry = entry_of(hass, entity_id)
        if entry is not None and entry.state is ConfigEntryState.LOADED:
            found[entity_id] = entry.runtime_data
    return found


def may_control_a_queue(hass: HomeAssistant, user: User) -> bool:
    """Tell whether the user may control at least one queue."""
    may = user.permissions.check_entity
    return any(may(entity_id, POLICY_CONTROL) for entity_id in queue_entity_ids(hass))


def entry_of(hass: HomeAssistant, entity_id: str) -> BambuBatchConfigEntry | None:
    """Return the printer that a queue's entity stands for, None if it is no queue."""
    entity = er.async_get(hass).async_get(entity_id)
    if entity is None or entity.platform != DOMAIN or entity.domain != TODO_DOMAIN:
        return None
    return hass.config_entries.async_get_entry(entity.config_entry_id or "")

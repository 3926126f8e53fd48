"""What only a person can put right: shown under Settings > Repairs as long as it is so."""

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .issue import key_of
from .kinds import KINDS


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of an issue."""
    kind = next(kind for kind in KINDS if kind.key == key_of(issue_id))
    assert kind.flow is not None
    return kind.flow(kind, str((data or {}).get("entry_id")))

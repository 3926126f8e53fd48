"""A custom integration that watches the event loop and the states of another one.

It runs in Home Assistant's own process, so it is copied there, and knows nothing of this project.
"""

from asyncio import Handle
import gc
from time import thread_time
from typing import Any

from homeassistant.core import (
    Event,
    HomeAssistant,
    ServiceCall,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity

DOMAIN = "watcher"
PROBE = 0.01
"""Seconds between two looks at how late the event loop is."""


async def async_setup(hass: HomeAssistant, config: dict[str, Any]) -> bool:
    """Count from now on; tell what was counted since it was last told."""
    counts: dict[str, Any] = {"written": 0, "changed": 0, "unchanged": [], "shown": []}
    lists: dict[str, Any] = {}
    lateness: list[float] = []
    collections: list[float] = []
    watched = config[DOMAIN]["platform"]
    write = Entity._async_write_ha_state

    def count(entity: Entity) -> None:
        if entity.platform.platform_name != watched:
            return write(entity)
        before = hass.states.get(entity.entity_id)
        write(entity)
        counts["written"] += 1
        # The items of a to-do list are pushed by a write, and stand in no state.
        pushed = getattr(entity, "_update_listeners", None)
        items = getattr(entity, "todo_items", None) if pushed else None
        same_items = items == lists.get(entity.entity_id)
        lists[entity.entity_id] = items
        if same_items and hass.states.get(entity.entity_id) is before:
            counts["unchanged"].append(entity.entity_id)
        else:
            counts["changed"] += 1
        return None

    setattr(Entity, "_async_write_ha_state", count)  # noqa: B010  # mypy allows no other

    entities = er.async_get(hass)

    @callback  # or Home Assistant has a thread run it, for each change of any state
    def shown(event: Event) -> None:
        """Note when a printer's progress was shown."""
        entry = entities.async_get(event.data["entity_id"])
        state = event.data["new_state"]
        if entry and state and (entry.unique_id or "").endswith("_progress"):
            counts["shown"].append(
                [entry.unique_id, state.state, state.last_updated_timestamp]
            )

    hass.bus.async_listen("state_changed", shown)

    def probe(due: float) -> None:
        """Look how late this comes, and come again. No task: its own work is measured too."""
        now = hass.loop.time()
        lateness.append(now - due)
        hass.loop.call_at(now + PROBE, probe, now + PROBE)

    async def tell(call: ServiceCall) -> dict[str, Any]:
        said = {
            **counts,
            "lateness": list(lateness),
            "collections": list(collections),
        }
        counts.update(written=0, changed=0, unchanged=[], shown=[])
        lateness.clear()
        collections.clear()
        return said

    begun = 0.0

    def collecting(phase: str, info: dict[str, Any]) -> None:
        """Note what each look through the whole heap takes; all stands still meanwhile."""
        nonlocal begun
        if info["generation"] < 2:
            return
        if phase == "start":
            begun = thread_time()
        else:
            collections.append(thread_time() - begun)

    gc.callbacks.append(collecting)

    async def collect(call: ServiceCall) -> None:
        gc.collect()

    hass.services.async_register(DOMAIN, "collect", collect)

    run = Handle._run
    spent: list[float] = []

    def timed(handle: Handle) -> None:
        begun = thread_time()
        run(handle)
        spent.append(thread_time() - begun)

    async def time_callbacks(call: ServiceCall) -> dict[str, Any]:
        """Return the longest callback's own time since it was last asked, and time on."""
        longest = max(spent, default=0.0)
        spent.clear()
        setattr(Handle, "_run", timed)  # noqa: B010
        return {"longest": longest}

    for name, answer in (("tell", tell), ("time_callbacks", time_callbacks)):
        hass.services.async_register(
            DOMAIN, name, answer, supports_response=SupportsResponse.ONLY
        )
    probe(hass.loop.time())
    return True

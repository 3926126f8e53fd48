"""What all entities of a printer have in common."""

from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, override

from homeassistant.core import callback
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .caller import nobody_speaks
from .const import DOMAIN
from .coordinator import SELDOM, BambuBatchCoordinator
from .permissions import async_require_control
from .production.event import Command
from .production.model import Line


class BambuBatchEntity(CoordinatorEntity[BambuBatchCoordinator]):
    """An entity of a printer or of its queue."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: BambuBatchCoordinator,
        description: EntityDescription,
        *,
        needs_printer: bool = False,
        progress: tuple[str, ...] = SELDOM,
    ) -> None:
        """`progress`: what it shows of what `runtime.progress.SHOWN` names."""
        super().__init__(coordinator, progress)
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = f"{coordinator.serial}_{description.key}"
        self._attr_device_info = coordinator.device_info
        self._needs_printer = needs_printer
        self._shown: object = None

    @property
    @override
    def available(self) -> bool:
        """Return whether it works now: the queue needs no printer."""
        return not self._needs_printer or self.coordinator.status.complete

    def shown_state(self) -> object:
        """Return all that this entity shows. The state is written only when this changes."""
        return None

    @override
    async def async_added_to_hass(self) -> None:
        """Remember what is shown first."""
        await super().async_added_to_hass()
        self._shown = (self.available, self.shown_state())

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        shown = (self.available, self.shown_state())
        if shown != self._shown:
            self._shown = shown
            self.async_write_ha_state()

    @override
    async def async_request_call[T](self, coro: Coroutine[Any, Any, T]) -> T:
        """Carry out an action: Home Assistant has checked its caller's rights."""
        token = _IN_ACTION.set(self)
        try:
            return await super().async_request_call(coro)
        finally:
            _IN_ACTION.reset(token)

    async def async_require_control(self) -> None:
        """Refuse a caller who may not control this entity. Raises ControlRefused, UnknownUser."""
        if _IN_ACTION.get() is not self or nobody_speaks():
            await async_require_control(self.hass, self.entity_id)

    async def async_command(self, event: Command) -> tuple[Line, Line]:
        """Do what a person wants; returns the line before and after."""
        return await self.coordinator.obey(event)


def requires_control[**P](
    act: Callable[P, Coroutine[Any, Any, None]],
) -> Callable[P, Coroutine[Any, Any, None]]:
    """Run a platform's method only for callers who may control its entity (FM-160)."""

    @wraps(act)
    async def acts(*args: P.args, **kwargs: P.kwargs) -> None:
        entity = args[0]
        assert isinstance(entity, BambuBatchEntity)
        await entity.async_require_control()
        await act(*args, **kwargs)

    return acts


_IN_ACTION: Final = ContextVar["BambuBatchEntity | None"](
    f"{DOMAIN}_in_action", default=None
)

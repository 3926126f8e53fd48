"""Interlocks: conditions of Home Assistant that must all hold before a plate starts.

What is unknown counts as not met: an unavailable or unknown entity, a template
with an error, a condition that is no longer valid.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HassJob,
    HomeAssistant,
    callback,
)
from homeassistant.exceptions import ConditionError, TemplateError
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.helpers.typing import ConfigType

from .interlock_entities import entities_of, is_known

_LOGGER = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 30

type _Checks = list[tuple[ConfigType, condition.ConditionChecker]]


class Interlocks:
    """The interlocks of one printer. `changed` is called when their answer may have changed."""

    def __init__(self, hass: HomeAssistant, changed: Callable[[], None]) -> None:
        self._hass = hass
        self._changed = changed
        self._checks: _Checks | None = None
        self._loaded = ExitStack()
        """Releases everything that the checks need."""
        self._loading: object = None
        """The newest load: one that is overtaken changes nothing any more."""
        self._followed: set[str] = set()
        self._unfollow: CALLBACK_TYPE | None = None
        self._complained_of: Sequence[Any] | None = None
        self._failed = False

    async def load(self, conditions: Sequence[Any]) -> None:
        """Use these conditions; until they are loaded, none of them holds."""
        self.unload()
        mine = self._loading
        with ExitStack() as stack:
            try:
                checks = await self._build(conditions, stack)
            except Exception as err:  # noqa: BLE001 # a condition may be anybody's code
                if mine is self._loading:
                    self._complain(conditions, err)
                    self._try_again(conditions)
            else:
                if mine is self._loading:
                    self._checks = checks
                    self._loaded = stack.pop_all()
        self._changed()

    async def _build(self, conditions: Sequence[Any], stack: ExitStack) -> _Checks:
        """Make the checks of conditions, and follow what they can follow themselves."""
        checks: _Checks = []
        for given in cv.CONDITIONS_SCHEMA(list(conditions)):
            config = await condition.async_validate_condition_config(self._hass, given)
            check = await condition.async_from_config(self._hass, config)
            stack.callback(check.async_unload)
            stack.callback(await check.async_track_changes(self._changed))
            checks.append((config, check))
        return checks

    @callback
    def unload(self) -> None:
        """Release everything; nothing holds from now on."""
        self._loading = object()
        self._checks, self._failed = None, False
        self._loaded.close()
        self._follow(set())

    @callback
    def hold(self) -> bool | None:
        """Tell whether all of them hold; None: it is not known."""
        if not self._checks:
            return None if self._checks is None else True
        try:
            entities = {
                entity_id
                for config, check in self._checks
                for entity_id in entities_of(self._hass, config, check)
            }
            self._follow({one for one in entities if one is not None})
            if not all(
                one is not None and is_known(self._hass, one) for one in entities
            ):
                return None
            return all(check.async_check() is not False for _, check in self._checks)
        except (ConditionError, TemplateError) as err:
            _LOGGER.debug("An interlock cannot be evaluated: %s", err)
        except Exception:
            # The line must go on: above all it must see the end of a print.
            if not self._failed:
                _LOGGER.exception("An interlock cannot be evaluated, nothing starts")
            self._failed = True
        return None

    @callback
    def _follow(self, entities: set[str]) -> None:
        """Ask again when one of these changes: templates and targets may name others later."""
        if entities == self._followed:
            return

        @callback
        def changed(_: Event[EventStateChangedData]) -> None:
            self._changed()

        before, self._followed, self._unfollow = self._unfollow, entities, None
        if entities:
            self._unfollow = async_track_state_change_event(
                self._hass, entities, changed
            )
        if before is not None:
            before()

    def _complain(self, conditions: Sequence[Any], err: Exception) -> None:
        """Log once why nothing starts."""
        if self._complained_of is not conditions:
            self._complained_of = conditions
            _LOGGER.error("The interlocks cannot be evaluated, nothing starts: %s", err)

    def _try_again(self, conditions: Sequence[Any]) -> None:
        """An integration that a condition needs may be set up later than this one."""

        async def again(_: datetime) -> None:
            await self.load(conditions)

        job = HassJob(again, "bambu_batch interlocks", cancel_on_shutdown=True)
        self._loaded.callback(async_call_later(self._hass, AGAIN_SECONDS, job))

"""Interlocks: conditions of Home Assistant that must all hold before a plate starts.

What cannot be told counts as not holding: an unavailable or unknown entity, a template
with an error, a condition that is no longer valid.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import ConditionError, HomeAssistantError, TemplateError
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
import voluptuous as vol

_LOGGER = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 30


class Interlocks:
    """The interlocks of one printer. `changed` is called when their answer may be another."""

    def __init__(self, hass: HomeAssistant, changed: Callable[[], None]) -> None:
        self._hass = hass
        self._changed = changed
        self._checks: list[condition.ConditionChecker] | None = []
        self._entities: set[str] = set()
        self._untrack: list[CALLBACK_TYPE] = []
        self._complained_of: Sequence[Any] | None = None

    async def load(self, conditions: Sequence[Any]) -> None:
        """Take these conditions; until that is done nothing holds."""
        self.unload()
        self._checks = None
        try:
            configs = [
                await condition.async_validate_condition_config(self._hass, config)
                for config in cv.CONDITIONS_SCHEMA(list(conditions))
            ]
            checks = [
                await condition.async_from_config(self._hass, config)
                for config in configs
            ]
        except (vol.Invalid, HomeAssistantError) as err:
            if self._complained_of is not conditions:
                self._complained_of = conditions
                _LOGGER.error("No interlock can be told, nothing starts: %s", err)
            self._try_again(conditions)
            return
        self._entities = set().union(*map(condition.async_extract_entities, configs))
        self._checks = checks
        self._untrack = [
            await check.async_track_changes(self._changed) for check in checks
        ]
        if self._entities:
            self._untrack.append(
                async_track_state_change_event(
                    self._hass, self._entities, lambda _: self._changed()
                )
            )

    @callback
    def unload(self) -> None:
        """Let go of everything."""
        for untrack in self._untrack:
            untrack()
        for check in self._checks or ():
            check.async_unload()
        self._untrack, self._checks, self._entities = [], [], set()

    @callback
    def hold(self) -> bool | None:
        """Tell whether all of them hold; None: one of them cannot be told."""
        if self._checks is None or not all(map(self._is_known, self._entities)):
            return None
        try:
            return all(check.async_check() is not False for check in self._checks)
        except (ConditionError, TemplateError) as err:
            _LOGGER.debug("An interlock cannot be evaluated: %s", err)
            return None

    def _try_again(self, conditions: Sequence[Any]) -> None:
        """Another integration that a condition speaks of may be set up later than this."""

        async def again(_: datetime) -> None:
            await self.load(conditions)
            self._changed()

        job = HassJob(again, "bambu_batch interlocks", cancel_on_shutdown=True)
        self._untrack = [async_call_later(self._hass, AGAIN_SECONDS, job)]

    def _is_known(self, entity_id: str) -> bool:
        state = self._hass.states.get(entity_id)
        return state is not None and state.state not in (
            STATE_UNAVAILABLE,
            STATE_UNKNOWN,
        )

"""The entities that an interlock depends on: it counts only while all of them are known.

Home Assistant itself leaves out what is unavailable: a condition on an area, or a template,
may be true only because something is unknown.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.const import (
    CONF_ABOVE,
    CONF_AFTER,
    CONF_BEFORE,
    CONF_BELOW,
    CONF_CONDITION,
    CONF_CONDITIONS,
    CONF_ENABLED,
    CONF_ENTITY_ID,
    CONF_STATE,
    CONF_TARGET,
    CONF_ZONE,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, callback, valid_entity_id
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.condition import (
    CompoundConditionChecker,
    ConditionChecker,
    DisabledConditionChecker,
    EntityConditionBase,
)
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.helpers.template import Template

_ENTITIES: Final = {CONF_ENTITY_ID, "entity"}
"""Keys of an entity, named by its id or the registry's."""
_OR_ENTITIES: Final = {CONF_ABOVE, CONF_AFTER, CONF_BEFORE, CONF_BELOW, CONF_ZONE}
"""Keys of a value, or of an entity that has it."""


@callback
def is_known(hass: HomeAssistant, entity_id: str) -> bool:
    """Tell whether an entity has a state that says something."""
    state = hass.states.get(entity_id)
    return state is not None and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)


@callback
def entities_of(
    hass: HomeAssistant, config: Mapping[str, Any], check: ConditionChecker
) -> Iterator[str | None]:
    """Yield the entities that a condition depends on now; None for one that does not exist."""
    if isinstance(check, DisabledConditionChecker):
        return
    if isinstance(check, CompoundConditionChecker):
        checks = check._conditions  # noqa: SLF001 # only these know which are enabled
        for one, its_check in zip(config[CONF_CONDITIONS], checks, strict=True):
            yield from entities_of(hass, one, its_check)
        return
    registry = er.async_get(hass)
    for key, value in _values(config):
        if isinstance(value, Template):
            if key != CONF_ENABLED:
                yield from _in_template(hass, value, config)
        elif isinstance(value, str):
            if key in _ENTITIES:
                yield er.async_resolve_entity_id(registry, value)
            elif (key in _OR_ENTITIES and valid_entity_id(value)) or (
                key == CONF_STATE and cv.INPUT_ENTITY_ID.match(value)
            ):
                yield value
    if target := config.get(CONF_TARGET):
        yield from _targeted(hass, target, check)


def _values(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each single value with its key."""
    if isinstance(value, Mapping):
        for inner_key, inner in value.items():
            yield from _values(inner, str(inner_key))
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, key)
    else:
        yield key, value


def _in_template(
    hass: HomeAssistant, template: Template, config: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the entities that a template reads now, including those that do not exist."""
    numeric = config[CONF_CONDITION] == "numeric_state"
    states = map(hass.states.get, config[CONF_ENTITY_ID]) if numeric else [None]
    for state in states:
        yield from template.async_render_to_info({"state": state}).entities


def _targeted(
    hass: HomeAssistant, target: Mapping[str, Any], check: ConditionChecker
) -> Iterator[str | None]:
    """Yield the members of areas, devices, labels and floors that a condition depends on."""
    selected = async_extract_referenced_entity_ids(
        hass,
        TargetSelection(dict(target)),
        expand_group=False,
        primary_entities_only=getattr(check, "_primary_entities_only", True),
    )
    if (
        selected.missing_areas
        or selected.missing_devices
        or selected.missing_floors
        or selected.missing_labels
    ):
        yield None
    members = selected.referenced | selected.indirectly_referenced
    if isinstance(check, EntityConditionBase):
        members = check.entity_filter(members)
    registry = er.async_get(hass)
    members = {
        one
        for one in members
        if (entry := registry.async_get(one)) is None or entry.disabled_by is None
    }
    yield from members
    if not any(_takes_part(hass, one, check) for one in members):
        yield None  # for Home Assistant, all of no entities meet every condition


def _takes_part(hass: HomeAssistant, entity_id: str, check: ConditionChecker) -> bool:
    """Tell whether a member has what the condition is about."""
    state = hass.states.get(entity_id)
    return state is not None and (
        not isinstance(check, EntityConditionBase) or check._should_include(state)  # noqa: SLF001 # there is no public name for it
    )

"""Triggers for automations: the line's news, one trigger each."""

from typing import Final, override

from homeassistant.components.event import (
    DOMAIN as EVENT_DOMAIN,
    EventEntityStateAttribute,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
)

from .const import DOMAIN
from .production.effect import News
from .views.news import WITH_TRIGGER


class NewsTrigger(StatelessEntityTriggerBase):
    """Fires when the production event of one of the targeted printers has this news."""

    _domain_specs = {EVENT_DOMAIN: DomainSpec()}
    news: News

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return our own event entities among those of the target."""
        registry = er.async_get(self._hass)
        return {
            entity_id
            for entity_id in super().entity_filter(entities)
            if (entry := registry.async_get(entity_id)) and entry.platform == DOMAIN
        }

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Tell whether this is the news."""
        return state.attributes.get(EventEntityStateAttribute.EVENT_TYPE) == self.news


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    news: type(f"{news.title()}Trigger", (NewsTrigger,), {"news": news})
    for news in WITH_TRIGGER
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by name."""
    return TRIGGERS

"""Texts that Home Assistant shows as they are: in its own language, not the reader's."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN


@callback
def text(hass: HomeAssistant, key: str, **values: object) -> str:
    """Return a text of the translations' section `common`, the key where it is missing."""
    return _find(hass, "common", key).format_map(values)


@callback
def error_text(hass: HomeAssistant, kind: str) -> str:
    """Return what a class of print errors means, as the sensor's attribute says it."""
    return _find(
        hass,
        "entity",
        f"sensor.print_error.state_attributes.message.state.{kind}",
    )


def _find(hass: HomeAssistant, category: str, key: str) -> str:
    texts = async_get_cached_translations(hass, hass.config.language, category, DOMAIN)
    return texts.get(f"component.{DOMAIN}.{category}.{key}", key)

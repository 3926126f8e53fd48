"""Texts that Home Assistant shows or says as they are, in its own language or a speaker's."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import (
    async_get_cached_translations,
    async_get_translations,
)

from .const import DOMAIN

_ERROR: Final = (
    f"component.{DOMAIN}.entity.sensor.print_error.state_attributes.message.state"
)
_WAITING: Final = f"component.{DOMAIN}.entity.sensor.waiting_for.state"
_COMMON: Final = f"component.{DOMAIN}.common"


@callback
def text(hass: HomeAssistant, key: str, **values: object) -> str:
    """Return a text of the translations' section `common`, the key where it is missing."""
    texts = async_get_cached_translations(hass, hass.config.language, "common", DOMAIN)
    return _filled(texts.get(f"{_COMMON}.{key}", key), values)


@callback
def error_text(hass: HomeAssistant, kind: str) -> str:
    """Return what a class of print errors means, as the sensor's attribute says it."""
    texts = async_get_cached_translations(hass, hass.config.language, "entity", DOMAIN)
    return texts.get(f"{_ERROR}.{kind}", kind)


class Texts:
    """The texts of one language."""

    def __init__(self, common: Mapping[str, str], entities: Mapping[str, str]) -> None:
        """Take both sections of the translations."""
        self._common = common
        self._entities = entities

    def text(self, key: str, **values: object) -> str:
        """Return a text of the section `common`."""
        return _filled(self._common.get(f"{_COMMON}.{key}", key), values)

    def waiting_for(self, reason: str) -> str:
        """Return a state of the sensor `waiting_for`."""
        return self._entities.get(f"{_WAITING}.{reason}", reason)


async def texts_in(hass: HomeAssistant, language: str) -> Texts:
    """Return the texts of a language, English where there is none."""
    if language.startswith("zh") and not language.endswith(("Hant", "HK", "TW")):
        language = "zh-Hans"
    common, entities = [
        await async_get_translations(hass, language, category, [DOMAIN])
        for category in ("common", "entity")
    ]
    return Texts(common, entities)


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    """Return the sentence with its values; what nobody told leaves a gap."""
    return sentence.format_map(defaultdict(str, values))

"""Texts that Home Assistant shows or says as they are, in its own language or a speaker's."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
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
def refusal_text(hass: HomeAssistant, err: HomeAssistantError) -> str:
    """Return what an error says; by itself it speaks English only."""
    language = hass.config.language
    texts = async_get_cached_translations(hass, language, "exceptions", DOMAIN)
    return _said(texts, err)


@callback
def error_text(hass: HomeAssistant, kind: str) -> str:
    """Return what a class of print errors means, as the sensor's attribute says it."""
    texts = async_get_cached_translations(hass, hass.config.language, "entity", DOMAIN)
    return texts.get(f"{_ERROR}.{kind}", kind)


@callback
def issue_title(hass: HomeAssistant, kind: str, **values: object) -> str:
    """Return what a kind of issue is called."""
    texts = async_get_cached_translations(hass, hass.config.language, "issues", DOMAIN)
    return _filled(texts.get(f"component.{DOMAIN}.issues.{kind}.title", kind), values)


@callback
def waiting_text(hass: HomeAssistant, reason: str) -> str:
    """Return a state of the sensor `waiting_for`."""
    texts = async_get_cached_translations(hass, hass.config.language, "entity", DOMAIN)
    return texts.get(f"{_WAITING}.{reason}", reason)


class Texts:
    """The texts of one language."""

    def __init__(
        self,
        common: Mapping[str, str],
        entities: Mapping[str, str],
        errors: Mapping[str, str],
    ) -> None:
        """Take the sections of the translations."""
        self._common = common
        self._entities = entities
        self._errors = errors

    def text(self, key: str, **values: object) -> str:
        """Return a text of the section `common`."""
        return _filled(self._common.get(f"{_COMMON}.{key}", key), values)

    def waiting_for(self, reason: str) -> str:
        """Return a state of the sensor `waiting_for`."""
        return self._entities.get(f"{_WAITING}.{reason}", reason)

    def refusal(self, err: HomeAssistantError) -> str:
        """Return what an error says."""
        return _said(self._errors, err)


async def texts_in(hass: HomeAssistant, language: str) -> Texts:
    """Return the texts of a language, English where there is none."""
    if language.startswith("zh") and not language.endswith(("Hant", "HK", "TW")):
        language = "zh-Hans"
    return Texts(
        *[
            await async_get_translations(hass, language, category, [DOMAIN])
            for category in ("common", "entity", "exceptions")
        ]
    )


def _said(texts: Mapping[str, str], err: HomeAssistantError) -> str:
    key = f"component.{err.translation_domain}.exceptions.{err.translation_key}.message"
    said = texts.get(key)
    return _filled(said, err.translation_placeholders or {}) if said else str(err)


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    """Return the sentence with its values; what nobody told leaves a gap."""
    return sentence.format_map(defaultdict(str, values))

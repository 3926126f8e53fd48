"""Texts that Home Assistant shows or says as they are, in its own language or a speaker's."""

from collections import defaultdict
from collections.abc import Callable, Mapping
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
_CAUSE: Final = (
    f"component.{DOMAIN}.entity.sensor.waiting_for.state_attributes.cause.state"
)
_COMMON: Final = f"component.{DOMAIN}.common"


class Texts:
    """The texts of one language; a key where one is missing."""

    def __init__(self, section: Callable[[str], Mapping[str, str]]) -> None:
        """Take what gives a section of the translations."""
        self._section = section

    def text(self, key: str, **values: object) -> str:
        """Return a text of the section `common`."""
        return _filled(self._section("common").get(f"{_COMMON}.{key}", key), values)

    def waiting_for(self, reason: str, code: str | None = None) -> str:
        """Return a state of the sensor `waiting_for`, with the code that it is about."""
        words = self._section("entity").get(f"{_WAITING}.{reason}", reason)
        return f"{words} {code}" if code else words

    def health(self, meaning: str) -> str:
        """Return what a health entry means."""
        return self.text(f"health_{meaning}")

    def call(self, word: str, code: str | None = None) -> str:
        """Return what a person is called for: a reason why nothing starts, or our print."""
        sentence = self._section("common").get(f"{_COMMON}.call_{word}")
        return self.waiting_for(word, code) if sentence is None else sentence

    def cause(self, key: str) -> str:
        """Return why a file is not on the printer, as the sensor's attribute says it."""
        return self._section("entity").get(f"{_CAUSE}.{key}", key)

    def print_error(self, kind: str) -> str:
        """Return what a class of print errors means, as the sensor's attribute says it."""
        return self._section("entity").get(f"{_ERROR}.{kind}", kind)

    def issue_title(self, kind: str, **values: object) -> str:
        """Return what a kind of issue is called."""
        title = f"component.{DOMAIN}.issues.{kind}.title"
        return _filled(self._section("issues").get(title, kind), values)

    def refusal(self, err: HomeAssistantError) -> str:
        """Return what an error says; its own text is English only."""
        return _error_in(self._section("exceptions"), err)


@callback
def own_texts(hass: HomeAssistant) -> Texts:
    """Return the texts of Home Assistant's own language."""
    return Texts(
        lambda category: async_get_cached_translations(
            hass, hass.config.language, category, DOMAIN
        )
    )


async def texts_in(hass: HomeAssistant, language: str) -> Texts:
    """Return the texts of a speaker's language, English where there is none."""
    if language.startswith("zh") and not language.endswith(("Hant", "HK", "TW")):
        language = "zh-Hans"
    sections = {
        category: await async_get_translations(hass, language, category, [DOMAIN])
        for category in ("common", "entity", "exceptions")
    }
    return Texts(sections.__getitem__)


def _error_in(texts: Mapping[str, str], err: HomeAssistantError) -> str:
    key = f"component.{err.translation_domain}.exceptions.{err.translation_key}.message"
    sentence = texts.get(key)
    return (
        _filled(sentence, err.translation_placeholders or {}) if sentence else str(err)
    )


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    """Return the sentence with its values; a missing one leaves a gap."""
    return sentence.format_map(defaultdict(str, values))

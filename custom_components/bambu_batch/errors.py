"""Errors in the reader's language. What they repeat of the input is short, and can be seen."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .plain_text import seen

LONGEST: Final = 300
"""Characters of a value that an error repeats: enough for a path, and for a list of choices."""


def shown(value: str) -> str:
    """Return a value as an error may repeat it."""
    text = seen(value[: LONGEST + 1])
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def all_shown(placeholders: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a translated error as it may repeat them."""
    return {key: shown(value) for key, value in placeholders.items()}


def failure(key: str, **placeholders: str) -> HomeAssistantError:
    """Return the error with this translated text: something failed, and not by the caller's fault."""
    return HomeAssistantError(**translated(key, placeholders))


def refusal(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error with this translated text: the caller asked for what cannot be done."""
    return ServiceValidationError(**translated(key, placeholders))


def translated(key: str, placeholders: Mapping[str, str]) -> dict[str, Any]:
    """Return what a translated error is made with."""
    return {
        "translation_domain": DOMAIN,
        "translation_key": key,
        "translation_placeholders": all_shown(placeholders),
    }

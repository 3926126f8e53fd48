"""Which texts in a form are too long or have characters that cannot be seen."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import CONF_HOST, CONF_NAME

from ..const import (
    CONF_ACCESS_CODE,
    CONF_BRAND,
    CONF_CURRENCY,
    CONF_MATERIAL,
    CONF_SERIAL,
    CONF_TAG,
)
from ..options import SPOOLMAN_URL
from ..plain_text import is_plain_text

_LONGEST: Final = {
    CONF_HOST: 253,
    CONF_ACCESS_CODE: 64,
    CONF_SERIAL: 64,
    SPOOLMAN_URL.key: 1000,
    CONF_NAME: 100,
    CONF_MATERIAL: 50,
    CONF_BRAND: 100,
    CONF_CURRENCY: 10,
    CONF_TAG: 64,
}
"""Characters."""


def wrong_texts(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return a form's errors by field: texts that are too long or cannot be seen."""
    return {
        key: "text_invalid"
        for key, value in user_input.items()
        if isinstance(value, str)
        and key in _LONGEST
        and (len(value) > _LONGEST[key] or not is_plain_text(value.strip()))
    }

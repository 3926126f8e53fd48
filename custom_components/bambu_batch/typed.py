"""Numbers and texts that people and programs give: taken as they are, or not at all.

Home Assistant's own checks take `true` for 1, 2 for `true`, 1.5 for 1, "nan" for a price, and a
text of any length.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
import math
import re
from typing import Any, Final, override

from homeassistant.const import CONF_HOST, CONF_NAME
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import BooleanSelector, NumberSelector
import voluptuous as vol

from .const import (
    CONF_ACCESS_CODE,
    CONF_BRAND,
    CONF_CURRENCY,
    CONF_MATERIAL,
    CONF_SERIAL,
    CONF_SPOOLMAN_URL,
    CONF_TAG,
)
from .errors import refusal
from .plain_text import is_plain_text

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,15}")
_LONGEST: Final = {
    CONF_HOST: 253,
    CONF_ACCESS_CODE: 64,
    CONF_SERIAL: 64,
    CONF_SPOOLMAN_URL: 1000,
    CONF_NAME: 100,
    CONF_MATERIAL: 50,
    CONF_BRAND: 100,
    CONF_CURRENCY: 10,
    CONF_TAG: 64,
}
"""Characters of a form's texts."""


def whole_number(field: str) -> Callable[[Any], int]:
    """Return what checks a field of an action. It raises ServiceValidationError.

    A template's answer may be a text, and a form's slider gives 12.0 for 12.
    """

    def check(value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            return int(value)
        raise refusal("no_whole_number", field=field, value=_short(value))

    return check


def yes_or_no(field: str, *others: str) -> Callable[[Any], Any]:
    """Return what checks a field of an action. It raises ServiceValidationError.

    A template's answer may be a text, or 1. Every other number is a mistake, and Home
    Assistant's own check takes it for yes. `others`: words that are possible too.
    """

    def check(value: Any) -> bool | str:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in others:
            return value
        if isinstance(value, str) or (isinstance(value, int) and value in (0, 1)):
            with suppress(vol.Invalid):
                return cv.boolean(value)
        known = ", ".join(("true", "false", *others))
        raise refusal("not_one_of", field=field, value=_short(value), known=known)

    return check


def moment(field: str) -> Callable[[Any], datetime]:
    """Return what checks a field of an action. It raises ServiceValidationError."""

    def check(value: Any) -> datetime:
        with suppress(vol.Invalid, ValueError):
            return cv.datetime(value)
        raise refusal("no_time", field=field, value=_short(value))

    return check


def _short(value: Any) -> str:
    return str(value)[:50]


def exact_int(value: Any) -> int:
    """Return a program's number: `true` is none. Raises vol.Invalid."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise vol.Invalid("expected a whole number")
    return value


ENTITY_ID: Final = vol.All(str, vol.Length(max=255), cv.entity_id)
"""A program's entity id: a wrong one is repeated in the answer."""


class Number(NumberSelector):
    """A number in a form; with steps of 1 a whole one."""

    @override
    def __call__(self, data: Any) -> float:
        """Return the number. Raises vol.Invalid."""
        if isinstance(data, bool):
            raise vol.Invalid("expected a number")
        value = super().__call__(data)
        if not math.isfinite(value):
            raise vol.Invalid("expected a number")
        if self.config.get("step") == 1 and not value.is_integer():
            raise vol.Invalid("expected a whole number")
        return value


class YesNo(BooleanSelector):
    """A switch in a form. Home Assistant's own takes "no" for yes."""

    @override
    def __call__(self, data: Any) -> bool:
        """Return what was chosen. Raises vol.Invalid."""
        if not isinstance(data, bool):
            raise vol.Invalid("expected true or false")
        return data


def wrong_texts(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return a form's errors by field: texts that are too long or cannot be seen."""
    return {
        key: "text_invalid"
        for key, value in user_input.items()
        if isinstance(value, str)
        and key in _LONGEST
        and (len(value) > _LONGEST[key] or not is_plain_text(value.strip()))
    }

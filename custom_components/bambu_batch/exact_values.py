"""Numbers and switches that people and programs give: taken as they are, or not at all.

Home Assistant's own checks take `true` for 1, 2 for `true`, 1.5 for 1 and "nan" for a price.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
import math
import re
from typing import Any, Final, Literal, override

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)
import voluptuous as vol

from .errors import refusal

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,15}")


def whole_number(field: str) -> Callable[[Any], int]:
    """Return the check of an action's field. The check raises ServiceValidationError.

    A template may give a text, and a form's slider gives 12.0 for 12.
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
    """Return the check of an action's field. The check raises ServiceValidationError.

    A template may give a text, or 1. Any other number is a mistake, though Home Assistant's
    own check takes it for yes. `others`: words that are allowed as well.
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
    """Return the check of an action's field. The check raises ServiceValidationError."""

    def check(value: Any) -> datetime:
        with suppress(vol.Invalid, ValueError):
            return cv.datetime(value)
        raise refusal("no_time", field=field, value=_short(value))

    return check


def _short(value: Any) -> str:
    return str(value)[:50]


def exact_int(value: Any) -> int:
    """Return a number that a program gives; `true` is not one. Raises vol.Invalid."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise vol.Invalid("expected a whole number")
    return value


ENTITY_ID: Final = vol.All(str, vol.Length(max=255), cv.entity_id)
"""An entity id that a program gives. Short, since the answer repeats a wrong one."""


class Number(NumberSelector):
    """A number in a form, typed into a box."""

    def __init__(
        self,
        least: float,
        most: float,
        unit: str | None = None,
        *,
        step: float | Literal["any"] = "any",
    ) -> None:
        """Take its limits. With steps of 1 it must be a whole number."""
        config = NumberSelectorConfig(
            min=least, max=most, step=step, mode=NumberSelectorMode.BOX
        )
        if unit is not None:
            config["unit_of_measurement"] = unit
        super().__init__(config)

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


class Whole(Number):
    """A number in a form that is stored as a whole one."""

    def __init__(self, least: int, most: int, unit: str | None = None) -> None:
        """Take its limits."""
        super().__init__(least, most, unit, step=1)

    @override
    def __call__(self, data: Any) -> int:
        """Return the number. Raises vol.Invalid."""
        return int(super().__call__(data))


class Price(Number):
    """Money for one unit of something. The form that shows it names the currency."""

    def __init__(self, per: str, most: float, currency: str = "") -> None:
        """Take the unit, and the highest price of one."""
        super().__init__(0, most, f"{currency}/{per}")
        self._of = per, most

    def in_currency(self, currency: str) -> Price:
        """Return the same with its currency."""
        return Price(*self._of, currency)


class YesNo(BooleanSelector):
    """A switch in a form. Home Assistant's own takes "no" for yes."""

    @override
    def __call__(self, data: Any) -> bool:
        """Return what was chosen. Raises vol.Invalid."""
        if not isinstance(data, bool):
            raise vol.Invalid("expected true or false")
        return data

"""The form for a printer's options. They are read where they are needed: a change counts at once."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.data_entry_flow import section
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..bambu.health import meaning_of
from ..exact_values import Price
from ..options import INTERLOCKS, OPTIONS, PLATE_STACK, SPOOLMAN_URL, CalibrateSelector
from ..production.event import Command, ForgetHealth, SetPlatesLeft
from ..spoolman.client import Client, address
from ..spoolman.errors import SpoolmanError
from ..text import own_texts
from .printer import Printer, printer_of
from .wrong_texts import wrong_texts

ACCEPTED_HEALTH: Final = "accepted_health"
PLATES_LEFT: Final = "plates_left"
_SELDOM: Final = ("defaults", "cost", "spoolman", "connection", "health")
"""Sections that are shown folded."""


class BambuBatchOptionsFlow(OptionsFlow):
    """All options of one printer, in sections."""

    _accepted: tuple[str, ...] = ()
    """Codes of the health entries that were accepted for this printer, as shown."""
    _plates: int | None = None
    """The plates left, as shown; None: they are not counted."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show and take the options."""
        error, invalid = None, ""
        if user_input is not None:
            options = _flat(user_input)
            kept = options.pop(ACCEPTED_HEALTH, self._accepted)
            plates = options.pop(PLATES_LEFT, None)
            invalid = await self._wrong_interlock(options[INTERLOCKS.key])
            error = (
                next(iter(wrong_texts(options).values()), None)
                or await self._spoolman_error(options)
                or ("interlock_invalid" if invalid else None)
                or await self._take_back(kept)
                or await self._count(options[PLATE_STACK.key], plates)
            )
            if error is None:
                return self.async_create_entry(data=options)
        sections = _sections(self.hass.config.currency)
        self._accepted = self._accepted_health()
        if self._accepted:
            sections["health"] = self._health_fields()
        self._plates = self._plates_left()
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema(
                    {
                        vol.Required(name): section(
                            vol.Schema(fields), {"collapsed": name in _SELDOM}
                        )
                        for name, fields in sections.items()
                    }
                ),
                user_input
                or _filled_in(
                    sections,
                    {
                        **self.config_entry.options,
                        ACCEPTED_HEALTH: list(self._accepted),
                        PLATES_LEFT: self._plates,
                    },
                ),
            ),
            description_placeholders={
                "name": self.config_entry.title,
                "error": invalid,
            },
            errors={"base": error} if error else None,
        )

    @property
    def _printer(self) -> Printer | None:
        return printer_of(self.config_entry)

    async def _wrong_interlock(self, interlocks: list[Any]) -> str:
        """Return why the interlocks cannot be evaluated; empty: they can."""
        try:
            await condition.async_validate_conditions_config(
                self.hass, cv.CONDITIONS_SCHEMA(deepcopy(interlocks))
            )
        except (vol.Invalid, HomeAssistantError) as err:
            return str(err) or "interlock_invalid"
        return ""

    def _accepted_health(self) -> tuple[str, ...]:
        if self._printer is None:
            return ()
        return tuple(sorted(map(str, self._printer.line.remembered_health)))

    def _health_fields(self) -> dict[vol.Marker, Any]:
        """Return the choice of what stays accepted."""
        assert self._printer is not None
        texts = own_texts(self.hass)
        choices = [
            SelectOptionDict(
                value=str(entry), label=f"{entry} {texts.health(meaning_of(entry))}"
            )
            for entry in sorted(self._printer.line.remembered_health, key=str)
        ]
        config = SelectSelectorConfig(
            options=choices, multiple=True, mode=SelectSelectorMode.LIST
        )
        return {vol.Required(ACCEPTED_HEALTH): SelectSelector(config)}

    async def _take_back(self, kept: Iterable[str]) -> str | None:
        """Forget what is no longer chosen; it belongs to the line, not to the options."""
        gone = tuple(code for code in self._accepted if code not in set(kept))
        if not gone or await self._commanded(ForgetHealth(gone)):
            return None
        return "health_not_taken_back"

    def _plates_left(self) -> int | None:
        counted = PLATE_STACK.of(self.config_entry.options) > 0
        return self._printer.line.plates_left if counted and self._printer else None

    async def _count(self, stack: int, plates: int | None) -> str | None:
        """Tell the line how many plates are left, before it begins to count them.

        A number left as it was shown does not count as entered: a plate may have been used
        since. Where counting begins without a number, an old one cannot be trusted.
        """
        begins = stack > 0 and PLATE_STACK.of(self.config_entry.options) == 0
        if begins and plates is None and self._printer is not None:
            plates = 0
        if stack == 0 or plates is None or plates == self._plates:
            return None
        if await self._commanded(SetPlatesLeft(plates)):
            return None
        return "plates_not_counted"

    async def _commanded(self, event: Command) -> bool:
        """Change what belongs to the line, not to the options; tell whether that worked."""
        if self._printer is None:
            return False
        try:
            await self._printer.obey(event)
        except HomeAssistantError:
            return False
        return True

    async def _spoolman_error(self, options: dict[str, Any]) -> str | None:
        """Write a new address of Spoolman's in its usual form, and try it."""
        typed = options[SPOOLMAN_URL.key] = options[SPOOLMAN_URL.key] or None
        if typed is None:
            return None
        url = options[SPOOLMAN_URL.key] = address(typed)
        if url is None:
            return "spoolman_no_url"
        if url == SPOOLMAN_URL.of(self.config_entry.options):
            return None  # a known one may be down right now
        try:
            await Client(async_get_clientsession(self.hass), url).check()
        except SpoolmanError as err:
            return err.key
        return None


def _sections(currency: str) -> dict[str, dict[vol.Marker, Any]]:
    """Return the form's fields by section."""
    sections: dict[str, dict[vol.Marker, Any]] = {}
    for row in OPTIONS.values():
        fields = sections.setdefault(row.section, {})
        marker = vol.Optional if row.may_be_empty else vol.Required
        fields[marker(row.key)] = (
            row.selector.in_currency(currency)
            if isinstance(row.selector, Price)
            else row.selector
        )
        if row is PLATE_STACK:  # beside it: the line's own number, not an option
            fields[vol.Optional(PLATES_LEFT)] = row.selector
    return sections


def _filled_in(
    sections: Mapping[str, Mapping[vol.Marker, Any]], known: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the options in force, by section; an unset one is left out."""
    shown = {key: row.default for key, row in OPTIONS.items()} | dict(known)
    return {
        name: {
            str(key): field.word(value)
            if isinstance(field, CalibrateSelector)
            else value
            for key, field in fields.items()
            if (value := shown.get(str(key))) is not None
        }
        for name, fields in sections.items()
    }


def _flat(user_input: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the options as they are stored; what was left empty is None."""
    empty = {key: row.default for key, row in OPTIONS.items() if row.may_be_empty}
    return empty | {
        key: value for fields in user_input.values() for key, value in fields.items()
    }

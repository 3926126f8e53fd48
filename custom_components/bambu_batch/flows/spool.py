"""Adding a spool to a printer, and changing one."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME, UnitOfMass
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import (
    ColorRGBSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import (
    CONF_ACCOUNT,
    CONF_BRAND,
    CONF_COLOUR,
    CONF_CURRENCY,
    CONF_LOW_GRAMS,
    CONF_MATERIAL,
    CONF_NET_GRAMS,
    CONF_PRICE,
    CONF_TAG,
    CONF_TRAY,
    CONF_WEIGHED,
    CONF_WEIGHED_GRAMS,
    LOW_GRAMS,
    SUBENTRY_SPOOL,
)
from ..exact_values import Number
from .printer import printer_of
from .wrong_texts import wrong_texts

MATERIALS: Final = ("PLA", "PETG", "TPU", "PVA", "PLA-CF", "PETG-CF", "ABS", "ASA")
"""To choose from; any other can be typed."""
FULL_GRAMS: Final = 1000.0
MOST_GRAMS: Final = 20_000


class SpoolFlow(ConfigSubentryFlow):
    """One form, for a new spool and for one that is there."""

    _shown_grams: float | None = None
    """What the form showed as left: only a changed weight counts as entered (FM-110)."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add a spool."""
        return await self._form("user", user_input, {})

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a spool."""
        subentry = self._get_reconfigure_subentry()
        if CONF_ACCOUNT in subentry.data:
            return self.async_abort(reason="change_in_spoolman")
        known = {**subentry.data, CONF_NAME: subentry.title}
        if user_input is None:
            self._shown_grams = self._left(subentry.subentry_id)
            known[CONF_WEIGHED_GRAMS] = self._shown_grams
        return await self._form("reconfigure", user_input, known)

    async def _form(
        self, step: str, user_input: dict[str, Any] | None, known: Mapping[str, Any]
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            data = _data(user_input)
            errors = self._errors(data)
            if not errors:
                return self._finish(data, known)
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(
                _schema(self.hass.config.currency), user_input or _filled_in(known)
            ),
            errors=errors,
        )

    def _errors(self, data: Mapping[str, Any]) -> dict[str, str]:
        errors = wrong_texts(data)
        try:
            cv.currency(data[CONF_CURRENCY])
        except vol.Invalid:
            errors[CONF_CURRENCY] = "currency_unknown"
        if (data.get(CONF_WEIGHED_GRAMS) or 0.0) > data[CONF_NET_GRAMS]:
            errors[CONF_WEIGHED_GRAMS] = "more_than_full"
        if data.get(CONF_TAG) in self._other_tags():
            errors[CONF_TAG] = "tag_in_use"
        return errors

    def _other_tags(self) -> set[str]:
        own = (
            self._get_reconfigure_subentry().subentry_id
            if self.source == SOURCE_RECONFIGURE
            else None
        )
        return {
            tag
            for spool in self._get_entry().get_subentries_of_type(SUBENTRY_SPOOL)
            if spool.subentry_id != own and (tag := spool.data.get(CONF_TAG))
        }

    def _finish(
        self, data: dict[str, Any], known: Mapping[str, Any]
    ) -> SubentryFlowResult:
        name = data.pop(CONF_NAME)
        grams = data.pop(CONF_WEIGHED_GRAMS, None)
        if known and grams in (None, self._shown_grams):
            kept = (CONF_WEIGHED_GRAMS, CONF_WEIGHED)
            data |= {key: known[key] for key in kept}
        else:
            data[CONF_WEIGHED_GRAMS] = data[CONF_NET_GRAMS] if grams is None else grams
            data[CONF_WEIGHED] = dt_util.utcnow().isoformat()
        if not known:
            return self.async_create_entry(title=name, data=data)
        data[CONF_TRAY] = known.get(CONF_TRAY)
        return self.async_update_and_abort(
            self._get_entry(), self._get_reconfigure_subentry(), title=name, data=data
        )

    def _left(self, spool_id: str) -> float | None:
        """Return what is left; None while the printer's entry is not loaded."""
        printer = printer_of(self._get_entry())
        left = printer.spools.left(spool_id) if printer else None
        return None if left is None else round(left, 1)


def _grams(least: float) -> Number:
    return Number(least, MOST_GRAMS, UnitOfMass.GRAMS)


def _schema(currency: str) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_MATERIAL, default=MATERIALS[0]): SelectSelector(
                SelectSelectorConfig(
                    options=list(MATERIALS),
                    custom_value=True,
                    mode=SelectSelectorMode.DROPDOWN,
                )
            ),
            vol.Optional(CONF_BRAND): TextSelector(),
            vol.Optional(CONF_COLOUR): ColorRGBSelector(),
            vol.Required(CONF_NET_GRAMS, default=FULL_GRAMS): _grams(1),
            vol.Optional(CONF_WEIGHED_GRAMS): _grams(0),
            vol.Required(CONF_LOW_GRAMS, default=LOW_GRAMS): _grams(0),
            vol.Optional(CONF_PRICE): Number(0, 1_000_000),
            vol.Required(CONF_CURRENCY, default=currency): TextSelector(),
            vol.Optional(CONF_TAG): TextSelector(),
        }
    )


def _data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's content as it is stored."""
    data = {
        key: value.strip() if isinstance(value, str) else value
        for key, value in user_input.items()
        if value not in (None, "")
    }
    data[CONF_CURRENCY] = data[CONF_CURRENCY].upper()
    if CONF_TAG in data:
        data[CONF_TAG] = data[CONF_TAG].upper()
    if CONF_COLOUR in data:
        data[CONF_COLOUR] = "".join(f"{part:02X}" for part in data[CONF_COLOUR])
    return data


def _filled_in(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored as the form shows it."""
    shown = {key: value for key, value in known.items() if value is not None}
    if colour := shown.get(CONF_COLOUR):
        shown[CONF_COLOUR] = list(bytes.fromhex(colour))
    return shown

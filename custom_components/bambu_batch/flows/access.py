"""How to reach a printer: the form that asks for it, and what an entry stores of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..bambu import models
from ..bambu.connection_settings import ConnectionSettings
from ..bambu.discovery import Announcement
from ..const import (
    CONF_ACCESS_CODE,
    CONF_CERTIFICATE,
    CONF_FTPS_PORT,
    CONF_MQTT_PORT,
    CONF_SERIAL,
)
from ..exact_values import Whole

ADVANCED: Final = "advanced"
_MQTT_PORT: Final = 8883
_FTPS_PORT: Final = 990
_PORT: Final = Whole(1, 65535)
CODE: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)


def address_schema(
    announced: list[Announcement] | None = None, *, code_needed: bool = True
) -> vol.Schema:
    """Return the form for address, access code and ports."""
    code = vol.Required if code_needed else vol.Optional
    host = _choice(announced) if announced else TextSelector()
    return vol.Schema(
        {
            vol.Required(CONF_HOST): host,
            code(CONF_ACCESS_CODE): CODE,
            vol.Required(ADVANCED): section(
                vol.Schema(
                    {
                        vol.Required(CONF_MQTT_PORT, default=_MQTT_PORT): _PORT,
                        vol.Required(CONF_FTPS_PORT, default=_FTPS_PORT): _PORT,
                    }
                ),
                {"collapsed": True},
            ),
        }
    )


def _choice(announced: list[Announcement]) -> SelectSelector:
    """Offer the printers that announce themselves; another address can be typed."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(
                    value=one.host,
                    label=f"{one.name or model_name(one.model)} ({model_name(one.model)}, "
                    f"{one.serial}, {one.host})",
                )
                for one in announced
            ],
            custom_value=True,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def settings_from(
    user_input: Mapping[str, Any],
    known: ConnectionSettings = ConnectionSettings(host="", access_code="", serial=""),
) -> ConnectionSettings:
    """Return what the address form says; an empty access code is the one that is known."""
    return replace(
        known,
        host=user_input[CONF_HOST].strip(),
        access_code=user_input.get(CONF_ACCESS_CODE, "").strip() or known.access_code,
        mqtt_port=user_input[ADVANCED][CONF_MQTT_PORT],
        ftps_port=user_input[ADVANCED][CONF_FTPS_PORT],
    )


def settings_of(entry: ConfigEntry) -> ConnectionSettings:
    """Return how an entry reaches its printer."""
    return ConnectionSettings(
        host=entry.data[CONF_HOST],
        access_code=entry.data[CONF_ACCESS_CODE],
        serial=entry.data[CONF_SERIAL],
        mqtt_port=entry.data[CONF_MQTT_PORT],
        ftps_port=entry.data[CONF_FTPS_PORT],
        certificate=entry.data[CONF_CERTIFICATE],
    )


def address_of(settings: ConnectionSettings) -> dict[str, Any]:
    """Return the address of a printer as an entry's data have it."""
    return {
        CONF_HOST: settings.host,
        CONF_MQTT_PORT: settings.mqtt_port,
        CONF_FTPS_PORT: settings.ftps_port,
    }


def filled_in(entry: ConfigEntry) -> dict[str, Any]:
    """Return the address form as it was filled in for an entry, without the secret."""
    ports = (CONF_MQTT_PORT, CONF_FTPS_PORT)
    return {
        CONF_HOST: entry.data[CONF_HOST],
        ADVANCED: {port: entry.data[port] for port in ports},
    }


def model_name(code: str | None) -> str:
    """Return maker and model; the maker alone where the model is unknown."""
    model = models.by_code(code)
    return f"Bambu Lab {model.name}" if model else "Bambu Lab"

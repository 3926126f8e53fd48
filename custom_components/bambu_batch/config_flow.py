"""Setting up one printer: an address and an access code, tried for real before they count."""

from collections.abc import Mapping
from dataclasses import replace
import re
from typing import Any, Final, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.const import CONF_HOST
from homeassistant.core import callback
from homeassistant.helpers.selector import TextSelector
import voluptuous as vol

from . import discovery
from .bambu import identity
from .bambu.connection_settings import ConnectionSettings
from .bambu.discovery import Announcement
from .bambu.errors import BambuError, CertificateChanged, SerialUnknown
from .bambu.probe import Probed
from .const import (
    CONF_ACCESS_CODE,
    CONF_CERTIFICATE,
    CONF_SERIAL,
    DOMAIN,
    SUBENTRY_SPOOL,
)
from .flows.access import (
    CODE,
    address_of,
    address_schema,
    filled_in,
    model_name,
    settings_from,
    settings_of,
)
from .flows.connect import certificate_of, has_moved, try_alone, try_printer
from .flows.options import BambuBatchOptionsFlow
from .flows.spool import SpoolFlow
from .flows.wrong_texts import wrong_texts
from .options import COOLDOWN_SECONDS, PLATE_CLEARING

_SERIAL: Final = re.compile(r"[0-9A-Z]{10,20}")
_CODE_ONLY: Final = vol.Schema({vol.Required(CONF_ACCESS_CODE): CODE})
_SERIAL_ONLY: Final = vol.Schema({vol.Required(CONF_SERIAL): TextSelector()})
_PRODUCTION: Final = vol.Schema(
    {
        vol.Required(PLATE_CLEARING.key): PLATE_CLEARING.selector,
        vol.Required(
            COOLDOWN_SECONDS.key, default=COOLDOWN_SECONDS.default
        ): COOLDOWN_SECONDS.selector,
    }
)


class BambuBatchConfigFlow(ConfigFlow, domain=DOMAIN):
    """One printer, identified by its serial."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Know nothing of the printer yet."""
        self._settings = ConnectionSettings(host="", access_code="", serial="")
        self._probed: Probed | None = None
        self._announced: dict[str, Announcement] = {}
        """Printers that announce themselves, by address."""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> BambuBatchOptionsFlow:
        """Return the flow that changes a printer's options."""
        return BambuBatchOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what a printer may have: spools."""
        return {SUBENTRY_SPOOL: SpoolFlow}

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the address, typed or chosen among the printers that announce themselves."""
        errors = wrong_texts(user_input or {})
        if user_input is not None and not errors:
            self._settings = settings_from(user_input)
            try:
                await self._abort_if_known()
                return await self._connect()
            except BambuError as err:
                errors["base"] = err.key
        elif user_input is None:
            configured = self._async_current_ids(include_ignore=False)
            self._announced = {
                printer.host: printer
                for printer in await discovery.search(self.hass)
                if printer.serial not in configured
            }
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                address_schema(list(self._announced.values())), user_input
            ),
            errors=errors,
        )

    async def async_step_serial(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the serial where the certificate gives none."""
        errors: dict[str, str] = {}
        if user_input is not None:
            serial = user_input[CONF_SERIAL].strip().upper()
            self._settings = replace(self._settings, serial=serial)
            try:
                if _SERIAL.fullmatch(serial):
                    await self._abort_if_known()
                    return await self._connect()
                errors[CONF_SERIAL] = "serial_invalid"
            except BambuError as err:
                errors["base"] = err.key
        return self.async_show_form(
            step_id="serial",
            data_schema=self.add_suggested_values_to_schema(_SERIAL_ONLY, user_input),
            errors=errors,
        )

    async def async_step_production(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask who clears the plate, and create the entry."""
        probed = self._probed
        assert probed is not None
        if user_input is None:
            return self.async_show_form(
                step_id="production",
                data_schema=_PRODUCTION,
                description_placeholders={
                    "model": model_name(probed.model),
                    "fingerprint": identity.fingerprint(probed.certificate),
                },
            )
        return self.async_create_entry(
            title=self._title(probed),
            data={
                **address_of(self._settings),
                CONF_ACCESS_CODE: self._settings.access_code,
                CONF_SERIAL: probed.serial,
                CONF_CERTIFICATE: probed.certificate,
            },
            options=user_input,
        )

    @override
    async def async_step_integration_discovery(
        self, discovery_info: dict[str, Any]
    ) -> ConfigFlowResult:
        """Take a printer that announced itself: a new one, or ours at a new address."""
        printer = Announcement(**discovery_info)
        entry = await self.async_set_unique_id(printer.serial)
        if entry is not None and await has_moved(self.hass, entry, printer.host):
            self._abort_if_unique_id_configured(updates={CONF_HOST: printer.host})
        self._abort_if_unique_id_configured()
        self._announced = {printer.host: printer}
        self._settings = replace(
            self._settings, host=printer.host, serial=printer.serial
        )
        name = printer.name or model_name(printer.model)
        self.context["title_placeholders"] = {"name": name}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the access code of a printer that announced itself."""
        errors = wrong_texts(user_input or {})
        if user_input is not None and not errors:
            code = user_input[CONF_ACCESS_CODE].strip()
            self._settings = replace(self._settings, access_code=code)
            try:
                return await self._connect()
            except BambuError as err:
                errors["base"] = err.key
        printer = self._announced[self._settings.host]
        return self.async_show_form(
            step_id="discovery_confirm",
            data_schema=_CODE_ONLY,
            description_placeholders={
                "model": model_name(printer.model),
                "serial": printer.serial,
                "host": printer.host,
            },
            errors=errors,
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Begin to ask for the changed access code."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the changed access code."""
        entry = self._get_reauth_entry()
        errors = wrong_texts(user_input or {})
        if user_input is not None and not errors:
            code = user_input[CONF_ACCESS_CODE].strip()
            try:
                settings = replace(settings_of(entry), access_code=code)
                await try_alone(self.hass, entry, settings)
                return self.async_update_reload_and_abort(
                    entry, data_updates={CONF_ACCESS_CODE: code}
                )
            except BambuError as err:
                errors["base"] = err.key
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=_CODE_ONLY,
            description_placeholders={"name": entry.title},
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take a new address or access code of the same printer."""
        entry = self._get_reconfigure_entry()
        errors = wrong_texts(user_input or {})
        if user_input is not None and not errors:
            settings = settings_from(user_input, settings_of(entry))
            try:
                await try_alone(self.hass, entry, settings)
                return self.async_update_reload_and_abort(
                    entry,
                    data_updates=address_of(settings)
                    | {CONF_ACCESS_CODE: settings.access_code},
                )
            except BambuError as err:
                errors["base"] = err.key
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                address_schema(code_needed=False), user_input or filled_in(entry)
            ),
            description_placeholders={"name": entry.title},
            errors=errors,
        )

    async def _abort_if_known(self) -> None:
        """End the flow before any login if the printer is set up already.

        It may accept one client only: a login would cut the other connection, perhaps during
        a print.
        Raises BambuError.
        """
        shown = await certificate_of(self.hass, self._settings)
        serial = identity.serial_of(shown) or self._settings.serial
        entry = await self.async_set_unique_id(serial or None, raise_on_progress=False)
        if entry is None:
            return
        if not identity.same(entry.data.get(CONF_CERTIFICATE, shown), shown):
            raise CertificateChanged
        self._abort_if_unique_id_configured(updates=address_of(self._settings))

    async def _connect(self) -> ConfigFlowResult:
        """Try a new printer; go on to what is still to be asked. Raises BambuError."""
        try:
            self._probed = probed = await try_printer(self._settings)
        except SerialUnknown:
            return await self.async_step_serial()
        await self.async_set_unique_id(probed.serial, raise_on_progress=False)
        self._abort_if_unique_id_configured()
        return await self.async_step_production()

    def _title(self, probed: Probed) -> str:
        """Return the printer's own name if it has one, else its model, with a number if taken."""
        announced = self._announced.get(self._settings.host)
        same = announced is not None and announced.serial == probed.serial
        name = (announced.name if announced and same else None) or model_name(
            probed.model
        )
        taken = {entry.title for entry in self._async_current_entries()}
        number, title = 1, name
        while title in taken:
            number += 1
            title = f"{name} {number}"
        return title

"""Setting up one printer: an address and an access code, tried for real before they count."""

from collections.abc import Mapping
from dataclasses import replace
import logging
import re
from typing import Any, Final, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
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
from .bambu.connection_settings import ConnectionSettings, Timing
from .bambu.discovery import Announcement
from .bambu.errors import BambuError, CertificateChanged, SerialUnknown
from .bambu.probe import Probed, probe
from .const import (
    CONF_ACCESS_CODE,
    CONF_CERTIFICATE,
    CONF_MQTT_PORT,
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
from .flows.options import BambuBatchOptionsFlow
from .flows.spool import SpoolFlow
from .flows.texts import wrong_texts
from .options import COOLDOWN_SECONDS, PLATE_CLEARING

_LOGGER = logging.getLogger(__name__)

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
        """Printers that were heard, by address."""

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
        if entry is not None and await self._has_moved(entry, printer.host):
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
                await self._probe_alone(
                    entry, replace(settings_of(entry), access_code=code)
                )
            except BambuError as err:
                errors["base"] = err.key
            else:
                return self.async_update_reload_and_abort(
                    entry, data_updates={CONF_ACCESS_CODE: code}
                )
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
            known = settings_of(entry)
            asked = settings_from(user_input)
            asked = replace(
                asked,
                access_code=asked.access_code or known.access_code,
                serial=known.serial,
                certificate=known.certificate,
            )
            try:
                await self._probe_alone(entry, asked)
            except BambuError as err:
                errors["base"] = err.key
            else:
                return self.async_update_reload_and_abort(
                    entry,
                    data_updates={
                        **address_of(asked),
                        CONF_ACCESS_CODE: asked.access_code,
                    },
                )
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

        It may serve one client only: a login would cut its connection, perhaps in a print.
        Raises BambuError.
        """
        shown = await self._certificate_at(
            self._settings.host, self._settings.mqtt_port
        )
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
            self._probed = probed = await self._probe(self._settings)
        except SerialUnknown:
            return await self.async_step_serial()
        await self.async_set_unique_id(probed.serial, raise_on_progress=False)
        self._abort_if_unique_id_configured()
        return await self.async_step_production()

    async def _probe_alone(
        self, entry: ConfigEntry, settings: ConnectionSettings
    ) -> None:
        """Try a printer of ours while its entry lets go of it. Raises BambuError.

        After a failure the entry goes on as it was; after a success the caller reloads it.
        """
        async with entry.setup_lock:
            loaded = entry.state is ConfigEntryState.LOADED
            if loaded and not await entry.async_unload(self.hass):
                raise BambuError
            try:
                await self._probe(settings)
            except BaseException:
                if loaded:  # not by a reload: that would end the flow that asks
                    await entry.async_setup(self.hass)
                raise

    async def _probe(self, settings: ConnectionSettings) -> Probed:
        """Try a printer for real. Raises BambuError."""
        try:
            return await probe(settings)
        except BambuError:
            raise
        except Exception as err:
            _LOGGER.exception("Unexpected error while connecting")
            raise BambuError from err

    async def _has_moved(self, entry: ConfigEntry, host: str) -> bool:
        """Tell whether a printer of ours is lost, and is the one that now answers there.

        Anybody can announce a serial; a handshake with the pinned certificate takes the
        printer's key, and gives no secret away.
        """
        connected = (
            entry.state is ConfigEntryState.LOADED
            and entry.runtime_data.status.connected
        )
        if connected or CONF_CERTIFICATE not in entry.data:
            return False
        return await self.hass.async_add_executor_job(
            identity.answers,
            host,
            entry.data[CONF_MQTT_PORT],
            entry.data[CONF_CERTIFICATE],
            Timing().connect,
        )

    async def _certificate_at(self, host: str, port: int) -> str:
        """Ask for a certificate; that takes no login. Raises BambuError."""
        return await self.hass.async_add_executor_job(
            identity.read_certificate, host, port, Timing().connect
        )

    def _title(self, probed: Probed) -> str:
        """Return the printer's own name if it said one, else its model; not yet taken."""
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

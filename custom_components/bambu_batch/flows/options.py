"""A printer's options. They are read where they are needed: a change counts at once."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from enum import StrEnum
from typing import Any, Final, Literal, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN, SensorDeviceClass
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.const import UnitOfTemperature, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    ConditionSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..bambu.health import meaning_of
from ..const import (
    CONF_BED_LEVELING,
    CONF_COOLDOWN_BED_TEMPERATURE,
    CONF_COOLDOWN_SECONDS,
    CONF_COOLDOWN_TIMEOUT_MINUTES,
    CONF_CURRENCY_PER_KG,
    CONF_CURRENCY_PER_KWH,
    CONF_ENERGY_ENTITY,
    CONF_FLOW_CALIBRATION,
    CONF_HOLD_BEFORE_RUNOUT,
    CONF_INTERLOCKS,
    CONF_ON_FAILURE,
    CONF_PLAIN_DATA_CHANNEL,
    CONF_PLATE_CLEARING,
    CONF_PLATE_STACK,
    CONF_REQUIRE_SWAP_GCODE,
    CONF_SPOOLMAN_URL,
    CONF_START_WHEN,
    CONF_TIMELAPSE,
    CONF_UPLOAD_WHILE_PRINTING,
    CONF_VIBRATION_CALIBRATION,
)
from ..coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from ..options import DEFAULTS
from ..production.context import OnFailure, PlateClearing, StartWhen
from ..production.event import Command, ForgetHealth, SetPlatesLeft
from ..production.model import AUTO, Calibrate
from ..production.queue import LONGEST_COOLDOWN, MOST_PLATES
from ..spoolman.client import Client, address
from ..spoolman.errors import SpoolmanError
from ..text import own_texts
from ..typed import Number, YesNo, wrong_texts

ACCEPTED_HEALTH: Final = "accepted_health"
PLATES_LEFT: Final = "plates_left"
_CALIBRATE: Final[dict[str, Calibrate]] = {"on": True, "off": False, AUTO: AUTO}
_SELDOM: Final = ("defaults", "cost", "spoolman", "connection", "health")
"""Sections that are shown folded."""


class InterlockSelector(ConditionSelector):
    """Home Assistant's condition editor. Keeps what was typed: only that can be stored."""

    @override
    def __call__(self, data: Any) -> Any:
        """Check the conditions without changing them. Raises vol.Invalid."""
        super().__call__(data)
        return data


class CalibrateSelector(SelectSelector):
    """On, off, or as the printer decides; gives true, false or "auto", and takes these too."""

    def __init__(self) -> None:
        """Offer the three."""
        super().__init__(
            SelectSelectorConfig(
                options=[*_CALIBRATE],
                translation_key="calibrate",
                mode=SelectSelectorMode.DROPDOWN,
            )
        )

    @override
    def __call__(self, data: Any) -> Calibrate:
        """Return the setting. Raises vol.Invalid."""
        if isinstance(data, bool):
            return data
        return _CALIBRATE[str(super().__call__(data))]

    @staticmethod
    def word(setting: Calibrate) -> str:
        """Return the choice that shows this setting."""
        return next(word for word, one in _CALIBRATE.items() if one == setting)


class BambuBatchOptionsFlow(OptionsFlow):
    """All options of one printer, in sections."""

    _accepted: tuple[str, ...] = ()
    """Codes of the health entries that were accepted for this printer, as shown."""
    _plates: int | None = None
    """The plates left, as shown; None: they are not counted, so nobody knows."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show and take the options."""
        errors: dict[str, str] = {}
        placeholders = {"name": self.config_entry.title, "error": ""}
        if user_input is not None:
            options = _flat(user_input)
            kept = options.pop(ACCEPTED_HEALTH, self._accepted)
            plates = options.pop(PLATES_LEFT, None)
            try:
                await condition.async_validate_conditions_config(
                    self.hass, cv.CONDITIONS_SCHEMA(deepcopy(options[CONF_INTERLOCKS]))
                )
            except (vol.Invalid, HomeAssistantError) as err:
                errors["base"] = "interlock_invalid"
                placeholders["error"] = str(err)
            if wrong := wrong_texts(options):
                errors["base"] = next(iter(wrong.values()))
            elif error := await self._spoolman_error(options):
                errors["base"] = error
            if not errors and (error := await self._take_back(kept)):
                errors["base"] = error
            if not errors and (
                error := await self._count(options[CONF_PLATE_STACK], plates)
            ):
                errors["base"] = error
            if not errors:
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
            description_placeholders=placeholders,
            errors=errors,
        )

    @property
    def _coordinator(self) -> BambuBatchCoordinator | None:
        """The printer; None while its entry is not loaded."""
        entry: BambuBatchConfigEntry = self.config_entry
        loaded = entry.state is ConfigEntryState.LOADED
        return entry.runtime_data if loaded else None

    def _accepted_health(self) -> tuple[str, ...]:
        if self._coordinator is None:
            return ()
        return tuple(sorted(map(str, self._coordinator.line.remembered_health)))

    def _health_fields(self) -> dict[vol.Marker, Any]:
        """Return the choice of what stays accepted."""
        assert self._coordinator is not None
        texts = own_texts(self.hass)
        choices = [
            SelectOptionDict(
                value=str(entry), label=f"{entry} {texts.health(meaning_of(entry))}"
            )
            for entry in sorted(self._coordinator.line.remembered_health, key=str)
        ]
        config = SelectSelectorConfig(
            options=choices, multiple=True, mode=SelectSelectorMode.LIST
        )
        return {vol.Required(ACCEPTED_HEALTH): SelectSelector(config)}

    async def _take_back(self, kept: Iterable[str]) -> str | None:
        """Forget what is no longer chosen; it belongs to the line, not to the options."""
        gone = tuple(code for code in self._accepted if code not in set(kept))
        if not gone or await self._obeyed(ForgetHealth(gone)):
            return None
        return "health_not_taken_back"

    def _plates_left(self) -> int | None:
        counted = self.config_entry.options.get(CONF_PLATE_STACK)
        if self._coordinator is None or not counted:
            return None
        return self._coordinator.line.plates_left

    async def _count(self, stack: int, plates: int | None) -> str | None:
        """Tell the line how many plates are left, before it begins to count them.

        A number that stands as it was shown is nobody's word: a plate may have been used
        since. Where counting begins without a number, an old one is not to be believed.
        """
        begins = stack > 0 and not self.config_entry.options.get(CONF_PLATE_STACK)
        if begins and plates is None and self._coordinator is not None:
            plates = 0
        if stack == 0 or plates is None or plates == self._plates:
            return None
        if await self._obeyed(SetPlatesLeft(plates)):
            return None
        return "plates_not_counted"

    async def _obeyed(self, event: Command) -> bool:
        """Change what belongs to the line, not to the options; tell whether that worked."""
        if self._coordinator is None:
            return False
        try:
            await self._coordinator.obey(event)
        except HomeAssistantError:
            return False
        return True

    async def _spoolman_error(self, options: dict[str, Any]) -> str | None:
        """Bring a new address of Spoolman into its form, and try it."""
        typed = options[CONF_SPOOLMAN_URL] = options[CONF_SPOOLMAN_URL] or None
        if typed is None:
            return None
        url = address(typed)
        if url is None:
            return "spoolman_no_url"
        options[CONF_SPOOLMAN_URL] = url
        if url == self.config_entry.options.get(CONF_SPOOLMAN_URL):
            return None  # one that is known may be away now
        try:
            await Client(async_get_clientsession(self.hass), url).check()
        except SpoolmanError as err:
            return err.key
        return None


def _number(
    unit: str | None, least: float, most: float, step: float | Literal["any"] = 1
) -> Number:
    config = NumberSelectorConfig(
        min=least, max=most, step=step, mode=NumberSelectorMode.BOX
    )
    if unit is not None:
        config["unit_of_measurement"] = unit
    return Number(config)


def _choice(choices: type[StrEnum], key: str) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=[choice.value for choice in choices],
            translation_key=key,
            mode=SelectSelectorMode.LIST,
        )
    )


PLATE_CLEARING: Final = _choice(PlateClearing, CONF_PLATE_CLEARING)
COOLDOWN_SECONDS: Final = _number(UnitOfTime.SECONDS, 0, LONGEST_COOLDOWN)


def _sections(currency: str) -> dict[str, dict[vol.Marker, Any]]:
    """Return the form's fields by section. An optional field may be left empty."""
    return {
        "production": {
            vol.Required(CONF_PLATE_CLEARING): PLATE_CLEARING,
            vol.Required(CONF_REQUIRE_SWAP_GCODE): YesNo(),
            vol.Required(CONF_PLATE_STACK): _number(None, 0, MOST_PLATES),
            vol.Optional(PLATES_LEFT): _number(None, 0, MOST_PLATES),
            vol.Required(CONF_START_WHEN): _choice(StartWhen, CONF_START_WHEN),
            vol.Required(CONF_ON_FAILURE): _choice(OnFailure, CONF_ON_FAILURE),
            vol.Required(CONF_UPLOAD_WHILE_PRINTING): YesNo(),
            vol.Required(CONF_HOLD_BEFORE_RUNOUT): YesNo(),
            vol.Optional(CONF_INTERLOCKS): InterlockSelector(),
        },
        "cooldown": {
            vol.Required(CONF_COOLDOWN_SECONDS): COOLDOWN_SECONDS,
            vol.Optional(CONF_COOLDOWN_BED_TEMPERATURE): _number(
                UnitOfTemperature.CELSIUS, 15, 100
            ),
            vol.Required(CONF_COOLDOWN_TIMEOUT_MINUTES): _number(
                UnitOfTime.MINUTES, 1, 1440
            ),
        },
        "defaults": {
            vol.Required(CONF_BED_LEVELING): CalibrateSelector(),
            vol.Required(CONF_FLOW_CALIBRATION): CalibrateSelector(),
            vol.Required(CONF_VIBRATION_CALIBRATION): YesNo(),
            vol.Required(CONF_TIMELAPSE): YesNo(),
        },
        "cost": {
            vol.Optional(CONF_CURRENCY_PER_KG): _number(
                f"{currency}/kg", 0, 10_000, "any"
            ),
            vol.Optional(CONF_CURRENCY_PER_KWH): _number(
                f"{currency}/kWh", 0, 1000, "any"
            ),
            vol.Optional(CONF_ENERGY_ENTITY): EntitySelector(
                EntitySelectorConfig(
                    domain=SENSOR_DOMAIN, device_class=SensorDeviceClass.ENERGY
                )
            ),
        },
        "spoolman": {
            vol.Optional(CONF_SPOOLMAN_URL): TextSelector(
                TextSelectorConfig(type=TextSelectorType.URL)
            ),
        },
        "connection": {
            vol.Required(CONF_PLAIN_DATA_CHANNEL): YesNo(),
        },
    }


def _filled_in(
    sections: Mapping[str, Mapping[vol.Marker, Any]], options: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the options in force, by section."""
    known = {**DEFAULTS, **options}
    for key in (CONF_BED_LEVELING, CONF_FLOW_CALIBRATION):
        known[key] = CalibrateSelector.word(known[key])
    return {
        name: {
            key: known[key] for key in map(str, fields) if known.get(key) is not None
        }
        for name, fields in sections.items()
    }


def _flat(user_input: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the options as they are stored; what was left empty is None."""
    given = {
        key: int(value) if key in _WHOLE else value
        for fields in user_input.values()
        for key, value in fields.items()
    }
    return {**_EMPTY, **given}


_WHOLE: Final = {
    CONF_COOLDOWN_SECONDS,
    CONF_COOLDOWN_TIMEOUT_MINUTES,
    CONF_PLATE_STACK,
    PLATES_LEFT,
}
_EMPTY: Final[Mapping[str, Any]] = {
    CONF_INTERLOCKS: [],
    CONF_COOLDOWN_BED_TEMPERATURE: None,
    CONF_CURRENCY_PER_KG: None,
    CONF_CURRENCY_PER_KWH: None,
    CONF_ENERGY_ENTITY: None,
    CONF_SPOOLMAN_URL: None,
}

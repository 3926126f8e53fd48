"""A printer's options, one row each. They are read where they are needed.

A change counts at once, without a reload. A new option needs a row, its texts, its line in
docs/reference.md and, where a rule of the line reads it, a field of `production.context.Options`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN, SensorDeviceClass
from homeassistant.const import UnitOfTemperature, UnitOfTime
from homeassistant.helpers.selector import (
    ConditionSelector,
    EntitySelector,
    EntitySelectorConfig,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .exact_values import Number, Price, Whole, YesNo
from .production.context import OnFailure, Options, PlateClearing, StartWhen
from .production.model import AUTO, Calibrate, PrintSettings
from .production.queue import LONGEST_COOLDOWN, MOST_PLATES

_CALIBRATE: Final[dict[str, Calibrate]] = {"on": True, "off": False, AUTO: AUTO}


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


@dataclass(frozen=True, slots=True, eq=False)
class Option[T]:
    """One option of a printer."""

    key: str
    """Its name in the entry and in the texts. Never changes."""
    section: str
    """Where the form shows it."""
    default: T
    """Counts where the entry says nothing. None or an empty list: the field may stay empty."""
    selector: Selector[Any]
    read: Callable[[Any], T] = lambda value: value
    """From what is stored to what it means."""
    private: bool = False
    """Tells of a person's home: diagnostics leave it out."""

    def of(self, options: Mapping[str, Any]) -> T:
        """Return its value in an entry's options."""
        value = options.get(self.key)
        return self.default if value is None else self.read(value)

    @property
    def may_be_empty(self) -> bool:
        """Whether the form's field may be left empty."""
        return self.default in (None, [])

    @property
    def may_be_auto(self) -> bool:
        """Whether it may be left to the printer."""
        return isinstance(self.selector, CalibrateSelector)


def _choice[E: StrEnum](key: str, section: str, default: E) -> Option[E]:
    """Return an option with a few values, each with a text of its own."""
    kind = type(default)
    config = SelectSelectorConfig(
        options=[choice.value for choice in kind],
        translation_key=key,
        mode=SelectSelectorMode.LIST,
    )
    return Option(key, section, default, SelectSelector(config), kind)


# In the form's order. Unless the entry says otherwise, a person clears the plate.
PLATE_CLEARING: Final = _choice("plate_clearing", "production", PlateClearing.MANUAL)
REQUIRE_SWAP_GCODE: Final = Option("require_swap_gcode", "production", True, YesNo())
PLATE_STACK: Final = Option(
    "plate_stack", "production", 0, Whole(0, MOST_PLATES), read=int
)
START_WHEN: Final = _choice("start_when", "production", StartWhen.IDLE_OR_FINISHED)
ON_FAILURE: Final = _choice("on_failure", "production", OnFailure.PAUSE)
UPLOAD_WHILE_PRINTING: Final = Option(
    "upload_while_printing", "production", False, YesNo()
)
SEND_WHOLE_FILES: Final = Option("send_whole_files", "production", False, YesNo())
HOLD_BEFORE_RUNOUT: Final = Option("hold_before_runout", "production", False, YesNo())
INTERLOCKS: Final = Option[list[Any]](
    "interlocks", "production", [], InterlockSelector(), private=True
)
COOLDOWN_SECONDS: Final = Option(
    "cooldown_seconds",
    "cooldown",
    60,
    Whole(0, LONGEST_COOLDOWN, UnitOfTime.SECONDS),
    read=int,
)
COOLDOWN_BED_TEMPERATURE: Final = Option[float | None](
    "cooldown_bed_temperature",
    "cooldown",
    None,
    Number(15, 100, UnitOfTemperature.CELSIUS, step=1),
    read=float,
)
COOLDOWN_TIMEOUT_MINUTES: Final = Option(
    "cooldown_timeout_minutes",
    "cooldown",
    60,
    Whole(1, 1440, UnitOfTime.MINUTES),
    read=int,
)
BED_LEVELING: Final = Option[Calibrate](
    "bed_leveling", "defaults", True, CalibrateSelector()
)
FLOW_CALIBRATION: Final = Option[Calibrate](
    "flow_calibration", "defaults", True, CalibrateSelector()
)
VIBRATION_CALIBRATION: Final = Option(
    "vibration_calibration", "defaults", False, YesNo()
)
TIMELAPSE: Final = Option("timelapse", "defaults", False, YesNo())
CURRENCY_PER_KG: Final = Option[float | None](
    "currency_per_kg", "cost", None, Price("kg", 10_000)
)
CURRENCY_PER_KWH: Final = Option[float | None](
    "currency_per_kwh", "cost", None, Price("kWh", 1000)
)
ENERGY_ENTITY: Final = Option[str | None](
    "energy_entity",
    "cost",
    None,
    EntitySelector(
        EntitySelectorConfig(
            domain=SENSOR_DOMAIN, device_class=SensorDeviceClass.ENERGY
        )
    ),
    private=True,
)
SPOOLMAN_URL: Final = Option[str | None](
    "spoolman_url",
    "spoolman",
    None,
    TextSelector(TextSelectorConfig(type=TextSelectorType.URL)),
    private=True,
)
PLAIN_DATA_CHANNEL: Final = Option("plain_data_channel", "connection", False, YesNo())

OPTIONS: Final[Mapping[str, Option[Any]]] = {
    row.key: row for row in tuple(globals().values()) if isinstance(row, Option)
}
"""Every row above, by its key."""
TASK_DEFAULTS: Final = tuple(
    row for row in OPTIONS.values() if row.section == "defaults"
)
"""What a new task begins with, and may have otherwise."""


def line_options(options: Mapping[str, Any]) -> Options:
    """Return the options as far as they matter to the line."""
    return Options(
        **{one.name: OPTIONS[one.name].of(options) for one in fields(Options)}
    )


def task_defaults(options: Mapping[str, Any]) -> PrintSettings:
    """Return the settings of a new task."""
    return PrintSettings(**{row.key: row.of(options) for row in TASK_DEFAULTS})

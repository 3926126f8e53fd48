"""The entry's options, read where they are needed: a change counts at once, without a reload."""

from collections.abc import Mapping
from typing import Any, Final

from .const import (
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
from .production.context import OnFailure, Options, PlateClearing, StartWhen
from .production.model import PrintSettings

DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_COOLDOWN_SECONDS: 60,
    CONF_COOLDOWN_BED_TEMPERATURE: None,
    CONF_COOLDOWN_TIMEOUT_MINUTES: 60,
    CONF_PLATE_CLEARING: PlateClearing.MANUAL.value,
    CONF_REQUIRE_SWAP_GCODE: True,
    CONF_PLATE_STACK: 0,
    CONF_START_WHEN: StartWhen.IDLE_OR_FINISHED.value,
    CONF_BED_LEVELING: True,
    CONF_FLOW_CALIBRATION: True,
    CONF_VIBRATION_CALIBRATION: False,
    CONF_TIMELAPSE: False,
    CONF_ON_FAILURE: OnFailure.PAUSE.value,
    CONF_UPLOAD_WHILE_PRINTING: False,
    CONF_HOLD_BEFORE_RUNOUT: False,
    CONF_INTERLOCKS: [],
    CONF_CURRENCY_PER_KG: None,
    CONF_CURRENCY_PER_KWH: None,
    CONF_ENERGY_ENTITY: None,
    CONF_SPOOLMAN_URL: None,
    CONF_PLAIN_DATA_CHANNEL: False,
}
"""What counts where the entry says nothing. Without a word on the clearing, a person clears."""


def option(options: Mapping[str, Any], key: str) -> Any:
    """Return one option or its default."""
    return options.get(key, DEFAULTS[key])


def line_options(options: Mapping[str, Any]) -> Options:
    """Return the options as far as they matter to the line."""
    bed = option(options, CONF_COOLDOWN_BED_TEMPERATURE)
    return Options(
        cooldown_seconds=int(option(options, CONF_COOLDOWN_SECONDS)),
        cooldown_bed_temperature=None if bed is None else float(bed),
        cooldown_timeout_minutes=int(option(options, CONF_COOLDOWN_TIMEOUT_MINUTES)),
        plate_clearing=PlateClearing(option(options, CONF_PLATE_CLEARING)),
        require_swap_gcode=option(options, CONF_REQUIRE_SWAP_GCODE),
        plate_stack=int(option(options, CONF_PLATE_STACK)),
        start_when=StartWhen(option(options, CONF_START_WHEN)),
        on_failure=OnFailure(option(options, CONF_ON_FAILURE)),
        upload_while_printing=option(options, CONF_UPLOAD_WHILE_PRINTING),
        hold_before_runout=option(options, CONF_HOLD_BEFORE_RUNOUT),
    )


def task_defaults(options: Mapping[str, Any]) -> PrintSettings:
    """Return the settings of a new task."""
    return PrintSettings(
        bed_leveling=option(options, CONF_BED_LEVELING),
        flow_calibration=option(options, CONF_FLOW_CALIBRATION),
        vibration_calibration=option(options, CONF_VIBRATION_CALIBRATION),
        timelapse=option(options, CONF_TIMELAPSE),
    )

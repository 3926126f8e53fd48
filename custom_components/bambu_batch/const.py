"""Names that several files of the shell share."""

from typing import Final

DOMAIN: Final = "bambu_batch"
MANUFACTURER: Final = "Bambu Lab"

# entry.data, besides Home Assistant's own `host`
CONF_ACCESS_CODE: Final = "access_code"
CONF_SERIAL: Final = "serial"
CONF_MQTT_PORT: Final = "mqtt_port"
CONF_FTPS_PORT: Final = "ftps_port"
CONF_CERTIFICATE: Final = "certificate"

# entry.options
CONF_COOLDOWN_SECONDS: Final = "cooldown_seconds"
CONF_COOLDOWN_BED_TEMPERATURE: Final = "cooldown_bed_temperature"
CONF_COOLDOWN_TIMEOUT_MINUTES: Final = "cooldown_timeout_minutes"
CONF_PLATE_CLEARING: Final = "plate_clearing"
CONF_REQUIRE_SWAP_GCODE: Final = "require_swap_gcode"
CONF_PLATE_STACK: Final = "plate_stack"
CONF_START_WHEN: Final = "start_when"
CONF_BED_LEVELING: Final = "bed_leveling"
CONF_FLOW_CALIBRATION: Final = "flow_calibration"
CONF_VIBRATION_CALIBRATION: Final = "vibration_calibration"
CONF_TIMELAPSE: Final = "timelapse"
CONF_ON_FAILURE: Final = "on_failure"
CONF_UPLOAD_WHILE_PRINTING: Final = "upload_while_printing"
CONF_INTERLOCKS: Final = "interlocks"
CONF_HOLD_BEFORE_RUNOUT: Final = "hold_before_runout"
CONF_CURRENCY_PER_KG: Final = "currency_per_kg"
CONF_CURRENCY_PER_KWH: Final = "currency_per_kwh"
CONF_ENERGY_ENTITY: Final = "energy_entity"
CONF_SPOOLMAN_URL: Final = "spoolman_url"
CONF_PLAIN_DATA_CHANNEL: Final = "plain_data_channel"

# a spool: a config subentry and its data
SUBENTRY_SPOOL: Final = "spool"
CONF_ACCOUNT: Final = "account"
"""Which spool of Spoolman's it is; none: a person's own."""
CONF_BRAND: Final = "brand"
CONF_COLOUR: Final = "colour"
CONF_CURRENCY: Final = "currency"
CONF_LOW_GRAMS: Final = "low_grams"
CONF_MATERIAL: Final = "material"
CONF_NET_GRAMS: Final = "net_grams"
CONF_PRICE: Final = "price"
CONF_TAG: Final = "tag"
CONF_TRAY: Final = "tray"
CONF_WEIGHED: Final = "weighed"
CONF_WEIGHED_GRAMS: Final = "weighed_grams"
LOW_GRAMS: Final = 100.0
"""So much is little, unless a person says otherwise."""

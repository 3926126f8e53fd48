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

# a spool: a config subentry and its data
SUBENTRY_SPOOL: Final = "spool"
CONF_ACCOUNT: Final = "account"
"""Which of Spoolman's spools it is. Missing: a person has entered this spool."""
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
"""A spool with less is low, unless a person sets another limit."""

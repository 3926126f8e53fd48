"""Names that several files share."""

from typing import Final

DOMAIN: Final = "bambu_batch"
NAME: Final = "Bambu Batch Manager"
MANUFACTURER: Final = "Bambu Lab"

# entry.data, besides homeassistant.const.CONF_HOST
CONF_ACCESS_CODE: Final = "access_code"
CONF_CERTIFICATE: Final = "certificate"
CONF_FTPS_PORT: Final = "ftps_port"
CONF_MQTT_PORT: Final = "mqtt_port"
CONF_SERIAL: Final = "serial"

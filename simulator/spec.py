"""The properties of a simulated printer."""

from dataclasses import dataclass

from .certificate import Credentials
from .document import Spool
from .models import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterSpec:
    """Everything has a default: an A1 mini with an endless changer."""

    model: str = "N1"
    """Model code, `models.py`."""
    serial: str = ""
    """"" = made up, with the model's own prefix."""
    access_code: str = "12345678"
    name: str = "Simulated printer"
    firmware: str = ""
    """"" = the model's usual one."""
    mqtt_port: int = 0
    """0 = a free one."""
    ftps_port: int = 0
    certificate_version: int = 1
    """1 as a real A1 mini, or 3."""
    credentials: Credentials | None = None
    """Given certificate and key; None: fresh ones."""

    state: str = "IDLE"
    """`gcode_state` at the beginning: `IDLE` after a boot, or `FINISH`."""
    plates: int | None = None
    """In the changer, besides the one on the bed; None: it never runs out."""
    plate_occupied: bool = False
    trays: tuple[Spool | None, ...] = (
        Spool("PLA", "FFFFFFFF"),
        Spool("PLA", "000000FF"),
        Spool("PETG", "18C241FF", "GFG99"),
        Spool("PLA", "9B9EA0FF"),
    )
    swap_seconds: float = 60
    """Simulated time that a clearing end G-code takes."""
    upload_rate: float | None = None
    """kB per simulated second; real ones take 46 to 170."""
    boot_seconds: float = 25

    developer_mode: bool = True
    """False: commands are dropped silently, reports are not."""
    reports_ids: bool = True
    """False: reports carry ids "0", as recorded of prints from the card."""
    session_reuse_required: bool = True
    """Data connections must resume the control connection's TLS session."""

    cooldown_seconds: float | None = None
    """How long the client promises to wait after FINISH: real seconds on its own clock."""
    cooldown_bed_temperature: float | None = None
    """The client promises to wait for a bed at or below this, °C."""
    race_grace: float = 0.05
    """Real seconds for which a client may not have read a message yet."""
    silence: float = 90
    """Real seconds without a message after which everything counts as unknown."""

    def serial_in_farm(self, number: int) -> str:
        """Return the serial of the printer at this place of a farm, from 0."""
        return self.serial or f"{MODELS[self.model].serial_prefix}00A{number + 1:09}"

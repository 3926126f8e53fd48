"""Faults on demand: what real printers have been seen to do to their clients."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Each stays until it is used up (`times`) or healed.

    One time is one connection, one message, one start or one file, depending on the fault.
    `value` means what the text says; other faults take none.
    """

    # Connection
    REFUSE_CONNECTIONS = "refuse_connections"
    """MQTT and FTPS connections are dropped before the handshake."""
    STALL = "stall"
    """Connections are accepted, then nothing is ever sent, not even TLS."""
    SILENT = "silent"
    """Login and subscription work; no message is ever sent."""
    HALF_OPEN = "half_open"
    """Reports flow, requests vanish (FM-066)."""
    NO_PUBACK = "no_puback"
    """QoS 1 messages work but are not acknowledged (FM-074)."""
    ONE_CLIENT = "one_client"
    """A login disconnects everybody else, as with old firmware."""
    DROP_AFTER_START = "drop_after_start"
    """The session is dropped right after a `project_file` was taken."""

    # Reports
    INVALID_UTF8 = "invalid_utf8"
    """Reports carry bytes that are not UTF-8 (FM-071)."""
    JUNK_FIELDS = "junk_fields"
    """Reports carry wrong types and unknown fields (FM-080)."""
    MISSING_KEYS = "missing_keys"
    """Full reports lack keys. Value: names with commas; default `gcode_state`."""
    KEEPS_FILE = "keeps_file"
    """The file's name stays in `gcode_file` after the end (FM-168)."""
    UPGRADE_STATUS = "upgrade_status"
    """Only a word in the reports shows an update (FM-182). Value: the word, `FLASHING` by default."""
    PARTIAL_ONLY = "partial_only"
    """`pushall` is never answered; only deltas come."""

    # Health entries (HMS)
    STANDING_HMS = "standing_hms"
    """Health entries stand, whatever happens (FM-156). Value: codes with commas,
    0500-0400-0001-0044 by default: an A1 with a third-party AMS."""
    HMS_BETWEEN_PRINTS = "hms_between_prints"
    """0300-0D00-0002-0003 stands from a FINISH until 51 s into the next print (recorded, A1)."""

    # Start of a print
    START_IGNORED = "start_ignored"
    """No echo, no start: developer mode is off."""
    START_REFUSED = "start_refused"
    """Echo with `err_code` and no `result`. Value: the code, 84033543 by default."""
    START_FAILS = "start_fails"
    """Echo with `result: fail`. Value: the reason."""
    START_ACCEPTED_ONLY = "start_accepted_only"
    """Echo `success`, the new name appears, nothing starts (FM-142)."""
    START_UNNOTICED = "start_unnoticed"
    """Echo `success`, and no trace of the job in any report (FM-006)."""
    START_WITHOUT_ECHO = "start_without_echo"
    """It starts, but the echo is lost."""
    SLOW_START = "slow_start"
    """The old state stays while the file is parsed. Value: simulated seconds."""
    START_ERROR = "start_error"
    """Accepted, then `print_error`, no start. Value: code, 0500-C010 by default."""
    PREPARE_FAILS = "prepare_fails"
    """PREPARE, then FAILED (FM-013). Value: code, 0500-4038 by default."""
    SKIP_IDLE = "skip_idle"
    """The two seconds of IDLE at a start are not seen."""

    # FTPS
    FTPS_REFUSE_CONNECTIONS = "ftps_refuse_connections"
    FTPS_REFUSE_LOGIN = "ftps_refuse_login"
    FTPS_426 = "ftps_426"
    """426 after the last byte; the file is intact (FM-048)."""
    FTPS_TRUNCATE = "ftps_truncate"
    """The end is lost; the answer is 426. Value: bytes kept, half by default (FM-047)."""
    FTPS_TRUNCATE_SILENTLY = "ftps_truncate_silently"
    """The end is lost; the answer is 226."""
    FTPS_DROP = "ftps_drop"
    """The connection dies in the middle. Value: bytes kept, 0 by default."""
    FTPS_550 = "ftps_550"
    FTPS_552 = "ftps_552"
    """The card is full."""
    FTPS_553 = "ftps_553"
    FTPS_HANG = "ftps_hang"
    """The file is taken, 226 never comes."""
    FTPS_SLOW_226 = "ftps_slow_226"
    """226 comes late. Value: simulated seconds, 30 by default."""
    FTPS_CLEAR_DATA = "ftps_clear_data"
    """Data connections speak no TLS: PROT C works, PROT P hangs up."""
    FTPS_TAKES_CLEAR_DATA = "ftps_takes_clear_data"
    """PROT C works as well as PROT P."""


@dataclass(slots=True)
class Active:
    """A fault that is waiting to happen."""

    times: int | None
    value: float | str | None


class Faults:
    """The faults of one printer."""

    def __init__(self) -> None:
        """All is well."""
        self._active: dict[Fault, Active] = {}

    def __contains__(self, fault: Fault) -> bool:
        """Whether it is active; does not use it up."""
        return fault in self._active

    def add(self, fault: Fault, times: int | None, value: float | str | None) -> None:
        """Let it happen from now on; None times: until healed."""
        self._active[fault] = Active(times, value)

    def heal(self, fault: Fault | None = None) -> None:
        """End one fault, or all."""
        if fault is None:
            self._active.clear()
        else:
            self._active.pop(fault, None)

    def happens(self, fault: Fault) -> bool:
        """Whether it strikes now; uses it up once."""
        return self.strike(fault) is not None

    def strike(self, fault: Fault) -> Active | None:
        """As `happens`, with the value."""
        active = self._active.get(fault)
        if active and active.times is not None:
            active.times -= 1
            if active.times <= 0:
                del self._active[fault]
        return active

    def number(self, fault: Fault, default: float) -> float | None:
        """As `strike`: the value, or the default where none was given; None if no fault."""
        if (active := self.strike(fault)) is None:
            return None
        return default if active.value is None else float(active.value)

    def names(self) -> list[str]:
        """All that are waiting."""
        return [fault.value for fault in self._active]

"""Why there is no connection. Retries go on for ever."""

from enum import StrEnum


class DisconnectReason(StrEnum):
    """The first five are also the keys of the errors with the same name."""

    CANNOT_CONNECT = "cannot_connect"
    INVALID_AUTH = "invalid_auth"
    """The access code is wrong: only a person can help."""
    CERTIFICATE_CHANGED = "certificate_changed"
    """Another certificate than the pinned one: only a person can help."""
    WRONG_SERIAL = "wrong_serial"
    NO_REPORT = "no_report"
    """The login works, but no full report comes."""
    CLOSED = "closed"
    """The printer or the network ended the session."""
    SILENT = "silent"
    """No report for 90 s on an open session."""
    DEAF = "deaf"
    """Reports come, but our requests vanish (FM-066)."""

    @property
    def needs_person(self) -> bool:
        """True where no retry can succeed by itself."""
        return self in (self.INVALID_AUTH, self.CERTIFICATE_CHANGED, self.WRONG_SERIAL)

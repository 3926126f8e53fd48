"""How to reach one printer, and how long to wait for it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Address and secrets of one printer. Its text form shows none of them."""

    host: str = field(repr=False)
    access_code: str = field(repr=False)
    serial: str = field(repr=False)
    """Upper case: topics are case-sensitive (FM-076). Empty only before set-up: `probe` finds it."""
    mqtt_port: int = 8883
    ftps_port: int = 990
    certificate: str | None = field(default=None, repr=False)
    """PEM of the pinned leaf certificate; None only before set-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All durations, in seconds. The defaults come from recordings and from other projects' failures."""

    tick: float = 1.0
    """How often deadlines are checked."""

    connect: float = 5.0
    """TCP connect."""
    keepalive: int = 30
    """MQTT keep-alive: 5 s lost many connections (ha-bambulab#1756, #1871). Also the TLS handshake's limit."""
    login: float = 10.0
    """From the TLS handshake to CONNACK."""
    backoff: tuple[float, ...] = (1, 2, 5, 10, 30)
    """Pauses between attempts; the last one for ever (FM-073)."""
    jitter: float = 0.2
    """Each pause is longer or shorter by up to this share."""
    refused: float = 300
    """Pause after a refused access code or a changed certificate: only a person can help."""
    steady: float = 60
    """A session that lasted this long resets the back-off."""

    first_report: float = 15
    """Full report after login: 1 to 5 s are normal (FM-075)."""
    version: float = 5
    """How long set-up waits for the version after the report."""
    no_report: float = 120
    """Time without a full report after which the session is rebuilt."""
    stale: float = 60
    """Silence after which the report is stale and pushes are switched on again; longest recorded gap: 32 s."""
    silent: float = 90
    """Silence after which the session is rebuilt (FM-072)."""

    reply: float = 15
    """A command without an echo for this long counts as unanswered."""
    version_every: float = 300
    """How often a `get_version` checks that the printer still receives our commands (FM-066)."""
    full_report_every: float = 300
    """Least time between two routine requests for a full report (OpenBambuAPI: P1 class)."""
    full_report_lost: float = 60
    """The same after a lost message: nobody watches the plate until the full report, and after 180 s it
    counts as occupied. Only once between routine requests: a printer that cannot count must not be
    asked every minute."""
    full_report_urgent: float = 5
    """Least time between any two. Bambu Studio refuses less than 3 s; the first of two requests
    may be on its way for longer than the second."""

    start_window: float = 240
    """After a start nothing may disturb the session: a P1P parses for 135 s (FM-068)."""
    start_quiet: float = 25
    """How often something is sent in that window, to keep the session alive."""

    ftps_socket: float = 30
    """Connect, and each read or write of a transfer."""
    ftps_reply: float = 120
    """Reply 226 after the last byte; 30 s and more were seen."""
    ftps_floor: float = 600
    """A transfer's deadline is at least this ..."""
    ftps_slowest: float = 25_000
    """... and at least its size at this speed, byte/s: an A1 takes 46 kB/s."""
    ftps_settle: float = 1
    """After a file was sent, before anything is done with it."""
    ftps_pauses: tuple[float, ...] = (5, 15)
    """Pauses before the second and the third try of an upload."""
    progress: float = 1
    """Least time between two reports of an upload's progress."""

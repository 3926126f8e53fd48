"""One printer without its servers: what it is, what it has, and what it reports."""

import asyncio
from collections.abc import Callable
import json
from posixpath import dirname
import random

from . import health
from .card import Card
from .clock import Clock
from .document import booted
from .faults import Fault, Faults
from .journal import Journal, Rule
from .lifecycle import Lifecycle
from .models import MODELS
from .mqtt import Session
from .physics import Physics
from .report import Json, Report
from .reported import Reported, facts
from .spec import PrinterSpec


class Machine:
    """The state that commands, people and servers share."""

    host = "127.0.0.1"
    ftps_user = "bblp"

    def __init__(
        self,
        spec: PrinterSpec,
        serial: str,
        clock: Clock,
        publish: Callable[[str, bytes], list[Session]],
    ) -> None:
        """`publish` sends a payload to all who subscribed to a topic; returns who got it."""
        self.spec = spec
        self.model = MODELS[spec.model]
        self.serial = serial
        self.firmware = spec.firmware or self.model.firmware
        self.access_code = spec.access_code
        self.upload_rate = spec.upload_rate
        self.session_reuse_required = spec.session_reuse_required
        self.trays = spec.trays
        self.clock = clock
        self.powered = True
        self.pushing = True

        self.journal = Journal(serial, clock.now)
        self.faults = Faults()
        self.card = Card()
        self.consent = health.Consent()
        self.physics = Physics(clock, spec.plates)
        self.physics.plate_occupied = spec.plate_occupied
        self.reported = Reported()
        self.report = Report(
            self.booted() | {"gcode_state": spec.state},
            self.send,
            self.journal,
            full_says_msg=self.model.full_says_msg,
        )
        self.lifecycle = Lifecycle(
            clock,
            self.report,
            self.physics,
            self.journal,
            self.faults,
            spec.swap_seconds,
            on_finish=self.consent.finish,
        )
        self._publish_to = publish
        self._noise = random.Random(serial)

    def booted(self) -> Json:
        """Return the document of this printer right after power-on."""
        return booted(self.firmware, self.trays)

    @property
    def health(self) -> list[health.Entry]:
        """The health entries that stand."""
        return [*health.standing(self.faults), *self.report["hms"]]

    # What it sends

    def echo(self, command: Json) -> None:
        """Answer a command of the category `print`."""
        self.send({"print": command})

    def send_full_report(self) -> None:
        """Send the whole document to everybody."""
        self.measure()
        message = self.report.full()
        missing: set[str] = set()
        if lacking := self.faults.strike(Fault.MISSING_KEYS):
            names = str(lacking.value or "gcode_state").split(",")
            missing = {name.strip() for name in names}
            for name in missing:
                message["print"].pop(name, None)
        for session in self._publish(message):
            if not session.saw_full_report:
                session.lacks = missing
                session.saw_full_report = not missing

    def send(self, message: Json) -> None:
        """Send a message to everybody; deltas only while reports are pushed."""
        if self.pushing or message.get("print", {}).get("msg") != 1:
            for session in self._publish(message):
                if session.lacks:
                    session.lacks = session.lacks - message.get("print", {}).keys()
                    session.saw_full_report = not session.lacks

    def measure(self) -> None:
        """Set the temperatures and the signal."""
        bed, nozzle = self.physics.bed, self.physics.nozzle
        self.report.set(
            bed_temper=_number(bed.temperature),
            bed_target_temper=bed.target,
            nozzle_temper=_number(nozzle.temperature),
            nozzle_target_temper=nozzle.target,
            wifi_signal=f"{self._noise.randint(-54, -48)}dBm",
        )

    def _publish(self, message: Json) -> list[Session]:
        if not self.powered or self.faults.happens(Fault.SILENT):
            return []
        if "hms" in message.get("print", {}):
            standing = health.standing(self.faults)
            body = message["print"] | {"hms": [*standing, *message["print"]["hms"]]}
            message = message | {"print": body}
        if "print" in message and self.faults.happens(Fault.JUNK_FIELDS):
            message["print"] |= {
                "layer_num": "many",
                "hms": "none",
                "bed_temper": [],
                "new": {},
            }
        upgrade = message.get("print", {}).get("upgrade_state")
        if upgrade and (update := self.faults.strike(Fault.UPGRADE_STATUS)):
            upgrade["status"] = str(update.value or "FLASHING")
        payload = json.dumps(
            message, separators=(",", ":"), ensure_ascii=False
        ).encode()
        if self.faults.happens(Fault.INVALID_UTF8):
            payload = payload[:-2] + b',"odd":"\xff\xfe\x80"}}'
        sessions = self._publish_to(f"device/{self.serial}/report", payload)
        if sessions:
            said = facts(message, self.trays, self.lifecycle.job)
            self.reported.add(said, asyncio.get_running_loop().time())
            self.consent.update(said.get("hms"))
        return sessions

    # What its servers ask

    def may_connect(self) -> bool:
        """Not while it is off."""
        return self.powered and not self.faults.happens(Fault.REFUSE_CONNECTIONS)

    def may_transfer(self) -> bool:
        """As `may_connect`, and not with a fault of the file server's own."""
        return self.may_connect() and not self.faults.happens(
            Fault.FTPS_REFUSE_CONNECTIONS
        )

    def stalls(self) -> bool:
        """Accept and say nothing."""
        return self.faults.happens(Fault.STALL)

    def ftps_login(self, *, accepted: bool, clients: int) -> None:
        """One client at a time."""
        self.journal.note(
            "ftps_login" if accepted else "ftps_login_refused", clients=clients
        )
        if clients > 1:
            self.journal.violation(Rule.PARALLEL_FTPS, clients=clients)

    def file_event(self, event: str, path: str, **detail: object) -> None:
        """Write it down, and what is wrong with it."""
        self.journal.note(event, path=path, **detail)
        if event in ("upload", "size"):
            self.card.seen[path] = asyncio.get_running_loop().time()
        job = self.lifecycle.job
        if event in ("delete", "upload_begins", "rename") and job and job.path == path:
            self.journal.violation(Rule.FILE_IN_USE_TOUCHED, path=path, event=event)
        if event in ("upload_begins", "rename") and dirname(path) == "/":
            self.journal.violation(Rule.FILE_IN_ROOT, path=path)


def _number(value: float) -> float | int:
    """JSON as the printer writes it: 24, not 24.0."""
    return int(value) if value.is_integer() else value

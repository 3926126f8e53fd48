"""One printer: its two servers, its reports and everything behind them."""

import asyncio
from collections.abc import Callable
import json
from posixpath import dirname
import random
from typing import Any

from . import certificate, health
from .card import Card
from .clock import Clock
from .commands import Commands
from .document import booted
from .faults import Fault, Faults
from .ftps import FileServer
from .health import Consent
from .journal import Journal, Rule
from .lifecycle import Lifecycle
from .models import MODELS
from .mqtt import ACCEPTED, BAD_CREDENTIALS, Broker, Session
from .packets import Connect, Publish, matches
from .physics import Physics
from .report import Json, Report
from .spec import PrinterSpec
from .told import Told, facts
from .truth import Truth
from .world import World

_TICK = 2.0
"""Simulated seconds between two reports, as recorded."""
_SHORTEST_TICK = 0.01
"""Real seconds, however fast the clock runs. State changes are not bound to ticks."""


class Printer:
    """Made by a `Farm`, which opens and closes it."""

    host = "127.0.0.1"
    ftps_user = "bblp"

    def __init__(self, spec: PrinterSpec, serial: str, clock: Clock) -> None:
        """Nothing is opened before `start`."""
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
        self.told = Told()

        self.journal = Journal(self.serial, clock.now)
        self.faults = Faults()
        self.card = Card()
        self.consent = Consent()
        self.physics = Physics(clock, spec.plates)
        self.physics.plate_occupied = spec.plate_occupied
        document = booted(self.model, self.firmware, spec.trays)
        document["gcode_state"] = spec.state
        self.report = Report(
            document, self.send, full_says_msg=self.model.full_says_msg
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
        self.world = World(self)
        self._commands = Commands(self)
        self._credentials = spec.credentials or certificate.make(
            self.serial, version=spec.certificate_version
        )
        self._context = self._credentials.server_context()
        self._broker = Broker(self, self._context)
        self._files = FileServer(self, self._context)
        self._ticking: asyncio.Task[None] | None = None
        self._noise = random.Random(self.serial)

    # For tests

    @property
    def mqtt_port(self) -> int:
        """The port in use."""
        return self._broker.port

    @property
    def ftps_port(self) -> int:
        """The port in use."""
        return self._files.port

    @property
    def certificate_pem(self) -> str:
        """The leaf certificate that new connections are shown."""
        return self._credentials.certificate

    @property
    def clients(self) -> int:
        """How many MQTT clients are logged in."""
        return len(self._broker.sessions)

    @property
    def truth(self) -> Truth:
        """What is true right now."""
        return Truth(
            powered=self.powered,
            state=self.report["gcode_state"],
            print_error=self.report["print_error"],
            plate_present=self.physics.plate_present,
            plate_occupied=self.physics.plate_occupied,
            plates_left=self.physics.plates_left,
            swapping=self.physics.swapping,
            bed_temperature=self.physics.bed.temperature,
            nozzle_temperature=self.physics.nozzle.temperature,
            files={path: len(file.content) for path, file in self.card.files.items()},
            job=self.lifecycle.job,
            jobs=tuple(self.lifecycle.jobs),
        )

    @property
    def health(self) -> list[health.Entry]:
        """The health entries that stand."""
        return [*health.standing(self.faults), *self.report["hms"]]

    def fault(
        self,
        fault: Fault | str,
        *,
        times: int | None = None,
        value: float | str | None = None,
    ) -> None:
        """Let a fault happen, so often or until it is healed. `faults.py` has them all."""
        self.faults.add(Fault(fault), times, value)
        if fault == Fault.STANDING_HMS:
            self.send_full_report()
        self.journal.note("fault", fault=str(fault), times=times, value=value)

    def heal(self, fault: Fault | str | None = None) -> None:
        """End one fault, or all."""
        stood = Fault.STANDING_HMS in self.faults
        self.faults.heal(Fault(fault) if fault else None)
        if stood and Fault.STANDING_HMS not in self.faults:
            self.send_full_report()
        self.journal.note("healed", fault=str(fault) if fault else "all")

    async def until(
        self, condition: Callable[[Printer], bool], seconds: float = 10
    ) -> None:
        """Wait until something is true. Raises `TimeoutError` after real seconds."""
        news = asyncio.Event()
        deaf = self.journal.listen(lambda _: news.set())
        try:
            async with asyncio.timeout(seconds):
                while not condition(self):
                    news.clear()
                    try:
                        async with asyncio.timeout(0.02):
                            await news.wait()
                    except TimeoutError:
                        pass
        finally:
            deaf()

    # For the farm

    async def start(self) -> None:
        """Open both servers. Raises `OSError`."""
        await self._broker.start(self.host, self.spec.mqtt_port)
        await self._files.start(self.spec.ftps_port)
        self._ticking = asyncio.create_task(self._tick())
        self.journal.note("open", mqtt_port=self.mqtt_port, ftps_port=self.ftps_port)

    async def stop(self) -> None:
        """Close everything."""
        if self._ticking:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        await self.world.stop()
        await self.lifecycle.stop()
        await self._files.stop()
        await self._broker.stop()

    # For the parts of this printer

    def use(self, credentials: certificate.Credentials) -> None:
        """Show another certificate on new connections."""
        self._credentials = credentials
        credentials.load_into(self._context)

    def drop_connections(self) -> None:
        """Drop every connection."""
        self._broker.drop()
        self._files.drop()

    def say(self, **fields: Any) -> None:
        """Change fields and report them at once."""
        before = self.report["gcode_state"]
        self.report.set(**fields)
        self.report.flush()
        if (state := self.report["gcode_state"]) != before:
            self.journal.note("state", state=state, before=before)

    def echo(self, command: Json) -> None:
        """Answer a command of the category `print`."""
        self.send({"print": command})

    def send_full_report(self) -> None:
        """Send the whole document to everybody."""
        self._measure()
        message = self.report.full()
        lacking = self.faults.strike(Fault.MISSING_KEYS)
        missing: set[str] = set()
        if lacking:
            missing = {
                key.strip() for key in str(lacking.value or "gcode_state").split(",")
            }
            for key in missing:
                message["print"].pop(key, None)
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
        told = message.get("print", {}).get("upgrade_state")
        if told and (update := self.faults.strike(Fault.UPGRADE_STATUS)):
            told["status"] = str(update.value or "FLASHING")
        payload = json.dumps(
            message, separators=(",", ":"), ensure_ascii=False
        ).encode()
        if self.faults.happens(Fault.INVALID_UTF8):
            payload = payload[:-2] + b',"odd":"\xff\xfe\x80"}}'
        sessions = self._broker.publish(f"device/{self.serial}/report", payload)
        if sessions:
            said = facts(self, message)
            self.told.take(said, asyncio.get_running_loop().time())
            self.consent.hear(said.get("hms"))
        return sessions

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(max(self.clock.real(_TICK), _SHORTEST_TICK))
            if self.powered:
                self.lifecycle.progress()
                self._measure()
                self.report.flush()

    def _measure(self) -> None:
        bed, nozzle = self.physics.bed, self.physics.nozzle
        self.report.set(
            bed_temper=_number(bed.temperature),
            bed_target_temper=bed.target,
            nozzle_temper=_number(nozzle.temperature),
            nozzle_target_temper=nozzle.target,
            wifi_signal=f"{self._noise.randint(-54, -48)}dBm",
        )

    # What the broker asks

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

    def login(self, client: Connect) -> int:
        """User `bblp` and the access code."""
        if (client.username, client.password) == ("bblp", self.access_code):
            return ACCEPTED
        self.journal.note("login_refused", client_id=client.client_id)
        return BAD_CREDENTIALS

    def connected(self, session: Session) -> None:
        """Write it down; throw out the others if there is room for one only."""
        if self.faults.happens(Fault.ONE_CLIENT):
            self._broker.drop_others(session)
        self.journal.note(
            "connected", session=session.number, client_id=session.client_id
        )

    def disconnected(self, session: Session) -> None:
        """Write it down."""
        self.journal.note("disconnected", session=session.number)

    def may_subscribe(self, session: Session, topic: str) -> bool:
        """Anything but the request topic (FM-069); topics are never checked otherwise."""
        if matches(topic, f"device/{self.serial}/request"):
            self.journal.violation(Rule.REQUEST_TOPIC_SUBSCRIBED, topic=topic)
            return False
        self.journal.note("subscribed", session=session.number, topic=topic)
        return True

    def received(self, session: Session, message: Publish) -> bool:
        """Hand a request on."""
        if self.faults.happens(Fault.HALF_OPEN):
            self.journal.note("vanished", session=session.number)
            return False
        if message.topic != f"device/{self.serial}/request":
            self.journal.note("stray", session=session.number, topic=message.topic)
            return True
        try:
            request = json.loads(message.payload)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            self.journal.note("not_json", session=session.number)
            return True
        self._commands.handle(session, request, message.qos)
        return not self.faults.happens(Fault.NO_PUBACK)

    # What the file server asks

    def ftps_login(self, *, accepted: bool) -> None:
        """One at a time."""
        clients = self._files.clients
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

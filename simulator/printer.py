"""One printer, put together: the machine, its servers, and what tests may do with it."""

import asyncio
from collections.abc import Callable

from . import certificate
from .clients import Clients
from .clock import Clock
from .faults import Fault
from .machine import Machine
from .mqtt import Session
from .servers import Servers
from .spec import PrinterSpec
from .truth import Truth
from .world import World

_TICK = 2.0
"""Simulated seconds between two reports, as recorded."""
_SHORTEST_TICK = 0.01
"""Real seconds, however fast the clock runs. State changes are not bound to ticks."""


class Printer:
    """Made by a `Farm`, which opens and closes it."""

    host = Machine.host

    def __init__(self, spec: PrinterSpec, serial: str, clock: Clock) -> None:
        """Nothing is opened before `start`."""
        self.machine = Machine(spec, serial, clock, self._publish)
        self._servers = Servers(
            Clients(self.machine),
            self.machine,
            spec.credentials
            or certificate.make(serial, version=spec.certificate_version),
        )
        self.world = World(self.machine, self._servers)
        self.spec, self.serial = spec, serial
        self.model, self.firmware = self.machine.model, self.machine.firmware
        self.journal, self.card = self.machine.journal, self.machine.card
        self.lifecycle, self.clock = self.machine.lifecycle, clock
        self._ticking: asyncio.Task[None] | None = None

    @property
    def mqtt_port(self) -> int:
        """The port in use."""
        return self._servers.broker.port

    @property
    def ftps_port(self) -> int:
        """The port in use."""
        return self._servers.files.port

    @property
    def certificate_pem(self) -> str:
        """The leaf certificate that new connections are shown."""
        return self._servers.certificate

    @property
    def access_code(self) -> str:
        """The code that logs in now."""
        return self.machine.access_code

    @property
    def powered(self) -> bool:
        """Whether it is on."""
        return self.machine.powered

    @property
    def clients(self) -> int:
        """How many MQTT clients are logged in."""
        return len(self._servers.broker.sessions)

    @property
    def truth(self) -> Truth:
        """What is true right now."""
        machine, physics = self.machine, self.machine.physics
        return Truth(
            powered=machine.powered,
            state=machine.report["gcode_state"],
            print_error=machine.report["print_error"],
            plate_present=physics.plate_present,
            plate_occupied=physics.plate_occupied,
            plates_left=physics.plates_left,
            swapping=physics.swapping,
            bed_temperature=physics.bed.temperature,
            nozzle_temperature=physics.nozzle.temperature,
            files={path: len(file.content) for path, file in self.card.files.items()},
            job=self.lifecycle.job,
            jobs=tuple(self.lifecycle.jobs),
        )

    def fault(
        self,
        fault: Fault | str,
        *,
        times: int | None = None,
        value: float | str | None = None,
    ) -> None:
        """Let a fault happen, so often or until it is healed. `faults.py` has them all."""
        self.machine.faults.add(Fault(fault), times, value)
        if fault == Fault.STANDING_HMS:
            self.machine.send_full_report()
        self.journal.note("fault", fault=str(fault), times=times, value=value)

    def heal(self, fault: Fault | str | None = None) -> None:
        """End one fault, or all."""
        faults = self.machine.faults
        stood = Fault.STANDING_HMS in faults
        faults.heal(Fault(fault) if fault else None)
        if stood and Fault.STANDING_HMS not in faults:
            self.machine.send_full_report()
        self.journal.note("healed", fault=str(fault) if fault else "all")

    async def until(
        self, condition: Callable[[Printer], bool], seconds: float = 10
    ) -> None:
        """Wait until something is true. Raises `TimeoutError` after real seconds."""
        news = asyncio.Event()
        stop_listening = self.journal.listen(lambda _: news.set())
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
            stop_listening()

    # For the farm

    async def start(self) -> None:
        """Open both servers. Raises `OSError`."""
        spec = self.spec
        await self._servers.start(self.host, spec.mqtt_port, spec.ftps_port)
        self._ticking = asyncio.create_task(self._tick())
        self.journal.note("open", mqtt_port=self.mqtt_port, ftps_port=self.ftps_port)

    async def stop(self) -> None:
        """Close everything."""
        if self._ticking:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        await self.world.stop()
        await self.lifecycle.stop()
        await self._servers.stop()

    def _publish(self, topic: str, payload: bytes) -> list[Session]:
        return self._servers.broker.publish(topic, payload)

    async def _tick(self) -> None:
        machine = self.machine
        while True:
            await asyncio.sleep(max(self.clock.real(_TICK), _SHORTEST_TICK))
            if machine.powered:
                self.lifecycle.progress()
                machine.measure()
                machine.report.flush()

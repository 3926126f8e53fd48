"""What happens at a printer without its client: people, power, spools, trouble."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from posixpath import basename, dirname
import secrets
import time
from typing import Any

from . import certificate
from .document import CARD_PRESENT, Spool, ams, home_flag
from .job import Job, Source
from .lifecycle import POWER_LOST
from .machine import Machine
from .print_file import BadFileError, PlateFile, read
from .servers import Servers

AMS_CANNOT_FEED = 0x12008006


class World:
    """Everything a test can let happen. Simulated seconds."""

    def __init__(self, machine: Machine, servers: Servers) -> None:
        """Nothing has happened yet."""
        self._machine = machine
        self._servers = servers
        self._tasks: set[asyncio.Task[None]] = set()
        self._booting: asyncio.Task[None] | None = None
        self._generation = 0

    async def stop(self) -> None:
        """End all tasks."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # People at the printer's screen, or with Bambu's apps

    def press_stop(self) -> None:
        """Abort the job on the touchscreen."""
        self._note("press_stop")
        self._machine.lifecycle.cancel(who="screen")

    def press_pause(self) -> None:
        """Pause on the touchscreen."""
        self._note("press_pause")
        self._machine.lifecycle.pause()

    def press_resume(self) -> None:
        """Resume on the touchscreen."""
        self._note("press_resume")
        self._machine.lifecycle.resume()

    def dismiss(self) -> None:
        """Close the message about the finished job: FINISH or FAILED becomes IDLE (FM-005)."""
        self._note("dismiss")
        self._machine.report.say(gcode_state="IDLE", print_error=0)

    def print_foreign(
        self,
        path: str = "/model/foreign.gcode.3mf",
        *,
        seconds: float = 900,
        source: str = "screen",
        clears_plate: bool = False,
        plate: int = 1,
    ) -> bool:
        """Print something that no client of ours asked for, from the card or the cloud.

        `source`: `screen` or `cloud`; the cloud's start is echoed to every client seconds
        before its job shows, as recorded. A file at `path` is used if it is on the card.
        False: a person cannot start anything now.
        """
        machine = self._machine
        if machine.lifecycle.busy or not machine.powered:
            return False
        self._note("print_foreign", path=path, source=source)
        if file := machine.card.find(path):
            what = read(
                bytes(file.content),
                f"Metadata/plate_{plate}.gcode",
                core_xy=machine.model.core_xy,
            )
        else:
            what = PlateFile(plate, seconds, 50, clears_plate=clears_plate)
        number = (
            str(secrets.randbelow(2**31 - 1) + 1) if source == Source.CLOUD else "0"
        )
        name = basename(path)
        machine.lifecycle.start(
            Job(Source(source), path, what, name, number, number, number, number)
        )
        if source == Source.CLOUD:
            machine.echo(
                {
                    "sequence_id": "0",
                    "command": "project_file",
                    "param": f"Metadata/plate_{plate}.gcode",
                    "subtask_name": name,
                    "subtask_id": number,
                    "result": "success",
                    "reason": "success",
                }
            )
        return True

    def calibrate(self) -> None:
        """Run a calibration: RUNNING with stages, at the end FINISH (FM-023)."""
        self._note("calibrate")
        if not self._machine.lifecycle.busy:
            what = PlateFile(1, 200, 0)
            self._machine.lifecycle.start(Job(Source.SYSTEM, "", what, "Calibration"))

    # Trouble

    def pause_with(
        self,
        error: int = AMS_CANNOT_FEED,
        *,
        attr: int = 0x12002000,
        code: int = 0x00020002,
        resume_after: float | None = None,
    ) -> None:
        """Pause the job by a fault; after some seconds it may go on by itself (FM-155)."""
        self._note("pause_with", error=f"{error:08X}")
        entry = {"attr": attr, "code": code, "action": 0, "timestamp": int(time.time())}
        if self._machine.lifecycle.pause(error, [entry] if attr else None):
            if resume_after is not None:
                self._soon(self._resume(resume_after))

    def take_backup_spool(self, tray: int) -> None:
        """Let the AMS go on from another tray with the same filament (FM-106)."""
        self._note("take_backup_spool", tray=tray)
        self._machine.lifecycle.feed(tray)

    def fail_with(self, error: int) -> None:
        """End the job by a fault that stays."""
        self._note("fail_with", error=f"{error:08X}")
        self._machine.lifecycle.fail(error)

    def set_error(self, error: int) -> None:
        """Show an error, or 0 for none, without touching the job."""
        self._note("set_error", error=f"{error:08X}")
        self._machine.report.say(print_error=error)

    def set_hms(self, *entries: tuple[int, int]) -> None:
        """Replace the health messages: pairs of attr and code."""
        self._note("set_hms", entries=entries)
        now = int(time.time())
        self._machine.report.say(
            hms=[
                {"attr": attr, "code": code, "action": 0, "timestamp": now}
                for attr, code in entries
            ]
        )

    def accept_health(self, *, remember: bool | None = None) -> None:
        """Let the judge know that a person has accepted the entries that stand.

        By default those that concern neither plate nor motion are accepted for good.
        """
        self._note("accept_health", remember=remember)
        self._machine.consent.give(self._machine.health, remember=remember)

    def set_fields(self, **fields: Any) -> None:
        """Report anything: odd states, stages, firmware updates."""
        self._note("set_fields", **fields)
        self._machine.report.say(**fields)

    # Power and network

    def power_off(self) -> None:
        """Cut the power."""
        self._note("power_off")
        machine = self._machine
        if self._booting:
            self._booting.cancel()
        machine.powered = False
        machine.lifecycle.lose_power()
        self._servers.drop()

    def power_on(self, *, unfinished_print: bool = False) -> None:
        """Boot: an empty state first, then IDLE. A file in the root starts itself (FM-052)."""
        if self._machine.powered or (self._booting and not self._booting.done()):
            return
        self._note("power_on")
        self._booting = self._soon(self._boot(unfinished_print))

    def reboot(self) -> None:
        """Power off and on again."""
        self.power_off()
        self.power_on()

    def drop_connections(self) -> None:
        """Drop all MQTT and FTPS connections; they may come back at once."""
        self._note("drop_connections")
        self._servers.drop()

    def change_access_code(self, access_code: str) -> None:
        """Toggle LAN mode: a new code, and everybody is disconnected."""
        self._note("change_access_code")
        self._machine.access_code = access_code
        self._servers.drop()

    def change_certificate(self) -> None:
        """Show another certificate, as another machine at this address would."""
        self._note("change_certificate")
        self._generation += 1
        machine = self._machine
        self._servers.show(
            certificate.make(
                machine.serial,
                version=machine.spec.certificate_version,
                generation=self._generation,
            )
        )
        self._servers.drop()

    # Plate, card and spools

    def clear_plate(self) -> None:
        """Take the parts off by hand and put a plate on."""
        self._note("clear_plate")
        self._machine.physics.plate_occupied = False
        self._machine.physics.plate_present = True

    def occupy_plate(self) -> None:
        """Leave something on the plate."""
        self._note("occupy_plate")
        self._machine.physics.plate_occupied = True

    def refill(self, plates: int) -> None:
        """Put plates into the changer."""
        self._note("refill", plates=plates)
        self._machine.physics.plates_left = plates

    def set_bed(self, temperature: float) -> None:
        """Set the bed's temperature, °C."""
        self._note("set_bed", temperature=temperature)
        self._machine.physics.bed.temperature = temperature

    def set_spools(self, *trays: Spool | None) -> None:
        """Change the spools on the AMS lite."""
        self._note("set_spools")
        self._machine.trays = trays
        self._machine.report.say(ams=ams(trays))

    def put_file(self, path: str, content: bytes) -> None:
        """Place a file on the card with a card reader."""
        self._note("put_file", path=path)
        self._machine.card.put(path, content)

    def set_card(self, *, present: bool) -> None:
        """Pull the card out, or put it back."""
        self._note("set_card", present=present)
        self._machine.card.present = present
        card = CARD_PRESENT if present else 0
        self._machine.report.say(
            sdcard=present, home_flag=home_flag(homed=False, card=card)
        )

    def swap_card(self, *, seconds: float = 30) -> None:
        """Put another card in, without our files; without power no report shows it."""
        self._note("swap_card", seconds=seconds)
        self.set_card(present=False)
        self._machine.card.files.clear()
        if self._machine.powered:
            self._soon(self._put_card_in(seconds))
        else:
            self.set_card(present=True)

    # Other clients

    def obey_another(self, command: str, **fields: Any) -> None:
        """Take another client's command: every client gets the echo, no report shows it."""
        self._note("obey_another", command=command, **fields)
        self._machine.echo(
            {
                "sequence_id": "0",
                "command": command,
                **fields,
                "result": "success",
                "reason": "success",
            }
        )

    # How it is done

    async def _put_card_in(self, seconds: float) -> None:
        await self._machine.clock.sleep(seconds)
        self.set_card(present=True)

    def _note(self, act: str, **detail: Any) -> None:
        self._machine.journal.note("world", act=act, **detail)

    async def _resume(self, seconds: float) -> None:
        await self._machine.clock.sleep(seconds)
        self._note("resumed_by_itself")
        self._machine.lifecycle.resume()

    async def _boot(self, unfinished_print: bool) -> None:
        machine = self._machine
        await machine.clock.sleep(machine.spec.boot_seconds)
        document = machine.booted()
        machine.report.replace(document | {"gcode_state": ""})
        machine.pushing = True
        machine.powered = True
        machine.journal.note("booted")
        await machine.clock.sleep(3)
        self._note("ready")
        if unfinished_print:
            machine.report.say(
                gcode_state="PAUSE", mc_print_stage="3", print_error=POWER_LOST
            )
        else:
            machine.report.say(gcode_state="IDLE")
        await machine.clock.sleep(5)
        for path, file in machine.card.files.items():
            if (
                dirname(path) == "/"
                and path.endswith(".3mf")
                and not machine.lifecycle.busy
            ):
                with suppress(BadFileError):
                    what = read(bytes(file.content), "Metadata/plate_1.gcode")
                    self._note("ghost_start", path=path)
                    machine.lifecycle.start(
                        Job(Source.BOOT, path, what, basename(path))
                    )

    def _soon(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

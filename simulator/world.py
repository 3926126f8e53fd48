"""What happens at a printer without its client: people, power, spools, trouble."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from posixpath import basename, dirname
import secrets
import time
from typing import TYPE_CHECKING, Any

from . import certificate
from .document import CARD_PRESENT, Spool, ams, booted, home_flag
from .job import Job, Source
from .lifecycle import POWER_LOST
from .print_file import BadFileError, PlateFile, read

if TYPE_CHECKING:
    from .printer import Printer

AMS_CANNOT_FEED = 0x12008006


class World:
    """Everything a test can let happen. Simulated seconds."""

    def __init__(self, printer: Printer) -> None:
        """Nothing has happened yet."""
        self._printer = printer
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
        self._surprise("press_stop")
        self._printer.lifecycle.cancel(who="screen")

    def press_pause(self) -> None:
        """Pause on the touchscreen."""
        self._surprise("press_pause")
        self._printer.lifecycle.pause()

    def press_resume(self) -> None:
        """Resume on the touchscreen."""
        self._surprise("press_resume")
        self._printer.lifecycle.resume()

    def dismiss(self) -> None:
        """Close the message about the finished job: FINISH or FAILED becomes IDLE (FM-005)."""
        self._surprise("dismiss")
        self._printer.say(gcode_state="IDLE", print_error=0)

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
        printer = self._printer
        if printer.lifecycle.busy or not printer.powered:
            return False
        self._surprise("print_foreign", path=path, source=source)
        if file := printer.card.find(path):
            what = read(
                bytes(file.content),
                f"Metadata/plate_{plate}.gcode",
                core_xy=printer.model.core_xy,
            )
        else:
            what = PlateFile(plate, seconds, 50, clears_plate=clears_plate)
        number = (
            str(secrets.randbelow(2**31 - 1) + 1) if source == Source.CLOUD else "0"
        )
        name = basename(path)
        printer.lifecycle.start(
            Job(Source(source), path, what, name, number, number, number, number)
        )
        if source == Source.CLOUD:
            printer.echo(
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
        self._surprise("calibrate")
        if not self._printer.lifecycle.busy:
            what = PlateFile(1, 200, 0)
            self._printer.lifecycle.start(Job(Source.SYSTEM, "", what, "Calibration"))

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
        self._surprise("pause_with", error=f"{error:08X}")
        entry = {"attr": attr, "code": code, "action": 0, "timestamp": int(time.time())}
        if self._printer.lifecycle.pause(error, [entry] if attr else None):
            if resume_after is not None:
                self._soon(self._resume(resume_after))

    def take_backup_spool(self, tray: int) -> None:
        """Let the AMS go on from another tray with the same filament (FM-106)."""
        self._surprise("take_backup_spool", tray=tray)
        self._printer.lifecycle.feed(tray)

    def fail_with(self, error: int) -> None:
        """End the job by a fault that stays."""
        self._surprise("fail_with", error=f"{error:08X}")
        self._printer.lifecycle.fail(error)

    def set_error(self, error: int) -> None:
        """Show an error, or 0 for none, without touching the job."""
        self._surprise("set_error", error=f"{error:08X}")
        self._printer.say(print_error=error)

    def set_hms(self, *entries: tuple[int, int]) -> None:
        """Replace the health messages: pairs of attr and code."""
        self._surprise("set_hms", entries=entries)
        now = int(time.time())
        self._printer.say(
            hms=[
                {"attr": attr, "code": code, "action": 0, "timestamp": now}
                for attr, code in entries
            ]
        )

    def accept_health(self, *, remember: bool | None = None) -> None:
        """Tell the judge that a person accepts the entries that stand, as Home Assistant does.

        Without `remember`, for good if they concern neither plate nor motion.
        """
        self._surprise("accept_health", remember=remember)
        self._printer.consent.give(self._printer.health, remember=remember)

    def set_fields(self, **fields: Any) -> None:
        """Say anything: odd states, stages, firmware updates."""
        self._surprise("set_fields", **fields)
        self._printer.say(**fields)

    # Power and network

    def power_off(self) -> None:
        """Cut the power."""
        self._surprise("power_off")
        printer = self._printer
        if self._booting:
            self._booting.cancel()
        printer.powered = False
        printer.lifecycle.lose_power()
        printer.drop_connections()

    def power_on(self, *, unfinished_print: bool = False) -> None:
        """Boot: an empty state first, then IDLE. A file in the root starts itself (FM-052)."""
        if self._printer.powered or (self._booting and not self._booting.done()):
            return
        self._surprise("power_on")
        self._booting = self._soon(self._boot(unfinished_print))

    def reboot(self) -> None:
        """Power off and on again."""
        self.power_off()
        self.power_on()

    def drop_connections(self) -> None:
        """Drop all MQTT and FTPS connections; they may come back at once."""
        self._surprise("drop_connections")
        self._printer.drop_connections()

    def change_access_code(self, access_code: str) -> None:
        """Toggle LAN mode: a new code, and everybody is thrown out."""
        self._surprise("change_access_code")
        self._printer.access_code = access_code
        self._printer.drop_connections()

    def change_certificate(self) -> None:
        """Show another certificate, as another machine at this address would."""
        self._surprise("change_certificate")
        self._generation += 1
        printer = self._printer
        printer.use(
            certificate.make(
                printer.serial,
                version=printer.spec.certificate_version,
                generation=self._generation,
            )
        )
        printer.drop_connections()

    # Plate, card and spools

    def clear_plate(self) -> None:
        """Take the parts off by hand and put a plate on."""
        self._surprise("clear_plate")
        self._printer.physics.plate_occupied = False
        self._printer.physics.plate_present = True

    def occupy_plate(self) -> None:
        """Leave something on the plate."""
        self._surprise("occupy_plate")
        self._printer.physics.plate_occupied = True

    def refill(self, plates: int) -> None:
        """Put plates into the changer."""
        self._surprise("refill", plates=plates)
        self._printer.physics.plates_left = plates

    def set_bed(self, temperature: float) -> None:
        """Let the bed have a temperature, °C."""
        self._surprise("set_bed", temperature=temperature)
        self._printer.physics.bed.temperature = temperature

    def set_spools(self, *trays: Spool | None) -> None:
        """Change the spools on the AMS lite."""
        self._surprise("set_spools")
        self._printer.trays = trays
        self._printer.say(ams=ams(trays))

    def put_file(self, path: str, content: bytes) -> None:
        """Place a file on the card with a card reader."""
        self._surprise("put_file", path=path)
        self._printer.card.put(path, content)

    def set_card(self, *, present: bool) -> None:
        """Pull the card out, or put it back."""
        self._surprise("set_card", present=present)
        self._printer.card.present = present
        card = CARD_PRESENT if present else 0
        self._printer.say(sdcard=present, home_flag=home_flag(homed=False, card=card))

    def swap_card(self, *, seconds: float = 30) -> None:
        """Put another card in, with nothing of ours on it; without power nobody sees it."""
        self._surprise("swap_card", seconds=seconds)
        self.set_card(present=False)
        self._printer.card.files.clear()
        if self._printer.powered:
            self._soon(self._put_card_in(seconds))
        else:
            self.set_card(present=True)

    # Other clients

    def obey_another(self, command: str, **fields: Any) -> None:
        """Take another client's command: every client hears the echo, no report shows it."""
        self._surprise("obey_another", command=command, **fields)
        self._printer.echo(
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
        await self._printer.clock.sleep(seconds)
        self.set_card(present=True)

    def _surprise(self, act: str, **detail: Any) -> None:
        self._printer.journal.note("world", act=act, **detail)

    async def _resume(self, seconds: float) -> None:
        await self._printer.clock.sleep(seconds)
        self._surprise("resumed_by_itself")
        self._printer.lifecycle.resume()

    async def _boot(self, unfinished_print: bool) -> None:
        printer = self._printer
        await printer.clock.sleep(printer.spec.boot_seconds)
        document = booted(printer.model, printer.firmware, printer.trays)
        printer.report.replace(document | {"gcode_state": ""})
        printer.pushing = True
        printer.powered = True
        printer.journal.note("booted")
        await printer.clock.sleep(3)
        self._surprise("ready")
        if unfinished_print:
            printer.say(gcode_state="PAUSE", mc_print_stage="3", print_error=POWER_LOST)
        else:
            printer.say(gcode_state="IDLE")
        await printer.clock.sleep(5)
        for path, file in printer.card.files.items():
            if (
                dirname(path) == "/"
                and path.endswith(".3mf")
                and not printer.lifecycle.busy
            ):
                with suppress(BadFileError):
                    what = read(bytes(file.content), "Metadata/plate_1.gcode")
                    self._surprise("ghost_start", path=path)
                    printer.lifecycle.start(
                        Job(Source.BOOT, path, what, basename(path))
                    )

    def _soon(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

"""The course of one job: command, IDLE, PREPARE, RUNNING, FINISH or FAILED; pauses and ends."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
import posixpath
from typing import Any

from . import health
from .clock import Clock
from .document import home_flag
from .faults import Fault, Faults
from .job import Job, Outcome, Source
from .journal import Journal
from .physics import Physics
from .report import Report
from .timeline import STAGES, Timeline

CANCELLED = 0x0300400C
BUSY = 0x05004004
WRONG_NOZZLE = 0x05004038
NO_PLATE = 0x03008019
POWER_LOST = 0x03008007


class Lifecycle:
    """Runs one job at a time."""

    def __init__(
        self,
        clock: Clock,
        report: Report,
        physics: Physics,
        journal: Journal,
        faults: Faults,
        swap_seconds: float,
        on_finish: Callable[[], None],
    ) -> None:
        """`swap_seconds`: how long the changer takes at the end of a file's G-code.

        `on_finish` is called at each FINISH of a client's own job.
        """
        self._on_finish = on_finish
        self._clock = clock
        self._report = report
        self._physics = physics
        self._journal = journal
        self._faults = faults
        self._swap_seconds = swap_seconds
        self._task: asyncio.Task[None] | None = None
        """Runs the job."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._began = 0.0
        self._paused_at: float | None = None
        self._paused_stage = 0
        self._wake = asyncio.Event()
        self._timeline: Timeline | None = None
        self.job: Job | None = None
        self.finished_at: float | None = None
        """Real time (event loop) of the newest FINISH of a client's own job."""
        self.jobs: list[Job] = []
        """All that ended, oldest first."""

    @property
    def busy(self) -> bool:
        """A job runs, or was accepted and is being parsed."""
        return self.job is not None

    @property
    def paused(self) -> bool:
        """The job waits for `resume`."""
        return self._paused_at is not None

    # What commands and people do

    def start(self, job: Job) -> None:
        """Begin a job. The printer must not be busy."""
        assert self.job is None
        self.job = job
        self._paused_at = None
        self._task = self._spawn(self._run(job))

    def refuse(self, subtask_name: str, path: str, error: int) -> None:
        """Accept a start, then report its file as unusable; no job runs."""

        async def look_and_refuse() -> None:
            await self._clock.sleep(2)
            self._report.say(
                subtask_name=subtask_name,
                gcode_file=posixpath.basename(path),
                print_type="local",
                print_error=0,
                upgrade_state={"cur_state_code": 1},
            )
            await self._clock.sleep(2)
            self._report.say(
                print_error=error,
                print_type="idle",
                gcode_file=self._file_left(),
                upgrade_state={"cur_state_code": 0},
            )

        self._spawn(look_and_refuse())

    def pause(self, error: int = 0, hms: list[dict[str, int]] | None = None) -> bool:
        """Pause a running job; False if there is none."""
        running = self.job and self._report["gcode_state"] == "RUNNING"
        if self.paused or not running:
            return False
        self._paused_at = self._clock.now()
        self._paused_stage = self._report["stg_cur"]
        self._wake.set()
        fields: dict[str, Any] = {"gcode_state": "PAUSE", "mc_print_stage": "3"}
        if error:
            fields["print_error"] = error
        else:
            fields["stg_cur"] = 16
        if hms:
            fields["hms"] = hms
        self._report.say(**fields)
        return True

    def resume(self) -> bool:
        """Go on after a pause; False if there is none."""
        if self._paused_at is None:
            return False
        self._began += self._clock.now() - self._paused_at
        self._paused_at = None
        self._wake.set()
        self._report.say(
            gcode_state="RUNNING",
            mc_print_stage="2",
            print_error=0,
            stg_cur=self._paused_stage,
        )
        if self._report["hms"]:
            self._later(4, self._clear_health)
        return True

    def cancel(self, *, who: str) -> bool:
        """Stop the job as a person does; False if there is none."""
        if self.job is None:
            return False
        self._journal.note("cancel", who=who)
        self._end(Outcome.CANCELLED, CANCELLED)
        self._later(2, self._cancel_is_over)
        return True

    def fail(self, error: int) -> bool:
        """Stop the job by a fault, which stays; False if there is none."""
        if self.job is None:
            return False
        self._end(Outcome.FAILED, error)
        return True

    def feed(self, tray: int) -> None:
        """Go on with another tray for the filament in use."""
        if self.job and self._timeline:
            self._timeline.replace_tray(tray)

    def lose_power(self) -> None:
        """Stop everything without a report."""
        for task in self._tasks:
            task.cancel()
        self._timeline = self._paused_at = None
        if self.job:
            self._close(self.job, Outcome.LOST)
        self._physics.heaters_off()
        self._physics.swapping = False

    async def stop(self) -> None:
        """End all tasks."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def progress(self) -> None:
        """Set layer, percent and remaining time; called with every report."""
        if self._timeline and not self.paused:
            self._timeline.progress(self._clock.now() - self._began)

    # The course of a job

    async def _run(self, job: Job) -> None:
        if (slow := self._faults.number(Fault.SLOW_START, 135)) is not None:
            await self._clock.sleep(slow)
        await self._clock.sleep(2)
        self._announce(job)
        await self._clock.sleep(2)
        job.phase = "prepare"
        self._report.say(gcode_state="PREPARE")
        if self._report["hms"]:
            self._later(health.CLEARED_AFTER, self._clear_health)
        await self._clock.sleep(3)
        if job.source is Source.CLOUD:
            self._report.say(gcode_file_prepare_percent="100")
        await self._clock.sleep(1)
        if (
            error := self._faults.number(Fault.PREPARE_FAILS, WRONG_NOZZLE)
        ) is not None:
            self._task = None
            self._end(Outcome.FAILED, int(error))
            return
        job.phase = "running"
        job.started = self._began = self._clock.now()
        self._report.say(
            gcode_state="RUNNING",
            mc_print_stage="2",
            mc_percent=0,
            ams_rfid_status=3,
            stg=list(STAGES),
            layer_num=0,
            total_layer_num=job.plate.layers,
        )
        self._timeline = Timeline(
            job,
            self._report,
            self._physics,
            self._journal,
            self._swap_seconds,
            no_plate=self._no_plate,
        )
        for step in self._timeline.steps():
            await self._reach(step.at)
            if self.job is not job:
                return
            step.do()
            self._report.flush()
        self._task = None
        self._finish(job)

    def _announce(self, job: Job) -> None:
        """A local start shows as two seconds of IDLE with a file name."""
        name = posixpath.basename(job.path)
        fields: dict[str, Any] = {
            "subtask_name": job.subtask_name.replace("@", "_"),
            "gcode_file": name,
            "print_type": "local",
            "print_error": 0,
            "upgrade_state": {"dis_state": 0, "cur_state_code": 1},
        }
        for key in ("project_id", "profile_id", "task_id", "subtask_id"):
            fields[key] = getattr(job, key) if job.reported_ids else "0"
        if job.source is Source.CLOUD:
            fields |= {"print_type": "cloud", "gcode_file_prepare_percent": "0"}
        elif job.source is Source.SYSTEM:
            fields["print_type"] = "system"
        elif not self._faults.happens(Fault.SKIP_IDLE):
            fields["gcode_state"] = "IDLE"
        job.announced = True
        self._report.say(**fields)

    async def _reach(self, at: float) -> None:
        """Wait for a moment of the job's own time, which stops during a pause."""
        await asyncio.sleep(0)
        while True:
            self._wake.clear()
            left = (
                None
                if self.paused
                else self._clock.real(self._began + at - self._clock.now())
            )
            if left is not None and left <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left or 0.5, 0.5)):
                    await self._wake.wait()

    def _no_plate(self) -> None:
        self.pause(NO_PLATE)

    def _finish(self, job: Job) -> None:
        self._timeline = None
        self._close(job, Outcome.FINISHED)
        self._report.say(
            mc_print_stage="1",
            mc_percent=100,
            ams_rfid_status=0,
            spd_lvl=2,
            gcode_state="FINISH",
            gcode_file=self._file_left(),
            stg=[],
            stg_cur=255,
            print_type="idle",
            home_flag=home_flag(homed=False),
            upgrade_state={"dis_state": 1, "cur_state_code": 0},
        )
        if self._faults.happens(Fault.HMS_BETWEEN_PRINTS):
            self._report.say(hms=[health.entry(health.ASKEW)])

    def _end(self, outcome: Outcome, error: int) -> None:
        assert self.job
        if self._task:
            self._task.cancel()
            self._task = None
        self._timeline = None
        self._paused_at = None
        self._physics.heaters_off()
        self._physics.swapping = False
        self._close(self.job, outcome)
        self._report.say(print_error=error)
        self._report.say(
            gcode_state="FAILED",
            mc_print_stage="1",
            mc_percent=0,
            layer_num=0,
            gcode_file=self._file_left(),
            stg=[],
            stg_cur=255,
            spd_lvl=2,
            print_type="idle",
            ams_status=0,
            ams={"tray_now": "255", "tray_pre": "255", "tray_tar": "255"},
            upgrade_state={"dis_state": 1, "cur_state_code": 0},
        )

    def _file_left(self) -> str:
        return str(
            self._report["gcode_file"] if Fault.KEEPS_FILE in self._faults else ""
        )

    def _close(self, job: Job, outcome: Outcome) -> None:
        job.outcome, job.ended, job.phase = outcome, self._clock.now(), "ended"
        self.job = None
        self.jobs.append(job)
        if outcome is Outcome.FINISHED and job.source is Source.LAN:
            self.finished_at = asyncio.get_running_loop().time()
            self._on_finish()
        self._journal.note(
            "job_ended",
            outcome=outcome,
            source=job.source,
            subtask_id=job.subtask_id,
            subtask_name=job.subtask_name,
            file=job.path,
            plate=job.plate.index,
            layer=job.layer,
            swapped=job.swapped,
        )

    def _clear_health(self) -> None:
        if not self.paused:  # it may have paused again (FM-155)
            self._report.say(hms=[])

    def _cancel_is_over(self) -> None:
        if self._report["print_error"] == CANCELLED:
            self._report.say(print_error=0)

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        async def wait() -> None:
            await self._clock.sleep(seconds)
            do()

        self._spawn(wait())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

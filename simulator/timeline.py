"""What a printing job does when: stages, heat, filament, layers, end G-code, swap.

Times are those of the recorded local single-color print of an A1, in seconds of the job's
own time (0 = RUNNING, pauses left out). A job shorter than the recording has its beginning
and end shortened in proportion.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .document import home_flag
from .job import EXTERNAL, Job, Source
from .journal import Journal
from .physics import Physics
from .report import Report

STAGES = (2, 13, 24, 4, 3, 14, 13)
"""As announced at RUNNING."""
EMPTY = 255
"""As a tray number: none."""
_BEFORE_LAYER_1 = 297.0
_AFTER_STAGE_255 = 34.0
_BED, _NOZZLE, _NOZZLE_WAITING = 65, 220, 140


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens at a moment of the job."""

    at: float
    do: Callable[[], None]


class Timeline:
    """One job's steps, and its progress between them."""

    def __init__(
        self,
        job: Job,
        report: Report,
        physics: Physics,
        journal: Journal,
        swap_seconds: float,
        no_plate: Callable[[], None],
    ) -> None:
        """`no_plate` is called when the printer finds none."""
        self._job = job
        self._report = report
        self._physics = physics
        self._journal = journal
        self._no_plate = no_plate
        seconds = job.plate.seconds
        self._before = min(_BEFORE_LAYER_1, 0.45 * seconds) / _BEFORE_LAYER_1
        self._after = min(_AFTER_STAGE_255, 0.1 * seconds) / _AFTER_STAGE_255
        self._first = _BEFORE_LAYER_1 * self._before
        self._last = seconds - _AFTER_STAGE_255 * self._after
        self._swap_seconds = swap_seconds if job.plate.clears_plate else 0.0
        self._tray = self._wanted_tray(0)
        self._printing = False

    def steps(self) -> list[Step]:
        """All that will happen, in order; the last one is the moment of FINISH."""
        before, after, last = self._before, self._after, self._last
        swapped = last + 31 * after + self._swap_seconds
        if self._job.source is Source.SYSTEM:
            return [
                Step(4, self._stage(14)),
                Step(30, self._stage(3)),
                Step(90, self._stage(1)),
            ]
        warm_up = [Step(4 * before, self._heat), Step(6 * before, self._home)]
        if self._tray_is_missing():
            # No error is given: the job hangs while the AMS looks for the spool (FM-145).
            return [
                *warm_up,
                Step(39 * before, self._stage(77)),
                Step(float("inf"), _nothing),
            ]
        return [
            *warm_up,
            Step(39 * before, self._stage(24, mc_print_sub_stage=0)),
            Step(43 * before, self._change_filament),
            Step(120 * before, self._filament_changed),
            Step(143 * before, self._stage(3)),
            Step(
                177 * before,
                self._stage(14, mc_percent=self._percent(0.95 * self._first)),
            ),
            Step(254 * before, self._stage(13)),
            Step(self._first, self._first_layer),
            Step(last - 4 * after, self._last_layer),
            Step(last, self._stage(255)),
            Step(last + 2 * after, self._end_code),
            Step(last + 5 * after, self._swap_begins),
            Step(last + 19 * after, self._unload),
            Step(swapped, self._swap_ends),
            Step(swapped + 3 * after, _nothing),
        ]

    def progress(self, elapsed: float) -> None:
        """Set layer, percent and remaining time."""
        if not self._printing:
            return
        job, span = self._job, self._last - self._first
        done = min(1.0, max(0.0, (elapsed - self._first) / span))
        self._print_up_to(min(job.plate.layers, 1 + int(done * job.plate.layers)))
        self._report.set(
            mc_percent=self._percent(elapsed),
            mc_remaining_time=max(0, int((job.plate.seconds - elapsed) / 60)),
        )

    def _print_up_to(self, last: int) -> None:
        """Print layers; each change of trays is reported at its own layer, however fast time runs."""
        job = self._job
        changes = {since for since, _ in job.plate.tools if job.layer < since <= last}
        for layer in sorted(changes | {max(job.layer, last)}):
            job.layer = layer
            self._report.set(layer_num=layer)
            self.feed(self._wanted_tray(layer))

    def _percent(self, elapsed: float) -> int:
        """96 at the last layer; 100 comes with FINISH only."""
        return min(96, round(96 * elapsed / self._last))

    def feed(self, tray: int) -> None:
        """Change to another tray, in the order in which it was recorded."""
        if tray == self._tray:
            return
        self._tray = tray
        for now in (EMPTY, tray):
            self._report.set(ams={"tray_tar": str(tray)})
            self._report.flush()
            self._tray_now(now)
            self._report.flush()
        self._report.set(ams={"tray_pre": str(tray)})

    def replace_tray(self, tray: int) -> None:
        """Feed every filament that comes from the tray in use from another one."""
        trays = self._job.trays
        trays |= {slot: tray for slot, used in trays.items() if used == self._tray}
        self.feed(tray)

    def _wanted_tray(self, layer: int) -> int:
        slots = [slot for since, slot in self._job.plate.tools if since <= layer]
        first = self._job.plate.filaments[0] if self._job.plate.filaments else 1
        return self._job.tray(slots[-1] if slots else first)

    def _tray_now(self, tray: int) -> None:
        version = self._report["ams"]["version"] + 1
        self._report.set(ams={"tray_now": str(tray), "version": version})

    def _tray_is_missing(self) -> bool:
        bits = int(self._report["ams"]["tray_exist_bits"], 16)
        trays = set(self._job.trays.values()) - {EXTERNAL}
        return any(not bits >> tray & 1 for tray in trays)

    def _stage(self, number: int, **fields: Any) -> Callable[[], None]:
        return lambda: self._report.set(stg_cur=number, **fields)

    def _heat(self) -> None:
        self._physics.bed.target, self._physics.nozzle.target = _BED, _NOZZLE_WAITING
        minutes = int(self._job.plate.seconds / 60)
        self._report.set(stg_cur=2, ams_rfid_status=2, mc_remaining_time=minutes)

    def _home(self) -> None:
        self._report.set(
            stg_cur=13, mc_print_sub_stage=1, home_flag=home_flag(homed=True)
        )
        if self._physics.plate_occupied:
            self._journal.note("collision", source=self._job.source)
        if not self._physics.plate_present:
            self._no_plate()

    def _change_filament(self) -> None:
        self._physics.nozzle.target = _NOZZLE
        self._report.set(
            stg_cur=4,
            ams_status=258,
            mc_print_sub_stage=4,
            ams={"tray_tar": str(self._tray)},
        )

    def _filament_changed(self) -> None:
        self._report.set(
            ams_status=768,
            mc_print_sub_stage=0,
            mc_percent=self._percent(0.25 * self._first),
            hw_switch_state=1,
            ams={"tray_pre": str(self._tray)},
        )
        self._tray_now(self._tray)

    def _first_layer(self) -> None:
        self._printing = True
        self._physics.plate_occupied = True
        self._journal.note("first_layer")
        self._report.set(
            stg_cur=0, mc_print_sub_stage=1, total_layer_num=self._job.plate.layers
        )
        self.progress(self._first)

    def _last_layer(self) -> None:
        for _ in range(self._job.plate.jobs - 1):
            self._physics.swap()  # between the jobs of a packed file
            self._physics.plate_occupied = True
        self._printing = False
        self._print_up_to(self._job.plate.layers)
        self._report.set(mc_percent=96, mc_remaining_time=0)

    def _end_code(self) -> None:
        self._job.phase = "end"
        self._physics.bed.target = 0
        self._report.set(
            ams_status=258, mc_print_sub_stage=4, ams={"tray_tar": str(EMPTY)}
        )

    def _swap_begins(self) -> None:
        if self._job.plate.clears_plate:
            self._physics.swapping = True
            self._journal.note("swap_begins")

    def _unload(self) -> None:
        self._physics.nozzle.target = 0
        self._report.set(
            ams_status=0,
            hw_switch_state=0,
            mc_print_sub_stage=0,
            ams={"tray_pre": str(EMPTY)},
        )
        self._tray_now(EMPTY)

    def _swap_ends(self) -> None:
        self._report.set(spd_lvl=253)
        if self._job.plate.clears_plate:
            physics = self._physics
            physics.swap()
            self._job.swapped = True
            self._journal.note(
                "swap", plates_left=physics.plates_left, plate=physics.plate_present
            )


def _nothing() -> None:
    """Only time passes."""

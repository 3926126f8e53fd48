"""When two states of the search are the same: as what matters from now on.

Times count by their age, and only up to the age after which nothing changes any more.
Run ids count by their order.
"""

from collections.abc import Hashable
from dataclasses import fields
from datetime import datetime

from custom_components.bambu_batch.bambu.status import PrinterStatus, Uptime
from custom_components.bambu_batch.production.model import (
    Boot,
    BuildPlate,
    HealthEntry,
    Line,
    RemoteFile,
    RemovedTask,
    Run,
    Task,
)

from .printer import Job, Printer
from .world import World

OLD = 3700
"""Seconds after which no rule of the line looks at an age any more (retries: an hour)."""
YOUNG = 310
"""The same for everything but retries and waits,"""
SEEN = 130
"""for a file that was seen on the card,"""
PRINTED = 460
"""for a run that nobody saw print: half of what its file says,"""
QUIET = 610
"""and for a printer that is not heard of, or a task that may come back."""

COUNTED = {
    Line: {
        "tasks", "removed", "run", "last_run_id", "running", "paused_by", "plate", "plates_left",
        "cooldown_from", "cooldown_seconds", "bed_hot_since", "remote", "transfer",
        "transfer_doubted", "deferred", "deferrals", "reported_error", "developer_mode_off", "health",
        "remembered_health",
        "asked_to_clear", "called_for", "stuck_on", "stuck_since", "silent_since", "boot",
    },
    Run: {
        "run_id", "task_id", "phase", "started", "from_state", "clears_plate",
        "printing_since", "worked", "unseen", "stop_asked", "cancel_seen", "error",
        "mapping", "trays", "remote_name",
    },
    Task: {
        "task_id", "plate_file", "copies", "settings", "clears_plate", "hold", "released",
        "finished", "failed", "cancelled", "retries", "removed", "removed_at",
    },
    RemovedTask: {"task", "behind"},
    BuildPlate: {"clear", "job", "watched", "uptime", "named", "file", "swapped", "plates", "seconds"},
    Boot: {"boot", "began"},
    RemoteFile: {"name", "sha256", "state", "failures", "failed", "cause", "missed", "checked", "unread"},
    HealthEntry: {"entry", "last_run", "accepted"},
    Printer: {
        "state", "job", "named", "since", "part", "received", "stopping", "error", "percent", "card",
        "files", "plates", "done", "hot", "hms", "keeps_file", "takes", "tells_ids",
    },
    World: {
        "line", "printer", "view", "late", "odd", "partly", "context", "link", "time", "skew",
        "boot", "booted", "jumps", "absences", "start",
        "upload", "delete", "hidden", "echoed", "ended", "unsettled", "heard", "stuck", "quiet",
        "trusted", "proven", "other_card", "tried", "hot", "committed",
    },
}  # fmt: skip
"""The fields that `key` looks at."""
LEFT_OUT = {
    Line: {"refusal", "last_task_number", "clearing_notes", "told_by_others"},
    Run: {
        "name", "copy", "plates", "external_spool", "layer", "total_layers", "loaded", "spools",
    },
    Task: {"name"},
    RemovedTask: set(),
    BuildPlate: set(),
    Boot: set(),
    RemoteFile: set(),
    HealthEntry: {"since"},
    Printer: set(),
    World: {"asked", "taken", "printed"},
}  # fmt: skip
"""And those that follow from others or decide nothing."""


def overlooked() -> set[str]:
    """Return the fields that neither list names: two states might be taken for one."""
    return {
        f"{kind.__name__}.{field.name}"
        for kind, counted in COUNTED.items()
        for field in fields(kind)
        if field.name not in counted | LEFT_OUT[kind]
    }


def key(world: World) -> Hashable:
    """Return what tells this state from others."""
    return _Key(world).whole()


class _Key:
    def __init__(self, world: World) -> None:
        self._world = world
        self._now = world.now
        printer, line = world.printer, world.line
        ids = {line.last_run_id, *world.unsettled}
        if line.run:
            ids.add(line.run.run_id)
        for job in (printer.job, printer.received):
            if job:
                ids.add(job.number)
        self._shown = _number(world.view.subtask_id, world.view.subtask_name)
        self._bound = _number(*_split(line.plate.job)) if line.plate.job else 0
        self._named = _number(*_split(f" {line.plate.named}"))
        ids |= {self._shown, self._bound, self._named, 0}
        self._rank = {number: rank for rank, number in enumerate(sorted(ids))}

    def whole(self) -> Hashable:
        world = self._world
        return (
            self._line(world.line),
            world.committed and self._rode(world.committed),
            self._printer(world.printer),
            self._view(world.view),
            world.late,
            world.odd,
            world.partly,
            world.link,
            world.context,
            world.skew,
            world.jumps,
            world.absences,
            self._seconds(world.booted),
            self._seconds(world.hot, OLD),
            world.start is not None and self._run(world.start.run),
            world.upload is not None and world.upload.name,
            world.delete,
            self._seconds(world.hidden),
            self._seconds(world.echoed),
            self._seconds(world.ended),
            tuple(sorted(self._rank[number] for number in world.unsettled)),
            world.heard,
            world.trusted,
            world.proven,
            world.other_card,
            world.tried,
            world.stuck and (world.stuck[0], self._seconds(*world.stuck[1:])),
            self._seconds(world.quiet, QUIET),
        )

    def _line(self, line: Line) -> Hashable:
        plate = line.plate
        swaps = max(YOUNG, PRINTED * self._world.options.plate_stack)
        return (
            tuple(map(self._task, line.tasks)),
            tuple((self._task(one.task), one.behind) for one in line.removed),
            line.run is not None and self._run(line.run),
            self._rank[line.last_run_id],
            line.running,
            line.paused_by,
            (
                plate.clear,
                plate.job and plate.job.split(" ")[0],
                self._rank[self._bound],
                self._age(plate.watched, swaps),
                plate.file,
                self._since(plate.uptime, swaps),
                plate.named and (self._rank[self._named], plate.named.split("_")[0]),
                plate.swapped,
                plate.plates,
                plate.seconds,
            ),
            self._boot(line.boot),
            line.plates_left,
            self._age(line.cooldown_from),
            line.cooldown_seconds,
            self._age(line.bed_hot_since, OLD),
            tuple(
                (
                    file.name,
                    file.state,
                    min(file.failures, 3),
                    self._age(file.failed, OLD),
                    file.cause,
                    file.missed,
                    self._age(file.checked, SEEN),
                    file.unread,
                )
                for file in line.remote
            ),
            line.transfer,
            line.transfer_doubted,
            self._age(line.deferred),
            min(line.deferrals, 38),
            line.reported_error,
            line.developer_mode_off,
            tuple(
                (one.entry, one.last_run == line.last_run_id, one.accepted)
                for one in line.health
            ),
            line.remembered_health,
            line.asked_to_clear,
            line.called_for,
            line.stuck_on,
            self._age(line.stuck_since, OLD),
            self._age(line.silent_since, QUIET),
        )

    def _rode(self, committed: Line) -> Hashable:
        """All that may differ from the line, and that this search counts."""
        return (
            committed.stuck_on,
            self._age(committed.stuck_since, OLD),
            self._age(committed.silent_since, QUIET),
        )

    def _boot(self, boot: Boot | None) -> Hashable:
        if boot is None:
            return None
        return (boot.boot == self._world.uptime.boot, self._age(boot.began, OLD))

    def _task(self, task: Task) -> Hashable:
        return (
            task.task_id,
            task.plate_file.sha256[:1],
            task.copies,
            task.settings.cooldown_seconds,
            task.clears_plate,
            task.hold,
            task.released,
            task.finished,
            task.failed,
            task.cancelled,
            task.retries,
            task.removed,
            self._age(task.removed_at, QUIET),
        )

    def _run(self, run: Run) -> Hashable:
        old = YOUNG if run.worked else PRINTED
        return (
            self._rank.get(run.run_id),
            run.task_id,
            run.phase,
            self._age(run.started, old),
            run.from_state,
            run.clears_plate,
            self._age(run.printing_since, old),
            run.worked,
            run.unseen,
            run.stop_asked,
            run.cancel_seen,
            run.error,
            run.mapping,
            run.trays[-1:] and run.trays[-1][1],  # another one is committed at once
        )

    def _printer(self, printer: Printer) -> Hashable:
        return (
            printer.state,
            self._job(printer.job),
            printer.named,
            self._seconds(printer.since),
            printer.part,
            self._job(printer.received),
            printer.stopping,
            printer.error,
            printer.percent,
            printer.card,
            printer.files,
            printer.plates,
            tuple(sorted(self._rank[n] for n in printer.done if n in self._rank)),
            printer.hot,
            printer.hms,
            printer.keeps_file,
            printer.takes,
            printer.tells_ids,
        )

    def _view(self, view: PrinterStatus) -> Hashable:
        return (
            view.connected,
            view.complete,
            view.gap,
            self._age(view.received),
            self._since(view.received_uptime),
            view.state,
            view.stage,
            view.print_type,
            view.gcode_file,
            view.percent,
            view.subtask_id == "0",
            self._rank[self._shown],
            view.print_error,
            view.hms,
            view.card,
            view.upgrade_state,
            view.upgrade_status,
            view.inconsistent_firmware,
            view.forced_upgrade,
            view.signed_commands_only,
            view.model,
            view.trays and len(view.trays),
            view.trays is None,
            view.bed_temperature,
            view.nozzle_diameter,
            view.legacy_state,
            view.foreign,
        )

    def _job(self, job: Job | None) -> Hashable:
        if job is None:
            return None
        return (
            self._rank[job.number],
            job.number == 0 and job.name,
            job.clears,
            job.plates,
            job.ours,
        )

    def _age(self, time: datetime | None, old: int = YOUNG) -> int | None:
        """Ages begin at 1: -1 and -2 have one hash.

        A clock that may still be set can make what is old young again.
        """
        if time is None:
            return None
        old += self._world.jumps
        return max(min(int((self._now - time).total_seconds()), old), -old) + old + 1

    def _since(self, uptime: Uptime | None, old: int = YOUNG) -> Hashable:
        """Nobody can set this one; over another boot it says nothing."""
        passed = self._world.uptime.since(uptime)
        return uptime is None, passed and min(int(passed.total_seconds()), old)

    def _seconds(self, time: int | None, old: int = YOUNG) -> int | None:
        return None if time is None else min(self._world.time - time, old)


def _number(subtask_id: str | None, subtask_name: str | None) -> int:
    """Return the run's id that a report shows, by id or by the end of our name."""
    if subtask_id and subtask_id.isdigit() and subtask_id != "0":
        return int(subtask_id)
    digits = (subtask_name or "").rpartition("_")[2]
    return int(digits) if digits.isdigit() else 0


def _split(job: str) -> tuple[str, str]:
    identity, _, name = job.partition(" ")[2].partition("/")
    return identity, name

"""The laws: what must hold at every move and in every state (I1 to I6 of the design)."""

from collections.abc import Mapping
from dataclasses import replace
import re

from custom_components.bambu_batch.bambu.status import Card, Hms, PrintState
from custom_components.bambu_batch.production.context import StartWhen
from custom_components.bambu_batch.production.effect import (
    Announce,
    News,
    Record,
    StartPrint,
    WakeAt,
)
from custom_components.bambu_batch.production.event import (
    AcceptHealth,
    ClearQueue,
    ConfirmPlateClear,
    ContextChanged,
    Enqueue,
    ForgetHealth,
    RemoveTasks,
    ResolveTask,
    Restarted,
    RestoreTasks,
    StartRefused,
    UpdateTask,
)
from custom_components.bambu_batch.production.fit import hold_of
from custom_components.bambu_batch.production.gate import Reason, is_fresh
from custom_components.bambu_batch.production.job import seems_at_rest
from custom_components.bambu_batch.production.line import advance
from custom_components.bambu_batch.production.model import (
    Hold,
    Outcome,
    PauseReason,
    Phase,
    Run,
    Task,
    Transfer,
)
from custom_components.bambu_batch.production.plate import plate_is_clear

from . import limits
from .printer import A_PRINT_TAKES, ACTIVE, CANCELLED, FEED_FAULT, NO_PLATE, POWER_LOST
from .reasons import reasons_of
from .world import LOOKED, LawBroken, Link, Step, World, undated

FRESH = 60
"""Seconds for which an old report may be believed: what happens then nobody can know."""
A_WHOLE_PRINT = max(A_PRINT_TAKES, 900 // 2)
"""Seconds: the file says 900, the fastest speed mode needs more than half of it."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_WHEN_PRINTER_MOVED = (ContextChanged, Restarted)
TEN_MINUTES = 600
PLATE_ASKEW = Hms(attr=0x0300_0D00, code=0x0002_0003)
HARMLESS = frozenset({Hms(attr=0x0C00_0100, code=0x0001_0004)})
"""Of the entries that the search knows: recorded to stand while printers print."""
DOUBTFUL = frozenset({CANCELLED, NO_PLATE, POWER_LOST})
NOT_KNOWN = {Reason.OFFLINE, Reason.NO_FULL_REPORT, Reason.STALE_REPORT}
ENDED_BY_THEMSELVES = {
    *NOT_KNOWN,
    Reason.PRINTING,
    Reason.QUEUE_EMPTY,
    Reason.FOREIGN_PRINT,
    Reason.COOLDOWN,
    Reason.BED_HOT,
    Reason.INTERLOCK,
    Reason.UPLOADING,
}
"""Waits of which nobody has to be told at once; a bed that stays hot pauses the queue."""
SILENCE = 600
"""Seconds for which a printer may be away, or say too little, before somebody knows,"""
STANDSTILL = {
    PrintState.PREPARE: 1200,
    PrintState.SLICING: 1200,
    PrintState.RUNNING: 3600,
}
"""for which a print of ours may show one and the same state, 10 min in any other,"""
LONGEST = {Reason.UPLOADING: 3600, Reason.UPDATING_FIRMWARE: 3600}
"""and for which one of the other waits may last that should end by themselves."""
HANGS = {"no_progress", "print_paused"}
CALLS: dict[Reason, set[str]] = {
    Reason.PRINT_ERROR: {
        News.PRINT_ERROR,
        News.PLATE_NEEDS_CLEARING,
        News.TASK_UNCERTAIN,
        Reason.PRINT_ERROR,
    },
    Reason.QUEUE_PAUSED: {News.QUEUE_PAUSED},
    Reason.TASK_UNCERTAIN: {News.TASK_UNCERTAIN},
    Reason.PRINT_FAILED: {News.PLATE_NEEDS_CLEARING},
    Reason.PLATE_NOT_CLEAR: {News.PLATE_NEEDS_CLEARING},
    Reason.PLATES_EMPTY: {News.PLATES_EMPTY, Reason.PLATES_EMPTY},
}
"""The news that tell of a wait; of the others, the call that names the reason."""


def _law(holds: bool, text: str) -> None:
    if not holds:
        raise LawBroken(text)


def after_step(step: Step) -> World:
    """Check what one event did; returns the world after it, with the search's own books kept."""
    before, after = step.before, step.after
    line = after.line
    starts = [e.run for e in step.effects if isinstance(e, StartPrint)]
    _law(len(starts) <= 1, "I2: two starts in one step")
    for run in starts:
        _law(line.run == run, "I2: a start that the line does not know of")
        _law(run.run_id > before.line.last_run_id, "FM-010: a run id is used again")
        _law(run.run_id < 2**31 and bool(_NAME.fullmatch(run.name)), "FM-010, FM-012")
        old = (
            line.deferred
            and after.view.received
            and after.view.received <= line.deferred
        )
        _law(not old, "a start on the report on which one could not be sent")
    for effect in step.effects:
        if isinstance(effect, Record):
            _record_is_true(step, effect)
        if isinstance(effect, WakeAt):
            _law(effect.time > after.now, "I5: waking up in the past")
    if not before.view.complete and isinstance(step.event, _WHEN_PRINTER_MOVED):
        loud = [
            effect
            for effect in step.effects
            if isinstance(effect, Record)
            or (isinstance(effect, Announce) and effect.waiting_for not in NOT_KNOWN)
        ]
        _law(not loud, "FM-122: news before the first full report")
    _waits_lead_on(step)
    _uncertain_is_occupied(step)
    _bed_is_given_up_in_time(step)
    _a_word_counts(step)
    _codes_make_doubtful(step)
    limits.after_step(step)
    trusted, proven = _vouched(step)
    after = replace(
        _books(step),
        heard=_heard(step),
        stuck=_stuck(step),
        quiet=_quiet(step),
        hot=_hot(step),
        tried=limits.tried(step),
        trusted=trusted,
        proven=proven,
    )
    _accepted_health_blocks_nothing(after)
    _somebody_was_called(after)
    _copies_add_up(after)
    return after


def in_state(world: World) -> None:
    """Check what must hold in every state."""
    line, view = world.line, world.view
    run = line.run
    _law(run is None or line.task(run.task_id) is not None, "a run without a task")
    _law(
        all(
            not t.removed or (run is not None and run.task_id == t.task_id)
            for t in line.tasks
        ),
        "a removed task stays",
    )
    _law(line.run is not None or not world.unsettled, "I2: a sent start is forgotten")
    excused = world.hidden is not None and world.time - world.hidden < FRESH
    believed = view.complete and is_fresh(world.sees, world.now) and not view.gap
    if believed and plate_is_clear(line, view) and seems_at_rest(view) and not excused:
        _law(not world.printer.part, "I4: an occupied plate is believed clear")
    if world.late:
        return
    _reasons_are_true(world)
    again, effects = advance(line, LOOKED, world.sees, world.now)
    _law(again == line, "looking twice changes something")
    _law(
        all(isinstance(effect, WakeAt) for effect in effects),
        "looking twice does something",
    )


def _reasons_are_true(world: World) -> None:
    """I5: who looks at the reasons is told what somebody at the printer sees."""
    printer, view, run = world.printer, world.view, world.line.run
    if undated(view) != undated(world.told) or not is_fresh(world.sees, world.now):
        return
    reasons = reasons_of(world)
    at_work = printer.job if printer.state in ACTIVE else None
    ours = at_work is not None and run is not None and at_work.number == run.run_id
    if at_work is not None and not ours:
        _law(Reason.FOREIGN_PRINT in reasons, "I5: somebody else's print is not named")
    if ours and run is not None and run.phase is Phase.PRINTING:
        first = {0: Reason.PRINTING, FEED_FAULT: Reason.PRINT_ERROR}
        named = first.get(printer.error, reasons[0])
        _law(reasons[0] is named, "I5: our print is not named, or its error")
    if printer.state is PrintState.FAILED and printer.part:
        _law(Reason.PRINT_FAILED in reasons, "I5: the failed print is not named")


def at_publish(world: World) -> None:
    """Check, when a start leaves, that the printer is really ready for it."""
    start, printer, view = world.start, world.printer, world.view
    assert start is not None
    _law(world.line.run == start.run, "I2: a start of a run that the line has not")
    _law(start.run.phase is Phase.STARTING, "I2: a start of a run that has begun")
    task = world.line.task(start.run.task_id)
    _law(task is not None and not task.removed, "FM-016: a removed task is started")
    _law(not world.unsettled, "I2: a copy may be printed twice")
    there = start.remote_name in printer.files or world.other_card
    _law(there, "a start without its file")
    _law(
        view.complete and is_fresh(world.sees, world.now),
        "I1: a start on an old report",
    )
    _law(not view.gap, "I1: a start after a lost message")
    _law(world.upload is None and world.delete is None, "FM-050: a start in a transfer")
    _as_everybody_wants(world)
    _as_the_report_must_say(world)
    if world.ended is not None:
        wait = world.options.cooldown_seconds
        _law(world.time - world.ended >= wait, "I1: a start in the cooldown")
    if world.options.cooldown_bed_temperature is not None:
        _law(view.bed_temperature == 24.0, "FM-151: a start on a hot bed")
    _law(world.echoed is None, "FM-181: a start into one that was echoed")
    if world.hidden is not None and world.time - world.hidden < FRESH:
        return  # no report of it has come yet: nobody could know
    _law(not printer.busy, "I1: a start while the printer is at work")
    _law(not printer.part, "I1: a start on an occupied plate")
    _law(
        printer.received is None or printer.received.number == 0, "I2: two starts sent"
    )


def _as_everybody_wants(world: World) -> None:
    """Check what people and their options say about this start."""
    start, line, options = world.start, world.line, world.options
    assert start is not None
    task = line.task(start.run.task_id)
    _law(line.running, "a start of a queue that is paused")
    _law(
        task is not None and hold_of(task, world.sees.equipment) is None,
        "a held task starts",
    )
    _law(world.context.interlocks_hold is True, "a start against the interlocks")
    enough = line.plates_left >= start.run.plates or not options.plate_stack
    _law(enough, "I1: a start from an empty changer")
    there = world.printer.plates >= start.plate_file.packed or not options.plate_stack
    _law(there, "I1: a start from a changer that has run empty unseen")
    idle = world.view.state is PrintState.IDLE
    _law(idle or options.start_when is not StartWhen.IDLE_ONLY, "a start not from IDLE")


def _as_the_report_must_say(world: World) -> None:
    """Check each field that speaks against a start, said or not said (I1, I6)."""
    start, line, view = world.start, world.line, world.view
    assert start is not None
    _law(view.print_error == 0, "I1: a start with an error shown")
    left = (
        view.gcode_file == line.plate.file and view.print_stage == 1
    )  # a person has looked since
    _law(view.gcode_file == "" or left, "I1: another job's file is named")
    _law(view.stage is not None, "I1: not known to be idle")
    _law(view.print_type == "idle", "I1: a start while something is printed")
    _law(view.upgrade_status in (None, "IDLE"), "FM-182: an update in words")
    _law(not view.inconsistent_firmware, "FM-182: firmware that does not match")
    _law(view.upgrade_state == 0 and view.forced_upgrade is False, "I1: an update")
    _law(view.card is Card.NORMAL, "I1: a start without a card")
    _law(view.model == "N1" and view.nozzle_diameter == 0.4, "I1: another printer")
    signed = line.developer_mode_off or bool(view.signed_commands_only)
    _law(not signed, "I1: a start that will be refused")
    _law(view.hms is not None, "I6: unknown health")
    well = {entry for entry in view.hms or () if not _forbidden(world, entry)}
    _law(set(view.hms or ()) == well, "FM-157: a start with what nobody has accepted")
    loaded = {tray.number for tray in view.trays or () if tray.loaded}
    _law(
        {tray for tray in start.run.mapping if tray >= 0} <= loaded, "FM-100: no spool"
    )


def _forbidden(world: World, entry: Hms) -> bool:
    accepted = world.trusted | world.line.remembered_health
    return entry not in HARMLESS and entry not in accepted


def _vouched(step: Step) -> tuple[frozenset[Hms], frozenset[Hms]]:
    """Return which entries somebody vouches for, and which stand since before the start."""
    world, view = step.after, step.after.view
    trusted, proven = step.before.trusted, step.before.proven
    known = view.complete and view.hms is not None
    standing = frozenset(view.hms or ())
    kept = step.before.line.remembered_health
    if known:
        trusted, proven = trusted & standing, proven & standing
    match step.event:
        case AcceptHealth(remember=remember):
            now = standing - HARMLESS - kept - trusted
            new = world.line.remembered_health - kept
            wanted = {None: now - {PLATE_ASKEW}, True: now, False: set()}[remember]
            _law(new == wanted, "FM-157: remembered is not what was said")
            trusted |= now - new
        case ForgetHealth():
            gone = kept - world.line.remembered_health
            trusted, proven = trusted - gone, proven - gone
    for effect in step.effects:
        said = isinstance(step.event, ResolveTask)
        match effect:
            case Record(record) if record.outcome is Outcome.FINISHED and not said:
                trusted |= proven
            case StartPrint():
                proven = standing
    return trusted, proven


def _accepted_health_blocks_nothing(world: World) -> None:
    """FM-156: what is accepted does not block, let alone for ever."""
    entries = world.view.hms or ()
    blocks = any(_forbidden(world, entry) for entry in entries)
    reasons = reasons_of(world)
    _law((Reason.HMS_ERROR in reasons) == blocks, "FM-156: an accepted entry blocks")


def _a_word_counts(step: Step) -> None:
    """FM-164: a person's word about the plate is refused, or it holds."""
    if isinstance(step.event, ConfirmPlateClear):
        holds = step.after.line.plate.clear or step.after.start is not None
        _law(holds, "FM-164: a word is taken and dropped")


def _codes_make_doubtful(step: Step) -> None:
    """Under a cancel's, a plate's or a power loss's code any plate is doubtful (I4)."""
    if step.after.view.print_error in DOUBTFUL:
        clear = step.after.line.plate.clear
        _law(not clear, "I4: a plate is believed clear under its code")
        starts = [one for one in step.effects if isinstance(one, StartPrint)]
        _law(not starts, "I1: a start under a code")


def _record_is_true(step: Step, effect: Record) -> None:
    record = effect.record
    run_id = record.run.run_id
    said = isinstance(step.event, ResolveTask)
    if record.outcome is Outcome.FINISHED and not said:
        done = run_id in step.before.printer.done or _nobody_can_know(step, record.run)
        _law(done, "I3: a copy counts as printed and is not")
    if record.outcome is Outcome.NOT_STARTED:
        told = said or isinstance(step.event, StartRefused)
        _law(told, "I2: nobody has said that it did not start")
    _law(
        record.run.task_id in {t.task_id for t in step.before.line.tasks}, "whose run?"
    )


def _uncertain_is_occupied(step: Step) -> None:
    """I4: nobody knows what a run has done whose end nobody knows."""
    runs = [world.line.run for world in (step.before, step.after)]
    was, now = [run is not None and run.phase is Phase.UNCERTAIN for run in runs]
    if now and not was:
        _law(not step.after.line.plate.clear, "I4: an uncertain run left a clear plate")


def _hot(step: Step) -> int | None:
    """Return since when it waits for nothing but the bed."""
    world = step.after
    if reasons_of(world)[0] is not Reason.BED_HOT:
        return None
    return world.time if step.before.hot is None else step.before.hot


def _bed_is_given_up_in_time(step: Step) -> None:
    """I5: a bed that stays hot calls a person when the time is over, and not before."""
    since, time = step.before.hot, step.after.time
    timeout = step.after.options.cooldown_timeout_minutes * 60
    hot = _hot(step) is not None
    _law(not hot or since is None or time - since < timeout, "I5: a bed hot for ever")
    paused = PauseReason.BED_STILL_HOT
    if step.after.line.paused_by is paused and step.before.line.paused_by is not paused:
        _law(since is not None and time - since >= timeout, "I5: given up too early")


def _nobody_can_know(step: Step, run: Run) -> bool:
    """A job that fell back from preparing looks as if done, once there was time for it."""
    time = step.after.now - (run.printing_since or run.started)
    return run.unseen and not run.worked and time.total_seconds() >= A_WHOLE_PRINT


def _waits_lead_on(step: Step) -> None:
    """I5: every wait has a reason, and one that only time ends has an alarm."""
    world = step.after
    line = world.line
    reasons = reasons_of(world)
    _law(bool(reasons), "I5: nothing starts and nobody knows why")
    wakes = any(isinstance(effect, WakeAt) for effect in step.effects)
    first = reasons[0]
    if first in (Reason.COOLDOWN, Reason.BED_HOT):
        _law(wakes, "I5: a cooldown without an alarm")
    if first is Reason.UPLOADING and line.transfer is None:
        pausing = any(file.failed is not None for file in line.remote)
        _law(wakes and pausing, "I5: waiting for a transfer that nobody makes")
    if line.transfer is not None:
        in_flight = world.upload.name if world.upload else world.delete
        _law(line.transfer == in_flight, "I5: waiting for a transfer not in flight")
    run = line.run
    told = world.view.complete and not world.view.gap
    if run is not None and run.phase is Phase.STARTING and told:
        _law(wakes, "FM-008: a start without a deadline")
    if world.link is Link.DOWN:
        ready = any(file.state is Transfer.READY for file in line.remote)
        _law(not ready, "a file is believed complete without a connection")


def _heard(step: Step) -> frozenset[str]:
    """Return what a person was told of and what still is so."""
    line, view = step.after.line, step.after.view
    told = [effect for effect in step.effects if isinstance(effect, Announce)]
    heard = step.before.heard | {str(one.waiting_for or one.news) for one in told}
    over = {
        News.PLATE_NEEDS_CLEARING: plate_is_clear(line, view),
        News.TASK_UNCERTAIN: line.run is None or line.run.phase is not Phase.UNCERTAIN,
        News.QUEUE_PAUSED: line.running,
        News.PRINT_ERROR: line.reported_error == 0,
        News.PLATES_EMPTY: line.plates_left > 0,
    }
    first = reasons_of(step.after)[0]
    if first in NOT_KNOWN:
        return heard
    news = {one for one in heard if one in set(News) and not over.get(News(one), True)}
    words = HANGS if _same_progress(step) else set()
    return frozenset(news | heard & {first, *words})


def _same_progress(step: Step) -> bool:
    """Tell whether our print stands where it stood."""
    stuck = _stuck(step)
    return stuck is not None and stuck[1] < step.after.time


def _stuck(step: Step) -> tuple[str, int, int] | None:
    """Return what it waits for that must not last, since when, and how long it may."""
    world = step.after
    before = None if isinstance(step.event, Restarted) else step.before.stuck
    quiet = step.before.quiet
    if quiet is not None and world.time - quiet >= SILENCE:
        before = None
    first = reasons_of(world)[0]
    if first in NOT_KNOWN:
        return before
    limit = _limit(world, first)
    if limit is None:
        return None
    what = f"{first} {_progress(world)}" if first is Reason.PRINTING else first
    if first is Reason.UPLOADING:
        what = f"{first} {world.line.transfer}"
    return before if before and before[0] == what else (what, world.time, limit)


def _quiet(step: Step) -> int | None:
    """Return since when nothing that helps is known of the printer."""
    world, quiet = step.after, step.before.quiet
    if reasons_of(world)[0] not in NOT_KNOWN:
        return None
    begins = quiet is None or isinstance(step.event, Restarted)
    return world.time if begins else quiet


def _limit(world: World, first: Reason) -> int | None:
    """Return how many seconds this may last untold. None: for ever, or told of at once."""
    line, view = world.line, world.view
    at_work = view.state in {*ACTIVE, PrintState.SLICING}
    match first:
        case Reason.PRINTING:
            starts = line.run is not None and line.run.phase is Phase.STARTING
            state = view.state or PrintState.UNKNOWN
            return None if starts else STANDSTILL.get(state, SILENCE)
        case Reason.FOREIGN_PRINT:
            return None if at_work else SILENCE
        case Reason.PRINTER_BUSY:
            return SILENCE
        case Reason.PRINT_ERROR:
            waits = line.running and line.waiting and line.run is None
            return SILENCE if waits and not at_work else None
        case Reason.INTERLOCK:
            unknown = world.context.interlocks_hold is None
            return SILENCE if unknown else None
        case _:
            return LONGEST.get(first)


def _progress(world: World) -> str:
    view = world.view
    return f"{view.state} {view.stage} {view.percent}"


def _somebody_was_called(world: World) -> None:
    """I5: a wait that only a person ends was told when it began."""
    line, view = world.line, world.view
    first = reasons_of(world)[0]
    calls = CALLS.get(first, {first})
    if world.quiet is not None and not world.skew:
        soon = world.time - world.quiet < SILENCE
        told = bool(NOT_KNOWN & world.heard)
        _law(soon or told, "I5: nobody was told that nothing is heard of the printer")
    elif world.stuck is not None and not world.skew:
        _, since, limit = world.stuck
        soon = world.time - since < limit
        words = HANGS if first is Reason.PRINTING else calls
        told = bool(words & world.heard)
        _law(soon or told, f"I5: nobody was told that {first} lasts")
    match first:
        case _ if first in ENDED_BY_THEMSELVES:
            return
        case Reason.QUEUE_PAUSED if line.paused_by is None:
            return  # nobody has switched it on yet
        case Reason.PRINTER_BUSY:
            if line.run is not None or not seems_at_rest(view):
                return
        case Reason.PRINT_ERROR:
            if not seems_at_rest(view) or not (line.running and line.waiting):
                return
        case Reason.UPDATING_FIRMWARE if not view.forced_upgrade:
            return
    _law(bool(calls & world.heard), f"I5: nobody was told that it waits for {first}")


def _books(step: Step) -> World:
    """Keep the person's side of the books (I3)."""
    asked = dict(step.before.asked)
    known = {task.task_id: task for task in step.after.line.tasks}
    match step.event:
        case Enqueue(tasks):
            old = {task.task_id for task in step.before.line.tasks}
            news = [task for task in step.after.line.tasks if task.task_id not in old]
            _law(len(news) == len(tasks), "I3: a task is lost at once")
            asked |= {
                task.task_id: new.copies for task, new in zip(news, tasks, strict=True)
            }
        case UpdateTask(task_id=task_id, copies=int(copies)):
            asked[task_id] = copies
        case RemoveTasks(task_ids):
            for task_id in task_ids:
                del asked[task_id]
        case ClearQueue():
            asked = {}
        case RestoreTasks(task_ids):
            for task_id in task_ids:
                asked[task_id] = _comes_back_whole(step, task_id)
    wanted = {task_id for task_id, task in known.items() if not task.removed}
    _law(wanted == asked.keys(), "I3: a task is lost, or comes back")
    return replace(
        step.after,
        asked=tuple(sorted(asked.items())),
        taken=_taken(step, asked),
        printed=_printed(step),
    )


def _taken(step: Step, asked: Mapping[str, int]) -> tuple[tuple[Task, int], ...]:
    """Return the tasks that a person has taken out, as they were then."""
    out = [
        (task, step.before.time)
        for task in step.before.line.tasks
        if not task.removed and task.task_id not in asked
    ]
    older = [one for one in step.before.taken if one[0].task_id not in asked]
    return (*older, *out)


def _comes_back_whole(step: Step, task_id: str) -> int:
    """FM-162: exactly the task, but for copies that ended since. Returns its copies."""
    (was,) = [task for task, _ in step.before.taken if task.task_id == task_id]
    back = step.after.line.task(task_id)
    assert back is not None
    if was.hold is None and back.hold is Hold.FAILED_BEFORE:
        back = replace(back, hold=None)  # that, too, is an end since then
    _law(_unprinted(back) == _unprinted(was), "FM-162: another task comes back")
    return was.copies


def _unprinted(task: Task) -> Task:
    return replace(task, finished=0, failed=0, cancelled=0, retries=0)


def may_be_refused(step: Step | None, world: World, since: int) -> None:
    """FM-162: a task comes back within ten minutes, and later never."""
    in_time = world.time - since <= TEN_MINUTES
    _law(in_time is (step is not None), "FM-162: too late, or not in time")


def _printed(step: Step) -> tuple[tuple[str, int], ...]:
    """I2, I3: a copy that was printed counts, though its task was taken out meanwhile."""
    printed = dict(step.before.printed)
    for effect in step.effects:
        if isinstance(effect, Record) and effect.record.outcome is Outcome.FINISHED:
            task_id = effect.record.run.task_id
            printed[task_id] = printed.get(task_id, 0) + 1
    line = step.after.line
    for task in (*line.tasks, *(one.task for one in line.removed)):
        counted = printed.get(task.task_id, 0)
        _law(task.finished == counted, "I3: a printed copy does not count")
    return tuple(sorted(printed.items()))


def _copies_add_up(world: World) -> None:
    line, asked = world.line, dict(world.asked)
    for task in line.tasks:
        if task.removed:
            continue
        waiting = line.waiting_copies(task)
        in_flight = int(line.run is not None and line.run.task_id == task.task_id)
        ended = task.finished + task.failed + task.cancelled
        _law(
            min(waiting, task.finished, task.failed, task.cancelled) >= 0,
            "I3: less than none",
        )
        _law(waiting + in_flight + ended == asked[task.task_id], _sum(task))


def _sum(task: Task) -> str:
    return f"I3: the copies of task {task.task_id} do not add up"

"""What can happen next: the printer, the network, the shell, the clock, and people."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from custom_components.bambu_batch.bambu.codes import FILE_NOT_FOUND
from custom_components.bambu_batch.bambu.status import (
    Card,
    Foreign,
    Hms,
    PrinterStatus,
    PrintState,
)
from custom_components.bambu_batch.production.context import PlateClearing, StartWhen
from custom_components.bambu_batch.production.event import (
    AcceptHealth,
    ClearQueue,
    CloseError,
    ConfirmPlateClear,
    Deleted,
    DeleteFailed,
    Enqueue,
    Event,
    ForeignCommand,
    ForgetHealth,
    MoveTask,
    NewTask,
    PausePrint,
    RemoveTasks,
    ResolveTask,
    RestoreTasks,
    ResumePrint,
    RetryTask,
    SetPlatesLeft,
    SetRunning,
    StartDeferred,
    StartRefused,
    StopPrint,
    UpdateTask,
    Uploaded,
    UploadFailed,
)
from custom_components.bambu_batch.production.gate import may_publish
from custom_components.bambu_batch.production.model import Hold, Outcome, Phase
from tests.production.scene import plate_file

from .laws import PLATE_ASKEW, after_step, at_publish, may_be_refused
from .minutes import a_minute_later
from .printer import (
    ACTIVE,
    CANCELLED,
    FEED_FAULT,
    FOREIGN,
    NO_PLATE,
    POWER_LOST,
    Job,
    Printer,
)
from .world import LOOKED, RESTARTED, Link, World, happen, restarted, undated

type Next = Iterator[tuple[str, World]]
type Move = Callable[[World], Next]

IDLE, PREPARE, RUNNING, PAUSE, FINISH, FAILED, UNKNOWN = (
    PrintState.IDLE,
    PrintState.PREPARE,
    PrintState.RUNNING,
    PrintState.PAUSE,
    PrintState.FINISH,
    PrintState.FAILED,
    PrintState.UNKNOWN,
)
HEARD: Foreign | None = Foreign.MOVES
"""What the connection makes of another client's start."""
PARSED = 240
"""Seconds after which a start that has not begun does not begin any more."""
MINUTE = 61
"""A stage of every job."""
BENCHY = Job(FOREIGN, "benchy.3mf")
FATAL = Hms(attr=0x0300_0100, code=0x0001_0001)
LENS_DIRTY = Hms(attr=0x0C00_0100, code=0x0001_0004)
SERIOUS = Hms(attr=0x0500_0600, code=0x0002_0070)


def takes(label: str, world: World, event: Event = LOOKED) -> Next:
    """Let the line take an event; a refused command is no move."""
    step = happen(world, event)
    if step is not None:
        yield label, after_step(step)


def tells(label: str, world: World, printer: Printer) -> Next:
    """Change the printer; it tells, as far as the link lets it."""
    world = replace(world, printer=printer)
    if world.link is Link.DOWN:
        yield label, world
    elif world.link is Link.SILENT:
        hidden = world.time if world.hidden is None else world.hidden
        yield label, replace(world, hidden=hidden)
    else:
        world = _told(world)
        told = replace(world, view=_full(world), hidden=None, partly=False, odd=False)
        yield from takes(label, told)
        if world.start is not None:
            yield f"{label}, and the line has not looked yet", replace(told, late=True)


def _full(world: World) -> PrinterStatus:
    """Return a full report, and what the connection has overheard besides."""
    heard = HEARD if world.echoed is not None else None
    return replace(world.told, foreign=heard)


def _told(world: World) -> World:
    """Return the world with another client's start over, where the printer has shown what came of it.

    That is a job at work, or none in all the time that one may be parsed.
    """
    if world.echoed is None:
        return world
    over = world.printer.state in ACTIVE or world.time - world.echoed >= PARSED
    return replace(world, echoed=None) if over else world


# The shell


def sends_the_start(world: World) -> Next:
    """Carry out `StartPrint`: ask the guard, publish."""
    if world.start is None:
        return
    run = world.start.run
    unsent = replace(world, start=None)
    guarded = replace(world.sees, status=world.view)
    if world.link is Link.DOWN or not may_publish(world.line, run, guarded, world.now):
        yield from takes("the start is not sent", unsent, StartDeferred(run.run_id))
        return
    at_publish(world)
    sent = replace(unsent, unsettled=unsent.unsettled | {run.run_id})
    clears = world.start.plate_file.swap == "yes"
    packed, name = world.start.plate_file.packed, world.start.remote_name
    job = Job(run.run_id, run.name, clears, packed, name)
    if name not in world.printer.files:
        missed = StartRefused(run.run_id, code=FILE_NOT_FOUND)
        yield from takes("the start is refused: no such file", sent, missed)
        return
    if sent.printer.busy:
        yield "the start hits a job that has just begun", sent
        return
    yield (
        "the start is sent",
        replace(sent, printer=replace(sent.printer, received=job)),
    )


def loses_the_start(world: World) -> Next:
    """Publish, and the message is lost on a dead session (FM-008)."""
    for label, after in sends_the_start(world):
        if after.unsettled - world.unsettled:
            lost = replace(after.printer, received=None)
            yield f"{label} and lost", replace(after, printer=lost)


def refuses_the_start(world: World) -> Next:
    """The printer's echo refuses what it has got; it then does not print it."""
    job, run = world.printer.received, world.line.run
    if job is None or job.number == FOREIGN or world.link is not Link.UP:
        return
    if job.number not in world.unsettled or run is None or run.run_id != job.number:
        return
    dropped = replace(world, printer=replace(world.printer, received=None))
    yield from takes("the start is refused", dropped, StartRefused(job.number))
    yield from takes(
        "the start is refused for its signature",
        dropped,
        StartRefused(job.number, signature=True),
    )


def uploads(world: World) -> Next:
    """End the upload in flight, well or badly."""
    if world.upload is None:
        return
    name, free = world.upload.name, replace(world, upload=None)
    if not world.printer.card:
        missing = UploadFailed(name, cause="no_storage")
        yield from takes("the upload finds no card", free, missing)
        return
    printer = replace(world.printer, files=world.printer.files | {name})
    yield from takes(
        "the upload ends",
        replace(free, printer=printer),
        Uploaded(name, sent=world.upload.anew or name not in world.printer.files),
    )


def uploads_badly(world: World) -> Next:
    """Fail the upload in flight, in each way."""
    if world.upload is None:
        return
    name, free = world.upload.name, replace(world, upload=None)
    yield from takes("the upload fails", free, UploadFailed(name))
    gone = UploadFailed(name, Hold.FILE_MISSING, world.upload.plate_file.file)
    yield from takes("the file to upload is gone", free, gone)
    if name not in {
        file.name for file in world.line.remote if file.state != "unwanted"
    }:
        cancelled = UploadFailed(name, cancelled=True)
        yield from takes("the upload is cancelled", free, cancelled)


def deletes(world: World) -> Next:
    """End the delete in flight."""
    if world.delete is None:
        return
    name, free = world.delete, replace(world, delete=None)
    if not world.printer.card:
        yield from takes("the delete finds no card", free, DeleteFailed(name))
        return
    printer = replace(world.printer, files=world.printer.files - {name})
    yield from takes("the delete ends", replace(free, printer=printer), Deleted(name))


def deletes_badly(world: World) -> Next:
    """Fail the delete in flight."""
    if world.delete is not None:
        free = replace(world, delete=None)
        yield from takes("the delete fails", free, DeleteFailed(world.delete))


def crashes(world: World) -> Next:
    """Kill Home Assistant and load the last commit."""
    yield from _reloads("CRASH and reload", world)


def _reloads(label: str, world: World) -> Next:
    """Begin anew with all that the line knew, and without what had not been committed yet."""
    whole = replace(world, committed=None)
    yield from takes(label, restarted(whole), RESTARTED)
    if world.committed is not None:
        yield from takes(f"{label}, the newest is lost", restarted(world), RESTARTED)


# The network


def loses_the_connection(world: World) -> Next:
    """Drop the session."""
    if world.link is not Link.DOWN:
        down = replace(
            world, view=PrinterStatus(), link=Link.DOWN, hidden=None, partly=False
        )
        yield from takes("the connection is lost", down)


def goes_silent(world: World) -> Next:
    """Keep the session but bring no message any more."""
    if world.link is Link.UP and world.view.complete:
        hidden = world.time if world.partly else world.hidden
        silent = replace(world, link=Link.SILENT, partly=False, hidden=hidden)
        yield "the reports stop", silent


def connects(world: World) -> Next:
    """Connect anew, or hear again; the first message is a full report."""
    if world.link is not Link.UP:
        up = replace(_told(world), link=Link.UP, hidden=None, odd=False)
        yield from takes("connects and reports", replace(up, view=_full(up)))


def connects_slowly(world: World) -> Next:
    """Connect anew without any report yet."""
    if world.link is Link.DOWN:
        view = PrinterStatus(connected=True, model=_full(world).model)
        up = replace(world, link=Link.UP, view=view)
        yield from takes("connects, without a report", up)


def reports_fully(world: World) -> Next:
    """Bring a full report."""
    world = _told(world) if world.link is Link.UP else world
    if world.link is Link.UP and undated(_full(world)) != undated(world.view):
        told = replace(world, view=_full(world), hidden=None, partly=False, odd=False)
        yield from takes("reports in full", told)


def loses_a_message(world: World) -> Next:
    """Lose what the printer does next: the counter of the message after it shows the gap."""
    if world.link is not Link.UP or not world.view.complete or world.view.gap:
        return
    deaf = replace(world, link=Link.SILENT)
    for move in (works, foreign):
        for label, after in move(deaf):
            if after.printer == world.printer:
                continue
            view = world.dated(replace(world.view, gap=True))
            gap = replace(after, link=Link.UP, view=view, hidden=world.time)
            yield from takes(f"{label} (the message is lost)", gap)


def reports_in_parts(world: World) -> Next:
    """Bring only the state, or only the names, of what the printer does next."""
    if world.link is not Link.UP or not world.view.complete:
        return
    deaf = replace(world, link=Link.SILENT)
    for move in (works, foreign):
        for label, after in move(deaf):
            full = after.printer.status(world.now)
            state = world.dated(replace(world.view, state=full.state))
            names = replace(
                world.dated(world.view),
                subtask_id=full.subtask_id,
                subtask_name=full.subtask_name,
                gcode_file=full.gcode_file,
            )
            up = replace(after, link=Link.UP, hidden=None, partly=True)
            if state.state != world.view.state:
                yield from takes(f"{label} (only the state)", replace(up, view=state))
            if undated(names) != undated(world.view):
                yield from takes(f"{label} (only the names)", replace(up, view=names))


# The printer


def works(world: World) -> Next:
    """Go on with the job: begin what it has got, prepare, print, pause, end."""
    printer, time = world.printer, world.time
    job = printer.received
    if job is not None and not printer.busy:
        begun = printer.begins(job, time, PREPARE)
        yield from tells("the printer prepares the job", world, begun)
        if printer.state is IDLE:
            named = replace(printer, job=job, named=True)
            yield from tells("the printer names the job", world, named)
    if printer.named and printer.job is not None:
        begun = printer.begins(printer.job, time, PREPARE)
        yield from tells("the printer prepares the job", world, begun)
    if printer.state is PREPARE:
        yield from tells("the printer prints", world, printer.prints())
    if printer.state is RUNNING and time - printer.since >= printer.takes:
        ended = printer.ends(time, FINISH, done=True)
        yield from _end("the printer finishes", world, ended)


def fails(world: World) -> Next:
    """End the job in FAILED, from whatever it does (FM-013)."""
    printer = world.printer
    if printer.state in ACTIVE:
        ended = printer.ends(world.time, FAILED, done=False)
        yield from _end("the printer fails", world, ended)


def is_stopped(world: World) -> Next:
    """Stop the job, at its screen or by our stop: it ends in FAILED, FINISH or IDLE."""
    printer = world.printer
    if printer.state not in ACTIVE:
        return
    for state in (FAILED, FINISH, IDLE):
        ended = printer.ends(world.time, state, done=False)
        coded = replace(ended, error=CANCELLED)
        yield from _end(f"the print is stopped and shows {state}", world, coded)
        if printer.stopping:
            yield from _end(f"the stop leads to {state}", world, ended)


def clears_its_error(world: World) -> Next:
    """Show no error any more."""
    if world.printer.error:
        healthy = replace(world.printer, error=0)
        yield from tells("the error goes", world, healthy)


def pauses_with_an_error(world: World) -> Next:
    """Pause because the filament cannot be fed, and go on."""
    printer = world.printer
    if printer.state is RUNNING:
        paused = replace(printer, state=PAUSE, error=FEED_FAULT)
        yield from tells("the printer pauses with an error", world, paused)
    if printer.state is PAUSE and not printer.error:
        going = replace(printer, state=RUNNING)
        yield from tells("the printer goes on", world, going)


def pauses_by_its_file(world: World) -> Next:
    """Pause for a change of filament by hand, without any error, and go on."""
    printer = world.printer
    if printer.state is RUNNING:
        paused = replace(printer, state=PAUSE)
        yield from tells("the printer pauses by its file", world, paused)
    if printer.state is PAUSE and not printer.error:
        going = replace(printer, state=RUNNING)
        yield from tells("the printer goes on", world, going)


def says_an_unknown_word(world: World) -> Next:
    """Say a state that nobody knows."""
    view = world.view
    if world.link is Link.UP and view.complete and view.state is not UNKNOWN:
        odd = replace(world.dated(view), state=UNKNOWN)
        yield from takes("reports an unknown state", replace(world, view=odd, odd=True))


def drops_the_start(world: World) -> Next:
    """Forget a start it has got: silently, or with its name shown and an error (FM-142)."""
    printer = world.printer
    if printer.received is None or printer.busy:
        return
    forgotten = replace(printer, received=None)
    yield "the printer forgets the start", replace(world, printer=forgotten)
    if printer.state is not IDLE:
        named = replace(forgotten, job=printer.received, error=0x0500_C010)
        yield from tells("the printer shows the name and an error", world, named)


def vanishes(world: World) -> Next:
    """Give a job up while preparing it: no error is shown, the percent is the last job's."""
    printer = world.printer
    if printer.state is PREPARE:
        for state in (IDLE, FINISH):
            given_up = replace(printer, state=state)
            yield from tells(f"the job vanishes, it shows {state}", world, given_up)


def cools(world: World) -> Next:
    """Let the bed cool down."""
    if world.printer.hot and not world.printer.busy:
        yield from tells("the bed cools", world, replace(world.printer, hot=False))


def foreign(world: World) -> Next:
    """Somebody starts a job at the screen; it ends."""
    printer = world.printer
    if not printer.busy and printer.received is None:
        begun = printer.begins(BENCHY, world.time, PREPARE)
        yield from tells("somebody starts a print", world, begun)


def another_client_starts(world: World) -> Next:
    """Another client starts a job: its echo is heard, and no report shows anything yet."""
    printer = world.printer
    if world.link is not Link.UP or printer.busy or printer.received is not None:
        return
    taken = replace(world, printer=replace(printer, received=BENCHY), echoed=world.time)
    view = replace(world.view, foreign=HEARD)
    event = ForeignCommand(HEARD) if HEARD else LOOKED
    yield from takes(
        "another client's start is echoed", replace(taken, view=view), event
    )


def changes_its_card(world: World) -> Next:
    """Take the card out, put the same or another one in, or swap it between two reports."""
    printer = world.printer
    if printer.busy or printer.received is not None:
        return
    if printer.card:
        yield from tells("the card is taken out", world, replace(printer, card=False))
        swapped = replace(printer, files=frozenset())
        other = replace(world, printer=swapped, other_card=True)
        yield "the card is swapped between two reports", other
    else:
        back = replace(printer, card=True)
        yield from tells("the card is put back", world, back)
        other_one = replace(back, files=frozenset())
        unseen = replace(world, other_card=world.other_card or world.late)
        yield from tells("another card is put in", unseen, other_one)


def loses_power_in_a_print(world: World) -> Next:
    """Lose the power while printing: it boots, shows a code and offers to go on, or does not."""
    printer = world.printer
    if printer.state not in (RUNNING, PAUSE):
        return
    off = replace(world, link=Link.DOWN, view=PrinterStatus(), hidden=None)
    offers = replace(printer, state=PAUSE, error=POWER_LOST, stopping=False)
    yield from takes("POWER LOSS, it offers to go on", replace(off, printer=offers))
    over = printer.ends(world.time, IDLE, done=False)
    gone = replace(over, error=POWER_LOST)
    yield from takes("POWER LOSS, the job is gone", replace(off, printer=gone))


def goes_on_after_power_loss(world: World) -> Next:
    """Let somebody at the screen go on with the print; its code may stay."""
    printer = world.printer
    if printer.state is PAUSE and printer.error == POWER_LOST:
        going = replace(printer, state=RUNNING)
        yield from tells("the print goes on", world, replace(going, error=0))
        yield from tells("the print goes on, its code stays", world, going)


def reprints(world: World) -> Next:
    """Somebody prints the last job once more at the screen, under the same name and id."""
    printer = world.printer
    if printer.state in (FINISH, FAILED) and printer.job and not printer.named:
        begun = printer.begins(printer.job, world.time, RUNNING).prints()
        yield from tells("somebody prints the last job again", world, begun)


def is_dismissed(world: World) -> Next:
    """Somebody taps the end away: FINISH becomes IDLE, and nothing else (FM-005)."""
    if world.printer.state in (FINISH, FAILED):
        idle = replace(world.printer, state=IDLE)
        yield from tells("somebody taps the end away", world, idle)


def cycles_its_power(world: World) -> Next:
    """Switch off and on: whatever it did is over, it shows IDLE and no job (FM-030)."""
    printer = world.printer
    off = replace(world, link=Link.DOWN, view=PrinterStatus(), hidden=None)
    lying = printer.part or (
        printer.state in ACTIVE and world.time - printer.since >= printer.takes
    )
    booted = replace(
        printer,
        state=IDLE,
        named=False,
        received=None,
        stopping=False,
        error=0,
        part=lying,
    )
    yield from takes("POWER CYCLE", replace(off, printer=booted))
    if printer.received is not None:
        mindful = replace(booted, received=printer.received)
        label = "POWER CYCLE, but it keeps the start it has got"
        yield from takes(label, replace(off, printer=mindful))


def _end(label: str, world: World, ended: Printer) -> Next:
    job = world.printer.job
    ours = job is not None and job.number in world.unsettled
    yield from tells(
        label, replace(world, ended=world.time if ours else world.ended), ended
    )


# What the report can say besides


def reports_odd_things(world: World) -> Next:
    """Report something that must forbid a start, until the next full report."""
    view = world.view
    if world.link is not Link.UP or not view.complete:
        return
    odd: dict[str, dict[str, Any]] = {
        "an unknown state": {"state": PrintState.UNKNOWN},
        "no stage": {"stage": None},
        "another stage": {"stage": 14},
        "no file's name": {"gcode_file": None},
        "no kind of print": {"print_type": None},
        "a missing print error": {"print_error": None},
        "no health": {"hms": None},
        "a fatal health entry": {"hms": (FATAL,)},
        "a serious health entry": {"hms": (SERIOUS,)},
        "no card": {"card": Card.ABSENT},
        "an update": {"upgrade_state": 2},
        "an update in words": {"upgrade_status": "FLASHING"},
        "firmware that does not match": {"inconsistent_firmware": True},
        "nothing of updates": {"upgrade_state": None},
        "a forced update": {"forced_upgrade": True},
        "nothing of forced updates": {"forced_upgrade": None},
        "that it wants signed commands": {"signed_commands_only": True},
        "no model": {"model": None},
        "another nozzle": {"nozzle_diameter": 0.6},
        "no nozzle": {"nozzle_diameter": None},
        "no spools": {"trays": ()},
        "nothing of spools": {"trays": None},
        "a plate to be cleared": {"legacy_state": 100},
    }
    for label, change in odd.items():
        changed = replace(world.dated(view), **change)
        if undated(changed) != undated(view):
            yield from takes(f"reports {label}", replace(world, view=changed))


def interlock(world: World) -> Next:
    """Home Assistant's own condition begins or ceases to hold, or is unknown."""
    for hold in (True, False, None):
        if world.context.interlocks_hold is not hold:
            context = replace(world.context, interlocks_hold=hold)
            yield from takes(f"interlocks: {hold}", replace(world, context=context))


def health_changes(world: World) -> Next:
    """An entry of the printer's health list comes or goes."""
    shown = world.printer.hms
    for entry in (SERIOUS, PLATE_ASKEW, LENS_DIRTY):
        if entry in shown:
            rest = tuple(one for one in shown if one != entry)
            healthier = replace(world.printer, hms=rest)
            yield from tells(f"{entry} goes", world, healthier)
        else:
            sicker = replace(world.printer, hms=(*shown, entry))
            yield from tells(f"{entry} comes", world, sicker)


def shows_a_code(world: World) -> Next:
    """A code about the plate comes up while nothing is printed."""
    for code in (CANCELLED, NO_PLATE, POWER_LOST):
        if not world.printer.busy and not world.printer.error:
            coded = replace(world.printer, error=code)
            yield from tells(f"the printer shows {code:08X}", world, coded)


# Time


def passes(*minutes: int) -> Move:
    """Let time pass; a printer on a living link reports every minute at least.

    The shell sends a start at once, and the printer tells the rest of a change: no time
    passes before.
    """

    def move(world: World) -> Next:
        for count in () if world.start or world.partly else minutes:
            after: World | None = world
            for _ in range(count):
                if after is not None and after.start is None:
                    after = a_minute_later(after, _minute)
            if after is not None:
                yield f"{count} min pass", after

    return move


def _minute(world: World) -> World | None:
    world = replace(world, time=world.time + MINUTE)
    if world.link is Link.UP and world.view.connected:
        received = world.view.received is not None
        world = _told(world) if received else world
        heard = HEARD if world.echoed is not None else None
        view = replace(world.view, foreign=heard)
        world = replace(world, view=world.dated(view) if received else view)
    return next((after for _, after in takes("", world)), None)


def sets_the_clock(*seconds: int) -> Move:
    """Set the computer's clock back or ahead."""

    def move(world: World) -> Next:
        for jump in seconds:
            left = world.jumps - abs(jump)
            if left >= 0:
                jumped = replace(world, skew=world.skew + jump, jumps=left)
                yield from takes(f"the clock jumps by {jump} s", jumped)

    return move


def is_away(world: World) -> Next:
    """See nothing for as long as a print takes, with every kind of clock."""
    if world.absences == 0 or world.start or world.partly or world.echoed:
        return
    away = replace(
        world,
        view=PrinterStatus(),
        link=Link.DOWN,
        hidden=None,
        absences=world.absences - 1,
    )
    for what, after in _meanwhile(away):
        for how, late in _clocks(after, after.time - world.time):
            label = f"{how}; meanwhile {what}"
            yield from takes(f"the network is away, {label}", late)
            yield from _reloads(f"RESTART, {label}", late)
        for how, late in _reboots(after, after.time - world.time):
            label = f"REBOOT, {how}; meanwhile {what}"
            yield from _reloads(label, late)


def _clocks(world: World, seconds: int) -> Next:
    """What the computer's clocks may have done in these seconds while it was up."""
    yield "the clock goes on", world
    if world.jumps:
        back = replace(world, skew=world.skew - seconds, jumps=0)
        yield "the clock is set back by as much", back
    yield "the computer was paused", replace(world, booted=world.booted + seconds)


def _reboots(world: World, seconds: int) -> Next:
    """What its clock may show after it was off: without one of its own, its shutdown's time."""
    world = replace(world, boot=world.boot + 1, booted=world.time)
    yield "the clock stood still", replace(world, skew=world.skew - seconds)
    yield "the clock went on", world
    for day in (-86_400, 86_400) if world.jumps else ():
        jumped = replace(world, skew=world.skew + day, jumps=0)
        yield f"the clock is off by {day} s", jumped


def _meanwhile(world: World) -> Next:
    """What may happen at the printer while nobody looks."""
    printer, later = world.printer, world.time + world.printer.takes
    after = replace(world, time=later)
    yield "nothing happens", after
    if printer.state is RUNNING:
        ours = printer.job is not None and printer.job.number in world.unsettled
        ended = printer.ends(later, FINISH, done=True)
        yield (
            "the printer finishes",
            replace(after, printer=ended, ended=later if ours else world.ended),
        )
    if printer.busy or printer.received is not None:
        return
    jobs = [(BENCHY, "somebody prints")]
    if printer.state in (FINISH, FAILED) and printer.job and printer.job != BENCHY:
        jobs.append((printer.job, "somebody prints the last job again"))
    for job, label in jobs:
        begun = printer.begins(job, world.time, PREPARE).prints()
        yield label, replace(after, printer=begun.ends(later, FINISH, done=True))
        stopped = begun.ends(later, FINISH, done=False)
        yield f"{label} and stops it", replace(after, printer=stopped)
        idle = replace(begun.ends(later, FINISH, done=True), state=IDLE)
        yield f"{label} and taps it away", replace(after, printer=idle)


# People


def clears_the_plate(world: World) -> Next:
    """Take the part off and say so. People tell the truth."""
    if world.printer.busy:
        return
    free = replace(world, printer=replace(world.printer, part=False))
    yield from takes("a person clears the plate", free, ConfirmPlateClear())


def resolves(world: World) -> Next:
    """Say truly what became of an uncertain run."""
    run, printer = world.line.run, world.printer
    if run is None or run.phase is not Phase.UNCERTAIN:
        return
    mine = printer.job is not None and printer.job.number == run.run_id
    if mine and printer.busy:
        return
    printed = run.run_id in printer.done
    outcome = Outcome.FINISHED if printed else Outcome.NOT_STARTED
    # Who says that it was not started makes sure that it does not start any more.
    told = replace(world, printer=replace(printer, received=None))
    event = ResolveTask(run.task_id, outcome)
    yield from takes(f"a person says: {outcome}", told, event)


def runs_the_queue(world: World) -> Next:
    """Switch the queue on."""
    if not world.line.running:
        yield from takes("a person resumes the queue", world, SetRunning(True))


def fills_the_changer(world: World) -> Next:
    """Put new plates in."""
    if world.line.plates_left < world.options.plate_stack:
        stack = world.options.plate_stack
        world = replace(world, printer=replace(world.printer, plates=stack))
        full = SetPlatesLeft(stack)
        yield from takes("a person fills the changer", world, full)


def pauses_the_queue(world: World) -> Next:
    """Switch the queue off."""
    if world.line.running:
        yield from takes("a person pauses the queue", world, SetRunning(False))


def accepts_health(world: World) -> Next:
    """Accept what blocks: as is usual, for this printer, or for as long as it stands."""
    for remember in (None, True, False):
        word = AcceptHealth(remember=remember)
        yield from takes(f"accepts the health, remember: {remember}", world, word)


def forgets_health(world: World) -> Next:
    """Take back all that was accepted for this printer."""
    if kept := world.line.remembered_health:
        word = ForgetHealth(tuple(map(str, kept)))
        yield from takes("takes the accepted health back", world, word)


def closes_the_code(world: World) -> Next:
    """Close the code from here; the printer does it, and tells a moment later."""
    yield from takes("a person closes the code", world, CloseError())


def edits_the_queue(world: World) -> Next:
    """Remove, change, hold, release, retry, reorder and add tasks."""
    for task in world.line.tasks:
        if task.removed:
            continue
        number = task.task_id
        yield from takes(f"removes task {number}", world, RemoveTasks((number,)))
        yield from takes(f"retries task {number}", world, RetryTask(number))
        held = task.hold is not None
        hold = UpdateTask(task_id=number, hold=not held)
        yield from takes(
            f"{'releases' if held else 'holds'} task {number}", world, hold
        )
        for copies in {task.copies - 1, task.copies + 1} & {1, 2, 3}:
            change = UpdateTask(task_id=number, copies=copies)
            yield from takes(f"wants {copies} copies of task {number}", world, change)
        yield from takes(
            f"moves task {number} to the front", world, MoveTask(number, 1)
        )
    if len(world.line.tasks) < 2:
        file = plate_file(sha256="b" * 64)
        new = NewTask(name="Hook", plate_file=file, copies=1)
        yield from takes("adds a task", world, Enqueue((new,)))
    if len(world.line.tasks) > 1:
        yield from takes("clears the queue", world, ClearQueue())


def takes_out(world: World) -> Next:
    """Remove one task, or all."""
    for task in world.line.tasks:
        if not task.removed:
            out = RemoveTasks((task.task_id,))
            yield from takes(f"removes task {task.task_id}", world, out)
    if len(world.line.tasks) > 1:
        yield from takes("clears the queue", world, ClearQueue())


def moves_the_last_to_the_front(world: World) -> Next:
    """Reorder."""
    if world.line.tasks:
        number = world.line.tasks[-1].task_id
        yield from takes(f"moves task {number} up", world, MoveTask(number, 1))


def restores(world: World) -> Next:
    """Bring back a task that was taken out: within ten minutes always, later never."""
    for task, since in world.taken:
        number = task.task_id
        step = happen(world, RestoreTasks((number,)))
        if not world.skew:
            may_be_refused(step, world, since)
        if step is not None:
            yield f"restores task {number}", after_step(step)


def says_it_clears_nothing(world: World) -> Next:
    """Take back that the files clear their plates."""
    for task in world.line.tasks:
        if task.clears_plate and not task.removed:
            word = UpdateTask(task_id=task.task_id, clears_plate=False)
            yield from takes(f"says task {task.task_id} clears nothing", world, word)


def changes_an_option(world: World) -> Next:
    """Change one of the printer's options while everything goes on."""
    options = world.options
    manual = options.plate_clearing is PlateClearing.MANUAL
    idle = options.start_when is StartWhen.IDLE_ONLY
    changes: dict[str, Any] = {
        "plate_clearing": PlateClearing.AUTOMATIC if manual else PlateClearing.MANUAL,
        "start_when": StartWhen.IDLE_OR_FINISHED if idle else StartWhen.IDLE_ONLY,
        "plate_stack": 0 if options.plate_stack else 2,
        "cooldown_seconds": 300 if options.cooldown_seconds < 300 else 60,
        "require_swap_gcode": not options.require_swap_gcode,
        "send_whole_files": not options.send_whole_files,
    }
    for name, value in changes.items():
        changed = replace(options, **{name: value})
        context = replace(world.context, options=changed)
        yield from takes(f"{name}: {value}", replace(world, context=context))


def stops_the_print(world: World) -> Next:
    """Stop, pause or resume the print from here."""
    for event in (StopPrint(), PausePrint(), ResumePrint()):
        if not world.printer.stopping:
            name = type(event).__name__
            yield from takes(f"a person: {name}", world, event)

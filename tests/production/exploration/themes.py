"""What is searched: several small alphabets, each complete in itself, instead of a huge one."""

from dataclasses import replace
from typing import Any

from custom_components.bambu_batch.production.context import (
    Context,
    OnFailure,
    Options,
    PlateClearing,
    StartWhen,
)
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    Enqueue,
    Event,
    NewTask,
    SetPlatesLeft,
    SetRunning,
    UpdateTask,
    Uploaded,
)
from tests.production.scene import plate_file

from . import moves
from .laws import A_WHOLE_PRINT, PLATE_ASKEW, after_step
from .moves import Move
from .printer import Printer
from .search import Theme
from .world import LOOKED, World, happen

PRINTING = (
    moves.sends_the_start,
    moves.uploads,
    moves.deletes,
    moves.works,
    moves.passes(1, 5),
    moves.clears_the_plate,
    moves.resolves,
)
"""What every theme needs to get anywhere."""


def begin(
    *,
    copies: int = 2,
    tells_ids: bool = True,
    keeps_file: bool = False,
    clears: bool = True,
    packed: int = 1,
    **options: Any,
) -> World:
    """Return a queue that runs, its file on the card, in front of a cleared printer."""
    settings = Options(**options)
    printer = Printer(
        tells_ids=tells_ids, keeps_file=keeps_file, plates=settings.plate_stack
    )
    world = World(printer=printer, context=Context(options=settings))
    world = replace(world, view=world.told)
    file = plate_file(swap="yes" if clears else "no", packed=packed)
    task = NewTask(name="Clip", plate_file=file, copies=copies)
    world = _after(world, Enqueue((task,)))
    if packed > 1:
        world = _after(world, UpdateTask(task_id="1", hold=False))
    world = _after(world, SetRunning(True))
    world = _after(world, SetPlatesLeft(world.options.plate_stack))
    assert world.upload is not None
    name = world.upload.name
    printer = replace(world.printer, files=frozenset({name}))
    world = _after(replace(world, upload=None, printer=printer), Uploaded(name))
    return _after(world, ConfirmPlateClear())


def _with_another(world: World) -> World:
    """Return the world with a second task of another content."""
    file = plate_file(sha256="b" * 64)
    return _after(world, Enqueue((NewTask(name="Hook", plate_file=file),)))


def _printing(world: World) -> World:
    """Return the world with the first copy at work."""
    return _does(_preparing(world), moves.works, "the printer prints")


def _preparing(world: World) -> World:
    """Return the world with the first copy just begun."""
    world = _does(world, moves.sends_the_start, "the start is sent")
    return _does(world, moves.works, "the printer prepares the job")


def _cooling(world: World) -> World:
    """Return the world after the first copy, in its cooldown."""
    world = _does(_printing(world), moves.passes(5), "5 min pass")
    return _does(world, moves.works, "the printer finishes")


def _tried_again(world: World) -> World:
    """Return the world with the first copy at work once more, after it has failed."""
    world = _does(_printing(world), moves.fails, "the printer fails")
    world = _does(world, moves.uploads, "the upload ends")
    world = _does(world, moves.clears_the_plate, "a person clears the plate")
    return _printing(_does(world, moves.passes(1), "1 min pass"))


def _missing_its_file(world: World) -> World:
    """Return the world after a first start that the printer refused: its card is another one."""
    swapped = "the card is swapped between two reports"
    world = _does(world, moves.changes_its_card, swapped)
    refused = "the start is refused: no such file"
    return _does(world, moves.sends_the_start, refused)


def _unwell(world: World) -> World:
    """Return the world ready for the next copy, but for two health entries that stand."""
    for entry in (moves.SERIOUS, PLATE_ASKEW):
        world = _does(world, moves.health_changes, f"{entry} comes")
    world = _does(world, moves.uploads, "the upload ends")
    return _does(world, moves.passes(1), "1 min pass")


def _does(world: World, move: Move, wanted: str) -> World:
    return next(after for label, after in move(world) if label == wanted)


def _after(world: World, event: Event = LOOKED) -> World:
    step = happen(world, event)
    assert step is not None
    return after_step(step)


def themes() -> tuple[Theme, ...]:
    """Return all themes."""
    return (
        Theme(
            name="reports",
            about="reports that say something odd or nothing, for long; interlocks",
            start=begin(plate_stack=0),
            moves=(
                *PRINTING,
                moves.reports_odd_things,
                moves.reports_fully,
                moves.interlock,
                moves.loses_a_message,
                moves.passes(11),
            ),
            depth=3,
        ),
        Theme(
            name="waits",
            about="whatever lasts too long: away, an unknown word, a print that hangs",
            start=begin(),
            moves=(
                moves.sends_the_start,
                moves.works,
                moves.uploads,
                moves.pauses_by_its_file,
                moves.says_an_unknown_word,
                moves.reports_fully,
                moves.loses_the_connection,
                moves.connects_slowly,
                moves.connects,
                moves.crashes,
                moves.passes(1, 11, 61),
            ),
            depth=5,
        ),
        Theme(
            name="start",
            about="sending a start: refused, lost, forgotten, late, told in parts",
            start=begin(),
            moves=(
                *PRINTING,
                moves.loses_the_start,
                moves.refuses_the_start,
                moves.drops_the_start,
                moves.vanishes,
                moves.clears_its_error,
                moves.reports_in_parts,
                moves.reports_fully,
                moves.runs_the_queue,
            ),
            depth=8,
        ),
        Theme(
            name="crash",
            about="kills and lost connections at every point of a run, jobs given up unseen",
            start=begin(tells_ids=False),
            moves=(
                *PRINTING,
                moves.crashes,
                moves.connects,
                moves.connects_slowly,
                moves.loses_the_connection,
                moves.loses_the_start,
                moves.fails,
                moves.vanishes,
            ),
            depth=7,
        ),
        Theme(
            name="foreign",
            about="people at the screen, power cycles, lost messages, silence",
            start=_printing(begin()),
            moves=(
                *PRINTING,
                moves.foreign,
                moves.reprints,
                moves.is_stopped,
                moves.clears_its_error,
                moves.is_dismissed,
                moves.cycles_its_power,
                moves.connects,
                moves.goes_silent,
                moves.loses_a_message,
                moves.reports_fully,
            ),
            depth=4,
        ),
        Theme(
            name="away",
            about="what happens at the printer after a plate, seen late or never",
            start=_cooling(begin()),
            moves=(
                *PRINTING,
                moves.foreign,
                moves.reprints,
                moves.is_stopped,
                moves.is_dismissed,
                moves.cycles_its_power,
                moves.loses_the_connection,
                moves.goes_silent,
                moves.connects,
                moves.crashes,
            ),
            depth=5,
        ),
        Theme(
            name="another client",
            about="starts of another client, echoed before anything shows them, or never shown",
            start=_cooling(begin()),
            moves=(
                *PRINTING,
                moves.another_client_starts,
                moves.drops_the_start,
                moves.is_stopped,
                moves.clears_its_error,
                moves.loses_the_connection,
                moves.connects,
                moves.crashes,
                moves.reports_fully,
            ),
            depth=5,
        ),
        Theme(
            name="file left",
            about="a printer that goes on naming the file of its last job, whoever printed it",
            start=_cooling(begin(keeps_file=True, tells_ids=False)),
            moves=(
                *PRINTING,
                moves.foreign,
                moves.reprints,
                moves.fails,
                moves.is_dismissed,
                moves.loses_the_connection,
                moves.connects,
                moves.crashes,
                moves.reports_in_parts,
                moves.reports_fully,
            ),
            depth=5,
        ),
        Theme(
            name="by hand",
            about="manual clearing and starts from IDLE only, two copies that clear nothing",
            start=_cooling(
                begin(
                    clears=False,
                    plate_clearing=PlateClearing.MANUAL,
                    start_when=StartWhen.IDLE_ONLY,
                )
            ),
            moves=(
                *PRINTING,
                moves.foreign,
                moves.reprints,
                moves.is_dismissed,
                moves.cycles_its_power,
                moves.loses_the_connection,
                moves.connects,
            ),
            depth=6,
        ),
        Theme(
            name="queue",
            about="people editing the queue at every moment, prints that fail; next task",
            start=begin(on_failure=OnFailure.NEXT),
            moves=(
                *PRINTING,
                moves.edits_the_queue,
                moves.says_it_clears_nothing,
                moves.fails,
                moves.pauses_the_queue,
                moves.runs_the_queue,
            ),
            depth=4,
        ),
        Theme(
            name="failures",
            about="failures and stops with automatic retry; removing, retrying, resuming",
            start=_printing(begin(on_failure=OnFailure.RETRY)),
            moves=(
                *PRINTING,
                moves.fails,
                moves.is_stopped,
                moves.stops_the_print,
                moves.clears_its_error,
                moves.pauses_with_an_error,
                moves.runs_the_queue,
                moves.crashes,
                moves.connects,
            ),
            depth=5,
        ),
        Theme(
            name="files",
            about="transfers that fail, are not wanted any more, or end after a crash",
            start=begin(copies=1),
            moves=(
                *PRINTING,
                moves.uploads_badly,
                moves.deletes_badly,
                moves.edits_the_queue,
                moves.crashes,
                moves.connects,
                moves.runs_the_queue,
            ),
            depth=5,
        ),
        Theme(
            name="undo",
            about="tasks taken out and brought back: in flight, over crashes, too late",
            start=_with_another(_printing(begin(on_failure=OnFailure.NEXT))),
            moves=(
                *PRINTING,
                moves.takes_out,
                moves.restores,
                moves.moves_the_last_to_the_front,
                moves.fails,
                moves.crashes,
                moves.connects,
            ),
            depth=5,
        ),
        Theme(
            name="bed",
            about="a bed that has to cool down, with a time-out; a changer that runs empty",
            start=_printing(
                begin(
                    cooldown_bed_temperature=40.0,
                    cooldown_timeout_minutes=4,
                    plate_stack=1,
                )
            ),
            moves=(
                *PRINTING,
                moves.cools,
                moves.fails,
                moves.fills_the_changer,
                moves.runs_the_queue,
                moves.crashes,
                moves.connects,
            ),
            depth=7,
        ),
        Theme(
            name="retries",
            about="a copy that fails again and again, between copies that do not",
            start=_tried_again(begin(on_failure=OnFailure.RETRY)),
            moves=(
                *PRINTING,
                moves.fails,
                moves.runs_the_queue,
            ),
            depth=9,
        ),
        Theme(
            name="card",
            about="a card that is taken out, put back, or swapped for another one",
            start=_missing_its_file(begin()),
            moves=(
                *PRINTING,
                moves.changes_its_card,
                moves.reports_fully,
                moves.runs_the_queue,
                moves.loses_the_connection,
                moves.connects,
            ),
            depth=5,
        ),
        Theme(
            name="power",
            about="a power cut in a print: it goes on, is given up, or is gone",
            start=_does(_printing(begin()), moves.passes(5), "5 min pass"),
            moves=(
                *PRINTING,
                moves.loses_power_in_a_print,
                moves.goes_on_after_power_loss,
                moves.is_stopped,
                moves.clears_its_error,
                moves.runs_the_queue,
                moves.crashes,
                moves.connects,
            ),
            depth=4,
        ),
        Theme(
            name="packed",
            about="files that swap plates between their jobs, until the changer is empty",
            start=_does(
                _printing(begin(copies=3, packed=2, plate_stack=3)),
                moves.passes(5),
                "5 min pass",
            ),
            moves=(
                *PRINTING,
                moves.fails,
                moves.is_stopped,
                moves.clears_its_error,
                moves.fills_the_changer,
                moves.runs_the_queue,
            ),
            depth=7,
        ),
        Theme(
            name="ahead",
            about="the next file is sent, the last one deleted, while a print goes on",
            start=_preparing(
                _with_another(begin(copies=1, upload_while_printing=True))
            ),
            moves=(
                *PRINTING,
                moves.pauses_by_its_file,
                moves.takes_out,
                moves.crashes,
                moves.connects,
            ),
            depth=4,
        ),
        Theme(
            name="options",
            about="options changed at every moment",
            start=_printing(begin(copies=2)),
            moves=(
                *PRINTING,
                moves.changes_an_option,
                moves.is_dismissed,
                moves.fills_the_changer,
            ),
            depth=5,
        ),
        Theme(
            name="health",
            about="health entries that come, stand, go and come again; people accept them",
            start=_unwell(_cooling(begin())),
            moves=(
                *PRINTING,
                moves.health_changes,
                moves.accepts_health,
                moves.forgets_health,
                moves.crashes,
                moves.connects,
            ),
            depth=4,
        ),
        Theme(
            name="codes",
            about="codes about the plate that stand, are closed, or go; people confirm",
            start=_cooling(begin()),
            moves=(
                *PRINTING,
                moves.shows_a_code,
                moves.closes_the_code,
                moves.clears_its_error,
                moves.reports_fully,
                moves.is_stopped,
                moves.runs_the_queue,
                moves.crashes,
                moves.connects,
            ),
            depth=5,
        ),
        Theme(
            name="clock",
            about="a computer's clock that jumps, with crashes",
            start=replace(begin(), jumps=86_400),
            moves=(
                *PRINTING,
                moves.sets_the_clock(-86_400, -90, 90, 86_400),
                moves.crashes,
                moves.connects,
                moves.foreign,
            ),
            depth=5,
        ),
        Theme(
            name="absence",
            about="nobody looks while a print is made, and the clock jumps or stands still",
            start=replace(_cooling(begin()), absences=1, jumps=86_400),
            moves=(
                *PRINTING,
                moves.is_away,
                moves.is_dismissed,
                moves.connects,
            ),
            depth=3,
        ),
        Theme(
            name="fast",
            about="the same with prints as short as any, and two absences",
            start=_quick(replace(_cooling(begin(tells_ids=False)), absences=2)),
            moves=(
                *PRINTING,
                moves.is_away,
                moves.is_dismissed,
                moves.connects,
            ),
            depth=3,
        ),
        Theme(
            name="changer",
            about="a swap done once more while nobody looks, from a changer that is counted",
            start=_as_told(
                replace(_cooling(begin(copies=3, plate_stack=2)), absences=1)
            ),
            moves=(
                *(move for move in PRINTING if move is not moves.clears_the_plate),
                moves.is_dismissed,
                moves.is_away,
                moves.connects,
                moves.fills_the_changer,
            ),
            depth=3,
        ),
    )


def _as_told(world: World) -> World:
    """Return the world with prints that take as long as their file says, printed at top speed."""
    return replace(world, printer=replace(world.printer, takes=A_WHOLE_PRINT))


def _quick(world: World) -> World:
    """Return the world with prints that take not much longer than a person is trusted."""
    return replace(world, printer=replace(world.printer, takes=200))

"""Laws about how often and when: transfers, tries, refusals, clearing."""

from custom_components.bambu_batch.bambu.codes import FILE_NOT_FOUND, MISSED
from custom_components.bambu_batch.bambu.status import Card, PrintState
from custom_components.bambu_batch.production.context import OnFailure, PlateClearing
from custom_components.bambu_batch.production.effect import (
    Announce,
    DeleteRemote,
    News,
    Record,
    StartPrint,
    Upload,
)
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    RetryTask,
    StartRefused,
)
from custom_components.bambu_batch.production.model import (
    NO_STORAGE,
    Outcome,
    PauseReason,
    Phase,
    Transfer,
)

from .printer import ACTIVE
from .world import LawBroken, Step

TRIES = 3
"""Uploads of one file in a row,"""
DEFERRALS = 10
"""and starts that cannot be sent, until a person knows."""
RETRIES = 1
"""A copy is tried again once."""
FIRST_LAYERS = 60
"""Seconds in which nothing may disturb a print that begins."""


def _law(holds: bool, text: str) -> None:
    if not holds:
        raise LawBroken(text)


def after_step(step: Step) -> None:
    """Check what one event did."""
    _transfers_disturb_nothing(step)
    _tries_end(step)
    _a_refusal_pauses(step)
    _clears_by_its_option(step)


def tried(step: Step) -> tuple[tuple[str, int], ...]:
    """Return how often each task's copy has failed and was tried again; at most once."""
    counts = dict(step.before.tried)
    if isinstance(step.event, RetryTask):
        counts.pop(step.event.task_id, None)
    for effect in step.effects:
        if not isinstance(effect, Record):
            continue
        outcome, task_id = effect.record.outcome, effect.record.run.task_id
        if outcome is Outcome.FAILED:
            _tried_once(step, task_id, counts)
        elif outcome is not Outcome.NOT_STARTED:
            counts.pop(task_id, None)
    return tuple(sorted(counts.items()))


def _tried_once(step: Step, task_id: str, counts: dict[str, int]) -> None:
    """FM-017: a failed copy is tried once more where the option says so, and no third time."""
    before, after = step.before.line.task(task_id), step.after.line.task(task_id)
    if before is None or after is None:
        return  # it was taken out meanwhile
    again = after.failed == before.failed
    retry = step.after.options.on_failure is OnFailure.RETRY
    wanted = retry and counts.get(task_id, 0) < RETRIES
    _law(again is wanted, "a failed copy is tried too often, or not again")
    if again:
        counts[task_id] = counts.get(task_id, 0) + 1
    else:
        counts.pop(task_id, None)


def _transfers_disturb_nothing(step: Step) -> None:
    """FM-050: none at the edges of a print, nor inside one unless by option."""
    transfers = [e for e in step.effects if isinstance(e, Upload | DeleteRemote)]
    if not transfers:
        return
    world = step.after
    line, view, run = world.line, world.view, world.line.run
    _law(len(transfers) == 1, "FM-050: two transfers at once")
    if view.print_error in MISSED and run is not None and run.phase is Phase.STARTING:
        return  # FM-163: one look at the card for the file that it misses
    read = run and run.remote_name
    touched = [e.name for e in transfers if e.name == read]
    _law(not touched, "FM-050: the file that is printed is touched")
    _law(view.complete and view.print_error == 0, "a transfer under an error")
    _law(view.card is Card.NORMAL, "FM-163: a transfer without a card")
    started = any(isinstance(effect, StartPrint) for effect in step.effects)
    _law(not started, "FM-050: a start and a transfer at once")
    if view.state not in ACTIVE and run is None:
        return
    well_inside = (
        run is not None
        and run.phase is Phase.PRINTING
        and view.state is PrintState.RUNNING
        and world.time - world.printer.since >= FIRST_LAYERS
    )
    _law(world.options.upload_while_printing, "a transfer in a print")
    _law(well_inside, "FM-050: a transfer at the edge of a print")
    _law(line.transfer is not None, "a transfer that the line does not know of")


def _tries_end(step: Step) -> None:
    """FM-007: what fails again and again pauses the queue."""
    line = step.after.line
    endless = [
        file
        for file in line.remote
        if file.failures >= TRIES
        and file.state is not Transfer.UNWANTED
        and file.cause not in NO_STORAGE
    ]
    _law(not endless, "FM-007: an upload is tried for ever")
    counted = line.deferrals > step.before.line.deferrals
    told = any(
        isinstance(effect, Announce) and effect.news is News.PERSON_NEEDED
        for effect in step.effects
    )
    tenth = counted and line.deferrals == DEFERRALS
    _law(told or not tenth, "FM-007: a start is tried for ever and nobody knows")
    if step.after.view.card is Card.ABSENT:
        ready = any(file.state is Transfer.READY for file in line.remote)
        _law(not ready, "FM-163: a file is believed complete without a card")


def _a_refusal_pauses(step: Step) -> None:
    """FM-015, FM-163: what the printer refuses is not sent again before somebody has looked."""
    event, before, after = step.event, step.before.line, step.after.line
    run = before.run
    if not isinstance(event, StartRefused) or run is None or run.run_id != event.run_id:
        return
    starts = [effect for effect in step.effects if isinstance(effect, StartPrint)]
    _law(not starts, "a refused start is sent again at once")
    if run.phase is Phase.PRINTING:
        return
    if event.signature:
        _law(after.developer_mode_off, "FM-015: a refused signature is forgotten")
        return
    task = before.task(run.task_id)
    file = before.remote_file(run.remote_name) if task else None
    looks = event.code == FILE_NOT_FOUND and file is not None and not file.missed
    paused = not after.running and after.paused_by is PauseReason.START_REFUSED
    _law(paused or looks, "a refused start does not pause the queue")


def _clears_by_its_option(step: Step) -> None:
    """I4: where people clear the plate, nothing else makes it clear."""
    clears = step.after.line.plate.clear and not step.before.line.plate.clear
    manual = step.after.options.plate_clearing is PlateClearing.MANUAL
    said = isinstance(step.event, ConfirmPlateClear)
    _law(
        said or not (clears and manual), "I4: a plate clears itself against its option"
    )

"""I5, the other half: from every state a helpful person and a sane printer get to the end."""

from collections.abc import Hashable
from dataclasses import replace

from custom_components.bambu_batch.production.context import StartWhen
from custom_components.bambu_batch.production.event import UpdateTask
from custom_components.bambu_batch.production.fit import hold_of
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Phase

from . import moves
from .moves import Next
from .printer import ACTIVE
from .reasons import reasons_of
from .sameness import key
from .world import LawBroken, Link, World

PATIENCE = 60
"""Moves for each copy: one with a failed upload, a failed print and a hot bed needs forty."""


def ends_well(world: World, known: set[Hashable] | None = None) -> None:
    """Go on helpfully until nothing waits. Raises LawBroken where there is no way on.

    `known`: states from which that has succeeded; those passed on the way are added.
    """
    known = set() if known is None else known
    trodden: list[str] = []
    passed: set[Hashable] = set()
    copies = sum(task.open for task in world.line.tasks)
    for _ in range(PATIENCE * (copies + 1)):
        state = key(world)
        if world.line.queue_done or state in known:
            known |= passed
            return
        passed.add(state)
        label, world = next(_helpful(world))
        trodden.append(label)
    raise LawBroken(f"I5: no way on; the last tries: {', '.join(trodden[-6:])}")


def _helpful(world: World) -> Next:
    """What is best done now."""
    line, printer, view = world.line, world.printer, world.view
    if world.link is not Link.UP:
        yield from moves.connects(world)
    if world.late or world.partly or view.gap or not view.complete:
        yield from moves.takes("looks", _told(world))
    if world.start is not None:
        yield from moves.sends_the_start(world)
    if line.developer_mode_off:
        yield from moves.loses_the_connection(world)
    if world.context.interlocks_hold is not True:
        yield from moves.interlock(world)
    if not printer.card:
        yield from moves.changes_its_card(world)
    if printer.error:
        yield from moves.clears_its_error(world)
    if printer.state in ACTIVE or printer.named or printer.received:
        yield from moves.works(world)
        if printer.state is moves.PAUSE:
            yield from moves.pauses_with_an_error(world)
        yield from moves.passes(1)(world)
    elif world.options.start_when is StartWhen.IDLE_ONLY:
        yield from moves.is_dismissed(world)
    if printer.hot:
        yield from moves.cools(world)
    yield from moves.uploads(world)
    yield from moves.deletes(world)
    if line.run is not None and line.run.phase is Phase.UNCERTAIN:
        yield from moves.resolves(world)
    yield from moves.reports_fully(world)
    yield from moves.runs_the_queue(world)
    yield from moves.fills_the_changer(world)
    for task in line.waiting:
        if hold_of(task, world.sees.equipment) is not None:
            release = UpdateTask(task_id=task.task_id, hold=False)
            yield from moves.takes("releases", world, release)
    if Reason.HMS_ERROR in reasons_of(world):
        yield from moves.accepts_health(world)
    if not line.plate.clear:
        yield from moves.clears_the_plate(world)
    yield from moves.passes(1)(world)


def _told(world: World) -> World:
    return replace(world, view=world.told, hidden=None, partly=False)

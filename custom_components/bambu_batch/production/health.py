"""The printer's health entries (HMS): which forbid a start, and what a person makes of them.

An entry of severity 1 or 2, or of none that we know, forbids a start until somebody accepts
it: a person, or a print of ours that was finished with it. That is for this one occurrence
and ends when the entry clears. What a person has remembered holds for the printer, until it
is taken back. Entries that recordings show to stand while printers print are only shown.
"""

from dataclasses import replace

from ..bambu.codes import SIGNATURE_HMS
from ..bambu.status import Hms, PrinterStatus
from .event import AcceptHealth, ForgetHealth, Refused
from .model import HealthEntry, Line, Run
from .step import Step

ONLY_SHOWN = frozenset({3, 4})
"""Severities; what is neither these nor 1 or 2 is not known to be harmless (I6)."""
STANDS_HARMLESSLY = frozenset(
    {
        SIGNATURE_HMS,  # 20 logs, 31 reports of RUNNING, 51 days old: a new one is told apart (FM-015)
        Hms(0x0C00_0100, 0x0001_0004),  # 10 logs, 16 reports of RUNNING: lens dirty
        Hms(0x0500_0300, 0x0001_000A),  # 9 logs, 8 reports of RUNNING
    }
)
"""Printing goes on with these, in 371 logs of bambuddy's users (FM-156)."""

_MAINBOARD, _AMS, _AMS_LITE, _AMS_HT = 0x05, 0x07, 0x12, 0x18
_ITS_OTHER_BOARDS = 0x0500_0300
"""Entries of the mainboard about the boards that move the machine."""
_EYES = frozenset({0x0C00_0100, 0x0C00_0200})
"""Camera and lidar themselves; what they see of plate and part is said by others."""
_STILL = frozenset({_MAINBOARD, _AMS, _AMS_LITE, _AMS_HT})


def forbids(entry: Hms, line: Line) -> bool:
    """Tell whether this entry forbids a start."""
    if entry.severity in ONLY_SHOWN or entry in STANDS_HARMLESSLY:
        return False
    return entry not in line.remembered_health and not any(
        one.accepted and one.entry == entry for one in line.health
    )


def ends_at_the_printer(entry: Hms, line: Line, status: PrinterStatus) -> bool:
    """Tell whether this entry forbids a start whatever anybody accepts: commands are refused."""
    off = line.developer_mode_off or status.signed_commands_only is True
    return off and entry == SIGNATURE_HMS


def concerns_plate_or_motion(entry: Hms) -> bool:
    """Tell whether a start in spite of this entry may hit something. Unknown parts may."""
    if entry.attr in _EYES:
        return False
    still = entry.attr >> 24 in _STILL
    return not still or entry.attr == _ITS_OTHER_BOARDS


def blocking(line: Line, status: PrinterStatus) -> tuple[Hms, ...]:
    """Return the entries that forbid a start now, the worst first."""
    entries = (one.entry for one in line.health)
    return tuple(
        sorted(
            (
                entry
                for entry in entries
                if forbids(entry, line) or ends_at_the_printer(entry, line, status)
            ),
            key=lambda entry: entry.severity,
        )
    )


def mind_health(step: Step) -> None:
    """Note which entries stand. One that has cleared takes its acceptance along (FM-157)."""
    line, status = step.line, step.status
    if not status.complete or status.hms is None:
        return
    known = {one.entry: one for one in line.health}
    health = tuple(
        known.get(entry)
        or HealthEntry(entry=entry, since=step.now, last_run=line.last_run_id)
        for entry in dict.fromkeys(status.hms)
    )
    if health != line.health:  # every report tells of them
        step.change(health=health)


def prove_harmless(step: Step, run: Run) -> None:
    """Accept what stood before this run and still stands now that it is finished."""
    step.change(
        health=tuple(
            one if one.last_run == run.run_id else replace(one, accepted=True)
            for one in step.line.health
        )
    )


def accept(step: Step, command: AcceptHealth) -> None:
    """Accept entries for as long as they stand, or for this printer. Raises Refused."""
    line = step.line
    known = step.status.complete and step.status.hms is not None
    standing = {str(one.entry): one.entry for one in line.health} if known else {}
    if command.codes is not None:
        chosen = [_found(standing, code) for code in command.codes]
    else:
        chosen = list(blocking(line, step.status)) if known else []
    for entry in chosen:
        if ends_at_the_printer(entry, line, step.status) and command.codes is not None:
            raise Refused("health_ends_at_the_printer", code=str(entry))
    acceptable = [
        entry
        for entry in chosen
        if entry.severity not in ONLY_SHOWN and entry not in STANDS_HARMLESSLY
    ]
    if not acceptable:
        if chosen and command.codes is None:
            raise Refused("health_ends_at_the_printer", code=str(chosen[0]))
        raise Refused("health_nothing_blocks")
    kept = {
        entry
        for entry in acceptable
        if command.remember
        or (command.remember is None and not concerns_plate_or_motion(entry))
    }
    step.change(
        health=tuple(
            replace(one, accepted=True) if one.entry in acceptable else one
            for one in line.health
        ),
        remembered_health=line.remembered_health | kept,
    )


def forget(step: Step, command: ForgetHealth) -> None:
    """Take back what was remembered: what of it stands has to be accepted anew."""
    line = step.line
    gone = {
        entry for entry in line.remembered_health if str(entry) in set(command.codes)
    }
    step.change(
        remembered_health=line.remembered_health - gone,
        health=tuple(
            replace(one, accepted=False, last_run=line.last_run_id)
            if one.entry in gone
            else one
            for one in line.health
        ),
    )


def _found(standing: dict[str, Hms], code: str) -> Hms:
    digits = "".join(filter(str.isalnum, code)).upper()
    for printed, entry in standing.items():
        if printed.replace("-", "") == digits:
            return entry
    raise Refused("health_not_there", code=code[:40])

"""The printer's health entries (HMS): which forbid a start, and which were accepted.

An entry of severity 1 or 2, or of an unknown severity, forbids a start until it is accepted:
by a person, or by a print of ours that finished with it. That holds for this occurrence and
ends when the entry clears. An entry accepted for the printer (`remember`) stays accepted until
that is revoked. Entries that recordings show during normal prints are only displayed.
"""

from dataclasses import replace

from ..bambu.codes import SIGNATURE_HMS
from ..bambu.status import Hms, PrinterStatus
from .event import AcceptHealth, ForgetHealth, Refused
from .model import HealthEntry, Line, Run
from .step import Step

ONLY_SHOWN = frozenset({3, 4})
"""Severities; any other is not known to be harmless (I6)."""
STANDS_HARMLESSLY = frozenset(
    {
        SIGNATURE_HMS,  # 20 logs, 31 reports of RUNNING, 51 days old: see FM-015 for a new one
        Hms(0x0C00_0100, 0x0001_0004),  # 10 logs, 16 reports of RUNNING: lens dirty
        Hms(0x0500_0300, 0x0001_000A),  # 9 logs, 8 reports of RUNNING
    }
)
"""Printing goes on with these, in 371 logs of bambuddy's users (FM-156)."""

_MAINBOARD, _AMS, _AMS_LITE, _AMS_HT = 0x05, 0x07, 0x12, 0x18
_ITS_OTHER_BOARDS = 0x0500_0300
"""Entries of the mainboard about the boards that move the machine."""
_EYES = frozenset({0x0C00_0100, 0x0C00_0200})
"""Camera and lidar themselves; what they see of plate and part has other entries."""
_STILL = frozenset({_MAINBOARD, _AMS, _AMS_LITE, _AMS_HT})


def forbids(entry: Hms, line: Line) -> bool:
    """Tell whether this entry forbids a start."""
    if entry.severity in ONLY_SHOWN or entry in STANDS_HARMLESSLY:
        return False
    return entry not in line.remembered_health and not any(
        one.accepted and one.entry == entry for one in line.health
    )


def ends_at_the_printer(entry: Hms, line: Line, status: PrinterStatus) -> bool:
    """Tell whether the entry can only be cleared at the printer: it refuses commands."""
    off = line.developer_mode_off or status.signed_commands_only is True
    return off and entry == SIGNATURE_HMS


def concerns_plate_or_motion(entry: Hms) -> bool:
    """Tell whether a start despite this entry may hit something; unknown parts may."""
    if entry.attr in _EYES:
        return False
    return entry.attr >> 24 not in _STILL or entry.attr == _ITS_OTHER_BOARDS


def blocking(line: Line, status: PrinterStatus) -> tuple[Hms, ...]:
    """Return the entries that forbid a start now, the worst first."""
    found = [
        one.entry
        for one in line.health
        if forbids(one.entry, line) or ends_at_the_printer(one.entry, line, status)
    ]
    return tuple(sorted(found, key=lambda entry: entry.severity))


def mind_health(step: Step) -> None:
    """Note which entries are active. One that has cleared loses its acceptance (FM-157)."""
    line, status = step.line, step.status
    if not status.complete or status.hms is None:
        return
    known = {one.entry: one for one in line.health}
    health = tuple(
        known.get(entry)
        or HealthEntry(entry=entry, since=step.now, last_run=line.last_run_id)
        for entry in dict.fromkeys(status.hms)
    )
    step.change(health=health)


def prove_harmless(step: Step, run: Run) -> None:
    """Accept the entries that were active before this run and still are after it."""
    step.change(
        health=tuple(
            one if one.last_run == run.run_id else replace(one, accepted=True)
            for one in step.line.health
        )
    )


def accept(step: Step, command: AcceptHealth) -> None:
    """Accept entries until they clear, or for this printer. Raises Refused."""
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
    """Revoke remembered entries; those still active have to be accepted again."""
    line = step.line
    gone = {entry for entry in line.remembered_health if str(entry) in command.codes}
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

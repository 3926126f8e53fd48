"""The production line: everything that changes its state is called from here.

`advance(line, event, context, now) -> (line, effects)` and nothing else. It is pure:
no clock, no I/O. The owner commits the new line before it carries out any effect, and
feeds each outcome back as an event.

States of a line are few. There is one run or none:

    none ── start decided ──> STARTING ── our id in PREPARE, RUNNING, PAUSE ──> PRINTING
      ^         (committed,       │                                                │
      │          then published)  │ nothing proven in 240 s, or lost              │ lost
      │                           v                                                v
      ├── a person or a report ── UNCERTAIN <───────────────────────────────────── ┘
      └── FINISH or FAILED of our id ── the end of the run, from any phase

One step always runs through the same rules, in this order:

1. `mind_clock`   every time as today's clock would have shown it (clock.py); tasks removed
   too long ago are forgotten (removal.py)
2. `mind_health`  which health entries are active: a person's command is about these (health.py)
3. the event itself: a person's command, or the outcome of an effect
4. `lose_sight`   what is no longer known without a connection (follow.py, files.py,
   plate.py)
5. `watch`        what the report says about the plate (plate.py)
6. `follow`       what it says about our run (follow.py)
7. `mind_errors`  a print error pauses the queue (trouble.py)
8. `tend_files`   which of our files the printer should have (files.py)
9. `start`        a new run, if `gate.why_not_start` has no reason left (start.py)
10. `ask`         call a person where only a person can help; wake up in time (waiting.py)

A rule sees the line as the rules before it left it. Because a start comes after everything
that reads the report, one report can end a run and occupy the plate, but never start the next
run on a plate that it made doubtful itself.
"""

from datetime import datetime

from ..bambu.status import Foreign
from . import queue
from .clock import mind_clock
from .context import Context
from .effect import Effect
from .event import (
    ContextChanged,
    Deleted,
    DeleteFailed,
    Event,
    ForeignCommand,
    Restarted,
    StartDeferred,
    StartImpossible,
    StartRefused,
    Uploaded,
    UploadFailed,
)
from .files import deleted, forget_transfers, tend_files, upload_failed, uploaded
from .fit import card_is_there
from .follow import follow, lose_sight
from .gate import is_fresh
from .health import mind_health
from .model import Line
from .plate import OCCUPIED, lose_trail, notice, watch
from .removal import without_forgotten
from .start import deferred, impossible, refused, start, was_missing
from .step import Step
from .trouble import mind_errors
from .waiting import ask, restart_wait


def advance(
    line: Line, event: Event, context: Context, now: datetime
) -> tuple[Line, tuple[Effect, ...]]:
    """Return the line after this event, and the effects to carry out.

    Raises Refused for a command that is not possible; nothing has changed then.
    """
    minded = mind_clock(line, now, context.uptime)
    step = Step(without_forgotten(minded, now), context, now)
    mind_health(step)
    _take(step, event)
    if not step.status.connected:
        lose_sight(step)
    if not card_is_there(step.status):
        forget_transfers(step)
        step.line = lose_trail(step.line, context)
    fresh = is_fresh(context, now)
    step.line = watch(step.line, step.status, fresh=fresh)
    follow(step)
    step.line = notice(step.line, step.status, fresh=fresh)
    mind_errors(step)
    tend_files(step)
    ask(step, start(step))
    return step.line, tuple(step.effects)


def _take(step: Step, event: Event) -> None:
    match event:
        case ContextChanged():
            pass
        case Restarted():
            step.change(transfer=None)
            lose_sight(step)
            forget_transfers(step)
            restart_wait(step)
        case StartDeferred(run_id):
            deferred(step, run_id)
        case StartImpossible(run_id):
            impossible(step, run_id)
        case StartRefused():
            refused(step, event)
        case Uploaded(name, sent):
            uploaded(step, name)
            if sent:
                was_missing(step, name)
        case UploadFailed():
            upload_failed(step, event)
        case Deleted(name):
            deleted(step, name)
        case DeleteFailed(name):
            deleted(step, name, gone=False)
        case ForeignCommand(foreign):
            step.change(told_by_others=step.now)
            if foreign is Foreign.MOVES:
                step.change(plate=OCCUPIED)
        case _:
            queue.command(step, event)

"""What may wait for the next commit: the printer itself tells it again after a crash.

A layer comes every few seconds, and each commit waits for a memory card. Such a change rides on
the next commit, and a crash before that loses it. So nothing may ride from which a restart
would conclude something else:

run.layer, run.total_layers   the next report shows them; a print that was stopped meanwhile is
                              charged for as many layers as were committed (FM-111); so the
                              first one does not ride: something was printed
stuck_on, stuck_since         a wait that nobody was called for starts over at a restart
silent_since                  likewise

Nothing else rides. Above all not the trays in use (FM-106), errors, or whether the run was seen
at work; and not when the plate was last in sight: with an older time a person would be asked
about a plate that is known to be clear.
"""

from collections.abc import Iterable
from dataclasses import replace

from .effect import AskFullReport, Effect, WakeAt
from .model import Line


def may_wait(before: Line, after: Line, effects: Iterable[Effect]) -> bool:
    """Tell whether this step is as good as not done, should a crash lose it."""
    if not all(isinstance(effect, WakeAt | AskFullReport) for effect in effects):
        return False
    run = after.run
    if run is not None and before.run is not None:
        if run.layer and not before.run.layer:
            return False
        layers = before.run.total_layers
        run = replace(run, layer=before.run.layer, total_layers=layers)
    return before == replace(
        after,
        run=run,
        stuck_on=before.stuck_on,
        stuck_since=before.stuck_since,
        silent_since=before.silent_since,
    )

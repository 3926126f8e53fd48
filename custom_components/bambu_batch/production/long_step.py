"""Which steps take so long that nothing else should wait for them.

A step is a matter of milliseconds, whatever the queue's length, unless it touches each of many
tasks. It is pure: it can be worked out anywhere.
"""

from .event import ClearQueue, Enqueue, Event, RemoveTasks, RestoreTasks
from .model import Line

MANY = 200
"""Tasks of which each is touched; so many take two milliseconds."""


def takes_long(line: Line, event: Event) -> bool:
    """Tell whether the step of this event touches many tasks.

    Removed ones too: each may return between others, and is forgotten in the end.
    """
    touched = len(line.removed)
    match event:
        case Enqueue():
            touched += len(event.tasks)
        case RemoveTasks(task_ids) | RestoreTasks(task_ids):
            touched += len(task_ids)
        case ClearQueue():
            touched += len(line.tasks)
    return touched > MANY

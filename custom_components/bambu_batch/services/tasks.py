"""The actions that change the queue's tasks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..errors import refusal
from ..exact_values import whole_number, yes_or_no
from ..library import files, intake
from ..options import COOLDOWN_SECONDS, TASK_DEFAULTS, task_defaults
from ..production.event import (
    ClearQueue,
    Enqueue,
    MoveTask,
    RemoveTasks,
    ResolveTask,
    RestoreTasks,
    RetryTask,
    UpdateTask,
)
from ..production.model import AUTO, Line, Outcome
from ..todo import BambuBatchQueue
from .fields import TASK, TASKS, Fields, optional

OUTCOMES: Final = {
    "printed": Outcome.FINISHED,
    "not_started": Outcome.NOT_STARTED,
}

_SETTINGS: Final[Fields] = {
    **{
        vol.Optional(row.key): yes_or_no(row.key, *([AUTO] if row.may_be_auto else []))
        for row in TASK_DEFAULTS
    },
    **optional(yes_or_no, "use_ams"),
    vol.Optional("ams_mapping"): vol.All(
        cv.ensure_list, [whole_number("ams_mapping")], vol.Coerce(tuple)
    ),
    **optional(whole_number, COOLDOWN_SECONDS.key),
}
ENQUEUE_SCHEMA: Final = {
    vol.Required("file"): vol.Any(cv.string, dict),
    **optional(whole_number, "plate", "position"),
    vol.Optional("copies", default=1): whole_number("copies"),
    **_SETTINGS,
    **optional(yes_or_no, "clears_plate"),
    vol.Optional("hold", default=False): yes_or_no("hold"),
}
MOVE_TASK_SCHEMA: Final = {
    **TASK,
    vol.Required("position"): whole_number("position"),
}
UPDATE_TASK_SCHEMA: Final = {
    **TASK,
    **optional(whole_number, "copies"),
    **_SETTINGS,
    **optional(yes_or_no, "clears_plate", "hold"),
}
RESOLVE_TASK_SCHEMA: Final = {**TASK, vol.Required("outcome"): cv.string}


async def _enqueue(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Queue one plate of a file, or all of them."""
    data = call.data
    file = await files.resolve(call.hass, data["file"])
    defaults = task_defaults(queue.coordinator.config_entry.options)
    new = await intake.new_tasks(
        call.hass,
        file,
        plate=data.get("plate"),
        copies=data["copies"],
        settings=replace(defaults, **_settings(data)),
        clears_plate=data.get("clears_plate"),
        hold=data["hold"],
    )
    before, after = await queue.async_command(Enqueue(new, data.get("position")))
    known = before.queue.apart_from(after.queue)
    return {
        "tasks": [
            {
                "task_id": task.task_id,
                "name": task.name,
                "file": task.plate_file.file,
                "plate": task.plate_file.plate,
                "copies": task.copies,
                "swap": task.plate_file.swap,
            }
            for task_id, task in after.queue.apart_from(before.queue).items()
            if task_id not in known
        ]
    }


async def _move_task(queue: BambuBatchQueue, call: ServiceCall) -> None:
    """Move a waiting task."""
    await queue.async_command(MoveTask(call.data["task_id"], call.data["position"]))


async def _update_task(queue: BambuBatchQueue, call: ServiceCall) -> None:
    """Change a task."""
    data = call.data
    await queue.async_command(
        UpdateTask(
            task_id=data["task_id"],
            copies=data.get("copies"),
            settings=_settings(data),
            clears_plate=data.get("clears_plate"),
            hold=data.get("hold"),
        )
    )


async def _remove_task(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Take tasks out of the queue."""
    return _removed(*await queue.async_command(RemoveTasks(_task_ids(call))))


async def _clear_queue(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Take every task out of the queue."""
    return _removed(*await queue.async_command(ClearQueue()))


async def _restore_task(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Bring back tasks that were taken out a moment ago."""
    task_ids = _task_ids(call)
    await queue.async_command(RestoreTasks(task_ids))
    return {"restored": list(task_ids)}


async def _retry_task(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Queue the failed and cancelled copies of a task again."""
    task_id: str = call.data["task_id"]
    await queue.async_command(RetryTask(task_id))
    return {"task_id": task_id}


async def _resolve_task(queue: BambuBatchQueue, call: ServiceCall) -> None:
    """Say what became of an uncertain task."""
    outcome: str = call.data["outcome"]
    if outcome not in OUTCOMES:
        raise refusal("outcome_not_possible", outcome=outcome)
    await queue.async_command(ResolveTask(call.data["task_id"], OUTCOMES[outcome]))


def _settings(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return those settings of a task that the call names."""
    return {str(key): data[key] for key in _SETTINGS if key in data}


def _task_ids(call: ServiceCall) -> tuple[str, ...]:
    """Return the tasks that the call names, each once."""
    return tuple(dict.fromkeys(call.data["task_id"]))


def _removed(before: Line, after: Line) -> ServiceResponse:
    """Return the tasks that have left the queue; a plate of one may still be printing."""
    left = after.queue.apart_from(before.queue)
    return {
        "removed": [
            task_id
            for task_id, task in before.queue.apart_from(after.queue).items()
            if not task.removed and ((now := left.get(task_id)) is None or now.removed)
        ]
    }


_NONE: Final = SupportsResponse.NONE
_OPTIONAL: Final = SupportsResponse.OPTIONAL
ACTIONS: Final = (
    ("enqueue", ENQUEUE_SCHEMA, _enqueue, _OPTIONAL),
    ("move_task", MOVE_TASK_SCHEMA, _move_task, _NONE),
    ("update_task", UPDATE_TASK_SCHEMA, _update_task, _NONE),
    ("remove_task", TASKS, _remove_task, _OPTIONAL),
    ("clear_queue", None, _clear_queue, _OPTIONAL),
    ("restore_task", TASKS, _restore_task, _OPTIONAL),
    ("retry_task", TASK, _retry_task, _OPTIONAL),
    ("resolve_task", RESOLVE_TASK_SCHEMA, _resolve_task, _NONE),
)

"""The actions: all of them on the queue's to-do entity, so permissions come from it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from homeassistant.components.todo import DOMAIN as TODO_DOMAIN
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
import voluptuous as vol

from . import options
from .const import DOMAIN
from .errors import refusal
from .library import files, intake
from .production.event import (
    AcceptHealth,
    ClearQueue,
    CloseError,
    Command,
    ConfirmPlateClear,
    Enqueue,
    MoveTask,
    PausePrint,
    RemoveTasks,
    ResolveTask,
    RestoreTasks,
    ResumePrint,
    RetryTask,
    StopPrint,
    UpdateTask,
)
from .production.model import AUTO, Line, Outcome
from .todo import BambuBatchQueue
from .typed import moment, whole_number, yes_or_no
from .views import costs, history, queue as queue_view
from .views.costs import Costs
from .web import history_csv

ATTR_AMS_MAPPING: Final = "ams_mapping"
ATTR_BY: Final = "by"
ATTR_CLEARS_PLATE: Final = "clears_plate"
ATTR_CODE: Final = "code"
ATTR_COPIES: Final = "copies"
ATTR_FILE: Final = "file"
ATTR_HOLD: Final = "hold"
ATTR_LIMIT: Final = "limit"
ATTR_OUTCOME: Final = "outcome"
ATTR_PLATE: Final = "plate"
ATTR_POSITION: Final = "position"
ATTR_REMEMBER: Final = "remember"
ATTR_SINCE: Final = "since"
ATTR_TASK_ID: Final = "task_id"
ATTR_UNTIL: Final = "until"
ATTR_USE_AMS: Final = "use_ams"

MOST_RUNS: Final = 10_000
OUTCOMES: Final = {
    "printed": Outcome.FINISHED,
    "not_started": Outcome.NOT_STARTED,
}

_SETTINGS: dict[vol.Marker, Any] = {
    **{
        vol.Optional(row.key): yes_or_no(row.key, *([AUTO] if row.may_be_auto else []))
        for row in options.TASK_DEFAULTS
    },
    vol.Optional(ATTR_USE_AMS): yes_or_no(ATTR_USE_AMS),
    vol.Optional(ATTR_AMS_MAPPING): vol.All(
        cv.ensure_list, [whole_number(ATTR_AMS_MAPPING)]
    ),
    vol.Optional(options.COOLDOWN_SECONDS.key): whole_number(
        options.COOLDOWN_SECONDS.key
    ),
}
_TASK_ID = vol.Required(ATTR_TASK_ID)

ENQUEUE_SCHEMA: Final = {
    vol.Required(ATTR_FILE): vol.Any(cv.string, dict),
    vol.Optional(ATTR_PLATE): whole_number(ATTR_PLATE),
    vol.Optional(ATTR_COPIES, default=1): whole_number(ATTR_COPIES),
    vol.Optional(ATTR_POSITION): whole_number(ATTR_POSITION),
    **_SETTINGS,
    vol.Optional(ATTR_CLEARS_PLATE): yes_or_no(ATTR_CLEARS_PLATE),
    vol.Optional(ATTR_HOLD, default=False): yes_or_no(ATTR_HOLD),
}
MOVE_TASK_SCHEMA: Final = {
    _TASK_ID: cv.string,
    vol.Required(ATTR_POSITION): whole_number(ATTR_POSITION),
}
UPDATE_TASK_SCHEMA: Final = {
    _TASK_ID: cv.string,
    vol.Optional(ATTR_COPIES): whole_number(ATTR_COPIES),
    **_SETTINGS,
    vol.Optional(ATTR_CLEARS_PLATE): yes_or_no(ATTR_CLEARS_PLATE),
    vol.Optional(ATTR_HOLD): yes_or_no(ATTR_HOLD),
}
REMOVE_TASK_SCHEMA: Final = {
    _TASK_ID: vol.All(cv.ensure_list, vol.Length(min=1), [cv.string])
}
RESTORE_TASK_SCHEMA: Final = REMOVE_TASK_SCHEMA
RETRY_TASK_SCHEMA: Final = {_TASK_ID: cv.string}
RESOLVE_TASK_SCHEMA: Final = {
    _TASK_ID: cv.string,
    vol.Required(ATTR_OUTCOME): cv.string,
}
ACCEPT_HEALTH_SCHEMA: Final = {
    vol.Optional(ATTR_CODE): vol.All(cv.ensure_list, vol.Length(min=1), [cv.string]),
    vol.Optional(ATTR_REMEMBER): yes_or_no(ATTR_REMEMBER),
}
_TIMES: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_SINCE): moment(ATTR_SINCE),
    vol.Optional(ATTR_UNTIL): moment(ATTR_UNTIL),
}
GET_COSTS_SCHEMA: Final = {
    **_TIMES,
    vol.Optional(ATTR_BY, default=Costs.MONTH): cv.string,
}
GET_HISTORY_SCHEMA: Final = {
    **_TIMES,
    vol.Optional(ATTR_LIMIT, default=100): whole_number(ATTR_LIMIT),
}


async def _enqueue(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Queue one plate of a file, or all of them."""
    data = call.data
    file = await files.resolve(call.hass, data[ATTR_FILE])
    defaults = options.task_defaults(queue.coordinator.config_entry.options)
    new = await intake.new_tasks(
        call.hass,
        file,
        plate=data.get(ATTR_PLATE),
        copies=data[ATTR_COPIES],
        settings=replace(defaults, **_settings(data)),
        clears_plate=data.get(ATTR_CLEARS_PLATE),
        hold=data[ATTR_HOLD],
    )
    before, after = await queue.async_command(Enqueue(new, data.get(ATTR_POSITION)))
    known = {task.task_id for task in before.tasks}
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
            for task in after.tasks
            if task.task_id not in known
        ]
    }


async def _move_task(queue: BambuBatchQueue, call: ServiceCall) -> None:
    """Move a waiting task."""
    await queue.async_command(
        MoveTask(call.data[ATTR_TASK_ID], call.data[ATTR_POSITION])
    )


async def _update_task(queue: BambuBatchQueue, call: ServiceCall) -> None:
    """Change a task."""
    data = call.data
    await queue.async_command(
        UpdateTask(
            task_id=data[ATTR_TASK_ID],
            copies=data.get(ATTR_COPIES),
            settings=_settings(data),
            clears_plate=data.get(ATTR_CLEARS_PLATE),
            hold=data.get(ATTR_HOLD),
        )
    )


async def _remove_task(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Take tasks out of the queue."""
    task_ids = tuple(dict.fromkeys(call.data[ATTR_TASK_ID]))
    return _removed(*await queue.async_command(RemoveTasks(task_ids)))


async def _clear_queue(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Take every task out of the queue."""
    return _removed(*await queue.async_command(ClearQueue()))


async def _restore_task(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Bring back tasks that were taken out a moment ago."""
    task_ids = tuple(dict.fromkeys(call.data[ATTR_TASK_ID]))
    await queue.async_command(RestoreTasks(task_ids))
    return {"restored": list(task_ids)}


async def _retry_task(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Queue the failed and cancelled copies of a task again."""
    task_id: str = call.data[ATTR_TASK_ID]
    await queue.async_command(RetryTask(task_id))
    return {"task_id": task_id}


async def _resolve_task(queue: BambuBatchQueue, call: ServiceCall) -> None:
    """Say what became of an uncertain task."""
    outcome: str = call.data[ATTR_OUTCOME]
    if outcome not in OUTCOMES:
        raise refusal("outcome_not_possible", outcome=outcome)
    await queue.async_command(ResolveTask(call.data[ATTR_TASK_ID], OUTCOMES[outcome]))


async def _accept_health(queue: BambuBatchQueue, call: ServiceCall) -> None:
    """Accept health entries."""
    await queue.async_command(
        AcceptHealth(
            codes=tuple(codes) if (codes := call.data.get(ATTR_CODE)) else None,
            remember=call.data.get(ATTR_REMEMBER),
        )
    )


async def _get_queue(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Return the whole queue."""
    coordinator = queue.coordinator
    return {
        **queue_view.summary(coordinator),
        "tasks": [dict(task) for task in coordinator.tasks],
    }


async def _get_costs(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Return what the plates took and cost."""
    by: str = call.data[ATTR_BY]
    if by not in Costs:
        raise refusal("costs_by_unknown", value=by, known=", ".join(Costs))
    return await costs.costs(
        queue.coordinator,
        Costs(by),
        _utc(call.data.get(ATTR_SINCE)),
        _utc(call.data.get(ATTR_UNTIL)),
    )


async def _export_history(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Return an address that gives the history as a table."""
    link = history_csv.async_link(
        call.hass,
        queue.entity_id,
        _utc(call.data.get(ATTR_SINCE)),
        _utc(call.data.get(ATTR_UNTIL)),
    )
    return {"url": link}


async def _get_history(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Return the runs that have ended."""
    limit: int = call.data[ATTR_LIMIT]
    if not 1 <= limit <= MOST_RUNS:
        raise refusal(
            "limit_out_of_range", value=str(limit), least="1", most=str(MOST_RUNS)
        )
    return {
        "runs": await history.runs(
            queue.coordinator,
            since=_utc(call.data.get(ATTR_SINCE)),
            until=_utc(call.data.get(ATTR_UNTIL)),
            limit=limit,
        )
    }


def _settings(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return those settings of a task that the call names."""
    given = {str(key): data[key] for key in _SETTINGS if key in data}
    if ATTR_AMS_MAPPING in given:
        given[ATTR_AMS_MAPPING] = tuple(given[ATTR_AMS_MAPPING])
    return given


def _removed(before: Line, after: Line) -> ServiceResponse:
    """Return the tasks that have left the queue; a plate of one may still be in print."""
    left = {task.task_id for task in after.tasks if not task.removed}
    return {
        "removed": [
            task.task_id
            for task in before.tasks
            if not task.removed and task.task_id not in left
        ]
    }


def _utc(moment: datetime | None) -> datetime | None:
    """Return the time in UTC; without a zone it is Home Assistant's own.

    Raises ServiceValidationError.
    """
    try:
        return dt_util.as_utc(moment) if moment else None
    except OverflowError as err:
        raise refusal("time_out_of_range", value=str(moment)) from err


def _says(
    command: type[
        CloseError | ConfirmPlateClear | PausePrint | ResumePrint | StopPrint
    ],
) -> Any:
    """Return the action that gives this command and nothing more."""

    async def say(queue: BambuBatchQueue, call: ServiceCall) -> None:
        event: Command = command()
        await queue.async_command(event)

    return say


_NONE, _OPTIONAL, _ONLY = (
    SupportsResponse.NONE,
    SupportsResponse.OPTIONAL,
    SupportsResponse.ONLY,
)
ACTIONS: Final = (
    ("enqueue", ENQUEUE_SCHEMA, _enqueue, _OPTIONAL),
    ("move_task", MOVE_TASK_SCHEMA, _move_task, _NONE),
    ("update_task", UPDATE_TASK_SCHEMA, _update_task, _NONE),
    ("remove_task", REMOVE_TASK_SCHEMA, _remove_task, _OPTIONAL),
    ("clear_queue", None, _clear_queue, _OPTIONAL),
    ("restore_task", RESTORE_TASK_SCHEMA, _restore_task, _OPTIONAL),
    ("retry_task", RETRY_TASK_SCHEMA, _retry_task, _OPTIONAL),
    ("resolve_task", RESOLVE_TASK_SCHEMA, _resolve_task, _NONE),
    ("confirm_plate_clear", None, _says(ConfirmPlateClear), _NONE),
    ("close_print_error", None, _says(CloseError), _NONE),
    ("accept_health", ACCEPT_HEALTH_SCHEMA, _accept_health, _NONE),
    ("pause_print", None, _says(PausePrint), _NONE),
    ("resume_print", None, _says(ResumePrint), _NONE),
    ("stop_print", None, _says(StopPrint), _NONE),
    ("get_queue", None, _get_queue, _ONLY),
    ("get_history", GET_HISTORY_SCHEMA, _get_history, _ONLY),
    ("get_costs", GET_COSTS_SCHEMA, _get_costs, _ONLY),
    ("export_history", _TIMES, _export_history, _ONLY),
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, schema, func, supports_response in ACTIONS:
        service.async_register_platform_entity_service(
            hass,
            DOMAIN,
            name,
            entity_domain=TODO_DOMAIN,
            func=func,
            schema=schema,
            supports_response=supports_response,
        )

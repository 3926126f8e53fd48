"""The actions that change nothing: what the queue holds, and what it has printed."""

from datetime import datetime
from typing import Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..errors import refusal
from ..exact_values import moment, whole_number
from ..todo import BambuBatchQueue
from ..views import costs, history, queue as queue_view
from ..views.costs import Costs
from ..web import history_csv
from .fields import optional

MOST_RUNS: Final = 10_000

PERIOD: Final = optional(moment, "since", "until")
GET_COSTS_SCHEMA: Final = {**PERIOD, vol.Optional("by", default=Costs.MONTH): cv.string}
GET_HISTORY_SCHEMA: Final = {
    **PERIOD,
    vol.Optional("limit", default=100): whole_number("limit"),
}


async def _get_queue(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Return the whole queue."""
    coordinator = queue.coordinator
    return {
        **queue_view.summary(coordinator),
        "tasks": [dict(task) for task in coordinator.tasks],
    }


async def _get_costs(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Return what the plates took and cost."""
    by: str = call.data["by"]
    if by not in Costs:
        raise refusal("costs_by_unknown", value=by, known=", ".join(Costs))
    return await costs.costs(queue.coordinator, Costs(by), *_period(call))


async def _export_history(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Return an address that gives the history as a table."""
    link = history_csv.async_link(call.hass, queue.entity_id, *_period(call))
    return {"url": link}


async def _get_history(queue: BambuBatchQueue, call: ServiceCall) -> ServiceResponse:
    """Return the runs that have ended."""
    limit: int = call.data["limit"]
    if not 1 <= limit <= MOST_RUNS:
        raise refusal(
            "limit_out_of_range", value=str(limit), least="1", most=str(MOST_RUNS)
        )
    since, until = _period(call)
    runs = await history.runs(queue.coordinator, since=since, until=until, limit=limit)
    return {"runs": runs}


def _period(call: ServiceCall) -> tuple[datetime | None, datetime | None]:
    """Return from when to when, in UTC. Raises ServiceValidationError."""
    return _utc(call.data.get("since")), _utc(call.data.get("until"))


def _utc(moment: datetime | None) -> datetime | None:
    """Return the time in UTC; without a zone it is Home Assistant's own.

    Raises ServiceValidationError.
    """
    try:
        return dt_util.as_utc(moment) if moment else None
    except OverflowError as err:
        raise refusal("time_out_of_range", value=str(moment)) from err


_ONLY: Final = SupportsResponse.ONLY
ACTIONS: Final = (
    ("get_queue", None, _get_queue, _ONLY),
    ("get_history", GET_HISTORY_SCHEMA, _get_history, _ONLY),
    ("get_costs", GET_COSTS_SCHEMA, _get_costs, _ONLY),
    ("export_history", PERIOD, _export_history, _ONLY),
)

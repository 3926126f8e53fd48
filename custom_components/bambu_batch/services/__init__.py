"""The actions: all of them on the queue's to-do entity, so permissions come from it."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.todo import DOMAIN as TODO_DOMAIN
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers import service
import voluptuous as vol

from ..const import DOMAIN
from ..exact_values import yes_or_no
from ..production.event import (
    AcceptHealth,
    CloseError,
    Command,
    ConfirmPlateClear,
    PausePrint,
    ResumePrint,
    StopPrint,
)
from ..todo import BambuBatchQueue
from . import answers, tasks
from .fields import ONE_OR_MORE, optional

ACCEPT_HEALTH_SCHEMA: Final = {
    vol.Optional("code"): ONE_OR_MORE,
    **optional(yes_or_no, "remember"),
}


async def _accept_health(queue: BambuBatchQueue, call: ServiceCall) -> None:
    """Accept health entries."""
    codes = call.data.get("code")
    await queue.async_command(
        AcceptHealth(
            codes=tuple(codes) if codes else None, remember=call.data.get("remember")
        )
    )


def _gives(command: Callable[[], Command]) -> Any:
    """Return the action that gives this command and nothing more."""

    async def give(queue: BambuBatchQueue, call: ServiceCall) -> None:
        await queue.async_command(command())

    return give


ACTIONS: Final = (
    *tasks.ACTIONS,
    ("confirm_plate_clear", None, _gives(ConfirmPlateClear), SupportsResponse.NONE),
    ("close_print_error", None, _gives(CloseError), SupportsResponse.NONE),
    ("accept_health", ACCEPT_HEALTH_SCHEMA, _accept_health, SupportsResponse.NONE),
    ("pause_print", None, _gives(PausePrint), SupportsResponse.NONE),
    ("resume_print", None, _gives(ResumePrint), SupportsResponse.NONE),
    ("stop_print", None, _gives(StopPrint), SupportsResponse.NONE),
    *answers.ACTIONS,
)
"""Name, fields, what is done, whether it answers."""


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

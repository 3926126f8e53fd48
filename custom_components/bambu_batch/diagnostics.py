"""Diagnostics: all that explains a line's behavior, and nothing that identifies its owner."""

from collections.abc import Iterable
import dataclasses
from datetime import datetime
from enum import Enum
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant

from .bambu.errors import BambuError
from .const import CONF_ACCESS_CODE, CONF_CERTIFICATE, CONF_SERIAL
from .coordinator import BambuBatchConfigEntry
from .options import OPTIONS
from .production.forecast import Plan
from .production.job import is_ours
from .text import own_texts
from .views import health, printer

_SECRETS: Final = (CONF_ACCESS_CODE, CONF_CERTIFICATE, CONF_HOST, CONF_SERIAL)
_OF_THE_LINE: Final = {
    "name",
    "file",
    "gcode",
    "md5",
    "sha256",
    "job",
    "serial",
    "tag",
    *(row.key for row in OPTIONS.values() if row.private),
}
"""Names and places of a person's files, spools, servers, home. Our own ids of tasks and runs stay."""
_OF_THE_PRINTER: Final = {
    "design_id",
    "file",
    "gcode_file",
    "ip",
    "ipcam",
    "job_id",
    "model_id",
    "name",
    "net",
    "profile_id",
    "project_id",
    "sn",
    "ssid",
    "subtask_id",
    "subtask_name",
    "tag",
    "tag_uid",
    "task_id",
    "tray_uuid",
    "url",
    "user_id",
}
"""Names, addresses, and ids that Bambu Lab's cloud knows."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: BambuBatchConfigEntry
) -> dict[str, Any]:
    """Return the line's state, the printer's status and its last full report."""
    coordinator = entry.runtime_data
    line, status = coordinator.line, coordinator.status
    ours = {
        "options": dict(entry.options),
        "line": line,
        "reasons": coordinator.reasons,
        "health": health.entries(coordinator, own_texts(hass)),
        "missing": printer.missing(status),
        "plan": _plan(coordinator.plan),
        "shows_our_run": line.run is not None and is_ours(status, line.run),
        "lost": coordinator.disconnect_reason,
        "uploading": coordinator.transfers.share,
        "transfer_error": _error(coordinator.transfers.error),
        "refusal": coordinator.starts.refusal,
        "interlocks_hold": coordinator.interlocks.hold(),
        "spoolman": {
            "on": coordinator.spoolman.on,
            "error": coordinator.spoolman.error and coordinator.spoolman.error.key,
            "spools": len(coordinator.spoolman.spools),
            "charges": coordinator.spoolman.charges.own,
        },
        "store_error": coordinator.store_error and coordinator.store_error.key,
    }
    theirs = {"status": status, "report": coordinator.connection.document}
    data = {
        **async_redact_data(_plain(ours), _OF_THE_LINE),
        **async_redact_data(_plain(theirs), _OF_THE_PRINTER),
    }
    secrets = [str(entry.data[key]) for key in _SECRETS]
    redacted: dict[str, Any] = _without(data, secrets)
    return redacted


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "tasks": dict(plan.tasks),
        "remaining_seconds": plan.remaining_seconds,
        "finish": plan.finish,
        "plates": plan.plates,
        "running": plan.running,
    }


def _error(err: BambuError | None) -> str | None:
    """Return an error of a transfer: its key, and the printer's reply as a bare code."""
    return None if err is None else f"{err.key} {err}".strip()


def _plain(value: Any) -> Any:
    """Return frozen data as what JSON knows."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value


def _without(value: Any, secrets: Iterable[str]) -> Any:
    """Return the data without the secrets, wherever a printer may have put them."""
    if isinstance(value, str):
        found = any(secret and secret in value for secret in secrets)
        return REDACTED if found else value
    if isinstance(value, dict):
        return {key: _without(one, secrets) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, secrets) for one in value]
    return value

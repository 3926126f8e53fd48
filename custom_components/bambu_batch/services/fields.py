"""The fields that actions share, and how they are checked."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.helpers import config_validation as cv
import voluptuous as vol

type Fields = dict[vol.Marker, Any]

ONE_OR_MORE: Final = vol.All(cv.ensure_list, vol.Length(min=1), [cv.string])
TASK: Final[Fields] = {vol.Required("task_id"): cv.string}
TASKS: Final[Fields] = {vol.Required("task_id"): ONE_OR_MORE}


def optional(check: Callable[[str], Callable[[Any], Any]], *names: str) -> Fields:
    """Return fields that may be left out; `check` makes the check of a field of this name."""
    return {vol.Optional(name): check(name) for name in names}

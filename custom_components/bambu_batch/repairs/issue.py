"""What an issue is: a row of the table of kinds, and what it says of one printer now."""

from collections.abc import Callable
from dataclasses import dataclass, field

from homeassistant.components.repairs import RepairsFlow
from homeassistant.helpers.issue_registry import IssueSeverity

from ..coordinator import BambuBatchCoordinator


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that a person must put right."""

    placeholders: dict[str, str] = field(default_factory=dict)
    page: str | None = None
    """Where to read more."""
    text: str | None = None
    """Key of its text, if that is not the kind's own."""
    elsewhere: bool = False
    """It is not put right by the kind's flow."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of issue."""

    key: str
    """Part of its id, and the key of its texts."""
    find: Callable[[BambuBatchCoordinator], Issue | None]
    """Return the printer's issue of this kind; None: there is none."""
    flow: Callable[[Kind, str], RepairsFlow] | None = None
    """The steps that end it, for an entry's id; None: it is put right elsewhere."""
    severity: IssueSeverity = IssueSeverity.WARNING
    notice: str | None = None
    """Key of a notification's text: nothing but a person at the printer ends this."""
    needs_report: bool = False
    """Without a connection nobody knows whether it is over."""


def issue_id(key: str, entry_id: str) -> str:
    """Return the id of a printer's issue."""
    return f"{key}_{entry_id}"


def key_of(issue_id: str) -> str:
    """Return the key of an issue's kind."""
    return issue_id.rpartition("_")[0]

"""What only a person can put right: shown under Settings > Repairs as long as it is so.

Issues follow from the state alone, so that none is left over and none is missing after a
restart. `repairs.py` has what a person can do about each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.issue_registry import IssueSeverity

from ..bambu import codes
from ..bambu.connection import DisconnectReason
from ..bambu.errors import CertificateChanged, DataNotEncrypted
from ..bambu.health import meaning_of
from ..bambu.status import Hms
from ..books.spoolman_link import SpoolmanLink
from ..const import DOMAIN
from ..coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from ..production.gate import Reason
from ..production.health import blocking, ends_at_the_printer
from ..production.model import PauseReason, Phase
from ..spoolman.spool import Account
from ..store.errors import StoreCorrupt, StoreReplaced
from ..text import Texts, own_texts
from ..views.cause import was_sent_anew, with_cause

PRINT_ERROR: Final = "print_error"
PLATE_NOT_CLEAR: Final = "plate_not_clear"
TASK_UNCERTAIN: Final = "task_uncertain"
HEALTH: Final = "health"
QUEUE_PAUSED: Final = "queue_paused"
PERSON_NEEDED: Final = "person_needed"
DEVELOPER_MODE_OFF: Final = "developer_mode_off"
CERTIFICATE_CHANGED: Final = "certificate_changed"
DATA_NOT_ENCRYPTED: Final = "data_not_encrypted"
SPOOLMAN_DOUBTFUL: Final = "spoolman_doubtful"
SPOOLMAN_NO_SPOOL: Final = "spoolman_no_spool"
STORE: Final = "store"
KINDS: Final = (
    PRINT_ERROR,
    PLATE_NOT_CLEAR,
    TASK_UNCERTAIN,
    HEALTH,
    QUEUE_PAUSED,
    PERSON_NEEDED,
    DEVELOPER_MODE_OFF,
    CERTIFICATE_CHANGED,
    DATA_NOT_ENCRYPTED,
    SPOOLMAN_DOUBTFUL,
    SPOOLMAN_NO_SPOOL,
    STORE,
)
NOTIFIED: Final = (
    PRINT_ERROR,
    PLATE_NOT_CLEAR,
    TASK_UNCERTAIN,
    HEALTH,
    DEVELOPER_MODE_OFF,
    CERTIFICATE_CHANGED,
    DATA_NOT_ENCRYPTED,
)
"""What nothing but a person at the printer ends: told at once, besides."""
NOT_HERE: Final = (PERSON_NEEDED, DATA_NOT_ENCRYPTED)
"""What is put right elsewhere."""
WRITTEN_ANEW: Final = (StoreReplaced.key, StoreCorrupt.key)
"""Errors of the database that end when what is in memory takes its place."""
PRINTER_TELLS: Final = (DEVELOPER_MODE_OFF, CERTIFICATE_CHANGED)
"""What nobody knows without a connection, until the printer was heard again."""
_REPAIRS: Final = "/config/repairs"
_SEVERITY: Final = {
    PRINT_ERROR: IssueSeverity.ERROR,
    CERTIFICATE_CHANGED: IssueSeverity.ERROR,
    DATA_NOT_ENCRYPTED: IssueSeverity.ERROR,
    DEVELOPER_MODE_OFF: IssueSeverity.ERROR,
    STORE: IssueSeverity.ERROR,
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that a person must put right."""

    kind: str
    placeholders: dict[str, str] = field(default_factory=dict)
    page: str | None = None
    """Where to read more."""
    text: str | None = None
    """Key of its text where that is not the kind's own."""


def issue_id(kind: str, entry_id: str) -> str:
    """Return the id of a printer's issue."""
    return f"{kind}_{entry_id}"


@callback
def async_watch(hass: HomeAssistant, entry: BambuBatchConfigEntry) -> CALLBACK_TYPE:
    """Show a printer's issues from now on; returns what ends that.

    They stay over a reload: one that was ignored shall not come back by it.
    """
    watch = _Watch(hass, entry)
    watch.refresh()
    unlisten = entry.runtime_data.async_add_listener(watch.refresh)

    @callback
    def end() -> None:
        unlisten()
        watch.end()

    return end


@callback
def async_forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take away all issues of a printer."""
    for kind in KINDS:
        ir.async_delete_issue(hass, DOMAIN, issue_id(kind, entry.entry_id))


def issues_of(
    hass: HomeAssistant, coordinator: BambuBatchCoordinator
) -> Iterator[Issue]:
    """Yield what a person must put right now."""
    line, status, texts = coordinator.line, coordinator.status, own_texts(hass)
    if code := line.reported_error:
        meaning = texts.print_error(codes.classify(code))
        if was_sent_anew(line, code):
            meaning = texts.text("file_sent_anew")
        yield Issue(
            PRINT_ERROR,
            {"code": codes.printed(code), "meaning": meaning},
            codes.page(code),
        )
    elif line.paused_by not in (None, PauseReason.BY_USER):
        reason = texts.text(f"paused_{line.paused_by}")
        if line.paused_by in (PauseReason.START_REFUSED, PauseReason.UPLOAD_FAILED):
            reason = with_cause(texts, reason, line)
        yield Issue(QUEUE_PAUSED, {"reason": reason})
    if line.asked_to_clear:
        yield Issue(PLATE_NOT_CLEAR)
    if (run := line.run) is not None and run.phase is Phase.UNCERTAIN:
        task = line.task(run.task_id)
        yield Issue(
            TASK_UNCERTAIN,
            {"task": task.name if task else run.name, "copy": str(run.copy)},
        )
    if line.developer_mode_off or status.signed_commands_only:
        yield Issue(DEVELOPER_MODE_OFF)
    elif line.called_for not in (None, Reason.HMS_ERROR):
        reason = texts.call(line.called_for)
        if line.called_for == Reason.NO_FULL_REPORT and coordinator.missing:
            reason = f"{reason} ({', '.join(coordinator.missing)})"
        if line.called_for in (Reason.NO_STORAGE, Reason.UPLOADING):
            reason = with_cause(texts, reason, line)
        yield Issue(PERSON_NEEDED, {"reason": reason})
    if line.run is None and (entries := acceptable(coordinator)):
        yield _of_health(entries, texts)
    if coordinator.lost is DisconnectReason.CERTIFICATE_CHANGED:
        yield Issue(CERTIFICATE_CHANGED)
    elif isinstance(coordinator.transfers.error, DataNotEncrypted | CertificateChanged):
        yield Issue(DATA_NOT_ENCRYPTED)
    if (err := coordinator.store_error) is not None:
        yield Issue(STORE, text=err.key)
    yield from _of_charges(coordinator.ledger.spoolman)


def acceptable(coordinator: BambuBatchCoordinator) -> tuple[Hms, ...]:
    """Return the health entries that a person can accept, the worst first."""
    line, status = coordinator.line, coordinator.status
    entries = blocking(line, status)
    return tuple(one for one in entries if not ends_at_the_printer(one, line, status))


def _of_health(entries: tuple[Hms, ...], texts: Texts) -> Issue:
    meanings = (f"{one}: {texts.health(meaning_of(one))}" for one in entries)
    return Issue(
        HEALTH,
        {"code": str(entries[0]), "entries": "\n\n".join(meanings)},
        codes.hms_page(entries[0]),
    )


def _of_charges(spoolman: SpoolmanLink) -> Iterator[Issue]:
    """Yield what Spoolman cannot be told without a person."""
    charges = {
        SPOOLMAN_DOUBTFUL: spoolman.charges.doubtful,
        SPOOLMAN_NO_SPOOL: spoolman.charges.without_spool,
    }
    for kind, charge in charges.items():
        if charge is None:
            continue
        number = Account.parse(charge.account).number
        yield Issue(
            kind,
            {
                "plate": charge.name,
                "grams": f"{charge.grams:.1f}",
                "spool": f"#{number}",
                "before": f"{charge.used_before or 0.0:.1f}",
                "after": f"{(charge.used_before or 0.0) + charge.grams:.1f}",
            },
        )


def _is_put_right_here(issue: Issue) -> bool:
    if issue.kind == STORE:
        return issue.text in WRITTEN_ANEW
    return issue.kind not in NOT_HERE


class _Watch:
    """Keeps the registry, and the notifications, as the state is."""

    def __init__(self, hass: HomeAssistant, entry: BambuBatchConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._shown: dict[str, Issue] = {}

    @callback
    def refresh(self) -> None:
        """Show what is there now, and nothing else. An issue that was clicked away, too."""
        issues = issues_of(self._hass, self._entry.runtime_data)
        now = {issue.kind: issue for issue in issues}
        registry = ir.async_get(self._hass)
        for kind in KINDS:
            there = registry.async_get_issue(DOMAIN, self._id(kind)) is not None
            if kind not in now:
                if there and self._is_over(kind):
                    ir.async_delete_issue(self._hass, DOMAIN, self._id(kind))
            elif not there or self._shown.get(kind) != now[kind]:
                self._create(now[kind])
        for kind in NOTIFIED:
            if now.get(kind) != self._shown.get(kind):
                self._notify(kind, now.get(kind))
        self._shown = now

    @callback
    def end(self) -> None:
        """Take the notifications away, and the issues of a printer that is switched off."""
        for kind in self._shown:
            self._notify(kind, None)
        if self._entry.disabled_by is not None:
            async_forget(self._hass, self._entry)

    def _is_over(self, kind: str) -> bool:
        """Tell whether an issue that is not found any more is known to be over."""
        return kind not in PRINTER_TELLS or self._entry.runtime_data.status.complete

    def _id(self, kind: str) -> str:
        return issue_id(kind, self._entry.entry_id)

    def _create(self, issue: Issue) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._id(issue.kind),
            data={"entry_id": self._entry.entry_id},
            is_fixable=_is_put_right_here(issue),
            learn_more_url=issue.page,
            severity=_SEVERITY.get(issue.kind, IssueSeverity.WARNING),
            translation_key=issue.text or issue.kind,
            translation_placeholders={"name": self._entry.title, **issue.placeholders},
        )

    def _notify(self, kind: str, issue: Issue | None) -> None:
        """Tell of an issue at once, or take the notification away when it is over."""
        notification_id = f"{DOMAIN}_{self._id(kind)}"
        there = ir.async_get(self._hass).async_get_issue(DOMAIN, self._id(kind))
        if issue is None or (there is not None and there.dismissed_version):
            persistent_notification.async_dismiss(self._hass, notification_id)
            return
        texts = own_texts(self._hass)
        values = {"name": self._entry.title, **issue.placeholders}
        persistent_notification.async_create(
            self._hass,
            self._message(issue, texts, values),
            texts.issue_title(kind, **values),
            notification_id,
        )

    @staticmethod
    def _message(issue: Issue, texts: Texts, values: dict[str, str]) -> str:
        match issue.kind:
            case kind if kind == PRINT_ERROR:
                return texts.text("print_error_message", page=issue.page, **values)
            case kind if kind == HEALTH:
                return texts.text("health_message", page=_REPAIRS, **values)
        return texts.text("issue_message", page=_REPAIRS)

"""The table of issues: each row finds one kind, and names the steps that end it.

Issues follow from the state alone: none is left over, and none is missing after a restart.
"""

from typing import Final

from homeassistant.helpers.issue_registry import IssueSeverity

from ..bambu import codes
from ..bambu.connection import DisconnectReason
from ..bambu.errors import CertificateChanged, DataNotEncrypted
from ..bambu.health import meaning_of
from ..coordinator import BambuBatchCoordinator
from ..production.gate import Reason
from ..production.model import PauseReason, Phase
from ..spoolman.spool import Account
from ..store.charges import Charge
from ..store.errors import StoreCorrupt, StoreReplaced
from ..text import own_texts
from ..views.cause import was_sent_again, with_cause
from ..views.health import acceptable
from ..views.printer import missing
from .flows import (
    CertificateFlow,
    DeveloperModeFlow,
    HealthFlow,
    PausedQueueFlow,
    PrintErrorFlow,
    StoreFlow,
    UncertainTaskFlow,
)
from .issue import Issue, Kind
from .plate import PlateFlow
from .spoolman import ChargeWithoutSpoolFlow, DoubtfulChargeFlow

REWRITABLE: Final = (StoreReplaced.key, StoreCorrupt.key)
"""Errors of the database that end when what is in memory takes its place."""


def _print_error(coordinator: BambuBatchCoordinator) -> Issue | None:
    line = coordinator.line
    if not (code := line.reported_error):
        return None
    texts = own_texts(coordinator.hass)
    meaning = texts.print_error(codes.classify(code))
    if was_sent_again(line, code):
        meaning = texts.text("file_sent_anew")
    return Issue({"code": codes.printed(code), "meaning": meaning}, codes.page(code))


def _plate_not_clear(coordinator: BambuBatchCoordinator) -> Issue | None:
    return Issue() if coordinator.line.asked_to_clear else None


def _task_uncertain(coordinator: BambuBatchCoordinator) -> Issue | None:
    run = coordinator.line.run
    if run is None or run.phase is not Phase.UNCERTAIN:
        return None
    task = coordinator.line.task(run.task_id)
    return Issue({"task": task.name if task else run.name, "copy": str(run.copy)})


def _health(coordinator: BambuBatchCoordinator) -> Issue | None:
    line = coordinator.line
    if line.run is not None or not (entries := acceptable(line, coordinator.status)):
        return None
    texts = own_texts(coordinator.hass)
    meanings = (f"{one}: {texts.health(meaning_of(one))}" for one in entries)
    return Issue(
        {"code": str(entries[0]), "entries": "\n\n".join(meanings)},
        codes.hms_page(entries[0]),
    )


def _queue_paused(coordinator: BambuBatchCoordinator) -> Issue | None:
    line = coordinator.line
    if line.reported_error or line.paused_by in (None, PauseReason.BY_USER):
        return None
    texts = own_texts(coordinator.hass)
    reason = texts.text(f"paused_{line.paused_by}")
    if line.paused_by in (PauseReason.START_REFUSED, PauseReason.UPLOAD_FAILED):
        reason = with_cause(texts, reason, line)
    return Issue({"reason": reason})


def _person_needed(coordinator: BambuBatchCoordinator) -> Issue | None:
    line = coordinator.line
    reason = line.called_for
    if reason in (None, Reason.HMS_ERROR) or _developer_mode_off(coordinator):
        return None
    texts = own_texts(coordinator.hass)
    words = texts.call(reason)
    fields = missing(coordinator.status)
    if reason == Reason.NO_FULL_REPORT and fields:
        words = f"{words} ({', '.join(fields)})"
    if reason in (Reason.NO_STORAGE, Reason.UPLOADING):
        words = with_cause(texts, words, line)
    return Issue({"reason": words})


def _developer_mode_off(coordinator: BambuBatchCoordinator) -> Issue | None:
    off = coordinator.line.developer_mode_off or coordinator.status.signed_commands_only
    return Issue() if off else None


def _certificate_changed(coordinator: BambuBatchCoordinator) -> Issue | None:
    changed = coordinator.disconnect_reason is DisconnectReason.CERTIFICATE_CHANGED
    return Issue() if changed else None


def _data_not_encrypted(coordinator: BambuBatchCoordinator) -> Issue | None:
    refused = isinstance(
        coordinator.transfers.error, DataNotEncrypted | CertificateChanged
    )
    return Issue() if refused and not _certificate_changed(coordinator) else None


def _doubtful_charge(coordinator: BambuBatchCoordinator) -> Issue | None:
    return _of_charge(coordinator.spoolman.charges.doubtful)


def _charge_without_spool(coordinator: BambuBatchCoordinator) -> Issue | None:
    return _of_charge(coordinator.spoolman.charges.without_spool)


def _of_charge(charge: Charge | None) -> Issue | None:
    if charge is None:
        return None
    before = charge.used_before or 0.0
    return Issue(
        {
            "plate": charge.name,
            "grams": f"{charge.grams:.1f}",
            "spool": f"#{Account.parse(charge.account).number}",
            "before": f"{before:.1f}",
            "after": f"{before + charge.grams:.1f}",
        }
    )


def _store(coordinator: BambuBatchCoordinator) -> Issue | None:
    if (err := coordinator.store_error) is None:
        return None
    return Issue(text=err.key, elsewhere=err.key not in REWRITABLE)


_ERROR: Final = IssueSeverity.ERROR
_NOTICE: Final = "issue_message"

KINDS: Final = (
    Kind("print_error", _print_error, PrintErrorFlow, _ERROR, "print_error_message"),
    Kind("plate_not_clear", _plate_not_clear, PlateFlow, notice=_NOTICE),
    Kind("task_uncertain", _task_uncertain, UncertainTaskFlow, notice=_NOTICE),
    Kind("health", _health, HealthFlow, notice="health_message"),
    Kind("queue_paused", _queue_paused, PausedQueueFlow),
    Kind("person_needed", _person_needed),
    Kind(
        "developer_mode_off",
        _developer_mode_off,
        DeveloperModeFlow,
        _ERROR,
        _NOTICE,
        needs_report=True,
    ),
    Kind(
        "certificate_changed",
        _certificate_changed,
        CertificateFlow,
        _ERROR,
        _NOTICE,
        needs_report=True,
    ),
    Kind("data_not_encrypted", _data_not_encrypted, None, _ERROR, _NOTICE),
    Kind("spoolman_doubtful", _doubtful_charge, DoubtfulChargeFlow),
    Kind("spoolman_no_spool", _charge_without_spool, ChargeWithoutSpoolFlow),
    Kind("store", _store, StoreFlow, _ERROR),
)
"""Notifications come in this order."""

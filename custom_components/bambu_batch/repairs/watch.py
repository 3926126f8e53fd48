"""Showing a printer's issues under Settings > Repairs, and notifying of the urgent ones."""

from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..coordinator import SELDOM, BambuBatchConfigEntry
from ..text import own_texts
from .issue import Issue, Kind, issue_id
from .kinds import KINDS

REPAIRS: Final = "/config/repairs"


@callback
def async_watch(hass: HomeAssistant, entry: BambuBatchConfigEntry) -> CALLBACK_TYPE:
    """Show a printer's issues from now on; returns what ends that.

    They stay over a reload, so that one a person has ignored stays ignored.
    """
    watch = _Watch(hass, entry)
    watch.refresh()
    unlisten = entry.runtime_data.async_add_listener(watch.refresh, SELDOM)
    ours = {issue_id(kind.key, entry.entry_id) for kind in KINDS}

    @callback
    def deleted(event: Event[ir.EventIssueRegistryUpdatedData]) -> None:
        """Look whether an issue that was fixed, or deleted, is over."""
        if event.data["action"] == "remove" and event.data["issue_id"] in ours:
            entry.runtime_data.worker.request_look()

    unhear = hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, deleted)

    @callback
    def end() -> None:
        unhear()
        unlisten()
        watch.end()

    return end


@callback
def async_forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete all issues of a printer."""
    for kind in KINDS:
        ir.async_delete_issue(hass, DOMAIN, issue_id(kind.key, entry.entry_id))


class _Watch:
    """Keeps the registry and the notifications in step with the state."""

    def __init__(self, hass: HomeAssistant, entry: BambuBatchConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._shown: dict[Kind, Issue] = {}

    @callback
    def refresh(self) -> None:
        """Show the issues of now, and no others. One that was deleted is shown again."""
        coordinator = self._entry.runtime_data
        found = ((kind, kind.find(coordinator)) for kind in KINDS)
        now = {kind: issue for kind, issue in found if issue is not None}
        for kind in KINDS:
            there = self._entry_of(kind) is not None
            if (issue := now.get(kind)) is None:
                if there and (coordinator.status.complete or not kind.needs_report):
                    ir.async_delete_issue(self._hass, DOMAIN, self._id(kind))
            elif not there or self._shown.get(kind) != issue:
                self._create(kind, issue)
        for kind in KINDS:
            if now.get(kind) != self._shown.get(kind):
                self._notify(kind, now.get(kind))
        self._shown = now

    @callback
    def end(self) -> None:
        """Dismiss the notifications, and delete the issues of a disabled printer."""
        for kind in self._shown:
            self._notify(kind, None)
        if self._entry.disabled_by is not None:
            async_forget(self._hass, self._entry)

    def _id(self, kind: Kind) -> str:
        return issue_id(kind.key, self._entry.entry_id)

    def _entry_of(self, kind: Kind) -> ir.IssueEntry | None:
        return ir.async_get(self._hass).async_get_issue(DOMAIN, self._id(kind))

    def _create(self, kind: Kind, issue: Issue) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._id(kind),
            data={"entry_id": self._entry.entry_id},
            is_fixable=kind.flow is not None and not issue.elsewhere,
            learn_more_url=issue.page,
            severity=kind.severity,
            translation_key=issue.text or kind.key,
            translation_placeholders={"name": self._entry.title, **issue.placeholders},
        )

    def _notify(self, kind: Kind, issue: Issue | None) -> None:
        """Notify of an urgent issue, or dismiss its notification once it is over or ignored."""
        if kind.notice is None:
            return
        notification_id = f"{DOMAIN}_{self._id(kind)}"
        there = self._entry_of(kind)
        if issue is None or (there is not None and there.dismissed_version):
            persistent_notification.async_dismiss(self._hass, notification_id)
            return
        texts = own_texts(self._hass)
        values = {"name": self._entry.title, **issue.placeholders}
        persistent_notification.async_create(
            self._hass,
            texts.text(kind.notice, page=issue.page, repairs=REPAIRS, **values),
            texts.issue_title(kind.key, **values),
            notification_id,
        )

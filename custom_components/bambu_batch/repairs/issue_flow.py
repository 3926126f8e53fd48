"""What all flows have in common: their question is about one printer, now."""

from abc import abstractmethod
from collections.abc import Awaitable
from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from ..flows.printer import printer_of
from ..production.event import Command
from ..runtime.database import store_errors
from ..text import own_texts
from .issue import Issue, Kind

type Input = dict[str, Any] | None

_NOTHING_TO_FILL_IN: Final = vol.Schema({})


class IssueFlow(RepairsFlow):
    """A flow about one printer."""

    _asked_about: object = None

    def __init__(self, kind: Kind, entry_id: str) -> None:
        """Take the kind of issue, and the entry of the printer."""
        self._kind = kind
        self.entry_id = entry_id

    @property
    def entry(self) -> BambuBatchConfigEntry:
        """The printer's entry."""
        return self.hass.config_entries.async_get_known_entry(self.entry_id)

    @property
    def coordinator(self) -> BambuBatchCoordinator | None:
        """The printer; None while its entry is not loaded."""
        entry: BambuBatchConfigEntry | None
        entry = self.hass.config_entries.async_get_entry(self.entry_id)
        return printer_of(entry) if entry else None

    @property
    def issue(self) -> Issue | None:
        """The issue as it is now; None: it is over."""
        return self._kind.find(self.coordinator) if self.coordinator else None

    @property
    def placeholders(self) -> dict[str, str]:
        """What the issue itself says."""
        if self.coordinator is None:
            return {}
        issue = self.issue
        own = issue.placeholders if issue else {}
        return {"name": self.coordinator.config_entry.title, **own}

    def about(self, coordinator: BambuBatchCoordinator) -> object:
        """Return what the question is about: a later one of the same kind is another."""
        there = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return there and there.created, self.issue, coordinator.line.last_run_id

    def too_late(self) -> RepairsFlowResult | None:
        """End the flow if the issue has changed while the form was open.

        A question may stay open for hours: its answer must not confirm the next plate.
        """
        if self.coordinator is None:
            return self.async_abort(reason="not_loaded")
        if self.issue is None or self.about(self.coordinator) != self._asked_about:
            return self.async_abort(reason="changed")
        return None

    async def do(self, command: Command) -> RepairsFlowResult:
        """Give a command and end the flow; say why if it is refused."""
        if (end := self.too_late()) is not None:
            return end
        assert self.coordinator is not None
        return await self.end_after(self.coordinator.obey(command))

    async def end_after(self, deed: Awaitable[object]) -> RepairsFlowResult:
        """Do it and end the flow; say why if it fails."""
        try:
            with store_errors():
                await deed
        except HomeAssistantError as err:
            return self.refused(err)
        return self.async_create_entry(data={})

    def refused(self, err: HomeAssistantError) -> RepairsFlowResult:
        """End the flow without having done it."""
        return self.async_abort(
            reason="refused",
            description_placeholders={"error": own_texts(self.hass).refusal(err)},
        )

    def form(
        self,
        step_id: str = "confirm",
        data_schema: vol.Schema = _NOTHING_TO_FILL_IN,
        **placeholders: str,
    ) -> RepairsFlowResult:
        """Ask for a confirmation."""
        self._remember()
        return self.async_show_form(
            step_id=step_id,
            data_schema=data_schema,
            description_placeholders=self.placeholders | placeholders,
        )

    def menu(self, *options: str) -> RepairsFlowResult:
        """Let a person choose."""
        self._remember()
        return self.async_show_menu(
            step_id="init",
            menu_options=list(options),
            description_placeholders=self.placeholders,
        )

    def _remember(self) -> None:
        if self.coordinator is not None:
            self._asked_about = self.about(self.coordinator)


class ConfirmFlow(IssueFlow):
    """One thing that is done once a person confirms."""

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Go straight to the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask, then do it."""
        if user_input is None:
            return self.form(**self.question())
        return await self.confirmed()

    def question(self) -> dict[str, str]:
        """Return what the question says beyond the issue's own placeholders."""
        return {}

    @abstractmethod
    async def confirmed(self) -> RepairsFlowResult:
        """Do it."""

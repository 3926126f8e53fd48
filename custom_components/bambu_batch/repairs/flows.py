"""What a person can do about an issue, step by step."""

from typing import Final, override

from homeassistant.components.repairs import RepairsFlowResult
import voluptuous as vol

from ..bambu import identity
from ..bambu.errors import BambuError
from ..bambu.status import Hms, PrintState
from ..const import CONF_CERTIFICATE, DOMAIN
from ..coordinator import BambuBatchCoordinator
from ..exact_values import YesNo
from ..flows.access import settings_of
from ..flows.connect import certificate_of
from ..production.event import (
    AcceptHealth,
    CloseError,
    ResolveTask,
    ResumePrint,
    SetRunning,
    StopPrint,
)
from ..production.health import concerns_plate_or_motion
from ..production.model import Outcome
from ..runtime import database
from ..views.health import acceptable
from .issue_flow import ConfirmFlow, Input, IssueFlow

REMEMBER: Final = "remember"


class PausedQueueFlow(ConfirmFlow):
    """The reason is dealt with: the queue may go on."""

    @override
    async def confirmed(self) -> RepairsFlowResult:
        """Let the queue go on."""
        return await self.do(SetRunning(running=True))


class PrintErrorFlow(IssueFlow):
    """Go on with the print, end it, or clear an error that is left over."""

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Offer what the printer can do now."""
        if self.coordinator is None:
            return self.async_abort(reason="not_loaded")
        state = self.coordinator.status.state
        offers = {
            "resume": state is PrintState.PAUSE,
            "stop": state in (PrintState.PAUSE, PrintState.RUNNING),
            "clear": True,
        }
        return self.menu(*(offer for offer, possible in offers.items() if possible))

    async def async_step_resume(self, user_input: Input = None) -> RepairsFlowResult:
        """Resume the print."""
        return await self.do(ResumePrint())

    async def async_step_stop(self, user_input: Input = None) -> RepairsFlowResult:
        """Stop the print."""
        return await self.do(StopPrint())

    async def async_step_clear(self, user_input: Input = None) -> RepairsFlowResult:
        """Clear the error at the printer."""
        return await self.do(CloseError())


class HealthFlow(IssueFlow):
    """Accept the health entries that block, for this printer or for as long as they stand."""

    _entries: tuple[Hms, ...]

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Name the risk if there is one."""
        if self.coordinator is None:
            return self.async_abort(reason="not_loaded")
        self._entries = acceptable(self.coordinator.line, self.coordinator.status)
        risk = any(map(concerns_plate_or_motion, self._entries))
        return await (self.async_step_risk() if risk else self.async_step_confirm())

    async def async_step_confirm(self, user_input: Input = None) -> RepairsFlowResult:
        """What concerns neither plate nor motion is remembered, unless a person says no."""
        if user_input is None:
            return self.form(data_schema=_remember(default=True))
        return await self._accept(user_input[REMEMBER])

    async def async_step_risk(self, user_input: Input = None) -> RepairsFlowResult:
        """What concerns plate or motion is remembered only if a person says so."""
        if user_input is None:
            return self.form("risk", _remember(default=False))
        return await self._accept(user_input[REMEMBER] or None)

    async def _accept(self, remember: bool | None) -> RepairsFlowResult:
        codes = tuple(map(str, self._entries))
        return await self.do(AcceptHealth(codes=codes, remember=remember))


def _remember(*, default: bool) -> vol.Schema:
    return vol.Schema({vol.Required(REMEMBER, default=default): YesNo()})


class UncertainTaskFlow(IssueFlow):
    """Say what became of a run that nobody has seen end."""

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask."""
        return self.menu("printed", "not_started")

    async def async_step_printed(self, user_input: Input = None) -> RepairsFlowResult:
        """It was printed."""
        return await self._resolve(Outcome.FINISHED)

    async def async_step_not_started(
        self, user_input: Input = None
    ) -> RepairsFlowResult:
        """It never began."""
        return await self._resolve(Outcome.NOT_STARTED)

    async def _resolve(self, outcome: Outcome) -> RepairsFlowResult:
        run = self.coordinator.line.run if self.coordinator else None
        if run is None:
            return self.async_abort(reason="not_loaded")
        return await self.do(ResolveTask(run.task_id, outcome))


class DeveloperModeFlow(ConfirmFlow):
    """Connect again: only a new connection shows whether the printer takes commands."""

    @override
    async def confirmed(self) -> RepairsFlowResult:
        """Reload the printer's entry."""
        self.hass.config_entries.async_schedule_reload(self.entry_id)
        return self.async_create_entry(data={})


class StoreFlow(ConfirmFlow):
    """Write the queues of all printers again, as they are in memory (FM-175)."""

    @override
    async def confirmed(self) -> RepairsFlowResult:
        """Write, then let each line see whether it can be stored."""
        if (end := self.too_late()) is not None:
            return end
        return await self.end_after(self._rewrite())

    async def _rewrite(self) -> None:
        entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
        printers: list[BambuBatchCoordinator] = [one.runtime_data for one in entries]
        lines = {printer.serial: printer.line for printer in printers}
        await database.async_rewrite(self.hass, lines)
        for printer in printers:
            printer.worker.try_again()


class CertificateFlow(ConfirmFlow):
    """Compare the certificates, and pin the new one if a person says that it is right."""

    _shown: str

    @override
    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask the printer for its certificate; that reveals no secret."""
        settings = settings_of(self.entry)
        try:
            self._shown = await certificate_of(self.hass, settings)
        except BambuError as err:
            return self.async_abort(reason=err.key)
        named = identity.serial_of(self._shown)
        if named is not None and named != settings.serial:
            return self.async_abort(reason="wrong_serial")
        return await self.async_step_confirm()

    @override
    def question(self) -> dict[str, str]:
        """Show both fingerprints."""
        return {
            "pinned": identity.fingerprint(self.entry.data[CONF_CERTIFICATE]),
            "shown": identity.fingerprint(self._shown),
        }

    @override
    async def confirmed(self) -> RepairsFlowResult:
        """Pin the new one."""
        entry = self.entry
        self.hass.config_entries.async_update_entry(
            entry, data={**entry.data, CONF_CERTIFICATE: self._shown}
        )
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})

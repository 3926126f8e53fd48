"""What a person can do about an issue, step by step."""

import asyncio
from typing import Final, override

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
import voluptuous as vol

from ..bambu import codes as errors, identity
from ..bambu.connection_settings import Timing
from ..bambu.errors import BambuError
from ..bambu.status import Hms, PrintState
from ..const import CONF_CERTIFICATE, CONF_MQTT_PORT, CONF_SERIAL, DOMAIN
from ..coordinator import BambuBatchCoordinator
from ..errors import refusal
from ..production.event import (
    AcceptHealth,
    CloseError,
    Command,
    ConfirmPlateClear,
    ResolveTask,
    ResumePrint,
    SetRunning,
    StopPrint,
)
from ..production.health import concerns_plate_or_motion
from ..production.job import seems_at_rest, shown
from ..production.model import Outcome
from ..production.trouble import leaves_doubt
from ..runtime import database
from ..store.errors import StoreError
from ..typed import YesNo
from . import issues
from .flow import Input, IssueFlow
from .spoolman import ChargeWithoutSpoolFlow, DoubtfulChargeFlow

CLOSED_WITHIN: Final = 10
"""Seconds in which a printer shows that a code is closed."""
REMEMBER: Final = "remember"


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of an issue; its id begins with its kind."""
    kind = issue_id.rpartition("_")[0]
    flow = _FLOWS[kind]()
    flow.entry_id = str((data or {}).get("entry_id"))
    return flow


class _Confirm(IssueFlow):
    """One command that a person confirms."""

    command: Command

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Go straight to the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask, then do it."""
        if user_input is None:
            return self.form()
        return await self.do(self.command)


class PlateFlow(_Confirm):
    """The plate is clear: a person has seen it."""

    command = ConfirmPlateClear()
    _job: str | None = None

    @override
    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask, once no code speaks against the answer (FM-164)."""
        return await (
            self.async_step_close() if self._code else self.async_step_confirm()
        )

    async def async_step_close(self, user_input: Input = None) -> RepairsFlowResult:
        """Close the code at the printer, then ask."""
        if user_input is None:
            return self.form("close", code=errors.printed(self._code))
        if (end := self.too_late()) is not None:
            return end
        assert self.coordinator is not None
        try:
            if self._code:
                await self.coordinator.obey(CloseError())
            await self._closed(self.coordinator)
        except HomeAssistantError as err:
            return self.refused(err)
        except TimeoutError:
            code = errors.printed(self._code)
            return self.refused(refusal("plate_code_shown", code=code))
        return await self.async_step_confirm()

    async def _closed(self, coordinator: BambuBatchCoordinator) -> None:
        """Wait until the code is no longer shown. Raises TimeoutError."""
        closed = asyncio.Event()

        @callback
        def look() -> None:
            if not self._code:
                closed.set()

        unlisten = coordinator.async_add_listener(look)
        look()
        try:
            async with asyncio.timeout(CLOSED_WITHIN):
                await closed.wait()
        finally:
            unlisten()

    @property
    def _code(self) -> int:
        """Return the code that makes any plate doubtful, 0 for none."""
        code = self.coordinator.status.print_error if self.coordinator else None
        return code if code and leaves_doubt(code) else 0

    @override
    def about(self, coordinator: BambuBatchCoordinator) -> object:
        """Notice another print, too, whose part may lie on the plate by now."""
        status = coordinator.status
        if status.state is not PrintState.IDLE and seems_at_rest(status):
            self._job = shown(status)
        return super().about(coordinator), self._job


class PausedQueueFlow(_Confirm):
    """The reason is dealt with: the queue may go on."""

    command = SetRunning(running=True)


class PrintErrorFlow(IssueFlow):
    """Go on with the print, end it, or clear an error that is left over."""

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Offer what the printer can do now."""
        if self.coordinator is None:
            return self.async_abort(reason="not_loaded")
        paused = self.coordinator.status.state is PrintState.PAUSE
        at_work = self.coordinator.status.state in (
            PrintState.PAUSE,
            PrintState.RUNNING,
        )
        offers = {"resume": paused, "stop": at_work, "clear": True}
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
        """Tell the risk where there is one."""
        if self.coordinator is None:
            return self.async_abort(reason="not_loaded")
        self._entries = issues.acceptable(self.coordinator)
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


class DeveloperModeFlow(IssueFlow):
    """Connect again: only a new connection tells whether the printer takes commands."""

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Go straight to the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask, then reload."""
        if user_input is None:
            return self.form()
        self.hass.config_entries.async_schedule_reload(self.entry_id)
        return self.async_create_entry(data={})


class StoreFlow(IssueFlow):
    """Write the queues of all printers anew, as they are in memory (FM-175)."""

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Go straight to the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask, then write."""
        if user_input is None:
            return self.form()
        if (end := self.too_late()) is not None:
            return end
        entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
        printers: list[BambuBatchCoordinator] = [one.runtime_data for one in entries]
        lines = {printer.serial: printer.line for printer in printers}
        try:
            await database.async_write_anew(self.hass, lines)
        except StoreError as err:
            return self.refused(refusal(err.key))
        for printer in printers:
            printer.worker.try_again()
        return self.async_create_entry(data={})


class CertificateFlow(IssueFlow):
    """Compare the certificates, and pin the new one if a person says that it is right."""

    _shown: str

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask the printer for its certificate; that gives no secret away."""
        data = self.entry.data
        try:
            self._shown = await self.hass.async_add_executor_job(
                identity.read_certificate,
                data[CONF_HOST],
                data[CONF_MQTT_PORT],
                Timing().connect,
            )
        except BambuError as err:
            return self.async_abort(reason=err.key)
        named = identity.serial_of(self._shown)
        if named is not None and named != data[CONF_SERIAL]:
            return self.async_abort(reason="wrong_serial")
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: Input = None) -> RepairsFlowResult:
        """Show both fingerprints, then pin the new one."""
        entry = self.entry
        if user_input is None:
            return self.form(
                pinned=identity.fingerprint(entry.data[CONF_CERTIFICATE]),
                shown=identity.fingerprint(self._shown),
            )
        self.hass.config_entries.async_update_entry(
            entry, data={**entry.data, CONF_CERTIFICATE: self._shown}
        )
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})


_FLOWS: Final[dict[str, type[IssueFlow]]] = {
    issues.PRINT_ERROR: PrintErrorFlow,
    issues.PLATE_NOT_CLEAR: PlateFlow,
    issues.TASK_UNCERTAIN: UncertainTaskFlow,
    issues.HEALTH: HealthFlow,
    issues.QUEUE_PAUSED: PausedQueueFlow,
    issues.DEVELOPER_MODE_OFF: DeveloperModeFlow,
    issues.CERTIFICATE_CHANGED: CertificateFlow,
    issues.STORE: StoreFlow,
    issues.SPOOLMAN_DOUBTFUL: DoubtfulChargeFlow,
    issues.SPOOLMAN_NO_SPOOL: ChargeWithoutSpoolFlow,
}

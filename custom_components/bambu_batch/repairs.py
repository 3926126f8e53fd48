"""What a person can do about an issue, step by step."""

from typing import Final, override

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from . import issues
from .bambu import identity
from .bambu.access import Timing
from .bambu.exceptions import BambuError
from .bambu.status import PrintState
from .const import CONF_CERTIFICATE, CONF_MQTT_PORT, CONF_SERIAL, DOMAIN
from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .library import refusal
from .production.event import (
    Command,
    ConfirmPlateClear,
    Refused,
    ResolveTask,
    ResumePrint,
    SetRunning,
    StopPrint,
)
from .production.job import is_at_rest, shown
from .production.model import Outcome
from .store.charges import Charge
from .store.errors import StoreError
from .text import own_texts

type Input = dict[str, str] | None

_NOTHING_TO_FILL_IN: Final = vol.Schema({})


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of an issue; its id begins with its kind."""
    kind = issue_id.rpartition("_")[0]
    flow = _FLOWS[kind]()
    flow.entry_id = str((data or {}).get("entry_id"))
    return flow


class _Flow(RepairsFlow):
    """A flow about one printer."""

    entry_id: str
    _asked_about: object = None

    @property
    def entry(self) -> BambuBatchConfigEntry:
        """The printer's entry."""
        return self.hass.config_entries.async_get_known_entry(self.entry_id)

    @property
    def coordinator(self) -> BambuBatchCoordinator | None:
        """The printer; None while its entry is not loaded."""
        entry = self.hass.config_entries.async_get_entry(self.entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        coordinator: BambuBatchCoordinator = entry.runtime_data
        return coordinator

    @property
    def issue(self) -> issues.Issue | None:
        """The issue as it is now; None: it is over."""
        kind = self.issue_id.rpartition("_")[0]
        if self.coordinator is None:
            return None
        for issue in issues.issues_of(self.hass, self.coordinator):
            if issue.kind == kind:
                return issue
        return None

    @property
    def placeholders(self) -> dict[str, str]:
        """What the issue itself says."""
        if self.coordinator is None:
            return {}
        said = self.issue.placeholders if self.issue else {}
        return {"name": self.coordinator.config_entry.title, **said}

    def about(self, coordinator: BambuBatchCoordinator) -> object:
        """Return what the question is about: a later one of the same kind is another."""
        there = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return there and there.created, self.issue, coordinator.line.last_run_id

    def too_late(self) -> RepairsFlowResult | None:
        """End the flow if the answer would no longer be to what was asked.

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
        try:
            await self.coordinator.command(command)
        except Refused as err:
            return self.refused(refusal(err.key, **err.placeholders))
        except HomeAssistantError as err:
            return self.refused(err)
        return self.async_create_entry(data={})

    def refused(self, err: HomeAssistantError) -> RepairsFlowResult:
        """End the flow without having done it."""
        return self.async_abort(
            reason="refused",
            description_placeholders={"error": own_texts(self.hass).refusal(err)},
        )

    def form(self, **placeholders: str) -> RepairsFlowResult:
        """Ask for a confirmation."""
        self._remember()
        return self.async_show_form(
            step_id="confirm",
            data_schema=_NOTHING_TO_FILL_IN,
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


class _Confirm(_Flow):
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
    def about(self, coordinator: BambuBatchCoordinator) -> object:
        """Notice another print, too, whose part may lie on the plate by now."""
        status = coordinator.status
        if status.state is not PrintState.IDLE and is_at_rest(status):
            self._job = shown(status)
        return super().about(coordinator), self._job


class PausedQueueFlow(_Confirm):
    """The reason is dealt with: the queue may go on."""

    command = SetRunning(running=True)


class PrintErrorFlow(_Flow):
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
        if (end := self.too_late()) is not None:
            return end
        assert self.coordinator is not None
        if self.coordinator.connection.clean_print_error() is None:
            return self.refused(refusal("not_sent"))
        return self.async_create_entry(data={})


class UncertainTaskFlow(_Flow):
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


class DeveloperModeFlow(_Flow):
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


class CertificateFlow(_Flow):
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


class _ChargeFlow(_Flow):
    """A flow about one charge that Spoolman cannot be told without a person."""

    charge: Charge | None = None

    def find(self) -> Charge | None:
        """Return the charge that the issue is about."""
        raise NotImplementedError

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Keep to the charge that is shown: the next one has an issue of its own."""
        self.charge = self.find()
        if self.charge is None:
            return self.async_abort(reason="not_loaded")
        return self.ask()

    def ask(self) -> RepairsFlowResult:
        """Put the question."""
        raise NotImplementedError

    async def settle(self, *, arrived: bool) -> RepairsFlowResult:
        """Do as the person says."""
        if self.coordinator is None or self.charge is None:
            return self.async_abort(reason="not_loaded")
        try:
            await self.coordinator.ledger.spoolman.settle(self.charge, arrived=arrived)
        except StoreError as err:
            return self.refused(refusal(err.key))
        return self.async_create_entry(data={})


class DoubtfulChargeFlow(_ChargeFlow):
    """Say whether Spoolman has a charge whose answer was lost."""

    @override
    def find(self) -> Charge | None:
        if self.coordinator is None:
            return None
        return self.coordinator.ledger.spoolman.charges.doubtful

    @override
    def ask(self) -> RepairsFlowResult:
        return self.menu("book", "booked")

    async def async_step_book(self, user_input: Input = None) -> RepairsFlowResult:
        """It is not booked: book it."""
        return await self.settle(arrived=False)

    async def async_step_booked(self, user_input: Input = None) -> RepairsFlowResult:
        """It is booked already."""
        return await self.settle(arrived=True)


class ChargeWithoutSpoolFlow(_ChargeFlow):
    """Leave a charge out: its spool is gone for good."""

    @override
    def find(self) -> Charge | None:
        if self.coordinator is None:
            return None
        return self.coordinator.ledger.spoolman.charges.without_spool

    @override
    def ask(self) -> RepairsFlowResult:
        return self.form()

    async def async_step_confirm(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask, then leave it out."""
        return await self.settle(arrived=True)


_FLOWS: Final[dict[str, type[_Flow]]] = {
    issues.PRINT_ERROR: PrintErrorFlow,
    issues.PLATE_NOT_CLEAR: PlateFlow,
    issues.TASK_UNCERTAIN: UncertainTaskFlow,
    issues.QUEUE_PAUSED: PausedQueueFlow,
    issues.DEVELOPER_MODE_OFF: DeveloperModeFlow,
    issues.CERTIFICATE_CHANGED: CertificateFlow,
    issues.SPOOLMAN_DOUBTFUL: DoubtfulChargeFlow,
    issues.SPOOLMAN_NO_SPOOL: ChargeWithoutSpoolFlow,
}

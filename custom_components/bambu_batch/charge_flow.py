"""What a person can do about a charge that Spoolman cannot be told of without him."""

from typing import override

from homeassistant.components.repairs import RepairsFlowResult

from .issue_flow import Input, IssueFlow
from .library import refusal
from .store.charges import Charge
from .store.errors import StoreError


class _ChargeFlow(IssueFlow):
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

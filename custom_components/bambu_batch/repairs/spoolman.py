"""What a person can do about a charge that cannot reach Spoolman without them."""

from collections.abc import Callable
from typing import override

from homeassistant.components.repairs import RepairsFlowResult

from ..books.spoolman_charges import Charges
from ..store.charges import Charge
from .issue_flow import ConfirmFlow, Input, IssueFlow


class _ChargeFlow(IssueFlow):
    """A flow about one charge that cannot reach Spoolman without a person."""

    charge: Charge | None = None

    def keep_to(
        self, charge_of: Callable[[Charges], Charge | None]
    ) -> RepairsFlowResult | None:
        """Keep to the charge that is shown: the next one has an issue of its own.

        Returns the end of the flow if there is none.
        """
        if self.coordinator is not None:
            self.charge = charge_of(self.coordinator.spoolman.charges)
        return self.async_abort(reason="not_loaded") if self.charge is None else None

    async def settle(self, *, arrived: bool) -> RepairsFlowResult:
        """Do as the person says."""
        if self.coordinator is None or self.charge is None:
            return self.async_abort(reason="not_loaded")
        return await self.end_after(
            self.coordinator.spoolman.settle(self.charge, arrived=arrived)
        )


class DoubtfulChargeFlow(_ChargeFlow):
    """Say whether Spoolman has a charge whose answer was lost."""

    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Offer both answers."""
        end = self.keep_to(lambda charges: charges.doubtful)
        return end or self.menu("book", "booked")

    async def async_step_book(self, user_input: Input = None) -> RepairsFlowResult:
        """It is not booked: book it."""
        return await self.settle(arrived=False)

    async def async_step_booked(self, user_input: Input = None) -> RepairsFlowResult:
        """It is booked already."""
        return await self.settle(arrived=True)


class ChargeWithoutSpoolFlow(_ChargeFlow, ConfirmFlow):
    """Leave a charge out: its spool is gone for good."""

    @override
    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask for a confirmation."""
        return self.keep_to(lambda charges: charges.without_spool) or self.form()

    @override
    async def confirmed(self) -> RepairsFlowResult:
        """Drop the charge."""
        return await self.settle(arrived=True)

"""How a person says that the plate is clear."""

import asyncio
from typing import Final, override

from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError

from ..bambu import codes
from ..bambu.status import PrintState
from ..coordinator import SELDOM, BambuBatchCoordinator
from ..errors import refusal
from ..production.event import CloseError, ConfirmPlateClear
from ..production.job import seems_at_rest, shown
from ..production.trouble import leaves_doubt
from .issue_flow import ConfirmFlow, Input

CLOSED_WITHIN: Final = 10
"""Seconds in which a printer shows that a code is closed."""


class PlateFlow(ConfirmFlow):
    """The plate is clear: a person has seen it."""

    _job: str | None = None

    @override
    async def async_step_init(self, user_input: Input = None) -> RepairsFlowResult:
        """Ask, once no code contradicts the answer (FM-164)."""
        return await (
            self.async_step_close() if self._code else self.async_step_confirm()
        )

    async def async_step_close(self, user_input: Input = None) -> RepairsFlowResult:
        """Close the code at the printer, then ask."""
        if user_input is None:
            return self.form("close", code=codes.printed(self._code))
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
            code = codes.printed(self._code)
            return self.refused(refusal("plate_code_shown", code=code))
        return await self.async_step_confirm()

    @override
    async def confirmed(self) -> RepairsFlowResult:
        """The plate is clear."""
        return await self.do(ConfirmPlateClear())

    async def _closed(self, coordinator: BambuBatchCoordinator) -> None:
        """Wait until the code is no longer shown. Raises TimeoutError."""
        closed = asyncio.Event()

        @callback
        def check() -> None:
            if not self._code:
                closed.set()

        unlisten = coordinator.async_add_listener(check, SELDOM)
        check()
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
        """Include the printer's job: another print's part may lie on the plate by now."""
        status = coordinator.status
        if status.state is not PrintState.IDLE and seems_at_rest(status):
            self._job = shown(status)
        return super().about(coordinator), self._job

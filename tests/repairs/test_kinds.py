"""The table of issues: a new kind is a row."""

from collections.abc import Iterator
from typing import override
from unittest.mock import patch

from homeassistant.components.repairs import DOMAIN as REPAIRS_DOMAIN, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.coordinator import BambuBatchCoordinator
from custom_components.bambu_batch.production.event import SetRunning
from custom_components.bambu_batch.repairs.issue import Issue, Kind, issue_id
from custom_components.bambu_batch.repairs.issue_flow import ConfirmFlow
from custom_components.bambu_batch.repairs.kinds import KINDS
from tests.shop import Shop


class _StopFlow(ConfirmFlow):
    @override
    async def confirmed(self) -> RepairsFlowResult:
        return await self.do(SetRunning(running=False))


def _running(coordinator: BambuBatchCoordinator) -> Issue | None:
    return Issue() if coordinator.line.running else None


@pytest.fixture
def one_more() -> Iterator[None]:
    kinds = (*KINDS, Kind("running", _running, _StopFlow, ir.IssueSeverity.ERROR))
    package = "custom_components.bambu_batch.repairs"
    with patch(f"{package}.KINDS", kinds), patch(f"{package}.watch.KINDS", kinds):
        yield


async def test_a_row_shows_an_issue_and_its_flow_ends_it(
    one_more: None, hass: HomeAssistant, desk: Shop
) -> None:
    assert await async_setup_component(hass, REPAIRS_DOMAIN, {})
    issue = issue_id("running", desk.entry.entry_id)
    registry = ir.async_get(hass)
    assert registry.async_get_issue(DOMAIN, issue) is None

    await desk.coordinator.obey(SetRunning(running=True))
    await desk.settled()
    shown = registry.async_get_issue(DOMAIN, issue)
    assert shown is not None
    assert (shown.is_fixable, shown.severity) == (True, ir.IssueSeverity.ERROR)

    flows = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    form = await flows.async_init(DOMAIN, data={"issue_id": issue})
    await flows.async_configure(form["flow_id"], {})
    await desk.settled()
    assert not desk.coordinator.line.running
    assert registry.async_get_issue(DOMAIN, issue) is None

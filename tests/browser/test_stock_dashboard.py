"""The demo's view of stock cards only: reorder by dragging, pause and resume."""

import asyncio
from datetime import datetime

from playwright.async_api import Page, expect
import pytest

from demo import dashboard
from demo.tasks import TASKS

from .conftest import House, at_rest, looking

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="session"),
]

CLIP, HOOK, LABEL = (task.name for task in TASKS)
PATIENCE = 60_000
"""ms; a busy machine draws slowly."""


async def drag_in_todo_card(page: Page, name: str, onto: str) -> None:
    """Switch the card's reordering on, and drag an item by its handle."""
    todo = page.locator("hui-todo-list-card")
    await todo.locator("ha-dropdown, ha-button-menu").first.click()
    await page.get_by_text("Reorder items").locator("visible=true").click()
    item = todo.locator("ha-check-list-item, ha-list-item", has_text=name)
    handle = await at_rest(item.locator("ha-svg-icon.reorderButton"))
    target = await at_rest(
        todo.locator("ha-check-list-item, ha-list-item", has_text=onto)
    )
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    for step in range(1, 21):
        await page.mouse.move(x, y + (target["y"] + 4 - y) * step / 20)
        await asyncio.sleep(0.03)
    await page.mouse.up()


async def finish(house: House) -> datetime | None:
    """Return when the queue will be done."""
    state = (await house.client.state(house.entities["queue_finish"]))["state"]
    return None if state == "unknown" else datetime.fromisoformat(state)


async def planned(house: House, *, known: bool) -> datetime | None:
    """Wait until the finish is planned, or is not."""
    async with asyncio.timeout(30):
        while ((moment := await finish(house)) is not None) is not known:
            await asyncio.sleep(0.1)
    return moment


async def test_the_queue_is_reordered_in_the_stock_card(house: House) -> None:
    await house.refill()
    await dashboard.show(house.client, house.entities)
    async with looking(house, dashboard.STOCK) as (page, console):
        todo = page.locator("hui-todo-list-card")
        await expect(todo.get_by_text(LABEL)).to_be_visible(timeout=PATIENCE)
        await drag_in_todo_card(page, LABEL, CLIP)
        async with asyncio.timeout(10):
            while await house.names() != [LABEL, CLIP, HOOK]:
                await asyncio.sleep(0.1)
        assert console.errors == []


async def test_the_queue_is_paused_and_resumed_and_its_finish_moves(
    house: House,
) -> None:
    await house.refill(20, 1, 1)
    await house.act("confirm_plate_clear")
    await dashboard.show(house.client, house.entities)
    async with looking(house, dashboard.STOCK) as (page, _):
        tile = page.locator("hui-tile-card", has_text="Queue running")
        toggle = tile.locator("ha-control-switch")
        await expect(toggle).to_be_visible(timeout=PATIENCE)
        assert await finish(house) is None
        await toggle.click()
        await expect(tile).to_contain_text("On")
        before = await planned(house, known=True)
        await toggle.click()
        await expect(tile).to_contain_text("Off")
        await planned(house, known=False)
        await asyncio.sleep(3)  # a minute of the printer's goes by
        await toggle.click()
        after = await planned(house, known=True)
        assert before is not None and after is not None
        await toggle.click()

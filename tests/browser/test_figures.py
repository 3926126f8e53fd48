"""Figures of the card with 200 tasks: `pytest -p no:homeassistant --benchmark tests/browser -s`."""

import asyncio
from typing import Any

from playwright.async_api import WebSocket, expect
import pytest

from demo.tasks import TASKS

from .conftest import House, looking, rows

pytestmark = [
    pytest.mark.browser,
    pytest.mark.benchmark,
    pytest.mark.asyncio(loop_scope="session"),
]

COUNT = 200
OBSERVE = """
window.longTasks = [];
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
}).observe({type: "longtask", buffered: true});
"""


async def fill(house: House) -> None:
    await house.refill()
    for number in range(COUNT - len(TASKS)):
        task = TASKS[number % len(TASKS)]
        await house.act(
            "enqueue", file=f"media-source://media_source/local/{task.file}", copies=2
        )


async def test_a_long_queue_in_the_browser(house: House) -> None:
    await fill(house)
    async with looking(house) as (page, _):
        await expect(rows(page)).to_have_count(COUNT)
        paint = await page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        )
        await page.evaluate(OBSERVE)
        await asyncio.sleep(2)
        before: list[int] = await page.evaluate("window.longTasks.splice(0)")
        handle = await rows(page).nth(6).locator("button.handle").bounding_box()
        assert handle
        await page.mouse.move(handle["x"] + 10, handle["y"] + 10)
        await page.mouse.down()
        for step in range(120):
            await page.mouse.move(handle["x"] + 12, handle["y"] - 2 * step)
            await asyncio.sleep(0.016)
        during: list[int] = await page.evaluate("window.longTasks.splice(0)")
        await page.mouse.up()
        await asyncio.sleep(1)
        after: list[int] = await page.evaluate("window.longTasks.splice(0)")
    print(f"\n{COUNT} tasks: first contentful paint {paint:.0f} ms")
    print(
        f"long tasks (ms): at rest {before}, while dragging {during}, at the drop {after}"
    )


async def test_bytes_for_each_progress_update(house: House) -> None:
    await fill(house)
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", keep)

    def keep(payload: Any) -> None:
        text = payload if isinstance(payload, str) else payload.decode()
        if '"type":"change"' in text.replace(" ", ""):
            frames.append(text)

    async with looking(house) as (page, _):
        page.on("websocket", listen)
        await page.reload()
        await expect(rows(page)).to_have_count(COUNT)
        await house.client.act(
            "switch.turn_on", entity_id=house.entities["queue_running"]
        )
        if "plate_not_clear" in str(await house.queue()):
            await house.act("confirm_plate_clear")
        await expect(page.locator(".percent")).to_be_visible(timeout=30_000)
        frames.clear()
        await asyncio.sleep(15)
    await house.client.act("switch.turn_off", entity_id=house.entities["queue_running"])
    sizes = sorted(len(frame) for frame in frames)
    assert sizes
    print(
        f"\n{len(sizes)} messages of change in 15 s with {COUNT} tasks: "
        f"median {sizes[len(sizes) // 2]} bytes, largest {sizes[-1]}"
    )

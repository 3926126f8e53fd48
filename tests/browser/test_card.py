"""The dashboard card, by mouse, touch and keyboard."""

import asyncio
from pathlib import Path

from playwright.async_api import Page, expect
import pytest

from demo.tasks import TASKS
from simulator import slicer

from .conftest import House, at_rest, card, drag, looking, names, row, rows, violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CLIP, HOOK, LABEL = (task.name for task in TASKS)
SOON = 1000
"""ms in which a second browser has to see a change that the first one shows."""


async def opened(page: Page, name: str) -> None:
    """Open a row's controls."""
    await row(page, name).locator("button[aria-expanded]").click()


async def eventually(house: House, names: list[str]) -> None:
    """Wait until the server has this order."""
    async with asyncio.timeout(5):
        while await house.names() != names:
            await asyncio.sleep(0.05)


async def test_the_order_changes_by_mouse_and_another_browser_sees_it(
    house: House,
) -> None:
    await house.refill()
    async with looking(house) as (page, console), looking(house) as (other, _):
        await expect(rows(page)).to_have_count(3)
        await expect(rows(other)).to_have_count(3)
        await drag(page, LABEL, CLIP)
        await eventually(house, [LABEL, CLIP, HOOK])
        await expect(rows(other).first).to_contain_text(LABEL, timeout=SOON)
        await expect(names(page)).to_have_text([LABEL, CLIP, HOOK], use_inner_text=True)
        assert console.errors == []


async def test_the_order_changes_by_keyboard_and_the_focus_stays(house: House) -> None:
    await house.refill()
    async with looking(house) as (page, console):
        await expect(rows(page)).to_have_count(3)
        await row(page, HOOK).locator("button.handle").focus()
        await page.keyboard.press("ArrowUp")
        await eventually(house, [HOOK, CLIP, LABEL])
        await expect(page.get_by_text(f"{HOOK} moved to place 1 of 3")).to_be_attached()
        await page.keyboard.press("ArrowDown")
        await eventually(house, [CLIP, HOOK, LABEL])
        assert console.errors == []


async def test_the_order_changes_by_touch(house: House) -> None:
    await house.refill()
    async with looking(house, size=(400, 850), touch=True) as (page, _):
        await expect(rows(page)).to_have_count(3)
        handle = await at_rest(row(page, LABEL).locator("button.handle"))
        target = await at_rest(row(page, CLIP))
        finger = await page.context.new_cdp_session(page)
        x, y = handle["x"] + 12, handle["y"] + 14
        touch = "Input.dispatchTouchEvent"
        await finger.send(
            touch, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
        )
        await asyncio.sleep(0.3)
        for step in range(1, 21):
            at = y + (target["y"] + 4 - y) * step / 20
            await finger.send(
                touch, {"type": "touchMove", "touchPoints": [{"x": x, "y": at}]}
            )
            await asyncio.sleep(0.02)
        await finger.send(touch, {"type": "touchEnd", "touchPoints": []})
        await eventually(house, [LABEL, CLIP, HOOK])


async def test_overrides_copies_and_hold(house: House) -> None:
    await house.refill()
    async with looking(house) as (page, console), looking(house) as (other, _):
        await expect(rows(page)).to_have_count(3)
        await opened(page, HOOK)
        await opened(other, HOOK)
        timelapse = row(page, HOOK).get_by_role("button", name="Timelapse")
        await expect(timelapse).to_have_attribute("aria-pressed", "false")
        await timelapse.click()
        await expect(timelapse).to_have_attribute("aria-pressed", "true")
        theirs = row(other, HOOK).get_by_role("button", name="Timelapse")
        await expect(theirs).to_have_attribute("aria-pressed", "true", timeout=SOON)

        await row(page, HOOK).get_by_role("button", name="One more copy").click()
        await expect(row(page, HOOK)).to_contain_text("0 of 2")
        await expect(row(other, HOOK)).to_contain_text("0 of 2", timeout=SOON)

        await row(page, HOOK).get_by_role("button", name="Hold back").click()
        await expect(row(page, HOOK).locator(".status")).to_have_text("held")
        await expect(row(other, HOOK).locator(".status")).to_have_text(
            "held", timeout=SOON
        )
        await row(page, HOOK).get_by_role("button", name="Release").click()
        await expect(row(page, HOOK).locator(".status")).to_have_text("waiting")
        assert console.errors == []


async def test_a_removed_task_comes_back_by_undo(house: House) -> None:
    await house.refill()
    async with looking(house) as (page, console):
        await expect(rows(page)).to_have_count(3)
        await opened(page, HOOK)
        await row(page, HOOK).get_by_role("button", name="Remove").click()
        await eventually(house, [CLIP, LABEL])
        await expect(rows(page)).to_have_count(2)
        await page.get_by_role("button", name="Undo").click()
        await eventually(house, [CLIP, HOOK, LABEL])
        await expect(rows(page)).to_have_count(3)
        assert console.errors == []


async def test_fm_162_undo_brings_a_held_task_back_held(house: House) -> None:
    await house.refill()
    task_id = (await house.queue())["tasks"][1]["task_id"]
    await house.act(
        "update_task", task_id=task_id, hold=True, copies=7, cooldown_seconds=300
    )
    before = (await house.queue())["tasks"][1]
    async with looking(house) as (page, console):
        await expect(row(page, HOOK).locator(".status")).to_have_text("held")
        await opened(page, HOOK)
        await row(page, HOOK).get_by_role("button", name="Remove").click()
        await eventually(house, [CLIP, LABEL])
        await page.get_by_role("button", name="Undo").click()
        await eventually(house, [CLIP, HOOK, LABEL])
        await expect(row(page, HOOK).locator(".status")).to_have_text("held")
        assert (await house.queue())["tasks"][1] == before
        assert console.errors == []


async def test_removing_all_asks_first(house: House) -> None:
    await house.refill()
    async with looking(house) as (page, _):
        await expect(rows(page)).to_have_count(3)
        await page.get_by_role("button", name="Remove all").click()
        await page.get_by_role("button", name="Cancel").click()
        assert len(await house.names()) == 3
        await page.get_by_role("button", name="Remove all").click()
        await page.get_by_role("button", name="Remove all").click()
        await eventually(house, [])
        await expect(page.get_by_text("The queue is empty")).to_be_visible()
        await page.get_by_role("button", name="Undo").click()
        await eventually(house, [CLIP, HOOK, LABEL])


async def test_files_are_uploaded_each_with_its_own_error(
    house: House, tmp_path: Path
) -> None:
    await house.refill()
    good, bad = tmp_path / "Vase Nr. 1.gcode.3mf", tmp_path / "Notes.gcode.3mf"
    slicer.write(good, [slicer.SlicedPlate(name="Vase", swap="swapmod")], model="N1")
    bad.write_text("not a zip")
    async with looking(house) as (page, console):
        await expect(rows(page)).to_have_count(3)
        await page.get_by_role("button", name="Add", exact=True).click()
        await page.locator("bambu-batch-add input[type=file]").set_input_files(
            [bad, good]
        )
        await expect(page.locator(".upload .error")).to_contain_text("Notes.gcode.3mf")
        await page.get_by_label("Copies").first.fill("4")
        await page.get_by_role("button", name="Add to the queue").click()
        await expect(rows(page)).to_have_count(4)
        task = (await house.queue())["tasks"][-1]
        assert (task["copies"], task["plate"]) == (4, 1)
        assert len(console.errors) == 1, console.errors  # the refused upload


async def test_the_queue_is_paused_and_resumed_and_the_plate_confirmed(
    house: House,
) -> None:
    await house.refill(1, 1, 1)
    async with looking(house) as (page, console):
        await expect(card(page)).to_contain_text("The queue is paused")
        await page.get_by_role("button", name="Run the queue").click()
        await page.get_by_role("button", name="The plate is clear").click()
        await expect(row(page, CLIP).locator(".status")).to_have_text(
            "printing", timeout=20_000
        )
        await page.get_by_role("button", name="Pause the queue").click()
        await expect(page.get_by_role("button", name="Run the queue")).to_be_visible()
        assert (await house.queue())["running"] is False
        await expect(row(page, HOOK)).not_to_contain_text("–")
        assert console.errors == []


async def test_a_print_error_is_shown_and_goes(house: House) -> None:
    await house.refill(4, 1, 1)
    await house.act("confirm_plate_clear")
    await house.client.act("switch.turn_on", entity_id=house.entities["queue_running"])
    async with looking(house) as (page, _):
        await expect(row(page, CLIP).locator(".status")).to_have_text("printing")
        house.printer.world.set_error(0x1200_8006)
        await expect(card(page)).to_contain_text("The printer reports an error")
        await expect(card(page)).to_contain_text("1200-8006")
        house.printer.world.set_error(0)
        await expect(card(page)).not_to_contain_text("1200-8006")


async def test_a_reader_may_look_but_not_touch(house: House) -> None:
    await house.add_user("Visitor", "visitor", "visitor", "system-read-only")
    async with looking(house, user=("visitor", "visitor")) as (page, _):
        await expect(rows(page)).not_to_have_count(0)
        await expect(card(page)).to_contain_text("You can see this queue")
        await expect(card(page).get_by_role("button")).to_have_count(0)


async def test_no_violation_of_accessibility(house: House) -> None:
    await house.refill()
    for dark in (False, True):
        async with looking(house, dark=dark) as (page, _):
            await expect(rows(page)).to_have_count(3)
            await opened(page, HOOK)
            await page.get_by_role("button", name="Add", exact=True).click()
            await page.locator("bambu-batch-add button.file").first.click()
            await expect(
                page.get_by_role("button", name="Add to the queue")
            ).to_be_enabled()
            assert await violations(page) == []

"""What the card says of the printer, of its plate and of the queue never contradicts itself."""

import asyncio

from playwright.async_api import Page, expect
import pytest

from demo.tasks import TASKS

from .conftest import CARD_DASHBOARD, House, card, looking, rows

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CLIP, HOOK, LABEL = (task.name for task in TASKS)
SOON = 20_000
"""ms in which the printer has done what it was told."""
STOPPED = 0x1200_8006
FAN = 0x0300_8003


async def printing(house: House, page: Page) -> None:
    """Let the first task be in print."""
    await house.refill(4, 2, 3)
    await house.act("confirm_plate_clear")
    await house.client.act("switch.turn_on", entity_id=house.entities["queue_running"])
    await says(page, "Printing", "printing")
    house.farm.clock.speed = 20  # enough of the print is left for the test


async def says(page: Page, board: str, row: str) -> None:
    """Expect these words of the printer, and of the task whose plate is in it."""
    await expect(page.locator(".state")).to_have_text(board, timeout=SOON)
    await expect(rows(page).first.locator(".status")).to_have_text(row, timeout=SOON)


async def test_a_paused_print_is_paused_everywhere_and_resumed(house: House) -> None:
    async with looking(house) as (page, console):
        await printing(house, page)
        await page.get_by_role("button", name="Pause the print").click()
        await says(page, "Paused", "paused")
        await expect(card(page)).to_contain_text("The print is paused")
        await expect(page.locator(".line", has_text="done")).to_have_count(0)
        await page.get_by_role("button", name="Resume the print").click()
        await says(page, "Printing", "printing")
        await expect(card(page)).not_to_contain_text("The print is paused")
        assert console.errors == []


async def test_an_error_has_one_button_that_leads_on(house: House) -> None:
    async with looking(house) as (page, _):
        await printing(house, page)
        house.printer.world.pause_with(STOPPED)
        await expect(card(page)).to_contain_text("The printer reports an error")
        await says(page, "Paused", "paused")
        await expect(page.get_by_role("button", name="Run the queue")).to_have_count(0)
        await expect(page.locator("bambu-batch-notice a.main")).to_have_text(
            "Open repairs"
        )
        await page.locator("bambu-batch-notice a.main").click()
        await expect(page).to_have_url(f"{house.hass.url}/config/repairs")
        house.printer.world.press_resume()


async def test_a_stopped_print_is_asked_about_first(house: House) -> None:
    async with looking(house) as (page, _):
        await printing(house, page)
        await page.get_by_role("button", name="Stop the print").click()
        await expect(page.get_by_text("Stop this print?")).to_be_visible()
        await page.get_by_role("button", name="Cancel").click()
        await says(page, "Printing", "printing")
        await page.get_by_role("button", name="Stop the print").click()
        await page.get_by_role("button", name="Stop the print").last.click()
        await expect(rows(page).first).to_contain_text("1 canceled", timeout=SOON)
        await expect(page.locator(".percent")).to_have_count(0)


async def test_of_a_printer_that_is_away_nothing_is_claimed(house: House) -> None:
    async with looking(house) as (page, _):
        await printing(house, page)
        house.printer.world.power_off()
        await says(page, "Offline", "no contact")
        await expect(card(page)).to_contain_text("The printer cannot be reached")
        await expect(page.locator("bambu-batch-heading")).not_to_contain_text("done")
        await expect(page.locator(".percent")).to_have_count(0)

        house.printer.world.power_on()
        await expect(rows(page).first.locator(".status")).to_have_text(
            "uncertain", timeout=2 * SOON
        )
        await expect(card(page)).to_contain_text("Did this plate print?")
        await page.get_by_role("button", name="No, it did not start").click()
        await expect(card(page)).not_to_contain_text("Did this plate print?")


async def test_a_held_task_in_print_can_be_released(house: House) -> None:
    async with looking(house) as (page, _):
        await printing(house, page)
        first = rows(page).first
        await first.locator("button[aria-expanded]").click()
        await first.get_by_role("button", name="Hold back").click()
        await expect(first).to_contain_text("the rest: held back")
        await expect(first.locator(".status")).to_have_text("printing")
        await first.get_by_role("button", name="Release").click()
        await expect(first).not_to_contain_text("the rest")


async def test_between_two_plates_the_cooldown_is_counted_down(house: House) -> None:
    await house.refill(2, 1, 1)
    await house.client.act(
        "number.set_value", {"value": 30}, entity_id=house.entities["cooldown"]
    )
    try:
        async with looking(house) as (page, _):
            await house.act("confirm_plate_clear")
            await house.client.act(
                "switch.turn_on", entity_id=house.entities["queue_running"]
            )
            board = page.locator("bambu-batch-board .facts")
            await expect(board).to_contain_text("next plate in 0:", timeout=30_000)
            told = await board.inner_text()
            await asyncio.sleep(1.2)
            assert "next plate in 0:" in told != await board.inner_text()
    finally:
        await house.client.act(
            "number.set_value", {"value": 1}, entity_id=house.entities["cooldown"]
        )


async def test_an_empty_queue_tells_what_to_do(house: House) -> None:
    await house.refill()
    await house.act("clear_queue")
    async with looking(house, f"/{CARD_DASHBOARD}", size=(390, 844)) as (page, console):
        await expect(page.get_by_text("Drop sliced 3MF files")).to_be_visible()
        await page.get_by_role("button", name="Add files").click()
        await expect(page.locator("bambu-batch-add")).to_be_visible()
        await expect(page.get_by_text("Drop sliced 3MF files")).to_have_count(0)
        assert console.errors == []


async def test_health_entries_are_accepted_one_by_one_beside_an_error_too(
    house: House,
) -> None:
    world = house.printer.world
    async with looking(house) as (page, console):
        await house.refill(4, 2, 3)
        world.set_hms((0x0300_0100, 0x0001_0001), (0x0500_0400, 0x0001_0044))
        world.set_error(FAN)
        entries = page.locator("bambu-batch-notice .entry")
        await expect(entries).to_have_count(2, timeout=SOON)
        await expect(card(page)).to_contain_text("The printer reports an error")
        heater = entries.filter(has_text="0300-0100-0001-0001")
        await expect(heater).to_contain_text("Look at the printer first")
        await heater.get_by_role("button", name="Accept").click()
        await expect(entries).to_have_count(1, timeout=SOON)
        world.set_error(0)
        await expect(card(page)).to_contain_text("0500-0400-0001-0044")
        await expect(card(page)).not_to_contain_text("reports an error")
        await entries.get_by_role("button", name="Accept").click()
        await expect(entries).to_have_count(0, timeout=SOON)
        world.set_hms()
        assert console.errors == []

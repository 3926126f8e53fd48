"""The card in Home Assistant's own dashboard editor."""

from playwright.async_api import Page, expect
import pytest

from .conftest import CARD_DASHBOARD, House, at_rest, card, card_layout, looking, rows

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EDITING = f"/{CARD_DASHBOARD}?edit=1"
PATIENCE = 20_000
"""ms; the editor comes in many small files."""


async def first_card(house: House) -> dict[str, object]:
    """Return the card's configuration as it is stored."""
    config = await house.client.command("lovelace/config", url_path=CARD_DASHBOARD)
    stored: dict[str, object] = config["views"][0]["sections"][0]["cards"][0]
    return stored


async def as_wide_as_its_section(page: Page) -> bool:
    """Tell whether the card takes the whole section."""
    await expect(rows(page)).to_have_count(3)
    ours = await at_rest(card(page))
    section = await at_rest(page.locator("hui-grid-section").first)
    return abs(ours["width"] - section["width"]) < 2


async def test_an_option_changes_the_preview_and_is_saved(house: House) -> None:
    await house.refill()
    try:
        async with looking(house, EDITING) as (page, console):
            await page.locator("hui-card-edit-mode").click(timeout=PATIENCE)
            dialog = page.locator("hui-dialog-edit-card")
            preview = dialog.locator("bambu-batch-card")
            add = preview.get_by_role("button", name="Add", exact=True)
            await expect(add).to_be_visible(timeout=PATIENCE)
            await (
                dialog.locator("ha-selector-boolean", has_text="Let people add files")
                .locator("ha-switch")
                .click()
            )
            await expect(add).to_have_count(0)
            await dialog.locator("ha-selector-text input").fill("Left printer")
            await expect(preview.locator("h1")).to_have_text("Left printer")
            await dialog.get_by_text("Show code editor").click()
            yaml = dialog.locator(".cm-content")
            await expect(yaml).to_contain_text("type: custom:bambu-batch-card")
            await expect(yaml).to_contain_text("show_add: false")
            await dialog.get_by_role("button", name="Save").click()
            await expect(page.locator("#view bambu-batch-card h1")).to_have_text(
                "Left printer", timeout=PATIENCE
            )
            assert await first_card(house) == {
                "type": "custom:bambu-batch-card",
                "entity": house.entities["queue"],
                "title": "Left printer",
                "show_add": False,
            }
            assert console.errors == []
    finally:
        await card_layout(house.client, house.entities["queue"])


async def test_the_card_is_offered_for_an_entity_and_by_its_name(house: House) -> None:
    await house.refill()
    async with looking(house, EDITING) as (page, _):
        await page.locator("hui-grid-section .add").first.click(timeout=PATIENCE)
        dialog = page.locator("hui-dialog-create-card")
        offered = dialog.locator("bambu-batch-card")
        await dialog.locator("input").first.fill("plate is clear")
        await dialog.get_by_text("Plate is clear").first.click(timeout=PATIENCE)
        await expect(offered).to_contain_text("Cable clip", timeout=PATIENCE)

        await dialog.get_by_text("By card").click()
        await dialog.locator("input:visible").first.fill("bambu")
        await expect(dialog.get_by_text("Bambu Batch Manager")).to_be_visible()
        await expect(offered).to_contain_text("Cable clip")


async def test_the_card_fills_its_section_and_a_wide_one_stands_in_two_columns(
    house: House,
) -> None:
    await house.refill()
    async with looking(house) as (page, _):
        for width, columns in ((1280, 2), (834, 2), (390, 1)):
            await page.set_viewport_size({"width": width, "height": 900})
            await expect(rows(page)).to_have_count(3)
            assert await as_wide_as_its_section(page), width
            board = await at_rest(page.locator("bambu-batch-board"))
            queue = await at_rest(page.locator("bambu-batch-queue"))
            beside = queue["x"] > board["x"] + board["width"]
            assert beside is (columns == 2), width

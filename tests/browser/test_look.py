"""The card as other people see it: right-to-left, in their theme, without motion, in Chinese."""

import asyncio
from pathlib import Path

from playwright.async_api import Locator, Page, expect
import pytest

from demo.tasks import TASKS
from simulator import slicer

from .conftest import (
    THEME,
    House,
    card,
    drag,
    drop_files,
    looking,
    row,
    rows,
    violations,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CLIP, HOOK, LABEL = (task.name for task in TASKS)
LONG = (
    "Replacement bracket for the left drawer of the workshop's cabinet, final version"
)


async def left_of(locator: Locator) -> float:
    """Return where something begins, in px."""
    box = await locator.first.bounding_box()
    assert box
    return box["x"]


async def colours(page: Page, selector: str) -> tuple[str, str]:
    """Return the colours of text and ground."""
    found: list[str] = await page.locator(selector).first.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    return found[0], found[1]


async def contrast(page: Page, selector: str) -> float:
    """Return the contrast of a text with its own ground (WCAG 2)."""
    script = """colours => colours.map(colour => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    })"""
    light: list[float] = await page.evaluate(script, await colours(page, selector))
    return (max(light) + 0.05) / (min(light) + 0.05)


async def test_from_right_to_left(house: House) -> None:
    await house.refill()
    async with looking(house, language="he") as (page, console):
        await expect(rows(page)).to_have_count(3)
        await page.wait_for_function("document.dir === 'rtl'")
        first = rows(page).first
        assert await left_of(first.locator(".handle")) > await left_of(
            first.locator(".picture")
        )
        assert await left_of(page.locator("bambu-batch-board")) > await left_of(
            page.locator("bambu-batch-queue")
        )
        plate, minutes = (
            first.locator(".line > span").nth(0),
            first.locator(".line > span").nth(1),
        )
        assert await left_of(plate) > await left_of(minutes)
        await drag(page, LABEL, CLIP)
        await expect(rows(page).first).to_contain_text(LABEL)
        async with asyncio.timeout(5):
            while await house.names() != [LABEL, CLIP, HOOK]:
                await asyncio.sleep(0.05)
        assert console.errors == []


async def test_a_long_name_keeps_its_beginning_and_overflows_nothing(
    house: House,
) -> None:
    file = f"{LONG}.gcode.3mf"
    slicer.write(
        house.hass.media / file, [slicer.SlicedPlate(swap="swapmod")], model="N1"
    )
    await house.refill()
    await house.act(
        "enqueue", file=f"media-source://media_source/local/{file}", copies=12345
    )
    async with looking(house, size=(390, 844), language="ar") as (page, _):
        await expect(rows(page)).to_have_count(4)
        await row(page, LONG[:20]).locator("button[aria-expanded]").click()
        for width in (390, 320):
            await page.set_viewport_size({"width": width, "height": 844})
            # Names wrap to two lines; nothing sticks out of the card.
            assert await card(page).evaluate(
                """card => [...card.shadowRoot.querySelectorAll("bambu-batch-queue")]
                    .flatMap(queue => [...queue.shadowRoot.querySelectorAll("bambu-batch-row")])
                    .every(row => row.scrollWidth <= row.clientWidth)"""
            )


async def test_a_theme_of_unusual_colours_stays_readable(house: House) -> None:
    await house.refill()
    await house.client.act("frontend.set_theme", {"name": THEME})
    try:
        async with looking(house) as (page, _):
            await expect(rows(page)).to_have_count(3)
            ground = page.locator("bambu-batch-card ha-card")
            await expect(ground).to_have_css("background-color", "rgb(20, 40, 20)")
            # White on the theme's yellow could not be read: the card makes it darker.
            assert await contrast(page, "bambu-batch-notice button.main") >= 4.5
            # Rows let the theme's ground through.
            assert (await colours(page, "bambu-batch-row"))[1] == "rgba(0, 0, 0, 0)"
            assert await violations(page) == []
    finally:
        await house.client.act("frontend.set_theme", {"name": "default"})


async def test_nothing_moves_for_who_wants_no_motion(house: House) -> None:
    await house.refill()
    async with looking(house) as (page, _):
        await page.emulate_media(reduced_motion="reduce")
        await expect(rows(page)).to_have_count(3)
        moving = await card(page).evaluate(
            """card => {
                const all = root => [...root.querySelectorAll("*")].flatMap(
                    e => e.tagName.startsWith("BAMBU") && e.shadowRoot
                        ? [e, ...all(e.shadowRoot)] : [e]);
                return all(card.shadowRoot).filter(e => !e.tagName.startsWith("HA-"))
                    .map(e => getComputedStyle(e).transitionDuration)
                    .filter(duration => duration.split(", ").some(d => d !== "0s"));
            }"""
        )
        assert moving == []
        await drag(page, LABEL, CLIP)
        await expect(rows(page).first).to_contain_text(LABEL)


async def test_files_let_fall_on_the_card_are_uploaded_each_with_its_own_error(
    house: House, tmp_path: Path
) -> None:
    await house.refill()
    vase, lamp = tmp_path / "Vase two.gcode.3mf", tmp_path / "Lamp foot.gcode.3mf"
    slicer.write(vase, [slicer.SlicedPlate(name="Vase", swap="swapmod")], model="N1")
    slicer.write(lamp, [slicer.SlicedPlate(name="Lamp", swap="swapmod")], model="N1")
    bad = tmp_path / "Notes two.gcode.3mf"
    bad.write_text("not a zip")
    async with looking(house, language="zh-Hans") as (page, _):
        await expect(rows(page)).to_have_count(3)
        await drop_files(page, [vase, bad, lamp])
        error = page.locator(".upload .error")
        await expect(error).to_have_count(1)
        await expect(error).to_contain_text("Notes two.gcode.3mf 不是 3MF 文件")
        await expect(page.locator("button.file[aria-selected=true]")).to_have_count(2)
        await page.get_by_role("button", name="添加到队列").click()
        await expect(rows(page)).to_have_count(5)
        names = await house.names()
        assert ["Vase" in names[3], "Lamp" in names[4]] == [True, True], names


async def test_a_refusal_is_said_in_the_users_language(house: House) -> None:
    other = "Other printer.gcode.3mf"
    slicer.write(
        house.hass.media / other, [slicer.SlicedPlate(swap="swapmod")], model="N2S"
    )
    await house.refill()
    await house.act("enqueue", file=f"media-source://media_source/local/{other}")
    async with looking(house, language="zh-Hans") as (page, _):
        theirs = row(page, "Other printer")
        await expect(theirs.locator(".status")).to_have_text("已搁置")
        await theirs.locator("button[aria-expanded]").click()
        await theirs.get_by_role("button", name="解除搁置").click()
        await expect(page.locator("bambu-batch-queue [role=alert]")).to_contain_text(
            "请"
        )

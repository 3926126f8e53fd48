"""The pictures of the documentation: `pytest -p no:homeassistant --long tests/browser/test_shots.py`.

They go to `docs/pictures`, and the demo's dashboard to `docs/dashboard.png`.
"""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
import json
from pathlib import Path
import re
from typing import Any, Final

from PIL import Image
from playwright.async_api import Page, expect
import pytest
import pytest_asyncio
import yaml

from demo.scene import add_printer
from demo.tasks import TASKS
from simulator import Farm, PrinterSpec

from .conftest import House, card, looking, rows

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="session"),
]

DOCS: Final = Path(__file__).parents[2] / "docs"
PICTURES: Final = DOCS / "pictures"
LARGEST: Final = 150_000
"""Bytes of one picture."""
LANGUAGES: Final = ("en", "zh-Hans")
CONFIGURE: Final = {"en": "Configure", "zh-Hans": "配置"}
PATIENCE: Final = 60_000
"""ms; a busy machine draws slowly."""
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


async def keep(page: Page, name: str, folder: Path = PICTURES) -> None:
    """Keep what the page shows, with as many colours as fit."""
    await page.wait_for_load_state("networkidle", timeout=PATIENCE)
    await asyncio.sleep(1.5)  # animations
    shot = Image.open(BytesIO(await page.screenshot())).convert("RGB")
    folder.mkdir(parents=True, exist_ok=True)
    for colours in (256, 128, 64, 32):
        small = BytesIO()
        shot.quantize(colours, dither=Image.Dither.NONE).save(
            small, "PNG", optimize=True
        )
        if len(small.getvalue()) <= LARGEST:
            break
    (folder / f"{name}.png").write_bytes(small.getvalue())
    assert len(small.getvalue()) <= LARGEST


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def printing(house: House) -> House:
    """Let the first plate be half done, and time stand almost still."""
    await house.refill(4, 2, 3)
    await house.act("confirm_plate_clear")
    await house.client.act("switch.turn_on", entity_id=house.entities["queue_running"])
    async with asyncio.timeout(120):
        while not await _percent(house) >= 35:
            await asyncio.sleep(0.1)
    house.farm.clock.speed = 1
    return house


async def _percent(house: House) -> int:
    state = (await house.client.state(house.entities["progress"]))["state"]
    return int(state) if state.isdecimal() else 0


async def speak(house: House, language: str) -> None:
    """Let Home Assistant itself speak a language: names of entities are made by it."""
    config = await house.client.command("get_config")
    if config["language"] == language:
        return
    await house.client.command("config/core/update", language=language)
    (entry,) = await house.client.command("config_entries/get", domain="bambu_batch")
    await house.client.post(
        f"/api/config/config_entries/entry/{entry['entry_id']}/reload"
    )
    async with asyncio.timeout(60):
        while not await _percent(house):
            await asyncio.sleep(0.1)


async def device_of(house: House) -> str:
    """Return the printer's device id."""
    entities = await house.client.command("config/entity_registry/list")
    queue = house.entities["queue"]
    return next(str(one["device_id"]) for one in entities if one["entity_id"] == queue)


async def show_documented(house: House, heading: str, *queues: str) -> str:
    """Make a dashboard as the documentation has it, with these queues; returns its path."""
    text = (DOCS / "dashboards.md").read_text().split(f"## {heading}\n")[1]
    example = text.split("```yaml\n")[1].split("```")[0]
    for written, queue in zip(re.findall(r"todo\.\w+", example), queues, strict=True):
        example = example.replace(written, queue)
    path = f"shown-{heading.lower().replace(' ', '-')}"
    await house.client.command(
        "lovelace/dashboards/create",
        url_path=path,
        title="Print farm",
        icon="mdi:printer-3d",
        mode="storage",
        show_in_sidebar=True,
        require_admin=False,
    )
    await house.client.command(
        "lovelace/config/save", url_path=path, config=yaml.safe_load(example)
    )
    return f"/{path}"


async def test_dashboard(printing: House) -> None:
    await speak(printing, "en")
    path = await show_documented(printing, "One printer", printing.entities["queue"])
    async with looking(printing, path, size=(1700, 580)) as (page, _):
        await expect(rows(page)).to_have_count(3, timeout=PATIENCE)
        await expect(page.get_by_text("Configuration error")).to_have_count(0)
        await keep(page, "dashboard", DOCS)


@in_each_language
async def test_device_page(printing: House, language: str) -> None:
    await speak(printing, language)
    path = f"/config/devices/device/{await device_of(printing)}"
    async with looking(printing, path, size=(1280, 1800), language=language) as (
        page,
        _,
    ):
        await expect(page.get_by_text("A1 mini").first).to_be_visible(timeout=PATIENCE)
        await keep(page, f"device-{language}")


@in_each_language
async def test_options(printing: House, language: str) -> None:
    await speak(printing, language)
    path = "/config/integrations/integration/bambu_batch"
    async with looking(printing, path, size=(1000, 3000), language=language) as (
        page,
        _,
    ):
        entry = page.locator("ha-config-entry-row").first
        await expect(entry).to_be_visible(timeout=PATIENCE)
        await entry.get_by_role("button", name=CONFIGURE[language]).click()
        form = page.locator("step-flow-form")
        await expect(form).to_be_visible(timeout=PATIENCE)
        folded = form.locator("ha-expansion-panel:not([expanded])")
        while await folded.count():
            await folded.first.locator("[role=button]").first.click()
        await keep(page, f"options-{language}")


@in_each_language
async def test_action(printing: House, language: str) -> None:
    await speak(printing, language)
    path = "/config/developer-tools/action"
    async with looking(printing, path, size=(1280, 1250), language=language) as (
        page,
        _,
    ):
        await page.evaluate(
            "call => localStorage.setItem('panel-dev-action-state-service-data', call)",
            json.dumps(
                {
                    "action": "bambu_batch.enqueue",
                    "target": {"entity_id": printing.entities["queue"]},
                    "data": {"copies": 3},
                }
            ),
        )
        await page.reload()
        await expect(
            page.locator("ha-service-control ha-settings-row").first
        ).to_be_visible(timeout=PATIENCE)
        await keep(page, f"action-{language}")


@in_each_language
async def test_media_browser(printing: House, language: str) -> None:
    async with looking(
        printing, "/media-browser/browser", size=(1280, 700), language=language
    ) as (page, _):
        ours = page.locator(".child", has_text="Bambu Batch Manager")
        await ours.first.click(timeout=PATIENCE)
        file = page.locator(".child", has_text="Desk hook")
        await expect(file.first).to_be_visible(timeout=PATIENCE)
        await page.mouse.move(700, 550)
        await keep(page, f"media-browser-{language}")


SIZES: Final = {"phone": (390, 844), "tablet": (834, 1112), "desktop": (1280, 860)}


@in_each_language
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_card(printing: House, size: str, dark: bool, language: str) -> None:
    async with looking(printing, size=SIZES[size], language=language, dark=dark) as (
        page,
        _,
    ):
        await expect(rows(page)).to_have_count(3, timeout=PATIENCE)
        await expect(card(page).locator("img").first).to_be_visible(timeout=PATIENCE)
        await keep(page, f"card-{size}-{'dark' if dark else 'light'}-{language}")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def troubled(printing: House) -> House:
    """Let the printer stop for want of filament."""
    printing.printer.world.pause_with(0x1200_8006)
    async with asyncio.timeout(60):
        while not await _issues(printing):
            await asyncio.sleep(0.1)
    return printing


async def _issues(house: House) -> list[Any]:
    known = await house.client.command("repairs/list_issues")
    return [one for one in known["issues"] if one["domain"] == "bambu_batch"]


@in_each_language
async def test_card_with_an_error(troubled: House, language: str) -> None:
    async with looking(troubled, size=SIZES["phone"], language=language) as (page, _):
        await expect(card(page)).to_contain_text("1200-8006", timeout=PATIENCE)
        await keep(page, f"card-error-{language}")


@in_each_language
async def test_repairs(troubled: House, language: str) -> None:
    await speak(troubled, language)
    async with looking(
        troubled, "/config/repairs", size=(1000, 700), language=language
    ) as (page, _):
        await page.get_by_text("1200-8006").first.click(timeout=PATIENCE)
        await expect(
            page.locator("dialog-data-entry-flow, ha-dialog").first
        ).to_be_attached(timeout=PATIENCE)
        await keep(page, f"repairs-{language}")


@in_each_language
async def test_notification(troubled: House, language: str) -> None:
    await speak(troubled, language)
    async with looking(troubled, size=(1000, 700), language=language) as (page, _):
        await page.locator(
            "ha-sidebar .notifications, ha-sidebar #sidebar-notifications"
        ).first.click(timeout=PATIENCE)
        await expect(page.locator("notification-drawer")).to_be_visible(
            timeout=PATIENCE
        )
        await keep(page, f"notification-{language}")


NAMES: Final = ("A1 mini left", "A1 mini right", "A1 mini spare")


@pytest_asyncio.fixture(loop_scope="session")
async def farm_queues(printing: House) -> AsyncIterator[list[str]]:
    """Let three more printers print, wait for a clear plate, and be out of work."""
    client = printing.client
    specs = [PrinterSpec(serial=f"0309DA00000000{n}") for n in range(3)]
    async with Farm(specs, speed=60) as farm:
        queues: list[str] = []
        for number, (printer, name) in enumerate(
            zip(farm.printers, NAMES, strict=True)
        ):
            await add_printer(client, printer, cooldown=1)
            entities = await client.entities_of(printer.serial)
            queues.append(entities["queue"])
            registry = await client.command("config/device_registry/list")
            await client.command(
                "config/device_registry/update",
                device_id=next(
                    one["id"]
                    for one in registry
                    if one["serial_number"] == printer.serial
                ),
                name_by_user=name,
            )
            for task in TASKS[number:] if number < 2 else ():
                await client.act(
                    "bambu_batch.enqueue",
                    {
                        "file": f"media-source://media_source/local/{task.file}",
                        "copies": task.copies + 3,
                    },
                    entity_id=entities["queue"],
                )
            await client.act("switch.turn_on", entity_id=entities["queue_running"])
        await client.act("bambu_batch.confirm_plate_clear", entity_id=queues[0])
        await asyncio.sleep(10)
        farm.clock.speed = 1
        yield queues


async def test_farm(printing: House, farm_queues: list[str]) -> None:
    path = await show_documented(printing, "A farm", *farm_queues)
    async with looking(printing, path, size=(1700, 660)) as (page, _):
        await expect(card(page)).to_have_count(3, timeout=PATIENCE)
        for name in NAMES:
            await expect(page.get_by_role("heading", name=name)).to_be_visible()
        await keep(page, "card-farm")

"""One real Home Assistant, one simulated printer, and Chromium, for all tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import json
from pathlib import Path
import shutil
from typing import Any, Final

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import (
    Browser,
    BrowserContext,
    FloatRect,
    Locator,
    Page,
    async_playwright,
    expect,
)
import pytest
import pytest_asyncio

from demo.client import Client, RequestFailed
from demo.home_assistant import (
    _CONFIGURATION as CONFIGURATION,
    PASSWORD,
    USERNAME,
    HomeAssistant,
)
from demo.scene import add_printer
from demo.tasks import TASKS
from simulator import Farm, Printer, PrinterSpec

CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SPEED: Final = 60
CARD_DASHBOARD: Final = "card-farm"
THEME: Final = "Firefly"
THEMES: Final = f"""
frontend:
  themes:
    {THEME}:
      primary-color: "#ffeb3b"
      primary-background-color: "#0a140a"
      card-background-color: "#142814"
      primary-text-color: "#d8ffd8"
      secondary-text-color: "#9fd09f"
      ha-card-border-radius: 0
      ha-card-background: "rgb(20, 40, 20)"
"""
expect.set_options(timeout=20_000)  # a busy machine draws slowly
HARMLESS: Final = ("favicon", "manifest.json", "ERR_INTERNET_DISCONNECTED")


@dataclass(frozen=True, slots=True)
class House:
    """All that a test needs."""

    hass: HomeAssistant
    client: Client
    farm: Farm
    printer: Printer
    entities: dict[str, str]
    browser: Browser
    people: dict[tuple[object, ...], BrowserContext] = field(default_factory=dict)
    """Their browsers, kept with what these have loaded: a page is drawn in half the time."""

    async def act(self, action: str, **data: Any) -> None:
        """Do something to the queue, as another client of Home Assistant."""
        await self.client.act(
            f"bambu_batch.{action}", data, entity_id=self.entities["queue"]
        )

    async def queue(self) -> dict[str, Any]:
        """Return the queue as the server knows it."""
        answer: dict[str, Any] = await self.client.act(
            "bambu_batch.get_queue", entity_id=self.entities["queue"], response=True
        )
        return answer

    async def names(self) -> list[str]:
        """Return the names of the tasks in their order."""
        return [task["name"] for task in (await self.queue())["tasks"]]

    async def add_user(
        self, name: str, username: str, password: str, group: str
    ) -> None:
        """Let somebody else log in."""
        made = await self.client.command(
            "config/auth/create", name=name, group_ids=[group]
        )
        await self.client.command(
            "config/auth_provider/homeassistant/create",
            user_id=made["user"]["id"],
            username=username,
            password=password,
        )

    async def refill(self, *copies: int) -> None:
        """Begin with the demo's three tasks, paused."""
        self.farm.clock.speed = SPEED
        await self.client.act(
            "switch.turn_off", entity_id=self.entities["queue_running"]
        )
        with suppress(RequestFailed):
            await self.act("stop_print")  # refused where nothing prints
        async with asyncio.timeout(60):
            while (await self.queue())["tasks"]:
                await self.act("clear_queue")
                await asyncio.sleep(0.2)
        for number, task in enumerate(TASKS):
            await self.act(
                "enqueue",
                file=f"media-source://media_source/local/{task.file}",
                copies=copies[number] if copies else task.copies,
            )


class Console:
    """What the browser complained about."""

    def __init__(self, page: Page) -> None:
        """Listen to a page."""
        self.errors: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _said(self, message: Any) -> None:
        if message.type == "error" and not any(w in message.text for w in HARMLESS):
            self.errors.append(message.text)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Set everything up once."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    hass = HomeAssistant(
        tmp_path_factory.mktemp("home_assistant"), configuration=CONFIGURATION + THEMES
    )
    hass.media.mkdir(parents=True)
    for task in TASKS:
        task.write(hass.media)
    spec = PrinterSpec(name="A1 mini", cooldown_seconds=1)
    async with (
        Farm([spec], speed=SPEED) as farm,
        hass,
        async_playwright() as playwright,
    ):
        printer = farm.printers[0]
        await add_printer(hass.client, printer, cooldown=1)
        entities = await hass.client.entities_of(printer.serial)
        await _card_dashboard(hass.client)
        await card_layout(hass.client, entities["queue"])
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(FLAGS)
        )
        try:
            yield House(hass, hass.client, farm, printer, entities, browser)
        finally:
            await browser.close()


@asynccontextmanager
async def looking(
    house: House,
    path: str = f"/{CARD_DASHBOARD}",
    *,
    size: tuple[int, int] = (1280, 900),
    language: str = "en",
    dark: bool = False,
    touch: bool = False,
    user: tuple[str, str] = (USERNAME, PASSWORD),
) -> AsyncIterator[tuple[Page, Console]]:
    """Open a page as a logged-in user."""
    context = await _browser_of(house, language, dark, touch, user)
    page = await context.new_page()
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    console = Console(page)
    await page.goto(house.hass.url + path)
    try:
        yield page, console
    finally:
        await page.close()


async def _browser_of(
    house: House, language: str, dark: bool, touch: bool, user: tuple[str, str]
) -> BrowserContext:
    who = (language, dark, touch, user)
    if who not in house.people:
        context = await house.browser.new_context(
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=touch,
            locale=language,
            service_workers="block",
        )
        tokens = await house.hass.tokens(*user)
        await context.add_init_script(
            f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))});"
            f"localStorage.setItem('selectedLanguage', {json.dumps(json.dumps(language))});"
        )
        house.people[who] = context
    return house.people[who]


def card(page: Page) -> Locator:
    """Return the card."""
    return page.locator("bambu-batch-card")


def rows(page: Page) -> Locator:
    """Return the rows of the open tasks."""
    return page.locator("bambu-batch-queue .list bambu-batch-row")


def row(page: Page, name: str) -> Locator:
    """Return a task's row."""
    return page.locator("bambu-batch-row", has_text=name)


async def at_rest(locator: Locator) -> FloatRect:
    """Return where something is, once the page stands still."""
    before = None
    while (box := await locator.bounding_box()) is None or box != before:
        before = box
        await asyncio.sleep(0.25)
    return box


async def grip(page: Page, name: str) -> float:
    """Press the mouse on a row's handle and draw a little; returns where it is across.

    A page that is still drawn may move away under the mouse: then once more, as a hand does.
    """
    await page.bring_to_front()
    gripped = page.locator(".sortable-fallback")
    async with asyncio.timeout(30):
        while True:
            handle = await at_rest(row(page, name).locator("button.handle"))
            x, y = handle["x"] + 10, handle["y"] + 10
            await page.mouse.move(x, y)
            await page.mouse.down()
            await page.mouse.move(x, y + 10, steps=8)
            with suppress(AssertionError):
                await expect(gripped).to_be_attached(timeout=2000)
                return x
            await page.mouse.up()


async def drag(page: Page, name: str, onto: str) -> None:
    """Drag a row's handle onto another row, and let it go once that has made room."""
    x = await grip(page, name)
    target = await at_rest(row(page, onto))
    await page.mouse.move(x, target["y"] + target["height"] / 2, steps=8)
    async with asyncio.timeout(10):
        while (await at_rest(row(page, onto)))["y"] == target["y"]:
            # What moves while the rows still slide is not looked at.
            await page.mouse.move(x, target["y"] + 12)
            await page.mouse.move(x, target["y"] + 4, steps=4)
    await page.mouse.up()


async def drop_files(page: Page, files: list[Path]) -> None:
    """Drag files from the desktop onto the card, and let them fall."""
    box = await card(page).bounding_box()
    assert box
    hand = await page.context.new_cdp_session(page)
    held = {
        "x": box["x"] + 60,
        "y": box["y"] + 100,
        "data": {
            "items": [],
            "files": [str(file) for file in files],
            "dragOperationsMask": 1,
        },
    }
    for move in ("dragEnter", "dragOver"):
        await hand.send("Input.dispatchDragEvent", {"type": move, **held})
    await expect(page.locator(".page + .drop")).to_be_visible()
    await hand.send("Input.dispatchDragEvent", {"type": "drop", **held})


def names(page: Page) -> Locator:
    """Return the names in the rows."""
    return page.locator("bambu-batch-queue .list bambu-batch-row .name")


async def violations(page: Page) -> list[object]:
    """Return what of the card not everybody can use, as axe-core finds it."""
    found = await Axe().run(page)
    return [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in found.response["violations"]
        for node in rule["nodes"]
        # Where the page's landmarks are is not the card's doing.
        if "bambu-batch" in str(node["target"]) and rule["id"] != "region"
    ]


async def picture(page: Page, name: str, folder: Path) -> None:
    """Keep a picture of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=folder / f"{name}.png")


async def _card_dashboard(client: Client) -> None:
    await client.command(
        "lovelace/dashboards/create",
        url_path=CARD_DASHBOARD,
        title="Farm",
        mode="storage",
        show_in_sidebar=True,
        require_admin=False,
    )


async def card_layout(client: Client, queue: str) -> None:
    """Let the dashboard have one card, in a wide section."""
    await client.command(
        "lovelace/config/save",
        url_path=CARD_DASHBOARD,
        config={
            "views": [
                {
                    "title": "Queue",
                    "type": "sections",
                    "max_columns": 2,
                    "sections": [
                        {
                            "type": "grid",
                            "column_span": 2,
                            "cards": [
                                {"type": "custom:bambu-batch-card", "entity": queue}
                            ],
                        }
                    ],
                }
            ]
        },
    )

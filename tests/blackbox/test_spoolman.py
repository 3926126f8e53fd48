"""Spoolman through the browser's doors: the option, a spool in a tray, a plate, the books."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from demo.client import Json
from tests.spoolman.server import SpoolmanProcess

from .home import CLIP, MARKS, Home, Machine, eventually

pytestmark = MARKS

PASSWORD = "a-secret-of-the-proxy"


@pytest_asyncio.fixture(loop_scope="session")
async def spoolman(tmp_path: Path) -> AsyncIterator[SpoolmanProcess]:
    """A Spoolman with one full spool."""
    spoolman = SpoolmanProcess(tmp_path / "spoolman")
    await spoolman.start()
    try:
        await spoolman.fill(1)
        yield spoolman
    finally:
        await spoolman.kill()


@pytest.fixture
def secret(home: Home) -> str:
    """A password in the address that may be written nowhere."""
    home.secrets.add(PASSWORD)
    return PASSWORD


async def submit(machine: Machine, url: str) -> Json:
    """Fill in the address and submit; returns the flow's answer."""
    try:
        await machine.change_options(spoolman_url=url)
    except AssertionError as err:
        return {"errors": str(err)}
    return {}


async def option_of(machine: Machine) -> str:
    """Wait until the first tray offers Spoolman's spool; returns what it is called."""
    found = ""

    async def is_offered() -> bool:
        nonlocal found
        machine.entities |= await machine.client.entities_of(machine.printer.serial)
        if "tray_spool_0" not in machine.entities:
            return False
        options = (await machine.attributes("tray_spool_0")).get("options", ())
        found = next((one for one in options if one.startswith("#1 ")), "")
        return bool(found)

    await eventually(is_offered, "a choice of Spoolman's spools")
    return found


async def test_a_plate_is_booked_on_the_spool_that_was_chosen(
    machine: Machine, spoolman: SpoolmanProcess, secret: str
) -> None:
    assert "spoolman_cannot_connect" in str(await submit(machine, "http://127.0.0.1:1"))
    assert "spoolman_no_url" in str(await submit(machine, "ftp://spools"))
    with_password = spoolman.url.replace("http://", f"http://me:{secret}@")
    assert await submit(machine, with_password) == {}

    option = await option_of(machine)
    assert option == "#1 Maker White"
    await machine.client.act(
        "select.select_option",
        {"option": option},
        entity_id=machine.entities["tray_spool_0"],
    )
    await machine.until("tray_spool_0", option)
    await machine.enqueue(CLIP, ams_mapping=[0])
    await machine.run()
    await machine.until("plates_printed", "1")

    async def is_booked() -> bool:
        return await spoolman.used(1) == 12.0

    await eventually(is_booked, "12 g used of the spool in Spoolman")
    runs = (await machine.act("get_history", response=True))["runs"]
    assert [run["cost"] for run in runs] == [0.3]  # 12 g of a kilogram for 25 €
    machine.entities |= await machine.client.entities_of(machine.printer.serial)
    (left,) = [key for key in machine.entities if key.endswith("_weight_left")]
    await machine.until(left, "988.0")

    # a spool of Spoolman's belongs to the printer until a person removes it
    await machine.client.act(
        "select.select_option",
        {"option": "none"},
        entity_id=machine.entities["tray_spool_0"],
    )
    assert await submit(machine, "") == {}
    await machine.until("tray_spool_0", "unavailable")

"""Fixtures that several rooms use."""

from collections.abc import AsyncGenerator, Generator, Iterator
import logging
import os
from pathlib import Path
import time
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest

# Imported before Home Assistant looks for `custom_components`: the test plugin ships a package
# of that name, and the first one wins.
import custom_components  # noqa: F401
from custom_components.bambu_batch.bambu.status import Uptime
from custom_components.bambu_batch.production.effect import Announce
from simulator import Farm, Printer, PrinterSpec

from .paper import PaperPrinter
from .shop import Shop, entry_of, paper_entry
from .spoolman.server import Served, Spoolman, serving, white

# The test plugin lets it tell every statement.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)


SLOW = ("trials", "blackbox", "demo", "store")
"""Folders whose tests wait for real processes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of tests that do not run every time."""
    parser.addoption(
        "--long", action="store_true", help="run tests that take very long"
    )
    parser.addoption(
        "--benchmark", action="store_true", help="run tests that print figures"
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Skip tests marked `long` or `benchmark` unless they were asked for; the slow ones first.

    Several workers end together if no long file is left for the last.
    """
    items.sort(key=lambda item: item.path.parent.name not in SLOW)
    for kind in ("long", "benchmark"):
        if not config.getoption(f"--{kind}"):
            for item in items:
                if item.get_closest_marker(kind):
                    item.add_marker(pytest.mark.skip(f"only with --{kind}"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the browser's tests to a run of their own: they share one real Home Assistant."""
    alone = not config.pluginmanager.hasplugin("homeassistant")
    return None if alone or collection_path.name != "browser" else True


@pytest.fixture(autouse=True)
def find_our_integration(request: pytest.FixtureRequest) -> None:
    """Let a test's Home Assistant load custom integrations; tests without one stay fast."""
    if "recorder_mock" in request.fixturenames:
        request.getfixturevalue("recorder_mock")  # wants to be the first
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def one_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the clock that nobody can set go on with the one that a test moves."""
    if "hass" not in request.fixturenames:
        yield
        return
    with patch(
        "custom_components.bambu_batch.bambu.uptime.now",
        lambda: Uptime("this boot", time.time()),
    ):
        yield


@pytest.fixture(autouse=True)
def stay_on_loopback(request: pytest.FixtureRequest) -> Iterator[None]:
    """Look for no printers on the network; a test of just that listens on loopback."""
    if "hass" not in request.fixturenames:
        yield
        return
    with patch(
        "custom_components.bambu_batch.discovery.discovery.listen", return_value=None
    ):
        yield


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder with recordings of real printers and files of real slicers.

    They are other people's work and not part of this repository: `BAMBU_SAMPLES` names the
    folder (with `3mf` and `mqtt` in it), and tests that need it are skipped without it.
    """
    beside_the_project = Path(__file__).parents[2] / "shared" / "samples"
    folder = Path(os.environ.get("BAMBU_SAMPLES", beside_the_project))
    if not folder.is_dir():
        pytest.skip("no samples: set BAMBU_SAMPLES to their folder")
    return folder


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return the media folder `local` of a Home Assistant that keeps its files in `tmp_path`."""
    folder = tmp_path / "media"
    folder.mkdir()
    hass.config.media_dirs = {"local": str(folder)}
    hass.config.config_dir = str(tmp_path)
    return folder


@pytest.fixture
async def printer(socket_enabled: None) -> AsyncGenerator[Printer]:
    """Open an A1 mini on loopback, a thousand times as fast."""
    async with Farm([PrinterSpec()], speed=1000) as farm:
        yield farm.printers[0]


@pytest.fixture
async def shop(
    hass: HomeAssistant, media: Path, printer: Printer
) -> AsyncGenerator[Shop]:
    """Set up the simulated printer in Home Assistant and wait until it has reported."""
    shop = Shop(hass, entry_of(printer))
    await shop.open()
    await shop.until(lambda: shop.coordinator.status.complete)
    yield shop
    await shop.close()


@pytest.fixture
async def spoolman(socket_enabled: None) -> AsyncGenerator[Served]:
    """Serve a small Spoolman with one full spool on loopback."""
    spoolman = Spoolman()
    spoolman.add("spool", filament_id=spoolman.add("filament", **white()))
    async with serving(spoolman) as url:
        yield Served(spoolman, url)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave out the debug mode of the test plugin: it takes half of the time.

    The rooms with threads turn it on; Home Assistant itself refuses calls from other threads.
    """


@pytest.fixture
def paper() -> Generator[PaperPrinter]:
    """Let every entry be of this one printer on paper."""
    paper = PaperPrinter()
    with (
        patch("custom_components.bambu_batch.coordinator.Connection", paper.connect),
        patch("custom_components.bambu_batch.coordinator.Storage", paper.store),
        patch("custom_components.bambu_batch.discovery.watch"),
    ):
        yield paper


@pytest.fixture
async def desk(
    hass: HomeAssistant, media: Path, paper: PaperPrinter
) -> AsyncGenerator[Shop]:
    """Set up the printer on paper in Home Assistant; it has reported nothing yet."""
    desk = Shop(hass, paper_entry())
    await desk.open()
    yield desk
    await desk.close()


@pytest.fixture
def news(desk: Shop) -> list[Announce]:
    """Collect the news of the printer on paper."""
    heard: list[Announce] = []
    desk.coordinator.on_news(heard.append)
    return heard

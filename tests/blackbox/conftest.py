"""One real Home Assistant for the whole folder; each test brings the printers it needs."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import pytest_socket

from demo.home_assistant import HomeAssistant

from .home import READER, Home, Machine, fill


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """Leave alone what lives on: Home Assistant is no object of this process."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Start Home Assistant, with every word of ours in its log."""
    pytest_socket.enable_socket()
    hass = HomeAssistant(tmp_path_factory.mktemp("home_assistant"))
    hass.media.mkdir(parents=True)
    fill(hass.media)
    try:
        await hass.start(timeout=280)
        await hass.client.act(
            "logger.set_level",
            {"custom_components.bambu_batch": "debug", "paho": "debug"},
        )
        made = await hass.client.command(
            "config/auth/create", name="Reader", group_ids=["system-read-only"]
        )
        username, password = READER
        await hass.client.command(
            "config/auth_provider/homeassistant/create",
            user_id=made["user"]["id"],
            username=username,
            password=password,
        )
        home = Home(hass, await hass.log_in(username, password))
        yield home
        await home.reader.close()
    finally:
        await hass.stop()


@pytest.fixture(autouse=True)
def log_tells_no_secret_and_no_surprise(
    socket_enabled: None, home: Home, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Read what Home Assistant wrote into its log during a test.

    For a sentence that is refused it writes a traceback of its own.
    """
    before = home.hass.console.stat().st_size
    yield
    with home.hass.console.open("rb") as console:
        console.seek(before)
        written = console.read().decode(errors="replace")
    for secret in home.secrets:
        assert secret not in written
    if request.node.get_closest_marker("refused_sentences"):
        return
    for surprise in ("Traceback", "Detected blocking call", "does not generate unique"):
        assert surprise not in written, written[-5000:]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def untouched(home: Home) -> AsyncIterator[Machine]:
    """One for all tests of a module that must not change anything of it."""
    pytest_socket.enable_socket()
    # Another model: the printers that come and go beside it keep the first one's name.
    async with home.machine(model="N2S", serial="0390DA000000055") as machine:
        yield machine


@pytest_asyncio.fixture(loop_scope="session")
async def machine(home: Home) -> AsyncIterator[Machine]:
    """One A1 mini, set up, its queue paused and empty."""
    async with home.machine() as machine:
        yield machine

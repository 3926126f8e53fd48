"""A real Home Assistant process, started and ended in every way."""

import asyncio
import os
from pathlib import Path
import signal
from typing import Any

import pytest

from demo.client import RequestFailed
from demo.home_assistant import PASSWORD, USERNAME, DidNotStart, HomeAssistant

LOG = """\
2026-11-21 19:01:33.027 WARNING (MainThread) [homeassistant.bootstrap] Skipping pip
2026-11-21 19:01:33.029 WARNING (SyncWorker_1) [homeassistant.loader] We found a custom integration \
bambu_batch which has not been tested
2026-11-21 19:01:39.266 ERROR (MainThread) [homeassistant.setup] Error adding entity
Traceback (most recent call last):
  File "custom_components/bambu_batch/todo.py", line 1
ValueError
2026-11-21 19:01:40.000+00:00 INFO (MainThread) [custom_components.bambu_batch] Connected
2026-11-21 19:01:41.000+00:00 WARNING (MainThread) [custom_components.bambu_batch] Lost
"""

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(400),  # up to three starts, on a machine that may be busy
    pytest.mark.usefixtures("socket_enabled"),
]


async def test_it_goes_on_with_its_folder_after_a_stop_and_after_a_kill(
    tmp_path: Path,
) -> None:
    async with HomeAssistant(tmp_path) as hass:
        url, first = hass.url, hass.pid
        await hass.client.command("input_boolean/create", name="Kept")
        await hass.restart()
        assert (await hass.client.state("input_boolean.kept"))["state"] == "off"
        assert hass.url == url
        assert hass.pid != first

        await hass.kill()
        assert hass.pid is None
        await hass.start()
        assert (await hass.client.state("input_boolean.kept"))["state"] == "off"
    assert hass.pid is None


async def test_its_client_speaks_rest_and_websocket(tmp_path: Path) -> None:
    async with HomeAssistant(tmp_path) as hass:
        client = hass.client
        await client.command("input_boolean/create", name="Lamp")
        events: list[Any] = []
        unsubscribe = await client.subscribe(
            events.append,
            "subscribe_trigger",
            trigger={
                "trigger": "state",
                "entity_id": "input_boolean.lamp",
                "to": "on",
            },
        )
        await client.act("input_boolean.turn_on", entity_id="input_boolean.lamp")
        assert (await client.state("input_boolean.lamp"))["state"] == "on"
        assert len(events) == 1

        await unsubscribe()
        await client.act("input_boolean.turn_off", entity_id="input_boolean.lamp")
        await client.act("input_boolean.turn_on", entity_id="input_boolean.lamp")
        assert len(events) == 1

        with pytest.raises(RequestFailed, match="404"):
            await client.state("input_boolean.nowhere")
        with pytest.raises(RequestFailed, match="unknown_command"):
            await client.command("no/such/command")

        other = await hass.log_in(USERNAME, PASSWORD)
        assert (await other.command("auth/current_user"))["name"] == "Demo"
        await other.close()
        with pytest.raises(RequestFailed, match="invalid_auth"):
            await hass.log_in(USERNAME, "wrong")


async def test_an_early_end_of_the_process_is_reported_at_once(tmp_path: Path) -> None:
    hass = HomeAssistant(tmp_path)
    starting = asyncio.create_task(hass.start())
    while hass.pid is None:
        await asyncio.sleep(0.01)
    os.kill(hass.pid, signal.SIGKILL)
    with pytest.raises(DidNotStart):
        await starting


def test_warnings_and_errors_about_us_are_found_with_their_tracebacks(
    tmp_path: Path,
) -> None:
    hass = HomeAssistant(tmp_path)
    assert hass.complaints("bambu_batch") == []
    hass.console.write_text(LOG)
    error, warning = hass.complaints("bambu_batch")
    assert error.endswith("ValueError")
    assert warning.endswith("Lost")

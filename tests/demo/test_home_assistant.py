"""A real Home Assistant process, started and ended in every way."""

import asyncio
import os
from pathlib import Path
import signal
from typing import Any

import pytest

from demo.client import RequestFailed
from demo.home_assistant import PASSWORD, USERNAME, DidNotStart, HomeAssistant

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("socket_enabled")]


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


async def test_an_early_end_of_the_process_is_told_at_once(tmp_path: Path) -> None:
    hass = HomeAssistant(tmp_path)
    starting = asyncio.create_task(hass.start())
    while hass.pid is None:
        await asyncio.sleep(0.01)
    os.kill(hass.pid, signal.SIGKILL)
    with pytest.raises(DidNotStart):
        await starting

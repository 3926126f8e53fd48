"""Fixtures of the line at work."""

import asyncio

import pytest


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Notice calls from another thread: this room has threads of its own."""
    asyncio.get_running_loop().set_debug(True)

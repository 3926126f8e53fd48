"""A connection that keeps everything it reports."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from custom_components.bambu_batch.bambu.connection import (
    Connection,
    ConnectionSettings,
    DisconnectReason,
    Reply,
    Timing,
)
from custom_components.bambu_batch.bambu.status import Foreign, PrinterStatus
from simulator import Printer

FAST = Timing(
    tick=0.01,
    connect=2,
    keepalive=2,
    login=2,
    backoff=(0.02, 0.05),
    jitter=0,
    refused=0.3,
    first_report=2,
    version=2,
    no_report=8,
    stale=3,
    silent=5,
    reply=3,
    full_report_every=0.4,
    full_report_urgent=0.05,
    start_window=4,
    start_quiet=0.2,
    ftps_socket=2,
    ftps_reply=5,
    ftps_settle=0,
    ftps_pauses=(0.02, 0.02),
    progress=0,
)
"""Short, but long enough for a machine that is busy with other things."""

HASTY = replace(
    FAST,
    keepalive=1,
    first_report=0.3,
    no_report=0.8,
    stale=0.3,
    silent=0.5,
    reply=0.15,
    start_window=0.8,
)
"""For tests in which a time has to pass; what is expected then must not depend on the machine."""


def access_to(printer: Printer, **changes: Any) -> ConnectionSettings:
    """What set-up would have stored of a simulated printer."""
    fields: dict[str, Any] = {
        "host": printer.host,
        "access_code": printer.access_code,
        "serial": printer.serial,
        "mqtt_port": printer.mqtt_port,
        "ftps_port": printer.ftps_port,
        "certificate": printer.certificate_pem,
    }
    return ConnectionSettings(**fields | changes)


class Watch:
    """A connection with everything it has reported."""

    def __init__(self, access: ConnectionSettings, timing: Timing) -> None:
        self.statuses: list[PrinterStatus] = []
        self.replies: list[Reply] = []
        self.losses: list[DisconnectReason] = []
        self.foreign: list[Foreign] = []
        self.connection = Connection(
            access,
            on_status=self.statuses.append,
            on_reply=self.replies.append,
            on_lost=self.losses.append,
            on_foreign=self.foreign.append,
            timing=timing,
        )

    @property
    def status(self) -> PrinterStatus:
        return self.connection.status

    @property
    def unconfirmed(self) -> bool:
        """A start was sent and nothing has come of it yet."""
        return self.connection._start is not None

    def reply_to(self, sequence_id: str | None) -> Reply | None:
        """The echo of one command."""
        return next((r for r in self.replies if r.sequence_id == sequence_id), None)

    async def until(self, condition: Callable[[], object], seconds: float = 5) -> None:
        """Wait for something to become true."""
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.002)


@asynccontextmanager
async def watching(
    access: ConnectionSettings, timing: Timing = FAST
) -> AsyncIterator[Watch]:
    """A started connection, whatever becomes of it."""
    watch = Watch(access, timing)
    await watch.connection.start()
    try:
        yield watch
    finally:
        await watch.connection.stop()


def requests(printer: Printer, command: str) -> int:
    """How often a command has reached the printer."""
    entries = printer.journal.of("request")
    return sum(entry.detail["command"] == command for entry in entries)


def happened(printer: Printer, kind: str) -> int:
    """How many entries of a kind the printer's journal has."""
    return len(printer.journal.of(kind))

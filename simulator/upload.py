"""Taking a file over FTPS, and everything that can go wrong with it."""

import asyncio
from posixpath import basename, dirname
from typing import Protocol

from .card import Card, File
from .clock import Clock
from .data_channel import DataChannel
from .faults import Fault, Faults

_DONE = "226 Transfer complete."
_BROKEN = "426 Failure reading network stream."
_FULL = "552 Requested file action aborted. Exceeded storage."
_ILLEGAL = frozenset('<>:"?*\\|')


class Printer(Protocol):
    """Where the file goes."""

    card: Card
    clock: Clock
    faults: Faults
    upload_rate: float | None
    """kB per simulated second; None: no limit."""


def refusal(printer: Printer, path: str) -> str | None:
    """Return the reply that refuses a file, None if it may be sent."""
    name, folder = basename(path), dirname(path)
    if printer.faults.happens(Fault.FTPS_550):
        return "550 Permission denied."
    if printer.faults.happens(Fault.FTPS_552):
        return _FULL
    if (
        printer.faults.happens(Fault.FTPS_553)
        or not printer.card.present
        or folder not in printer.card.folders
        or _ILLEGAL & set(name)
        or name != name.rstrip(". ")
    ):
        return "553 Could not create file."
    return None


async def receive(printer: Printer, channel: DataChannel, file: File) -> str:
    """Take a file until the client closes; returns the reply.

    Raises `ConnectionAbortedError` where the whole connection has to die.
    """
    card, clock, faults = printer.card, printer.clock, printer.faults
    last_byte = faults.number(Fault.FTPS_DROP, 0)
    began = clock.now()
    while block := await channel.read():
        file.content += block
        if last_byte is not None and len(file.content) >= last_byte:
            del file.content[int(last_byte) :]
            raise ConnectionAbortedError
        if card.capacity is not None and card.used > card.capacity:
            file.truncated = True
            return _FULL
        if printer.upload_rate:
            await clock.until(began + len(file.content) / 1000 / printer.upload_rate)
    await channel.hang_up()
    file.whole = True
    if faults.happens(Fault.FTPS_HANG):
        await asyncio.Event().wait()
    if (late := faults.number(Fault.FTPS_SLOW_226, 30)) is not None:
        await clock.sleep(late)
    for fault, reply in (
        (Fault.FTPS_TRUNCATE, _BROKEN),
        (Fault.FTPS_TRUNCATE_SILENTLY, _DONE),
    ):
        if (kept := faults.number(fault, len(file.content) // 2)) is not None:
            del file.content[int(kept) :]
            file.truncated = True
            return reply
    return _BROKEN if faults.happens(Fault.FTPS_426) else _DONE

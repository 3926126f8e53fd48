"""What ha-bambulab takes for the same: read from a checkout of it, never part of this one.

Its library reads the recorded jobs in this process. Then twenty printers print in a Home
Assistant with it: what it needs and we do not (`bs4`, `aiofiles`) is stood in for, and its fixed
port leads to the simulated printers.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from types import ModuleType, SimpleNamespace
from typing import Any, override

from simulator import Farm, Printer, PrinterSpec

from . import deltas, reports
from .home import STILL, Home, until
from .measure import cpu_seconds

DOMAIN = "bambu_lab"
_STAND_INS = {
    "bs4.py": "BeautifulSoup = None\n",
    "aiofiles.py": "",
}
_PORTS = '''
import sys
import types

PORTS = {ports}


class Led(socket.socket):
    """A socket for which each printer has an address of its own, and the usual ports."""

    def connect(self, address, /):
        super().connect(PORTS.get(tuple(address[:2]), address))


socket.socket = Led
# It names a type of this component, which needs packages that nothing else here does.
sys.modules["homeassistant.components.ssdp"] = types.ModuleType("ssdp")
'''


def measure(folder: Path, short: bool) -> dict[str, float]:
    """Return its values by the names of our figures, in their units."""
    return {
        reports.RECORDED: _recorded(folder, reports.recorded_job(short)),
        **asyncio.run(_at_home(folder, 2 if short else 20, 1 if short else 15)),
    }


def _recorded(folder: Path, payloads: Iterable[bytes]) -> float:
    """Return the microseconds in which its library reads a message."""
    sys.path.insert(0, str(folder / "custom_components" / DOMAIN))
    sys.modules.setdefault("bs4", ModuleType("bs4")).__dict__["BeautifulSoup"] = None
    from pybambu import BambuClient  # type: ignore[import-not-found] # noqa: PLC0415

    client = BambuClient(
        {"host": "", "serial": "0300", "device_type": "A1", "local_mqtt": True}
    )
    client.client = SimpleNamespace(publish=lambda *_: SimpleNamespace(rc=0))
    client._callback = lambda _: None
    client._loaded_slicer_settings = True  # it would ask the cloud for them
    messages = [SimpleNamespace(payload=one) for one in payloads]

    def read() -> None:
        for one in messages:
            client.on_message(None, None, one)

    return cpu_seconds(read, tries=3) / len(messages) * 1e6


class _Home(Home):
    """Home Assistant with the peer in it."""

    def __init__(self, folder: Path, peer: Path, printers: Iterable[Printer]) -> None:
        self._peer = peer / "custom_components" / DOMAIN
        hosts = {f"127.0.1.{place}": one for place, one in enumerate(printers, 1)}
        self._ports = {
            (host, port): (one.host, to)
            for host, one in hosts.items()
            for port, to in ((8883, one.mqtt_port), (990, one.ftps_port))
        }
        super().__init__(
            folder, [_entry(host, one) for host, one in hosts.items()], DOMAIN
        )

    @override
    def _lay_out(self) -> None:
        super()._lay_out()
        link = self.folder / "custom_components" / DOMAIN
        if not link.is_symlink():
            link.symlink_to(self._peer, target_is_directory=True)
        stand_ins = self.folder / "stand_ins"
        for name, text in _STAND_INS.items():
            (stand_ins / name).write_text(text)
        with (stand_ins / "sitecustomize.py").open("a") as customize:
            customize.write(_PORTS.format(ports=repr(self._ports)))


def _entry(host: str, printer: Printer) -> dict[str, Any]:
    """Return its config entry of a printer in LAN mode, as its form makes it."""
    return {
        "domain": DOMAIN,
        "entry_id": printer.serial,
        "unique_id": None,
        "title": printer.serial,
        "version": 2,
        "data": {"device_type": "A1MINI", "serial": printer.serial},
        "options": {
            "region": "",
            "email": "",
            "username": "",
            "name": printer.serial,
            "host": host,
            "local_mqtt": True,
            "auth_token": "",
            "access_code": printer.access_code,
            "print_cache_count": 0,
            "timelapse_cache_count": 0,
            "usage_hours": 0.0,
            "disable_ssl_verify": True,
            "enable_firmware_update": False,
            "force_ip": True,
            "enable_camera": False,
        },
    }


async def _at_home(peer: Path, count: int, seconds: float) -> dict[str, float]:
    """Return what a delta takes of a Home Assistant with it."""
    with TemporaryDirectory(prefix="bambu-lab-home-") as folder:
        async with Farm([PrinterSpec()] * count, speed=10) as printers:
            hass = _Home(Path(folder), peer, printers.printers)
            async with hass:
                await until(lambda: all(one.clients for one in printers.printers))
                for one in printers.printers:
                    one.world.print_foreign(seconds=100_000)
                await until(
                    lambda: all(
                        one.truth.state == "RUNNING" for one in printers.printers
                    )
                )
                printers.clock.speed = STILL
                await asyncio.sleep(3)
                default = await deltas.milliseconds(
                    hass, printers.printers, seconds, strict=False
                )
                await deltas.enable_all(hass, printers.printers, DOMAIN)
                everything = await deltas.milliseconds(
                    hass,
                    printers.printers,
                    seconds,
                    first=deltas.LATER,
                    strict=False,
                )
                await hass.kill()
    return {deltas.DEFAULT: default, deltas.ALL: everything}

"""Control of a running simulator from another process: one request a line, one answer a line.

A request is a JSON object, or the same as words; the words `fault half_open times=2` mean
`{"do": "fault", "args": ["half_open"], "times": 2}`. `printer` is a serial or a number,
0 by default. The answer is `{"ok": true, "result": …}` or `{"ok": false, "error": "…"}`.

| do | what |
| --- | --- |
| `printers` | serial, ports, certificate of each |
| `truth` | what is true of the printer now |
| `journal` (`since=N`) | entries from number N on |
| `violations` | of all printers |
| `fault NAME` (`times=`, `value=`) | a fault on demand, see `faults.py` |
| `heal` (`NAME`) | end one fault, or all |
| `speed N` | simulated seconds in one real second |
| any method of `world.py` | `reboot`, `press_stop`, `print_foreign seconds=60`, … |

`put_file PATH from=FILE` reads FILE. From a shell:
`python -m simulator.control PORT reboot printer=1`.
"""

import asyncio
from contextlib import suppress
import json
from pathlib import Path
import socket
import sys
from typing import Any

from .document import Spool
from .farm import Farm
from .printer import Printer
from .world import World

_ACTS = frozenset(name for name in vars(World) if not name.startswith("_")) - {"stop"}


class Control:
    """Listens on loopback for one farm."""

    def __init__(self, farm: Farm) -> None:
        """Nothing is opened before `start`."""
        self._farm = farm
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def start(self, host: str, port: int = 0) -> None:
        """Listen. Raises `OSError`."""
        self._server = await asyncio.start_server(self._serve, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything."""
        if self._server:
            self._server.close()
            for writer in self._writers:
                writer.transport.abort()
            await self._server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._writers.add(writer)
        with suppress(OSError, asyncio.LimitOverrunError, ValueError):
            while line := await reader.readline():
                writer.write(self.answer(line.decode()).encode() + b"\n")
                await writer.drain()
        self._writers.discard(writer)
        writer.close()

    def answer(self, line: str) -> str:
        """Carry out one request."""
        try:
            result = self._carry_out(parse(line))
        except (LookupError, TypeError, ValueError, OSError) as err:
            return json.dumps({"ok": False, "error": f"{type(err).__name__}: {err}"})
        return json.dumps({"ok": True, "result": result}, default=str)

    def _carry_out(self, request: dict[str, Any]) -> Any:
        do = request.pop("do")
        printer = self._printer(request.pop("printer", 0))
        args = request.pop("args", [])
        match do:
            case "printers":
                return describe(self._farm)
            case "truth":
                return printer.truth.to_dict()
            case "journal":
                since = int(request.get("since", 0))
                return [
                    json.loads(entry.to_json()) for entry in printer.journal[since:]
                ]
            case "violations":
                return [json.loads(entry.to_json()) for entry in self._farm.violations]
            case "fault":
                return printer.fault(*args, **request)
            case "heal":
                return printer.heal(*args)
            case "speed":
                self._farm.clock.speed = float(*args)
                return None
            case "put_file":
                source = Path(request.pop("from"))
                return printer.world.put_file(str(args[0]), source.read_bytes())
            case "set_spools":
                spools = [Spool(**tray) if tray else None for tray in args]
                return printer.world.set_spools(*spools)
            case _ if do in _ACTS:
                return getattr(printer.world, do)(*args, **request)
        raise ValueError(f"unknown: {do}")

    def _printer(self, which: str | int) -> Printer:
        if str(which).isdecimal() and int(which) < len(self._farm.printers):
            return self._farm.printers[int(which)]
        return self._farm[str(which)]


def describe(farm: Farm) -> list[dict[str, Any]]:
    """What a client needs to know of each printer."""
    return [
        {
            "model": printer.model.code,
            "name": printer.spec.name,
            "serial": printer.serial,
            "host": printer.host,
            "mqtt_port": printer.mqtt_port,
            "ftps_port": printer.ftps_port,
            "access_code": printer.access_code,
            "certificate": printer.certificate_pem,
        }
        for printer in farm.printers
    ]


def parse(line: str) -> dict[str, Any]:
    """Read a request in either form. Raises `ValueError`."""
    line = line.strip()
    if line.startswith("{"):
        request: dict[str, Any] = json.loads(line)
        return request
    do, *words = line.split() or [""]
    request = {"do": do, "args": []}
    for word in words:
        key, equals, value = word.partition("=")
        if equals:
            request[key] = _value(value)
        else:
            request["args"].append(_value(word))
    return request


def _value(word: str) -> Any:
    try:
        return json.loads(word)
    except ValueError:
        return word


def main() -> int:
    """Send one request to a running simulator and print the answer."""
    if len(sys.argv) < 3:
        sys.stderr.write(__doc__ or "")
        return 2
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as connection:
        connection.sendall(" ".join(sys.argv[2:]).encode() + b"\n")
        answer = connection.makefile().readline()
    sys.stdout.write(answer)
    return 0 if json.loads(answer)["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

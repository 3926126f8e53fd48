"""A small Spoolman: as much of its API as the product and its tests use, on disk at once.

    python -m tests.spoolman.server --port 7912 --folder /tmp/spools

Written after what Spoolman 0.26.1 answers (recorded on 2026-11-21 with SQLite; its source is
https://github.com/Donkie/Spoolman): the same paths, fields left out where they are empty,
`extra` as JSON inside of JSON, 404 with a `message`, `use` as one addition in the database.
The trial with kills runs against the true one too: `SPOOLMAN_COMMAND` says how to start it.
"""

import argparse
import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import shlex
import sqlite3
import sys
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from demo.home_assistant import free_port

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = "SPOOLMAN_COMMAND"
"""Environment variable: a command with `{port}` and `{folder}` that starts a true Spoolman."""
VERSION: Final = "0.26.1"

type Json = dict[str, Any]
type Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


class Spoolman:
    """The server's content, and its faults."""

    def __init__(self, file: Path | str = ":memory:") -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS things (kind TEXT, id INTEGER, "
            "used REAL NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, id))"
        )
        self.before: Fault | None = None
        """Comes before a request; what it returns is the answer."""
        self.after: Fault | None = None
        """Comes after a request has had its effect."""
        self.asked: list[str] = []
        """Method and path of every request."""

    def app(self) -> web.Application:
        """Return the server."""
        app = web.Application(middlewares=[_with_faults])
        app[_SERVED] = self
        api = "/api/v1"
        app.add_routes(
            [
                web.get(f"{api}/info", self._info),
                web.get(f"{api}/health", self._health),
                web.get(f"{api}/setting/currency", self._currency),
                web.post(f"{api}/field/spool/{{key}}", self._field),
                web.post(f"{api}/{{kind:vendor|filament|spool}}", self._create),
                web.get(f"{api}/spool", self._find),
                web.get(f"{api}/spool/{{number:\\d+}}", self._get),
                web.patch(f"{api}/spool/{{number:\\d+}}", self._change),
                web.delete(f"{api}/spool/{{number:\\d+}}", self._delete),
                web.put(f"{api}/spool/{{number:\\d+}}/use", self._use),
            ]
        )
        return app

    def used(self, number: int) -> float:
        """Return what was used of a spool."""
        return self._row("spool", number)[0]

    def add(self, kind: str, **fields: Any) -> int:
        """Add a vendor, a filament or a spool; returns its number."""
        now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
        document = {"registered": f"{now.isoformat()}Z", "extra": {}} | fields
        used = document.pop("used_weight", 0.0)
        query = "SELECT coalesce(max(id), 0) + 1 FROM things WHERE kind = ?"
        (number,) = self._database.execute(query, (kind,)).fetchone()
        self._database.execute(
            "INSERT INTO things VALUES (?, ?, ?, ?)",
            (kind, number, used, json.dumps(document)),
        )
        return int(number)

    def change(self, number: int, **fields: Any) -> None:
        """Change a spool as a person does on its page."""
        used, document = self._row("spool", number)
        used = fields.pop("used_weight", used)
        self._database.execute(
            "UPDATE things SET used = ?, document = ? WHERE kind = 'spool' AND id = ?",
            (used, json.dumps(document | fields), number),
        )

    def delete(self, number: int) -> None:
        """Delete a spool."""
        query = "DELETE FROM things WHERE kind = 'spool' AND id = ?"
        self._database.execute(query, (number,))

    def _row(self, kind: str, number: int) -> tuple[float, Json]:
        query = "SELECT used, document FROM things WHERE kind = ? AND id = ?"
        row = self._database.execute(query, (kind, number)).fetchone()
        if row is None:
            raise web.HTTPNotFound(
                text=json.dumps({"message": f"No {kind} with ID {number} found."}),
                content_type="application/json",
            )
        return float(row[0]), json.loads(row[1])

    def _filament(self, number: int) -> Json:
        document = self._row("filament", number)[1]
        if (vendor := document.pop("vendor_id", None)) is not None:
            document["vendor"] = {"id": vendor} | self._row("vendor", vendor)[1]
        return {"id": number} | document

    def _spool(self, number: int) -> Json:
        used, document = self._row("spool", number)
        filament = self._filament(document.pop("filament_id"))
        net = document.setdefault("initial_weight", filament.get("weight"))
        found = {"id": number, "archived": False, "filament": filament, **document}
        found["used_weight"] = used
        found["remaining_weight"] = None if net is None else max(net - used, 0.0)
        return {key: value for key, value in found.items() if value is not None}

    async def _info(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "version": VERSION,
                "debug_mode": False,
                "automatic_backups": False,
                "data_dir": "/data",
                "logs_dir": "/data",
                "backups_dir": "/data/backups",
                "db_type": "sqlite",
                "external_db_name": "SpoolmanDB",
                "git_commit": None,
                "build_date": None,
            }
        )

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "healthy"})

    async def _currency(self, request: web.Request) -> web.Response:
        return web.json_response({"value": '"EUR"', "is_set": False, "type": "string"})

    async def _field(self, request: web.Request) -> web.Response:
        return web.json_response([{"key": request.match_info["key"]}])

    async def _create(self, request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        number = self.add(kind, **await request.json())
        made = {"spool": self._spool, "filament": self._filament}.get(kind)
        return web.json_response(made(number) if made else {"id": number})

    async def _find(self, request: web.Request) -> web.Response:
        query = "SELECT id FROM things WHERE kind = 'spool' ORDER BY id"
        ids = self._database.execute(query).fetchall()
        spools = [self._spool(number) for (number,) in ids]
        return web.json_response([one for one in spools if not one["archived"]])

    async def _get(self, request: web.Request) -> web.Response:
        return web.json_response(self._spool(int(request.match_info["number"])))

    async def _change(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        self.change(number, **await request.json())
        return web.json_response(self._spool(number))

    async def _delete(self, request: web.Request) -> web.Response:
        self.delete(int(request.match_info["number"]))
        return web.json_response({"message": "Success!"})

    async def _use(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        self._row("spool", number)
        weight = (await request.json()).get("use_weight")
        if not isinstance(weight, float | int):
            return web.json_response(
                {"detail": [{"type": "float_parsing"}]}, status=422
            )
        query = (
            "UPDATE things SET used = max(used + ?, 0) WHERE kind = 'spool' AND id = ?"
        )
        self._database.execute(query, (weight, number))
        return web.json_response(self._spool(number))


_SERVED: Final = web.AppKey("served", Spoolman)


@web.middleware
async def _with_faults(
    request: web.Request,
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:
    spoolman = request.app[_SERVED]
    spoolman.asked.append(f"{request.method} {request.path.removeprefix('/api/v1')}")
    if spoolman.before and (answer := await spoolman.before(request)):
        return answer
    answer = await handler(request)
    if spoolman.after and (other := await spoolman.after(request)):
        return other
    return answer


async def break_off(request: web.Request) -> None:
    """Break the connection of a use, once asked for."""
    if request.method == "PUT":
        assert request.transport is not None
        request.transport.abort()
        await asyncio.sleep(0)


def failing(status: int, text: str = "no") -> Fault:
    """Return a fault: every request is answered so."""

    async def fail(request: web.Request) -> web.Response:
        return web.Response(status=status, text=text)

    return fail


@asynccontextmanager
async def serving(spoolman: Spoolman, port: int = 0) -> AsyncIterator[str]:
    """Serve in this process; yields the address."""
    runner = web.AppRunner(spoolman.app(), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass(frozen=True, slots=True)
class Served:
    """A Spoolman and its address."""

    spoolman: Spoolman
    url: str

    @property
    def uses(self) -> int:
        """How often filament was used."""
        return sum(asked.startswith("PUT") for asked in self.spoolman.asked)


class SpoolmanProcess:
    """A Spoolman of its own process, to be killed: ours, or the true one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        ours = f"{shlex.quote(sys.executable)} -m tests.spoolman.server --port {{port}} --folder {{folder}}"
        command = os.environ.get(COMMAND, ours).format(
            port=self.port, folder=shlex.quote(str(self.folder))
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "console.log").open("ab") as console:
            self._process = await asyncio.create_subprocess_exec(
                *shlex.split(command),
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        async with asyncio.timeout(60):
            while not await self._is_healthy():
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it as a power cut does."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def ask(self, method: str, path: str, body: Json | None = None) -> Any:
        """Do a request of its API."""
        async with (
            ClientSession(timeout=ClientTimeout(total=20)) as session,
            session.request(
                method, f"{self.url}/api/v1{path}", json=body, raise_for_status=True
            ) as response,
        ):
            return await response.json()

    async def used(self, number: int) -> float:
        """Return what was used of a spool."""
        return float((await self.ask("GET", f"/spool/{number}"))["used_weight"])

    async def fill(self, spools: int = 1) -> list[int]:
        """Put spools of one filament into it; returns their numbers."""
        vendor = (await self.ask("POST", "/vendor", {"name": "Maker"}))["id"]
        filament = await self.ask("POST", "/filament", white(vendor))
        return [
            (await self.ask("POST", "/spool", {"filament_id": filament["id"]}))["id"]
            for _ in range(spools)
        ]

    async def _is_healthy(self) -> bool:
        with suppress(ClientError, ConnectionError, TimeoutError):
            return bool((await self.ask("GET", "/health"))["status"] == "healthy")
        return False


def white(vendor: int | None = None) -> Json:
    """Describe a white PLA of a full kilogram for 25 €."""
    return {
        "name": "White",
        **({} if vendor is None else {"vendor_id": vendor}),
        "material": "PLA",
        "density": 1.24,
        "diameter": 1.75,
        "weight": 1000.0,
        "price": 25.0,
        "color_hex": "FFFFFF",
    }


def main() -> None:
    """Serve until the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.spoolman.server")
    parser.add_argument("--port", type=int, default=7912)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    spoolman = Spoolman(arguments.folder / "spoolman.db")
    web.run_app(spoolman.app(), host="127.0.0.1", port=arguments.port, print=None)


if __name__ == "__main__":
    main()

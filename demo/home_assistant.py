"""A real Home Assistant: its own process, in a folder of its own, on loopback only."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
import json
import os
from pathlib import Path
import random
import re
import signal
import socket
import sys
from time import monotonic, time
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import ClientError, ClientSession, ClientTimeout

from .client import Client, RequestFailed

USERNAME: Final = "demo"
PASSWORD: Final = "demo"

INTEGRATION: Final = (
    Path(__file__).parents[1] / "custom_components" / "bambu_batch"
).resolve()

_RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d )", re.MULTILINE)
_COMPLAINT = re.compile(r"\S+ \S+ (WARNING|ERROR|CRITICAL) ")

_CONFIGURATION = """\
homeassistant:
  name: Print farm
  time_zone: UTC
  country: DE
  language: en
  currency: EUR
  media_dirs:
    local: {media}
ffmpeg:
  ffmpeg_bin: {ffmpeg}
recorder:
  commit_interval: 1
history:
logbook:
media_source:
my:
sun:
logger:
  default: warning
"""

_ALONE = '''\
"""Printers announce themselves at UDP 2021. This process stays away from the real ones."""

import socket

PRINTERS = 2021


class Alone(socket.socket):
    """A socket for which the printers' network is a port of its own on loopback."""

    def bind(self, address, /):
        if self.type == socket.SOCK_DGRAM and address[1] == PRINTERS:
            address = ("127.0.0.1", {port})
        super().bind(address)

    def setsockopt(self, level, option, *value):
        if (level, option) != (socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP):
            super().setsockopt(level, option, *value)

    def sendto(self, data, *where):
        if where[-1][1] == PRINTERS:
            return len(data)
        return super().sendto(data, *where)


socket.socket = Alone
'''
"""`sitecustomize.py`: Python runs it before anything else."""

_STAND_INS = {
    # Native packages of the voice pipeline that need a compiler: imported at start, never used.
    "pymicro_vad.py": '"""Stand-in."""\n\n\nclass MicroVad:\n    """Stand-in."""\n',
    "pyspeex_noise.py": '"""Stand-in."""\n\n\nclass AudioProcessor:\n    """Stand-in."""\n',
    # Needs a system library; only cameras use it.
    "turbojpeg.py": '"""Stand-in."""\n\n\nclass TurboJPEG:\n    """Stand-in."""\n',
    "ffmpeg": "#!/bin/sh\necho ffmpeg version 7.1\n",
}


class DidNotStart(Exception):
    """Home Assistant ended, or did not answer in time; the text ends with its last lines."""


class HomeAssistant:
    """Home Assistant of the running environment, with Bambu Batch Manager in it.

    Everything it keeps is in `folder`; a second object on the same folder goes on with it.
    The first start makes the user `demo`, who may do everything.

        async with HomeAssistant(folder) as hass:
            await hass.client.command("get_config")
            await hass.kill()       # as a power cut does
            await hass.start()      # on the same folder
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        program: Sequence[str] = ("-m", "homeassistant"),
        configuration: str = _CONFIGURATION,
    ) -> None:
        """Start nothing yet.

        `port`: the one to serve on; without it the one of the last start, or a free one.
        `program`: what Python runs. `configuration`: the YAML, with `{media}` and `{ffmpeg}`.
        """
        self._program = program
        self._configuration = configuration
        self.folder = folder.resolve()
        self.media = self.folder / "media"
        """Its media folder `local`: `media-source://media_source/local/…`."""
        self.console = self.folder / "console.log"
        """Everything the process has printed, over all its starts."""
        self.announcements = free_port(socket.SOCK_DGRAM)
        """UDP port on loopback where it receives printers' announcements."""
        self._port = port
        self._process: Process | None = None
        self._client: Client | None = None

    @property
    def url(self) -> str:
        """Address without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def client(self) -> Client:
        """The user `demo`, connected; a new one after each start."""
        if self._client is None:
            raise RuntimeError("Home Assistant is not running")
        return self._client

    @property
    def pid(self) -> int | None:
        """Id of the process, while it runs."""
        if self._process is None or self._process.returncode is not None:
            return None
        return self._process.pid

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            error.add_note(f"Home Assistant's last lines:\n{self.last_lines()}")
        await self.stop()

    async def start(self, *, timeout: float = 120) -> Self:
        """Start the process and return when all integrations are set up.

        Raises `DidNotStart` after `timeout` seconds, or at once when the process ends.
        """
        self._lay_out()
        with self.console.open("ab") as console:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *(*self._program, "--config", str(self.folder), "--skip-pip"),
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(self.folder / "stand_ins")},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,  # Ctrl-C does not reach it
            )
        try:
            await self._connect(monotonic() + timeout)
        except BaseException:
            await self.kill()
            raise
        return self

    async def stop(self, *, timeout: float = 60) -> None:
        """Stop the process as a shutdown does; kill it after `timeout` seconds."""
        await self._end(signal.SIGTERM, timeout)

    async def kill(self) -> None:
        """End the process at once, as a power cut does."""
        await self._end(signal.SIGKILL, 10)

    async def restart(self) -> None:
        """Stop and start again."""
        await self.stop()
        await self.start()

    async def log_in(self, username: str, password: str) -> Client:
        """Return another user's client, connected; close it when done."""
        tokens = await self.tokens(username, password)
        return await Client(self.url, tokens["access_token"]).open()

    async def tokens(self, username: str, password: str) -> dict[str, Any]:
        """Log in as a browser does; returns what a browser keeps of it (`hassTokens`)."""
        who = {"client_id": f"{self.url}/", "handler": ["homeassistant", None]}
        async with ClientSession(self.url, raise_for_status=True) as session:
            flow = await _post(
                session, "/auth/login_flow", {**who, "redirect_uri": f"{self.url}/"}
            )
            login = {
                "client_id": f"{self.url}/",
                "username": username,
                "password": password,
            }
            answer = await _post(session, f"/auth/login_flow/{flow['flow_id']}", login)
            if answer["type"] != "create_entry":
                raise RequestFailed("log in", "invalid_auth", str(answer.get("errors")))
            tokens = await self._tokens(session, answer["result"])
        return {
            **tokens,
            "hassUrl": self.url,
            "clientId": f"{self.url}/",
            "expires": int((time() + tokens["expires_in"]) * 1000),
        }

    def last_lines(self, count: int = 30) -> str:
        """Return the end of what the process printed."""
        if not self.console.exists():
            return ""
        return "\n".join(self.console.read_text(errors="replace").splitlines()[-count:])

    def complaints(self, about: str) -> list[str]:
        """Return the log's warnings and errors in which a word occurs, with their tracebacks.

        Left out: the warning about custom integrations.
        """
        if not self.console.exists():
            return []
        records = _RECORD.split(self.console.read_text(errors="replace"))
        return [
            record.strip()
            for record in records
            if _COMPLAINT.match(record)
            and about in record
            and "We found a custom integration" not in record
        ]

    def _lay_out(self) -> None:
        """Write the files that must be there before a start, and leave alone what is there."""
        storage = self.folder / ".storage"
        stand_ins = self.folder / "stand_ins"
        for folder in (
            storage,
            stand_ins,
            self.media,
            self.folder / "custom_components",
        ):
            folder.mkdir(parents=True, exist_ok=True)
        ours = self.folder / "custom_components" / INTEGRATION.name
        if not ours.is_symlink():
            ours.symlink_to(INTEGRATION, target_is_directory=True)
        for name, content in _STAND_INS.items():
            (stand_ins / name).write_text(content)
            (stand_ins / name).chmod(0o755)
        alone = _ALONE.format(port=self.announcements)
        (stand_ins / "sitecustomize.py").write_text(alone)
        (self.folder / "configuration.yaml").write_text(
            self._configuration.format(media=self.media, ffmpeg=stand_ins / "ffmpeg")
        )
        # All but the first user, else Home Assistant sets up weather, speech and radio.
        if not (onboarding := storage / "onboarding").exists():
            done = {"done": ["core_config", "analytics", "integration"]}
            onboarding.write_text(json.dumps(_stored("onboarding", 4, 1, done)))
        # Address and port cannot be chosen in another way before the first start.
        http = storage / "http"
        if http.exists():
            stored = json.loads(http.read_text())
        else:
            stored = _stored("http", 2, 2, _http_settings())
        stable = stored["data"]["stable"]
        self._port = self._port or stable["server_port"] or free_port()
        stable["server_port"] = self._port
        http.write_text(json.dumps(stored))

    async def _connect(self, deadline: float) -> None:
        """Wait until all is set up, and connect the user `demo`."""
        token = self.folder / "token"
        if not token.exists():
            await self._until(self._asks_for_a_user, deadline)
            token.write_text(await self._make_user())
        self._client = Client(self.url, token.read_text())
        await self._until(self._is_running, deadline)
        await self._client.open()

    async def _asks_for_a_user(self) -> bool:
        async with (
            ClientSession(self.url, timeout=ClientTimeout(total=5)) as session,
            session.get("/api/onboarding") as response,
        ):
            return response.status == 200

    async def _is_running(self) -> bool:
        config = await self.client.get("/api/config")
        return bool(config["state"] == "RUNNING")

    async def _make_user(self) -> str:
        """Make the user `demo` and return a token that lasts."""
        who = {
            "client_id": f"{self.url}/",
            "name": "Demo",
            "username": USERNAME,
            "password": PASSWORD,
            "language": "en",
        }
        async with ClientSession(self.url, raise_for_status=True) as session:
            answer = await _post(session, "/api/onboarding/users", who)
            tokens = await self._tokens(session, answer["auth_code"])
        async with Client(self.url, tokens["access_token"]) as client:
            return str(
                await client.command(
                    "auth/long_lived_access_token", client_name="demo", lifespan=365
                )
            )

    async def _tokens(self, session: ClientSession, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": f"{self.url}/",
        }
        async with session.post("/auth/token", data=form) as response:
            tokens: dict[str, Any] = await response.json()
            return tokens

    async def _until(
        self, question: Callable[[], Awaitable[bool]], deadline: float
    ) -> None:
        """Ask until the answer is yes."""
        while monotonic() < deadline:
            if self.pid is None:
                break
            with suppress(ClientError, ConnectionError, TimeoutError, RequestFailed):
                if await question():
                    return
            await asyncio.sleep(0.1)
        raise DidNotStart(f"Home Assistant did not start:\n{self.last_lines()}")

    async def _end(self, how: signal.Signals, timeout: float) -> None:
        client, self._client = self._client, None
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(how)
            try:
                await asyncio.wait_for(process.wait(), timeout)
            except TimeoutError:
                process.kill()
                await process.wait()
        if client is not None:
            await client.close()


async def _post(session: ClientSession, path: str, data: dict[str, Any]) -> Any:
    async with session.post(path, json=data) as response:
        return await response.json()


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """Return a free port for a server that binds it later, and again after each restart.

    It is below those that the system hands out by itself (32768 and up), so it stays free.
    """
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket(type=kind) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _stored(key: str, version: int, minor: int, data: dict[str, Any]) -> dict[str, Any]:
    return {"version": version, "minor_version": minor, "key": key, "data": data}


def _http_settings() -> dict[str, Any]:
    return {
        "stable": {
            "server_host": ["127.0.0.1"],
            "server_port": None,
            "cors_allowed_origins": [],
            "login_attempts_threshold": -1,
            "ip_ban_enabled": False,
            "ssl_profile": "modern",
            "use_x_frame_options": True,
            "created_at": "2026-01-01T00:00:00+00:00",
            "error": None,
            "error_message": None,
        },
        "pending": None,
        "yaml_migration_done": True,
    }

"""A printer of parts that nobody here wrote: mosquitto, vsftpd and a recorded report.

Only its steering is ours: what a recorded A1 says to `pushall`, `get_version` and
`project_file`. The simulated printer cannot be wrong here in the way in which the product is.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
import copy
from dataclasses import dataclass, field
from itertools import count
import json
import os
from pathlib import Path
import shutil
import socket
import ssl
from tempfile import TemporaryDirectory
from typing import Any, Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from simulator import certificate

PATH: Final = f"{os.environ['PATH']}:/usr/sbin"
MISSING: Final = [
    name
    for name in ("mosquitto", "mosquitto_passwd", "openssl", "unshare", "vsftpd")
    if not shutil.which(name, path=PATH)
]
"""Debian's packages mosquitto, openssl, util-linux and vsftpd have them."""
CODE: Final = "87654321"
SERIAL: Final = "0390DA000000077"
USER: Final = "bblp"
STEP: Final = 0.4
"""Seconds between two reports of a job: a print takes about five of them."""

MOSQUITTO: Final = """
user root
allow_anonymous false
password_file {folder}/passwords
listener {port} 127.0.0.1
certfile {folder}/chain.pem
keyfile {folder}/key.pem
tls_version tlsv1.2
"""
VSFTPD: Final = """
listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
local_root={folder}/card
chroot_local_user=YES
allow_writeable_chroot=YES
secure_chroot_dir={folder}/empty
pam_service_name=printer
seccomp_sandbox=NO
ssl_enable=YES
implicit_ssl=YES
require_ssl_reuse=YES
force_local_logins_ssl=YES
force_local_data_ssl=YES
rsa_cert_file={folder}/chain.pem
rsa_private_key_file={folder}/key.pem
"""
ETC: Final = {
    "pam.d/printer": "auth required pam_unix.so\naccount required pam_permit.so\n",
    "passwd": "root:x:0:0::/:/bin/sh\n{user}:x:65534:65534::/:/bin/sh\n",
    "shadow": "{user}:{hashed}:20000::::::\n",
}
"""The login of vsftpd is the machine's: in a mount namespace of its own it has another /etc."""


@dataclass
class Stranger:
    """The printer, seen from the network: what a form of Home Assistant asks for."""

    mqtt_port: int
    ftps_port: int
    card: Path
    """The folder that vsftpd serves."""
    recorded: dict[str, Any]
    """`pushall` and `get_version` of a real A1."""
    host: str = "127.0.0.1"
    serial: str = SERIAL
    access_code: str = CODE
    started: list[dict[str, Any]] = field(default_factory=list)
    """Every `project_file`."""

    def __post_init__(self) -> None:
        """Begin at rest, as recorded."""
        self._print: dict[str, Any] = copy.deepcopy(self.recorded["pushall"]["print"])
        self._numbers = count(1)
        self._jobs: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """Answer what is asked, and report every second, until cancelled."""
        loop = asyncio.get_running_loop()
        client = Client(CallbackAPIVersion.VERSION2)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        client.tls_set_context(context)
        client.username_pw_set(USER, CODE)

        def heard(_client: Client, _data: object, message: MQTTMessage) -> None:
            loop.call_soon_threadsafe(self._heard, json.loads(message.payload))

        client.on_message = heard
        self._client = client
        await asyncio.to_thread(client.connect, self.host, self.mqtt_port)
        client.subscribe(f"device/{SERIAL}/request")
        client.loop_start()
        try:
            while True:
                self._change(wifi_signal="-48dBm")
                await asyncio.sleep(1)
        finally:
            for job in self._jobs:
                job.cancel()
            await asyncio.to_thread(client.loop_stop)

    def _heard(self, request: dict[str, Any]) -> None:
        for kind, content in request.items():
            match kind, content["command"]:
                case "pushing", "pushall":
                    self._tell("print", self._print | {"msg": 0})
                case "info", "get_version":
                    self._tell("info", self.recorded["get_version"]["info"])
                case "print", "project_file":
                    self.started.append(content)
                    self._tell("print", content | {"result": "success"})
                    job = asyncio.create_task(self._work(content))
                    self._jobs.add(job)
                    job.add_done_callback(self._jobs.discard)

    async def _work(self, start: dict[str, Any]) -> None:
        """Print as an A1 does, or fault as one does where the file is not on the card."""
        sent = self.card / str(start["url"]).removeprefix("file:///sdcard/")
        if not sent.is_file():
            self._change(print_error=0x0500C010)
            return
        job = {key: start[key] for key in ("project_id", "task_id", "subtask_id")}
        steps: tuple[dict[str, Any], ...] = (
            {"gcode_file": start["file"], "print_type": "local"},
            {"gcode_state": "PREPARE", "subtask_name": start["subtask_name"], **job},
            {"gcode_state": "RUNNING", "mc_print_stage": "2", "mc_percent": 0},
            {"stg_cur": 0, "layer_num": 1, "mc_percent": 40},
            {"stg_cur": 255, "mc_percent": 96},
            {"gcode_state": "FINISH", "mc_print_stage": "1", "mc_percent": 100}
            | {"gcode_file": "", "print_type": "idle", "stg": []},
        )
        for step in steps:
            self._change(**step)
            await asyncio.sleep(STEP)

    def _change(self, **fields: Any) -> None:
        self._print |= fields
        self._tell("print", fields | {"command": "push_status", "msg": 1})

    def _tell(self, kind: str, content: dict[str, Any]) -> None:
        numbered = content | {"sequence_id": str(next(self._numbers))}
        if content.get("command") != "push_status":
            numbered["sequence_id"] = content["sequence_id"]
        self._client.publish(
            f"device/{SERIAL}/report", json.dumps({kind: numbered}).encode()
        )


@asynccontextmanager
async def stranger(recorded: dict[str, Any]) -> AsyncIterator[Stranger]:
    """Start the parts on loopback; they end with the block."""
    async with AsyncExitStack() as stack:
        # Not below pytest's folder: vsftpd serves as nobody, who may not look into that.
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="stranger")))
        folder.chmod(0o755)
        ports = free_port(), free_port()
        lay_out(folder, await output("openssl", "passwd", "-6", CODE))
        await output("mosquitto_passwd", "-U", str(folder / "passwords"))
        (folder / "mosquitto.conf").write_text(
            MOSQUITTO.format(folder=folder, port=ports[0])
        )
        (folder / "vsftpd.conf").write_text(VSFTPD.format(folder=folder, port=ports[1]))
        broker = ("mosquitto", "-c", str(folder / "mosquitto.conf"))
        etc = " ".join(
            f"mount --bind {folder}/{name} /etc/{name};"
            for name in ("pam.d", "passwd", "shadow")
        )
        files = f"set -e; {etc} exec vsftpd {folder}/vsftpd.conf"
        for command in (broker, ("unshare", "--mount", "sh", "-c", files)):
            await stack.enter_async_context(running(*command))
        for port in ports:
            await until_open(port)
        printer = Stranger(*ports, folder / "card", recorded)
        life = asyncio.create_task(printer.live())
        stack.callback(life.cancel)
        yield printer


def lay_out(folder: Path, hashed: str) -> None:
    """Write certificates, passwords and an empty card."""
    credentials = certificate.make(SERIAL)
    (folder / "chain.pem").write_text(credentials.chain)
    (folder / "key.pem").write_text(credentials.key)
    (folder / "passwords").write_text(f"{USER}:{CODE}\n")
    (folder / "pam.d").mkdir()
    for name, text in ETC.items():
        (folder / name).write_text(text.format(user=USER, hashed=hashed))
    (folder / "empty").mkdir()
    (folder / "card").mkdir()
    (folder / "card").chmod(0o777)


async def output(*command: str) -> str:
    """Run a command to its end and return what it says."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, command
    return said.decode().strip()


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[None]:
    """Run a server; it is ended with the block."""
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "PATH": PATH}
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def until_open(port: int) -> None:
    """Wait until a server listens."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return

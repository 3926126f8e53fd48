"""Clients made by others: the simulator is tried with paho and ftplib."""

import asyncio
from collections.abc import Callable
import ftplib
import json
import socket
import ssl
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from simulator import Printer

type Json = dict[str, Any]


def context(printer: Printer) -> ssl.SSLContext:
    """Trust nothing but this printer's certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname = False
    tls.load_verify_locations(cadata=printer.certificate_pem)
    tls.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return tls


class Mqtt:
    """A paho client in its own thread; messages arrive in order in `messages`."""

    def __init__(
        self, printer: Printer, *, code: str | None = None, serial: str = ""
    ) -> None:
        self.printer = printer
        self.serial = serial or printer.serial
        self.messages: list[Json] = []
        self.raw: list[bytes] = []
        self.connack: int | None = None
        self.lost = asyncio.Event()
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._sequence = 40000
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2, reconnect_on_failure=False
        )
        self.client.username_pw_set("bblp", code or printer.access_code)
        self.client.tls_set_context(context(printer))
        self.client.on_connect = self._on_connect
        self.client.on_message = self._on_message
        self.client.on_disconnect = self._on_disconnect

    async def __aenter__(self) -> Self:
        self.client.connect_async(self.printer.host, self.printer.mqtt_port, 30)
        self.client.loop_start()
        try:
            await self.until(lambda: self.connack is not None)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    async def _end(self) -> None:
        """Let the thread end by itself; joining it would block the printer too."""
        self.client.disconnect()
        cancelled = False
        while (thread := self.client._thread) and thread.is_alive():
            try:
                await asyncio.sleep(0.005)
            except asyncio.CancelledError:
                cancelled = True
        self.client.loop_stop()
        if cancelled:
            raise asyncio.CancelledError

    def _on_connect(self, *args: Any) -> None:
        reason = args[3]
        code = 0 if reason == 0 else 5 if "authorized" in str(reason) else 1
        self._loop.call_soon_threadsafe(self._connected, code)

    def _connected(self, code: int) -> None:
        self.connack = code
        self._news.set()

    def _on_message(self, _: Any, __: Any, message: paho.MQTTMessage) -> None:
        self._loop.call_soon_threadsafe(self._received, message.payload)

    def _received(self, payload: bytes) -> None:
        self.raw.append(payload)
        self.messages.append(json.loads(payload.decode(errors="replace")))
        self._news.set()

    def _on_disconnect(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self._lost)

    def _lost(self) -> None:
        self.lost.set()
        self._news.set()

    async def until(self, condition: Callable[[], Any], seconds: float = 10) -> Any:
        async with asyncio.timeout(seconds):
            while not (result := condition()):
                self._news.clear()
                await self._news.wait()
        return result

    async def subscribe(self) -> None:
        subscribed = asyncio.Event()

        def done(*_: Any) -> None:
            self._loop.call_soon_threadsafe(subscribed.set)

        self.client.on_subscribe = done
        self.client.subscribe(f"device/{self.serial}/report")
        async with asyncio.timeout(10):
            await subscribed.wait()

    def send(self, category: str, command: str, *, qos: int = 0, **fields: Any) -> str:
        self._sequence += 1
        sequence = str(self._sequence)
        payload = {category: {"sequence_id": sequence, "command": command, **fields}}
        self.client.publish(f"device/{self.serial}/request", json.dumps(payload), qos)
        return sequence

    async def ready(self) -> None:
        """Subscribe and get a full report, as every careful client does."""
        await self.subscribe()
        self.send("pushing", "pushall")
        await self.until(lambda: self.full)

    @property
    def full(self) -> list[Json]:
        return [message["print"] for message in self.messages if _kind(message) == 0]

    @property
    def deltas(self) -> list[Json]:
        return [message["print"] for message in self.messages if _kind(message) == 1]

    def values(self, key: str) -> list[Any]:
        """Return a field's values in the deltas, in order."""
        return [delta[key] for delta in self.deltas if key in delta]

    def answers(self, sequence: str) -> list[Json]:
        return [
            body
            for message in self.messages
            for body in message.values()
            if body.get("sequence_id") == sequence and "msg" not in body
        ]

    async def answer(self, sequence: str) -> Json:
        await self.until(lambda: self.answers(sequence))
        return self.answers(sequence)[0]

    def start(
        self, name: str, *, subtask_id: int = 1, qos: int = 0, **fields: Any
    ) -> str:
        return self.send(
            "print",
            "project_file",
            qos=qos,
            **{
                "param": "Metadata/plate_1.gcode",
                "url": f"file:///sdcard/cache/{name}",
                "file": name,
                "md5": "",
                "subtask_name": f"run_{subtask_id}",
                "subtask_id": str(subtask_id),
                "task_id": str(subtask_id),
                "project_id": str(subtask_id),
                "profile_id": "0",
                "use_ams": True,
                "ams_mapping": [0],
            }
            | fields,
        )


def _kind(message: Json) -> int | None:
    body = message.get("print", {})
    return body.get("msg") if body.get("command") == "push_status" else None


class Ftps(ftplib.FTP_TLS):
    """Implicit FTPS with session reuse, as the printers want it."""

    reuse = True

    def __init__(self, printer: Printer) -> None:
        super().__init__(context=context(printer), timeout=5)
        self.printer = printer

    def open(self) -> Self:
        sock = socket.create_connection((self.printer.host, self.printer.ftps_port), 5)
        self.af = sock.family
        self.host = self.printer.host
        self.sock = self.context.wrap_socket(sock)
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
        return self

    def login_now(self, code: str | None = None) -> Self:
        self.open()
        self.sendcmd("USER bblp")
        self.sendcmd(f"PASS {code or self.printer.access_code}")
        self.sendcmd("PBSZ 0")
        self.sendcmd("PROT P")
        self._prot_p = True
        return self

    def ntransfercmd(
        self, cmd: str, rest: Any = None
    ) -> tuple[socket.socket, int | None]:
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:
            assert isinstance(self.sock, ssl.SSLSocket)
            session = self.sock.session if self.reuse else None
            conn = self.context.wrap_socket(conn, session=session)
        return conn, size

    def put(self, path: str, content: bytes) -> str:
        """Upload as careful clients do: the data socket is closed without close_notify."""
        self.voidcmd("TYPE I")
        with self.transfercmd(f"STOR {path}") as conn:
            conn.sendall(content)
        return self.voidresp()

"""One MQTT session with a printer: one paho client, used once.

paho runs on the event loop, without a thread of its own; only its blocking connect goes
to an executor. Nothing of a session survives it, so no queued message can be replayed by
the next one (FM-067).
"""

import asyncio
from collections import deque
from collections.abc import Callable
import logging
import secrets
import socket
import ssl
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from . import identity
from .command import Command
from .connection_settings import ConnectionSettings, Timing
from .errors import CannotConnect, CertificateChanged, InvalidAuth, WrongSerial
from .packets import PacketSocket

_LOGGER = logging.getLogger(__name__)

_USER = "bblp"
_BAD_CREDENTIALS = {134, 135}
"""CONNACK 4 and 5, as paho numbers them."""


class Session:
    """One login: `open` it once, `publish`, and watch `closed`."""

    def __init__(
        self,
        settings: ConnectionSettings,
        timing: Timing,
        on_message: Callable[[bytes], None],
    ) -> None:
        """Open nothing yet. `on_message` gets every payload of the report topic."""
        self._settings = settings
        self._timing = timing
        self._on_message = on_message
        self._loop = asyncio.get_running_loop()
        self._inbox: deque[bytes] = deque()
        self._login: asyncio.Future[None] = self._loop.create_future()
        self._socket: PacketSocket | None = None
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"bambu_batch_{secrets.token_hex(6)}",
            protocol=mqtt.MQTTv311,
            reconnect_on_failure=False,
        )
        self._client.connect_timeout = timing.connect
        self._client.max_inflight_messages_set(0)  # no limit: PUBACKs may never come
        self._client.username_pw_set(_USER, settings.access_code)
        self.closed = asyncio.Event()
        """Set when the printer, the network or we have ended the session."""
        self.last_sent = self._loop.time()

    async def open(self) -> None:
        """Connect, log in, subscribe to the report topic.

        Raises `CannotConnect`, `CertificateChanged`, `WrongSerial` or `InvalidAuth`;
        nothing is left open then.
        """
        try:
            await self._connect()
            async with asyncio.timeout(self._timing.login):
                await self._login
            # Never the request topic: A1 and P1S drop the session (FM-069).
            self._client.subscribe(f"device/{self._settings.serial}/report", qos=0)
            self._write()
        except TimeoutError as err:
            self.abort()
            raise CannotConnect from err
        except BaseException:
            self.abort()
            raise

    def publish(self, command: Command) -> bool:
        """Send now. False: the printer certainly does not get it.

        What cannot leave at once is dropped together with the session: a command must not
        reach the printer later than it was decided.
        """
        if self._socket is None or self._client.want_write():
            return False
        topic = f"device/{self._settings.serial}/request"
        self._client.publish(topic, command.payload, command.qos)
        self._write()
        if self._client.want_write():
            self.abort()
            return False
        self.last_sent = self._loop.time()
        return True

    @property
    def unread(self) -> bool:
        """Whether something has arrived that has not been read yet."""
        sock = self._socket
        if sock is None or self._inbox or sock.pending():
            return True
        try:
            # Peek below TLS, without consuming anything.
            socket.socket.recv(sock, 1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def keep_alive(self) -> None:
        """Let paho ping, or give up on a ping without answer. Call it every second or so."""
        if self._socket is not None:
            self._client.loop_misc()

    def close(self) -> None:
        """Log out, if that is possible at once."""
        if self._socket is not None and not self._client.want_write():
            self._client.disconnect()
            self._write()
        self.abort()

    def abort(self) -> None:
        """End the session without logging out; what was not sent or handled is dropped."""
        self._inbox.clear()
        self._let_go()
        self._ended()

    async def _connect(self) -> None:
        """Make TCP and TLS and send the login in an executor: paho can only block there."""
        pin = self._settings.certificate
        context = identity.pinned_context(pin)
        context.sslsocket_class = PacketSocket
        if (named := identity.serial_of(pin or "")) and named != self._settings.serial:
            raise WrongSerial
        self._client.tls_set_context(context)
        self._client.tls_insecure_set(True)  # the certificate names no host
        connecting = self._loop.run_in_executor(None, self._connect_blocking)
        try:
            # Not `shield`: it logs the connect's error once nobody waits any more.
            await asyncio.wait([connecting])
        except asyncio.CancelledError:
            connecting.add_done_callback(self._abandon)
            raise
        connecting.result()
        self._adopt()

    def _connect_blocking(self) -> None:
        try:
            self._client.connect(
                self._settings.host, self._settings.mqtt_port, self._timing.keepalive
            )
        except ssl.SSLCertVerificationError as err:
            raise CertificateChanged from err
        except (OSError, ValueError) as err:
            raise CannotConnect from err

    def _abandon(self, connecting: asyncio.Future[None]) -> None:
        """Close what a connect has opened after everybody stopped waiting for it."""
        if not connecting.cancelled() and connecting.exception() is None:
            if sock := self._client.socket():
                sock.close()

    def _adopt(self) -> None:
        """Hand the connected socket over to the event loop."""
        client, sock = self._client, self._client.socket()
        if not isinstance(sock, PacketSocket):
            raise CannotConnect
        self._socket = sock
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._received
        client.on_socket_close = self._closing
        client.on_socket_register_write = self._want_write
        client.on_socket_unregister_write = self._nothing_to_write
        self._loop.add_reader(sock, self._read)
        if client.want_write():
            self._loop.add_writer(sock, self._write)

    def _let_go(self) -> None:
        """Close the socket, unless paho has done so."""
        sock, self._socket = self._socket, None
        if sock is None:
            return
        self._client.on_socket_close = None
        self._client.on_socket_register_write = None
        self._client.on_socket_unregister_write = None
        self._loop.remove_reader(sock)
        self._loop.remove_writer(sock)
        sock.close()

    def _ended(self) -> None:
        self.closed.set()
        if not self._login.done():
            self._login.set_exception(CannotConnect())
            self._login.exception()  # perhaps nobody waits for it

    def _read(self) -> None:
        sock = self._socket
        if sock is None:
            return
        try:
            there = sock.fill()
            while (payload := sock.next_packet()) is not None:
                if payload:
                    self._inbox.append(payload)
                elif self._client.loop_read():
                    break
            if not there:
                self._let_go()
                self._ended()
        except Exception:
            _LOGGER.debug("The printer broke the MQTT protocol", exc_info=True)
            self.abort()
        # Outside of paho's callbacks: an error here must not end paho's work (FM-080).
        while self._inbox:
            try:
                self._on_message(self._inbox.popleft())
            except Exception:
                _LOGGER.exception("Error while handling a message of the printer")

    def _write(self) -> None:
        if self._socket is not None:
            self._client.loop_write()

    # paho's callbacks only take note.

    def _connected(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Any,
    ) -> None:
        if self._login.done():
            return
        if not reason.is_failure:
            self._login.set_result(None)
        elif reason.value in _BAD_CREDENTIALS:
            self._login.set_exception(InvalidAuth())
        else:
            self._login.set_exception(CannotConnect())

    def _disconnected(self, *_: Any) -> None:
        self._ended()

    def _received(self, _: mqtt.Client, __: Any, message: mqtt.MQTTMessage) -> None:
        self._inbox.append(message.payload)

    def _closing(self, *_: Any) -> None:
        self._let_go()

    def _want_write(self, *_: Any) -> None:
        if self._socket is not None:
            self._loop.add_writer(self._socket, self._write)

    def _nothing_to_write(self, *_: Any) -> None:
        if self._socket is not None:
            self._loop.remove_writer(self._socket)

"""What a browser or an app can do with Home Assistant: REST and WebSocket, as one user."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from types import TracebackType
from typing import Any, Self, cast

from aiohttp import ClientSession, ClientTimeout, WSMsgType

type Json = dict[str, Any]

_LARGEST_MESSAGE = 64 * 2**20


class RequestFailed(Exception):
    """Home Assistant answered with an error; `code` is its HTTP status or its error word."""

    def __init__(self, what: str, code: int | str, message: str) -> None:
        super().__init__(f"{what}: {code} {message}")
        self.code = code
        self.message = message


class Client:
    """One user's connection. All requests may run side by side.

    Every request raises `RequestFailed` when Home Assistant refuses it, and an
    `aiohttp.ClientError` or `ConnectionError` when Home Assistant is away.
    """

    def __init__(self, url: str, token: str) -> None:
        """`url` without a slash at its end; `token`: any kind of Home Assistant token."""
        self.url = url
        self._token = token
        self._session = ClientSession(
            headers={"Authorization": f"Bearer {token}"},
            timeout=ClientTimeout(total=60),
        )
        self._ids = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[int, Callable[[Any], None]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def open(self) -> Self:
        """Connect the WebSocket."""
        self._socket = await self._session.ws_connect(
            f"{self.url}/api/websocket", max_msg_size=_LARGEST_MESSAGE
        )
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        answer = await self._socket.receive_json()
        if answer["type"] != "auth_ok":
            raise RequestFailed("auth", answer["type"], answer.get("message", ""))
        self._reader = asyncio.create_task(self._read())
        return self

    async def close(self) -> None:
        """Close all connections; also right when Home Assistant is gone already."""
        if self._reader:
            self._reader.cancel()
            await asyncio.wait([self._reader])
            await self._socket.close()
        await self._session.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    # REST

    async def get(self, path: str) -> Any:
        """GET `path` (from `/api/…`) and return its JSON."""
        return await self.request("GET", path)

    async def post(self, path: str, data: Mapping[str, Any] | None = None) -> Any:
        """POST JSON and return the answer's JSON."""
        return await self.request("POST", path, json=data or {})

    async def request(self, method: str, path: str, **options: Any) -> Any:
        """Do any REST request with `aiohttp`'s options and return the answer's JSON."""
        async with self._session.request(
            method, self.url + path, **options
        ) as response:
            if response.status >= 400:
                raise RequestFailed(path, response.status, await response.text())
            return await response.json()

    async def fetch(self, path: str) -> tuple[bytes, str]:
        """Get something that is not JSON; returns its bytes and content type."""
        async with self._session.get(self.url + path) as response:
            if response.status >= 400:
                raise RequestFailed(path, response.status, await response.text())
            return await response.read(), response.content_type

    # WebSocket

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send a WebSocket command and return its result."""
        return await self._send(next(self._ids), kind, fields)

    async def subscribe(
        self, listener: Callable[[Any], None], kind: str, **fields: Any
    ) -> Callable[[], Any]:
        """Call `listener` with each event of a subscription; returns what ends it."""
        number = next(self._ids)
        self._listeners[number] = listener
        await self._send(number, kind, fields)

        async def unsubscribe() -> None:
            await self.command("unsubscribe_events", subscription=number)
            del self._listeners[number]

        return unsubscribe

    async def _send(self, number: int, kind: str, fields: Mapping[str, Any]) -> Any:
        answer = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            await self._socket.send_json({"id": number, "type": kind, **fields})
            async with asyncio.timeout(60):
                result = await answer
        finally:
            del self._answers[number]
        if not result["success"]:
            error = result["error"]
            raise RequestFailed(kind, error["code"], error["message"])
        return result["result"]

    async def _read(self) -> None:
        """Hand each message to whatever waits for it."""
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                break
            content = message.json()
            for one in content if isinstance(content, list) else [content]:
                self._hand_over(one)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("Home Assistant has gone"))

    def _hand_over(self, message: Json) -> None:
        number = message["id"]
        if message["type"] == "event" and number in self._listeners:
            self._listeners[number](message["event"])
        elif number in self._answers:
            self._answers[number].set_result(message)

    # shorthands

    async def act(
        self,
        action: str,
        data: Mapping[str, Any] | None = None,
        *,
        entity_id: str | None = None,
        response: bool = False,
    ) -> Any:
        """Call an action such as `bambu_batch.enqueue`; returns its response data if asked to.

        For an entity action that is the data of this entity alone.
        """
        domain, service = action.split(".")
        answer = await self.command(
            "call_service",
            domain=domain,
            service=service,
            service_data=dict(data or {}),
            return_response=response,
            **({"target": {"entity_id": entity_id}} if entity_id else {}),
        )
        if not response:
            return None
        return answer["response"][entity_id] if entity_id else answer["response"]

    async def state(self, entity_id: str) -> Json:
        """Return an entity's state object (`state`, `attributes`, `last_changed`)."""
        return cast(Json, await self.get(f"/api/states/{entity_id}"))

    async def entities_of(self, serial: str) -> dict[str, str]:
        """Return a printer's entity ids by key; an entity's unique id is `<serial>_<key>`."""
        return {
            entry["unique_id"].removeprefix(f"{serial}_"): entry["entity_id"]
            for entry in await self.command("config/entity_registry/list")
            if entry["platform"] == "bambu_batch"
            and entry["unique_id"].startswith(f"{serial}_")
            and not entry["disabled_by"]
        }

    async def configure(self, domain: str, *steps: Mapping[str, Any]) -> Json:
        """Walk a config flow: each mapping is one form's input. Returns the last step's result.

        Stops early at a form that shows errors or at an abort: look at `type` and `errors`.
        """
        flow = await self.post("/api/config/config_entries/flow", {"handler": domain})
        for step in steps:
            flow = await self.post(
                f"/api/config/config_entries/flow/{flow['flow_id']}", step
            )
            if flow["type"] == "abort" or flow.get("errors"):
                break
        return cast(Json, flow)

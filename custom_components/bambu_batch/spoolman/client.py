"""Spoolman's API, as far as it is needed: read the spools, and use filament once.

`PUT spool/<id>/use` adds to what was used, and knows no key by which a repeated request could
be told from a new one. So each request is sent at most once here, and an error says whether
it may have had its effect.
"""

from http import HTTPStatus
import json
from typing import Any, Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    InvalidURL,
    ServerDisconnectedError,
)
from yarl import URL

from .errors import (
    Denied,
    NoAnswer,
    NoSuchSpool,
    NotSpoolman,
    Refused,
    SpoolmanError,
    Unreachable,
)
from .spool import SpoolmanSpool, read_spool

TIMEOUT: Final = ClientTimeout(total=15, connect=5)
_API: Final = "/api/v1"
_ERRORS: Final[dict[int, type[SpoolmanError]]] = {
    HTTPStatus.UNAUTHORIZED: Denied,
    HTTPStatus.FORBIDDEN: Denied,
    HTTPStatus.NOT_FOUND: NotSpoolman,
    HTTPStatus.BAD_REQUEST: Refused,
    HTTPStatus.METHOD_NOT_ALLOWED: NotSpoolman,
    HTTPStatus.UNPROCESSABLE_ENTITY: Refused,
}


def address(text: str) -> str | None:
    """Return the address of a Spoolman as it is kept: without its API's path; None: it is none."""
    try:
        url = URL(text.strip())
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not url.host or url.query_string:
        return None
    path = url.path.rstrip("/").removesuffix(_API).rstrip("/")
    return str(url.with_path(path or "/").with_fragment(None)).rstrip("/")


class Client:
    """One Spoolman. Every method raises SpoolmanError."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url.rstrip("/") + _API

    async def check(self) -> None:
        """See that this is a Spoolman."""
        info = await self._ask("GET", "/info")
        if not isinstance(info, dict) or "version" not in info or "db_type" not in info:
            raise NotSpoolman

    async def currency(self) -> str:
        """Return the currency of its prices (ISO 4217)."""
        setting = await self._ask("GET", "/setting/currency")
        try:
            return str(json.loads(setting["value"])).upper()
        except KeyError, TypeError, ValueError:
            raise NoAnswer("currency") from None

    async def spools(self) -> dict[int, SpoolmanSpool]:
        """Return all spools that are not archived, by number."""
        found = await self._ask("GET", "/spool")
        if not isinstance(found, list):
            raise NoAnswer("spools")
        return {spool.number: spool for spool in map(read_spool, found)}

    async def spool(self, number: int) -> SpoolmanSpool:
        """Return one spool, archived or not. Raises NoSuchSpool."""
        return read_spool(await self._ask("GET", f"/spool/{number}"))

    async def use(self, number: int, grams: float) -> SpoolmanSpool:
        """Take filament from a spool. Raises NoSuchSpool."""
        body = {"use_weight": grams}
        return read_spool(await self._ask("PUT", f"/spool/{number}/use", body))

    async def _ask(self, method: str, path: str, body: object = None) -> Any:
        try:
            async with self._session.request(
                method,
                self._url + path,
                json=body,
                timeout=TIMEOUT,
                allow_redirects=False,
                middlewares=(_once,),
            ) as response:
                return await _answer(response)
        except (ClientConnectorError, ConnectionTimeoutError, InvalidURL) as err:
            raise Unreachable(type(err).__name__) from None
        except (ClientError, TimeoutError, OSError, ValueError) as err:
            raise NoAnswer(type(err).__name__) from None


class _BrokenOff(ClientError):
    """The connection broke after the request had gone out, perhaps."""


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Let nothing be sent a second time: aiohttp repeats a PUT whose connection breaks.

    Spoolman may have taken the first one: it would be booked twice.
    """
    try:
        return await handler(request)
    except ClientConnectorError, ConnectionTimeoutError:
        raise
    except (ClientOSError, ServerDisconnectedError) as err:
        raise _BrokenOff(type(err).__name__) from None


async def _answer(response: ClientResponse) -> Any:
    status = response.status
    if status == HTTPStatus.OK:
        return json.loads(await response.read())
    if status == HTTPStatus.NOT_FOUND and _is_message(await response.read()):
        raise NoSuchSpool
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise NotSpoolman  # the true address has to be given
    raise _ERRORS.get(status, NoAnswer)(f"status {status}")


def _is_message(body: bytes) -> bool:
    """Tell whether it is Spoolman that finds nothing, and not a proxy before it."""
    try:
        return isinstance(json.loads(body)["message"], str)
    except KeyError, TypeError, ValueError:
        return False

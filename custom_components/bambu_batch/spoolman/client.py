"""Spoolman's API, as far as it is needed: read the spools, and use filament once.

`PUT spool/<id>/use` adds to what was used, and knows no key by which a repeated request could
be told from a new one. So each request is sent at most once here, and an error says whether
it may have had its effect.
"""

from http import HTTPStatus
import ipaddress
import re
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

from .answer import LARGEST, parse
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
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_UNPACKED: Final = {"Accept-Encoding": "identity"}
"""A small packed answer can be a large one."""
_ERRORS: Final[dict[int, type[SpoolmanError]]] = {
    HTTPStatus.UNAUTHORIZED: Denied,
    HTTPStatus.FORBIDDEN: Denied,
    HTTPStatus.NOT_FOUND: NotSpoolman,
    HTTPStatus.BAD_REQUEST: Refused,
    HTTPStatus.METHOD_NOT_ALLOWED: NotSpoolman,
    HTTPStatus.UNPROCESSABLE_ENTITY: Refused,
}


def address(text: str) -> str | None:
    """Return a Spoolman's address as it is stored, without its API's path; None if it is not one.

    Without a scheme it is http, as in a browser.
    """
    text = text.strip()
    if not _SCHEME.match(text):
        text = f"http://{_bracketed(text.removeprefix('//'))}"
    try:
        url = URL(text)
    except ValueError:
        return None
    if (
        re.search(r"\s", text)
        or url.scheme not in ("http", "https")
        or not url.host
        or url.query_string
    ):
        return None
    path = url.path.rstrip("/").removesuffix(_API).rstrip("/")
    return str(url.with_path(path or "/").with_fragment(None)).rstrip("/")


def _bracketed(text: str) -> str:
    """Return the text with brackets around it if it is a bare address of IPv6."""
    try:
        return f"[{ipaddress.IPv6Address(text.rstrip('/'))}]"
    except ValueError:
        return text


class Client:
    """One Spoolman. Every method raises SpoolmanError."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url.rstrip("/") + _API

    async def check(self) -> None:
        """Check that this is a Spoolman."""
        info = await self._ask("GET", "/info")
        if not isinstance(info, dict) or "version" not in info or "db_type" not in info:
            raise NotSpoolman

    async def currency(self) -> str:
        """Return the currency of its prices (ISO 4217)."""
        setting = await self._ask("GET", "/setting/currency")
        try:
            found = parse(setting["value"])
        except KeyError, TypeError, ValueError:
            found = None
        if not isinstance(found, str) or not _CURRENCY.fullmatch(found.upper()):
            raise NoAnswer("currency")
        return found.upper()

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
                headers=_UNPACKED,
                auto_decompress=False,
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
    """Send nothing twice: aiohttp repeats a PUT whose connection breaks.

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
        return parse(await _body(response))
    if status == HTTPStatus.NOT_FOUND and _is_message(await _body(response)):
        raise NoSuchSpool
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise NotSpoolman  # the final address has to be entered
    raise _ERRORS.get(status, NoAnswer)(f"status {status}")


async def _body(response: ClientResponse) -> bytes:
    """Read an answer that may never end. Raises ValueError for one that is too large."""
    body = bytearray()
    async for block in response.content.iter_any():
        body += block
        if len(body) > LARGEST:
            raise ValueError("an answer too large")
    return bytes(body)


def _is_message(body: bytes) -> bool:
    """Tell whether Spoolman itself found nothing, and not a proxy in front of it."""
    try:
        return isinstance(parse(body)["message"], str)
    except KeyError, TypeError, ValueError:
        return False

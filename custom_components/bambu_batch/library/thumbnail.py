"""Plate pictures by address, so that a dashboard can show them in an <img>.

An <img> sends no login. Each address therefore carries a token that opens this one picture
until Home Assistant restarts. Only those who may read a queue or the media folders get it.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache
import hmac
from http import HTTPStatus
import secrets
from typing import Final
from urllib.parse import quote, urlencode

from aiohttp import hdrs, web
from homeassistant.components.http import KEY_AUTHENTICATED, KEY_HASS, HomeAssistantView
from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from . import files

_PATH: Final = f"/api/{DOMAIN}/thumbnail/"
_SECRET: Final = secrets.token_bytes(32)
_TOKEN_BYTES: Final = 16
_FOR_EVER: Final = "private, max-age=31536000, immutable"
_ASK_AGAIN: Final = "private, no-cache"


@lru_cache(maxsize=4096)  # every task of a queue asks for its plate's
def thumbnail_url(reference: str, plate: int, version: str = "") -> str:
    """Return the address of a plate's picture.

    `reference` is a LibraryFile's; `version` names the content, so that browsers keep the
    picture: without it they ask each time.
    """
    location = reference.removeprefix(files.OURS)
    query = {"plate": plate, "token": _token(location, plate)}
    if version:
        query["v"] = version
    return f"{_PATH}{quote(location)}?{urlencode(query)}"


class ThumbnailView(HomeAssistantView):
    """Serves the picture of a plate of a file in the media folders."""

    url = _PATH + "{location:.+}"
    name = f"api:{DOMAIN}:thumbnail"
    requires_auth = False  # the token in the address is enough

    async def get(self, request: web.Request, location: str) -> web.Response:
        """Answer with the picture as PNG."""
        try:
            plate = int(request.query.get("plate", "1"))
        except ValueError:
            raise web.HTTPBadRequest from None
        if not request[KEY_AUTHENTICATED] and not hmac.compare_digest(
            request.query.get("token", "").encode(), _token(location, plate).encode()
        ):
            # A page left open over a restart has an old token: that must not count as a failed login.
            raise (
                web.HTTPUnauthorized
                if hdrs.AUTHORIZATION in request.headers
                else web.HTTPForbidden
            )
        hass = request.app[KEY_HASS]
        try:
            file = await files.resolve(hass, files.OURS + location)
        except ServiceValidationError as err:
            return self.json_message(str(err), HTTPStatus.NOT_FOUND)
        picture = await files.picture(hass, file, plate)
        if picture is None:
            raise web.HTTPNotFound
        kept = _FOR_EVER if "v" in request.query else _ASK_AGAIN
        return web.Response(
            body=picture, content_type="image/png", headers={hdrs.CACHE_CONTROL: kept}
        )


def _token(location: str, plate: int) -> str:
    what = f"{plate}\0{location}".encode(errors="surrogatepass")
    digest = hmac.digest(_SECRET, what, "sha256")
    return urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode().rstrip("=")

"""The HTTP addresses: sliced files in, plate pictures and the history out."""

from collections.abc import AsyncIterator
from typing import Final

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from homeassistant.components.http import KEY_HASS, KEY_HASS_USER, HomeAssistantView
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..library import receive
from ..library.plate_view import plate_views
from ..library.receive import UploadRefused
from ..library.thumbnail import ThumbnailView
from ..permissions import may_control_a_queue
from ..sliced.container import MAX_FILE, MIB
from .history_csv import HistoryView

_FORM: Final = MIB
"""Bytes of the form around the file."""
_BLOCK: Final = MIB
_BROKEN: Final = (
    AssertionError,
    HttpProcessingError,
    LookupError,
    ValueError,
    web.RequestPayloadError,
)
"""What aiohttp raises at a broken form."""


@callback
def async_register_views(hass: HomeAssistant) -> None:
    """Serve all of them, once per start."""
    hass.http.register_view(HistoryView)
    hass.http.register_view(UploadView)
    hass.http.register_view(ThumbnailView)


class UploadView(HomeAssistantView):
    """Takes one sliced file, the form's field `file`, into a media folder.

    The query's `folder` says which one, "<media folder>" or "<media folder>/<path>".
    """

    url = f"/api/{DOMAIN}/upload"
    name = f"api:{DOMAIN}:upload"

    async def post(self, request: web.Request) -> web.Response:
        """Answer with the file's reference and its plates, or with why it was not stored."""
        hass = request.app[KEY_HASS]
        if not may_control_a_queue(hass, request[KEY_HASS_USER]):
            raise web.HTTPForbidden
        request._client_max_size = MAX_FILE + _FORM  # noqa: SLF001
        try:
            return await self._store(hass, request)
        except UploadRefused as refused:
            return self.json(
                {
                    "message": str(refused),
                    "key": refused.translation_key,
                    "placeholders": refused.translation_placeholders,
                },
                refused.status,
            )

    async def _store(self, hass: HomeAssistant, request: web.Request) -> web.Response:
        target = await receive.target(hass, request.query.get("folder"))
        try:
            form = await _form_of(request)
            part = await _file_of(form)
            name = receive.clean_name(part.filename)
            file, content = await receive.receive(
                hass, target, name, _blocks(form, part), request.content_length
            )
        except _BROKEN as err:
            raise UploadRefused("upload_broken") from err
        return self.json(
            {
                "media_content_id": file.reference,
                "plates": plate_views(file, content),
            }
        )


async def _form_of(request: web.Request) -> MultipartReader:
    """Return the form. Raises ValueError."""
    if not request.content_type.startswith("multipart/"):
        raise ValueError("no form")
    return await request.multipart()


async def _file_of(form: MultipartReader) -> BodyPartReader:
    """Return the form's field `file`. Raises ValueError, UploadRefused."""
    while (part := await form.next()) is not None:
        if isinstance(part, BodyPartReader) and part.name == "file":
            return part
        _refuse_file(part)
    raise ValueError("no field of the name file")


def _refuse_file(part: MultipartReader | BodyPartReader) -> None:
    """Refuse a file that would otherwise be ignored silently. Raises UploadRefused."""
    if isinstance(part, MultipartReader) or part.name == "file" or part.filename:
        raise UploadRefused("upload_one_file")


async def _blocks(form: MultipartReader, part: BodyPartReader) -> AsyncIterator[bytes]:
    """Yield the file as it arrives; after it no other may come. Raises UploadRefused."""
    block = bytearray()
    while not part.at_eof():
        block += await part.read_chunk(_BLOCK)
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)
    while (other := await form.next()) is not None:
        _refuse_file(other)

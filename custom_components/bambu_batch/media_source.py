"""The media folders' sliced files with their pictures, in the media browser and selector."""

from typing import Final, override

from homeassistant.components.media_player import (
    BrowseError,
    MediaClass,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN
from .library import catalogue, files
from .library.catalogue import CatalogueFile
from .library.thumbnail import thumbnail_url
from .plain_text import seen

NAME: Final = "Bambu Batch Manager"
MIME_TYPE: Final = "model/3mf"
MOST_RESULTS: Final = 100


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Return the source of sliced files."""
    return SlicedFileSource(hass)


class SlicedFileSource(MediaSource):
    """Folders as they are on the disk; of the files only sliced ones."""

    name = NAME

    def __init__(self, hass: HomeAssistant) -> None:
        """Serve the media folders of this Home Assistant."""
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the file. There is nothing to play: what can be seen is its picture."""
        try:
            file = await files.resolve(self._hass, f"{files.OURS}{item.identifier}")
            content = await files.facts(self._hass, file)
        except ServiceValidationError as err:
            raise _as(Unresolvable, err) from err
        plate = content.plates[0].index
        url = thumbnail_url(file.reference, plate, content.version)
        return PlayMedia(url, MIME_TYPE, path=file.path)

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return a folder. A file has nothing below it: it cannot be browsed."""
        folders = self._hass.config.media_dirs
        if not item.identifier and len(folders) != 1:
            root = _folder("", NAME)
            root.children = [_folder(folder, folder) for folder in folders]
            return root
        folder, _, location = (item.identifier or next(iter(folders))).partition("/")
        try:
            here = await catalogue.browse(self._hass, folder, location)
        except ServiceValidationError as err:
            raise _as(BrowseError, err) from err
        identifier = f"{folder}/{location}" if location else folder
        result = _folder(item.identifier, location.rpartition("/")[2] or NAME)
        result.children = [
            *(_folder(f"{identifier}/{name}", name) for name in here.folders),
            *(_file(entry) for entry in here.entries),
        ]
        result.not_shown = here.left_out
        return result

    @override
    async def async_search_media(
        self, item: MediaSourceItem, query: SearchMediaQuery
    ) -> SearchMedia:
        """Return the files below a folder whose names have the words in them."""
        below = files.composed(f"{files.OURS}{item.identifier or ''}".rstrip("/") + "/")
        words = catalogue.plain(query.search_query).split()
        return SearchMedia(
            result=[
                _file(entry)
                for entry in (await catalogue.listing(self._hass)).entries
                if files.composed(entry.file.reference).startswith(below)
                and all(word in catalogue.plain(entry.file.name) for word in words)
            ][:MOST_RESULTS]
        )


def _folder(identifier: str, title: str) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier,
        media_class=MediaClass.DIRECTORY,
        media_content_type="",
        title=seen(title, files.UNSEEN),
        can_play=False,
        can_expand=True,
        can_search=True,
        children_media_class=MediaClass.DIRECTORY,
    )


def _file(entry: CatalogueFile) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=entry.file.reference.removeprefix(files.OURS),
        media_class=MediaClass.IMAGE,
        media_content_type=MIME_TYPE,
        title=entry.file.title,
        can_play=True,
        can_expand=False,
        thumbnail=thumbnail_url(entry.file.reference, entry.plates[0], entry.version),
    )


def _as[E: (BrowseError, Unresolvable)](
    kind: type[E], err: ServiceValidationError
) -> E:
    """Return the same translated text as an error of the media source."""
    return kind(
        translation_domain=err.translation_domain,
        translation_key=err.translation_key,
        translation_placeholders=err.translation_placeholders,
    )

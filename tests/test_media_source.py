"""The media folders' sliced files in the media browser and the media selector."""

from pathlib import Path
from typing import Any

from homeassistant.components.media_player import BrowseError, SearchMediaQuery
from homeassistant.components.media_source import (
    Unresolvable,
    async_browse_media,
    async_resolve_media,
    async_search_media,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.bambu_batch.const import DOMAIN
from simulator.slicer import SlicedPlate, write

from .shop import slice_file

ROOT = "media-source://bambu_batch"


@pytest.fixture(autouse=True)
async def library(hass: HomeAssistant, media: Path) -> Path:
    """Load the integration, with three sliced files in the media folder."""
    (media / "parts").mkdir()
    slice_file(media, "clip.gcode.3mf")
    write(media / "plates.3mf", [SlicedPlate(index=3), SlicedPlate(index=7)])
    slice_file(media / "parts", "Wall bracket.gcode.3mf")
    (media / "photo.png").write_bytes(b"\x89PNG")
    assert await async_setup_component(hass, DOMAIN, {})
    return media


def shown(item: Any) -> list[tuple[str, str]]:
    return [(child.title, child.media_content_id) for child in item.children]


async def test_one_media_folder_is_the_root(hass: HomeAssistant) -> None:
    root = await async_browse_media(hass, ROOT)

    assert root.title == "Bambu Batch Manager"
    assert shown(root) == [
        ("parts", f"{ROOT}/local/parts"),
        ("clip.gcode.3mf", f"{ROOT}/local/clip.gcode.3mf"),
        ("plates.3mf", f"{ROOT}/local/plates.3mf"),
    ]
    folder, clip, _ = root.children or []
    assert folder.can_expand
    assert not folder.can_play
    assert clip.can_play
    assert clip.media_content_type == "model/3mf"


async def test_several_media_folders_are_chosen_from(
    hass: HomeAssistant, media: Path
) -> None:
    hass.config.media_dirs = {"local": str(media), "nas": str(media / "parts")}

    root = await async_browse_media(hass, ROOT)
    nas = await async_browse_media(hass, f"{ROOT}/nas")

    assert shown(root) == [("local", f"{ROOT}/local"), ("nas", f"{ROOT}/nas")]
    assert shown(nas) == [
        ("Wall bracket.gcode.3mf", f"{ROOT}/nas/Wall bracket.gcode.3mf")
    ]


async def test_a_folder_is_browsed(hass: HomeAssistant) -> None:
    parts = await async_browse_media(hass, f"{ROOT}/local/parts")

    assert parts.title == "parts"
    assert shown(parts) == [
        ("Wall bracket.gcode.3mf", f"{ROOT}/local/parts/Wall bracket.gcode.3mf")
    ]


async def test_a_file_shows_its_first_plate(hass: HomeAssistant) -> None:
    root = await async_browse_media(hass, ROOT)

    (plates,) = [c for c in root.children or [] if c.title == "plates.3mf"]
    assert plates.thumbnail is not None
    assert "/local/plates.3mf?plate=3&" in plates.thumbnail


@pytest.mark.parametrize(
    "where", ["other", "local/gone", "local/../..", "local/~", "local/clip.gcode.3mf"]
)
async def test_what_is_no_folder_of_ours_is_not_browsed(
    hass: HomeAssistant, where: str
) -> None:
    with pytest.raises(BrowseError) as refused:
        await async_browse_media(hass, f"{ROOT}/{where}")

    assert refused.value.translation_domain == DOMAIN


async def test_a_name_that_turns_around_is_shown_without_it(
    hass: HomeAssistant, media: Path
) -> None:
    (media / "odd\u202e").mkdir()
    slice_file(media / "odd\u202e", "rtl\u202egpj.3mf")

    folder = await async_browse_media(hass, f"{ROOT}/local/odd\u202e")

    assert folder.title == "odd_"
    assert [child.title for child in folder.children or ()] == ["rtl_gpj.3mf"]


async def test_a_file_is_resolved_to_its_path_and_picture(
    hass: HomeAssistant, media: Path
) -> None:
    resolved = await async_resolve_media(hass, f"{ROOT}/local/plates.3mf", None)

    assert resolved.path == media / "plates.3mf"
    assert resolved.mime_type == "model/3mf"
    assert "plate=3&" in resolved.url


@pytest.mark.parametrize("what", ["local/gone.3mf", "local/photo.png", "local/parts"])
async def test_what_is_no_sliced_file_is_not_resolved(
    hass: HomeAssistant, what: str
) -> None:
    with pytest.raises(Unresolvable) as refused:
        await async_resolve_media(hass, f"{ROOT}/{what}", None)

    assert refused.value.translation_domain == DOMAIN
    assert refused.value.translation_key


@pytest.mark.parametrize(
    ("where", "words", "found"),
    [
        ("", "clip", ["clip.gcode.3mf"]),
        ("", "BRACKET wall", ["Wall bracket.gcode.3mf"]),
        ("/local/parts", "clip", []),
        ("/local/parts", "wall", ["Wall bracket.gcode.3mf"]),
        ("", "gear", []),
    ],
)
async def test_names_are_searched(
    hass: HomeAssistant, where: str, words: str, found: list[str]
) -> None:
    result = await async_search_media(
        hass, f"{ROOT}{where}", SearchMediaQuery(search_query=words)
    )

    assert [item.title for item in result.result] == found

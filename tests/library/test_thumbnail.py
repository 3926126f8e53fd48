"""Plate pictures by address: for an <img>, and for nobody who does not know the word."""

from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.library.thumbnail import thumbnail_url
from simulator.slicer import SlicedPlate, write
from tests.shop import slice_file

type Client = TestClient[Any, Any]

CLIP = "media-source://bambu_batch/local/clip.gcode.3mf"


@pytest.fixture
async def stranger(
    hass: HomeAssistant,
    media: Path,
    socket_enabled: None,
    hass_client_no_auth: ClientSessionGenerator,
) -> Client:
    """Somebody without a login, as an <img> is."""
    slice_file(media)
    assert await async_setup_component(hass, DOMAIN, {})
    return await hass_client_no_auth()


async def test_the_address_alone_shows_the_picture(stranger: Client) -> None:
    answer = await stranger.get(thumbnail_url(CLIP, 1, "v1"))

    assert answer.status == HTTPStatus.OK
    assert answer.content_type == "image/png"
    assert (await answer.read()).startswith(b"\x89PNG")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


async def test_without_a_version_the_browser_asks_again(stranger: Client) -> None:
    answer = await stranger.get(thumbnail_url(CLIP, 1))

    assert answer.status == HTTPStatus.OK
    assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_a_login_does_without_the_word(
    hass: HomeAssistant, stranger: Client, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()

    answer = await client.get("/api/bambu_batch/thumbnail/local/clip.gcode.3mf?plate=1")

    assert answer.status == HTTPStatus.OK


@pytest.mark.parametrize(
    "address",
    [
        "/api/bambu_batch/thumbnail/local/clip.gcode.3mf?plate=1",
        "/api/bambu_batch/thumbnail/local/clip.gcode.3mf?plate=1&token=",
        "/api/bambu_batch/thumbnail/local/clip.gcode.3mf?plate=1&token=ä",
        "/api/bambu_batch/thumbnail/local/gone.gcode.3mf?plate=1",
    ],
)
async def test_without_the_word_there_is_nothing_to_see(
    stranger: Client, address: str
) -> None:
    assert (await stranger.get(address)).status == HTTPStatus.FORBIDDEN


async def test_a_word_opens_one_picture_only(stranger: Client, media: Path) -> None:
    slice_file(media, "secret.gcode.3mf")
    word = parse_qs(urlsplit(thumbnail_url(CLIP, 1)).query)["token"][0]

    for path, plate in (("clip.gcode.3mf", 2), ("secret.gcode.3mf", 1)):
        answer = await stranger.get(
            f"/api/bambu_batch/thumbnail/local/{path}?plate={plate}&token={word}"
        )
        assert answer.status == HTTPStatus.FORBIDDEN


async def test_a_wrong_login_counts_as_one(stranger: Client) -> None:
    answer = await stranger.get(
        "/api/bambu_batch/thumbnail/local/clip.gcode.3mf",
        headers={"Authorization": "Bearer wrong"},
    )

    assert answer.status == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    ("reference", "plate"),
    [
        ("media-source://bambu_batch/local/gone.gcode.3mf", 1),
        ("media-source://bambu_batch/other/clip.gcode.3mf", 1),
        ("media-source://bambu_batch/local/no.3mf", 1),
        ("media-source://bambu_batch/local/bare.3mf", 1),
    ],
)
async def test_what_has_no_picture_is_not_found(
    stranger: Client, media: Path, reference: str, plate: int
) -> None:
    (media / "no.3mf").write_bytes(b"no zip")
    write(media / "bare.3mf", [SlicedPlate(picture=None)])

    answer = await stranger.get(thumbnail_url(reference, plate))

    assert answer.status == HTTPStatus.NOT_FOUND


async def test_a_plate_is_a_number(stranger: Client) -> None:
    answer = await stranger.get(
        "/api/bambu_batch/thumbnail/local/clip.gcode.3mf?plate=one"
    )

    assert answer.status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "name", ["50% größer.3mf", "杯子 (A1).3mf", "a+b&c=d?.3mf", "#1.3mf", "%2e.3mf"]
)
async def test_odd_names_find_their_way(
    stranger: Client, media: Path, name: str
) -> None:
    (media / "sub dir").mkdir()
    slice_file(media / "sub dir", name)
    url = thumbnail_url(f"media-source://bambu_batch/local/sub dir/{name}", 1)

    assert (await stranger.get(url)).status == HTTPStatus.OK

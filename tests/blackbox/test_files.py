"""Files in and pictures out: upload, thumbnails, media source."""

from pathlib import Path
from typing import Any

from aiohttp import ClientSession, FormData
import pytest

from demo.client import Client, RequestFailed
from demo.home_assistant import PASSWORD, USERNAME
from simulator import slicer

from .home import BOX, CLIP, MARKS, PAIR, UNSLICED, Home, Machine

pytestmark = MARKS

UPLOAD = "/api/bambu_batch/upload"


async def send(
    client: Client, content: bytes, name: str, path: str = UPLOAD
) -> tuple[int, Any]:
    """Upload a file; returns the status and the answer."""
    form = FormData()
    form.add_field("file", content, filename=name)
    try:
        return 200, await client.request("POST", path, data=form)
    except RequestFailed as refused:
        return int(refused.code), refused.message


@pytest.fixture
def vase(tmp_path: Path) -> bytes:
    """A sliced file that is in no media folder."""
    plate = slicer.SlicedPlate(name="vase", seconds=900, swap="swapmod", shape="disc")
    return slicer.write(tmp_path / "vase.gcode.3mf", [plate]).read_bytes()


async def test_a_good_file(machine: Machine, vase: bytes) -> None:
    status, answer = await send(machine.client, vase, "vase.gcode.3mf")
    assert status == 200
    assert (
        answer["media_content_id"] == "media-source://bambu_batch/local/vase.gcode.3mf"
    )
    (plate,) = answer["plates"]
    assert (plate["plate"], plate["seconds"], plate["swap"]) == (1, 900, "yes")
    assert (machine.home.hass.media / "vase.gcode.3mf").read_bytes() == vase
    (task,) = await machine.enqueue(answer["media_content_id"])
    assert task["name"] == "vase"


async def test_what_is_refused_is_not_stored(machine: Machine, vase: bytes) -> None:
    media = machine.home.hass.media
    before = sorted(media.iterdir())
    unsliced = (media / UNSLICED).read_bytes()
    for content, name, expected, key in (
        (unsliced, "model.3mf", 415, "not_sliced"),
        (b"solid cube", "cube.3mf", 415, "not_a_zip"),
        (vase[:-200], "vase.gcode.3mf", 415, "not_a_zip"),
        (vase, "../vase.gcode.3mf", 400, "file_name_invalid"),
        (vase, "vase.stl", 400, "file_name_invalid"),
        (vase, "x" * 300 + ".3mf", 400, "file_name_invalid"),
    ):
        status, answer = await send(machine.client, content, name)
        assert (status, key in answer) == (expected, True), (name, answer)
        assert "Traceback" not in answer
    status, answer = await send(
        machine.client, vase, "vase.gcode.3mf", f"{UPLOAD}?folder=nowhere"
    )
    assert (status, "media_folder_unknown" in answer) == (400, True)
    assert sorted(media.iterdir()) == before


async def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    machine: Machine,
) -> None:
    headers = {
        "Content-Length": str(3 << 30),
        "Content-Type": "multipart/form-data; boundary=x",
    }
    # A client of its own: its connection ends with the refusal.
    tokens = await machine.home.hass.tokens(USERNAME, PASSWORD)
    client = Client(machine.home.hass.url, tokens["access_token"])
    with pytest.raises(RequestFailed) as refused:
        await client.request("POST", UPLOAD, data=_Endless(), headers=headers)
    await client.close()
    assert refused.value.code == 413
    assert "file_too_large" in refused.value.message


class _Endless:
    """The beginning of a form that says it is huge; the rest is never sent."""

    async def __aiter__(self) -> Any:
        yield (
            b"--x\r\n"
            b'Content-Disposition: form-data; name="file"; filename="vase.gcode.3mf"\r\n\r\n'
            b"PK\x03\x04"
        )


async def test_who_may_upload(home: Home, machine: Machine, vase: bytes) -> None:
    status, _ = await send(home.reader, vase, "reader.gcode.3mf")
    assert status == 403
    form = FormData()
    form.add_field("file", vase, filename="nobody.gcode.3mf")
    async with (
        ClientSession() as nobody,
        nobody.post(home.hass.url + UPLOAD, data=form) as answer,
    ):
        assert answer.status == 401
    names = {path.name for path in home.hass.media.iterdir()}
    assert not names & {"reader.gcode.3mf", "nobody.gcode.3mf"}


async def test_pictures_open_by_their_address_alone(machine: Machine) -> None:
    await machine.enqueue(PAIR)
    first, second = await machine.tasks()
    url = machine.home.hass.url
    async with ClientSession() as browser:
        for task in (first, second):
            async with browser.get(url + task["thumbnail"]) as answer:
                assert answer.status == 200
                assert answer.content_type == "image/png"
                assert (await answer.read()).startswith(b"\x89PNG")
        bare = first["thumbnail"].partition("?")[0]
        async with browser.get(url + bare) as answer:
            assert answer.status in (401, 403)
    data, kind = await machine.client.fetch(bare)
    assert (data[:4], kind) == (b"\x89PNG", "image/png")
    with pytest.raises(RequestFailed) as refused:
        await machine.client.fetch(bare.replace("pair", "gone"))
    assert refused.value.code == 404


async def test_the_media_source(machine: Machine) -> None:
    client = machine.client
    root = await client.command(
        "media_source/browse_media", media_content_id="media-source://bambu_batch"
    )
    assert root["title"] == "Bambu Batch Manager"
    files = {one["title"]: one for one in root["children"]}
    assert {CLIP, BOX, PAIR} <= set(files)
    assert UNSLICED not in files
    one = files[CLIP]
    assert one["media_content_id"] == f"media-source://bambu_batch/local/{CLIP}"
    assert one["media_content_type"] == "model/3mf"
    picture, kind = await client.fetch(one["thumbnail"])
    assert (picture[:4], kind) == (b"\x89PNG", "image/png")
    resolved = await client.command(
        "media_source/resolve_media", media_content_id=one["media_content_id"]
    )
    assert resolved["mime_type"] == "model/3mf"
    for wrong in ("local/gone.3mf", "nowhere", "local/../../secrets.yaml"):
        for command in ("browse_media", "resolve_media"):
            with pytest.raises(RequestFailed):
                await client.command(
                    f"media_source/{command}",
                    media_content_id=f"media-source://bambu_batch/{wrong}",
                )
    top = await client.command("media_source/browse_media", media_content_id="")
    assert "Bambu Batch Manager" in {one["title"] for one in top["children"]}

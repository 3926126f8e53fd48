"""Uploads: streamed, checked before they get a name, and nothing left where they fail."""

import asyncio
import errno
from http import HTTPStatus
from io import BytesIO
import os
from pathlib import Path
import shutil
import time
from typing import Any
import unicodedata
from unittest.mock import patch

from aiohttp import FormData, MultipartWriter
from aiohttp.test_utils import TestClient
from homeassistant.auth.models import User
from homeassistant.components.todo import DOMAIN as TODO_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.library import files as library, receive
from custom_components.bambu_batch.sliced import reader
from simulator.slicer import SlicedPlate, write
from tests.shop import slice_file
from tests.test_plain_text import EVERYDAY

type Client = TestClient[Any, Any]

URL = "/api/bambu_batch/upload"


@pytest.fixture
def queue(hass: HomeAssistant) -> str:
    """A queue's entity, as it is in the registry."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    return (
        er.async_get(hass)
        .async_get_or_create(TODO_DOMAIN, DOMAIN, "0309_queue", config_entry=entry)
        .entity_id
    )


@pytest.fixture
async def client(
    hass: HomeAssistant,
    media: Path,
    queue: str,
    socket_enabled: None,
    hass_client: ClientSessionGenerator,
) -> Client:
    """Somebody who may control a queue."""
    with patch("custom_components.bambu_batch.async_setup_entry", return_value=True):
        assert await async_setup_component(hass, DOMAIN, {})
    return await hass_client()


def form(content: bytes, name: str = "clip.gcode.3mf", field: str = "file") -> FormData:
    data = FormData(quote_fields=False)  # as browsers do
    data.add_field(field, BytesIO(content), filename=name)
    return data


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    """A sliced file with two plates."""
    plates = [SlicedPlate(index=1, seconds=600, swap="swapmod"), SlicedPlate(index=2)]
    return write(tmp_path / "content.3mf", plates).read_bytes()


def files(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*"))


async def assert_refused(answer: Any, status: HTTPStatus, key: str) -> dict[str, str]:
    assert answer.status == status
    said = await answer.json()
    assert said["key"] == key
    assert said["message"]
    placeholders: dict[str, str] = said["placeholders"]
    return placeholders


async def test_a_file_is_stored_and_described(
    client: Client, media: Path, content: bytes
) -> None:
    answer = await client.post(URL, data=form(content))

    assert answer.status == HTTPStatus.OK
    said = await answer.json()
    assert said["media_content_id"] == "media-source://bambu_batch/local/clip.gcode.3mf"
    first, second = said["plates"]
    assert first["plate"] == 1
    assert first["seconds"] == 600
    assert first["swap"] == "yes"
    assert second["swap"] == "no"
    assert (await client.get(first["thumbnail"])).status == HTTPStatus.OK
    assert files(media) == ["clip.gcode.3mf"]
    assert (media / "clip.gcode.3mf").read_bytes() == content


async def test_what_was_checked_is_not_read_again_when_it_is_queued(
    hass: HomeAssistant, client: Client, media: Path, content: bytes
) -> None:
    """Its new name is a change of the file, but not of what is in it."""
    assert (await client.post(URL, data=form(content))).status == HTTPStatus.OK
    file = await library.resolve(hass, "clip.gcode.3mf")
    with patch.object(reader, "read", side_effect=AssertionError("read again")):
        assert len((await library.read(hass, file)).plates) == 2


async def test_a_folder_can_be_named(
    client: Client, media: Path, content: bytes
) -> None:
    (media / "parts").mkdir()

    answer = await client.post(f"{URL}?folder=local/parts", data=form(content))

    said = await answer.json()
    assert (
        said["media_content_id"]
        == "media-source://bambu_batch/local/parts/clip.gcode.3mf"
    )
    assert files(media) == ["parts", "parts/clip.gcode.3mf"]


@pytest.mark.parametrize(
    "folder", ["other", "local/gone", "local/..", "local//etc", "local/top.3mf"]
)
async def test_a_folder_that_is_none_is_refused(
    client: Client, media: Path, content: bytes, folder: str
) -> None:
    slice_file(media, "top.3mf")

    answer = await client.post(URL, params={"folder": folder}, data=form(content))

    if answer.status == HTTPStatus.BAD_REQUEST and folder == "local/..":
        return  # Home Assistant's own filter was faster
    await assert_refused(answer, HTTPStatus.BAD_REQUEST, "media_folder_unknown")
    assert files(media) == ["top.3mf"]


async def test_without_media_folders_nothing_is_stored(
    hass: HomeAssistant, client: Client, content: bytes
) -> None:
    hass.config.media_dirs = {}

    answer = await client.post(URL, data=form(content))

    await assert_refused(answer, HTTPStatus.BAD_REQUEST, "media_folder_unknown")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "clip",
        "clip.stl",
        "../clip.3mf",
        "a/b.3mf",
        "a\\b.3mf",
        "~clip.3mf",
        "part..3mf",
        "x" * 200 + ".3mf",
    ],
)
async def test_a_bad_name_is_refused(
    client: Client, media: Path, content: bytes, name: str
) -> None:
    with pytest.raises(receive.UploadRefused) as refused:
        receive.clean_name(name)
    assert refused.value.translation_key == "file_name_invalid"

    if name:
        answer = await client.post(URL, data=form(content, name))
        assert answer.status == HTTPStatus.BAD_REQUEST
    assert files(media) == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("clip\x07.3mf", "file_name_unseen"),
        ("tab\there.3mf", "file_name_unseen"),
        ("rtl\u202efmg3.3mf", "file_name_unseen"),
        ("zero\u200bwidth.3mf", "file_name_unseen"),
        ("\u200d.3mf", "file_name_unseen"),
        (" clip.3mf", "file_name_spaces"),
        ("clip.3mf ", "file_name_spaces"),
        ("\u3000clip.3mf", "file_name_spaces"),
        (".clip.3mf", "file_name_dot"),
        (".3mf", "file_name_dot"),
        ("clip\udcff.3mf", "file_name_not_utf8"),
    ],
)
async def test_the_refusal_of_a_name_names_its_cause(
    hass: HomeAssistant, media: Path, name: str, key: str
) -> None:
    with pytest.raises(receive.UploadRefused) as refused:
        receive.clean_name(name)

    assert refused.value.translation_key == key
    texts = await async_get_translations(hass, "zh-Hans", "exceptions", [DOMAIN])
    assert f"component.{DOMAIN}.exceptions.{key}.message" in texts
    assert files(media) == []


@pytest.mark.parametrize("name", EVERYDAY[1:-1])
async def test_a_name_that_people_write_is_taken(
    client: Client, media: Path, content: bytes, name: str
) -> None:
    answer = await client.post(URL, data=form(content, f"{name}.gcode.3mf"))

    assert answer.status == HTTPStatus.OK
    assert files(media) == [f"{name}.gcode.3mf"]


async def test_accents_get_their_usual_form(
    client: Client, media: Path, content: bytes
) -> None:
    answer = await client.post(URL, data=form(content, "Wandha\u0308kchen 杯子.3mf"))

    assert answer.status == HTTPStatus.OK
    assert files(media) == ["Wandh\u00e4kchen 杯子.3mf"]


async def test_no_file_is_ever_replaced(
    client: Client, media: Path, content: bytes
) -> None:
    before = slice_file(media).read_bytes()

    answers = [await client.post(URL, data=form(content)) for _ in range(2)]

    references = {(await answer.json())["media_content_id"] for answer in answers}
    assert references == {"media-source://bambu_batch/local/clip (2).gcode.3mf"}
    assert files(media) == ["clip (2).gcode.3mf", "clip.gcode.3mf"]
    assert (media / "clip.gcode.3mf").read_bytes() == before


async def test_fm_174_a_name_in_another_form_is_taken_too(
    client: Client, media: Path, content: bytes
) -> None:
    decomposed = unicodedata.normalize("NFD", "Schl\u00fcssel.gcode.3mf")
    (media / decomposed).write_bytes(content)

    answer = await client.post(URL, data=form(content, "Schl\u00fcssel.gcode.3mf"))

    assert answer.status == HTTPStatus.OK
    assert files(media) == [decomposed]


async def test_a_name_taken_by_something_else_is_left_alone(
    client: Client, media: Path, content: bytes
) -> None:
    (media / "clip.gcode.3mf").symlink_to(media / "nowhere")
    (media / "clip (2).gcode.3mf").mkdir()

    answer = await client.post(URL, data=form(content))

    said = await answer.json()
    assert said["media_content_id"].endswith("/clip (3).gcode.3mf")


async def test_many_uploads_at_once_get_names_of_their_own(
    client: Client, media: Path, tmp_path: Path
) -> None:
    contents = [
        write(tmp_path / "one.3mf", [SlicedPlate(seconds=n)]).read_bytes()
        for n in range(100, 105)
    ]

    answers = await asyncio.gather(
        *(client.post(URL, data=form(content)) for content in contents)
    )

    assert {answer.status for answer in answers} == {HTTPStatus.OK}
    assert len(files(media)) == 5


async def test_what_is_not_sliced_is_not_stored(
    client: Client, media: Path, tmp_path: Path
) -> None:
    unsliced = write(tmp_path / "unsliced.3mf", []).read_bytes()

    answer = await client.post(URL, data=form(unsliced))

    placeholders = await assert_refused(
        answer, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_sliced"
    )
    assert placeholders == {"file": "clip.gcode.3mf"}
    assert files(media) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"P", b"PK", b"solid cube", pytest.param(b"\0" * 5_000_000, id="zeros")],
)
async def test_what_is_no_zip_is_refused_at_its_first_bytes(
    client: Client, media: Path, content: bytes
) -> None:
    answer = await client.post(URL, data=form(content))

    await assert_refused(answer, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_a_zip")
    assert files(media) == []


async def test_a_truncated_file_is_not_stored(
    client: Client, media: Path, content: bytes
) -> None:
    answer = await client.post(URL, data=form(content[: len(content) // 2]))

    await assert_refused(answer, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_a_zip")
    assert files(media) == []


async def test_a_file_that_is_too_large_is_refused_by_its_announced_size(
    client: Client, media: Path, content: bytes
) -> None:
    with patch.object(receive, "MAX_FILE", len(content) - 1):
        answer = await client.post(URL, data=form(content))

    await assert_refused(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "file_too_large")
    assert files(media) == []


async def test_a_file_that_hides_its_size_is_counted(
    client: Client, media: Path, content: bytes
) -> None:
    async def slowly() -> Any:
        yield content
        yield content

    with MultipartWriter("form-data") as writer:
        part = writer.append(slowly())
        part.set_content_disposition("form-data", name="file", filename="a.3mf")
    with patch.object(receive, "MAX_FILE", len(content) + 1):
        answer = await client.post(URL, data=writer)

    await assert_refused(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "file_too_large")
    assert files(media) == []


async def test_without_space_nothing_is_stored(
    client: Client, media: Path, content: bytes
) -> None:
    with patch.object(receive, "RESERVE", 1 << 60):
        answer = await client.post(URL, data=form(content))

    await assert_refused(answer, HTTPStatus.INSUFFICIENT_STORAGE, "upload_no_space")
    assert files(media) == []


async def test_space_that_runs_out_on_the_way_is_noticed(
    client: Client, media: Path, content: bytes
) -> None:
    full = os.statvfs_result((1, 1, 0, 0, 0, 0, 0, 0, 0, 255))
    with patch("os.fstatvfs", return_value=full):
        answer = await client.post(URL, data=form(content))

    await assert_refused(answer, HTTPStatus.INSUFFICIENT_STORAGE, "upload_no_space")
    assert files(media) == []


@pytest.mark.parametrize(
    ("error", "status", "key"),
    [
        (errno.ENOSPC, HTTPStatus.INSUFFICIENT_STORAGE, "upload_no_space"),
        (errno.EDQUOT, HTTPStatus.INSUFFICIENT_STORAGE, "upload_no_space"),
        (errno.EROFS, HTTPStatus.INTERNAL_SERVER_ERROR, "upload_not_stored"),
        (errno.EIO, HTTPStatus.INTERNAL_SERVER_ERROR, "upload_not_stored"),
    ],
)
async def test_a_disk_that_fails_leaves_nothing_behind(
    client: Client,
    media: Path,
    content: bytes,
    error: int,
    status: HTTPStatus,
    key: str,
) -> None:
    broken = OSError(error, os.strerror(error))
    with patch("os.fsync", side_effect=broken):
        answer = await client.post(URL, data=form(content))

    await assert_refused(answer, status, key)
    assert files(media) == []


async def test_a_network_folder_that_cannot_be_synced_will_do(
    client: Client, media: Path, content: bytes
) -> None:
    fsync = os.fsync

    def only_files(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").resolve().is_dir():
            raise OSError(errno.EINVAL, "no fsync for folders here")
        fsync(descriptor)

    with patch("os.fsync", only_files):
        answer = await client.post(URL, data=form(content))

    assert answer.status == HTTPStatus.OK


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"just bytes", {}),
        (b"{}", {"Content-Type": "application/json"}),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}),
        (b"nothing", {"Content-Type": "multipart/form-data; boundary=x"}),
        (b"nothing", {"Content-Type": "multipart/form-data"}),
    ],
)
async def test_a_request_without_a_file_is_told_so(
    client: Client, media: Path, data: bytes, headers: dict[str, str]
) -> None:
    answer = await client.post(URL, data=data, headers=headers)

    await assert_refused(answer, HTTPStatus.BAD_REQUEST, "upload_broken")
    assert files(media) == []


_HEAD = b'Content-Disposition: form-data; name="file"; filename="clip.gcode.3mf"'


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"no colon",
        b"\xff\xfe: x",
        b"Content-Disposition: \xff",
        b"Content-Disposition: form-data; name",
        b'Content-Disposition: form-data; name="file',
        b"Content-Disposition: form-data; name*=nowhere''x; filename*=x''%ff",
        b"Content-Disposition: ;;;",
        b"Content-Disposition",
        _HEAD + b"\r\nContent-Length: many",
        _HEAD + b"\r\nContent-Length: -1",
        _HEAD + b"\r\nContent-Length: 99999999",
        _HEAD + b"\r\nContent-Transfer-Encoding: nonsense",
        _HEAD + b"\r\nContent-Encoding: nonsense",
        _HEAD + b"\r\nContent-Type: multipart/mixed",
        _HEAD + b"\r\nContent-Type: multipart/mixed; boundary=" + b"y" * 200,
        _HEAD + b"\r\nContent-Type: multipart/mixed; boundary=y",
        _HEAD + b"\r\nX: " + b"x" * 100_000,
        b"\r\n".join([b"X: y"] * 10_000),
        b"\0" * 100,
    ],
    ids=lambda part: repr(part[-40:]),
)
@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\r\n\r\nPK\r\n--x--\r\n", b""])
# aiohttp warns of it in words that no other process can be sent
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
async def test_a_form_of_any_wrong_kind_is_told_so(
    client: Client,
    media: Path,
    part: bytes,
    end: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await client.post(
        URL,
        data=b"--x\r\n" + part + end,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert 400 <= answer.status < 500, (answer.status, await answer.text())
    assert (await answer.json())["message"]
    assert "Traceback" not in caplog.text
    assert files(media) == []


async def test_a_form_that_is_not_packed_as_it_says_is_told_so(
    client: Client, media: Path
) -> None:
    answer = await client.post(
        URL,
        data=b"no gzip",
        headers={
            "Content-Type": "multipart/form-data; boundary=x",
            "Content-Encoding": "gzip",
        },
        skip_auto_headers=["Accept-Encoding"],
    )
    assert answer.status == 400


async def test_a_name_of_no_characters_is_refused_in_words(
    client: Client, media: Path
) -> None:
    head = b'Content-Disposition: form-data; name="file"; filename="\xff\xfe.gcode.3mf"'
    answer = await client.post(
        URL,
        data=b"--x\r\n" + head + b"\r\n\r\nPK\r\n--x--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status == 400
    assert (await answer.json())["key"] == "file_name_not_utf8"
    assert files(media) == []


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data; boundary=" + "x" * 100,
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="',
        "multipart/",
        "multipart/form-data; boundary=\u00e9",
        "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=x; charset=nonsense",
    ],
)
async def test_a_form_with_a_wrong_head_is_told_so(
    client: Client, media: Path, kind: str
) -> None:
    answer = await client.post(
        URL, data=b"--x\r\nY\r\n", headers={"Content-Type": kind}
    )
    await assert_refused(answer, HTTPStatus.BAD_REQUEST, "upload_broken")


async def test_other_fields_are_passed_over(
    client: Client, media: Path, content: bytes
) -> None:
    data = FormData()
    data.add_field("note", "hello")
    data.add_field("file", BytesIO(content), filename="clip.gcode.3mf")

    assert (await client.post(URL, data=data)).status == HTTPStatus.OK


async def test_a_form_without_the_field_is_told_so(
    client: Client, media: Path, content: bytes
) -> None:
    answer = await client.post(URL, data=form(content, field="other"))

    await assert_refused(answer, HTTPStatus.BAD_REQUEST, "upload_one_file")
    data = FormData()
    data.add_field("note", "hello")
    answer = await client.post(URL, data=data)
    await assert_refused(answer, HTTPStatus.BAD_REQUEST, "upload_broken")
    assert files(media) == []


@pytest.mark.parametrize("fields", ["file file", "file other", "other file"])
async def test_of_two_files_none_is_stored_in_silence(
    client: Client, media: Path, content: bytes, fields: str
) -> None:
    data = FormData()
    for number, field in enumerate(fields.split()):
        data.add_field(field, BytesIO(content), filename=f"{number}.gcode.3mf")

    answer = await client.post(URL, data=data)

    await assert_refused(answer, HTTPStatus.BAD_REQUEST, "upload_one_file")
    assert files(media) == []


async def test_files_packed_into_one_field_are_not_passed_over(
    client: Client, media: Path, content: bytes
) -> None:
    with MultipartWriter("form-data") as writer:
        part = writer.append(content)
        part.set_content_disposition("form-data", name="file", filename="a.3mf")
        with MultipartWriter("mixed") as inner:
            inner.append(content)
        writer.append(inner)

    answer = await client.post(URL, data=writer)

    await assert_refused(answer, HTTPStatus.BAD_REQUEST, "upload_one_file")
    assert files(media) == []


async def test_a_long_name_is_not_repeated_whole(
    client: Client, media: Path, content: bytes
) -> None:
    for name, folder in (("z" * 7000 + ".3mf", None), ("a.3mf", "z" * 7000)):
        query = {"folder": folder} if folder else {}
        answer = await client.post(URL, params=query, data=form(content, name=name))
        assert answer.status == HTTPStatus.BAD_REQUEST
        assert len(await answer.text()) < 1500


async def test_an_upload_that_breaks_off_leaves_nothing(
    client: Client, media: Path, content: bytes
) -> None:
    async def breaks() -> Any:
        yield content[:100]
        raise ConnectionResetError

    with MultipartWriter("form-data") as writer:
        part = writer.append(breaks())
        part.set_content_disposition("form-data", name="file", filename="a.3mf")
    with pytest.raises(Exception):  # noqa: B017
        await client.post(URL, data=writer)

    async with asyncio.timeout(5):
        while files(media):
            await asyncio.sleep(0.02)


async def test_leftovers_of_yesterday_are_removed(
    client: Client, media: Path, content: bytes
) -> None:
    old, fresh = media / ".bambu_batch-1-a.3mf", media / ".bambu_batch-2-b.3mf"
    for path in (old, fresh):
        path.write_bytes(b"")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))

    await client.post(URL, data=form(content))

    assert files(media) == [".bambu_batch-2-b.3mf", "clip.gcode.3mf"]


async def test_a_large_file_does_not_fill_the_memory(
    client: Client, media: Path, tmp_path: Path
) -> None:
    """40 MB arrive; never more than a few blocks are in memory."""
    import tracemalloc  # noqa: PLC0415

    path = write(
        tmp_path / "large.3mf",
        [SlicedPlate(gcode=os.urandom(40 << 20))],
        compression=0,
    )
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            data = FormData()
            data.add_field("file", file, filename="large.gcode.3mf")
            answer = await client.post(URL, data=data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answer.status == HTTPStatus.OK
    assert peak < 20 << 20
    assert shutil.disk_usage(media).free > 0


async def test_who_may_only_read_may_not_upload(
    hass: HomeAssistant,
    client: Client,
    media: Path,
    content: bytes,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    reader = await hass_client(hass_read_only_access_token)

    answer = await reader.post(URL, data=form(content))

    assert answer.status == HTTPStatus.FORBIDDEN
    assert files(media) == []


async def test_who_may_control_one_queue_may_upload(
    hass: HomeAssistant,
    client: Client,
    queue: str,
    content: bytes,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
    hass_read_only_user: User,
) -> None:
    hass_read_only_user.mock_policy(  # type: ignore[attr-defined]
        {"entities": {"entity_ids": {queue: {"read": True, "control": True}}}}
    )
    worker = await hass_client(hass_read_only_access_token)

    answer = await worker.post(URL, data=form(content))

    assert answer.status == HTTPStatus.OK


async def test_without_a_login_nothing_is_taken(
    client: Client,
    media: Path,
    content: bytes,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    stranger = await hass_client_no_auth()

    answer = await stranger.post(URL, data=form(content))

    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert files(media) == []

"""References from outside: what they may mean and what they may not."""

import asyncio
from collections.abc import Iterator
import os
from pathlib import Path
import threading
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.bambu_batch.library import files
from custom_components.bambu_batch.sliced import reader
from custom_components.bambu_batch.sliced.file import FileFacts, SlicedFile
from simulator.slicer import SlicedPlate, write


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Give Home Assistant two media folders, with a sliced file in a folder of the first."""
    folder = tmp_path / "media"
    (folder / "parts").mkdir(parents=True)
    (tmp_path / "nas").mkdir()
    hass.config.media_dirs = {"local": str(folder), "nas": str(tmp_path / "nas")}
    write(folder / "parts" / "clip.gcode.3mf")
    return folder


CANONICAL = "media-source://bambu_batch/local/parts/clip.gcode.3mf"


@pytest.mark.parametrize(
    "reference",
    [
        CANONICAL,
        "media-source://media_source/local/parts/clip.gcode.3mf",
        "parts/clip.gcode.3mf",
        "  parts/clip.gcode.3mf ",
        "./parts//clip.gcode.3mf",
        {
            "media_content_id": CANONICAL,
            "media_content_type": "model/3mf",
            "metadata": {"title": "clip"},
        },
    ],
)
async def test_every_form_of_a_reference_means_the_same_file(
    hass: HomeAssistant, media: Path, reference: str | dict[str, str]
) -> None:
    file = await files.resolve(hass, reference)

    assert file.path == media / "parts" / "clip.gcode.3mf"
    assert file.reference == CANONICAL
    assert file.name == "clip.gcode.3mf"


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("", "file_reference_invalid"),
        ("  ", "file_reference_invalid"),
        ({}, "file_reference_invalid"),
        ({"media_content_id": None}, "file_reference_invalid"),
        ({"media_content_id": ["a"]}, "file_reference_invalid"),
        ("http://127.0.0.1/clip.gcode.3mf", "file_reference_invalid"),
        ("media-source://tts/clip.gcode.3mf", "file_reference_invalid"),
        ("media-source://bambu_batch/other/clip.gcode.3mf", "media_folder_unknown"),
        ("media-source://bambu_batch/", "media_folder_unknown"),
        ("media-source://bambu_batch/local", "file_not_found"),
        ("media-source://bambu_batch/local/parts", "file_not_found"),
        ("media-source://bambu_batch/local/gone.gcode.3mf", "file_not_found"),
        ("parts/clip.gcode.3mf/deeper", "file_not_found"),
        ("x" * 5000, "file_not_found"),
        ("../media/parts/clip.gcode.3mf", "file_outside_media"),
        ("parts/../parts/clip.gcode.3mf", "file_outside_media"),
        ("~/clip.gcode.3mf", "file_outside_media"),
        ("/etc/hostname", "file_outside_media"),
        ("media-source://bambu_batch/local//etc/hostname", "file_outside_media"),
        ("parts/clip\0.gcode.3mf", "file_outside_media"),
    ],
)
async def test_a_reference_that_means_no_file_of_ours_is_refused(
    hass: HomeAssistant, media: Path, reference: str | dict[str, str], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await files.resolve(hass, reference)

    assert refused.value.translation_domain == "bambu_batch"
    assert refused.value.translation_key == key


async def test_an_absolute_path_is_refused_even_inside_a_media_folder(
    hass: HomeAssistant, media: Path
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await files.resolve(hass, str(media / "parts" / "clip.gcode.3mf"))

    assert refused.value.translation_key == "file_outside_media"


async def test_a_link_that_leads_out_is_refused(
    hass: HomeAssistant, media: Path, tmp_path: Path
) -> None:
    write(tmp_path / "secret.3mf")
    (media / "link.3mf").symlink_to(tmp_path / "secret.3mf")
    (media / "folder").symlink_to(tmp_path)

    for reference in ("link.3mf", "folder/secret.3mf"):
        with pytest.raises(ServiceValidationError) as refused:
            await files.resolve(hass, reference)
        assert refused.value.translation_key == "file_outside_media"


async def test_a_link_within_the_media_folder_is_followed(
    hass: HomeAssistant, media: Path
) -> None:
    (media / "latest.3mf").symlink_to(media / "parts" / "clip.gcode.3mf")

    file = await files.resolve(hass, "latest.3mf")

    assert file.path == media / "parts" / "clip.gcode.3mf"
    assert file.reference == "media-source://bambu_batch/local/latest.3mf"


async def test_a_circle_of_links_is_no_file(hass: HomeAssistant, media: Path) -> None:
    (media / "a.3mf").symlink_to(media / "b.3mf")
    (media / "b.3mf").symlink_to(media / "a.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await files.resolve(hass, "a.3mf")

    assert refused.value.translation_key == "file_not_found"


async def test_a_pipe_is_no_file(hass: HomeAssistant, media: Path) -> None:
    os.mkfifo(media / "pipe.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await files.resolve(hass, "pipe.3mf")

    assert refused.value.translation_key == "file_not_found"


async def test_a_relative_path_in_two_media_folders_is_asked_back(
    hass: HomeAssistant, media: Path, tmp_path: Path
) -> None:
    write(media / "clip.3mf")
    write(tmp_path / "nas" / "clip.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await files.resolve(hass, "clip.3mf")

    assert refused.value.translation_key == "file_ambiguous"
    assert refused.value.translation_placeholders == {
        "file": "clip.3mf",
        "files": "media-source://bambu_batch/local/clip.3mf, "
        "media-source://bambu_batch/nas/clip.3mf",
    }


async def test_media_folders_inside_each_other_hold_a_file_once(
    hass: HomeAssistant, media: Path
) -> None:
    hass.config.media_dirs = {"local": str(media), "same": str(media)}

    file = await files.resolve(hass, "parts/clip.gcode.3mf")

    assert file.reference == CANONICAL


async def test_a_missing_media_folder_holds_nothing(hass: HomeAssistant) -> None:
    hass.config.media_dirs = {"local": "/nowhere/at/all"}

    with pytest.raises(ServiceValidationError) as refused:
        await files.resolve(hass, "clip.3mf")

    assert refused.value.translation_key == "file_not_found"


@pytest.fixture
def reads() -> Iterator[list[Path]]:
    """Note what is really read, and in which thread."""
    seen: list[Path] = []
    read = reader.read

    def noted(path: Path) -> SlicedFile:
        assert threading.current_thread() is not threading.main_thread()
        seen.append(path)
        return read(path)

    with patch.object(reader, "read", noted):
        yield seen


async def test_a_file_is_read_once_until_it_changes(
    hass: HomeAssistant, media: Path, reads: list[Path]
) -> None:
    file = await files.resolve(hass, CANONICAL)

    first = await files.read(hass, file)
    assert await files.read(hass, file) is first
    assert len(reads) == 1

    write(file.path, [SlicedPlate(index=1), SlicedPlate(index=2)])
    second = await files.read(hass, file)
    assert [plate.index for plate in second.plates] == [1, 2]
    assert len(reads) == 2


async def test_another_content_of_the_same_size_and_time_is_read(
    hass: HomeAssistant, media: Path, reads: list[Path]
) -> None:
    file = await files.resolve(hass, CANONICAL)
    await files.read(hass, file)
    told = file.path.stat()

    file.path.write_bytes(file.path.read_bytes())
    os.utime(file.path, ns=(told.st_atime_ns, told.st_mtime_ns))
    await files.read(hass, file)

    assert len(reads) == 2


async def test_facts_wait_for_no_gcode_and_tell_all_that_is_known(
    hass: HomeAssistant, media: Path, reads: list[Path]
) -> None:
    file = await files.resolve(hass, CANONICAL)

    facts = await files.facts(hass, file)

    assert isinstance(facts, FileFacts)
    assert [plate.index for plate in facts.plates] == [1]
    assert not reads
    whole = await files.read(hass, file)
    assert await files.facts(hass, file) is whole


async def test_facts_of_what_is_no_sliced_file_are_refused(
    hass: HomeAssistant, media: Path
) -> None:
    (media / "no.3mf").write_bytes(b"no zip at all")
    file = await files.resolve(hass, "no.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await files.facts(hass, file)

    assert refused.value.translation_key == "not_a_zip"


async def test_a_file_that_takes_long_holds_up_no_other_and_nothing_known(
    hass: HomeAssistant, media: Path
) -> None:
    for name in ("known", "slow", "other"):
        write(media / f"{name}.3mf")
    known, slow, other = [
        await files.resolve(hass, f"{name}.3mf") for name in ("known", "slow", "other")
    ]
    content = await files.read(hass, known)
    released = threading.Event()
    real = reader.read

    def read(path: Path) -> SlicedFile:
        if path.name == "slow.3mf":
            assert released.wait(20)
        return real(path)

    with patch.object(reader, "read", read):
        waiting = [hass.async_create_task(files.read(hass, slow)) for _ in range(3)]
        try:
            async with asyncio.timeout(10):
                assert await files.read(hass, known) is content
            async with asyncio.timeout(10):
                assert (await files.read(hass, other)).plates
        finally:
            released.set()
        assert len({id(await one) for one in waiting}) == 1, "read once"


async def test_only_the_files_used_last_are_remembered(
    hass: HomeAssistant, media: Path, reads: list[Path]
) -> None:
    write(media / "other.3mf")
    clip = await files.resolve(hass, CANONICAL)
    other = await files.resolve(hass, "other.3mf")

    with patch.object(files, "_KEPT", 1):
        for file in (clip, other, clip):
            await files.read(hass, file)

    assert reads == [clip.path, other.path, clip.path]


async def test_a_file_that_cannot_be_read_is_refused_in_the_readers_words(
    hass: HomeAssistant, media: Path
) -> None:
    (media / "no.3mf").write_bytes(b"no zip at all")
    file = await files.resolve(hass, "no.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await files.read(hass, file)

    assert refused.value.translation_key == "not_a_zip"
    assert refused.value.translation_placeholders == {"file": "no.3mf"}


async def test_a_file_that_went_away_is_refused(
    hass: HomeAssistant, media: Path
) -> None:
    file = await files.resolve(hass, CANONICAL)
    file.path.unlink()

    with pytest.raises(ServiceValidationError) as refused:
        await files.read(hass, file)

    assert refused.value.translation_key == "file_not_readable"
    assert await files.picture(hass, file, 1) is None


async def test_a_plate_has_its_picture(hass: HomeAssistant, media: Path) -> None:
    file = await files.resolve(hass, CANONICAL)

    picture = await files.picture(hass, file, 1)

    assert picture is not None
    assert picture.startswith(b"\x89PNG")

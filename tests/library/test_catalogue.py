"""What the media folders hold, and what a person means by a name."""

import os
from pathlib import Path
from typing import Final
import unicodedata
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.bambu_batch.library import catalogue, files
from custom_components.bambu_batch.sliced import reader
from custom_components.bambu_batch.sliced.errors import FileNotReadable
from simulator.slicer import SlicedPlate, write


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Give Home Assistant an empty media folder."""
    folder = tmp_path / "media"
    folder.mkdir()
    hass.config.media_dirs = {"local": str(folder)}
    return folder


def add(folder: Path, *names: str) -> None:
    """Put the same small sliced file under some names; the last one is the newest."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path)
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))


async def references(hass: HomeAssistant) -> list[str]:
    return [entry.file.reference for entry in (await catalogue.listing(hass)).entries]


async def test_sliced_files_are_listed_the_newest_first(
    hass: HomeAssistant, media: Path
) -> None:
    add(media, "a.3mf", "deep/er/b.gcode.3mf", "C.3MF")

    assert await references(hass) == [
        "media-source://bambu_batch/local/C.3MF",
        "media-source://bambu_batch/local/deep/er/b.gcode.3mf",
        "media-source://bambu_batch/local/a.3mf",
    ]


async def test_an_entry_says_size_time_and_plates(
    hass: HomeAssistant, media: Path
) -> None:
    path = write(media / "two.3mf", [SlicedPlate(index=3), SlicedPlate(index=7)])

    (entry,) = (await catalogue.listing(hass)).entries

    assert entry.plates == (3, 7)
    assert entry.size == path.stat().st_size
    assert entry.modified.timestamp() == pytest.approx(path.stat().st_mtime)


async def test_what_is_no_sliced_file_of_ours_is_not_listed(
    hass: HomeAssistant, media: Path, tmp_path: Path
) -> None:
    write(media / "unsliced.3mf", [])
    write(tmp_path / "outside.3mf")
    (media / "no.3mf").write_bytes(b"PK")
    (media / "notes.txt").write_text("hello")
    (media / "link.3mf").symlink_to(tmp_path / "outside.3mf")
    (media / "gone.3mf").symlink_to(media / "nowhere.3mf")
    (media / "linked").symlink_to(tmp_path)
    os.mkfifo(media / "pipe.3mf")
    add(media, ".hidden.3mf", ".hidden/a.3mf", "part..3mf", "a~b/c.3mf")

    assert await references(hass) == []


async def test_a_file_that_has_not_changed_is_not_opened_again(
    hass: HomeAssistant, media: Path
) -> None:
    add(media, "a.3mf", "b.3mf")
    write(media / "unsliced.3mf", [])
    await references(hass)

    opened: list[str] = []
    real = reader.plate_numbers

    def noted(path: Path) -> tuple[int, ...]:
        opened.append(path.name)
        return real(path)

    with patch.object(reader, "plate_numbers", noted):
        assert len(await references(hass)) == 2
        assert not opened
        write(media / "b.3mf", [SlicedPlate(index=5)])
        newest = (await catalogue.listing(hass)).entries[0]
    assert newest.plates == (5,)
    assert opened == ["b.3mf"]


async def test_a_file_that_could_not_be_read_is_tried_again(
    hass: HomeAssistant, media: Path
) -> None:
    add(media, "a.3mf")
    with patch.object(reader, "plate_numbers", side_effect=FileNotReadable(file="a")):
        assert not await references(hass)
    assert await references(hass)


async def test_a_listing_is_bounded(hass: HomeAssistant, media: Path) -> None:
    add(media, *(f"{n}.3mf" for n in range(5)), *(f"f{n}/x.3mf" for n in range(5)))

    with patch.object(catalogue, "MOST_FILES", 3):
        assert len((await catalogue.listing(hass)).entries) == 3
    with patch.object(catalogue, "MOST_FOLDERS", 3):
        assert len((await catalogue.listing(hass)).entries) == 5 + 2


async def test_a_folder_is_browsed(hass: HomeAssistant, media: Path) -> None:
    add(media, "top.3mf", "parts/clip.3mf", "parts/more/x.3mf")

    root = await catalogue.browse(hass, "local", "")
    parts = await catalogue.browse(hass, "local", "parts")

    assert root.folders == ("parts",)
    assert [entry.file.name for entry in root.entries] == ["top.3mf"]
    assert parts.folders == ("more",)
    assert [entry.file.name for entry in parts.entries] == ["clip.3mf"]


@pytest.mark.parametrize(
    ("folder", "location", "key"),
    [
        ("other", "", "media_folder_unknown"),
        ("local", "gone", "file_not_found"),
        ("local", "top.3mf", "file_not_found"),
        ("local", "..", "file_not_found"),
        ("local", "/etc", "file_not_found"),
    ],
)
async def test_a_folder_that_is_not_ours_is_not_browsed(
    hass: HomeAssistant, media: Path, folder: str, location: str, key: str
) -> None:
    add(media, "top.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await catalogue.browse(hass, folder, location)

    assert refused.value.translation_key == key


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Cable clip", "Cable_Clip.gcode.3mf"),
        ("cable_clip.gcode.3mf", "Cable_Clip.gcode.3mf"),
        ("CABLE CLIP.3mf", "Cable_Clip.gcode.3mf"),
        ("v2", "Cable_Clip_v2.gcode.3mf"),
        ("bracket", "parts/Wall-Bracket (left).3mf"),
        ("left wall", "parts/Wall-Bracket (left).3mf"),
        ("Wandhaken 5", "Wandhäkchen 5.swap.3mf"),
        ("杯子", "杯子 A1.3mf"),
    ],
)
async def test_a_name_means_the_file_that_fits_best(
    hass: HomeAssistant, media: Path, name: str, meant: str
) -> None:
    add(
        media,
        "Cable_Clip.gcode.3mf",
        "Cable_Clip_v2.gcode.3mf",
        "parts/Wall-Bracket (left).3mf",
        "Wandhäkchen 5.swap.3mf",
        "杯子 A1.3mf",
    )

    file = await catalogue.find(hass, name)

    assert file.reference == f"media-source://bambu_batch/local/{meant}"


@pytest.mark.parametrize("name", ["gear", "", "...", "🙂"])
async def test_a_name_without_a_file_is_refused(
    hass: HomeAssistant, media: Path, name: str
) -> None:
    add(media, "clip.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await catalogue.find(hass, name)

    assert refused.value.translation_key == "file_not_found"


async def test_nobody_guesses_between_two_files(
    hass: HomeAssistant, media: Path
) -> None:
    add(media, "clip left.3mf", "clip right.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await catalogue.find(hass, "clip")

    assert refused.value.translation_key == "file_ambiguous"
    assert refused.value.translation_placeholders == {
        "file": "clip",
        "files": "clip right.3mf, clip left.3mf",
    }


async def test_the_same_name_in_two_folders_is_asked_back(
    hass: HomeAssistant, media: Path
) -> None:
    add(media, "a/clip.3mf", "b/clip.3mf")

    with pytest.raises(ServiceValidationError) as refused:
        await catalogue.find(hass, "clip")

    assert refused.value.translation_key == "file_ambiguous"


LATIN: Final = os.fsdecode("Schl\u00fcssel.gcode.3mf".encode("latin-1"))
COMPOSED: Final = "Schl\u00fcssel.gcode.3mf"
DECOMPOSED: Final = unicodedata.normalize("NFD", COMPOSED)


async def test_fm_169_a_name_that_is_not_utf_8_hides_no_other_file(
    hass: HomeAssistant, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add(media, "a.3mf", "b.3mf", f"folder-{LATIN}/c.3mf")
    (media / "b.3mf").rename(media / LATIN)
    for _ in range(2):
        found = await catalogue.listing(hass)
        assert [entry.file.name for entry in found.entries] == ["a.3mf"]
        assert found.left_out == 2
    assert (await catalogue.browse(hass, "local", "")).left_out == 2
    assert caplog.text.count("names are not UTF-8") == 1
    assert "b'Schl\\xfcssel.gcode.3mf'" in caplog.text


@pytest.mark.parametrize("on_disk", [COMPOSED, DECOMPOSED], ids=["pc", "mac"])
@pytest.mark.parametrize("asked", [COMPOSED, DECOMPOSED], ids=["by pc", "by mac"])
async def test_fm_174_a_name_is_found_in_either_form(
    hass: HomeAssistant, media: Path, on_disk: str, asked: str
) -> None:
    folder = on_disk.partition(".")[0]
    add(media, f"{folder}/{on_disk}")
    reference = f"media-source://bambu_batch/local/{folder}/{on_disk}"
    asked_folder = asked.partition(".")[0]
    for text in (
        f"{asked_folder}/{asked}",
        f"media-source://bambu_batch/local/{asked_folder}/{asked}",
        f"media-source://media_source/local/{asked_folder}/{asked}",
    ):
        file = await files.resolve(hass, text)
        assert file.reference == reference
        assert file.name == COMPOSED
    for name in (asked, asked_folder, asked_folder.upper()):
        assert (await catalogue.find(hass, name)).reference == reference
    (entry,) = (await catalogue.browse(hass, "local", asked_folder)).entries
    assert entry.file.name == COMPOSED


async def test_fm_174_the_very_name_goes_before_its_other_form(
    hass: HomeAssistant, media: Path
) -> None:
    add(media, COMPOSED, DECOMPOSED)
    for name in (COMPOSED, DECOMPOSED):
        assert (await files.resolve(hass, name)).reference.endswith(name)


async def test_fm_169_a_reference_that_is_not_utf_8_is_refused(
    hass: HomeAssistant, media: Path
) -> None:
    add(media, "a.3mf")
    (media / "a.3mf").rename(media / LATIN)
    with pytest.raises(ServiceValidationError) as refused:
        await files.resolve(hass, LATIN)
    assert refused.value.translation_key == "file_name_not_utf8"
    assert str(refused.value).encode()

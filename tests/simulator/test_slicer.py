"""The files that our slicer writes are sound ZIPs and print on the simulated printer."""

from hashlib import md5
from pathlib import Path
import struct
from zipfile import ZIP_STORED, ZipFile
import zlib

import pytest

from simulator import print_file, slicer
from simulator.slicer import Filament, SlicedPlate
from simulator.slicer.gcode import duration
from simulator.slicer.picture import OUTLINES, draw


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "part.gcode.3mf"


def test_the_zip_is_sound_and_its_md5_right(path: Path) -> None:
    slicer.write(path, [SlicedPlate(index=1), SlicedPlate(index=12)], unsliced=[3])

    with ZipFile(path) as archive:
        assert archive.testzip() is None
        for index in (1, 12):
            gcode = archive.read(f"Metadata/plate_{index}.gcode")
            stated = archive.read(f"Metadata/plate_{index}.gcode.md5").decode()
            assert stated == md5(gcode, usedforsecurity=False).hexdigest().upper()
        assert "Metadata/plate_3.gcode" not in archive.namelist()


def test_the_local_header_has_no_sizes_as_in_studio(path: Path) -> None:
    slicer.write(path)

    with ZipFile(path) as archive:
        info = archive.getinfo("Metadata/plate_1.gcode")
    flags, *_, packed, size = struct.unpack_from(
        "<HHIIII", path.read_bytes(), info.header_offset + 6
    )
    assert flags & 8
    assert {packed, size} <= {0, 0xFFFFFFFF}


def test_the_same_plates_make_the_same_bytes(path: Path) -> None:
    first = slicer.write(path).read_bytes()

    assert slicer.write(path).read_bytes() == first


@pytest.mark.parametrize(
    ("swap", "model", "clears"),
    [
        ("swapmod", "N1", True),
        ("swapmod_kit", "N1", True),
        ("load_only", "N1", False),
        ("jobox", "N2S", True),
        ("pushoff", "N2S", True),
        (None, "N1", False),
    ],
)
def test_the_printer_understands_them(
    path: Path, swap: str | None, model: str, clears: bool
) -> None:
    filaments = (Filament(slot=1), Filament(slot=4))
    slicer.write(
        path,
        [SlicedPlate(index=5, seconds=600, swap=swap, filaments=filaments)],
        model=model,
    )

    plate = print_file.read(path.read_bytes(), "Metadata/plate_5.gcode")

    assert (plate.index, plate.seconds, plate.layers) == (5, 600, 50)
    assert (plate.model, plate.filaments, plate.clears_plate) == (model, (1, 4), clears)


def test_no_other_way_to_clear_a_plate(path: Path) -> None:
    with pytest.raises(ValueError, match="catapult"):
        slicer.write(path, [SlicedPlate(swap="catapult")])


def test_gcode_of_a_given_size(path: Path) -> None:
    slicer.write(path, [SlicedPlate(megabytes=3)])

    with ZipFile(path) as archive:
        assert archive.getinfo("Metadata/plate_1.gcode").file_size == pytest.approx(
            3e6, rel=0.1
        )


def test_stored_and_deflated(path: Path) -> None:
    slicer.write(path, compression=ZIP_STORED, streamed=False)

    with ZipFile(path) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("shape", OUTLINES)
def test_pictures_are_png_of_their_size(shape: str) -> None:
    image = draw(shape, ("#FF0000", "#0000FF"), 32)

    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack_from(">II", image, 16) == (32, 32)
    rows = zlib.decompress(image[image.index(b"IDAT") + 4 : image.index(b"IEND") - 8])
    assert len(rows) == 32 * (1 + 32 * 4)
    assert len(set(rows)) > 10


def test_without_filament_a_picture_is_grey() -> None:
    assert draw("cube", (), 16) != draw("cube", ("#FF0000",), 16)


def test_no_picture_at_all(path: Path) -> None:
    slicer.write(path, [SlicedPlate(picture=b"")])

    with ZipFile(path) as archive:
        assert archive.read("Metadata/plate_1.png") == b""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "5s"), (60, "1m 0s"), (3600, "1h 0m 0s"), (90061, "1d 1h 1m 1s"), (0, "0s")],
)
def test_duration(seconds: int, text: str) -> None:
    assert duration(seconds) == text


def test_every_layer_has_its_filament() -> None:
    plate = SlicedPlate(
        layers=10,
        filaments=(
            Filament(slot=1, grams=9.9),
            Filament(slot=2, grams=0.1),
            Filament(slot=3, grams=0),
        ),
    )

    assert [plate.layers_of(one) for one in plate.filaments] == [
        range(1, 11),
        range(10, 11),
        range(10, 11),
    ]
    assert plate.extruded(10)[1] == pytest.approx(plate.filaments[0].millimetres)
    assert plate.extruded(0) == {}


def test_a_claim_needs_its_member(path: Path) -> None:
    slicer.write(path)

    with pytest.raises(ValueError):
        slicer.claim(path, "Metadata/nothing", size=1)

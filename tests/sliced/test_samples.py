"""Files of real slicers and tools, where they are at hand.

They are other people's work and not part of this repository; figures read by hand from them.
"""

from dataclasses import fields
from pathlib import Path

import pytest

from custom_components.bambu_batch.sliced import errors, extrusion, reader
from custom_components.bambu_batch.sliced.file import Plate, SlicedFile, Swap


@pytest.fixture
def folder(samples: Path) -> Path:
    return samples / "3mf"


def read(folder: Path, name: str) -> SlicedFile:
    (path,) = folder.glob(f"{name}*")
    return reader.read(path)


# name, index, seconds, grams, model, (slots), swap, packed
PLATES = [
    ("autoprintfarm__6b8e180f", 1, 926, 3.57, "N1", (1,), "no", 1),
    ("autoprintfarm__8f4ea566", 1, 1386, 1.49, "N2S", (1,), "no", 1),
    ("bambox__decoy_base", 1, 1958, 10.18, "C12", (3,), "no", 1),
    ("bambox__reference", 1, 7745, 32.12, "C12", (1, 4), "no", 1),
    ("bambox__test-cube", 1, 686, 0.81, "C12", (1,), "no", 1),
    ("chainhaven__A1_Large", 8, 6757, 68.73, "N2S", (1, 2), "no", 1),
    ("changeplatauto__Speed", 1, 1421, 2.79, "N2S", (1,), "no", 1),
    ("fdmmonster__bambu-2", 1, 1216, 6.75, "BL-P001", (1,), "no", 1),
    ("fdmmonster__bambu-2", 2, 1094, 3.91, "BL-P001", (1,), "no", 1),
    ("fdmmonster__bambu.g", 1, 1095, 2.83, "N1", (1,), "no", 1),
    ("gen__bambox_api_a1mini", 1, 3723, 3.21, "N1", (1, 3), "no", 1),
    ("gen__bambox_api_defaults", 1, 3723, 3.21, None, (), "no", 1),
    ("gen__bambuuzle_scratch", 1, None, None, None, (), "no", 1),
    ("openspoolman__Testqube.g", 1, 865, 0.72, "N2S", (1,), "no", 1),
    ("openspoolman__Testqube_Multi", 1, 1183, 0.72, "N2S", (1, 2, 3, 4), "no", 1),
    ("tool__a1swapmodpacker_x1", 1, 865, 0.72, "N2S", (1,), "yes", 1),
    ("tool__balin77_A1M", 1, 1095, 2.83, "N1", (1,), "yes", 1),
    ("tool__balin77_A1_jobox.g", 1, 865, 0.72, "N2S", (1,), "yes", 1),
    ("tool__balin77_A1_jobox_stripped", 1, 865, 0.72, "N2S", (1,), "likely", 1),
    ("tool__factorian", 1, 865, 0.72, "N2S", (1,), "yes", 2),
    ("tool__own_negative_text", 1, 1095, 2.83, "N1", (1,), "no", 1),
    ("tool__own_negative_wait", 1, 865, 0.72, "N2S", (1,), "weak", 1),
    ("tool__own_unmarked_pushoff_A1", 1, 865, 0.72, "N2S", (1,), "likely", 1),
    ("tool__own_unmarked_pushoff_P1S", 1, 1958, 10.18, "C12", (3,), "likely", 1),
    ("tool__packer_x2", 1, 1730, 1.44, "N2S", (1,), "packed_no_final_eject", 2),
    ("tool__swapmod_kit_x2", 1, 1095, 2.83, "N1", (1,), "yes", 2),
    ("ukdavewood__Xmas", 1, 11151, 58.41, "BL-P001", (1, 2, 3, 10), "no", 1),
]  # fmt: skip
UNSLICED = [
    "bambudashboard__box_sliced",
    "fdmmonster__Shape-Box",
    "openspoolman__Testqube.3mf",
    "ukdavewood__test",
]


@pytest.mark.parametrize(
    ("name", "index", "seconds", "grams", "model", "slots", "swap", "packed"),
    PLATES,
)
def test_every_plate(
    folder: Path,
    name: str,
    index: int,
    seconds: int | None,
    grams: float | None,
    model: str | None,
    slots: tuple[int, ...],
    swap: str,
    packed: int,
) -> None:
    file = read(folder, name)
    plate = file.plate(index)

    assert plate is not None
    assert (plate.seconds, plate.grams, plate.model) == (
        seconds,
        grams,
        model,
    )
    assert tuple(filament.slot for filament in plate.filaments or ()) == slots
    assert (plate.swap, plate.packed) == (Swap(swap), packed)
    assert plate.gcode == f"Metadata/plate_{index}.gcode"


def test_the_number_of_plates(folder: Path) -> None:
    counts: dict[Path, int] = {}
    for path in folder.glob("*.3mf"):
        try:
            counts[path] = len(reader.read(path).plates)
        except errors.SlicedError:
            counts[path] = 0

    assert len(counts) == 31
    assert sum(counts.values()) == len(PLATES)
    assert {path.name for path, count in counts.items() if count == 2} == {
        "fdmmonster__bambu-2-plates.gcode.3mf"
    }


@pytest.mark.parametrize("name", UNSLICED)
def test_unsliced_projects(folder: Path, name: str) -> None:
    with pytest.raises(errors.NotSliced):
        read(folder, name)


def test_a_cut_off_file(folder: Path) -> None:
    with pytest.raises(errors.NotAZip):
        read(folder, "broken__truncated")


def test_what_is_stated_and_what_is_not(folder: Path) -> None:
    old = only(read(folder, "ukdavewood__Xmas"))
    bare = only(read(folder, "gen__bambuuzle"))
    tools = only(read(folder, "tool__factorian"))

    assert [filament.brand_code for filament in old.filaments or ()] == [None] * 4
    assert (old.height, old.nozzle) == (None, 0.4)
    assert (bare.filaments, bare.picture) == (None, None)
    assert "hint:stale_md5" not in bare.swap_evidence
    assert "hint:stale_md5" in tools.swap_evidence


def test_the_facts_are_those_of_a_whole_reading(folder: Path) -> None:
    for path in folder.glob("*.3mf"):
        try:
            whole = reader.read(path)
        except errors.SlicedError as err:
            with pytest.raises(type(err)):
                reader.facts(path)
            continue
        for quick, plate in zip(reader.facts(path).plates, whole.plates, strict=True):
            for field in fields(quick):
                assert getattr(quick, field.name) == getattr(plate, field.name)


def test_all_pictures(folder: Path) -> None:
    for path in folder.glob("*.3mf"):
        try:
            plates = reader.read(path).plates
        except errors.SlicedError:
            continue
        for plate in plates:
            image = reader.picture(path, plate.index)
            assert (image is None) == (plate.picture is None)
            assert image is None or image.endswith(b"IEND\xaeB`\x82")


# the G-code of the generated files prints nothing
REAL = sorted(
    {name for name, *_, packed in PLATES if packed == 1 and "gen__" not in name}
)


@pytest.mark.parametrize("name", REAL)
def test_extrusion_agrees_with_the_slicers_own_figures(folder: Path, name: str) -> None:
    (path,) = folder.glob(f"{name}*")
    for plate in reader.read(path).plates:
        found_all = extrusion.extruded(path, plate.index)
        assert found_all is not None
        measured = {one.slot: one for one in found_all}
        assert plate.filaments is not None
        assert measured.keys() == {filament.slot for filament in plate.filaments}
        for filament in plate.filaments:
            found = measured[filament.slot]
            assert filament.metres is not None and filament.grams is not None
            # The slicer also counts what the start code draws on the bed, and leaves out what
            # a change of filament pushes to make up for drips (6 mm a change); both are rounded.
            stated = filament.metres * 1000
            assert stated > found.millimetres * 0.98 - 10
            assert stated < (found.millimetres + found.start_millimetres) * 1.02 + 5
            if (weight := found.grams_per_millimetre) is not None:
                assert found.millimetres * weight == pytest.approx(
                    filament.grams * found.millimetres / stated, rel=0.02, abs=0.03
                )


def only(file: SlicedFile) -> Plate:
    (plate,) = file.plates
    return plate


@pytest.mark.parametrize("name", ["06_swap_nospace", "06_swap_line_numbers"])
def test_fm_172_swap_code_in_another_spelling_is_swap_code(
    samples: Path, name: str
) -> None:
    plate = only(reader.read(samples / "cases" / f"{name}.gcode.3mf"))

    assert plate.swap is Swap.YES
    assert "lift" in plate.swap_evidence


def test_fm_165_what_windows_packs_is_refused(samples: Path) -> None:
    with pytest.raises(errors.OddMemberName):
        reader.read(samples / "cases" / "01_backslash_members.gcode.3mf")

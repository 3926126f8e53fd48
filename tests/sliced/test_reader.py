"""What the reader finds in files of our own slicer, whose content is known."""

from hashlib import md5, sha256
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from custom_components.bambu_batch.bambu.project_file import _GCODE as GCODE
from custom_components.bambu_batch.sliced import errors, reader
from custom_components.bambu_batch.sliced.file import Filament, Plate, Swap
from simulator import slicer
from simulator.slicer import SlicedPlate
from simulator.slicer.picture import draw, placeholder


def only_plate(path: Path) -> Plate:
    (plate,) = reader.read(path).plates
    return plate


def test_a_plate_with_all_that_a_slicer_says(path: Path) -> None:
    filaments = (
        slicer.Filament(slot=1, grams=7.5),
        slicer.Filament(
            slot=3, material="PLA-S", colour="#ffffff80", brand_code="GFS00", grams=2.25
        ),
    )
    slicer.write(
        path,
        [
            SlicedPlate(
                name="Left & right",
                seconds=4321,
                filaments=filaments,
                layers=60,
                objects=("Würfel <1>", ""),
                swap="swapmod",
            )
        ],
    )

    plate = only_plate(path)

    assert plate == Plate(
        index=1,
        name="Left & right",
        gcode="Metadata/plate_1.gcode",
        seconds=4321,
        grams=9.75,
        filaments=(
            Filament(
                slot=1,
                material="PLA",
                colour="00AE42",
                brand_code="GFA00",
                grams=7.5,
                metres=2.51,
            ),
            Filament(
                slot=3,
                material="PLA-S",
                colour="FFFFFF80",
                brand_code="GFS00",
                grams=2.25,
                metres=0.75,
            ),
        ),
        model="N1",
        nozzle=0.4,
        bed_type="textured_plate",
        height=12.0,
        digest=plate.digest,
        swap=Swap.YES,
        swap_evidence=plate.swap_evidence,
        packed=1,
        picture="Metadata/plate_1.png",
    )


def test_the_file_as_a_whole(path: Path) -> None:
    slicer.write(path)

    file = reader.read(str(path))

    assert file.sha256 == sha256(path.read_bytes()).hexdigest()
    assert file.size == path.stat().st_size
    assert reader.fingerprint(path) == (file.sha256, file.size)


def test_every_sliced_plate_is_found_and_no_unsliced_one(path: Path) -> None:
    plates = [SlicedPlate(index=index, seconds=100 * index) for index in (10, 3, 7)]
    slicer.write(path, plates, unsliced=[1, 2])

    file = reader.read(path)

    assert [(plate.index, plate.seconds) for plate in file.plates] == [
        (3, 300),
        (7, 700),
        (10, 1000),
    ]
    assert file.plate(7) == file.plates[1]
    assert file.plate(1) is None
    assert reader.plate_numbers(path) == (3, 7, 10)


def test_one_plate_out_of_many_keeps_its_number(path: Path) -> None:
    slicer.write(path, [SlicedPlate(index=8, name="Lid")], unsliced=[1, 2, 3])

    plate = only_plate(path)

    assert (plate.index, plate.name, plate.gcode) == (
        8,
        "Lid",
        "Metadata/plate_8.gcode",
    )
    assert plate.picture == "Metadata/plate_8.png"


@pytest.mark.parametrize("style", ["studio", "studio-1.07", "orca"])
def test_slicers_of_all_styles(path: Path, style: str) -> None:
    slicer.write(
        path, [SlicedPlate(seconds=777, swap="jobox")], model="N2S", style=style
    )

    plate = only_plate(path)

    assert (plate.seconds, plate.grams, plate.model, plate.nozzle) == (
        777,
        12.0,
        "N2S",
        0.4,
    )
    assert plate.swap is Swap.YES


@pytest.mark.parametrize(
    ("separator", "upper_case", "member"),
    [
        ("\\", False, "Metadata\\plate_2.gcode"),
        ("/", True, "METADATA/PLATE_2.GCODE"),
    ],
)
def test_fm_165_a_name_that_no_start_can_say_is_refused_with_the_reason(
    path: Path, separator: str, upper_case: bool, member: str
) -> None:
    slicer.write(
        path, [SlicedPlate(index=2)], separator=separator, upper_case=upper_case
    )

    for read in (reader.read, reader.plate_numbers):
        with pytest.raises(errors.OddMemberName) as refused:
            read(path)
        assert refused.value.placeholders == {"file": path.name, "member": member}


def test_the_other_members_are_found_by_any_case_and_either_slash(path: Path) -> None:
    odd = ZipInfo("x")
    odd.filename = "METADATA\\PLATE_2.PNG"
    slicer.write(
        path, [SlicedPlate(index=2, picture=None)], extra=[(odd, draw("gear", (), 16))]
    )

    assert only_plate(path).picture == "METADATA\\PLATE_2.PNG"
    assert (reader.picture(path, 2) or b"").startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "member",
    ["Metadata/plate_1.gcode", "Metadata/plate_9999.gcode", "metadata/plate_1.gcode"],
)
def test_fm_165_what_is_read_can_be_started_and_what_cannot_is_not_read(
    path: Path, member: str
) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr(member, "G28\n")
    try:
        gcode = only_plate(path).gcode
    except errors.OddMemberName:
        gcode = None

    assert gcode == (member if GCODE.fullmatch(member) else None)


def test_files_of_other_systems(path: Path) -> None:
    slicer.write(
        path,
        [SlicedPlate(name="Würfel")],
        decimal_comma=True,
        crlf=True,
        streamed=False,
    )

    plate = only_plate(path)

    assert (plate.name, plate.seconds, plate.grams, plate.nozzle) == (
        "Würfel",
        1200,
        12.0,
        0.4,
    )
    assert (plate.height, "hint:stale_md5" in plate.swap_evidence) == (10.0, False)
    assert plate.filaments is not None
    assert plate.filaments[0].metres == 4.02


@pytest.mark.parametrize(
    ("stated", "stale"),
    [
        (None, False),
        ("absent", False),
        ("", False),
        ("7215EE9C7D9DC229D2921A40E899EC5F", True),
    ],
)
def test_the_stated_md5_is_compared(
    path: Path, stated: str | None, stale: bool
) -> None:
    slicer.write(path, [SlicedPlate(md5=stated)])

    assert ("hint:stale_md5" in only_plate(path).swap_evidence) is stale


def test_the_digest_is_that_of_the_gcode_whatever_the_file_states(path: Path) -> None:
    slicer.write(path, [SlicedPlate(gcode=b"G1 X1 E1\n", md5="absent")])

    real = md5(b"G1 X1 E1\n", usedforsecurity=False).hexdigest().upper()
    assert only_plate(path).digest == real


def test_an_md5_may_be_written_in_lower_case_with_a_newline(path: Path) -> None:
    gcode = b"; nothing\n"
    slicer.write(
        path, [SlicedPlate(gcode=gcode, md5="a1ec1b9b48b7bbc4a5bc0c9d0cef4dc5\n")]
    )
    stated = only_plate(path).swap_evidence
    slicer.write(path, [SlicedPlate(gcode=gcode)])
    with ZipFile(path) as archive:
        real = archive.read("Metadata/plate_1.gcode.md5").decode()
    slicer.write(path, [SlicedPlate(gcode=gcode, md5=f"{real.lower()}\r\n")])

    assert "hint:stale_md5" in stated
    assert "hint:stale_md5" not in only_plate(path).swap_evidence


class TestFallbacks:
    """Each value is looked for in its order of places, and may stay unknown."""

    @pytest.mark.parametrize("prediction", ["0", "-5", "", "soon", "5184001"])
    def test_seconds_come_from_the_header(self, path: Path, prediction: str) -> None:
        slicer.write(
            path, [SlicedPlate(seconds=93784, stated={"prediction": prediction})]
        )

        assert only_plate(path).seconds == 93784

    @pytest.mark.parametrize("weight", ["0", "0.00", "", "heavy", "50001", "nan"])
    def test_grams_are_the_sum_of_the_filaments(self, path: Path, weight: str) -> None:
        filaments = (slicer.Filament(grams=1.5), slicer.Filament(slot=2, grams=2.25))
        slicer.write(
            path, [SlicedPlate(filaments=filaments, stated={"weight": weight})]
        )

        assert only_plate(path).grams == 3.75

    @pytest.mark.parametrize("style", ["studio", "orca"])
    def test_without_slice_info_the_gcode_speaks(self, path: Path, style: str) -> None:
        filaments = (slicer.Filament(grams=1.5), slicer.Filament(slot=2, grams=2.25))
        slicer.write(
            path,
            [SlicedPlate(name="A", filaments=filaments)],
            with_slice_info=False,
            style=style,
        )

        plate = only_plate(path)

        assert (plate.name, plate.seconds, plate.grams) == ("A", 1200, 3.75)
        assert (plate.model, plate.nozzle, plate.bed_type) == (
            "N1",
            0.4,
            "textured_plate",
        )
        assert plate.filaments is None

    def test_nothing_but_gcode(self, path: Path) -> None:
        with ZipFile(path, "w") as archive:
            archive.writestr("Metadata/plate_1.gcode", "G28\n")

        file = reader.read(path)

        assert file.plates == (
            Plate(
                index=1,
                name=None,
                gcode="Metadata/plate_1.gcode",
                seconds=None,
                grams=None,
                filaments=None,
                model=None,
                nozzle=None,
                bed_type=None,
                height=None,
                digest=md5(b"G28\n", usedforsecurity=False).hexdigest().upper(),
                swap=Swap.NO,
                swap_evidence=(),
                packed=1,
                picture=None,
            ),
        )

    def test_the_model_comes_from_the_project(self, path: Path) -> None:
        slicer.write(path, model="N2S", leave_out={"printer_model_id"})

        assert only_plate(path).model == "N2S"

    def test_an_unknown_model_stays_unknown(self, path: Path) -> None:
        slicer.write(path, leave_out={"printer_model_id"}, with_project=False)

        assert only_plate(path).model is None

    def test_a_nozzle_that_is_not_understood_is_not_guessed(self, path: Path) -> None:
        slicer.write(path, [SlicedPlate(stated={"nozzle_diameters": "0.4,0.6"})])

        assert only_plate(path).nozzle is None

    def test_the_bed_comes_from_the_settings(self, path: Path) -> None:
        slicer.write(path, bed_type="cool_plate")
        with ZipFile(path) as archive:
            kept = {
                name: archive.read(name)
                for name in archive.namelist()
                if not name.endswith(".json") and "project_settings" not in name
            }
        with ZipFile(path, "w") as archive:
            for name, data in kept.items():
                archive.writestr(name, data)

        assert only_plate(path).bed_type == "cool_plate"

    @pytest.mark.parametrize("slot", ["0", "-1", "", "x", "65"])
    def test_one_unreadable_filament_makes_all_unknown(
        self, path: Path, slot: str
    ) -> None:
        slicer.write(path, with_slice_info=False)
        info = (
            '<config><plate><metadata key="index" value="1"/>'
            f'<filament id="1" type="PLA"/><filament id="{slot}"/></plate></config>'
        )
        with ZipFile(path, "a") as archive:
            archive.writestr("Metadata/slice_info.config", info)

        assert only_plate(path).filaments is None

    def test_two_entries_of_one_plate_are_no_entry(self, path: Path) -> None:
        slicer.write(path, with_slice_info=False)
        entry = '<plate><metadata key="index" value="1"/><metadata key="prediction" value="{}"/></plate>'
        with ZipFile(path, "a") as archive:
            archive.writestr(
                "Metadata/slice_info.config",
                f"<config>{entry.format(60)}{entry.format(90)}</config>",
            )

        assert only_plate(path).seconds == 1200

    def test_malformed_xml_leaves_the_rest(self, path: Path) -> None:
        slicer.write(path, with_slice_info=False)
        with ZipFile(path, "a") as archive:
            archive.writestr(
                "Metadata/slice_info.config", '<config><plate type="A&B"/>'
            )

        assert only_plate(path).seconds == 1200

    def test_a_member_beyond_all_measure_is_not_read(self, path: Path) -> None:
        slicer.write(path, with_slice_info=False)
        with ZipFile(path, "a") as archive:
            archive.writestr("Metadata/slice_info.config", "<config>" + " " * (1 << 20))

        assert only_plate(path).seconds == 1200


class TestPicture:
    def test_of_each_plate(self, path: Path) -> None:
        slicer.write(path, [SlicedPlate(index=1), SlicedPlate(index=2, shape="star")])

        first, second = reader.picture(path, 1), reader.picture(path, 2)

        assert first is not None and first.startswith(b"\x89PNG\r\n\x1a\n")
        assert second is not None and second != first

    def test_a_placeholder_is_no_picture(self, path: Path) -> None:
        slicer.write(path, [SlicedPlate(picture=placeholder())])

        assert reader.picture(path, 1) is None
        assert only_plate(path).picture is None

    def test_the_small_one_will_do(self, path: Path) -> None:
        small = draw("disc", ("#112233",), 32)
        slicer.write(
            path,
            [SlicedPlate(picture=None)],
            extra=[("Metadata/plate_1_small.png", small)],
        )

        assert only_plate(path).picture == "Metadata/plate_1_small.png"
        assert reader.picture(path, 1) == small

    def test_the_files_own_picture_shows_its_only_plate(self, path: Path) -> None:
        image = draw("ring", ("#112233",), 32)
        with ZipFile(path, "w") as archive:
            archive.writestr("Metadata/plate_3.gcode", b"G28\n")
            archive.writestr("Auxiliaries/cover.png", image)
            archive.writestr(
                "_rels/.rels",
                '<Relationship Target="/Auxiliaries/cover.png" Type="metadata/thumbnail"/>',
            )

        assert reader.picture(path, 3) == image
        assert reader.picture(path, 1) is None

    def test_another_plate_is_not_shown_instead(self, path: Path) -> None:
        slicer.write(path, [SlicedPlate(index=1), SlicedPlate(index=2, picture=None)])

        assert reader.picture(path, 2) is None
        assert reader.picture(path, 3) is None

    def test_relationships_made_to_take_for_ever(self, path: Path) -> None:
        with ZipFile(path, "w") as archive:
            archive.writestr("Metadata/plate_1.gcode", b"G28\n")
            archive.writestr("_rels/.rels", b'<Relationship Target="/a.png" ' * 2000)

        assert reader.picture(path, 1) is None

    def test_of_a_plate_that_is_not_there(self, path: Path) -> None:
        slicer.write(path, [SlicedPlate(picture=None)])

        assert reader.picture(path, 9) is None


class TestSwap:
    @pytest.mark.parametrize(
        ("swap", "model", "verdict"),
        [
            ("swapmod", "N1", Swap.YES),
            ("swapmod_kit", "N1", Swap.YES),
            ("load_only", "N1", Swap.MARK_ONLY),
            ("jobox", "N2S", Swap.YES),
            ("pushoff", "N2S", Swap.YES),
            ("pushoff", "N1", Swap.YES),
            (None, "N1", Swap.NO),
            (None, "N2S", Swap.NO),
            (None, "C12", Swap.NO),
            ("swapmod", "C12", Swap.MARK_ONLY),
        ],
    )
    def test_of_our_own_files(
        self, path: Path, swap: str | None, model: str, verdict: Swap
    ) -> None:
        slicer.write(path, [SlicedPlate(swap=swap)], model=model)

        assert only_plate(path).swap is verdict

    @pytest.mark.parametrize("model", ["N1", "N2S"])
    def test_packed_jobs_are_counted(self, path: Path, model: str) -> None:
        slicer.write(path, [SlicedPlate(packed=3, swap="pushoff")], model=model)

        plate = only_plate(path)

        assert (plate.packed, plate.swap) == (3, Swap.YES)

    def test_packed_jobs_without_a_last_change(self, path: Path) -> None:
        slicer.write(path, [SlicedPlate(packed=2, swap="swapmod", last_clears=False)])

        plate = only_plate(path)

        assert (plate.packed, plate.swap) == (2, Swap.PACKED_NO_FINAL_EJECT)

    def test_hints_are_told_and_never_suffice(self, tmp_path: Path) -> None:
        path = slicer.write(tmp_path / "part.swap.3mf", [SlicedPlate(name="SWAPS")])

        plate = only_plate(path)

        assert plate.swap is Swap.NO
        assert plate.swap_evidence == ("hint:file_name", "hint:plate_name")


class TestRefused:
    def test_a_project_that_is_not_sliced(self, path: Path) -> None:
        slicer.write(path, [], unsliced=[1, 2])

        with pytest.raises(errors.NotSliced) as refused:
            reader.read(path)

        assert refused.value.key == "not_sliced"
        assert refused.value.placeholders == {"file": "part.gcode.3mf"}

    def test_a_declared_document_type(self, path: Path) -> None:
        slicer.write(path, doctype=True)

        with pytest.raises(errors.UnsafeXml) as refused:
            reader.read(path)

        assert refused.value.key == "unsafe_xml"
        assert refused.value.placeholders["member"] == "metadata/slice_info.config"

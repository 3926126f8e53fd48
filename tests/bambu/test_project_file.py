"""A start that a printer would misread cannot be made."""

from typing import Any

import pytest

from custom_components.bambu_batch.bambu.models import UrlForm

from .jobs import job


@pytest.mark.parametrize("run_id", [0, -1, 2**31, 1_763_700_000_000])
def test_fm_010_ids_have_31_bits_and_are_never_0(run_id: int) -> None:
    with pytest.raises(ValueError, match="run id"):
        job(run_id=run_id)
    assert job(run_id=2**31 - 1).run_id == 2147483647


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"subtask_name": "two words"}, "subtask name"),
        ({"subtask_name": "mail@home"}, "subtask name"),
        ({"subtask_name": "W\u00fcrfel"}, "subtask name"),
        ({"subtask_name": ""}, "subtask name"),
        ({"subtask_name": "x" * 101}, "subtask name"),
        ({"remote_name": "cube.3mf"}, "not a file of ours"),
        ({"remote_name": "../" + job().remote_name}, "not a file of ours"),
        ({"gcode": "plate_1.gcode"}, "G-code"),
        ({"gcode": "Metadata/plate_0.gcode"}, "G-code"),
        ({"gcode": "Metadata/plate_1.gcode\n"}, "G-code"),
        ({"md5": "d41d8cd98f00b204e9800998ecf8427e"}, "MD5"),
        ({"md5": "D41D8CD98F00B204E9800998ECF8427E\n"}, "MD5"),
        ({"md5": "D41D"}, "MD5"),
        ({"ams_mapping": ()}, "mapping"),
        ({"ams_mapping": (16,)}, "mapping"),
        ({"ams_mapping": (254,)}, "mapping"),
        ({"ams_mapping": (-2,)}, "mapping"),
        ({"ams_mapping": (0, -1)}, "use_ams"),
        ({"ams_mapping": (-1,)}, "use_ams"),
        ({"use_ams": False}, "use_ams"),
    ],
)
def test_what_no_printer_should_see_is_refused(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        job(**changes)


@pytest.mark.parametrize(
    ("mapping", "use_ams", "places"),
    [
        ((3,), True, [(0, 3)]),
        ((3, 0, 2, 1), True, [(0, 3), (0, 0), (0, 2), (0, 1)]),
        ((-1, 6), True, [(255, 255), (1, 2)]),
        ((130,), True, [(130, 0)]),
        ((25,), True, [(16, 1)]),
        ((-1,), False, [(255, 0)]),
        ((-1, -1), False, [(255, 255), (255, 0)]),
    ],
)
def test_fm_144_the_mapping_has_an_entry_per_filament_slot(
    mapping: tuple[int, ...], use_ams: bool, places: list[tuple[int, int]]
) -> None:
    made = job(ams_mapping=mapping, use_ams=use_ams)
    assert [(p["ams_id"], p["slot_id"]) for p in made.ams_places] == places


def test_an_a2l_counts_its_ams_lite_from_0_in_the_flat_mapping() -> None:
    """Bambuddy's recordings: only the unit's number in the other mapping distinguishes it from an AMS."""
    mixed = job(ams_mapping=(27, -1, 24, 130, 5))
    assert mixed.flat_mapping == [3, -1, 0, 130, 5]
    assert mixed.ams_places[0] == {"ams_id": 16, "slot_id": 3}
    assert mixed.ams_places[2] == {"ams_id": 16, "slot_id": 0}


def test_fm_140_the_url_has_the_models_form() -> None:
    name = job().remote_name
    assert job().url == f"file:///sdcard/cache/{name}"
    assert job(url_form=UrlForm.FTP).url == f"ftp:///cache/{name}"

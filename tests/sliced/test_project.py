"""The JSON members, which may be missing, stale or anything else."""

import json

import pytest

from custom_components.bambu_batch.sliced import project
from custom_components.bambu_batch.sliced.project import PlateDetails, Project


def test_plate_details() -> None:
    found = project.plate_details(
        json.dumps(
            {
                "bed_type": "textured_plate",
                "nozzle_diameter": 0.4000000059604645,
                "bbox_objects": [
                    {"id": 7, "name": "A"},
                    {"name": "wipe_tower"},
                    "x",
                    {"name": 5},
                ],
            }
        ).encode()
    )

    assert found == PlateDetails(
        bed_type="textured_plate",
        nozzle=0.4,
    )


def test_project() -> None:
    found = project.project(
        json.dumps(
            {
                "printer_model": "Bambu Lab A1 mini",
                "nozzle_diameter": ["0.6", "0.6"],
                "curr_bed_type": "SuperTack Plate",
                "different_settings_to_system": ["a;b", "machine_end_gcode;x", None],
            }
        ).encode()
    )

    assert found == Project(
        model="N1", nozzle=0.6, bed_type="supertack_plate", own_end_gcode=True
    )


@pytest.mark.parametrize(
    "data",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xff",
        b"[" * 100_000,
        b'{"bbox_objects": 5, "bed_type": 5, "nozzle_diameter": {}}',
        b'{"printer_model": [], "curr_bed_type": null, "different_settings_to_system": {}}',
        b'{"bed_type": "auto", "curr_bed_type": "Glass", "printer_model": "Other"}',
        b'{"nozzle_diameter": [0.4, "0.8"]}',
        b'{"nozzle_diameter": 1' + b"0" * 5000 + b"}",
    ],
)
def test_what_cannot_be_read_is_unknown(data: bytes | None) -> None:
    assert project.plate_details(data) == PlateDetails()
    assert project.project(data) == Project()

"""One table of models, and how a printer tells which one it is."""

from typing import Any

import pytest

from custom_components.bambu_batch.bambu import models
from custom_components.bambu_batch.bambu.models import StorageKind, UrlForm


def code_of(*modules: dict[str, Any]) -> str | None:
    model = models.by_modules(modules)
    return model.code if model else None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Bambu Lab A1 mini", "N1"),
        ("Bambu Lab A1", "N2S"),
        ("Bambu Lab A2L", "N9"),
        ("Bambu Lab P1S", "C12"),
        ("Bambu Lab X1-Carbon", "BL-P001"),
        ("Bambu Lab X1 Carbon", "BL-P001"),
        ("Bambu Lab H2D", "O1D"),
        ("Bambu Lab H2D Pro", "O1E"),
        ("Bambu Lab H2C", "O1C"),
        ("Bambu Lab Z9", None),
    ],
)
def test_the_product_name_tells_the_model(name: str, code: str | None) -> None:
    assert code_of({"name": "esp32"}, {"name": "ota", "product_name": name}) == code


@pytest.mark.parametrize(
    ("board", "project", "code"),
    [
        ("AP05", "N1", "N1"),
        ("AP05", "N2S", "N2S"),
        ("AP04", "C11", "C11"),
        ("AP04", "C12", "C12"),
        ("AP05", "C11", None),
        ("AP05", "", None),
        ("AP06", "N1", None),
    ],
)
def test_on_older_firmware_board_and_project_must_agree(
    board: str, project: str, code: str | None
) -> None:
    ota = {"name": "ota", "product_name": ""}
    esp32 = {"name": "esp32", "hw_ver": board, "project_name": project}
    assert code_of(ota, esp32) == code


def test_no_modules_no_model() -> None:
    assert code_of() is None


@pytest.mark.parametrize(
    ("serial", "code"),
    [
        ("03000A000000001", "N1"),
        ("03900A000000001", "N2S"),
        ("99900A", None),
        ("26A19A000000001", "N9"),
        ("31B8BA000000001", "O1C2"),
        ("26A18A000000001", None),
    ],
)
def test_the_serials_beginning_tells_the_model(serial: str, code: str | None) -> None:
    model = models.by_serial(serial)
    assert (model.code if model else None) == code


def test_a1_and_a1_mini_are_supported_and_print_from_their_card() -> None:
    supported = [model for model in models.MODELS if model.supported]
    assert [model.code for model in supported] == ["N1", "N2S"]
    for model in supported:
        assert model.url_form is UrlForm.SDCARD
        assert model.storage is StorageKind.CARD
        assert model.bed_moves == "y"


def test_codes_and_prefixes_are_unique() -> None:
    codes = [model.code for model in models.MODELS]
    prefixes = [p for model in models.MODELS for p in model.serial_prefixes]
    assert len(set(codes)) == len(codes)
    assert len(set(prefixes)) == len(prefixes)


@pytest.mark.parametrize(
    ("printer", "sliced_for", "accepted"),
    [
        ("N1", "N1", True),
        ("N1", "N2S", False),
        ("C11", "BL-P001", True),
        ("O1E", "O1D", True),
        ("O1C", "O1C2", True),
        ("O1D", "O1C", False),
        (None, "N1", False),
        ("N1", None, False),
        ("?", "?", False),
    ],
)
def test_fm_094_gcode_goes_round_only_inside_its_group(
    printer: str | None, sliced_for: str | None, accepted: bool
) -> None:
    assert models.accepts(printer, sliced_for) is accepted

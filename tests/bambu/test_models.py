"""One table of models, and how a printer tells which one it is."""

import ast
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.bambu_batch.bambu import discovery, models, version
from custom_components.bambu_batch.bambu.models import Model, StorageKind, UrlForm
from custom_components.bambu_batch.bambu.report import Report
from custom_components.bambu_batch.bambu.status import PrinterStatus
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.device import device_info
from custom_components.bambu_batch.flows.access import model_name
from custom_components.bambu_batch.production.context import Context
from custom_components.bambu_batch.production.fit import needs_card, suits
from custom_components.bambu_batch.sliced import changers, project
from custom_components.bambu_batch.sliced.file import Swap
from custom_components.bambu_batch.sliced.swap import Recognition, recognise
from tests.production.scene import plate_file


def code_of(*modules: dict[str, Any]) -> str | None:
    model: str | None = version.decode({"info": {"module": list(modules)}}, None).get(
        "model"
    )
    return model


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
def test_the_product_name_gives_the_model(name: str, code: str | None) -> None:
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
def test_the_serial_prefix_gives_the_model(serial: str, code: str | None) -> None:
    model = models.by_serial(serial)
    assert (model.code if model else None) == code


def test_a1_and_a1_mini_print_from_their_card() -> None:
    for code in ("N1", "N2S"):
        model = models.by_code(code)
        assert model is not None
        assert model.url_form is UrlForm.SDCARD
        assert model.storage is StorageKind.CARD
        assert model.bed_moves == "y"


def test_codes_and_prefixes_are_unique() -> None:
    codes = [model.code for model in models.MODELS]
    prefixes = [p for model in models.MODELS for p in model.serial_prefixes]
    assert len(set(codes)) == len(codes)
    assert len(set(prefixes)) == len(prefixes)
    assert not [
        (p, q) for p in prefixes for q in prefixes if p != q and p.startswith(q)
    ]


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


# CONTRIBUTING's recipe for a new model: one row.

NEW = Model(
    code="T9",
    name="T9 Max",
    serial_prefixes=("99T",),
    board="AP99",
    url_form=UrlForm.FTP,
    storage=StorageKind.INTERNAL,
    group="T9",
    bed_moves="y",
    stock_y=(-1.0, 300.0),
    reach_y=400.0,
)
SERIAL = "99T00A000000001"


@pytest.fixture
def new_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "MODELS", (*models.MODELS, NEW))


def swept(model: str, farthest: float) -> Recognition:
    """Judge a file's end that pushes the part off, with as many strokes as only a moving bed needs."""
    strokes = (f"G1 Z2\nG1 Y{farthest:g}\nG1 Y5\n").encode() * 2
    end = b"G1 X1 Y1 Z50 E1\n;=== AUTO SWEEP START\n" + strokes
    return recognise(end, whole=True, model=model, height=50.0, jobs=1)


@pytest.mark.usefixtures("new_row")
def test_one_row_makes_a_printer_known_by_all_that_it_says_of_itself() -> None:
    text = f"NOTIFY * HTTP/1.1\r\nNT: urn:bambulab-com:device:3dprinter:1\r\nUSN: {SERIAL}\r\nDevModel.bambu.com: T9\r\n"
    announced = discovery.parse(text.encode(), "192.0.2.9")
    assert announced is not None
    assert announced.model == "T9"
    assert Report(SERIAL).status.model == "T9"
    assert code_of({"name": "ota", "product_name": "Bambu Lab T9-Max"}) == "T9"
    assert code_of({"name": "esp32", "hw_ver": "AP99", "project_name": "T9"}) == "T9"
    entry = MockConfigEntry(domain=DOMAIN, title="T9", data={"serial": SERIAL})
    assert device_info(entry).get("model") == "T9 Max"
    assert model_name("T9") == "Bambu Lab T9 Max"


@pytest.mark.usefixtures("new_row")
def test_one_row_lets_a_plate_be_started() -> None:
    status = PrinterStatus(model="T9", nozzle_diameter=0.4)
    equipment = Context(status=status).equipment
    assert suits(plate_file(model="T9", nozzle=0.4), equipment)
    assert not suits(plate_file(model="N1", nozzle=0.4), equipment)
    assert not needs_card(status)


@pytest.mark.usefixtures("new_row")
def test_one_row_tells_how_its_files_clear_a_plate() -> None:
    assert project.project(b'{"printer_model": "Bambu Lab T9 Max"}').model == "T9"
    assert swept("T9", 350).swap is Swap.YES
    assert "y=350" in swept("T9", 350).evidence
    assert "y=290" not in swept("T9", 290).evidence
    assert "beyond_reach" in swept("T9", 401).evidence


def test_without_the_row_nothing_of_it_is_known() -> None:
    assert Report(SERIAL).status.model is None
    equipment = Context(status=PrinterStatus(model="T9")).equipment
    assert not suits(plate_file(model="T9"), equipment)
    assert swept("T9", 350).swap is not Swap.YES


def test_no_other_module_has_a_list_of_models() -> None:
    product = Path(models.__file__).parents[1]
    words = {word for model in models.MODELS for word in (model.code, model.name)}
    words |= {prefix for model in models.MODELS for prefix in model.serial_prefixes}
    words |= {f"bambu lab {model.name}".casefold() for model in models.MODELS}
    found = {
        (path.relative_to(product).as_posix(), node.value)
        for path in product.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (node.value in words or node.value.casefold() in words)
        and path != Path(models.__file__)
    }
    # which printer a changer is made for is said of the changer
    assert found == {("sliced/changers.py", "N1"), ("sliced/changers.py", "N2S")}
    made_for = {code for one in changers.CHANGERS for code in one.models}
    assert made_for <= {model.code for model in models.MODELS}

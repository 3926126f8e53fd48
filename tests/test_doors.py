"""The import rule itself, and what imports cannot show."""

import ast
from pathlib import Path
import re
import tomllib

from grimp import ImportGraph
from importlinter.contracts.layers import LayersContract
import pytest

from .doors import DoorsContract

PRODUCTION = Path(__file__).parents[1] / "custom_components/bambu_batch/production"
PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def wrong_imports(*imported: str, **options: object) -> list[str]:
    graph = ImportGraph()
    for module in ("house.kitchen", "house.kitchen.oven", *imported):
        graph.add_module(module)
    for module in imported:
        graph.add_import(importer="house.kitchen.oven", imported=module)
    contract = DoorsContract(
        name="kitchen",
        session_options={},
        contract_options={"room": "house.kitchen"} | options,
    )
    wrong = contract.check(graph, verbose=False).metadata["wrong"]
    return [line.split()[-1] for line in wrong]


def test_what_no_list_names_is_not_allowed() -> None:
    assert wrong_imports("house.garden", "paho", "json") == ["house.garden", "paho"]


def test_a_list_allows_a_module_and_all_below_it() -> None:
    doors = {"may_import": ["house.garden", "paho"]}
    assert wrong_imports("house.garden.shed", "house.gardener", "paho", **doors) == [
        "house.gardener"
    ]


def test_the_standard_library_can_be_shut_out() -> None:
    doors = {"may_import": ["enum"], "standard_library": "False"}
    assert wrong_imports("enum", "socket", **doors) == ["socket"]


@pytest.mark.parametrize(
    "path", sorted(PRODUCTION.glob("*.py")), ids=lambda path: path.name
)
def test_production_reads_no_clock(path: Path) -> None:
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"now", "utcnow", "today", "fromtimestamp"}


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("views.card", "sensor"),
        ("views.news", "web.http"),
        ("web.http", "spools.entity"),
        ("spools.place", "repairs.kinds"),
        ("repairs.watch", "event"),
        ("coordinator", "views.queue"),
    ],
)
def test_what_is_shown_never_imports_who_shows_it(importer: str, imported: str) -> None:
    house = "custom_components.bambu_batch"
    known = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]["contracts"]
    (options,) = (one for one in known if one["type"] == "layers")
    contract = LayersContract(options["name"], {"root_packages": [house]}, options)
    graph = ImportGraph()
    graph.add_module(house)
    rooms = re.findall(r"\w+", " ".join(options["layers"]))
    for module in (*rooms, importer, imported):
        graph.add_module(f"{house}.{module}")
    assert contract.check(graph, verbose=False).kept

    graph.add_import(importer=f"{house}.{importer}", imported=f"{house}.{imported}")

    assert not contract.check(graph, verbose=False).kept

"""What Home Assistant imports for the first printer, and what it does not need yet."""

from pathlib import Path

import pytest

from custom_components.bambu_batch.const import DOMAIN
from tests.benchmarks.imports import imported


@pytest.fixture(scope="module")
def modules() -> set[str]:
    """Return what a process imports that asks for the integration and its platforms."""
    package = f"custom_components.{DOMAIN}."
    _, names = imported(Path(__file__).parents[1], DOMAIN, tries=0)
    return {name.removeprefix(package) for name in names}


@pytest.mark.parametrize(
    "later", ["sliced.reader", "sliced.swap", "sliced.extrusion", "sliced.slim"]
)
def test_a_start_does_not_import_what_the_first_file_needs(
    later: str, modules: set[str]
) -> None:
    assert "coordinator" in modules
    assert later not in modules

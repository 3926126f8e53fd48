"""Fixtures that several rooms use."""

import os
from pathlib import Path

import pytest

# Imported before Home Assistant looks for `custom_components`: the test plugin ships a package
# of that name, and the first one wins.
import custom_components  # noqa: F401


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of tests that do not run every time."""
    parser.addoption(
        "--long", action="store_true", help="run tests that take very long"
    )
    parser.addoption(
        "--benchmark", action="store_true", help="run tests that print figures"
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Skip tests marked `long` or `benchmark` unless they were asked for."""
    for kind in ("long", "benchmark"):
        if not config.getoption(f"--{kind}"):
            for item in items:
                if item.get_closest_marker(kind):
                    item.add_marker(pytest.mark.skip(f"only with --{kind}"))


@pytest.fixture(autouse=True)
def find_our_integration(request: pytest.FixtureRequest) -> None:
    """Let a test's Home Assistant load custom integrations; tests without one stay fast."""
    if "recorder_mock" in request.fixturenames:
        request.getfixturevalue("recorder_mock")  # wants to be the first
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder with recordings of real printers and files of real slicers.

    They are other people's work and not part of this repository: `BAMBU_SAMPLES` names the
    folder (with `3mf` and `mqtt` in it), and tests that need it are skipped without it.
    """
    beside_the_project = Path(__file__).parents[2] / "shared" / "samples"
    folder = Path(os.environ.get("BAMBU_SAMPLES", beside_the_project))
    if not folder.is_dir():
        pytest.skip("no samples: set BAMBU_SAMPLES to their folder")
    return folder

"""A place to write sliced files to."""

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "part.gcode.3mf"

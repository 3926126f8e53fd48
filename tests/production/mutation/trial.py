"""Running the tests of the line against one mutant, in a process of its own."""

from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
import os
from pathlib import Path
import signal
import sys
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
PACKAGE = "custom_components.bambu_batch"
HERE = Path(__file__).parents[1]
PATIENCE = 600
"""Seconds for all tests."""
OF_FILAMENT = {
    "test_colour.py",
    "test_consumption.py",
    "test_filament.py",
    "test_runout.py",
}
LONG = ("test_exploration.py", "test_machine.py")
SEARCH = "test_exploration.py::test_no_order_of_events_breaks_a_law"


def order_of_tests(
    module: str, *, quick: bool = False, search: bool = False
) -> list[str]:
    """Return the line's test files: the module's own first, the long ones last or not at all.

    `search`: nothing but the search through all orders of events.
    """
    if search:
        return [str(HERE / SEARCH)]
    files = {file.name for file in HERE.glob("test_*.py")} - OF_FILAMENT
    own = files & {f"test_{module}.py"}
    others = sorted(files - own - set(LONG))
    return [str(HERE / name) for name in (*own, *others, *(() if quick else LONG))]


def survives(
    module: str, source: str, tests: Sequence[str], patience: float = PATIENCE
) -> bool:
    """Tell whether every test passes with this source in the module's place.

    A fault that makes a test hang is noticed as well: `patience` is in seconds.
    """
    child = os.fork()
    if child == 0:
        code = 1
        with suppress(BaseException):
            code = _run(module, source, tests, patience)
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(module: str, source: str, tests: Sequence[str], patience: float) -> int:
    signal.alarm(int(patience))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    _stand_in_for_home_assistant()
    sys.meta_path.insert(0, _Swap(f"{PACKAGE}.production.{module}", source))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # Home Assistant's takes seconds
    arguments = ["-x", "-q", "--noconftest", "-c", os.devnull, f"--rootdir={ROOT}"]
    arguments += ["-p", "no:cacheprovider", "-m", "not long and not benchmark"]
    return int(pytest.main([*arguments, *tests]))


def _stand_in_for_home_assistant() -> None:
    """The line needs nothing of the integration around it: leave that out, it takes seconds."""
    package = ModuleType(PACKAGE)
    package.__path__ = [str(ROOT.joinpath(*PACKAGE.split(".")))]
    sys.modules[PACKAGE] = package


class _Swap(MetaPathFinder, Loader):
    """Imports one module from another source."""

    def __init__(self, name: str, source: str) -> None:
        """Stand in for the module of this name."""
        self._name = name
        self._source = source

    def find_spec(
        self, fullname: str, path: object, target: object = None
    ) -> ModuleSpec | None:
        """Find the one module."""
        return spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the other source."""
        exec(compile(self._source, f"<{self._name}>", "exec"), module.__dict__)  # noqa: S102

"""Running the line's tests against mutants, each in a child of a process that has all of them ready.

Importing and collecting costs seconds, a test milliseconds: so it is done once. A child gets
the mutant's code into the functions that everybody has imported already.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
import gc
import os
from pathlib import Path
import signal
import sys
from types import FunctionType, ModuleType

import pytest

from .mutants import Mutant
from .passing import Passing

ROOT = Path(__file__).parents[3]
PACKAGE = "custom_components.bambu_batch"
PRODUCTION = f"{PACKAGE}.production"
HERE = Path(__file__).parents[1]
PATIENCE = 60
"""Seconds for all tests of one mutant."""
OF_FILAMENT = {
    "test_colour.py",
    "test_consumption.py",
    "test_filament.py",
    "test_runout.py",
}
LONG = ("test_exploration.py", "test_machine.py")
UNUSED = (
    "cacheprovider", "faulthandler", "junitxml", "logging", "terminal",
    "threadexception", "unraisableexception", "warnings",
)  # fmt: skip
"""Plugins of pytest itself that only cost time here."""
SEARCH = "test_exploration.py::test_no_order_of_events_breaks_a_law"

type Noticed = Callable[[str, Mutant, bool], None]
"""Gets the module, its mutant, and whether a test noticed it."""


def source_of(module: str) -> str:
    """Return the source of one module of the line."""
    return ROOT.joinpath(*PRODUCTION.split("."), f"{module}.py").read_text()


def try_all(
    mutants: Sequence[tuple[str, Mutant]],
    noticed: Noticed,
    *,
    quick: bool = False,
    search: bool = False,
) -> bool:
    """Try each (module, mutant); False if the tests do not even pass without a fault.

    `quick` leaves out exploration and random walks; `search` is nothing but the search
    through all orders of events.
    """
    sys.path.insert(0, str(ROOT))
    _stand_in_for_home_assistant()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # Home Assistant's takes seconds
    arguments = ["-s", "--noconftest", "-c", os.devnull, f"--rootdir={ROOT}"]
    for plugin in UNUSED:
        arguments += ["-p", f"no:{plugin}"]
    arguments += ["--assert=plain"]  # nobody reads why a test failed
    arguments += ["-m", "not long and not benchmark"]
    trials = _Trials(mutants, noticed)
    pytest.main([*arguments, *_tests(quick=quick, search=search)], [trials])
    return trials.sound


def _tests(*, quick: bool, search: bool) -> list[str]:
    if search:
        return [str(HERE / SEARCH)]
    files = {file.name for file in HERE.glob("test_*.py")} - OF_FILAMENT
    files -= {"test_mutation.py", *(LONG if quick else ())}
    return [str(HERE / name) for name in sorted(files)]


class _Trials:
    """In the place of pytest's loop over its tests: that loop once for each mutant."""

    def __init__(self, mutants: Sequence[tuple[str, Mutant]], noticed: Noticed) -> None:
        self._mutants = mutants
        self._noticed = noticed
        self.sound = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests without a fault, then with each those that come past it."""
        passing = Passing()
        self.sound = not session.testsfailed and passing.watch(session)
        gc.freeze()  # else each child copies it all only to look it through
        has_noticed: Counter[tuple[str, pytest.Item]] = Counter()
        for module, mutant in self._mutants if self.sound else ():
            own = f"test_{module}.py"
            items = sorted(
                passing.by(module, mutant.line) or session.items,
                key=lambda item: (
                    -has_noticed[module, item],
                    item.path.name != own,
                    passing.seconds[item],
                ),
            )
            failed = _first_failed(session, items, module, mutant)
            if failed is not None:
                has_noticed[module, failed] += 1
            self._noticed(module, mutant, failed is not None)
        return True


def _first_failed(
    session: pytest.Session, items: list[pytest.Item], module: str, mutant: Mutant
) -> pytest.Item | None:
    """Return the test that notices the fault: it fails, or hangs; None: all pass."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            _run(session, items, module, mutant, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        run = len(pipe.read())
    os.waitpid(child, 0)
    return items[run] if run < len(items) else None


def _run(
    session: pytest.Session,
    items: list[pytest.Item],
    module: str,
    mutant: Mutant,
    passed: int,
) -> None:
    """Run the tests up to the first that fails; write a byte for each that passes."""
    signal.alarm(PATIENCE)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    put_in_place(module, mutant.source)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return
        os.write(passed, b".")


def put_in_place(module: str, source: str) -> None:
    """Let everybody who has imported this module of the line run the other source."""
    old = sys.modules[f"{PRODUCTION}.{module}"]
    new = ModuleType(old.__name__)
    new.__dict__.update(
        {key: old.__dict__[key] for key in ("__package__", "__spec__", "__file__")}
    )
    sys.modules[old.__name__] = new  # dataclasses look their module up
    exec(compile(source, f"<{old.__name__}>", "exec"), new.__dict__)  # noqa: S102
    sys.modules[old.__name__] = old
    for name, value in vars(new).items():
        _replace(old, name, value)


def _replace(old: ModuleType, name: str, new: object) -> None:
    before = old.__dict__.get(name)
    if name.startswith("__") or before is new:
        return
    if isinstance(new, type) and isinstance(before, type):
        for method, function in vars(new).items():
            _replace_code(vars(before).get(method), function)
    elif isinstance(new, FunctionType):
        _replace_code(before, new)
    else:
        for other in _modules():
            if other.__dict__.get(name) is before:
                setattr(other, name, new)


def _replace_code(before: object, new: object) -> None:
    if isinstance(before, property) and isinstance(new, property):
        before, new = before.fget, new.fget
    if isinstance(before, FunctionType) and isinstance(new, FunctionType):
        before.__code__ = new.__code__
        before.__defaults__ = new.__defaults__
        before.__kwdefaults__ = new.__kwdefaults__


def _modules() -> list[ModuleType]:
    return [
        module
        for name, module in list(sys.modules.items())
        if name.startswith((PACKAGE, "tests."))
    ]


def _stand_in_for_home_assistant() -> None:
    """The line needs nothing of the integration around it: leave that out, it takes seconds."""
    package = ModuleType(PACKAGE)
    package.__path__ = [str(ROOT.joinpath(*PACKAGE.split(".")))]
    sys.modules[PACKAGE] = package

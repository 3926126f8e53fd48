"""Which tests come past which function of the line: only they can notice a fault in it."""

import ast
from collections import defaultdict
from pathlib import Path
import sys
from time import monotonic
from types import CodeType

import pytest

PRODUCTION = str(Path("bambu_batch", "production"))
_TOOL = sys.monitoring.PROFILER_ID
_STARTS = sys.monitoring.events.PY_START


class Passing:
    """The tests by file and first line of a function."""

    def __init__(self) -> None:
        """Nothing was watched yet."""
        self.seconds: dict[pytest.Item, float] = {}
        self._tests: dict[tuple[str, int], list[pytest.Item]] = defaultdict(list)
        self._functions: dict[str, list[range]] = {}

    def watch(self, session: pytest.Session) -> bool:
        """Run all tests once; tell whether they pass."""
        entered: set[CodeType] = set()

        def enter(code: CodeType, _offset: int) -> object:
            entered.add(code)
            return sys.monitoring.DISABLE  # until the next test

        sys.monitoring.use_tool_id(_TOOL, __name__)
        sys.monitoring.register_callback(_TOOL, _STARTS, enter)
        sys.monitoring.set_events(_TOOL, _STARTS)
        for item, following in zip(
            session.items, [*session.items[1:], None], strict=True
        ):
            entered.clear()
            sys.monitoring.restart_events()
            began = monotonic()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self.seconds[item] = monotonic() - began
            for code in tuple(entered):
                if PRODUCTION in code.co_filename:
                    key = Path(code.co_filename).stem, code.co_firstlineno
                    self._tests[key].append(item)
                    self._functions.setdefault(code.co_filename, [])
        sys.monitoring.set_events(_TOOL, 0)
        sys.monitoring.free_tool_id(_TOOL)
        for name in self._functions:
            self._functions[name] = _functions(Path(name))
        return not session.testsfailed

    def by(self, module: str, line: int) -> list[pytest.Item]:
        """Return the tests that enter the innermost function around this line; [] outside."""
        for name, functions in self._functions.items():
            if Path(name).stem == module:
                enclosing = [one for one in functions if line in one]
                if enclosing:
                    innermost = min(enclosing, key=len)
                    return self._tests[module, innermost.start]
        return []


def _functions(file: Path) -> list[range]:
    """Return the lines of each function, its decorators included."""
    return [
        range(
            min([node.lineno, *(one.lineno for one in node.decorator_list)]),
            (node.end_lineno or node.lineno) + 1,
        )
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
    ]

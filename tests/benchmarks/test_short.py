"""The table of benchmarks, with tiny sizes: every row is there. No clock is looked at."""

from importlib import import_module
from math import isfinite
import os
from pkgutil import iter_modules
import subprocess
import sys
from time import process_time

import pytest

from tests import benchmarks

from . import deltas, farm
from .__main__ import MODULES
from .figure import Figure, Goal, Of, at_least, at_most
from .measure import all_figures, alone, peak_megabytes, spent_seconds
from .table import line

ROWS = {
    "pushes": ("move to the front, sent", "append, CPU", "for the first time"),
    "reports": ("to status", "the recorded A1 jobs"),
    "actions": ("answered, p99", "CPU", "longest callback", "written"),
    "queue": ("a report", "held", "append", "move", "restore all"),
    "deltas": ("default entities", "all entities"),
    "farm": (
        "memory a printer",
        "project_file",
        "whole heap",
        "CPU",
        "lateness",
        "report shown",
        "unload",
        "set a printer up",
    ),
    "commits": ("commits at once",),
    "job": (": commits", ": log", ": rows"),
    "imports": ("import of", "modules of"),
    "history": ("totals, all", "on disk"),
    "transfer": ("upload: speed", "processor time", "its hash", "bytes sent"),
    "sliced_3mf": ("read", "extrusion", "facts", "its plates", "peak memory"),
}
"""Parts of the names of the figures that each must have."""
DIFFERENCES = {deltas.DEFAULT, deltas.ALL, farm.MEMORY}
"""What these have subtracted is larger than they are, in a second or two."""


@pytest.fixture(scope="module")
def short() -> dict[str, list[Figure]]:
    """Run all benchmarks in one process of their own, which imports Home Assistant once."""
    return alone(all_figures, MODULES, short=True)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("module", MODULES)
def test_a_benchmark_yields_its_rows(
    module: str, short: dict[str, list[Figure]]
) -> None:
    figures = short[module]
    for row in ROWS[module]:
        assert any(row in figure.name for figure in figures), row
    for figure in figures:
        assert isfinite(figure.value), figure
        assert figure.value > 0 or figure.name in DIFFERENCES, figure


def test_every_benchmark_is_in_the_table() -> None:
    names = [
        one.name for one in iter_modules(benchmarks.__path__) if one.name != "__main__"
    ]
    found = {
        name
        for name in names
        if not name.startswith("test_")
        and hasattr(import_module(f"{benchmarks.__name__}.{name}"), "figures")
    }
    assert found == set(MODULES)
    assert found == ROWS.keys()


def test_the_table_ends_with_1_where_a_benchmark_broke() -> None:
    program = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--short", "no_such_benchmark"],
        check=False,
        capture_output=True,
    )
    assert program.returncode == 1
    assert b"no_such_benchmark" in program.stderr


@pytest.mark.parametrize(
    ("value", "goal", "met"),
    [
        (9, at_most(10), True),
        (11, at_most(10), False),
        (9, at_most(2, Of.REFERENCE), True),
        (11, at_most(2, Of.REFERENCE), False),
        (11, at_least(2, Of.REFERENCE), True),
        (9, at_least(2, Of.REFERENCE), False),
        (9, at_most(1 / 20, Of.PEER), None),
    ],
)
def test_a_goal_is_met_or_missed_or_unknown(
    value: float, goal: Goal, met: bool | None
) -> None:
    figure = Figure(name="a", value=value, unit="ms", reference=5, goals=(goal,))
    assert figure.meets(goal) is met
    assert ("MISSED" in line(figure)) is (met is False)


def test_peak_memory_counts_what_was_freed_again() -> None:
    assert 40 < peak_megabytes(bytearray, 50 * 2**20) < 100


def test_the_clock_of_a_process_is_the_one_it_reads_itself() -> None:
    before = process_time()
    seen = spent_seconds(os.getpid())
    assert before < seen < process_time()

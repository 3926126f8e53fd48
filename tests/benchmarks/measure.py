"""How figures are taken: this process's own time, and the memory of a fresh process."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from time import clock_gettime, process_time
from typing import Final

from .figure import Figure


def cpu_seconds(
    work: Callable[[], object], *, tries: int = 5, rounds: int = 1
) -> float:
    """Return this process's own time for one round, the shortest of some tries."""
    best = float("inf")
    for _ in range(tries):
        start = process_time()
        for _ in range(rounds):
            work()
        best = min(best, (process_time() - start) / rounds)
    return best


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def alone[**P, T](work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function of a module in a process of its own, and return what it returns."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *args, **kwargs).result()


def figures_of(name: str, short: bool) -> list[Figure]:
    """Run the benchmark in the module of this name."""
    return list(import_module(f"{__package__}.{name}").figures(short))


def all_figures(names: Iterable[str], short: bool) -> dict[str, list[Figure]]:
    """Run the benchmarks in these modules, one after the other."""
    return {name: figures_of(name, short) for name in names}


def peak_megabytes(work: Callable[..., object], *args: object) -> float:
    """Return by how much a fresh process grows at its peak (Linux).

    A fresh one, since memory that was used and freed before is used again without growth.
    """
    return alone(_peak, work, args)


def _peak(work: Callable[..., object], args: Sequence[object]) -> float:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory_kilobytes("VmRSS")
    work(*args)
    return (memory_kilobytes("VmHWM") - before) / 1024


def memory_kilobytes(field: str, pid: int | None = None) -> int:
    """Return a field of a process's status, such as `VmRSS`."""
    status = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="ascii")
    return next(
        int(line.split()[1])
        for line in status.splitlines()
        if line.startswith(f"{field}:")
    )


def spent_seconds(pid: int) -> float:
    """Return the processor time that another process has used so far (Linux).

    Its clock counts nanoseconds; `/proc` tells the same in ticks of ten milliseconds.
    """
    return clock_gettime(~pid << 3 | _OF_ALL_THREADS)


_OF_ALL_THREADS: Final = 2
"""`CPUCLOCK_SCHED`; a process's id with it is the id of its clock (`clock_getcpuclockid`)."""

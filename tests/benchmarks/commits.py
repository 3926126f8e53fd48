"""A hundred printers that commit a step at once: how long each waits.

python -m tests.benchmarks.commits [--short]

Beside it: the same commits one after the other, as one fair queue would take them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.repository import Repository

from .figure import Figure, at_most
from .measure import percentile
from .table import show_alone

type Lines = dict[str, Line]


def figures(short: bool) -> Iterable[Figure]:
    """Measure some such bursts."""
    printers, rounds = (5, 2) if short else (100, 10)
    with (
        TemporaryDirectory(prefix="bambu-batch-") as folder,
        Repository(file_url(Path(folder) / "queue.db")) as repository,
    ):
        lines = {f"{number:015}": Line() for number in range(printers)}
        for serial, line in lines.items():
            repository.save(serial, None, line)
        in_turn = [_in_turn(repository, lines) for _ in range(max(1, rounds // 3))]
        waits = [one for _ in range(rounds) for one in _at_once(repository, lines)]
    yield Figure(
        name=f"{printers} commits at once, p99",
        value=percentile(waits, 99) * 1000,
        unit="ms",
        beside="in turn",
        reference=min(in_turn) * 1000,
        goals=(at_most(150),),
    )


def _next(lines: Mapping[str, Line]) -> Lines:
    return {
        serial: replace(line, plates_left=line.plates_left + 1)
        for serial, line in lines.items()
    }


def _in_turn(repository: Repository, lines: Lines) -> float:
    begun = monotonic()
    for serial, line in _next(lines).items():
        repository.save(serial, lines[serial], line)
        lines[serial] = line
    return monotonic() - begun


def _at_once(repository: Repository, lines: Lines) -> list[float]:
    after = _next(lines)
    begun = monotonic()
    ended: list[float] = []
    answers = [
        repository.begin_save(serial, lines[serial], line)
        for serial, line in after.items()
    ]
    for answer in answers:
        answer.add_done_callback(lambda _: ended.append(monotonic() - begun))
    for answer in answers:
        answer.result()
    lines.update(after)
    return ended


if __name__ == "__main__":
    show_alone(figures)

"""A process that saves one step after another until somebody kills it."""

import os
from random import Random
import sys
from typing import NoReturn

from custom_components.bambu_batch.production.model import (
    ClearingNote,
    Line,
    RemoteFile,
    RunRecord,
)
from custom_components.bambu_batch.store.repository import Repository

from .examples import SERIAL, record, run, task


def line_at(step: int) -> Line:
    """Return the line after so many steps: any other order, counts, run, files."""
    random = Random(step)
    numbers = random.sample(range(60), random.randrange(40))
    return Line(
        tasks=tuple(
            task(number, finished=random.randrange(3), name="n" * random.randrange(900))
            for number in numbers
        ),
        run=run(step, task_id=str(numbers[-1])) if step % 2 and numbers else None,
        last_run_id=step,
        remote=tuple(
            RemoteFile(name=str(number), sha256="a") for number in numbers[:7]
        ),
        clearing_notes=tuple(
            ClearingNote(sha256=str(number), plate=1, clears=True)
            for number in numbers[5:9]
        ),
    )


def records_at(step: int) -> list[RunRecord]:
    """Return the records of that step: every second one ends a run."""
    return [] if step % 2 or step == 0 else [record(step)]


def write(url: str, *, rest: bool) -> NoReturn:
    """Save step after step, and print each after its commit."""
    repository = Repository(url)
    if rest:
        repository.pause_checkpoints()
    before = repository.load(SERIAL)
    step = before.last_run_id if before else -1
    while True:
        after = line_at(step + 1)
        repository.save(SERIAL, before, after, records_at(step + 1))
        before, step = after, step + 1
        print(step, flush=True)


def serve() -> None:
    """Fork a writer for every line of the input: the imports are done once for all."""
    for order in sys.stdin:
        mode, url = order.split()
        pid = os.fork()
        if pid == 0:
            write(url, rest=mode == "rest")
        print("pid", pid, flush=True)
        os.waitpid(pid, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    serve()

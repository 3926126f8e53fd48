"""A process may die at any moment: what is loaded is what was committed, whole."""

from collections.abc import Callable, Iterator
import os
from pathlib import Path
from random import Random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.repository import Repository

from .examples import SERIAL
from .writer import line_at, records_at

KILLS = 30
pytestmark = pytest.mark.timeout(300)


class Writers:
    """Starts processes that save step after step, and kills them."""

    def __init__(self) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-m", "tests.store.writer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=Path(__file__).parents[2],
        )
        self.pid = 0
        self.last = -1
        """The last step that was told of."""

    def start(self, mode: str, url: str) -> None:
        assert self.server.stdin is not None
        self.server.stdin.write(f"{mode} {url}\n")
        self._read_until(lambda line: line.startswith("pid"))

    def wait_for_a_step(self) -> None:
        self._read_until(str.isdigit)

    def kill(self) -> None:
        """Kill the writer, and hear what it has still told."""
        os.kill(self.pid, signal.SIGKILL)
        self._read_until(lambda line: line == "dead")

    def _read_until(self, found: Callable[[str], bool]) -> None:
        assert self.server.stdout is not None
        while line := self.server.stdout.readline().strip():
            if line.isdigit():
                self.last = int(line)
            elif line.startswith("pid"):
                self.pid = int(line.split()[1])
            if found(line):
                return
        raise AssertionError("the writers' server has died")


@pytest.fixture(name="writers")
def writers_fixture() -> Iterator[Writers]:
    writers = Writers()
    yield writers
    assert writers.server.stdin is not None
    writers.server.stdin.close()
    assert writers.server.wait(10) == 0


def kill_at_random(writers: Writers, url: str, kills: int) -> None:
    random, last = Random(kills), -1
    for _ in range(kills):
        writers.start("write", url)
        if random.random() < 0.8:
            writers.wait_for_a_step()
        time.sleep(random.uniform(0, 0.04))
        writers.kill()
        with Repository(url) as repository:
            line = repository.load(SERIAL)
            history = repository.history(SERIAL, limit=None)
        found = line.last_run_id if line else -1
        assert max(last, writers.last) <= found <= writers.last + 1
        assert line == (line_at(found) if line else None)
        assert [entry.record.run.run_id for entry in history] == [
            step for step in range(found, -1, -1) if records_at(step)
        ]
        last = writers.last = found
    assert last > kills // 4


def test_a_killed_process_leaves_the_last_commit_or_the_one_in_flight(
    writers: Writers, tmp_path: Path
) -> None:
    kill_at_random(writers, file_url(tmp_path / "queue.db"), KILLS)


def test_a_killed_process_leaves_the_same_on_a_server(
    writers: Writers, postgresql: str
) -> None:
    with Repository(postgresql) as repository:
        repository.remove(SERIAL)
    kill_at_random(writers, postgresql, KILLS // 4)


@pytest.mark.parametrize("order", [("", "-wal"), ("-wal", "")])
def test_files_copied_while_checkpoints_rest_are_a_whole_database(
    writers: Writers, tmp_path: Path, order: tuple[str, str]
) -> None:
    path = tmp_path / "queue.db"
    writers.start("rest", file_url(path))
    found = -1
    for number in range(6):
        writers.wait_for_a_step()
        target = tmp_path / f"copy{number}.db"
        for ending in order:
            shutil.copy(f"{path}{ending}", f"{target}{ending}")
            time.sleep(0.03)
        with Repository(file_url(target)) as repository:
            line = repository.load(SERIAL)
        assert line is not None
        assert line == line_at(line.last_run_id)
        assert line.last_run_id > found
        found = line.last_run_id
    writers.kill()

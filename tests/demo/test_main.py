"""`python -m demo`, ended from outside."""

import asyncio
from contextlib import suppress
import os
from pathlib import Path
import signal
import sys

import pytest

ROOT = Path(__file__).parents[2]


def processes_in(folder: Path) -> list[str]:
    """Command lines of the processes that were started with something in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            found.append(path.read_text(errors="replace"))
    return [line for line in found if str(folder) in line]


@pytest.mark.real
async def test_a_request_to_end_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "demo", "--once"),
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    async with asyncio.timeout(60):
        while not processes_in(tmp_path):
            await asyncio.sleep(0.1)
        demo.send_signal(signal.SIGTERM)
        assert await demo.wait() == 130
    assert processes_in(tmp_path) == []
    assert list(tmp_path.iterdir()) == []

"""A line that somebody else has changed in the database."""

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.bambu_batch.production.model import Line, RemoteFile, Transfer
from custom_components.bambu_batch.store.errors import StoreConflict
from custom_components.bambu_batch.store.repository import Repository
from tests.paper import PaperPrinter
from tests.shop import Shop, slice_file


class Stolen:
    """A repository in whose database somebody else has changed the line."""

    def __init__(self, line: Line) -> None:
        self.saved: list[Line] = []
        self._line, self._loaded = line, False

    def load(self, _: str) -> Line:
        """Return theirs."""
        self._loaded = True
        return self._line

    def begin_save(
        self, serial: str, before: Line | None, after: Line, *_: object
    ) -> Future[int]:
        """Save only on theirs."""
        answer: Future[int] = Future()
        if self._loaded:
            assert before is not None
            self.saved.append(after)
            answer.set_result(2)
        else:
            answer.set_exception(StoreConflict())
        return answer


async def test_after_a_conflict_the_line_goes_on_as_somebody_else_left_it(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    """As after a restart: nothing of a transfer in flight is believed."""
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf", hold=True)
    mine = desk.coordinator.line
    ready = RemoteFile(name="x.3mf", sha256="x", state=Transfer.READY)
    theirs = replace(
        mine, tasks=(), last_task_number=7, remote=(ready,), transfer="x.3mf"
    )
    stolen = Stolen(theirs)
    with (
        patch.object(Repository, "load", stolen.load),
        patch.object(Repository, "begin_save", stolen.begin_save),
        patch("custom_components.bambu_batch.runtime.worker.SAVE_AGAIN_SECONDS", 0.02),
    ):
        with pytest.raises(HomeAssistantError) as refused:
            await desk.switch("queue_running", on=True)
        assert refused.value.translation_key == "store_conflict"
        await desk.until(lambda: bool(stolen.saved))
        line = desk.coordinator.line
    assert (line.last_task_number, line.tasks, line.running) == (7, (), False)
    assert line.transfer is None
    assert Transfer.READY not in {file.state for file in line.remote}

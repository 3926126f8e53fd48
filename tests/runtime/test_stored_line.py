"""When a line is committed, and a line that somebody else has changed in the database."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.bambu_batch.bambu.report import Report
from custom_components.bambu_batch.bambu.status import PrinterStatus, PrintState, Uptime
from custom_components.bambu_batch.production.context import Context, Options
from custom_components.bambu_batch.production.event import ContextChanged
from custom_components.bambu_batch.production.line import advance
from custom_components.bambu_batch.production.model import (
    Line,
    Phase,
    RemoteFile,
    Task,
    Transfer,
)
from custom_components.bambu_batch.production.told_again import may_wait
from custom_components.bambu_batch.runtime import stored_line
from custom_components.bambu_batch.runtime.stored_line import StoredLine
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.errors import StoreConflict
from custom_components.bambu_batch.store.repository import Repository
from tests.paper import PaperPrinter
from tests.production.scene import AT_REST, SOMEBODY, START, plate_file
from tests.shop import Shop, paper_entry, queue_up, slice_file

MOST_COMMITS = 60
"""Of a job of 83 minutes; it has a layer every few seconds."""


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


def stored(desk: Shop) -> Line | None:
    """Return the line as another process would see it."""
    path = desk.hass.config.path("bambu_batch.db")
    with Repository(file_url(Path(path))) as repository:
        return repository.load(desk.coordinator.serial)


def stored_layer(desk: Shop) -> int:
    line = stored(desk)
    assert line is not None
    assert line.run is not None
    return line.run.layer


@pytest.fixture
async def printing(desk: Shop, paper: PaperPrinter, media: Path) -> Shop:
    """Let our print be at its layer 5, committed."""
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING, layer=5, tray_now=0, stage=0)
    await desk.settled()
    assert stored_layer(desk) == 5
    return desk


async def test_a_layer_waits_for_the_next_commit(
    printing: Shop, paper: PaperPrinter
) -> None:
    paper.prints(printing.run, PrintState.RUNNING, layer=6, tray_now=0, stage=0)
    printing.coordinator.worker.request_look()
    await printing.settled()
    assert printing.run.layer == 6
    assert stored_layer(printing) == 5
    await printing.act("enqueue", file="clip.gcode.3mf", hold=True)
    assert stored_layer(printing) == 6


async def test_fm_106_another_tray_is_committed_at_once_and_its_layer_with_it(
    printing: Shop, paper: PaperPrinter
) -> None:
    paper.prints(printing.run, PrintState.RUNNING, layer=6, tray_now=0, stage=0)
    await printing.settled()
    paper.prints(printing.run, PrintState.RUNNING, layer=7, tray_now=1, stage=0)
    await printing.settled()
    line = stored(printing)
    assert line is not None
    assert line.run is not None
    assert (line.run.layer, line.run.trays[-1]) == (7, (7, 1))


async def test_a_layer_waits_for_two_minutes_at_most(
    printing: Shop, paper: PaperPrinter
) -> None:
    for layer in (6, 7):
        paper.prints(printing.run, PrintState.RUNNING, layer=layer, tray_now=0, stage=0)
        printing.coordinator.worker.request_look()
        await printing.settled()
    assert stored_layer(printing) == 5
    with patch.object(stored_line, "LONGEST_RIDE_SECONDS", 0):
        printing.coordinator.worker.request_look()
        await printing.settled()
    assert stored_layer(printing) == 7


async def test_a_print_that_is_stopped_is_charged_for_its_newest_layer(
    printing: Shop, paper: PaperPrinter
) -> None:
    run = printing.run
    paper.prints(run, PrintState.RUNNING, percent=2, layer=5, tray_now=0, stage=0)
    await printing.settled()
    paper.prints(run, PrintState.RUNNING, percent=2, layer=8, tray_now=0, stage=0)
    await printing.settled()
    with patch.object(printing.coordinator.ledger, "note") as note:
        paper.prints(run, PrintState.FAILED, layer=0)
        await printing.settled()
    ((record, _), _) = note.call_args
    assert record.run.layer == 8


@pytest.mark.parametrize("percent", [0, 2])
async def test_what_waits_or_was_put_off_is_committed_before_the_end(
    printing: Shop, paper: PaperPrinter, percent: int
) -> None:
    for layer in (5, 6):
        paper.prints(
            printing.run,
            PrintState.RUNNING,
            layer=layer,
            percent=percent,
            tray_now=0,
            stage=0,
        )
        await printing.settled()
    await printing.close()
    path = printing.hass.config.path("bambu_batch.db")
    with Repository(file_url(Path(path))) as repository:
        line = repository.load(printing.entry.data["serial"])
    assert line is not None
    assert line.run is not None
    assert line.run.layer == 6


type Job = Iterable[tuple[float, PrinterStatus]]
"""The second of each report, and the status after it."""


def a_made_job() -> Iterator[tuple[float, PrinterStatus]]:
    """Yield 83 minutes of 270 layers, a report every two seconds."""
    for second in range(0, 83 * 60, 2):
        done = second / (83 * 60)
        yield (
            second,
            replace(
                AT_REST,
                state=PrintState.RUNNING if second > 300 else PrintState.PREPARE,
                print_stage=2,
                layer=int(270 * done),
                total_layers=270,
                percent=int(100 * done),
                remaining_minutes=83 - second // 60,
                nozzle_temperature=220 + second % 7 / 8,
                print_type="local",
                subtask_name="benchy",
                tray_now=0,
            ),
        )


def a_recorded_job(log: Path) -> Iterator[tuple[float, PrinterStatus]]:
    report, begun = Report("039"), None
    for line in log.read_text("utf-8").splitlines():
        stamp, _, payload = line.partition(" :: ")
        time = datetime.fromisoformat(stamp).replace(tzinfo=UTC)
        begun = begun or time
        report.receive(payload.encode(), START)
        yield (time - begun).total_seconds(), report.status


async def commits_of(job: Job, name: str, hass: HomeAssistant, folder: Path) -> int:
    """Return how many commits this print costs from its start to its end."""
    task = Task(task_id="1", name="Clip", plate_file=plate_file(), copies=1)
    run = replace(
        SOMEBODY,
        name=name,
        task_id="1",
        phase=Phase.STARTING,
        from_state=PrintState.FINISH,
    )
    clock = 0.0
    with (
        Repository(file_url(folder / "queue.db")) as repository,
        patch.object(stored_line, "monotonic", lambda: clock),
        patch.object(repository, "begin_save", wraps=repository.begin_save) as saves,
    ):
        line = StoredLine(hass, paper_entry(), repository)
        await line.load()
        await line.commit(Line(tasks=(task,), run=run, running=True), ())
        for clock, status in job:
            now = START + timedelta(seconds=clock)
            uptime = Uptime("first", clock)
            seen = replace(status, connected=True, received=now, received_uptime=uptime)
            context = Context(status=seen, options=Options(), uptime=uptime)
            after, effects = advance(line.line, ContextChanged(), context, now)
            waits = may_wait(line.line, after, effects)
            await line.commit(after, (), may_wait=waits)
            assert after.run is None or line.line == after
        await line.settle()
        assert repository.load(paper_entry().data["serial"]) == line.line
        return saves.call_count


async def test_a_job_of_83_minutes_costs_few_commits(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    commits = await commits_of(a_made_job(), "benchy", hass, tmp_path)
    assert 10 < commits <= MOST_COMMITS


async def test_a_recorded_job_of_83_minutes_costs_few_commits(
    hass: HomeAssistant, tmp_path: Path, samples: Path
) -> None:
    log = samples / "mqtt" / "openspoolman__logs_mqtt_20251218_132417.log"
    job = list(a_recorded_job(log))
    assert job[-1][0] > 80 * 60
    name = next(one.subtask_name for _, one in job if one.state is PrintState.RUNNING)
    assert name
    commits = await commits_of(job, name, hass, tmp_path)
    assert 10 < commits <= MOST_COMMITS

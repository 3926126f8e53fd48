"""The database that goes away under the running Home Assistant (FM-175), and its errors."""

from collections.abc import Callable
from pathlib import Path
import shutil

from homeassistant.components.repairs import DOMAIN as REPAIRS_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.runtime import stored_line
from custom_components.bambu_batch.runtime.database import store_errors
from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.errors import StoreFull
from custom_components.bambu_batch.store.repository import Repository
from tests.paper import PaperPrinter
from tests.shop import PAPER_SERIAL, Shop, queue_up, slice_file


@pytest.fixture(name="path")
def path_fixture(hass: HomeAssistant, desk: Shop) -> Path:
    """Return the database of a Home Assistant that runs."""
    return Path(hass.config.path("bambu_batch.db"))


def delete(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink()


def replace_by_a_copy(path: Path) -> None:
    shutil.copy(path, path.with_name("older"))
    path.with_name("older").rename(path)


def overwrite(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096])


HARMS = [delete, replace_by_a_copy, overwrite]


def issue_of(desk: Shop) -> ir.IssueEntry | None:
    issue_id = f"store_{desk.entry.entry_id}"
    return ir.async_get(desk.hass).async_get_issue(DOMAIN, issue_id)


async def fix(desk: Shop) -> dict[str, object]:
    """Do what the issue offers."""
    assert await async_setup_component(desk.hass, REPAIRS_DOMAIN, {})
    manager = desk.hass.data[REPAIRS_DOMAIN]["flow_manager"]
    flow = await manager.async_init(
        DOMAIN, data={"issue_id": f"store_{desk.entry.entry_id}"}
    )
    assert flow["type"] == "form"
    end: dict[str, object] = await manager.async_configure(flow["flow_id"], {})
    await desk.settled()
    return end


@pytest.mark.parametrize("harm", HARMS)
async def test_fm_175_a_database_that_is_gone_stops_the_queue_visibly(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    path: Path,
    harm: Callable[[Path], None],
) -> None:
    slice_file(media)
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf", copies=3)
    await desk.press("plate_clear")
    line = desk.coordinator.line
    harm(path)
    with pytest.raises(HomeAssistantError) as failed:
        await desk.switch("queue_running", on=True)
    assert failed.value.translation_key == "store_replaced"
    assert desk.state("sensor", "waiting_for") == "store_failed"
    issue = issue_of(desk)
    assert issue is not None
    assert (issue.translation_key, issue.is_fixable) == ("store_replaced", True)
    assert desk.coordinator.line == line
    paper.reports()
    await desk.until(lambda: desk.coordinator.worker.inbox)
    assert paper.jobs == []


@pytest.mark.parametrize("harm", HARMS)
async def test_the_queue_is_written_anew_from_memory_and_goes_on(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    path: Path,
    harm: Callable[[Path], None],
) -> None:
    await queue_up(desk, paper, media, copies=2)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    line = desk.coordinator.line
    harm(path)
    with pytest.raises(HomeAssistantError):
        await desk.act("update_task", task_id="1", copies=5)
    assert (await fix(desk))["type"] == "create_entry"
    assert issue_of(desk) is None
    assert desk.coordinator.line == line
    assert desk.state("sensor", "waiting_for") == "printing"
    await desk.act("update_task", task_id="1", copies=5)
    await desk.close()
    with Repository(file_url(path)) as repository:
        stored = repository.load(PAPER_SERIAL)
    assert stored is not None
    assert stored.run is not None
    assert line.run is not None
    assert stored.run.run_id == line.run.run_id
    assert stored.tasks[0].copies == 5


async def test_what_happened_at_the_printer_meanwhile_is_stored_then(
    desk: Shop, paper: PaperPrinter, media: Path, path: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    delete(path)
    paper.finishes(desk.run)
    await desk.until(lambda: desk.coordinator.store_error is not None)
    assert len(paper.jobs) == 1
    await fix(desk)
    await desk.until(lambda: desk.coordinator.line.tasks[0].finished == 1)


async def test_a_database_that_is_gone_is_noticed_though_nothing_is_to_be_stored(
    desk: Shop, paper: PaperPrinter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_line, "CHECK_EVERY_SECONDS", 0)
    paper.reports()
    await desk.settled()
    delete(path)
    paper.reports(layer=1)
    await desk.until(lambda: issue_of(desk) is not None)


async def test_a_question_about_a_database_that_was_put_back_is_over(
    desk: Shop, paper: PaperPrinter, path: Path
) -> None:
    assert await async_setup_component(desk.hass, REPAIRS_DOMAIN, {})
    away = path.with_name("away.db")
    path.rename(away)
    with pytest.raises(HomeAssistantError):
        await desk.switch("queue_running", on=True)
    manager = desk.hass.data[REPAIRS_DOMAIN]["flow_manager"]
    flow = await manager.async_init(
        DOMAIN, data={"issue_id": f"store_{desk.entry.entry_id}"}
    )
    away.rename(path)
    paper.reports()
    await desk.until(lambda: issue_of(desk) is None)
    end = await manager.async_configure(flow["flow_id"], {})
    assert (end["type"], end["reason"]) == ("abort", "changed")


@pytest.mark.parametrize("kind", [HomeAssistantError, ConfigEntryNotReady])
def test_an_error_of_the_database_becomes_one_with_a_text(
    kind: type[HomeAssistantError],
) -> None:
    with pytest.raises(kind) as raised, store_errors(kind):
        raise StoreFull("disk I/O error")

    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == StoreFull.key
    assert isinstance(raised.value.__cause__, StoreFull)


def test_any_other_error_stays_what_it_is() -> None:
    with pytest.raises(KeyError), store_errors():
        raise KeyError

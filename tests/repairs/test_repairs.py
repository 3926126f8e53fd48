"""The steps by which a person puts something right."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from homeassistant.components.repairs import DOMAIN as REPAIRS_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.bambu_batch.bambu import identity
from custom_components.bambu_batch.bambu.connection import DisconnectReason
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.model import Phase, Run
from custom_components.bambu_batch.repairs.issue import issue_id
from simulator import Farm, Printer, PrinterSpec
from tests.paper import PaperPrinter
from tests.shop import Shop, slice_file, speak_chinese

FAULT = 0x0300_8006
AT_REST: dict[str, Any] = {
    "print_stage": 1,
    "stage": 255,
    "print_type": "idle",
    "gcode_file": "",
}
IDLE: dict[str, Any] = AT_REST | {
    "state": PrintState.IDLE,
    "subtask_id": "0",
    "subtask_name": "",
}


class Repairs:
    """The page Settings > Repairs."""

    def __init__(self, desk: Shop) -> None:
        self.desk = desk
        self.manager = desk.hass.data[REPAIRS_DOMAIN]["flow_manager"]
        self.flow_id = ""

    def has(self, kind: str) -> bool:
        registry = ir.async_get(self.desk.hass)
        issue = issue_id(kind, self.desk.entry.entry_id)
        return registry.async_get_issue(DOMAIN, issue) is not None

    async def fix(self, kind: str) -> dict[str, Any]:
        issue = issue_id(kind, self.desk.entry.entry_id)
        result: dict[str, Any] = await self.manager.async_init(
            DOMAIN, data={"issue_id": issue}
        )
        self.flow_id = result["flow_id"]
        return result

    async def submit(self) -> dict[str, Any]:
        result: dict[str, Any] = await self.manager.async_configure(self.flow_id, {})
        await self.desk.hass.async_block_till_done()
        return result

    async def choose(self, step: str) -> dict[str, Any]:
        result: dict[str, Any] = await self.manager.async_configure(
            self.flow_id, {"next_step_id": step}
        )
        await self.desk.hass.async_block_till_done()
        return result


@pytest.fixture
async def repairs(hass: HomeAssistant, desk: Shop) -> Repairs:
    assert await async_setup_component(hass, REPAIRS_DOMAIN, {})
    return Repairs(desk)


async def start(desk: Shop, paper: PaperPrinter, media: Path) -> Run:
    """Let the line start a plate, and the printer print it."""
    slice_file(media)
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf", copies=2)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    paper.prints(run, PrintState.RUNNING)
    await desk.settled()
    return run


async def fail(desk: Shop, paper: PaperPrinter, media: Path) -> None:
    """Let a plate fail: the queue pauses and the plate is occupied."""
    await start(desk, paper, media)
    paper.reports(state=PrintState.FAILED, print_stage=1, stage=255)
    await desk.settled()


async def test_a_person_confirms_the_plate(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await fail(desk, paper, media)
    await desk.switch("queue_running", on=True)
    await desk.settled()

    form = await repairs.fix("plate_not_clear")
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] == {"name": "Mini"}
    assert (await repairs.submit())["type"] == "create_entry"

    assert desk.coordinator.line.plate.clear
    assert not repairs.has("plate_not_clear")


async def test_a_plate_in_use_is_not_confirmed(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await fail(desk, paper, media)
    await desk.switch("queue_running", on=True)
    await desk.settled()
    await repairs.fix("plate_not_clear")
    paper.reports(state=PrintState.RUNNING, print_stage=2, stage=0)
    await desk.settled()

    refused = await repairs.submit()

    assert refused["type"] == "abort"
    assert refused["reason"] == "refused"
    assert refused["description_placeholders"]["error"]
    assert not desk.coordinator.line.plate.clear


async def occupied(desk: Shop, paper: PaperPrinter, media: Path) -> None:
    """Let the queue ask a person to clear the plate after a print that failed."""
    await fail(desk, paper, media)
    paper.reports(**AT_REST)
    await desk.switch("queue_running", on=True)
    await desk.settled()


async def print_next(desk: Shop, paper: PaperPrinter) -> Run:
    """Let a person clear the plate elsewhere, and the next one be printed."""
    before = desk.coordinator.line.last_run_id
    desk.coordinator.set_option("cooldown_seconds", 0)
    paper.reports(**IDLE)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.until(lambda: desk.coordinator.line.last_run_id != before)
    await desk.settled()
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    return desk.run


async def test_an_old_question_does_not_confirm_the_next_plate(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await occupied(desk, paper, media)
    await repairs.fix("plate_not_clear")
    paper.prints(await print_next(desk, paper), PrintState.FAILED)
    await desk.settled()
    await desk.switch("queue_running", on=True)
    await desk.settled()
    assert repairs.has("plate_not_clear")

    answer = await repairs.submit()

    assert (answer["type"], answer["reason"]) == ("abort", "changed")
    assert not desk.coordinator.line.plate.clear
    assert repairs.has("plate_not_clear")
    await repairs.fix("plate_not_clear")
    assert (await repairs.submit())["type"] == "create_entry"
    assert desk.coordinator.line.plate.clear


async def test_an_old_question_does_not_confirm_what_somebody_else_printed(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await occupied(desk, paper, media)
    await repairs.fix("plate_not_clear")
    theirs = {"subtask_id": "0", "subtask_name": "theirs"}
    paper.reports(state=PrintState.RUNNING, print_stage=2, stage=0, **theirs)
    paper.reports(**AT_REST | {"state": PrintState.FINISH, **theirs})
    await desk.settled()
    assert repairs.has("plate_not_clear")

    assert (await repairs.submit())["reason"] == "changed"
    assert not desk.coordinator.line.plate.clear


async def test_a_person_may_close_the_end_of_a_print_at_the_printer_first(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await occupied(desk, paper, media)
    await repairs.fix("plate_not_clear")
    paper.reports(**IDLE)
    await desk.settled()

    assert (await repairs.submit())["type"] == "create_entry"
    assert desk.coordinator.line.plate.clear


async def test_an_old_question_does_not_resume_a_queue_that_was_paused_again(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await fail(desk, paper, media)
    await repairs.fix("queue_paused")
    paper.prints(await print_next(desk, paper), PrintState.FAILED)
    await desk.settled()
    assert repairs.has("queue_paused")

    assert (await repairs.submit())["reason"] == "changed"
    assert not desk.coordinator.line.running


async def test_an_old_question_does_not_resume_for_another_reason(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await fail(desk, paper, media)
    await repairs.fix("queue_paused")
    paper.reports(print_error=FAULT)
    await desk.settled()
    paper.reports(print_error=0)
    await desk.settled()
    assert repairs.has("queue_paused")

    assert (await repairs.submit())["reason"] == "changed"
    assert not desk.coordinator.line.running


@pytest.mark.parametrize("choice", ["resume", "stop", "clear"])
async def test_an_old_question_does_nothing_about_another_error(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path, choice: str
) -> None:
    clean = Mock(return_value="40001")
    paper.clean_print_error = clean  # type: ignore[method-assign]
    run = await start(desk, paper, media)
    paper.prints(run, PrintState.PAUSE, print_error=FAULT)
    await desk.settled()
    await repairs.fix("print_error")
    paper.prints(run, PrintState.PAUSE, print_error=0x0300_8008)
    await desk.settled()
    sent = list(paper.sent)

    assert (await repairs.choose(choice))["reason"] == "changed"
    assert paper.sent == sent
    assert clean.call_count == 0


async def test_a_refusal_speaks_the_language_of_home_assistant(
    hass: HomeAssistant,
    repairs: Repairs,
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
) -> None:
    await speak_chinese(hass)
    await fail(desk, paper, media)
    await desk.switch("queue_running", on=True)
    await desk.settled()
    await repairs.fix("plate_not_clear")
    paper.reports(state=PrintState.RUNNING, print_stage=2, stage=0)
    await desk.settled()

    said = (await repairs.submit())["description_placeholders"]["error"]

    assert said == "正在打印。请在打印结束后再确认打印板已清空。"


async def test_a_paused_queue_goes_on(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await fail(desk, paper, media)
    assert repairs.has("queue_paused")

    form = await repairs.fix("queue_paused")
    assert form["description_placeholders"] == {
        "name": "Mini",
        "reason": "a plate failed",
    }
    await repairs.submit()

    assert desk.coordinator.line.running
    assert not repairs.has("queue_paused")


@pytest.mark.parametrize(("choice", "sent"), [("resume", "resume"), ("stop", "stop")])
async def test_a_paused_print_is_resumed_or_stopped(
    repairs: Repairs,
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    choice: str,
    sent: str,
) -> None:
    run = await start(desk, paper, media)
    paper.prints(run, PrintState.PAUSE, print_error=FAULT)
    await desk.settled()

    menu = await repairs.fix("print_error")
    assert menu["menu_options"] == ["resume", "stop", "clear"]
    assert menu["description_placeholders"]["code"] == "0300-8006"
    await repairs.choose(choice)

    assert paper.sent[-1] == sent


async def test_an_error_at_rest_can_only_be_cleared(
    repairs: Repairs, desk: Shop, paper: PaperPrinter
) -> None:
    clean = Mock(return_value="40001")
    paper.clean_print_error = clean  # type: ignore[method-assign]
    paper.reports(print_error=FAULT)
    await desk.settled()

    menu = await repairs.fix("print_error")
    assert menu["menu_options"] == ["clear"]
    assert (await repairs.choose("clear"))["type"] == "create_entry"

    assert clean.call_count == 1


async def test_an_error_of_a_lost_printer_is_not_cleared(
    repairs: Repairs, desk: Shop, paper: PaperPrinter
) -> None:
    paper.clean_print_error = Mock(return_value=None)  # type: ignore[method-assign]
    paper.reports(print_error=FAULT)
    await desk.settled()
    await repairs.fix("print_error")

    refused = await repairs.choose("clear")

    assert refused["reason"] == "refused"
    assert refused["description_placeholders"]["error"]


async def test_a_command_that_cannot_be_sent_is_told(
    repairs: Repairs, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    run = await start(desk, paper, media)
    paper.prints(run, PrintState.PAUSE, print_error=FAULT)
    await desk.settled()
    await repairs.fix("print_error")
    paper.reachable = False

    refused = await repairs.choose("stop")

    assert refused["reason"] == "refused"


@pytest.fixture
async def uncertain(desk: Shop, paper: PaperPrinter, media: Path) -> Run:
    """A plate whose end nobody has seen."""
    run = await start(desk, paper, media)
    paper.is_lost()
    await desk.settled()
    paper.reports(state=PrintState.IDLE, subtask_id="0", subtask_name="")
    await desk.settled()
    line = desk.coordinator.line
    assert line.run is not None
    assert line.run.phase is Phase.UNCERTAIN
    return run


@pytest.mark.parametrize(("choice", "finished"), [("printed", 1), ("not_started", 0)])
async def test_a_person_says_what_became_of_a_plate(
    uncertain: Run, repairs: Repairs, desk: Shop, choice: str, finished: int
) -> None:
    menu = await repairs.fix("task_uncertain")
    assert menu["menu_options"] == ["printed", "not_started"]
    assert menu["description_placeholders"] == {
        "name": "Mini",
        "task": "clip",
        "copy": "1",
    }
    await repairs.choose(choice)

    assert desk.coordinator.line.tasks[0].finished == finished
    assert not repairs.has("task_uncertain")


async def test_an_old_question_does_not_settle_the_next_plate(
    uncertain: Run, repairs: Repairs, desk: Shop, paper: PaperPrinter
) -> None:
    await repairs.fix("task_uncertain")
    await desk.act("resolve_task", task_id=uncertain.task_id, outcome="not_started")
    await print_next(desk, paper)
    paper.is_lost()
    await desk.settled()
    paper.reports(**IDLE)
    await desk.settled()
    assert repairs.has("task_uncertain")

    assert (await repairs.choose("printed"))["reason"] == "changed"
    assert desk.run.phase is Phase.UNCERTAIN


async def test_a_question_that_was_answered_meanwhile_is_closed(
    uncertain: Run, repairs: Repairs, desk: Shop
) -> None:
    await repairs.fix("task_uncertain")
    await desk.act("resolve_task", task_id=uncertain.task_id, outcome="printed")
    await desk.settled()

    answer = await repairs.choose("printed")

    assert answer["reason"] == "not_loaded"


async def test_developer_mode_is_looked_for_on_a_new_connection(
    repairs: Repairs, desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports(signed_commands_only=True)
    await desk.settled()

    assert (await repairs.fix("developer_mode_off"))["step_id"] == "confirm"
    before = desk.coordinator
    await repairs.submit()
    paper.reports(signed_commands_only=False)
    await desk.settled()

    assert desk.coordinator is not before
    assert not repairs.has("developer_mode_off")


@pytest.mark.parametrize(
    "kind", ["plate_not_clear", "queue_paused", "print_error", "task_uncertain"]
)
async def test_nothing_is_done_to_a_printer_that_is_not_loaded(
    hass: HomeAssistant, repairs: Repairs, desk: Shop, kind: str
) -> None:
    issue = issue_id(kind, desk.entry.entry_id)
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue,
        data={"entry_id": desk.entry.entry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=kind,
    )
    flow = await repairs.fix(kind)
    await desk.close()
    assert desk.entry.state is ConfigEntryState.NOT_LOADED
    ends: dict[str, Callable[[], Awaitable[dict[str, Any]]]] = {
        "plate_not_clear": repairs.submit,
        "queue_paused": repairs.submit,
        "print_error": lambda: repairs.choose("clear"),
        "task_uncertain": lambda: repairs.choose("printed"),
    }

    assert flow["type"] in ("form", "menu")
    assert (await ends[kind]())["reason"] == "not_loaded"


@pytest.mark.parametrize(
    "kind", ["print_error", "spoolman_doubtful", "spoolman_no_spool"]
)
async def test_a_question_about_a_printer_that_is_not_loaded_offers_nothing(
    hass: HomeAssistant, repairs: Repairs, desk: Shop, kind: str
) -> None:
    await desk.close()
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(kind, desk.entry.entry_id),
        data={"entry_id": desk.entry.entry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key=kind,
    )

    assert (await repairs.fix(kind))["reason"] == "not_loaded"


@pytest.fixture
async def changed(
    desk: Shop, paper: PaperPrinter, socket_enabled: None
) -> AsyncIterator[Printer]:
    """The printer's serial, with another certificate than the pinned one."""
    serial = str(desk.entry.unique_id)
    async with Farm([PrinterSpec(serial=serial), PrinterSpec()]) as farm:
        printer, other = farm.printers
        desk.hass.config_entries.async_update_entry(
            desk.entry,
            data={
                **desk.entry.data,
                "mqtt_port": printer.mqtt_port,
                "certificate": other.certificate_pem,
            },
        )
        paper.is_lost(DisconnectReason.CERTIFICATE_CHANGED)
        await desk.settled()
        yield printer


async def test_a_new_certificate_is_accepted_by_a_person_only(
    changed: Printer, repairs: Repairs, desk: Shop, paper: PaperPrinter
) -> None:
    pinned = desk.entry.data["certificate"]

    form = await repairs.fix("certificate_changed")
    assert form["description_placeholders"] == {
        "name": "Mini",
        "pinned": identity.fingerprint(pinned),
        "shown": identity.fingerprint(changed.certificate_pem),
    }
    assert desk.entry.data["certificate"] == pinned
    before = desk.coordinator
    await repairs.submit()

    assert desk.entry.data["certificate"] == changed.certificate_pem
    assert desk.coordinator is not before
    paper.reports()
    await desk.settled()
    assert not repairs.has("certificate_changed")


async def test_another_printers_certificate_cannot_be_accepted(
    changed: Printer, repairs: Repairs, desk: Shop
) -> None:
    async with Farm([PrinterSpec(serial="0309DA000000001")]) as farm:
        desk.hass.config_entries.async_update_entry(
            desk.entry,
            data={**desk.entry.data, "mqtt_port": farm.printers[0].mqtt_port},
        )
        answer = await repairs.fix("certificate_changed")

    assert answer["reason"] == "wrong_serial"
    assert repairs.has("certificate_changed")


async def test_where_nobody_answers_there_is_nothing_to_accept(
    changed: Printer, repairs: Repairs, desk: Shop
) -> None:
    desk.hass.config_entries.async_update_entry(
        desk.entry, data={**desk.entry.data, "mqtt_port": 1}
    )

    answer = await repairs.fix("certificate_changed")

    assert answer["reason"] == "cannot_connect"
    assert repairs.has("certificate_changed")

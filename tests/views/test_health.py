"""Health entries as people see and accept them: sensor, action, news, repair, options."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.auth.const import GROUP_ID_READ_ONLY
from homeassistant.components.repairs import DOMAIN as REPAIRS_DOMAIN
from homeassistant.components.repairs.issue_handler import RepairsFlowManager
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
import voluptuous as vol

from custom_components.bambu_batch.bambu.codes import SIGNATURE_HMS
from custom_components.bambu_batch.bambu.report import Report
from custom_components.bambu_batch.bambu.status import Hms
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.diagnostics import async_get_config_entry_diagnostics
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.views import queue
from custom_components.bambu_batch.views.news import EVENT
from tests.paper import PaperPrinter
from tests.shop import Shop, slice_file

AMS = Hms(0x0500_0400, 0x0001_0044)
PLATE = Hms(0x0300_0D00, 0x0002_0003)
COMMON = Hms(0x0C00_0300, 0x0003_0007)
ODD = Hms(0x7700_0300, 0x0009_0007)


async def unwell(desk: Shop, paper: PaperPrinter, media: Path, *hms: Hms) -> None:
    """Let a queue that lacks nothing wait for a person to accept these."""
    slice_file(media)
    paper.reports(hms=hms)
    await desk.act("enqueue", file="clip.gcode.3mf", copies=2)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    assert desk.state("sensor", "waiting_for") == "hms_error"


def entries(desk: Shop) -> dict[str, dict[str, Any]]:
    shown = desk.attributes("sensor", "health")["entries"]
    return {entry["code"]: entry for entry in shown}


async def test_fm_156_the_sensor_shows_the_worst_that_blocks_and_all_that_stand(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports()
    await desk.settled()
    assert desk.state("sensor", "health") == "none"
    assert entries(desk) == {}

    paper.reports(hms=(COMMON, PLATE, AMS, ODD, SIGNATURE_HMS))
    await desk.settled()
    assert desk.state("sensor", "health") == str(AMS)
    ams = dict(entries(desk)[str(AMS)])
    since = desk.coordinator.line.health[0].since
    assert ams.pop("since") == since.isoformat(timespec="seconds")
    assert ams == {
        "code": "0500-0400-0001-0044",
        "severity": 1,
        "module": "mainboard",
        "message": "The AMS firmware does not match",
        "url": "https://e.bambulab.com/?e=0500040000010044&s=device_hms&lang=en",
        "blocks": True,
        "accepted": False,
    }
    assert [
        (one["severity"], one["module"], one["blocks"])
        for one in entries(desk).values()
    ] == [
        (3, "camera", False),
        (2, "motion", True),
        (1, "mainboard", True),
        (None, "other", True),
        (1, "mainboard", False),
    ]

    await desk.act("accept_health")
    assert desk.state("sensor", "health") == "none"
    accepted = [one["code"] for one in entries(desk).values() if one["accepted"]]
    assert accepted == [str(PLATE), str(AMS), str(ODD)]


async def test_a_code_that_has_just_gone_is_none(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await unwell(desk, paper, media, PLATE)
    assert queue.summary(desk.coordinator)["code"] == str(PLATE)
    line_view = desk.coordinator._line_view
    with patch.object(line_view, "refresh"):  # what is shown is a moment old
        paper.reports(hms=())
        await desk.settled()
        for reason in (Reason.HMS_ERROR, Reason.PRINT_ERROR):
            line_view.reasons = (reason,)
            summary = queue.summary(desk.coordinator)
            assert (summary["waiting_for"], summary["code"]) == (reason, None)


async def test_a_printer_that_is_away_has_no_health(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports(hms=(PLATE,))
    await desk.settled()
    paper.is_lost()
    await desk.settled()
    assert desk.state("sensor", "health") == "unavailable"


async def test_fm_156_a_plate_starts_when_its_entries_are_accepted(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await unwell(desk, paper, media, AMS, PLATE)
    assert desk.attributes("sensor", "waiting_for")["code"] == str(AMS)
    assert (await desk.act("get_queue", response=True))["code"] == str(AMS)
    await desk.act("accept_health", code=str(AMS))
    assert desk.attributes("sensor", "waiting_for")["code"] == str(PLATE)
    assert not paper.jobs
    await desk.act("accept_health", code=[str(PLATE)], remember=True)
    await desk.settled()
    assert len(paper.jobs) == 1
    assert desk.coordinator.line.remembered_health == {AMS, PLATE}


async def test_remembered_health_outlasts_a_restart(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    paper.reports(hms=(PLATE,))
    await desk.act("accept_health", remember=True)
    await desk.close()
    await desk.open()
    paper.reports(hms=(PLATE,))
    await desk.settled()
    assert desk.state("sensor", "health") == "none"


@pytest.mark.parametrize(
    ("hms", "data", "key"),
    [
        ((), {}, "health_nothing_blocks"),
        ((COMMON,), {"code": str(COMMON)}, "health_nothing_blocks"),
        ((PLATE,), {"code": str(AMS)}, "health_not_there"),
    ],
)
async def test_what_cannot_be_accepted_is_said(
    desk: Shop,
    paper: PaperPrinter,
    hms: tuple[Hms, ...],
    data: dict[str, Any],
    key: str,
) -> None:
    paper.reports(hms=hms)
    await desk.settled()
    with pytest.raises(ServiceValidationError) as refused:
        await desk.act("accept_health", **data)
    assert refused.value.translation_key == key


@pytest.mark.parametrize("code", [[], "", [""]])
async def test_an_empty_choice_accepts_nothing(
    desk: Shop, paper: PaperPrinter, code: object
) -> None:
    paper.reports(hms=(PLATE,))
    await desk.settled()
    with pytest.raises((vol.Invalid, ServiceValidationError)):
        await desk.act("accept_health", code=code)
    assert desk.state("sensor", "health") == str(PLATE)


async def test_what_only_the_printer_can_end_is_not_accepted(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports(hms=(SIGNATURE_HMS,), signed_commands_only=True)
    await desk.settled()
    assert desk.state("sensor", "health") == str(SIGNATURE_HMS)
    with pytest.raises(ServiceValidationError, match="developer mode"):
        await desk.act("accept_health")


async def test_a_user_who_may_only_read_accepts_and_closes_nothing(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports(hms=(PLATE,), print_error=0x0300_400C)
    await desk.settled()
    await hass.auth.async_create_user("Owner")  # the first one may do all
    guest = await hass.auth.async_create_user("Guest", group_ids=[GROUP_ID_READ_ONLY])
    for action in ("accept_health", "close_print_error"):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                DOMAIN,
                action,
                {"entity_id": desk.entity_id("todo", "queue")},
                blocking=True,
                context=Context(user_id=guest.id),
            )
    assert desk.state("sensor", "health") == str(PLATE)
    assert not paper.sent


async def test_the_call_for_a_person_says_which_entry(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    events = async_capture_events(hass, EVENT)
    await unwell(desk, paper, media, PLATE, AMS)
    (call,) = [one for one in events if one.data["type"] == "person_needed"]
    assert call.data["code"] == str(AMS)
    assert call.data["codes"] == [str(AMS), str(PLATE)]
    assert call.data["message"] == "The AMS firmware does not match"
    assert call.data["url"].startswith("https://e.bambulab.com/?e=0500040000010044")


async def test_diagnostics_tell_the_health(
    desk: Shop, paper: PaperPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "document", {}, raising=False)
    paper.reports(hms=(PLATE,))
    await desk.settled()
    told = await async_get_config_entry_diagnostics(desk.hass, desk.entry)
    (entry,) = told["health"]
    assert (entry["code"], entry["blocks"]) == (str(PLATE), True)


async def test_fm_156_a_recorded_idle_printer_with_a_fatal_entry_blocks_until_accepted(
    desk: Shop, paper: PaperPrinter, samples: Path
) -> None:
    case = samples / "cases" / "03_report_standing_fatal_hms.json"
    if not case.exists():
        pytest.skip("not among the samples")
    report = Report("039")
    report.receive(case.read_bytes(), dt_util.utcnow())
    paper.reports(hms=report.status.hms)
    await desk.settled()
    assert Reason.HMS_ERROR in desk.coordinator.reasons
    await desk.act("accept_health", code="0500-0400-0001-0044")
    assert Reason.HMS_ERROR not in desk.coordinator.reasons


# The repair


async def fix(desk: Shop, kind: str) -> tuple[RepairsFlowManager, dict[str, Any]]:
    """Open the repair of this kind."""
    assert await async_setup_component(desk.hass, REPAIRS_DOMAIN, {})
    manager: RepairsFlowManager = desk.hass.data[REPAIRS_DOMAIN]["flow_manager"]
    issue = f"{kind}_{desk.entry.entry_id}"
    form = await manager.async_init(DOMAIN, data={"issue_id": issue})
    return manager, dict(form)


def has(desk: Shop, kind: str) -> ir.IssueEntry | None:
    issue = f"{kind}_{desk.entry.entry_id}"
    return ir.async_get(desk.hass).async_get_issue(DOMAIN, issue)


async def test_fm_156_a_repair_accepts_and_remembers_what_does_no_harm(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await unwell(desk, paper, media, AMS)
    issue = has(desk, "health")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["code"] == str(AMS)
    assert issue.learn_more_url == entries(desk)[str(AMS)]["url"]
    assert has(desk, "person_needed") is None, "one wait, one issue"
    manager, form = await fix(desk, "health")
    assert form["step_id"] == "confirm"
    done = await manager.async_configure(form["flow_id"], {"remember": True})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await desk.settled()
    assert desk.coordinator.line.remembered_health == {AMS}
    assert has(desk, "health") is None
    assert paper.jobs


@pytest.mark.parametrize("remember", [False, True])
async def test_fm_157_a_repair_tells_the_risk_and_remembers_only_what_a_person_says(
    desk: Shop, paper: PaperPrinter, media: Path, remember: bool
) -> None:
    await unwell(desk, paper, media, AMS, PLATE)
    manager, form = await fix(desk, "health")
    assert form["step_id"] == "risk"
    assert form["data_schema"]({}) == {"remember": False}
    assert str(PLATE) in form["description_placeholders"]["entries"]
    assert str(AMS) in form["description_placeholders"]["entries"]
    await manager.async_configure(form["flow_id"], {"remember": remember})
    await desk.settled()
    assert desk.state("sensor", "health") == "none"
    remembered = {AMS, PLATE} if remember else {AMS}
    assert desk.coordinator.line.remembered_health == remembered


async def test_a_repair_accepts_only_what_it_has_shown(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await unwell(desk, paper, media, AMS)
    manager, form = await fix(desk, "health")
    paper.reports(hms=(AMS, PLATE))
    await desk.settled()
    over = await manager.async_configure(form["flow_id"], {"remember": True})
    assert (over["type"], over["reason"]) == (FlowResultType.ABORT, "changed")
    assert desk.coordinator.line.remembered_health == frozenset()


# The options


async def test_remembered_health_is_listed_in_the_options_and_taken_back_there(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter
) -> None:
    options = hass.config_entries.options
    paper.reports(hms=(AMS, PLATE))
    form = await options.async_init(desk.entry.entry_id)
    assert form["data_schema"] is not None
    assert "health" not in form["data_schema"].schema
    options.async_abort(form["flow_id"])

    await desk.act("accept_health", remember=True)
    form = await options.async_init(desk.entry.entry_id)
    assert form["data_schema"] is not None
    sections = form["data_schema"].schema
    (field,) = sections["health"].schema.schema
    assert field.description == {"suggested_value": [str(PLATE), str(AMS)]}
    filled = {
        str(name): {
            str(key): key.description["suggested_value"]
            for key in part.schema.schema
            if key.description
        }
        for name, part in sections.items()
    }
    filled["health"] = {"accepted_health": [str(AMS)]}
    done = await options.async_configure(form["flow_id"], filled)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert "accepted_health" not in desk.entry.options
    await desk.settled()
    assert desk.coordinator.line.remembered_health == {AMS}
    assert desk.state("sensor", "health") == str(PLATE)


# Codes that make the plate doubtful


async def coded(desk: Shop, paper: PaperPrinter, media: Path) -> None:
    """Let the queue wait for the code of a cancelled print to be closed."""
    slice_file(media)
    paper.reports(print_error=0x0300_400C)
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.switch("queue_running", on=True)
    await desk.settled()


async def test_fm_164_the_button_and_the_action_say_which_code_hinders_the_word(
    desk: Shop, paper: PaperPrinter
) -> None:
    paper.reports(print_error=0x0300_400C)
    await desk.settled()
    for confirm in (desk.press("plate_clear"), desk.act("confirm_plate_clear")):
        with pytest.raises(ServiceValidationError, match="0300-400C") as refused:
            await confirm
        assert refused.value.translation_key == "plate_code_shown"
    assert not desk.coordinator.line.plate.clear
    await desk.press("close_error")
    await desk.act("close_print_error")
    assert paper.sent == ["close_error", "close_error"]
    paper.reports(print_error=0)
    await desk.press("plate_clear")
    assert desk.coordinator.line.plate.clear


async def test_fm_164_a_repair_closes_the_code_first_then_asks_about_the_plate(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await coded(desk, paper, media)
    manager, form = await fix(desk, "plate_not_clear")
    assert form["step_id"] == "close"
    assert form["description_placeholders"]["code"] == "0300-400C"
    desk.hass.loop.call_later(0.1, lambda: paper.reports(print_error=0))
    form = dict(await manager.async_configure(form["flow_id"], {}))
    assert paper.sent[-1] == "close_error"
    assert form["step_id"] == "confirm"
    await manager.async_configure(form["flow_id"], {})
    assert desk.coordinator.line.plate.clear


async def test_fm_164_a_code_that_stays_is_told(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "custom_components.bambu_batch.repairs.plate.CLOSED_WITHIN", 0.1
    )
    await coded(desk, paper, media)
    manager, form = await fix(desk, "plate_not_clear")
    over = await manager.async_configure(form["flow_id"], {})
    assert (over["type"], over["reason"]) == (FlowResultType.ABORT, "refused")
    assert "0300-400C" in str(over["description_placeholders"])

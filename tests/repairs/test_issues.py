"""What only a person can put right: there as long as it is so, and no longer."""

from pathlib import Path
from unittest.mock import patch

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.bambu_batch.bambu.connection import DisconnectReason
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.model import Run
from custom_components.bambu_batch.repairs.issue import issue_id
from custom_components.bambu_batch.store.errors import StoreFull
from custom_components.bambu_batch.store.repository import Repository
from tests.paper import PaperPrinter
from tests.shop import Shop, slice_file, speak_chinese

FAULT = 0x0300_8006


@pytest.fixture
def at(desk: Shop, issue_registry: ir.IssueRegistry) -> At:
    return At(desk, issue_registry)


class At:
    """What Repairs shows of the desk's printer."""

    def __init__(self, desk: Shop, registry: ir.IssueRegistry) -> None:
        self.desk = desk
        self.registry = registry

    @property
    def kinds(self) -> set[str]:
        return {
            issue.translation_key or ""
            for (domain, _), issue in self.registry.issues.items()
            if domain == DOMAIN and issue.active
        }

    def issue(self, kind: str) -> ir.IssueEntry:
        found = self.registry.async_get_issue(
            DOMAIN, issue_id(kind, self.desk.entry.entry_id)
        )
        assert found is not None
        return found

    @property
    def notifications(self) -> list[str]:
        return [
            notification["message"]
            for notification in persistent_notification._async_get_or_create_notifications(
                self.desk.hass
            ).values()
        ]


async def start(desk: Shop, paper: PaperPrinter) -> Run:
    """Let the line start a plate."""
    slice_file(Path(desk.hass.config.media_dirs["local"]))
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf", copies=2)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    return run


async def test_all_is_well(at: At, paper: PaperPrinter) -> None:
    paper.reports()
    await at.desk.settled()

    assert at.kinds == set()
    assert at.notifications == []


async def test_a_print_error_is_shown_and_told_until_it_is_gone(
    at: At, paper: PaperPrinter
) -> None:
    paper.reports(print_error=FAULT)
    await at.desk.settled()

    assert "print_error" in at.kinds
    issue = at.issue("print_error")
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.is_fixable
    assert issue.learn_more_url is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["code"] == "0300-8006"
    assert issue.translation_placeholders["name"] == "Mini"
    (message,) = at.notifications
    assert message.startswith("The printer reports error 0300-8006: ")
    assert issue.translation_placeholders["meaning"] in message

    paper.reports(print_error=0)
    await at.desk.settled()
    assert "print_error" not in at.kinds
    assert at.notifications == []


async def test_another_error_takes_the_place_of_the_first(
    at: At, paper: PaperPrinter
) -> None:
    paper.reports(print_error=FAULT)
    await at.desk.settled()
    paper.reports(print_error=0x0300_8008)
    await at.desk.settled()

    placeholders = at.issue("print_error").translation_placeholders
    assert placeholders is not None
    assert placeholders["code"] == "0300-8008"
    assert len(at.notifications) == 1


async def test_a_queue_that_an_error_paused_waits_for_a_person(
    at: At, paper: PaperPrinter
) -> None:
    run = await start(at.desk, paper)
    paper.prints(run, PrintState.RUNNING)
    paper.prints(run, PrintState.PAUSE, print_error=FAULT)
    await at.desk.settled()
    assert at.kinds == {"print_error"}

    paper.prints(run, PrintState.RUNNING, print_error=0)
    await at.desk.settled()
    assert at.kinds == {"queue_paused"}

    await at.desk.switch("queue_running", on=True)
    await at.desk.settled()
    assert at.kinds == set()


async def test_a_queue_that_a_person_paused_is_no_issue(
    at: At, paper: PaperPrinter
) -> None:
    await start(at.desk, paper)
    await at.desk.switch("queue_running", on=False)
    await at.desk.settled()

    assert "queue_paused" not in at.kinds


async def test_a_plate_that_waits_to_be_cleared_is_shown(
    at: At, paper: PaperPrinter
) -> None:
    run = await start(at.desk, paper)
    paper.prints(run, PrintState.RUNNING)
    await at.desk.settled()
    paper.reports(state=PrintState.FAILED, print_stage=1, stage=255)
    await at.desk.settled()
    await at.desk.switch("queue_running", on=True)
    await at.desk.settled()
    assert "plate_not_clear" in at.kinds

    await at.desk.press("plate_clear")
    await at.desk.settled()
    assert "plate_not_clear" not in at.kinds


async def test_a_changed_certificate_is_shown(at: At, paper: PaperPrinter) -> None:
    paper.is_lost(DisconnectReason.CERTIFICATE_CHANGED)
    await at.desk.settled()
    assert at.kinds == {"certificate_changed"}
    assert at.issue("certificate_changed").severity is ir.IssueSeverity.ERROR

    paper.reports()
    await at.desk.settled()
    assert at.kinds == set()


async def test_a_printer_that_takes_no_commands_is_shown(
    at: At, paper: PaperPrinter
) -> None:
    paper.reports(signed_commands_only=True)
    await at.desk.settled()
    assert at.kinds == {"developer_mode_off"}

    paper.reports(signed_commands_only=False)
    await at.desk.settled()
    assert at.kinds == set()


async def test_an_issue_that_was_fixed_too_early_comes_back(
    hass: HomeAssistant, at: At, paper: PaperPrinter
) -> None:
    paper.reports(signed_commands_only=True)
    await at.desk.settled()
    ir.async_delete_issue(hass, DOMAIN, at.issue("developer_mode_off").issue_id)
    await at.desk.settled()

    assert at.kinds == {"developer_mode_off"}


async def test_what_needs_a_person_at_the_printer_is_told_in_words(
    hass: HomeAssistant, at: At, paper: PaperPrinter
) -> None:
    await speak_chinese(hass)
    run = await start(at.desk, paper)
    paper.prints(run, PrintState.RUNNING)
    paper.reports(state=PrintState.FAILED, print_stage=1, stage=255)
    await at.desk.settled()
    await at.desk.switch("queue_running", on=True)
    await at.desk.settled()

    assert at.kinds == {"plate_not_clear"}
    assert at.notifications == [
        "在有人处理之前，不会开始打印。\n\n[处理方法](/config/repairs)"
    ]

    await at.desk.press("plate_clear")
    await at.desk.settled()
    assert at.notifications == []


async def test_an_ignored_issue_stays_ignored_over_a_reload(
    hass: HomeAssistant, at: At, paper: PaperPrinter
) -> None:
    paper.reports(signed_commands_only=True)
    await at.desk.settled()
    ir.async_ignore_issue(
        hass, DOMAIN, at.issue("developer_mode_off").issue_id, ignore=True
    )

    assert await hass.config_entries.async_reload(at.desk.entry.entry_id)
    assert at.notifications == []
    paper.reports(signed_commands_only=True)
    await at.desk.settled()

    assert at.kinds == {"developer_mode_off"}
    assert at.issue("developer_mode_off").dismissed_version is not None
    assert at.notifications == []


async def test_an_issue_that_ended_meanwhile_is_gone_after_a_reload(
    hass: HomeAssistant, at: At, paper: PaperPrinter
) -> None:
    paper.reports(signed_commands_only=True)
    await at.desk.settled()

    await hass.config_entries.async_reload(at.desk.entry.entry_id)
    paper.reports(signed_commands_only=False)
    await at.desk.settled()

    assert at.kinds == set()


async def test_a_printer_that_is_switched_off_has_no_issues(
    hass: HomeAssistant, at: At, paper: PaperPrinter
) -> None:
    paper.reports(print_error=FAULT)
    await at.desk.settled()

    await hass.config_entries.async_set_disabled_by(
        at.desk.entry.entry_id, ConfigEntryDisabler.USER
    )

    assert at.kinds == set()
    assert at.notifications == []


@pytest.mark.parametrize("loaded", [True, False])
async def test_a_removed_printer_has_no_issues(
    hass: HomeAssistant, at: At, paper: PaperPrinter, loaded: bool
) -> None:
    paper.reports(print_error=FAULT)
    await at.desk.settled()
    if not loaded:
        await at.desk.close()
        assert at.kinds == {"print_error"}

    await hass.config_entries.async_remove(at.desk.entry.entry_id)

    assert at.kinds == set()
    assert at.notifications == []


async def test_a_queue_that_cannot_be_stored_says_so_as_long_as_it_is_so(
    hass: HomeAssistant, at: At, paper: PaperPrinter
) -> None:
    with patch.object(Repository, "begin_save", side_effect=StoreFull):
        paper.reports()
        with pytest.raises(HomeAssistantError):
            await at.desk.press("plate_clear")
        await at.desk.until(lambda: "store_full" in at.kinds)
        assert at.issue("store").severity is ir.IssueSeverity.ERROR
        assert not at.issue("store").is_fixable
        await at.desk.close()

    assert await hass.config_entries.async_setup(at.desk.entry.entry_id)
    await at.desk.settled()

    assert at.kinds == set()


async def test_a_queue_in_which_every_task_is_held_says_so(
    at: At, paper: PaperPrinter
) -> None:
    slice_file(Path(at.desk.hass.config.media_dirs["local"]))
    paper.reports()
    await at.desk.act("enqueue", file="clip.gcode.3mf", hold=True)
    await at.desk.press("plate_clear")
    await at.desk.switch("queue_running", on=True)
    await at.desk.settled()
    assert at.kinds == {"person_needed"}
    issue = at.issue("person_needed")
    assert not issue.is_fixable
    assert issue.translation_placeholders == {
        "name": "Mini",
        "reason": "Tasks are on hold",
    }
    event = at.desk.attributes("event", "production")
    assert event["event_type"] == "person_needed"
    assert event["waiting_for"] == "task_held"

    await at.desk.act("update_task", task_id="1", hold=False)
    await at.desk.settled()
    assert at.kinds == set()

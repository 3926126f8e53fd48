"""What waits for the line."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.bambu_batch.bambu.status import (
    Foreign,
    PrinterStatus,
    PrintState,
)
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    ContextChanged,
    Restarted,
    SetRunning,
)
from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.runtime.inbox import Inbox
from tests.production.scene import AT_REST


def statuses(inbox: Inbox) -> list[PrinterStatus | None]:
    """Take everything and return the statuses."""
    taken = []
    while inbox:
        taken.append(inbox.take().status)
    return taken


def test_a_newer_report_takes_the_place_of_one_that_says_the_same() -> None:
    inbox = Inbox()
    warmer = replace(AT_REST, bed_temperature=40.0)
    inbox.report(AT_REST)
    inbox.report(warmer)
    assert statuses(inbox) == [warmer]


@pytest.mark.parametrize(
    "turn",
    [
        {"connected": False},
        {"complete": False},
        {"state": PrintState.FINISH},
        {"subtask_id": "7"},
        {"subtask_name": "other"},
        {"gcode_file": "other.3mf"},
        {"print_type": "local"},
        {"print_error": 1},
        {"tray_now": 2},
        {"foreign": Foreign.MOVES},
    ],
)
def test_a_turning_point_is_never_skipped(turn: dict[str, object]) -> None:
    inbox = Inbox()
    turned = replace(AT_REST, **turn)  # type: ignore[arg-type]
    inbox.report(turned)
    inbox.report(AT_REST)
    inbox.report(turned)
    assert statuses(inbox) == [turned, AT_REST, turned]


def test_a_report_never_overtakes_another_event() -> None:
    inbox = Inbox()
    inbox.report(AT_REST)
    inbox.put(Restarted())
    inbox.report(AT_REST)
    assert statuses(inbox) == [AT_REST, None, AT_REST]


def test_a_turning_point_that_waits_is_told_though_the_newest_report_is_as_before() -> (
    None
):
    inbox = Inbox()
    inbox.put(ContextChanged())
    inbox.report(replace(AT_REST, bed_temperature=40.0))
    assert not inbox.turned(AT_REST)
    inbox.report(replace(AT_REST, print_error=1))
    inbox.report(AT_REST)
    assert inbox.turned(AT_REST)


async def test_a_command_overtakes_no_report() -> None:
    """What a person says of the plate is judged by all that was reported before."""
    inbox = Inbox()
    inbox.report(AT_REST)
    inbox.put(Restarted())
    inbox.ask(ConfirmPlateClear())
    inbox.ask(SetRunning(True))
    inbox.report(AT_REST)
    taken = [inbox.take().event for _ in range(5)]
    assert taken == [
        ContextChanged(),
        Restarted(),
        ConfirmPlateClear(),
        SetRunning(True),
        ContextChanged(),
    ]


async def test_only_commands_are_refused() -> None:
    inbox = Inbox()
    asked = inbox.ask(SetRunning(True))
    inbox.put(ContextChanged())
    inbox.refuse_commands(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await asked
    assert inbox.take().event == ContextChanged()
    assert not inbox


async def test_nobody_is_answered_who_has_gone() -> None:
    inbox = Inbox()
    asked = inbox.ask(ConfirmPlateClear())
    asked.cancel()
    inbox.take().answer((Line(), Line()))
    assert asked.cancelled()


async def test_waiting_ends_with_an_event_or_with_the_inbox() -> None:
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    inbox.put(ContextChanged())
    await waiting
    inbox.clear()
    waiting = asyncio.create_task(inbox.wait())
    await asyncio.sleep(0)
    inbox.close()
    await waiting
    assert inbox.closed
    await inbox.wait()

"""What the printer does now, in the contract's words."""

from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrinterStatus, PrintState
from custom_components.bambu_batch.views import printer


def status_of(**fields: Any) -> PrinterStatus:
    return PrinterStatus(**{"connected": True, "complete": True} | fields)


@pytest.mark.parametrize("state", PrintState)
def test_every_state_has_its_word(state: PrintState) -> None:
    assert printer.printer_state(status_of(state=state)) in printer.STATES


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"connected": False, "state": PrintState.RUNNING}, "offline"),
        ({"state": None}, "unknown"),
        ({"state": PrintState.IDLE}, "idle"),
        ({"state": PrintState.IDLE, "print_type": "local"}, "preparing"),
        ({"state": PrintState.SLICING}, "preparing"),
    ],
)
def test_the_state_is_what_a_person_would_say(
    fields: dict[str, Any], word: str
) -> None:
    assert printer.printer_state(status_of(**fields)) == word


@pytest.mark.parametrize(
    ("state", "percent", "minutes"),
    [
        (PrintState.RUNNING, 40, 9),
        (PrintState.PAUSE, 40, 9),
        (PrintState.PREPARE, 0, None),
        (PrintState.FINISH, 100, 0),
        (PrintState.IDLE, 0, 0),
    ],
)
def test_figures_of_a_plate_count_only_while_it_is_printed(
    state: PrintState, percent: int, minutes: int | None
) -> None:
    status = status_of(state=state, percent=40, remaining_minutes=9)
    assert printer.progress(status) == percent
    assert printer.remaining_minutes(status) == minutes


def test_only_a_full_report_can_lack_something() -> None:
    assert printer.missing(status_of())
    assert printer.missing(status_of(complete=False)) == ()


def test_an_error_comes_with_its_page() -> None:
    error = printer.print_error(status_of(print_error=0x0300_8006))
    assert error is not None
    assert error["code"] == "0300-8006"
    assert error["url"].startswith("https://")
    assert printer.print_error(status_of(print_error=0)) is None

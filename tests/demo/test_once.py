"""The judgement of `scripts/demo --once`."""

from dataclasses import replace

from demo.once import Plate, faults
from demo.tasks import TASKS
from simulator import Journal, Outcome, Rule

PLATE = Plate(
    task="Cable clip",
    copy=2,
    copies=2,
    seconds=4.5,
    waited=2.5,
    outcome=Outcome.FINISHED,
)
ALL = [replace(PLATE, waited=None), *[PLATE] * 4]


def test_three_tasks_make_five_plates() -> None:
    assert [task.copies for task in TASKS] == [2, 1, 2]


def test_a_plate_is_one_line() -> None:
    assert str(PLATE) == (
        "Cable clip, copy 2 of 2: finished in 4.5 s, started 2.5 s after the plate before"
    )


def test_all_plates_after_the_cooldown_are_right() -> None:
    assert faults(ALL, [], cooldown=2) == []


def test_a_missing_plate_is_a_fault() -> None:
    assert faults(ALL[1:], [], cooldown=2) == [
        "4 plates were printed, 5 were asked for"
    ]


def test_a_failed_plate_is_not_a_printed_one() -> None:
    failed = replace(PLATE, outcome=Outcome.FAILED)
    assert faults([*ALL[1:], failed], [], cooldown=2) == [
        "4 plates were printed, 5 were asked for"
    ]


def test_a_start_before_the_end_of_the_cooldown_is_a_fault() -> None:
    early = replace(PLATE, waited=1.9)
    assert faults([*ALL[1:], early], [], cooldown=2) == [f"too early: {early}"]


def test_a_violation_is_a_fault() -> None:
    journal = Journal("0309CA000000001", lambda: 12.0)
    journal.violation(Rule.START_WHILE_BUSY)
    wrong = faults(ALL, journal.violations, cooldown=2)
    assert len(wrong) == 1
    assert "start_while_busy" in wrong[0]

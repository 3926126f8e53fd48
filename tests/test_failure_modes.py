"""The table of failure modes is complete, and every test that it names exists."""

from pathlib import Path
import re

import pytest

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"\| FM-(\d{3})( \*\*T\*\*)? \| (.*?) \| (.*?) \| (.*?) ?\|")
SENTENCE = re.compile(r"[A-Z\"][^|`]+\.")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
IDS = (*range(1, 178), *range(179, 183))
MUST_HAVE_A_TEST = {
    1, 2, 4, 5, 6, 10, 13, 15, 16, 23, 30, 31, 40, 41, 47, 50, 52, 67, 68, 78, 80, 100, 121, 122,
    126, *range(156, 176), *range(179, 183),
}  # fmt: skip


def lines() -> list[re.Match[str]]:
    table = (ROOT / "tests" / "failure_modes.md").read_text()
    return [row for row in map(ROW.fullmatch, table.splitlines()) if row]


def rows() -> list[tuple[int, bool, list[tuple[str, str]]]]:
    return [(int(row[1]), row[2] is not None, NAMED.findall(row[4])) for row in lines()]


def test_every_failure_mode_is_in_the_table_once_in_order() -> None:
    assert [number for number, _, _ in rows()] == list(IDS)


def test_each_says_in_one_sentence_what_goes_wrong() -> None:
    said = [row[3] for row in lines()]
    assert [one for one in said if not SENTENCE.fullmatch(one)] == []
    assert [one for one in said if ". " in one] == []
    assert len(set(said)) == len(said)


def test_the_ones_that_need_a_test_of_their_own_are_marked() -> None:
    assert {number for number, marked, _ in rows() if marked} == MUST_HAVE_A_TEST


@pytest.mark.parametrize(
    ("number", "marked", "tests"), rows(), ids=[f"fm_{row[0]:03}" for row in rows()]
)
def test_what_covers_it_exists(
    number: int, marked: bool, tests: list[tuple[str, str]]
) -> None:
    assert tests, "covered by nothing"
    for file, name in tests:
        source = (ROOT / file).read_text()
        assert re.search(rf"^\s*(async )?def {name}\(", source, re.MULTILINE), name
    if marked:
        assert any(name.startswith(f"test_fm_{number:03}_") for _, name in tests)


def test_no_test_names_a_failure_mode_that_is_none() -> None:
    named = {
        int(number)
        for file in (ROOT / "tests").rglob("test_*.py")
        for number in re.findall(r"def test_fm_(\d{3})_", file.read_text())
    }
    assert named <= set(IDS)
    assert named >= MUST_HAVE_A_TEST

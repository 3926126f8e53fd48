"""The short form of `tests.fuzz.sliced`."""

from pathlib import Path
from random import Random

from hypothesis import given, settings, strategies as st
import pytest

from tests.fuzz import sliced


@pytest.fixture(scope="module")
def files() -> tuple[bytes, ...]:
    return sliced.corpus()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "mutant.3mf"


@settings(max_examples=400, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_a_broken_file_is_read_or_refused(
    files: tuple[bytes, ...], place: Path, random: Random
) -> None:
    place.write_bytes(sliced.mutant(random, files))

    sliced.check(place)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=400))
def test_noise_is_refused(place: Path, content: bytes) -> None:
    place.write_bytes(content)

    assert sliced.check(place) in ("not_a_zip", "not_sliced", "file_damaged")


def test_the_fuzzer_reaches_the_reader(place: Path, files: tuple[bytes, ...]) -> None:
    outcomes = set()
    for seed in range(300):
        place.write_bytes(sliced.mutant(Random(seed), files))
        outcomes.add(sliced.check(place))

    assert {"read", "not_a_zip", "file_damaged", "not_sliced"} <= outcomes


def test_the_long_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert sliced.main(["--count", "20", "--first", "7"]) == 0

    assert "20 inputs from seed 7" in capsys.readouterr().out

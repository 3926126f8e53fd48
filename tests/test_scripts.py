"""The scripts that people call, with stand-ins for what they call themselves."""

from pathlib import Path
import shutil
import subprocess

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"
NOTES_ITSELF = '#!/usr/bin/env bash\necho "$(basename "$0")" "$@" >>"$CALLS"\n'


class Yard:
    """A project of which only `scripts/test` and `scripts/together` are real."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "scripts").mkdir()
        for name in ("test", "together"):
            shutil.copy(SCRIPTS / name, folder / "scripts" / name)
        for name in ("lint", "card", "demo"):
            self.stand_in(f"scripts/{name}")
        self.stand_in("scripts/bootstrap", f"echo {folder}/venv\n")
        self.stand_in("venv/bin/python")
        self.stand_in("venv/bin/npm")

    def stand_in(self, path: str, rest: str = "") -> None:
        """Write a program that notes its call and does `rest`."""
        program = self._folder / path
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(NOTES_ITSELF + rest)
        program.chmod(0o755)

    def test(self, *arguments: str) -> tuple[int, list[str]]:
        """Call `scripts/test`; returns its exit code and what it called."""
        calls = self._folder / "calls"
        ended = subprocess.run(
            [self._folder / "scripts" / "test", *arguments],
            env={
                "PATH": f"{self._folder}/venv/bin:/usr/bin:/bin",
                "CALLS": str(calls),
            },
            capture_output=True,
            check=False,
            timeout=60,
        )
        called = calls.read_text().splitlines()
        return ended.returncode, [call for call in called if call != "bootstrap"]


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


def test_with_a_path_only_those_tests_are_run(yard: Yard) -> None:
    code, called = yard.test("tests/production", "-k", "cooldown")
    assert code == 0
    assert called == ["python -m pytest tests/production -k cooldown"]


def test_the_browser_s_tests_are_run_without_the_plugin_that_replaces_home_assistant(
    yard: Yard,
) -> None:
    _, called = yard.test("tests/browser/test_look.py")
    assert called == [
        "python -m pytest -p no:homeassistant --timeout 300 tests/browser/test_look.py"
    ]


def test_alone_it_checks_everything_and_says_what_took_long(yard: Yard) -> None:
    code, called = yard.test()
    assert code == 0
    assert set(called[:3]) == {"lint", "card --check", "demo --once"}
    everything, browser = called[3:]
    assert "--durations" in everything
    assert "--cov" in everything
    assert browser.endswith("tests/browser")


@pytest.mark.parametrize("broken", ["lint", "card", "demo"])
def test_no_test_is_run_where_a_check_fails(yard: Yard, broken: str) -> None:
    yard.stand_in(f"scripts/{broken}", "exit 1\n")
    code, called = yard.test()
    assert code == 1
    assert len(called) == 3


def together(*commands: str) -> tuple[int, str]:
    ended = subprocess.run(
        [SCRIPTS / "together", *commands],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    return ended.returncode, ended.stdout


def test_commands_run_side_by_side_and_the_first_to_end_speaks_first() -> None:
    code, said = together("sleep 1", "echo quick")
    assert code == 0
    assert said.index("quick") < said.index("sleep 1: ok")


def test_one_that_fails_is_named_and_the_others_are_heard_out() -> None:
    code, said = together("false", "bash -c 'sleep 1; echo late'")
    assert code == 1
    assert "false: FAILED" in said
    assert said.rstrip().endswith("late")

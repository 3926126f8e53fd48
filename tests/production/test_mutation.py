"""A sample of the faults that the line's rules could have: some test must notice each."""

import subprocess
import sys

import pytest

from .mutation.trial import ROOT

SAMPLE = 60
SEED = 9


@pytest.mark.timeout(900)
def test_faults_in_the_rules_are_noticed() -> None:
    command = [sys.executable, "-m", "tests.production.mutation", "--quick"]
    command += ["--sample", str(SAMPLE), "--seed", str(SEED)]
    trial = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert trial.returncode == 0, trial.stdout + trial.stderr

"""A class of 60 with 15 attackers, as root and as an ordinary user: the benchmark's."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from attackers import MEMORY, PROCESSES, control_groups
from attacks.reachable import AS_ROOT
from helpers import ROOT

if TYPE_CHECKING:
    from attacks.reachable import Ordinary

pytestmark = [pytest.mark.long, pytest.mark.needs_wall]
# No test is about the time; the benchmark prints it.
LIMITS = ("--seconds-per-call", "1", "--seconds-per-exercise", "3")
CLASS = (*LIMITS, "--at-most", "inf")
USERS = ("whoever this is", *(["nobody"] if AS_ROOT else []))


@pytest.mark.parametrize("user", USERS)
def test_class_of_60_with_15_attackers_keeps_its_scores(
    request: pytest.FixtureRequest, user: str
) -> None:
    if user == "nobody":
        ordinary: Ordinary = request.getfixturevalue("nobody")
        with control_groups(PROCESSES, MEMORY) as groups:
            script = ordinary.kit / "benchmarks" / "attackers.py"
            code, said = ordinary.said(str(script), *CLASS, groups=tuple(groups))
    else:
        # As root it makes control groups of its own.
        done = subprocess.run(
            [sys.executable, ROOT / "benchmarks" / "attackers.py", *CLASS],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        code, said = done.returncode, done.stdout + done.stderr

    assert "exit 0; honest scores moved: none\n" in said
    assert "with 15 attackers: " in said
    assert code == 0, said

"""What uses up, forges or lies gains nothing in any tier that this machine has.

The attacks on files, processes and the kernel run in each tier in `test_gates.py`, and
as an ordinary user in `test_unprivileged.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attacks import bundled, singly
from attacks.attacking import Arena
from attacks.reachable import AS_ROOT

from grader.sandbox.host.gate import Gate

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.long, pytest.mark.needs_wall]
OTHERS = [mode for mode in bundled.modes() if mode != "landlock"]


@pytest.mark.parametrize("mode", OTHERS)
def test_greed_forgery_and_lies_gain_nothing_in_tier(mode: str, tmp_path: Path) -> None:
    _, found = tried(mode, tmp_path)

    assert found == []


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user cannot have this tier")
def test_greed_forgery_and_lies_gain_nothing_from_workers_that_are_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where /proc is open, the canary refuses this tier: it is tried all the same.
    monkeypatch.setattr(Gate, "prove", Gate.report)
    lacking, found = tried("uid", tmp_path)
    # Whoever may not read Python's files cannot import again what was thrown away.
    spoilt = ["replaces the module list"] if lacking else []

    assert [line for line in found if not any(one in line for one in spoilt)] == []


def tried(mode: str, folder: Path) -> tuple[tuple[str, ...], list[str]]:
    """Return what a canary lacks in a tier, and what is said by tests that fail."""
    folder.chmod(0o700)
    with (
        bundled.opened(mode, ("torch",)) as gate,
        Arena(gate, folder / "arena", jobs=2) as arena,
    ):
        found = singly.broken(gate, arena, folder / "lied-to")
        return gate.report(arena.course.table).lacking, found

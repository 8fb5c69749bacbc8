"""The wall holds for an ordinary user as it does for root."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attacks import bundled, reachable, singly
from attacks.reachable import AS_ROOT

if TYPE_CHECKING:
    from attacks.reachable import Ordinary


@pytest.mark.needs_wall
def test_no_secret_is_read_nothing_reached_or_written_by_nobody(
    nobody: Ordinary,
) -> None:
    code, said = nobody.said("-m", "attacks.bundled", "landlock")

    assert said.splitlines() == [f"{bundled.ALL} attacks behind landlock+seccomp"]
    assert code == 0


@pytest.mark.long
@pytest.mark.needs_wall
@pytest.mark.parametrize("mode", bundled.modes())
def test_nobody_gains_nothing_in_any_tier(nobody: Ordinary, mode: str) -> None:
    code, said = nobody.said("-m", "attacks.bundled", mode, "--each")
    count = bundled.ALL + singly.ALL

    assert said.splitlines()[1:] == [], said
    assert code == 0, said
    assert f"attacks behind {mode}+seccomp" in said
    assert count - len(bundled.SHOWN) <= int(said.partition(" ")[0]) <= count


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user's own files are enterable")
def test_folder_that_others_cannot_enter_is_known(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "python").write_text("")

    assert not reachable.may_be_entered(closed / "python")
    assert reachable.may_be_entered(Path("/usr/bin/env"))
    assert Path(sys.executable).exists()

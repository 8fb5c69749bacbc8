"""What is looked for on this machine is what is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.sandbox import process
from grader.sandbox.host import outer, tiers
from grader.sandbox.orders import Tier


@pytest.mark.parametrize("found", ["/opt/bin/bwrap", "/nix/store/x/bin/bwrap"])
def test_bubblewrap_is_started_from_where_it_was_found(
    monkeypatch: pytest.MonkeyPatch, found: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: found)

    assert outer.bubblewrap(Path("/kit"), Path("/cache"), ())[0] == found


def test_landlock_that_a_container_refuses_is_not_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Refusing:
        """The system calls of old Docker, whose filter answers with EPERM."""

        def syscall(self, *_: object) -> int:
            return -1

    monkeypatch.setattr(process, "libc", Refusing)
    monkeypatch.setattr(tiers.os, "geteuid", lambda: 0)

    assert process.landlock_abi() == 0
    assert tiers.tier_of("auto") is Tier.UID

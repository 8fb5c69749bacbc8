"""Each worker is a user of its own, unless that breaks an honest import."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.orders import OWN_USERS, Tier
from grader.sandbox.zygote import users

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a file that any user may read; this process may become any user."""
    monkeypatch.setattr(users, "_may_change", lambda: True)
    users._may_be_entered.cache_clear()
    with tempfile.TemporaryDirectory(prefix="open-to-all-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = folder / "library.py"
        path.write_text("")
        path.chmod(0o644)
        yield path
    users._may_be_entered.cache_clear()


def test_workers_have_own_users_where_all_may_read_what_they_need(
    library: Path,
) -> None:
    assert users.has_own(Tier.LANDLOCK, [library, library.parent])


@pytest.mark.parametrize("closed", ["the file", "the folder"])
def test_workers_have_none_where_only_one_user_may_read(
    library: Path, closed: str
) -> None:
    (library if closed == "the file" else library.parent).chmod(0o700)

    assert not users.has_own(Tier.LANDLOCK, [library])


def test_workers_have_none_where_this_process_may_not_change_users(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "_may_change", lambda: False)

    assert not users.has_own(Tier.LANDLOCK, [library])
    assert users.has_own(Tier.UID, [library])


def test_user_of_each_worker_is_another_one() -> None:
    own = {users.own(number) for number in range(len(OWN_USERS))}

    assert own == set(OWN_USERS)


def test_tasks_are_those_that_this_user_has_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = Path("/proc/self").stat().st_uid
    # Processes of root are not counted; others count for their owner.
    monkeypatch.setattr(os, "getuid", lambda: mine or OWN_USERS[0])
    before, end = users.tasks(), threading.Event()
    threads = [threading.Thread(target=end.wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    during = users.tasks()
    end.set()

    assert during >= before + (3 if mine else 0)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert users.tasks() == 0

"""Watching: an answer for each save, whatever an editor does with the file."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from handmade import checked, exercise

from grader.checking import Checked, Checking
from grader.cli import saves
from grader.cli.saves import Watching
from grader.errors import InternalError
from grader.model import Outcome
from grader.report.answer import Amount

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HINT, ALL, NEXT, QUIT = "h", "a", "n", "q"


class FakeChecking(Checking):
    """Answers from the text of a file; `slow` texts last until they are cancelled."""

    def __init__(self, path: Path) -> None:
        super().__init__((path,), None)
        self.path = path
        self.texts: list[str] = []
        self.ended: list[str] = []
        self._stop = threading.Event()

    def check(self) -> tuple[Checked, ...]:
        text = self.path.read_text() if self.path.exists() else "gone"
        self.texts.append(text)
        self._stop.clear()
        if text == "slow" and self._stop.wait(10):
            raise InternalError("stopped")
        self.ended.append(text)
        outcome = Outcome.PASSED if text == "right" else Outcome.FAILED
        found = checked("double", outcome, *(() if text == "right" else (text,)))
        return (Checked(self.path, exercise("double", found)),)

    def watched(self) -> tuple[Path, ...]:
        return (self.path,)

    def cancel(self) -> None:
        self._stop.set()

    def progress(self) -> tuple[int, int]:
        return len(self.ended), 4

    def remember(self, passed: object) -> None: ...

    def go_on(self) -> Path | None:
        return None


def watched(
    path: Path, monkeypatch: pytest.MonkeyPatch, *acts: Callable[[], object] | str
) -> FakeChecking:
    """Return what was checked while somebody saved and typed; then `q` is typed."""
    todo = list(acts)
    fake = FakeChecking(path)
    watch = Watching(fake, Amount())

    def key(_: float) -> str:
        if watch._running is not None and watch._running.ended is None:
            waits = todo and callable(todo[0]) and fake.texts[-1:] == ["slow"]
            if not waits:
                time.sleep(0.001)
                return ""
        if watch._running is not None and watch._running.ended is not None:
            return ""
        if not todo:
            return QUIT
        act = todo.pop(0)
        if isinstance(act, str):
            return act
        act()
        return ""

    class Keys:
        def __enter__(self) -> Callable[[float], str]:
            return key

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(saves, "keys", Keys)
    monkeypatch.setattr(saves, "_LOOK_S", 0.002)
    monkeypatch.setattr(saves, "_PATIENCE_S", 0.2)
    watch.run()
    return fake


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "double.py"
    path.write_text("wrong")
    return path


def test_each_save_is_answered_once(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    saves = [lambda t=text: mine.write_text(t) for text in ("first!", "right", "third")]
    fake = watched(mine, monkeypatch, *saves)
    out, err = capsys.readouterr()

    assert fake.ended == ["wrong", "first!", "right", "third"]
    assert err.count("checking …") == 4
    assert out.count("of 4 exercises done") == 4


def test_editor_that_writes_beside_and_renames_is_seen(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename() -> None:
        other = mine.with_suffix(".tmp")
        other.write_text("right")
        other.replace(mine)

    assert watched(mine, monkeypatch, rename).ended == ["wrong", "right"]


def test_half_written_file_is_waited_for(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def truncates_first() -> None:
        mine.write_text("")
        threading.Timer(0.03, lambda: mine.write_text("right")).start()

    assert watched(mine, monkeypatch, truncates_first).ended == ["wrong", "right"]


def test_deleted_file_is_told_and_seen_again(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = watched(mine, monkeypatch, mine.unlink, lambda: mine.write_text("right"))

    assert fake.ended == ["wrong", "gone", "right"]


def test_later_save_ends_a_check_that_runs(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = (lambda: mine.write_text("slow"), lambda: mine.write_text("right"))
    fake = watched(mine, monkeypatch, *saves)

    assert fake.texts == ["wrong", "slow", "right"]
    assert fake.ended == ["wrong", "right"]


def test_keys_ask_for_more_without_another_check(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = watched(mine, monkeypatch, HINT, ALL, NEXT, "x")
    out, err = capsys.readouterr()

    assert fake.ended == ["wrong"]
    assert out.count("0 of 1 checks passed") == 3
    assert "this is the last exercise" in err

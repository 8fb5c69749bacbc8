"""`grader prove --watch`: once at the start, and again for each save that matters."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import watchfiles
from click.testing import CliRunner

from grader.authoring import proving
from grader.authoring.proving import Proof
from grader.authoring.starting import new_course
from grader.cli import cli
from grader.errors import AuthorError
from grader.sandbox.host import gate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

PROOF = Proof("grader/proof/v1", "A course", "0.1.0", "none", 1, 3, 0.5, ())


def test_prove_watches_the_sources_and_survives_a_slip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_course(tmp_path, "loss")
    asked: list[dict[str, Any]] = []

    def turns(*folders: Path, **_: object) -> Iterator[set[tuple[int, str]]]:
        assert folders == (tmp_path / "solutions",)
        yield set()
        for name in ("test_hidden.py", "__pycache__/a.py", "notes.md", "mistakes.py"):
            yield {(1, str(tmp_path / "solutions" / "loss" / name))}

    def prove(*_: object, **told: Any) -> Proof:
        asked.append(told)
        if len(asked) == 2:
            raise AuthorError("mistakes.py: a slip")
        return PROOF

    monkeypatch.setattr(watchfiles, "watch", turns)
    monkeypatch.setattr(proving, "prove", prove)
    monkeypatch.setattr(gate, "Gate", lambda *_, **__: contextlib.nullcontext("open"))
    words = ["prove", "--watch", "--check", "test_a", "--course", str(tmp_path)]
    done = CliRunner().invoke(cli, words)

    assert asked == [{"check": "test_a", "gate": "open"}] * 3
    assert done.exit_code == 0
    assert done.stdout.count("all promises hold") == 2
    assert "grader: mistakes.py: a slip" in done.stderr

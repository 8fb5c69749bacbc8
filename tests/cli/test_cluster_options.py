"""`grader grade --cluster`: which options go together, and what is said in the end."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from fake_judges import FakeJudges

from grader.cli import cli
from grader.errors import GraderError
from grader.judging.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.course import Course


@pytest.fixture
def grade(tmp_path: Path, make_course: Callable[..., Course]) -> Callable[..., Result]:
    place = tmp_path / "submissions" / "ann"
    place.mkdir(parents=True)
    (place / "double.py").write_text("def double(x): return 2 * x\n")
    root = make_course().root

    def run(*words: str) -> Result:
        where = ["--course", str(root), "--out", str(tmp_path / "out")]
        command = ["grade", str(tmp_path / "submissions"), *where, *words]
        return CliRunner().invoke(cli, command)

    return run


def refused(result: Result) -> str:
    assert isinstance(result.exception, GraderError)
    assert result.exception.exit_code == 2
    return str(result.exception)


def test_without_the_extra_the_message_says_what_to_type(
    grade: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    for address in ("local:2", "tcp://127.0.0.1:1"):
        said = refused(grade("--cluster", address, "--sandbox", "none"))

        assert "pip install 'torch-grader[cluster]'" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--strict",), "with --cluster"),
        (("--cluster-ca", "HERE"), "with --cluster"),
        (("--cluster", "local:2", "--jobs", "2"), "without --cluster"),
        (("--cluster", "tls://a:1"), "--cluster-ca, --cluster-cert and --cluster-key"),
        (("--cluster", "tls://a:1", "--cluster-ca", "HERE"), "expected all three"),
        (("--cluster", "tls://a:1", "--cluster-ca", "missing.pem"), "found no file"),
        (("--cluster", "10.0.0.1:8786"), "expected local:N, tcp://HOST:PORT"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    grade: Callable[..., Result], words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    here = tmp_path / "here.pem"
    here.write_text("")
    typed = [str(here) if word == "HERE" else word for word in words]

    assert said in refused(grade(*typed))


def test_what_is_to_be_known_of_the_nodes_is_said_in_the_end(
    grade: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def opened(cluster: Cluster, course: Course, **told: Any) -> Iterator[FakeJudges]:
        with FakeJudges().open(course, **told) as judges:
            yield judges
        cluster.note(f"all is well with {cluster.address}, strict {cluster.strict}.")

    monkeypatch.setattr(Cluster, "open", opened)
    result = grade("--cluster", "tcp://127.0.0.1:1", "--strict")

    assert result.exit_code == 0
    last = result.stderr.splitlines()[-1]
    assert last == "note: all is well with tcp://127.0.0.1:1, strict True."

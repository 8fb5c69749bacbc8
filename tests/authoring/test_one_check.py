"""One check by itself, one mistake's letter, and only the fault of a broken check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from fake_judges import DOUBLE, FakeJudges
from helpers import Counting, a_verdict

from grader.authoring import previewing
from grader.authoring.notebook import notebook_of
from grader.authoring.proving import (
    Promise,
    Proof,
    catalogue,
    prove_check,
    prove_with,
)
from grader.authoring.starting import new_course
from grader.cli import cli
from grader.course import Course, load_course
from grader.errors import UsageError
from grader.judging import session
from grader.judging.session import Judges, open_judges
from grader.model import Finding, Outcome, Role, Said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.model import Verdict, Work
    from grader.sandbox.host.gate import Gate

CHECK = "test_squared_error_is_the_sum_of_squares"
# Three checks that are wrong, each in its own way, beside the right one.
WRONG = '''

@points(1)
def test_broken(student):
    """It holds a typing error."""
    one = torch.ones(2)
    assert student.squared_error(one, 2 * one) == close_to(refrence)


@points(1)
def test_unguarded(student, reference):
    """It trusts what comes back."""
    one = torch.ones(2)
    assert student.squared_error(one, 2 * one) + 1 == close_to(3)


@points(1)
def test_blind(student):
    """It sees no difference."""
    one = torch.ones(1)
    assert student.squared_error(one, 2 * one) == close_to(1)
'''


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("course")
    new_course(root, "loss")
    table = root / "solutions/course.toml"
    table.write_text(table.read_text().replace("points = 3", "points = 6"))
    # The solution is a notebook: it is judged like a script.
    script = root / "solutions/loss/solution.py"
    script.with_suffix(".ipynb").write_text(notebook_of(script.read_text()))
    script.unlink()
    hidden = root / "solutions/loss/test_hidden.py"
    hidden.write_text(hidden.read_text() + WRONG)
    return load_course(root)


@pytest.fixture(autouse=True)
def few_odd_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let functions return fewer odd values than in a proof: others try them all."""
    monkeypatch.setattr(catalogue, "_GARBAGE", catalogue._GARBAGE[:2])


@pytest.fixture(scope="module")
def judges(faulty: Course, gate: Gate) -> Iterator[Judges]:
    with open_judges(faulty, jobs=2, gate=gate) as opened:
        yield opened


def told(proof: Proof) -> list[tuple[Promise, str]]:
    return [(b.promise, b.subject) for b in proof.exercises[0].broken]


def test_of_a_check_that_breaks_only_the_fault_is_told(
    judges: Judges, faulty: Course
) -> None:
    proof = prove_with(judges, faulty, 1, Counting(), flaky_draws=1, short=True)

    assert told(proof) == [
        (Promise.NO_FAULT, "test_broken"),
        (Promise.RIGHT_PASSES, "squared_error (list)"),
        (Promise.RIGHT_PASSES, "squared_error (tuple)"),
        (Promise.NOT_BLIND, "test_blind"),
    ]
    broken, *_ = (b.message for b in proof.exercises[0].broken)
    assert broken.startswith(
        "`test_broken`: could not be checked: test_hidden.py, line"
    )


@pytest.mark.parametrize(
    ("check", "promise"),
    [
        (CHECK, []),
        ("test_squared_error_of_two_numbers", []),
        ("test_blind", [Promise.NOT_BLIND]),
        ("test_broken", [Promise.NO_FAULT]),
    ],
)
def test_one_check_is_proved_by_itself(
    judges: Judges, faulty: Course, check: str, promise: list[Promise]
) -> None:
    watcher = Counting()
    proof = prove_check(judges, faulty, check, 1, watcher)

    assert told(proof) == [(each, check) for each in promise]
    assert watcher.done == watcher.expected < 40
    assert [c.name for c in proof.exercises[0].checks] in ([check], [])


def test_check_that_is_not_there_is_refused_with_the_nearest(
    judges: Judges, faulty: Course
) -> None:
    with pytest.raises(UsageError, match="Did you mean `test_blind`"):
        prove_check(judges, faulty, "test_blnd", 1, Counting())


def test_preview_is_what_a_student_with_the_mistake_reads(
    judges: Judges, faulty: Course
) -> None:
    variant = previewing.variant_of(faulty, "mean_for_sum")
    result = previewing.preview(judges, faulty, variant)
    ends = {check.name: check for check in result.checks}

    assert ends[CHECK].outcome == "failed"
    assert ends[CHECK].mistake == "mean_for_sum"
    assert "all numbers?" in (ends[CHECK].question or "")


def test_preview_of_an_unknown_mistake_names_the_nearest(faulty: Course) -> None:
    where = ["--course", str(faulty.root)]
    done = CliRunner().invoke(cli, ["preview", "loss", "mean_of_sum", *where])

    assert isinstance(done.exception, UsageError)
    assert "(mistakes: mean_for_sum). Did you mean `mean_for_sum`?" in str(
        done.exception
    )


def test_preview_prints_the_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(_: Work) -> Verdict:
        saw = (Said(Role.SAW, "gave 6.5."),)
        return a_verdict(
            *(Finding(c.name, Outcome.FAILED, saw, question="Why?") for c in DOUBLE)
        )

    new_course(tmp_path, "loss")
    fake = FakeJudges(wrong, {"loss": DOUBLE})
    monkeypatch.setattr(session, "open_judges", fake.open)
    where = ["--course", str(tmp_path)]
    done = CliRunner().invoke(cli, ["preview", "loss", "mean_for_sum", *where])
    lines = done.stdout.splitlines()

    assert lines[0] == "loss with mean_for_sum, 0 of 3 points: 0 of 2 checks passed"
    assert "      Question: Why?" in lines
    assert fake.judged[0].program is not None
    assert ".mean()" in fake.judged[0].program.blocks[0].source

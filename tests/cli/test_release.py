"""`grader release`: one verdict, with or without `--check`, and a quick proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from fake_judges import DOUBLE, FakeJudges
from helpers import a_verdict

from grader.cli import cli
from grader.judging import session
from grader.model import Finding, Outcome, Role, Said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.model import Verdict, Work

    Release = Callable[..., tuple[int, list[str]]]

SOLUTION = """\
# %%
def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
"""


def ends(stub: Outcome, solution: Outcome, *faults: str) -> FakeJudges:
    """Return judges for whom stub and solution end so in each check."""

    def answer(work: Work) -> Verdict:
        assert work.program is not None
        is_stub = "not written yet" in work.program.blocks[0].source
        end, said = stub if is_stub else solution, (Said(Role.SAW, "gave 6."),)
        found = [Finding(check.name, end, said) for check in DOUBLE]
        return a_verdict(*found, faults=() if is_stub else faults)

    return FakeJudges(answer)


SOUND = ends(Outcome.NOT_ATTEMPTED, Outcome.PASSED)


@pytest.fixture
def root(make_course: Callable[..., Course]) -> Path:
    return make_course(solution=SOLUTION).root


@pytest.fixture
def release(root: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    def run(*words: str, judges: FakeJudges = SOUND) -> tuple[int, list[str]]:
        monkeypatch.setattr(session, "open_judges", judges.open)
        done = CliRunner().invoke(cli, ["release", "--course", str(root), *words])
        return done.exit_code, done.stdout.replace(f"{root}/", "").splitlines()

    return run


def test_release_says_one_thing_only(root: Path) -> None:
    said = [
        CliRunner().invoke(
            cli, ["release", "--course", str(root), "--no-proof", *words]
        )
        for words in ((), (), ("--check",))
    ]

    assert ["wrote" in done.output for done in said] == [True, False, False]
    assert ["up to date" in done.output for done in said] == [False, True, True]


def test_release_and_its_check_agree(release: Release, root: Path) -> None:
    missing, _ = release("--check")
    made, lines = release()

    assert (missing, made) == (1, 0)
    assert lines[0] == "wrote exercises/double/double.py"
    assert release("--check") == (0, [])
    assert release() == (0, [])

    stub = root / "exercises/double/double.py"
    stub.write_text("def double(x): return x + x\n")
    (root / "exercises/notes.txt").write_text("mine")
    checked, made_again = release("--check"), release()

    assert checked == made_again
    assert checked[0] == 1
    assert [line.split(":")[0] for line in checked[1]] == [
        "exercises/double/double.py",
        "exercises/notes.txt",
    ]
    assert "return x + x" in stub.read_text()
    assert release("--force")[1][0] == "wrote exercises/double/double.py"
    assert "return x + x" not in stub.read_text()


@pytest.mark.parametrize("words", [(), ("--check",)])
@pytest.mark.parametrize(
    ("judges", "told"),
    [
        (
            ends(Outcome.NOT_ATTEMPTED, Outcome.FAILED),
            "the solution: expected full marks, got failed",
        ),
        (
            ends(Outcome.PASSED, Outcome.PASSED),
            "`test_double_of_three`: expected not_attempted for the stub, got passed.",
        ),
        (
            ends(Outcome.NOT_ATTEMPTED, Outcome.GRADER_ERROR, "line 3: NameError."),
            "`test_double_of_three`: it broke on the solution: line 3: NameError.",
        ),
    ],
)
def test_release_writes_nothing_where_checks_do_not_fit_the_solution(
    release: Release, root: Path, words: tuple[str, ...], judges: FakeJudges, told: str
) -> None:
    code, lines = release(*words, judges=judges)

    assert code == 1
    assert lines[0].startswith(f"double: {told}")
    assert not (root / "exercises").exists()


def test_release_tells_of_a_check_that_broke_only_that(release: Release) -> None:
    broken = ends(Outcome.NOT_ATTEMPTED, Outcome.GRADER_ERROR, "line 3", "line 9")
    _, lines = release(judges=broken)

    assert [line.split(":")[1] for line in lines] == [
        f" `{check.name}`" for check in DOUBLE
    ]


def test_release_without_a_proof_judges_nothing(release: Release) -> None:
    fresh = ends(Outcome.PASSED, Outcome.FAILED)

    assert release("--no-proof", judges=fresh)[0] == 0
    assert not fresh.started

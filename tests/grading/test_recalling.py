"""What a run takes from earlier ones, and what it judges again."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest
from fake_judges import DOUBLE, FakeJudges
from grading_runs import RIGHT, WRONG, Run, both, exercises_in, judged, scores
from helpers import FACTS, a_verdict

from grader.course import load_course
from grader.judging.session import open_judges
from grader.model import Finding, Outcome

if TYPE_CHECKING:
    from grader.model import Verdict, Work


def test_second_run_starts_nothing_and_gives_the_same(run: Run) -> None:
    first, _ = run.grade(FakeJudges())
    judges = FakeJudges()
    second, watching = run.grade(judges)

    assert not judges.started
    assert watching.numbers == (2, 0)
    assert second == first


# What judging needs, what a terminal needs, and what opens every package or archive.
HEAVY = {
    *("torch", "numpy", "pytest", "rich.console", "jinja2", "nbformat", "distributed"),
    *("importlib.metadata", "email", "zipfile", "tarfile", "concurrent.futures"),
    *("zoneinfo", "html", "charset_normalizer", "logging", "asyncio"),
    *("grader.judging.pool", "grader.sandbox.host.gate", "grader.authoring"),
    *("grader.intake.archives", "grader.report.formats.html", "grader.review"),
}


PRINTED = "print(*sys.modules, file=sys.stderr)"


def test_second_run_imports_only_what_it_needs(run: Run) -> None:
    with open_judges(load_course(run.root), sandbox="none", jobs=1) as judges:
        facts = judges.facts
    run.graded(FakeJudges(facts=facts))
    code = (
        "import sys; from grader.cli import cli;"
        "cli.main(sys.argv[1:], standalone_mode=False)"
    )
    typed = ["grade", run.submissions, "--course", run.root, "--out", run.out]
    done = subprocess.run(
        [
            *(sys.executable, "-c", f"try: exec({code!r})\nfinally: {PRINTED}"),
            *map(str, (*typed, "--sandbox", "none")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    loaded = set(done.stderr.split())

    assert "2 of 2 verdicts as they stand" in done.stderr
    assert "grader.grading" in loaded
    assert HEAVY & loaded == set()


def test_second_run_judges_only_what_has_changed(run: Run) -> None:
    judges = FakeJudges()
    run.grade(judges)
    judged(judges)
    run.hand_in("bob", source=RIGHT + "# mended\n")
    results, watching = run.grade(judges)

    assert judged(judges) == ["bob double"]
    assert watching.numbers == (1, 1)
    assert scores(results) == {"ann": 10.0, "bob": 10.0}


def test_same_program_of_another_student_is_known(run: Run) -> None:
    judges = FakeJudges()
    run.grade(judges)
    judged(judges)
    run.hand_in("cyd", source=RIGHT)

    assert scores(run.grade(judges)[0])["cyd"] == 10.0
    assert judged(judges) == []


def test_same_text_in_a_file_of_another_name_is_known(run: Run) -> None:
    judges = FakeJudges()
    run.grade(judges)
    judged(judges)
    (run.submissions / "ann" / "double.py").rename(
        run.submissions / "ann" / "double (1).py"
    )
    results, _ = run.grade(judges)

    assert judged(judges) == []
    assert results.submissions[0].exercises[0].file == "double (1).py"


def test_fresh_run_judges_everything_again(run: Run) -> None:
    judges = FakeJudges()
    run.grade(judges)
    judged(judges)
    run.grade(judges, fresh=True)

    assert judged(judges) == ["ann double", "bob double"]


def test_run_without_reasons_shares_nothing_with_one_that_looks_for_them(
    run: Run,
) -> None:
    judges = FakeJudges()
    run.grade(judges)
    judged(judges)
    run.grade(judges, reasons=False)

    assert judged(judges) == ["ann double", "bob double"]


@pytest.mark.parametrize("field", [*FACTS.__struct_fields__])
def test_verdict_reached_with_something_else_is_not_taken(run: Run, field: str) -> None:
    run.grade(FakeJudges())
    other = FakeJudges(facts=msgspec.structs.replace(FACTS, **{field: "other"}))
    run.grade(other)

    assert judged(other) == ["ann double", "bob double"]


def test_part_of_a_course_and_the_whole_share_what_was_judged(two: Run) -> None:
    judges = both()
    two.grade(judges, only=("double",))
    assert judged(judges) == ["ann double"]

    two.grade(judges)
    assert judged(judges) == ["ann triple"]

    results, _ = two.grade(judges, only=("triple",))
    assert not judges.started
    assert exercises_in(results) == ["double", "triple"]


def test_part_of_a_course_keeps_what_is_known_of_the_rest(two: Run) -> None:
    judges = both()
    two.grade(judges)
    judged(judges)
    two.hand_in("ann", source=RIGHT, exercise="triple")
    results, _ = two.grade(judges, only=("triple",), fresh=True)

    assert judged(judges) == ["ann triple"]
    assert exercises_in(results) == ["double", "triple"]
    assert scores(results) == {"ann": 20.0}


def test_part_of_a_course_keeps_the_exercise_that_nobody_has_handed_in(
    two: Run,
) -> None:
    (two.submissions / "ann" / "triple.py").unlink()
    judges = both()
    first, _ = two.grade(judges, only=("double",))
    two.grade(judges)
    second, _ = two.grade(judges, only=("double",))

    assert exercises_in(first) == ["double"]
    assert exercises_in(second) == ["double", "triple"]


@pytest.mark.parametrize("changed", ["ann's file", "a check", "nothing was graded"])
def test_part_of_a_course_stands_alone_where_the_rest_is_not_known(
    two: Run, changed: str
) -> None:
    if changed != "nothing was graded":
        two.grade(both())
    if changed == "ann's file":
        two.hand_in("ann", source=WRONG + "# again\n")
    if changed == "a check":
        two.rewrite("double/test_hidden.py", "range(3)", "range(4)")
    judges = both()
    results, _ = two.grade(judges, only=("triple",))

    assert exercises_in(results) == ["triple"]
    assert judged(judges) in ([], ["ann triple"])


def test_file_for_an_exercise_not_asked_for_is_no_stranger(two: Run) -> None:
    two.hand_in("bob", source=WRONG, exercise="triple")
    results, _ = two.grade(both(), only=("double",))
    ann, bob = results.submissions

    assert results.left == ()
    assert [exercise.notes for exercise in ann.exercises] == [()]
    assert [exercise.file for exercise in bob.exercises] == [None]
    assert "triple" not in bob.exercises[0].checks[0].message


def test_changed_check_judges_its_exercise_alone(two: Run) -> None:
    judges = both()
    two.grade(judges)
    judged(judges)
    two.rewrite("triple/test_hidden.py", "range(3)", "range(4)")
    two.grade(judges)

    assert judged(judges) == ["ann triple"]


WORTH = {
    "the points of a check": ("double/test_hidden.py", "@points(10)", "@points(20)"),
    "the points of an exercise": (
        *("course.toml", 'e"]\n'),
        'e"]\n[exercise.double]\ntitle = "Double"\npoints = 20\n',
    ),
    "the title of a check": ("double/test_hidden.py", "is twice x", "is 2 x"),
    "the title of the course": ("course.toml", "Two", "Three"),
}


@pytest.mark.parametrize("what", WORTH)
def test_change_of_points_or_titles_judges_nothing(two: Run, what: str) -> None:
    judges = both()
    two.grade(judges)
    judged(judges)
    two.rewrite(*WORTH[what])
    two.grade(judges)

    assert judged(judges) == []


def test_changed_points_and_titles_of_checks_are_collected_and_count(run: Run) -> None:
    judges = FakeJudges()
    run.grade(judges)
    judged(judges)
    run.rewrite("double/test_hidden.py", "@points(10)", "@points(5)")
    judges.checks = {
        "double": (
            DOUBLE[0],
            msgspec.structs.replace(DOUBLE[1], points=5.0, title="Twice."),
        )
    }
    results, _ = run.grade(judges)
    check = results.submissions[0].exercises[0].checks[1]

    assert judges.collected
    assert (scores(results)["ann"], check.title) == (5.0, "Twice.")


def test_changed_points_of_an_exercise_count_without_a_run(two: Run) -> None:
    judges = both()
    two.grade(judges)
    judged(judges)
    two.rewrite(*WORTH["the points of an exercise"])
    results, _ = two.grade(judges)

    assert results.submissions[0].exercises[0].max_score == 20.0
    assert judged(judges) == []


def test_alternative_judges_and_collects_nothing(run: Run) -> None:
    run.grade(FakeJudges())
    (run.root / "solutions" / "double" / "alternatives.py").write_text("new = 1\n")
    judges = FakeJudges()
    run.grade(judges)

    assert not judges.started


def test_suspects_come_in_the_course_s_order(two: Run) -> None:
    def wrong(_: Work) -> Verdict:
        return a_verdict(*(Finding(c.name, Outcome.FAILED) for c in DOUBLE))

    judges = FakeJudges(checks={"double": DOUBLE, "triple": DOUBLE}, own=wrong)
    results, _ = two.grade(judges)
    names = [one.exercise for one in results.suspects]

    assert names == sorted(names)
    assert set(names) == {"double", "triple"}

"""Grading with judges that answer at once: what is judged, recalled and told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from fake_judges import DOUBLE, FakeJudges, by_source
from helpers import FACTS, SMALL_HIDDEN, a_verdict

from grader import grading
from grader.errors import OperatorError, UsageError
from grader.grading import Graded, Request
from grader.model import Finding, Outcome, ProgramKind
from grader.moves import Why
from grader.report.formats import results_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.intake import Intake
    from grader.model import Results, Verdict, Work

RIGHT = "def double(x): return 2 * x\n"
WRONG = "def double(x): return 6\n"


class Watching:
    """Keeps what a run tells."""

    def __init__(self) -> None:
        self.numbers: tuple[int, int] = (0, 0)
        self.told: list[tuple[str, Verdict]] = []

    def found(self, intake: Intake, recalled: int, to_judge: int) -> None:
        assert intake.work
        self.numbers = (recalled, to_judge)

    def judged(self, work: Work, verdict: Verdict) -> None:
        self.told.append((work.student, verdict))


class Run:
    """A course, submissions and an output folder, graded again and again."""

    def __init__(self, folder: Path, course: Course) -> None:
        self.submissions = folder / "submissions"
        self.out = folder / "out"
        self.root = course.root

    def hand_in(self, *names: str, source: str, exercise: str = "double") -> None:
        for name in names:
            place = self.submissions / name
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{exercise}.py").write_text(source)

    def rewrite(self, name: str, old: str, new: str) -> None:
        path = self.root / "solutions" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def graded(self, judges: FakeJudges, **asked: Any) -> Graded:
        request = Request((self.submissions,), self.root, self.out, 2, **asked)
        return grading.grade(request, Watching(), open_judges=judges.open)

    def grade(self, judges: FakeJudges, **asked: Any) -> tuple[Results, Watching]:
        """Grade; return the results as they were written, and what was told."""
        watching = Watching()
        request = Request((self.submissions,), self.root, self.out, 2, **asked)
        graded = grading.grade(request, watching, open_judges=judges.open)
        written = results_json.parse((self.out / "results.json").read_bytes())

        assert written == graded.results
        return written, watching


@pytest.fixture
def run(tmp_path: Path, make_course: Callable[..., Course]) -> Run:
    """Return a class of two, one right and one wrong, in a course of one exercise."""
    made = Run(tmp_path, make_course())
    made.hand_in("ann", source=RIGHT)
    made.hand_in("bob", source=WRONG)
    return made


@pytest.fixture
def two(tmp_path: Path, make_course: Callable[..., Course]) -> Run:
    """Return a class of one in a course of two exercises, `double` and `triple`."""
    course = make_course(table='title = "Two"\nexercises = ["double", "triple"]\n')
    made = Run(tmp_path, course)
    made.hand_in("ann", source=RIGHT)
    made.hand_in("ann", source=WRONG, exercise="triple")
    return made


@pytest.fixture
def make_course(make_course: Callable[..., Course]) -> Callable[..., Course]:
    """Return the maker of courses, whose table may name `triple` as well."""

    def make(**files: str) -> Course:
        table = files.pop("table", None)
        course = make_course(**files)
        folder = course.root / "solutions"
        (folder / "triple").mkdir()
        for path in (folder / "double").iterdir():
            (folder / "triple" / path.name).write_bytes(path.read_bytes())
        if table:
            (folder / "course.toml").write_text(table)
        return course

    return make


def both() -> FakeJudges:
    return FakeJudges(checks={"double": DOUBLE, "triple": DOUBLE})


def scores(results: Results) -> dict[str, float]:
    return {one.student: one.score for one in results.submissions}


def exercises_in(results: Results) -> list[str]:
    return [exercise.exercise for exercise in results.submissions[0].exercises]


def judged(judges: FakeJudges) -> list[str]:
    """Return what was judged, and forget it."""
    names = [f"{work.student} {work.exercise}" for work in judges.judged]
    judges.judged.clear()
    judges.authors.clear()
    judges.collected = 0
    return names


def test_class_is_judged_scored_and_told(run: Run) -> None:
    results, watching = run.grade(FakeJudges(), sandbox="uid")

    assert scores(results) == {"ann": 10.0, "bob": 0.0}
    assert watching.numbers == (0, 2)
    assert [name for name, _ in watching.told] == ["ann", "bob"]
    assert results.sandbox == FACTS.wall
    assert (results.environment.python, results.facts) == (FACTS.python, FACTS)
    assert (run.out / "students" / "bob.md").is_file()


def test_judges_are_opened_as_the_instructor_asked(run: Run) -> None:
    judges = FakeJudges()
    run.grade(judges, sandbox="uid")

    private = judges.told.pop("private")
    assert judges.told == {"sandbox": "uid", "jobs": 2, "many": False}
    assert [path.name for path in private] == ["submissions", "out"]


def test_second_run_starts_nothing_and_gives_the_same(run: Run) -> None:
    first, _ = run.grade(FakeJudges())
    judges = FakeJudges()
    second, watching = run.grade(judges)

    assert not judges.started
    assert watching.numbers == (2, 0)
    assert second == first


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


def faulty(_: Work) -> Verdict:
    ours = Finding("test_double_of_fresh_numbers", Outcome.GRADER_ERROR)
    return a_verdict(ours, faults=("test_hidden.py, line 8: AttributeError",))


def test_fault_is_told_stands_in_the_results_and_is_judged_again(run: Run) -> None:
    results, watching = run.grade(FakeJudges(faulty))
    again = FakeJudges()
    mended, _ = run.grade(again)

    assert results.submissions[0].complete is False
    assert results.submissions[0].exercises[0].faults == (
        "test_hidden.py, line 8: AttributeError",
    )
    assert watching.told[0][1].faults == results.submissions[0].exercises[0].faults
    assert judged(again) == ["ann double", "bob double"]
    assert mended.submissions[0].exercises[0].faults == ()


def test_fault_is_not_for_students(run: Run) -> None:
    run.grade(FakeJudges(faulty))
    pages = [*(run.out / "students").iterdir(), run.out / "grades.csv"]

    assert len(pages) == 3
    assert not any("AttributeError" in page.read_text() for page in pages)


def test_work_without_a_program_is_scored_without_a_verdict(run: Run) -> None:
    run.hand_in("cyd", source="def double(:\n")
    (run.submissions / "cyd" / "double.py").write_bytes(b"\xff\xfe\x00\xd8")
    (run.submissions / "dee").mkdir()
    (run.submissions / "dee" / "other.txt").write_text("")
    judges = FakeJudges()
    results, _ = run.grade(judges)
    outcomes = {
        one.student: one.exercises[0].checks[0].outcome for one in results.submissions
    }

    assert judged(judges) == ["ann double", "bob double"]
    assert outcomes["cyd"] is Outcome.ERROR
    assert outcomes["dee"] is Outcome.NOT_ATTEMPTED


def test_run_that_ends_early_keeps_every_verdict_reached_before(run: Run) -> None:
    run.hand_in("cyd", source=RIGHT + "# cyd\n")

    def until_bob(work: Work) -> Verdict:
        if work.student == "cyd":
            raise KeyboardInterrupt
        return by_source(work)

    with pytest.raises(KeyboardInterrupt):
        run.grade(FakeJudges(until_bob))
    assert not (run.out / "results.json").exists()

    judges = FakeJudges()
    results, watching = run.grade(judges)
    assert judged(judges) == ["cyd double"]
    assert watching.numbers == (2, 1)
    assert scores(results) == {"ann": 10.0, "bob": 0.0, "cyd": 10.0}


def test_store_may_be_deleted(run: Run) -> None:
    first, _ = run.grade(FakeJudges())
    for path in run.out.glob("verdicts.sqlite*"):
        path.unlink()
    judges = FakeJudges()
    second, _ = run.grade(judges)

    assert judged(judges) == ["ann double", "bob double"]
    assert second == first


def test_damaged_gradebook_ends_the_run_before_anything_is_judged(run: Run) -> None:
    judges = FakeJudges()
    run.out.mkdir()
    (run.out / "gradebook.sqlite").write_bytes(b"what people decided" * 64)

    with pytest.raises(OperatorError, match=r"Nothing was changed\. Keep the file"):
        run.grade(judges)
    assert not judges.started
    assert (run.out / "gradebook.sqlite").read_bytes() == b"what people decided" * 64


def test_whose_grade_moved_since_the_last_run_is_told(run: Run) -> None:
    judges = FakeJudges()
    first = run.graded(judges)
    run.hand_in("ann", source=WRONG)
    run.hand_in("zoe", source=RIGHT)
    (moved,) = run.graded(judges).moved

    assert first.moved == ()
    assert (moved.name, moved.points) == ("ann", -10.0)
    assert [c.why for ex in moved.exercises for c in ex.causes] == [Why.HAND_IN]
    assert run.graded(judges, only=("double",)).moved == ()
    assert run.graded(judges).moved == ()


def test_damaged_store_ends_the_run_before_anything_is_judged(run: Run) -> None:
    run.out.mkdir()
    (run.out / "verdicts.sqlite").write_bytes(b"not a database, not at all\n" * 99)
    judges = FakeJudges()
    with pytest.raises(OperatorError, match=r"verdicts\.sqlite.*Delete the file"):
        run.grade(judges)

    assert not judges.started


def test_output_folder_that_is_a_file_is_a_usage_error(run: Run) -> None:
    run.out.write_text("")

    with pytest.raises(UsageError, match="expected a folder, found a file"):
        run.grade(FakeJudges())


def test_output_folder_that_cannot_be_made_is_told(run: Run) -> None:
    (run.out.parent / "file").write_text("")
    run.out = run.out.parent / "file" / "out"

    with pytest.raises(OperatorError, match="cannot be made"):
        run.grade(FakeJudges())


def test_notebook_and_script_are_two_programs(run: Run) -> None:
    judges = FakeJudges()
    run.grade(judges)
    judged(judges)
    cell = {"cell_type": "code", "source": RIGHT, "metadata": {}, "outputs": []}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4})
    (run.submissions / "ann" / "double.py").unlink()
    (run.submissions / "ann" / "double.ipynb").write_text(text)
    run.grade(judges)

    assert [w.program.kind for w in judges.judged if w.program] == [
        ProgramKind.NOTEBOOK
    ]


def test_run_with_nothing_to_judge_imports_neither_torch_nor_pytest(
    run: Run,
) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from grader import grading\n"
        "class Quiet:\n"
        "    def found(self, intake, recalled, to_judge): print(recalled, to_judge)\n"
        "    def judged(self, work, verdict): pass\n"
        "submissions, course, out = map(Path, sys.argv[1:])\n"
        "request = grading.Request((submissions,), course, out, 2, sandbox='none')\n"
        "grading.grade(request, Quiet())\n"
        "print(*{'torch', 'pytest', 'numpy'} & set(sys.modules))\n"
    )
    run.grade(FakeJudges())
    done = subprocess.run(
        [
            *(sys.executable, "-c", code),
            *(str(run.submissions), str(run.root), str(run.out)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == ["2 0", ""]


def test_hidden_checks_of_the_small_course_are_as_the_double_says() -> None:
    assert all(check.name in SMALL_HIDDEN for check in DOUBLE[1:])

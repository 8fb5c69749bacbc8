"""Grading with judges that answer at once: what is judged, told, and left."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from fake_judges import DOUBLE, FakeJudges, by_source
from helpers import FACTS, SMALL_HIDDEN, a_verdict

from grader.errors import OperatorError, UsageError
from grader.model import Finding, Outcome, ProgramKind
from grader.moves import WhyMoved

if TYPE_CHECKING:
    from grader.model import Verdict, Work

from grading_runs import RIGHT, WRONG, Run, judged, scores


def test_class_is_judged_scored_and_told(run: Run) -> None:
    results, watching = run.grade(FakeJudges(), sandbox="uid")

    assert scores(results) == {"ann": 10.0, "bob": 0.0}
    assert watching.numbers == (0, 2)
    assert [name for name, _ in watching.told] == ["ann", "bob"]
    assert results.sandbox == FACTS.wall
    assert (results.environment.python, results.facts) == (FACTS.python, FACTS)
    assert (run.out / "students" / "bob.md").is_file()


def test_run_writes_its_results_whatever_else_is_asked_for(run: Run) -> None:
    graded = run.graded(FakeJudges(), formats=("checks",))
    names = [path.name for path in graded.files]

    assert names == ["results.json", "checks.csv"]


def test_judges_are_opened_as_the_instructor_asked(run: Run) -> None:
    judges = FakeJudges()
    run.grade(judges, sandbox="uid")

    private = judges.told.pop("private")
    assert judges.told == {"sandbox": "uid", "jobs": 2, "many": False}
    assert [path.name for path in private] == ["submissions", "out"]


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
    assert [c.why for ex in moved.exercises for c in ex.causes] == [WhyMoved.HAND_IN]
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
        "asked = grading.GradeRequest((submissions,), course, out, 2, sandbox='none')\n"
        "grading.grade(asked, Quiet())\n"
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

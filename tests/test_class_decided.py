"""The sample class with due dates and decisions: grades worked out by hand."""

from __future__ import annotations

import ast
import datetime as dt
import json
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from fake_judges import FakeJudges
from grading_runs import Watching
from helpers import ROOT, a_verdict

from grader import grading
from grader.decisions import AnyDecision
from grader.gradebook import GRADEBOOK_FILE, Gradebook
from grader.grading import GradeRequest
from grader.intake.roster import read_roster
from grader.model import Check, Clock, Finding, Outcome, Visibility, Whose
from grader.report.formats import results_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import ExerciseResult, Results, SubmissionResult, Verdict, Work

FOLDER = Path(__file__).parent / "class"
DECIDED: dict[str, Any] = tomllib.loads((FOLDER / "decided.toml").read_text())
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
IDS = tuple(DECIDED["exercise"])
DUE = {name: DECIDED["exercise"][name]["due"] for name in IDS}
HOUR = dt.timedelta(hours=1)
WHO = {"by": "Dr. Weber", "at": dt.datetime(2026, 12, 1, tzinfo=dt.UTC)}
# All of whom something is decided, and some more; the others hand in nothing.
HANDING_IN = [f"s{number:03}" for number in range(1, 16)]


class Term:
    """The sample class as its platform hands it out, graded under its rules."""

    def __init__(self, folder: Path) -> None:
        self.root, self.out = folder / "course", folder / "reports"
        self.hand_ins = folder / "download"
        for name in ("solutions", "exercises"):
            shutil.copytree(ROOT / name, self.root / name)
        table = self.root / "solutions" / "course.toml"
        table.write_text(with_rules(table.read_text(encoding="utf-8")), "utf-8")
        self.files = dict(handed_in())
        self.hand_ins.mkdir()
        for (student, exercise), path in self.files.items():
            when = DECIDED["handed_in"].get(student, {})
            at = when.get(exercise, DUE[exercise] - HOUR).replace(tzinfo=None)
            name = f"Week_{student}_attempt_{at:%Y-%m-%d-%H-%M-%S}_{path.name}"
            shutil.copyfile(path, self.hand_ins / name)

    def grade(self) -> tuple[Results, int]:
        """Return the results as written, and how many works were judged."""
        names = {name: checks_of(name) for name in IDS}
        judges = FakeJudges(as_expected, names, own=as_the_author_wants(names))
        request = GradeRequest(
            *((self.hand_ins,), self.root, self.out, 1),
            formats=("json", "csv"),
            roster=FOLDER / "roster.csv",
        )
        grading.grade(request, Watching(), open_judges=judges.open)
        return results_json.read(self.out), len(judges.judged)


def with_rules(table: str) -> str:
    """Return a course's table with the rules of this class in it."""
    for name, rules in DECIDED["exercise"].items():
        head = f"[exercise.{name}]\n"
        assert head in table
        table = table.replace(head, head + lines(rules))
    return lines(DECIDED["course"]) + table


def lines(rules: dict[str, Any]) -> str:
    return "".join(f"{key} = {toml(value)}\n" for key, value in rules.items())


def toml(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k} = {toml(v)}' for k, v in value.items())}}}"
    return value.isoformat() if isinstance(value, dt.datetime) else json.dumps(value)


def handed_in() -> Iterator[tuple[tuple[str, str], Path]]:
    """Yield what students of the class handed in, by student and exercise."""
    for student in HANDING_IN:
        for exercise, found in EXPECTED[student].items():
            path = FOLDER / "submissions" / student / found["file"]
            yield (student, exercise), path


def checks_of(exercise: str) -> tuple[Check, ...]:
    """Return the checks of an exercise, with the points that its files mark."""
    found = []
    for kind in ("visible", "hidden"):
        file = ROOT / "solutions" / exercise / f"test_{kind}.py"
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                points = sum(
                    ast.literal_eval(mark.args[0])
                    for mark in node.decorator_list
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "points"
                )
                found.append(
                    Check(node.name, node.name, (), Visibility(kind), float(points))
                )
    return tuple(found)


def as_expected(work: Work) -> Verdict:
    """Return what the sample class's own test expects of a work."""
    outcomes = EXPECTED[work.student][work.exercise]["outcomes"]
    return a_verdict(*(Finding(n, Outcome(o), ()) for n, o in outcomes.items()))


def as_the_author_wants(checks: dict[str, tuple[Check, ...]]) -> Any:
    """Return an answer by which solutions are right and stubs are stubs."""

    def answer(work: Work) -> Verdict:
        right = work.student == Whose.SOLUTION
        outcome = Outcome.PASSED if right else Outcome.NOT_ATTEMPTED
        return a_verdict(*(Finding(c.name, outcome, ()) for c in checks[work.exercise]))

    return answer


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Term:
    return Term(tmp_path_factory.mktemp("term"))


@pytest.fixture(scope="module")
def undecided(term: Term) -> Results:
    """Return the class as it is graded before anybody decides anything."""
    results, judged = term.grade()
    assert judged
    return results


@pytest.fixture(scope="module")
def decided(term: Term, undecided: Results) -> Results:
    """Return the class as it is graded again after people have decided."""
    assert undecided.submissions
    with Gradebook(term.out / GRADEBOOK_FILE) as book:
        for one in DECIDED["decisions"]:
            book.record(msgspec.convert({**WHO, **one}, AnyDecision))
    results, judged = term.grade()
    assert judged == 0
    return results


def of(results: Results, student: str) -> SubmissionResult:
    (found,) = [one for one in results.submissions if one.student == student]
    return found


def grade_of(one: SubmissionResult) -> tuple[float, float, str | None]:
    return one.score, one.max_score, one.letter_grade


@pytest.mark.parametrize("student", DECIDED["grades"])
def test_grade_is_the_one_worked_out_by_hand(student: str, decided: Results) -> None:
    wanted = DECIDED["grades"][student]

    assert grade_of(of(decided, student)) == (
        *(wanted["score"], wanted["max_score"], wanted["letter_grade"]),
    )


def test_grades_without_decisions_are_those_of_the_rules(undecided: Results) -> None:
    found = {s: grade_of(of(undecided, s)) for s in DECIDED["undecided"]}

    assert found == {
        student: (wanted["score"], wanted["max_score"], wanted["letter_grade"])
        for student, wanted in DECIDED["undecided"].items()
    }


def test_who_came_in_time_has_what_the_checks_gave(
    term: Term, decided: Results
) -> None:
    special = {*DECIDED["handed_in"], *(d["student"] for d in DECIDED["decisions"])}
    scores = {
        (one.student, exercise.exercise): exercise.score
        for one in decided.submissions
        for exercise in one.exercises
        if one.student not in special and exercise.file
    }

    assert scores == {
        (student, exercise): EXPECTED[student][exercise]["score"]
        for student, exercise in term.files
        if student not in special
    }


def test_times_are_the_platform_s_over_the_change_of_clocks(decided: Results) -> None:
    def delivered(student: str, exercise: str) -> ExerciseResult:
        own = of(decided, student).exercises
        return next(one for one in own if one.exercise == exercise)

    times = {
        (student, exercise): one.delivery and (one.delivery.at, one.delivery.clock)
        for student, exercises in DECIDED["handed_in"].items()
        for exercise in exercises
        if (one := delivered(student, exercise))
    }

    assert times == {
        (student, exercise): (at, Clock.LMS)
        for student, exercises in DECIDED["handed_in"].items()
        for exercise, at in exercises.items()
    }


def test_class_list_knows_everybody_and_one_who_handed_in_nothing(
    term: Term, decided: Results
) -> None:
    roster = read_roster(FOLDER / "roster.csv")
    folders = [path.name for path in (FOLDER / "submissions").iterdir()]
    found = {name: [p.student for p in roster.members(name)] for name in folders}
    absent = {person.student for person in roster.people} - set(folders)
    listed = [one.student for one in decided.submissions]

    assert found == {name: [name] for name in folders}
    assert absent == {"s051"}
    assert [p.student for p in roster.members("Bauer, Ben")] == ["s011"]
    assert sorted(listed) == sorted(person.student for person in roster.people)
    assert grade_of(of(decided, "s051")) == (0.0, 100.0, "F")
    assert {one.student for one in decided.submissions if one.absent} == (
        set(listed) - {student for student, _ in term.files}
    )

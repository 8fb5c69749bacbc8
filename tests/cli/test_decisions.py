"""What people type about a student: overrides, time, excuses, comments, and history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from fake_judges import FakeJudges

from grader import grading
from grader.cli import cli
from grader.errors import GraderError, OperatorError
from grader.grading import GradeRequest
from grader.report.formats import results_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.intake import Intake
    from grader.model import SubmissionResult, Verdict, Work

RIGHT = "def double(x): return 2 * x\n"
WRONG = "def double(x): return 6\n"
SAID = "Well done.\n\n<b>Go on."
CHECK = "test_double_of_fresh_numbers"


class Silent:
    def found(self, intake: Intake, recalled: int, to_judge: int) -> None: ...

    def judged(self, work: Work, verdict: Verdict) -> None: ...


class Class:
    """Ann is right and Ben is wrong; graded, decided about, and graded again."""

    def __init__(self, folder: Path, course: Course) -> None:
        self.submissions, self.out = folder / "submissions", folder / "out"
        self.course = course
        self.hand_in("ann", RIGHT)
        self.hand_in("ben", WRONG)

    def hand_in(self, name: str, source: str) -> None:
        (self.submissions / name).mkdir(parents=True, exist_ok=True)
        (self.submissions / name / "double.py").write_text(source)

    def grade(self) -> FakeJudges:
        judges = FakeJudges()
        request = GradeRequest((self.submissions,), self.course.root, self.out, 1)
        grading.grade(request, Silent(), open_judges=judges.open)
        return judges

    def type(self, *words: object) -> str:
        """Return what a command prints, with the chatter."""
        where = ["--out", str(self.out)]
        if words[0] in ("override", "extend", "excuse", "comment"):
            where += ["--course", str(self.course.root), "--by", "Dr. Weber"]
        done = CliRunner().invoke(cli, [*map(str, words), *where])
        if isinstance(done.exception, GraderError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    def of(self, student: str) -> SubmissionResult:
        submissions = results_json.read(self.out).submissions
        return next(one for one in submissions if one.student == student)

    def results(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "results.json").read_text())
        return found


@pytest.fixture
def graded(tmp_path: Path, make_course: Callable[..., Course]) -> Class:
    """Return a class that was graded once."""
    table = (
        'title = "Small"\nexercises = ["double"]\ntimezone = "Europe/Berlin"\n'
        "[exercise.double]\ntitle = 'Double'\ndue = 2026-11-02T23:59:00\n"
    )
    found = Class(tmp_path, make_course(table=table))
    found.grade()
    return found


def test_override_is_told_and_stands_in_every_report(graded: Class) -> None:
    said = graded.type("override", "ben", "double", "--score", 7, "--reason", "half")

    assert said.startswith(
        "ben, double: set to 7 of 10 points (half)\n"
        "  double: 0 of 10, now 7 of 10\n"
        "  total: 0 of 10, now 7 of 10\n"
    )
    assert (graded.of("ben").score, graded.of("ben").checks_score) == (7.0, 0.0)
    assert '"ben","7","7"' in (graded.out / "grades.csv").read_text()
    page = (graded.out / "students" / "ben.md").read_text()
    assert "Set to 7 of 10 points by Dr. Weber: half." in page
    assert graded.of("ann").adjustments == ()


def test_override_is_kept_when_the_class_is_graded_again(graded: Class) -> None:
    graded.type("override", "ben", f"double:{CHECK}", "--score", 4.5, "--reason", "x")
    before = graded.results()
    judges = graded.grade()

    assert judges.judged == []
    assert graded.results() == before
    assert graded.of("ben").score == 4.5


def test_decision_is_kept_where_the_reports_cannot_be_written(
    graded: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = graded.results()
    with monkeypatch.context() as patch:
        patch.setattr("grader.files._partial", full)
        with pytest.raises(OperatorError, match="What was decided is kept, though"):
            graded.type("override", "ben", "double", "--score", 7, "--reason", "x")
    assert graded.results() == before
    graded.grade()

    assert graded.of("ben").score == 7.0


def test_undo_takes_the_last_one_back(graded: Class) -> None:
    before = graded.results()
    for score in (3, 7):
        graded.type("override", "ben", "double", "--score", score, "--reason", "x")
    said = graded.type("override", "ben", "double", "--undo")

    assert "ben, double: undone: the override of 20" in said
    assert "double: 7 of 10, now 3 of 10" in said
    graded.type("override", "ben", "double", "--undo")
    assert graded.results() == before
    with pytest.raises(GraderError, match="ben, double: there is no override to undo"):
        graded.type("override", "ben", "double", "--undo")


def test_undo_says_where_there_is_something_to_undo(graded: Class) -> None:
    graded.type("extend", "ben", "double", "--days", 2)
    graded.type("override", "ben", f"double:{CHECK}", "--score", 2, "--reason", "x")
    elsewhere = f"no override to undo. There is one for double:{CHECK}."

    with pytest.raises(GraderError, match=r"no extension to undo\. There is one"):
        graded.type("extend", "ben", "--undo")
    with pytest.raises(GraderError, match=elsewhere):
        graded.type("override", "ben", "double", "--undo")


def test_decisions_of_all_kinds_are_told(graded: Class) -> None:
    until = graded.type("extend", "ben", "--until", "2026-11-09", "--reason", "ill")
    days = graded.type("extend", "ben", "double", "--days", 2)
    excused = graded.type("excuse", "ben", "double", "--reason", "ill")
    said = graded.type("comment", "ann", "double", "--text", SAID)
    flag = graded.type("comment", "ann", "--flag", "--text", "look again")

    assert "ben: extended: until 2026-11-09 23:59 CET (ill)" in until
    assert "total: 0 of 10, as before" in until
    assert "ben, double: extended: 2 days" in days
    assert "ben, double: excused (ill)\n  total: 0 of 10, now 0 of 0" in excused
    assert "ann, double: commented" in said
    assert "ann: flagged" in flag
    assert graded.of("ann").exercises[0].comments == (SAID,)
    assert "look again" not in (graded.out / "results.json").read_text()
    page = (graded.out / "students" / "ann.md").read_text()
    assert "\n\n> **Comment:** Well done.\n>\n> &lt;b&gt;Go on.\n\n" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("excuse", "bem"), "bem: there is no such student in .*Did you mean `ben`?"),
        (("excuse", "ben", "doubel"), "doubel: expected an exercise .*mean `double`?"),
        (("excuse", "ben", f"double:{CHECK}"), "expected an exercise, got a check"),
        (
            ("override", "ben", "double:test_double_of_thre", "--undo"),
            "there is no such check in double. Did you mean `test_double_of_three`?",
        ),
        (("override", "ben", "double", "--score", 11, "--reason", "x"), "0 to 10 poi"),
        (("override", "ben", "double", "--score", "nan", "--reason", "x"), "0 to 10"),
        (("override", "ben", "double", "--score", 5), "expected --score and --reason"),
        (("extend", "ben"), "expected either --until or --days"),
        (("extend", "ben", "--days", 0), "expected either --until or --days"),
        (("extend", "ben", "--until", "soon"), "soon: expected a date such as 2026"),
        (("comment", "ben"), "expected --text"),
        (("diff",), "nothing was published here"),
        (("diff", "a"), "a: expected a folder of reports, or a name"),
        (("gradebook", "export"), "there is no gradebook"),
    ],
)
def test_what_cannot_be_decided_is_told(
    graded: Class, words: tuple[object, ...], said: str
) -> None:
    with pytest.raises(GraderError, match=said):
        graded.type(*words)
    assert not (graded.out / "gradebook.sqlite").exists()


def test_who_handed_in_nothing_can_be_given_time(graded: Class) -> None:
    said = graded.type("extend", "eve", "--days", 3, "--new")

    assert "it counts when it is" in said
    graded.hand_in("eve", RIGHT)
    graded.grade()
    assert graded.of("eve").score == 10.0


def test_diff_tells_whose_grade_moved_since_it_was_published(graded: Class) -> None:
    published = graded.type("publish", "midterm")
    graded.type("override", "ben", "double", "--score", 7, "--reason", "half")
    graded.hand_in("ann", WRONG)
    graded.grade()
    said = graded.type("diff")

    assert "midterm: the grades of 2 students" in published
    assert said == (
        "ann: 10 of 10 -> 0 of 10 (-10)\n"
        "  double: 10 of 10 -> 0 of 10 (-10)\n"
        "    hand-in: another version of double.py\n"
        "ben: 0 of 10 -> 7 of 10 (+7)\n"
        "  double: 0 of 10 -> 7 of 10 (+7)\n"
        "    decision: Set to 7 of 10 points by Dr. Weber: half.\n"
        "2 of 2 grades moved\n"
    )
    moved = json.loads(graded.type("diff", "midterm", "--json"))
    assert [one["name"] for one in moved] == ["ann", "ben"]
    with pytest.raises(GraderError, match="midterm: grades were published under this"):
        graded.type("publish", "midterm")


def test_diff_names_the_check_that_changed(graded: Class) -> None:
    graded.type("publish", "before")
    path = graded.course.root / "solutions" / "double" / "test_hidden.py"
    path.write_text(path.read_text().replace("range(3)", "range(4)"))
    graded.hand_in("ben", RIGHT)
    graded.grade()

    assert "    checks: changed check: test_double_of_fresh_numbers" in graded.type(
        "diff", "before", graded.out
    )


def test_export_and_import_carry_decisions_to_another_folder(
    graded: Class, tmp_path: Path
) -> None:
    graded.type("override", "ben", "double", "--score", 7, "--reason", "half")
    lines = graded.type("gradebook", "export")
    (tmp_path / "x.jsonl").write_text(lines)
    graded.out = tmp_path / "other"
    said = graded.type("gradebook", "import", tmp_path / "x.jsonl")
    graded.grade()

    assert said.startswith("1 added, 0 were there")
    assert graded.of("ben").score == 7.0


def test_rules_that_name_no_check_are_refused(
    tmp_path: Path, make_course: Callable[..., Course]
) -> None:
    table = (
        'title = "Small"\nexercises = ["double"]\n[exercise.double]\ntitle = "x"\n'
        'extra_checks = ["test_double_of_thre"]\n'
    )

    with pytest.raises(GraderError, match="Did you mean `test_double_of_three`"):
        Class(tmp_path, make_course(table=table)).grade()


def test_arithmetic_of_a_grade_is_printed_line_by_line(graded: Class) -> None:
    graded.type("override", "ben", "double", "--score", 7, "--reason", "half")
    said = CliRunner().invoke(cli, ["report", str(graded.out), "--explain", "ben"])

    assert said.stdout.splitlines()[:6] == [
        "ben",
        "  double",
        "             0  of 10: double(x) is twice x. (failed)",
        ("             7  override, double: Set to 7 of 10 points by Dr. Weber: half."),
        "                ------------",
        "             7  7 of 10 points",
    ]


def test_arithmetic_of_nobody_is_refused(graded: Class) -> None:
    done = CliRunner().invoke(cli, ["report", str(graded.out), "--explain", "bem"])

    assert isinstance(done.exception, GraderError)
    assert "--explain bem: there is no such student. Did you mean `ben`?" in str(
        done.exception
    )

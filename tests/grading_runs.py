"""Runs of grading with judges that answer at once, as several files try them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_judges import DOUBLE, FakeJudges

from grader import grading
from grader.grading import Graded, GradeRequest
from grader.report.formats import results_json

if TYPE_CHECKING:
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
        request = GradeRequest((self.submissions,), self.root, self.out, 2, **asked)
        return grading.grade(request, Watching(), open_judges=judges.open)

    def grade(self, judges: FakeJudges, **asked: Any) -> tuple[Results, Watching]:
        """Grade; return the results as they were written, and what was told."""
        watching = Watching()
        request = GradeRequest((self.submissions,), self.root, self.out, 2, **asked)
        graded = grading.grade(request, watching, open_judges=judges.open)
        written = results_json.parse((self.out / "results.json").read_bytes())

        assert written == graded.results
        return written, watching


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

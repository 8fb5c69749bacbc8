"""A desk over three students, and a browser for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from fake_learning import FakeDraw, FakeForesight, FakeLearner
from handmade import checked, exercise, results, submission
from starlette.testclient import TestClient

from grader.model import Outcome, UnexplainedGroup
from grader.report import write_reports
from grader.report.formats import results_json
from grader.report.stems import file_stems
from grader.review.app import DeskPages
from grader.review.decisions import Decider
from grader.review.guard import RequestGuard

if TYPE_CHECKING:
    from pathlib import Path

    from httpx2 import Response

    from grader.course import Course
    from grader.model import Results, SubmissionResult

PORT = 4711
HOME = f"http://127.0.0.1:{PORT}"
EVIL = "<img src=x onerror=alert(1)>"


def of_double(student: str, outcome: Outcome = Outcome.FAILED) -> SubmissionResult:
    said = () if outcome is Outcome.PASSED else ("gave 3",)
    check = checked("double", outcome, *said, points=10.0)
    return submission(student, exercise("double", check))


class Desk:
    """A desk over a small class, and a browser that was given its link."""

    def __init__(self, out: Path, course: Course) -> None:
        self.out = out
        of = results(
            of_double("anna", Outcome.PASSED),
            of_double("ben"),
            of_double(EVIL),
        )
        write_reports(of, out, ("json", "csv", "markdown"))
        self.guard = RequestGuard(PORT)
        self.learner, self.foresight = FakeLearner(), FakeForesight()
        self.draw = FakeDraw()
        decider = Decider(out, course.root, "dean")
        pages = DeskPages(
            out, self.guard, decider, self.learner, self.foresight, self.draw
        )
        self.browser = TestClient(
            pages.app(), base_url=HOME, raise_server_exceptions=False
        )

    def open(self) -> Response:
        return self.browser.get("/", params={"token": self.guard.token})

    def send(self, path: str, action: str, **fields: str) -> Response:
        fields = {"csrf": self.guard.csrf, "action": action} | fields
        return self.browser.post(
            path, data=fields, headers={"origin": HOME}, follow_redirects=False
        )

    def score(self, student: str) -> float:
        found = results_json.read(self.out).submissions
        return next(one.score for one in found if one.student == student)

    def results(self) -> Results:
        return results_json.read(self.out)

    def write(self, *submissions: SubmissionResult) -> None:
        """Let the class be these students."""
        write_reports(results(*submissions), self.out, ("json", "csv", "markdown"))

    def stem(self, student: str) -> str:
        names = tuple(one.student for one in self.results().submissions)
        return file_stems(names)[names.index(student)]

    def group(self, *students: str) -> None:
        """Let some students fail alike, which nothing explains."""
        group = UnexplainedGroup("double", ("test_double",), students)
        found = msgspec.structs.replace(self.results(), unexplained=(group,))
        write_reports(found, self.out, ("json",))

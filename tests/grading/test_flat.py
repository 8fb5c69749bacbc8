"""A class of any size takes the memory of a few students."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from fake_judges import FakeJudges, by_source
from grading_runs import RIGHT, WRONG, Run
from memory import alive, from_now_on

from grader import abreast, grading
from grader.grading import GradeRequest
from grader.model import CheckResult, Program, Verdict, Work
from grader.report import formats
from grader.report.formats import grades_csv, results_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from grader.course import Course
    from grader.model import Results
    from grader.report.formats import Pages
    from grader.report.options import Options

# What there is one of per work or check.
KINDS = (Work, Program, Verdict, CheckResult)


class Looking:
    """Counts what is alive: when works are judged, and whenever it is asked."""

    def __init__(self, judges: FakeJudges) -> None:
        self.judges = judges
        self.most: Counter[type] = Counter()

    def look(self) -> None:
        # The double keeps what it was given; judges do not.
        self.judges.judged.clear()
        now = alive(*KINDS)
        for kind in KINDS:
            self.most[kind] = max(self.most[kind], now[kind])

    def found(self, *_: object) -> None:
        self.look()

    def judged(self, *_: object) -> None:
        self.look()

    def render(self, results: Results, options: Options) -> Pages:
        """Return the pages of two formats, and look while they are made."""
        yield from grades_csv.render(results, options)
        self.look()
        for number, _ in enumerate(results.submissions):
            if number in (2, len(results.submissions) - 1):
                self.look()
        yield from results_json.render(results, options)


def most_alive(
    run: Run, students: int, monkeypatch: pytest.MonkeyPatch
) -> Counter[type]:
    """Return how many there are at most while a class is graded, and graded again."""
    for number in range(students):
        source = f"{RIGHT if number % 2 else WRONG}# {number}\n"
        run.hand_in(f"s{number:03}", source=source)
    judges = FakeJudges()
    looking = Looking(judges)
    monkeypatch.setattr(formats, "load", lambda _: looking.render)
    request = GradeRequest((run.submissions,), run.root, run.out, 2, formats=("json",))
    for _ in range(2):
        graded = grading.grade(request, looking, open_judges=judges.open)
        looking.look()
        assert len(graded.results.submissions) == students
    return looking.most


def test_larger_class_has_no_more_in_memory(
    tmp_path: Path,
    make_course: Callable[..., Course],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = make_course()
    with from_now_on():
        small = most_alive(Run(tmp_path / "small", course), 10, monkeypatch)
    with from_now_on():
        large = most_alive(Run(tmp_path / "large", course), 40, monkeypatch)

    assert min(small.values()) > 0
    assert large <= small


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".json", ".csv", ".md"}
    }


def test_several_processes_write_the_same_reports(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        source = f"{RIGHT if number % 2 else WRONG}# {number}\n"
        run.hand_in(f"s{number}", source=source)
    run.hand_in("empty", source="")
    fault = ("test_hidden.py: no.",)

    def answer(work: Work) -> Verdict:
        verdict = by_source(work)
        odd = work.student == "s3"
        return msgspec.structs.replace(verdict, faults=fault) if odd else verdict

    once = run.graded(FakeJudges(answer))
    files = files_of(run.out)
    monkeypatch.setattr(abreast, "_WORTH", 2)
    monkeypatch.setattr(abreast, "_BUNDLE", 2)
    shutil.rmtree(run.out)
    judges = FakeJudges(answer)

    assert run.graded(judges) == once
    assert files_of(run.out) == files
    assert len(files) > 12
    assert run.graded(judges).results == run.graded(judges).results
    assert files_of(run.out) == files

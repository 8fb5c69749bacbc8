"""The whole path of `grade` around the judging: works a second, and memory.

Judges that answer at once take the place of the real ones, so this is what finding
works, the verdict store, scores and reports cost. Each student hands in the course's
four exercises. Type `python benchmarks/flat.py`; `--students 500` is a smaller class.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import common

sys.path.append(str(common.ROOT / "tests"))
from fake_judges import FakeJudges
from helpers import Quiet, a_verdict

from grader import grading
from grader.judging.session import open_judges
from grader.model import Check, Finding, Outcome, Role, Said, Verdict, Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.judging.session import How

PER_SECOND = 1500.0
SECOND_S = 60.0
PEAK_MB = 400.0
SAME_TIMES = 1.2
SMALL = 250
# Each so-manieth work fails its last check, so that reasons are written, too.
WRONG = 3
WHY = (Said(Role.SAW, "`forward` gave another number than expected."),)


class Forgetful(FakeJudges):
    """Judges that keep nothing of what they have judged."""

    def judge(
        self, works: Iterable[Work], how: How | None = None
    ) -> Iterator[tuple[Work, Verdict]]:
        """Yield each work with its verdict."""
        for judged in super().judge(works, how):
            yield judged
            self.judged.clear()


def main() -> None:
    """Grade a small class and a large one, then the large one again."""
    students = _options().students
    with open_judges(common.course(), sandbox="none") as judges:
        checks = judges.checks
    with tempfile.TemporaryDirectory() as folder:
        small, _ = _graded(_class(Path(folder, "small"), SMALL), checks)
        mine = _class(Path(folder, "large"), students)
        large, files = _graded(mine, checks)
        again, _ = _graded(mine, checks)
        store_kb = (mine / "out" / "verdicts.sqlite").stat().st_size / 1024
    works = students * len(checks)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    dearer = large / works / (small / (SMALL * len(checks)))
    common.table(
        "the path around the judging",
        [
            ("works", f"{works} of {students} students, {files} files"),
            ("first run", f"{large:.1f} s, {works / large:.0f} works/s"),
            ("cost per work over that of a small class", f"{dearer:.2f} times"),
            ("second run", f"{again:.1f} s"),
            ("peak of the main process", f"{peak_mb:.0f} MB"),
            ("verdict store", f"{store_kb / works:.2f} KB per work"),
        ],
    )
    common.leave(
        common.at_least("works a second", works / large, PER_SECOND, ""),
        common.at_most("large class over small", dearer, SAME_TIMES, " times"),
        common.at_most("the second run", again, SECOND_S, " s"),
        common.at_most("the main process's peak", peak_mb, PEAK_MB, " MB"),
    )


def _class(root: Path, students: int) -> Path:
    """Write a class whose works all differ, and return its folder."""
    for exercise in common.course().exercises:
        source = exercise.folder.joinpath("solution.py").read_text(encoding="utf-8")
        for number in range(students):
            mine = root / "in" / f"s{number:06}"
            mine.mkdir(parents=True, exist_ok=True)
            (mine / f"{exercise.id}.py").write_text(f"{source}\n# {number}\n")
    return root


def _graded(root: Path, checks: Mapping[str, tuple[Check, ...]]) -> tuple[float, int]:
    """Return the computing time of a run, in seconds, and how many files it wrote."""
    number = 0

    def answer(work: Work) -> Verdict:
        nonlocal number
        number += 1
        found = [Finding(c.name, Outcome.PASSED) for c in checks[work.exercise]]
        if number % WRONG == 0:
            found[-1] = Finding(found[-1].name, Outcome.FAILED, WHY)
        return a_verdict(*found)

    def right(work: Work) -> Verdict:
        return a_verdict(
            *(Finding(c.name, Outcome.PASSED) for c in checks[work.exercise])
        )

    double = Forgetful(answer, dict(checks), own=right)
    request = grading.GradeRequest((root / "in",), common.ROOT, root / "out", 2)
    begun = time.process_time()
    with contextlib.suppress(SystemExit):
        graded = grading.grade(request, Quiet(), open_judges=double.open)
    return time.process_time() - begun, len(graded.files)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=25_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""The whole path of `grade` around the judging: works a second, and memory.

Judges that answer at once take the place of the real ones, so this is what finding
works, the verdict store, scores and reports cost. Each student hands in the course's
four exercises. Type `python benchmarks/flat.py`; `--students 500` is a smaller class,
`--jobs 2` says how many processes share the work. Times are by the clock; computing on
all cores stands beside them.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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
    options = _options()
    students, jobs = options.students, options.jobs
    with open_judges(common.course(), sandbox="none") as judges:
        checks = judges.checks
    with tempfile.TemporaryDirectory() as folder:
        small = graded(class_in(Path(folder, "small"), SMALL), checks, jobs)
        mine = class_in(Path(folder, "large"), students)
        large = graded(mine, checks, jobs)
        again = graded(mine, checks, jobs)
        store_kb = (mine / "out" / "verdicts.sqlite").stat().st_size / 1024
    works = students * len(checks)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    dearer = large.computed_s / works / (small.computed_s / (SMALL * len(checks)))
    common.table(
        "the path around the judging",
        [
            ("works", f"{works} of {students} students, {large.files} files"),
            ("first run", f"{large.shown}, {works / large.took_s:.0f} works/s"),
            ("cost per work over that of a small class", f"{dearer:.2f} times"),
            ("second run", again.shown),
            ("peak of the main process", f"{peak_mb:.0f} MB"),
            ("verdict store", f"{store_kb / works:.2f} KB per work"),
        ],
    )
    common.leave(
        common.at_least("works a second", works / large.took_s, PER_SECOND, ""),
        common.at_most("large class over small", dearer, SAME_TIMES, " times"),
        common.at_most("the second run", again.took_s, SECOND_S, " s"),
        common.at_most("the main process's peak", peak_mb, PEAK_MB, " MB"),
    )


def class_in(root: Path, students: int) -> Path:
    """Write a class whose works all differ, and return its folder."""
    for exercise in common.course().exercises:
        source = exercise.folder.joinpath("solution.py").read_text(encoding="utf-8")
        for number in range(students):
            mine = root / "in" / f"s{number:06}"
            mine.mkdir(parents=True, exist_ok=True)
            (mine / f"{exercise.id}.py").write_text(f"{source}\n# {number}\n")
    return root


class Took(NamedTuple):
    """What a run took, by the clock and of all cores, and the files that it wrote."""

    took_s: float
    main_s: float
    computed_s: float
    files: int

    @property
    def shown(self) -> str:
        """The times, for the table."""
        return (
            f"{self.took_s:.1f} s, computing {self.computed_s:.1f} s, of which "
            f"{self.main_s:.1f} s in the main process"
        )


def graded(root: Path, checks: Mapping[str, tuple[Check, ...]], jobs: int) -> Took:
    """Return what a run takes."""
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
    request = grading.GradeRequest((root / "in",), common.ROOT, root / "out", jobs)
    begun, main, others = time.monotonic(), time.process_time(), _children_s()
    done = grading.grade(request, Quiet(), open_judges=double.open)
    main_s = time.process_time() - main
    computed_s = main_s + _children_s() - others
    return Took(time.monotonic() - begun, main_s, computed_s, len(done.files))


def _children_s() -> float:
    """Return the computing time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=25_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()

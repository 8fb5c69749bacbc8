"""One score for one file: odd works, judged again and again on a busy machine.

Type `python benchmarks/steady.py`; `--times 3` judges them less often, `--every 6`
takes one work of six, and `--first 1` begins with the second. `--seconds-per-call 1
--seconds-per-exercise 4` are the limits that the tests of these works have. Processes
that only compute keep every core busy, and the works come in another order each time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import common

from grader.course import load_course
from grader.intake import find_work
from grader.judging.session import open_judges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.course import Course
    from grader.model import Verdict

    Ends = dict[tuple[str, str], set[tuple[str, ...]]]

FIELD = common.ROOT / "tests" / "field" / "works"
BUSY_PER_CORE = 2
# By so many works the order is another one each time.
ROTATED = 7


def main() -> None:
    """Judge the works, and compare each with how it ended the first time."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        limits = (options.seconds_per_call, options.seconds_per_exercise)
        course = load_course(common.course_in(Path(folder) / "course", *limits))
        ends = _ends(course, options)
    moved = sorted(key for key, seen in ends.items() if len(seen) > 1)
    common.table(
        "steady",
        [
            (f"works, {options.times} times each", str(len(ends))),
            ("ended in more than one way", str(len(moved))),
            *((", ".join(key), _apart(ends[key])) for key in moved),
        ],
    )
    common.leave(common.at_most("works that moved", len(moved), 0, ""))


def _ends(course: Course, options: argparse.Namespace) -> Ends:
    """Return in which ways each work ended."""
    found = find_work((FIELD,), course.ids).work
    works = [work for work in found if work.program is not None]
    works = works[options.first :: options.every]
    ends: Ends = {}
    with open_judges(course, jobs=os.cpu_count() or 1, many=True) as judges:
        for _ in range(options.times):
            works = [*works[ROTATED:], *works[:ROTATED]]
            with _busy():
                for work, verdict in judges.judge(works):
                    key = work.student, work.exercise
                    ends.setdefault(key, set()).add(_end(verdict))
    return ends


def _end(verdict: Verdict) -> tuple[str, ...]:
    return tuple(f"{f.name} {f.outcome}" for f in verdict.findings)


def _apart(ends: set[tuple[str, ...]]) -> str:
    """Return what is not in all ways that a work ended."""
    seen = [end for each in ends for end in each]
    return ", ".join(sorted({end for end in seen if seen.count(end) < len(ends)}))


@contextmanager
def _busy() -> Iterator[None]:
    """Keep every core busy with more processes than it can run."""
    count = BUSY_PER_CORE * (os.cpu_count() or 1)
    processes = [multiprocessing.Process(target=_compute) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _compute() -> None:
    while True:
        pass


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds-per-call", type=float, default=5)
    parser.add_argument("--seconds-per-exercise", type=float, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""One score for one file: odd works, judged again and again on a busy machine.

Type `python benchmarks/steady.py`; `--times 3` judges them less often, and `--every 6`
takes one work of six. Processes that only compute keep every core busy, and the works
come in another order each time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import common

from grader.intake import find_work
from grader.judging.session import open_judges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Verdict

FIELD = common.ROOT / "tests" / "field" / "works"
BUSY_PER_CORE = 2
# By so many works the order is another one each time.
ROTATED = 7


def main() -> None:
    """Judge the works, and compare each with how it ended the first time."""
    options = _options()
    course = common.course()
    works = [
        work
        for work in find_work((FIELD,), course.ids).work
        if work.program is not None
    ][:: options.every]
    ends: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    with open_judges(course, jobs=os.cpu_count() or 1, many=True) as judges:
        for _ in range(options.times):
            works = [*works[ROTATED:], *works[:ROTATED]]
            with _busy():
                for work, verdict in judges.judge(works):
                    key = work.student, work.exercise
                    ends.setdefault(key, set()).add(_end(verdict))
    moved = sorted(key for key, seen in ends.items() if len(seen) > 1)
    common.table(
        "steady",
        [
            (f"works, {options.times} times each", str(len(ends))),
            ("ended in more than one way", str(len(moved))),
            *((f"{student}, {exercise}", "") for student, exercise in moved),
        ],
    )
    common.leave(common.at_most("works that moved", len(moved), 0, ""))


def _end(verdict: Verdict) -> tuple[str, ...]:
    return tuple(f"{f.name} {f.outcome}" for f in verdict.findings)


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
    return parser.parse_args()


if __name__ == "__main__":
    main()

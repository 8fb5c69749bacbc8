"""Compares the kit with one fresh `python -m pytest` process per submission.

Both run the same checks on the same programs of the sample class, two at a time. One
submission is one file: a student's work on one exercise. Type
`python benchmarks/throughput.py`; `--every 12` takes a twelfth of the class.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import common
import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMES_PYTEST = 15.0


def fresh(submission: common.Submission, program: Path) -> int:
    """Run pytest once, in a new process; return how many checks passed."""
    solution = common.ROOT / "solutions" / submission.exercise / "solution.py"
    program.write_bytes(msgspec.msgpack.encode(submission.program))
    words = ["-q", "-p", "harness", "-p", "no:cacheprovider", "-c", os.devnull]
    words += [f"--rootdir={common.ROOT}", "--import-mode=importlib", "--tb=no"]
    checks = [solution.with_name(f"test_{kind}.py") for kind in ("visible", "hidden")]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *map(str, checks)],
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "BENCH_PROGRAM": str(program),
            "BENCH_SOLUTION": str(solution),
            "PYTHONPATH": str(Path(__file__).parent),
            "OMP_NUM_THREADS": "1",
        },
    )
    found = re.search(r"(\d+) passed", ended.stdout)
    return int(found[1]) if found else 0


def pytest_cost(
    submissions: Sequence[common.Submission], jobs: int
) -> tuple[common.Cost, int]:
    """Return what one process per submission takes, and how many checks passed."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as threads:
        paths = [Path(folder, str(number)) for number in range(len(submissions))]
        cpu, wall = common.cpu_s(), time.monotonic()
        passed = sum(threads.map(fresh, submissions, paths))
        cost = common.Cost(
            time.monotonic() - wall, common.cpu_s() - cpu, len(submissions)
        )
    return cost, passed


def main() -> None:
    """Measure both, then compare."""
    options = _options()
    submissions = common.sample_class(every=options.every)
    plain, plain_passed = pytest_cost(submissions, options.jobs)
    with common.kit(options.jobs, reasons=options.reasons) as kit:
        costs = [kit.measured(submissions) for _ in range(options.rounds)]
        passed = kit.passed(submissions)
    ours = sorted(costs, key=lambda cost: cost.wall_s)[len(costs) // 2]
    common.table(
        f"{len(submissions)} submissions, {options.jobs} at a time",
        [
            ("one pytest process each", _row(plain, plain_passed)),
            ("the kit, once started", _row(ours, passed)),
            ("times the throughput", f"{ours.per_second / plain.per_second:.1f}"),
            ("times less computing", f"{plain.cpu_ms / ours.cpu_ms:.1f}"),
        ],
    )
    times = ours.per_second / plain.per_second
    common.leave(common.at_least("throughput", times, TIMES_PYTEST, " times"))


def _row(cost: common.Cost, passed: int) -> str:
    return (
        f"{cost.per_second:6.2f} /s, {cost.cpu_ms:6.0f} ms of computing each; "
        f"{passed} checks passed"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--reasons", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()

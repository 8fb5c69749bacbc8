"""Compares grading with its floor: the computing time of students' and reference code.

The floor is what the calls of the same checks on the same programs take in a warm
process without a wall; nothing else is counted. Type `python benchmarks/floor.py`;
`--every 4` takes a quarter of the sample class.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import common
import msgspec
import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMES_FLOOR = 1.5
LIGHT = "backprop"
LIGHT_MS = 25.0
_KINDS = ("visible", "hidden")


class _Passed:
    """A pytest plugin that counts the checks that passed."""

    def __init__(self) -> None:
        self.count = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.count += report.when == "call" and report.passed


def floor_of(
    submissions: Sequence[common.Submission],
    folder: Path,
    kinds: tuple[str, ...] = _KINDS,
) -> tuple[float, int]:
    """Return the computing time of the programs' and solutions' code, in seconds.

    The second number is how many checks passed, which shows that they were the same.
    """
    import harness

    harness.CLOCK.spent_s = 0.0
    passed = sum(_run(submission, folder, kinds) for submission in submissions)
    return harness.CLOCK.spent_s, passed


def _run(
    submission: common.Submission, folder: Path, kinds: tuple[str, ...] = _KINDS
) -> int:
    solution = common.ROOT / "solutions" / submission.exercise / "solution.py"
    program = folder / "program"
    program.write_bytes(msgspec.msgpack.encode(submission.program))
    os.environ.update(BENCH_PROGRAM=str(program), BENCH_SOLUTION=str(solution))
    words = ["-q", "-p", "harness", "--assert=plain", "-p", "no:cacheprovider"]
    words += ["-c", os.devnull, f"--rootdir={common.ROOT}", "--import-mode=importlib"]
    checks = [solution.with_name(f"test_{kind}.py") for kind in kinds]
    passed = _Passed()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*words, *map(str, checks)], plugins=[passed])
    return passed.count


def main() -> None:
    """Measure each exercise, then judge the whole."""
    options = _options()
    by_exercise = defaultdict(list)
    for submission in common.sample_class(every=options.every):
        by_exercise[submission.exercise].append(submission)
    with tempfile.TemporaryDirectory() as folder:
        for own in by_exercise.values():
            _run(own[0], Path(folder))  # imports, and first uses of torch
        floors = {
            exercise: floor_of(own, Path(folder))
            for exercise, own in by_exercise.items()
        }
    with common.kit(options.jobs, reasons=options.reasons) as kit:
        costs = {
            exercise: common.median(
                [kit.measured(own).cpu_s for _ in range(options.rounds)]
            )
            for exercise, own in by_exercise.items()
        }
        passed = {exercise: kit.passed(own) for exercise, own in by_exercise.items()}
    rows = []
    for exercise, own in by_exercise.items():
        cost = costs[exercise] * 1e3 / len(own)
        floor = floors[exercise][0] * 1e3 / len(own)
        value = (
            f"{cost:6.1f} ms, floor {floor:6.1f} ms, {cost / floor:.2f} times, "
            f"{cost - floor:5.1f} ms above; checks passed: {passed[exercise]}, on "
            f"the floor {floors[exercise][1]}"
        )
        rows.append((f"{exercise} ({len(own)})", value))
    common.table("computing time per submission and exercise", rows)
    times = sum(costs.values()) / sum(floor for floor, _ in floors.values())
    above_ms = (costs[LIGHT] - floors[LIGHT][0]) / len(by_exercise[LIGHT]) * 1e3
    common.leave(
        common.at_most("total over floor", times, TIMES_FLOOR, " times"),
        common.at_most(f"{LIGHT} above its floor", above_ms, LIGHT_MS, " ms"),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--reasons", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    # As in a worker; more threads would only add waiting to these small tensors.
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    main()

"""What the training record adds to the grading of right work, per exercise.

The calls of all checks on the solution run in a warm process, as in `floor.py`, in turn
without the recorder and with it. What it adds is compared with what judging the
solution takes in all. Type `python benchmarks/recording.py`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import common
from floor import floor_of

from grader.course import SOLUTION
from grader.intake.reading import read_program

GROWTH = 1.2


def added_s(submission: common.Submission, folder: Path, rounds: int) -> float:
    """Return the seconds that the recorder adds to the calls of one program."""
    import harness

    added = []
    for _ in range(rounds):
        plain = floor_of([submission], folder)[0]
        harness.RECORDING = True
        added.append(floor_of([submission], folder)[0] - plain)
        harness.RECORDING = False
    return common.median(added)


def main() -> None:
    """Measure each exercise; the target holds for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    right = {
        exercise.id: common.Submission(
            exercise.id, read_program(exercise.folder / SOLUTION)
        )
        for exercise in common.course().exercises
    }
    with tempfile.TemporaryDirectory() as folder:
        for one in right.values():
            floor_of([one], Path(folder))  # imports, and first uses of torch
        added = {n: added_s(one, Path(folder), rounds) for n, one in right.items()}
    rows, growth = [], []
    with common.kit(1, reasons=True) as kit:
        for name, one in right.items():
            works = common.many([one], 3 * rounds)
            cost_s = kit.measured(works).cpu_ms / 1e3
            growth.append(cost_s / (cost_s - added[name]))
            value = f"{added[name] * 1e3:5.1f} ms of {cost_s * 1e3:5.1f} ms"
            rows.append((name, f"{value}, {growth[-1]:.3f} times"))
    common.table("what the record adds to right work", rows)
    common.leave(common.at_most("the largest growth", max(growth), GROWTH, " times"))


if __name__ == "__main__":
    # As in a worker; more threads would only add waiting to these small tensors.
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    main()

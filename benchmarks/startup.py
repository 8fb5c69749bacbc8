"""What a command takes from the first key to its end.

Type `python benchmarks/startup.py`; `--rounds 3` takes the median of three.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import common

HELP_S = 0.15
GRADE_S = 4.0
CHECK_S = 3.0


def seconds(rounds: int, *words: object) -> tuple[float, float]:
    """Return the median time of a command of the kit, and its computing time."""
    took, computed = [], []
    for _ in range(rounds):
        begun, before = time.monotonic(), common.cpu_s()
        subprocess.run(
            [Path(sys.executable).with_name("grader"), *map(str, words)],
            check=False,
            capture_output=True,
            cwd=common.ROOT,
        )
        took.append(time.monotonic() - begun)
        computed.append(common.cpu_s() - before)
    return common.median(took), common.median(computed)


def main() -> None:
    """Measure help, a first grade, and a student's check."""
    rounds = _options().rounds
    with tempfile.TemporaryDirectory() as folder:
        mine = Path(folder, "submissions", "me", "autograd.py")
        mine.parent.mkdir(parents=True)
        shutil.copy(common.ROOT / "solutions" / "autograd" / "solution.py", mine)
        out = ("--out", Path(folder, "reports"), "--fresh")
        seconds(1, "--help")
        took_help = seconds(2 * rounds + 1, "--help")
        took_grade = seconds(rounds, "grade", mine.parents[1], *out)
        took_check = seconds(rounds, "check", mine, "--course", common.ROOT)
    common.table(
        "start-up",
        [
            ("grader --help", _row(took_help)),
            ("grader grade, one submission", _row(took_grade)),
            ("grader check, one file", _row(took_check)),
        ],
    )
    common.leave(
        common.at_most("grader --help", took_help[0], HELP_S, " s"),
        common.at_most("the first grade", took_grade[0], GRADE_S, " s"),
        common.at_most("grader check", took_check[0], CHECK_S, " s"),
    )


def _row(took: tuple[float, float]) -> str:
    return f"{took[0]:6.3f} s, of which {took[1]:.2f} s computing on all cores"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()

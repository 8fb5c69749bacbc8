"""How long a command takes from its start to its end.

Type `python benchmarks/startup.py`; `--rounds 3` takes the median of three.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import common
import floor
import saves

from grader.intake import read_program

CACHE = Path(tempfile.gettempdir(), "grader-startup-compiled")
HELP_S = 0.15
GRADE_S = 4.0
CHECK_S = 3.0
AGAIN_S = 0.5
WATCH_S = 0.4


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
            env=_as_installed(),
        )
        took.append(time.monotonic() - begun)
        computed.append(common.cpu_s() - before)
    return common.median(took), common.median(computed)


def _as_installed() -> dict[str, str]:
    """Return an environment in which modules stay compiled, as pip leaves them."""
    kept = {**os.environ, "PYTHONPYCACHEPREFIX": str(CACHE)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def again(rounds: int, folder: Path) -> tuple[float, float]:
    """Return what grading the sample class takes when nothing is left to judge.

    The interpreter's own start is taken off its computing time.
    """
    words = ("grade", common.CLASS, "--out", folder / "class", "--course", common.ROOT)
    seconds(1, *words)
    took, computed = seconds(rounds, *words)
    before = common.cpu_s()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return took, computed - (common.cpu_s() - before)


def watched(rounds: int, folder: Path) -> dict[str, tuple[float, float]]:
    """Return the median time of an answer, and of its checks alone, per exercise."""
    found = {}
    for exercise in common.course().ids:
        path = folder / f"{exercise}.py"
        shutil.copy(common.ROOT / "solutions" / exercise / "solution.py", path)
        own = [common.Submission(exercise, read_program(path))]
        floor.floor_of(own, folder, ("visible",))  # imports, and first uses of torch
        alone_s, _ = floor.floor_of(own, folder, ("visible",))
        text = path.read_text(encoding="utf-8")
        texts = [f"{text}\n# {number}\n" for number in range(rounds)]
        found_now = saves.answers(path, texts, saves.EDIT_S)
        found[exercise] = common.median([one.took_s for one in found_now]), alone_s
    return found


def main() -> None:
    """Measure help, grading, a student's check, and the answers to saves."""
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
        took_again = again(rounds, Path(folder))
        by_save = watched(rounds, Path(folder))
    common.table(
        "start-up",
        [
            ("grader --help", _row(took_help)),
            ("grader grade, one submission", _row(took_grade)),
            ("grader check, one file", _row(took_check)),
            ("grader grade, a class with nothing to judge", _row(took_again)),
            *(
                (
                    f"an answer to a save, {exercise}",
                    f"{took:6.3f} s, {alone:.3f} alone",
                )
                for exercise, (took, alone) in by_save.items()
            ),
        ],
    )
    above_s = max(took - alone for took, alone in by_save.values())
    common.leave(
        common.at_most("grader --help", took_help[0], HELP_S, " s"),
        common.at_most("the first grade", took_grade[0], GRADE_S, " s"),
        common.at_most("grader check", took_check[0], CHECK_S, " s"),
        common.at_most("computing again", took_again[1], AGAIN_S, " s"),
        common.at_most("a save's answer above its checks", above_s, WATCH_S, " s"),
    )


def _row(took: tuple[float, float]) -> str:
    return f"{took[0]:6.3f} s, of which {took[1]:.2f} s computing on all cores"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()

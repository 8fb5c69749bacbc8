"""How long an answer of `grader check --watch` takes after a save: twenty in a row.

Type `python benchmarks/saves.py`. The work is saved right and wrong by turns, and each
answer must be the right one. Computing time is that of all the kit's processes, also of
the worker that starts for the next save.
"""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ANSWER_S = 0.5
# A student edits for at least this long, and the next worker starts meanwhile.
EDIT_S = 8.0
_SAID = re.compile(r"(\d+) of (\d+) checks passed")
_RIGHT, _WRONG = "return w * x", "return w + x"


class Answer(NamedTuple):
    """One answer: how many checks passed of how many, and what it took."""

    passed: int
    checks: int
    took_s: float
    computed_s: float


def answers(path: Path, texts: Sequence[str], edit_s: float) -> list[Answer]:
    """Return the answer to each text that is saved into a watched file."""
    command = [Path(sys.executable).with_name("grader"), "check", "--watch", path]
    process = subprocess.Popen(
        [*command, "--course", common.ROOT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if process.stdout is None:
        raise RuntimeError("expected a pipe")
    told = filter(None, map(_SAID.search, process.stdout))
    next(told)
    found = []
    for text in texts:
        time.sleep(edit_s)
        begun_s, computed_s = time.monotonic(), common.cpu_s()
        path.write_text(text, encoding="utf-8")
        passed, checks = map(int, next(told).groups())
        took_s = time.monotonic() - begun_s
        found.append(Answer(passed, checks, took_s, common.cpu_s() - computed_s))
    process.send_signal(signal.SIGINT)
    process.communicate()
    return found


def by_turns(text: str, saves: int) -> Iterator[str]:
    """Yield a solution for each save, right first, then by turns."""
    if _RIGHT not in text:
        raise RuntimeError(f"expected a solution with {_RIGHT!r} in it")
    for number in range(saves):
        changed = text.replace(_RIGHT, _WRONG) if number % 2 else text
        yield f"{changed}\n# save {number}\n"


def main() -> None:
    """Save a file many times, and tell each answer and what it took."""
    options = _options()
    solution = common.ROOT / "solutions" / "autograd" / "solution.py"
    text = solution.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "autograd.py")
        path.write_text(text, encoding="utf-8")
        saves = list(by_turns(text, options.saves))
        found = answers(path, saves, options.edit)
    common.table(
        "answers to saves, autograd",
        [
            (
                f"save {number}: {one.passed} of {one.checks} passed",
                f"{one.took_s:6.3f} s, of which {one.computed_s:.2f} s computing",
            )
            for number, one in enumerate(found, 1)
        ],
    )
    right = sum(
        (one.passed == one.checks) != bool(number % 2)
        for number, one in enumerate(found)
    )
    computed_s = common.median([one.computed_s for one in found])
    median_s = common.median([one.took_s for one in found])
    common.leave(
        common.at_least("right answers", right, options.saves, ""),
        common.at_most("computing, median", computed_s, ANSWER_S, " s"),
        common.at_most("an answer, median", median_s, ANSWER_S, " s"),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=20)
    parser.add_argument("--edit", type=float, default=EDIT_S)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""A class of 60 with 15 attackers, against the same class without them.

Type `python benchmarks/attackers.py`. All honest scores must be the same, the exit code
0 and the time at most 1.5 times (`--at-most inf` asks nothing of it). As root the runs
have 300 processes and 3 GB, where control groups can be had. Everybody hands in
`autograd`; with `--whole-course` all four exercises, and attackers attack in that one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import common

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GROUPS = Path("/sys/fs/cgroup")
STUDENTS = 60
EVERY = 4  # one of so many attacks
ATTACKED = "autograd"
RATIO = 1.5
PROCESSES, MEMORY = 300, 3 << 30

# One for each kind of harm; each stands before or in place of a right program.
ATTACKS = {
    "sleeps": "def forward(w, x):\n    import time\n    time.sleep(10**6)\n",
    "naps": (
        "import time\n_own = train\n"
        "def train(*a, **k):\n    time.sleep(2)\n    return _own(*a, **k)\n"
    ),
    "sleeps when loaded": "import time\ntime.sleep(10**6)\n",
    "never ends": "def train(*a, **k):\n    while True: pass\n",
    "never ends, deaf": (
        "import itertools\ndef loss(*a):\n    return sum(itertools.repeat(1))\n"
    ),
    "drips": (
        "import os, struct, time\ndef forward(*a):\n"
        "    os.write(3, struct.pack('>II', 10**6, 0))\n"
        "    while True:\n        os.write(3, b'x')\n        time.sleep(.01)\n"
    ),
    "starts threads": (
        "import threading, time\nthreading.stack_size(32768)\ntry:\n"
        "    while True:\n"
        "        threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
        "except RuntimeError: pass\n"
    ),
    "raises a megabyte": (
        "import sys\nsys.modules['grader.sandbox.program'] = None\n"
        "def forward(w, x): raise TypeError('a' * 10**6 + '()')\n"
    ),
    "answers with 60 MB": (
        "import numpy\ndef forward(w, x): return numpy.zeros(60 << 20, bool)\n"
    ),
    "answers with a million lists": "def loss(*a): return [[] for _ in range(10**6)]\n",
    "says more than it was asked": (
        "import sys\nwire = sys.modules['grader.sandbox.wire']\nold = wire.encode\n"
        "def encode(n, reply, *m):\n"
        "    more = {'more': b'x' * (60 << 20)} if 'value' in reply else {}\n"
        "    return old(n, {**reply, **more}, *m)\n"
        "wire.encode = encode\n"
    ),
    "takes memory": "def train(*a):\n    x = []\n    while True: x += [bytes(9**7)]\n",
    "ends its process": "import os\ndef forward(*a): os._exit(0)\n",
    "prints": "def forward(*a):\n    while True: print('x' * 10**6)\n",
    "has a long text": "# "
    + "\n# ".join(["a" * 50] * 4000)
    + "\ndef forward(): pass\n",
}


class Run(NamedTuple):
    """What one run gave."""

    seconds: float
    code: int
    scores: dict[str, float]


def right_work(exercise: str) -> str:
    """Return the solution of an exercise."""
    return (common.ROOT / "solutions" / exercise / "solution.py").read_text("utf-8")


def hand_in(folder: Path, others: Iterable[str] = (), *, attacked: bool) -> set[str]:
    """Write a class; return who is honest.

    Args:
        folder: where it is written.
        others: the exercises that are handed in beside the one under attack.
        attacked: whether there are attackers.
    """
    right = right_work(ATTACKED)
    wrong = right.replace("lr * w.grad.data", "2 * lr * w.grad.data")
    attacks = iter(ATTACKS.values())
    honest = set()
    for number in range(STUDENTS):
        name = f"s{number:02}"
        source = f"# {name}\n{wrong if number % 7 == 0 else right}"
        if number % EVERY == EVERY - 1:
            source += f"\n{next(attacks)}" if attacked else ""
        else:
            honest.add(name)
        (folder / name).mkdir(parents=True)
        (folder / name / f"{ATTACKED}.py").write_text(source, encoding="utf-8")
        for other in others:
            source = f"# {name}\n{right_work(other)}"
            (folder / name / f"{other}.py").write_text(source, encoding="utf-8")
    return honest


@contextmanager
def control_groups(processes: int, memory_bytes: int) -> Iterator[list[Path]]:
    """Yield files; who writes a process's number into them limits it."""
    made = []
    one = (GROUPS / "cgroup.controllers").exists()
    limits = {
        "pids": ("pids.max", processes),
        "memory": ("memory.max" if one else "memory.limit_in_bytes", memory_bytes),
    }
    for kind, (file, value) in limits.items():
        group = (GROUPS if one else GROUPS / kind) / f"grader-{os.getpid()}"
        with suppress(OSError):
            group.mkdir(exist_ok=True)
            (group / file).write_text(str(value))
            made.append(group)
    try:
        yield [group / "cgroup.procs" for group in made]
    finally:
        for group in dict.fromkeys(made):
            with suppress(OSError):
                group.rmdir()


def joining(groups: list[Path], command: list[str]) -> list[str]:
    """Return a command that joins control groups and then is the given one."""
    joined = "".join(f"echo $$ > {group}; " for group in groups)
    return ["/bin/sh", "-c", f'{joined}exec "$@"', "sh", *command]


def grade(
    submissions: Path, course: Path, exercises: Iterable[str], groups: list[Path]
) -> Run:
    """Return what grading a class gives."""
    out = submissions.with_name(f"{submissions.name}-out")
    command = [sys.executable, "-m", "grader", "grade", str(submissions)]
    command += ["--course", str(course), "--out", str(out)]
    command += [word for each in exercises for word in ("--only", each)]
    begun = time.monotonic()
    done = subprocess.run(
        joining(groups, command),
        cwd=common.ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    seconds = time.monotonic() - begun
    if done.returncode:
        print(done.stderr[-3000:])
    results = json.loads((out / "results.json").read_bytes())
    scores = {each["student"]: each["score"] for each in results["submissions"]}
    return Run(seconds, done.returncode, scores)


def main() -> int:
    """Print both runs; return 0 where attackers changed nothing for the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds-per-call", type=float, default=5)
    parser.add_argument("--seconds-per-exercise", type=float, default=20)
    parser.add_argument("--whole-course", action="store_true")
    parser.add_argument("--at-most", type=float, default=RATIO, metavar="TIMES")
    options = parser.parse_args()
    others = set(common.course().ids) - {ATTACKED} if options.whole_course else set()
    with (
        tempfile.TemporaryDirectory() as name,
        control_groups(PROCESSES, MEMORY) as groups,
    ):
        folder = Path(name)
        limits = (options.seconds_per_call, options.seconds_per_exercise)
        course = common.course_in(folder / "course", *limits)
        hand_in(folder / "alone", others, attacked=False)
        honest = hand_in(folder / "attacked", others, attacked=True)
        only = {ATTACKED, *others}
        alone = grade(folder / "alone", course, only, groups)
        attacked = grade(folder / "attacked", course, only, groups)
    moved = {s for s in honest if alone.scores[s] != attacked.scores.get(s)}
    earned = sorted(attacked.scores[s] for s in attacked.scores.keys() - honest)
    ratio = attacked.seconds / alone.seconds
    print(f"control groups: {', '.join(g.parts[4] for g in groups) or 'none'}")
    print(f"alone: {alone.seconds:.1f} s, exit {alone.code}")
    print(f"with {len(earned)} attackers: {attacked.seconds:.1f} s, {ratio:.2f} times")
    print(f"exit {attacked.code}; honest scores moved: {sorted(moved) or 'none'}")
    print(f"attackers' scores: {earned}")
    return int(bool(moved) or attacked.code != 0 or ratio > options.at_most)


if __name__ == "__main__":
    sys.exit(main())

"""What the benchmarks share: programs of the sample class, a started kit, a table."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course import Course, load_course
from grader.intake import find_work
from grader.judging.session import How, Judges, Task, open_judges
from grader.model import Block, Outcome, Program, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
CLASS = ROOT / "tests" / "class" / "submissions"
# The first two run into a limit, whoever runs them, and would only measure the limit.
# The third ends its process, which may be pytest's.
LEFT_OUT = {
    ("s022", "autograd"),
    ("s023", "linear_regression"),
    ("s029", "autograd"),
}
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Submission:
    """One file of one student, as a program."""

    exercise: str
    program: Program


def course() -> Course:
    """Return the course of this repository."""
    return load_course(ROOT)


def course_in(folder: Path, call_s: float, exercise_s: float) -> Path:
    """Return a copy of the course with limits of its own."""
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    table = folder / "solutions" / "course.toml"
    text = table.read_text(encoding="utf-8")
    for name, value in (
        ("seconds_per_call", call_s),
        ("seconds_per_exercise", exercise_s),
    ):
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    table.write_text(text, encoding="utf-8")
    return folder


def sample_class(*, only: str | None = None, every: int = 1) -> list[Submission]:
    """Return the programs of the sample class that end by themselves.

    Args:
        only: an exercise; None for all.
        every: take one of so many.
    """
    works = find_work((CLASS,), course().ids).work
    found = [
        Submission(work.exercise, work.program)
        for work in works
        if work.program is not None
        and (work.student, work.exercise) not in LEFT_OUT
        and only in (None, work.exercise)
    ]
    return found[::every]


def many(submissions: Sequence[Submission], count: int) -> list[Submission]:
    """Return that many different submissions: the given ones, each with a comment."""
    return [
        _variant(submissions[i % len(submissions)], i // len(submissions))
        for i in range(count)
    ]


def _variant(submission: Submission, number: int) -> Submission:
    program = submission.program
    text = f"# variant {number}\n"
    digest = hashlib.sha256((text + program.sha256).encode()).hexdigest()
    blocks = (*program.blocks, Block(f"variant {number}", text.encode()))
    varied = Program(program.kind, program.filename, digest, blocks)
    return replace(submission, program=varied)


class Kit:
    """A started kit: the wall, and checker processes that have collected the checks."""

    def __init__(self, judges: Judges, how: How) -> None:
        self._judges = judges
        self._how = how

    def judge(self, submissions: Sequence[Submission]) -> list[Verdict]:
        """Return the verdicts, in order."""
        tasks = [Task(one.exercise, one.program, self._how) for one in submissions]
        found = {id(task): v for task, v, _ in self._judges.examine(tasks)}
        return [found[id(task)] for task in tasks]

    def passed(self, submissions: Sequence[Submission]) -> int:
        """Return how many checks of these submissions pass."""
        verdicts = self.judge(submissions)
        return sum(
            finding.outcome is Outcome.PASSED
            for verdict in verdicts
            for finding in verdict.findings
        )

    def measured(self, submissions: Sequence[Submission]) -> Cost:
        """Return what judging these submissions took, without the start-up."""
        cpu, wall = cpu_s(), time.monotonic()
        self.judge(submissions)
        return Cost(time.monotonic() - wall, cpu_s() - cpu, len(submissions))


@dataclass(frozen=True)
class Cost:
    """What judging some submissions took: time on the clock, and of all cores."""

    wall_s: float
    cpu_s: float
    count: int

    @property
    def cpu_ms(self) -> float:
        """Computing time of one submission."""
        return self.cpu_s / self.count * 1000

    @property
    def per_second(self) -> float:
        """Submissions per second."""
        return self.count / self.wall_s


@contextmanager
def kit(jobs: int = 2, *, reasons: bool = False) -> Iterator[Kit]:
    """Start the kit as `grader grade` does, and warm it with one program of each.

    Args:
        jobs: how many checker processes.
        reasons: whether to look for the reasons of what fails, as no other grader does.
    """
    with open_judges(course(), jobs=jobs, many=True) as judges:
        started = Kit(judges, How(diagnose=reasons))
        started.judge([*sample_class(every=4)[:8], *sample_class(every=4)[:8]])
        yield started


def cpu_s() -> float:
    """Return the computing time of this process and its descendants, ended or not."""
    return sum(_times_of(pid) for pid in processes())


def rss_mb(pid: int) -> float:
    """Return how much of a process's memory is in RAM."""
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * _PAGE / 2**20


def processes() -> dict[int, str]:
    """Return this process and its descendants: pid and command line."""
    found, grown = {os.getpid()}, True
    parents = _parents()
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return {pid: _command(pid) for pid in sorted(found)}


def children(of: int) -> list[int]:
    """Return the processes that one process has started."""
    return [pid for pid, parent in _parents().items() if parent == of]


def _parents() -> dict[int, int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if _is_pid(entry)]
    fields = {pid: _stat(pid) for pid in pids}
    return {pid: int(found[1]) for pid, found in fields.items() if found}


def _is_pid(entry: Path) -> bool:
    return entry.name.isdecimal()


def _times_of(pid: int) -> float:
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / _TICKS if fields else 0.0


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name; empty if it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _command(pid: int) -> str:
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace")


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def table(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Print rows of two columns."""
    width = max(len(name) for name, _ in rows)
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name.ljust(width)}  {value}")


def at_most(what: str, value: float, target: float, unit: str) -> bool:
    """Print whether a value is at most its target, and by how much."""
    return _judged(what, value, target, unit, good=value <= target, word="at most")


def at_least(what: str, value: float, target: float, unit: str) -> bool:
    """Print whether a value is at least its target, and by how much."""
    return _judged(what, value, target, unit, good=value >= target, word="at least")


def _judged(
    what: str, value: float, target: float, unit: str, *, good: bool, word: str
) -> bool:
    apart = abs(value - target)
    print(
        f"{'met' if good else 'MISSED'} by {apart:.3g}{unit}: {what} is "
        f"{value:.3g}{unit}, wanted {word} {target:.3g}{unit}"
    )
    return good


def leave(*good: bool) -> None:
    """End with exit code 0 when every target is met, else 1."""
    load = os.getloadavg()[0]
    print(f"(load average at the end: {load:.1f} on {os.cpu_count()} cores)")
    sys.exit(0 if all(good) else 1)

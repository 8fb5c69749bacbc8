"""A course with a secret, a way to hand something in, and a look around afterwards."""

from __future__ import annotations

import ctypes
import os
import platform
import secrets
import tempfile
import textwrap
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec
from helpers import checkers_of, work

from grader.course import Course, load_course
from grader.judging.session import How, open_judges
from grader.model import Finding, Outcome, Verdict, Work
from grader.scoring import score_work

if TYPE_CHECKING:
    from grader.sandbox.host.gate import Gate

# In two halves, so that a search for the secret does not find its own source.
MARK = ("SECRET-OF", "-THE-COURSE-")
SECRET = "".join(MARK) + secrets.token_hex(8)
# Part of the name of every file that an attack tries to leave behind.
TOKEN = "litter-" + secrets.token_hex(8)

ONCE = How(again=False)
HONEST = "def double(x):\n    return 2 * x\n"

VISIBLE = '''\
from grader import close_to


def test_probe_gains_nothing(student):
    """probe() is 0."""
    assert student.probe() == close_to(0)
'''
HIDDEN = f'''\
from grader import close_to, points

# {SECRET}
KEY = "{SECRET}"


@points(10)
def test_double_of_fresh_numbers(student, reference, draw):
    """double(x) is twice x."""
    key = KEY
    for _ in range(3):
        x = draw.real()
        assert student.double(x) == close_to(reference.double(x)), key
'''
SOLUTION = f"""\
KEY = "{SECRET}"


def double(x):
    # {SECRET}
    return 2 * x


def probe():
    return 0
"""
TABLE = """\
title = "Attacked"
exercises = ["double", "hasty"]
[limits]
seconds_per_call = {seconds_per_call}
seconds_per_exercise = {seconds_per_exercise}
memory_mb = {memory_mb}
output_kb = 64
[exercise.hasty]
title = "The same in little time"
limits = {{seconds_per_call = 0.2, seconds_per_exercise = 0.5, memory_mb = 250}}
"""

# An attack goes around the scratch space, which is only a convenience, and meets the
# kernel.
HEAD = """\
import ctypes, errno, fcntl, mmap, os, resource, signal, socket, struct, sys, time
import _io, builtins, io, posix, subprocess

builtins.open = io.open = _io.open
for name, own in vars(posix).items():
    if callable(own):
        setattr(os, name, own)
# The stand-in rests on Python's own.
subprocess.Popen = subprocess.Popen.__mro__[-2]

CHECKER, ZYGOTE = {checker}, {zygote}
SECRET_FILE, ROOT, TOKEN = {secret_file!r}, {root!r}, {token!r}
LIBC = ctypes.CDLL(None, use_errno=True)


def call(*arguments):
    if LIBC.syscall(*arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")


def double(x):
    return 2 * x


"""
ATTACK = """\
def attack():
{attack}

def probe():
    try:
        gained = attack()
    except {also} as refused:
        return 0
    except OSError as refused:
        if refused.errno not in (errno.EPERM, errno.EACCES, {errnos}):
            raise
        return 0
    return 1 if gained is None or gained else 0
"""


@dataclass(frozen=True)
class Probe:
    """An attack in the body of a function.

    It has succeeded if it ends without an exception, unless it returns what it gained
    and that is nothing. It is refused by EPERM or EACCES, or by what is named here: an
    attack that fails for another reason shows nothing.
    """

    body: str
    also: str = "()"
    errnos: str = ""

    def source(self, arena: Arena) -> str:
        """Return the submission: an honest `double`, and the attack in `probe`."""
        return HEAD.format(**arena.told) + ATTACK.format(
            attack=textwrap.indent(textwrap.dedent(self.body), "    "),
            also=self.also,
            errnos=self.errnos,
        )


def probes(table: dict[str, str | Probe]) -> dict[str, Probe]:
    """Return the probes of a table whose system calls this architecture has."""
    found = {
        name: Probe(entry) if isinstance(entry, str) else entry
        for name, entry in table.items()
    }
    if platform.machine() == "x86_64":
        return found
    return {name: entry for name, entry in found.items() if "call(" not in entry.body}


@dataclass(frozen=True)
class Graded:
    """A submission's grade, and how its two checks ended."""

    score: float
    probe: Finding
    double: Finding
    verdict: Verdict


class Arena:
    """A course with a secret, judged behind a gate; a context that ends the judges."""

    def __init__(
        self, gate: Gate, folder: Path, *, jobs: int = 1, **limits: Any
    ) -> None:
        self.course = make_course(folder, **limits)
        self._gate = gate
        self._opening = open_judges(self.course, jobs=jobs, many=True, gate=gate)
        self.secret_file = self.course.root / "solutions" / "double" / "test_hidden.py"

    def __enter__(self) -> Self:
        self._judges = self._opening.__enter__()
        self._checks = self._judges.checks
        return self

    def __exit__(self, *_: object) -> None:
        self._opening.__exit__(None, None, None)

    @property
    def checker(self) -> int:
        """The first process that holds the solution."""
        return checkers_of(self._judges)[0]

    @property
    def zygote(self) -> int:
        """The process that workers are forked from, as it is seen from here."""
        launcher = self._gate._launcher
        if launcher is None:
            return 0
        started = launcher._process.pid
        # Bubblewrap waits for the zygote, which is a process of another namespace.
        below = [pid for pid, parent in parents_now().items() if parent == started]
        return started if launcher.ready.pid == started else below[0]

    @property
    def told(self) -> dict[str, object]:
        """What attacks are told of where they are."""
        return {
            "checker": self.checker,
            "zygote": self.zygote,
            "secret_file": str(self.secret_file),
            "root": str(self.course.root),
            "token": TOKEN,
        }

    def grade(self, source: str) -> Graded:
        """Return the grade of one submission; fail if something of ours went wrong."""
        return self.grade_all([source])[0]

    def grade_all(self, sources: list[str], exercise: str = "double") -> list[Graded]:
        """Return the grades of submissions, judged side by side if there are jobs.

        Nobody gets a second go, which takes three times as long to end the same way.
        """
        checkers = checkers_of(self._judges)
        works = [
            work(source, exercise, student=f"{i}") for i, source in enumerate(sources)
        ]
        found = {
            one.student: verdict for one, verdict in self._judges.judge(works, ONCE)
        }
        graded = [self._graded(one, found[one.student]) for one in works]

        assert checkers_of(self._judges) == checkers
        return graded

    def _graded(self, paper: Work, verdict: Verdict) -> Graded:
        result = score_work(paper, self._checks[paper.exercise], verdict, 10.0)
        source = paper.program.blocks[0].source if paper.program else ""

        assert verdict.faults == (), source
        assert SECRET.encode() not in msgspec.json.encode((result, verdict)), source
        assert all(c.outcome is not Outcome.GRADER_ERROR for c in result.checks), source
        probe, double = verdict.findings[:2]
        return Graded(result.score, probe, double, verdict)


def make_course(folder: Path, **limits: Any) -> Course:
    """Return a course of `double` and `hasty` that is full of the secret."""
    usual = {"seconds_per_call": 2, "seconds_per_exercise": 6, "memory_mb": 300}
    for name in ("double", "hasty"):
        place = folder / "solutions" / name
        place.mkdir(parents=True)
        (place / "solution.py").write_text(SOLUTION)
        (place / "test_visible.py").write_text(VISIBLE)
        (place / "test_hidden.py").write_text(HIDDEN)
    table = TABLE.format(**{**usual, **limits})
    (folder / "solutions" / "course.toml").write_text(table)
    return load_course(folder)


def graded_together(arena: Arena, sources: dict[str, str]) -> dict[str, Graded]:
    """Return the grades of attacks, judged in one run that leaves nothing behind."""
    before = Traces(arena)
    graded = arena.grade_all([*sources.values()])
    before.check()
    return dict(zip(sources, graded, strict=True))


class Traces:
    """What an attack may have left behind: files with its token, and processes."""

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self._files = set(arena.course.root.rglob("*"))
        self._processes = self._living()

    def check(self) -> None:
        """Fail when something was left behind."""
        folders = {tempfile.gettempdir(), "/tmp", "/dev/shm", "/", str(Path.cwd())}  # noqa: S108 - where attacks write
        litter = [
            Path(folder, name)
            for folder in folders
            for name in os.listdir(folder)  # noqa: PTH208 - names are enough
            if TOKEN in name
        ]

        assert litter == []
        assert set(self._arena.course.root.rglob("*")) == self._files
        for _ in range(100):
            left = self._living() - self._processes
            if not left:
                break
            time.sleep(0.02)
        assert left == set()

    def _living(self) -> set[int]:
        """Return our descendants, without workers that wait for their first program."""
        parents = parents_now()
        direct = {
            pid for pid, parent in parents.items() if parent == self._arena.zygote
        }
        found, waiting = set(), [os.getpid()]
        while waiting:
            parent = waiting.pop()
            children = {pid for pid, its in parents.items() if its == parent}
            found |= children
            waiting += children
        return found - direct


def parents_now() -> dict[int, int]:
    """Return the parent of every process that has not ended."""
    parents = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - names are enough
        if name.isdecimal():
            with suppress(OSError):
                stat = Path("/proc", name, "stat").read_text(encoding="latin-1")
                state, parent = stat.rpartition(")")[2].split()[:2]
                if state != "Z":
                    parents[int(name)] = int(parent)
    return parents


def adopt_orphans(*, yes: bool) -> None:
    """Become the parent of processes whose parent ended, so that none is missed."""
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, int(yes), 0, 0, 0)

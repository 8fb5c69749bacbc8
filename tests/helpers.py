"""Programs from text, and a course of one exercise: what several tests are made of."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.fingerprint import digest_of_checks
from grader.judging.answers import answer_of
from grader.judging.checks.training import Run, runs_of
from grader.judging.requests import Training
from grader.judging.session import facts_here
from grader.model import (
    Block,
    Finding,
    Program,
    ProgramKind,
    Verdict,
    Work,
)
from grader.sandbox import pace
from grader.sandbox.modes import NO_WALL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.intake import Intake
    from grader.judging.session import How, Judges

ROOT = Path(__file__).parents[1]

SMALL_SOLUTION = """\
def double(x):
    return 2 * x
"""
SMALL_VISIBLE = '''\
from grader import close_to


def test_double_of_three(student):
    """double(3) is 6."""
    assert student.double(3) == close_to(6)
'''
SMALL_HIDDEN = '''\
from grader import close_to, points


@points(10)
def test_double_of_fresh_numbers(student, reference, draw):
    """double(x) is twice x."""
    for _ in range(3):
        x = draw.real()
        assert student.double(x) == close_to(reference.double(x))
'''


def stretch() -> float:
    """Return how many times as long as usual things take just now, by the clock."""
    begun, computed = time.monotonic(), time.thread_time()
    slowness = pace.measured()
    waited = (time.monotonic() - begun) / (time.thread_time() - computed)
    return slowness * max(1.0, waited)


def descendants(pid: int) -> set[int]:
    """Return the processes below one, as they are now."""
    below: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found: set[int] = set()
    todo = [pid]
    while todo:
        children = below.get(todo.pop(), [])
        found.update(children)
        todo += children
    return found


def program(source: str, filename: str = "work.py") -> Program:
    """Return a script as a program."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Program(
        ProgramKind.SCRIPT, filename, digest, (Block(filename, source.encode()),)
    )


def notebook(*cells: str) -> Program:
    """Return code cells as a program."""
    digest = hashlib.sha256("\0".join(cells).encode()).hexdigest()
    blocks = tuple(Block(f"cell {i}", cell.encode()) for i, cell in enumerate(cells, 1))
    return Program(ProgramKind.NOTEBOOK, "work.ipynb", digest, blocks)


def work(source: Program | str, exercise: str = "double", student: str = "eve") -> Work:
    """Return a program as handed in."""
    made = program(source) if isinstance(source, str) else source
    return Work(student, exercise, made.filename, made.sha256, made)


def verdicts(
    judges: Judges,
    programs: Iterable[Program | str],
    exercise: str = "double",
    how: How | None = None,
) -> list[Verdict]:
    """Return the verdicts on programs, in order."""
    works = [work(source, exercise, f"{i}") for i, source in enumerate(programs)]
    found = {one.student: verdict for one, verdict in judges.judge(works, how)}
    return [found[one.student] for one in works]


def verdict_on(
    judges: Judges, source: Program | str, exercise: str = "double"
) -> Verdict:
    """Return the verdict on one program."""
    return verdicts(judges, [source], exercise)[0]


def checkers_of(judges: Judges) -> list[int]:
    """Return the ids of the checker processes, found from outside."""
    pool = getattr(judges, "_pool", None)
    return [checker.started.process.pid for checker in pool._checkers] if pool else []


FACTS = facts_here(NO_WALL)


def a_verdict(*findings: Finding, **more: Any) -> Verdict:
    """Return a verdict that nobody reached."""
    usual = {"program": "0f", "fingerprint": "f0", "facts": FACTS, "seconds": 0.0}
    return Verdict(findings=findings, **{**usual, **more})


class Counting:
    """Watches a proof and counts its programs."""

    def __init__(self) -> None:
        self.expected = 0
        self.done = 0

    def planned(self, trials: int) -> None:
        self.expected = trials

    def tried(self) -> None:
        self.done += 1


def runs_told(value: object) -> tuple[Run, ...] | None:
    """Return the runs of which a worker tells in this form."""
    return runs_of(answer_of(Training(1), {"value": value}))


class Quiet:
    """Watches a run and keeps only the faults."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def found(self, intake: Intake, recalled: int, to_judge: int) -> None: ...

    def judged(self, work: Work, verdict: Verdict) -> None:
        self.faults += [f"{work.student} {work.exercise}: {f}" for f in verdict.faults]


def limit_computing(folder: Path) -> None:
    """Let the visible check of a released exercise limit what `double` computes."""
    checks = folder / "test_visible.py"
    text = checks.read_text("utf-8").replace(
        "\ndef test", "\n@within(2.0)\ndef test", 1
    )
    checks.write_text(f"from grader import within\n{text}", encoding="utf-8")
    costs = {"test_double_of_three": {"operations": 0, "rounds": 100}}
    told = {"of": "", "checks": digest_of_checks([checks]), "scopes": {}, "asked": []}
    text = json.dumps({**told, "costs": costs})
    (folder / "questions.json").write_text(text, encoding="utf-8")

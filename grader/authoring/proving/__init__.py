"""Proves that the checks accept every right variant and reject every wrong one.

The solution, its stub, the author's mistakes and alternatives, and the variants that
the kit makes of the solution (wrapped results, mutants, garbage) are judged like a
class of students. Then each promise is checked against the verdicts. `trials.py` says
what is judged how often, `promises.py` and `margins.py` what must hold, `advice.py`
what to do.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader import __version__
from grader.authoring.proving import margins, promises, wording
from grader.authoring.proving.bench import Bench, failures
from grader.authoring.proving.catalogue import Kind, candidates_of, solution_of
from grader.authoring.proving.proof import (
    PROOF_SCHEMA,
    Counts,
    ExerciseProof,
    Promise,
    Proof,
)
from grader.authoring.proving.trials import FLAKY_DRAWS, Tried, planned
from grader.course.uses import used_by
from grader.files import write_atomically
from grader.judging.session import Judges, open_judges

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.course import Course
    from grader.model import Check

__all__ = ["Promise", "Proof", "prove", "prove_with", "used_by", "write_json"]

_PROMISES = (
    promises.no_fault,
    promises.right_passes,
    promises.stub_earns_nothing,
    promises.mistake_costs,
    promises.on_its_own,
    promises.not_flaky,
    margins.not_blind,
    margins.visible_not_blind,
    margins.margin,
    margins.in_time,
)


class Watcher(Protocol):
    """Whoever watches a proof."""

    def planned(self, trials: int) -> None:
        """Told once: how many programs will be judged."""

    def tried(self) -> None:
        """Told after each program."""


def prove(
    course: Course, draws: int, jobs: int, sandbox: str, watcher: Watcher
) -> Proof:
    """Return what holds for a course, judged by processes of its own.

    Args:
        course: reduced to what is to be proved.
        draws: how many draws each variant meets.
        jobs: how many checkers work at a time.
        sandbox: the tier of the wall.
        watcher: told of the progress.

    Raises:
        AuthorError: a check or a variant is wrong; the message lists every problem.
        OperatorError: the machine is not fit.
    """
    with open_judges(course, sandbox=sandbox, jobs=jobs, many=True) as judges:
        return prove_with(judges, course, draws, watcher)


def prove_with(
    judges: Judges,
    course: Course,
    draws: int,
    watcher: Watcher,
    flaky_draws: int = FLAKY_DRAWS,
    *,
    short: bool = False,
) -> Proof:
    """Return what holds for a course, judged by these judges. Arguments: `prove`."""
    started = time.monotonic()
    checks = judges.checks
    candidates = candidates_of(course.exercises, checks)
    trials = planned(candidates, draws, flaky_draws, short=short)
    watcher.planned(len(trials))
    place = {trial: number for number, trial in enumerate(trials)}
    tried = []
    for one in judges.examine(trials):
        tried.append(Tried(*one))
        watcher.tried()
    tried.sort(key=lambda one: place[one.trial])
    return Proof(
        schema=PROOF_SCHEMA,
        course=course.title,
        grader_version=__version__,
        sandbox=judges.facts.wall,
        draws=draws,
        trials=len(trials),
        seconds=round(time.monotonic() - started, 1),
        exercises=tuple(_proofs(course, checks, tried)),
    )


def write_json(proof: Proof, path: Path) -> None:
    """Write a proof as JSON, whole or not at all."""
    write_atomically(path, msgspec.json.format(msgspec.json.encode(proof)) + b"\n")


def _proofs(
    course: Course, checks: Mapping[str, tuple[Check, ...]], tried: list[Tried]
) -> list[ExerciseProof]:
    return [
        _proof(
            Bench(
                exercise,
                checks[exercise.id],
                used_by(solution_of(exercise)),
                tuple(t for t in tried if t.candidate.exercise == exercise.id),
            )
        )
        for exercise in course.exercises
    ]


def _proof(bench: Bench) -> ExerciseProof:
    return ExerciseProof(
        exercise=bench.exercise.id,
        counts=tuple(_counts(bench, kind) for kind in Kind),
        farthest_right=bench.farthest_right(),
        nearest_wrong=bench.nearest_wrong(),
        checks=margins.check_proofs(bench),
        broken=tuple(b for promise in _PROMISES for b in promise(bench)),
        questions=(*_questions(bench), *wording.questions(bench)),
    )


def _counts(bench: Bench, kind: Kind) -> Counts:
    """Return how many candidates of a kind did what they should on every draw."""
    named = bench.by_name(bench.of(kind))
    good = sum(all(_is_good(bench, kind, t) for t in ts) for ts in named.values())
    return Counts(kind.value, len(named), good)


def _is_good(bench: Bench, kind: Kind, tried: Tried) -> bool:
    if tried.verdict.faults:
        return False
    match kind:
        case Kind.MISTAKE:
            return bench.is_caught(tried)
        case Kind.MUTANT:
            return bool(failures(tried))
        case Kind.STUB:
            return len(failures(tried)) == len(bench.checks)
        case Kind.GARBAGE:
            return True
        case _:
            return not failures(tried)


def _questions(bench: Bench) -> list[str]:
    return [
        f"{tried.candidate.name}: no hidden check fails this. Is it right as well, or "
        f"does no check look there?"
        for tried in bench.of(Kind.MUTANT)
        if not failures(tried)
    ]

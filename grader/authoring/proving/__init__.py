"""Proves that the checks accept every right variant and reject every wrong one.

The solution, its stub, the author's mistakes and alternatives, and the variants that
the kit makes of the solution (wrapped results, mutants, garbage) are judged like a
class of students. Then each promise is checked against the verdicts. `trials.py` says
what is judged how often, `promises.py` and `margins.py` what must hold, `advice.py`
what to do.
"""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader import __version__
from grader.authoring.proving import margins, promises, wording
from grader.authoring.proving.bench import Bench, failures
from grader.authoring.proving.catalogue import (
    VariantKind,
    candidates_of,
    listed_by_author,
    solution_of,
)
from grader.authoring.proving.faulty import faulty_checks
from grader.authoring.proving.proof import (
    PROOF_SCHEMA,
    Broken,
    Counts,
    ExerciseProof,
    MistakeProof,
    Promise,
    Proof,
)
from grader.authoring.proving.trials import FLAKY_DRAWS, Trial, Tried, planned, thinned
from grader.course.uses import used_by
from grader.errors import AuthorError, UsageError, listed
from grader.files import write_atomically
from grader.judging.session import Judges, open_judges
from grader.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from grader.course import Course
    from grader.model import Check
    from grader.sandbox.host.gate import Gate

__all__ = [
    "Promise",
    "Proof",
    "prove",
    "prove_mistake",
    "prove_with",
    "quick_proof",
    "used_by",
    "write_json",
]

# What the solution and its stub show by themselves, in seconds.
_QUICK = (promises.right_passes, promises.stub_earns_nothing)
# What one mistake shows, without the others.
_OF_ONE_MISTAKE = (promises.mistake_costs, promises.on_its_own)
# What one check shows, without the others.
_OF_ONE_CHECK = (
    *_QUICK,
    promises.not_flaky,
    margins.not_blind,
    margins.visible_not_blind,
    margins.margin,
    margins.in_time,
)
_OF_ONE_CHECK_DRAWS = 5
_PROMISES = (
    *_QUICK,
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
    course: Course,
    draws: int,
    jobs: int,
    sandbox: str,
    watcher: Watcher,
    *,
    check: str | None = None,
    gate: Gate | None = None,
) -> Proof:
    """Return what holds for a course, judged by processes of its own.

    Args:
        course: reduced to what is to be proved.
        draws: how many draws each variant meets.
        jobs: how many checkers work at a time.
        sandbox: the tier of the wall.
        watcher: told of the progress.
        check: the only check to look at, and then only at what it alone can show.
        gate: an open gate to use, where there is one.

    Raises:
        UsageError: there is no such check.
        AuthorError: a check or a variant is wrong; the message lists every problem.
        OperatorError: the machine is not fit.
    """
    with open_judges(
        course, sandbox=sandbox, jobs=jobs, many=check is None, gate=gate
    ) as judges:
        if check is not None:
            return prove_check(judges, course, check, draws, watcher)
        return prove_with(judges, course, draws, watcher)


def prove_with(
    judges: Judges,
    course: Course,
    draws: int,
    watcher: Watcher,
    flaky_draws: int = FLAKY_DRAWS,
    *,
    short: bool = False,
    every: tuple[int, int] = (1, 1),
) -> Proof:
    """Return what holds for a course, judged by these judges. Arguments: `prove`.

    The short form asks less of each program, and with `every` it tries each so-manieth
    mistake alone, and each so-manieth alternative, wrapper and mutant.
    """
    candidates = thinned(candidates_of(course.exercises, judges.checks), every)
    trials = planned(candidates, draws, flaky_draws, short=short)
    faulty = faulty_checks(candidates, judges)
    return _proved(judges, course, draws, trials, watcher, faulty=faulty)


def prove_check(
    judges: Judges, course: Course, check: str, draws: int, watcher: Watcher
) -> Proof:
    """Return what holds for one check by itself. Arguments: `prove`."""
    known = {one.name: name for name, each in judges.checks.items() for one in each}
    if check not in known:
        raise UsageError(
            f"--check {check}: there is no such check.{did_you_mean(check, known)}"
        )
    own = course.only((known[check],))
    candidates = [
        candidate
        for candidate in candidates_of(own.exercises, judges.checks)
        if candidate.kind is not VariantKind.MUTANT
    ]
    trials = planned(
        candidates, draws, _OF_ONE_CHECK_DRAWS, short=True, checks=(check,)
    )
    return _proved(judges, own, draws, trials, watcher, check)


def prove_mistake(
    judges: Judges, course: Course, mistake: str, draws: int, watcher: Watcher
) -> MistakeProof:
    """Return what holds for one mistake of a course's only exercise by itself.

    Args:
        judges: judge the course.
        course: reduced to the mistake's exercise.
        mistake: its name.
        draws: how many draws it meets.
        watcher: told of the progress.

    Raises:
        AuthorError: a list of variants is wrong; the message names every problem.
    """
    (exercise,) = course.exercises
    problems: list[str] = []
    chosen = [
        candidate
        for candidate in listed_by_author(exercise, problems)
        if candidate.kind is VariantKind.SOLUTION or candidate.name == mistake
    ]
    if problems:
        raise AuthorError(listed(problems))
    trials = planned(chosen, draws, 1)
    (bench,) = _benches(course, judges.checks, _tried(judges, trials, watcher))
    own = [tried for tried in bench.wrong if tried.candidate.name == mistake]
    groups = [g for t in bench.tried for g in t.extras.alike if mistake in g]
    return MistakeProof(
        caught_by=tuple(
            check.name
            for check in bench.costs(own[0])
            if own[0].candidate.about in check.about
        ),
        broken=_broken(bench, _OF_ONE_MISTAKE),
        alike=tuple(name for group in groups for name in group if name != mistake),
    )


def quick_proof(judges: Judges, course: Course) -> tuple[Broken, ...]:
    """Return what the solutions and the stubs alone show to be wrong.

    Raises:
        AuthorError: as `prove`.
    """
    checks = judges.checks
    problems: list[str] = []
    listed_ones = [
        candidate
        for exercise in course.exercises
        for candidate in listed_by_author(exercise, problems)
    ]
    if problems:
        raise AuthorError(listed(problems))
    chosen = [
        c for c in listed_ones if c.kind in (VariantKind.SOLUTION, VariantKind.STUB)
    ]
    stopped = faulty_checks(chosen, judges)
    trials = [
        one.without(tuple(stopped[one.exercise]))
        for one in planned(chosen, 1, 1, short=True)
    ]
    tried = [Tried(*one) for one in judges.examine(trials)]
    kept = {
        name: tuple(check for check in own if check.name not in stopped[name])
        for name, own in checks.items()
    }
    benches = _benches(course, kept, tried)
    told = [one for own in stopped.values() for one in own.values()]
    return (*told, *(b for bench in benches for b in _broken(bench, _QUICK)))


def _proved(
    judges: Judges,
    course: Course,
    draws: int,
    trials: list[Trial],
    watcher: Watcher,
    check: str | None = None,
    *,
    faulty: Mapping[str, Mapping[str, Broken]] = MappingProxyType({}),
) -> Proof:
    """Return what trials show: about all checks, or about one.

    Nothing is asked of `faulty` checks, by exercise and name: that is told already.
    """
    started = time.monotonic()
    trials = [one.without(tuple(faulty.get(one.exercise, ()))) for one in trials]
    checks = {
        name: tuple(c for c in own if c.name not in faulty.get(name, ()))
        for name, own in judges.checks.items()
    }
    benches = _benches(course, checks, _tried(judges, trials, watcher))
    return Proof(
        schema=PROOF_SCHEMA,
        course=course.title,
        grader_version=__version__,
        sandbox=judges.facts.wall,
        draws=draws,
        trials=len(trials),
        seconds=round(time.monotonic() - started, 1),
        exercises=tuple(
            _proof(bench, check, tuple(faulty.get(bench.exercise.id, {}).values()))
            for bench in benches
        ),
    )


def _tried(judges: Judges, trials: list[Trial], watcher: Watcher) -> list[Tried]:
    """Return what became of trials, in their order."""
    watcher.planned(len(trials))
    place = {trial: number for number, trial in enumerate(trials)}
    tried = []
    for one in judges.examine(trials):
        tried.append(Tried(*one))
        watcher.tried()
    tried.sort(key=lambda one: place[one.trial])
    return tried


def write_json(proof: Proof, path: Path) -> None:
    """Write a proof as JSON, whole or not at all."""
    write_atomically(path, msgspec.json.format(msgspec.json.encode(proof)) + b"\n")


def _benches(
    course: Course, checks: Mapping[str, tuple[Check, ...]], tried: list[Tried]
) -> list[Bench]:
    return [
        Bench(
            exercise,
            checks[exercise.id],
            used_by(solution_of(exercise)),
            tuple(t for t in tried if t.candidate.exercise == exercise.id),
        ).without_skipped()
        for exercise in course.exercises
    ]


def _broken(
    bench: Bench, kept: Iterable[Callable[[Bench], list[Broken]]]
) -> tuple[Broken, ...]:
    """Return what does not hold; of a check that breaks on right work, only that."""
    faults = promises.no_fault(bench)
    broken = promises.broken_on_right(bench)
    sound = bench.with_only(set(bench.check) - broken) if broken else bench
    return (*faults, *(b for promise in kept for b in promise(sound)))


def _proof(
    bench: Bench, check: str | None = None, faulty: tuple[Broken, ...] = ()
) -> ExerciseProof:
    if check is not None:
        bench = bench.with_only({check})
    kept = _PROMISES if check is None else _OF_ONE_CHECK
    asked = () if check else (*_questions(bench), *wording.questions(bench))
    return ExerciseProof(
        exercise=bench.exercise.id,
        counts=tuple(_counts(bench, kind) for kind in VariantKind),
        farthest_right=bench.farthest_right(),
        nearest_wrong=bench.nearest_wrong(),
        checks=margins.check_proofs(bench),
        broken=(*faulty, *_broken(bench, kept)),
        questions=asked,
    )


def _counts(bench: Bench, kind: VariantKind) -> Counts:
    """Return how many candidates of a kind did what they should on every draw."""
    named = bench.by_name(bench.of(kind))
    good = sum(all(_is_good(bench, kind, t) for t in ts) for ts in named.values())
    return Counts(kind.value, len(named), good)


def _is_good(bench: Bench, kind: VariantKind, tried: Tried) -> bool:
    if tried.verdict.faults:
        return False
    match kind:
        case VariantKind.MISTAKE:
            return bench.is_caught(tried)
        case VariantKind.MUTANT:
            return bool(failures(tried))
        case VariantKind.STUB:
            return len(failures(tried)) == len(bench.checks)
        case VariantKind.GARBAGE:
            return True
        case _:
            return not failures(tried)


def _questions(bench: Bench) -> list[str]:
    return [
        f"{tried.candidate.name}: no hidden check fails this. Is it right as well, or "
        f"does no check look there?"
        for tried in bench.of(VariantKind.MUTANT)
        if not failures(tried)
    ]

"""Which candidate is judged how often, and how: as little as the promises need."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

import msgspec

from grader.authoring.proving.catalogue import Candidate, VariantKind
from grader.course.parts import program_from
from grader.course.uses import used_by, users_of
from grader.judging.session import How
from grader.model import Program, Verdict, Visibility
from grader.traces import Extras

if TYPE_CHECKING:
    from collections.abc import Iterable

# On how many draws a check must not be flaky, and for how many alternatives.
FLAKY_DRAWS = 20
_SAMPLED = 2
# In the short form every fifth mistake meets the unrelated checks, too.
_WIDE = 5


class Trial(msgspec.Struct, frozen=True):
    """One candidate, judged once in one way."""

    candidate: Candidate
    how: How

    @property
    def exercise(self) -> str:
        """The exercise's id."""
        return self.candidate.exercise

    @property
    def program(self) -> Program:
        """The candidate as a student would have handed it in."""
        return program_from(self.candidate.source, f"{self.exercise}.py")

    def without(self, checks: tuple[str, ...]) -> Trial:
        """Return the same trial with some checks left out."""
        how = msgspec.structs.replace(self.how, without=checks)
        return msgspec.structs.replace(self, how=how)


class Tried(msgspec.Struct, frozen=True):
    """A trial, its verdict, and what was measured with it."""

    trial: Trial
    verdict: Verdict
    extras: Extras

    @property
    def candidate(self) -> Candidate:
        """Who was tried."""
        return self.trial.candidate


def planned(
    candidates: Iterable[Candidate],
    draws: int,
    flaky_draws: int = FLAKY_DRAWS,
    *,
    short: bool = False,
    checks: tuple[str, ...] = (),
) -> list[Trial]:
    """Return the trials of all candidates.

    Args:
        candidates: all of them.
        draws: how many draws each variant of the author's meets.
        flaky_draws: how many the solution meets, and a few others.
        short: whether to leave out the search for mistakes that answer alike, and to
            judge most mistakes with the checks related to their function only.
        checks: the names of the checks to judge with; all where there are none.
    """
    candidates = list(candidates)
    uses = {
        c.exercise: used_by(c.source)
        for c in candidates
        if c.kind is VariantKind.SOLUTION
    }
    sampled = [*_sample(candidates), *_nothings(candidates)]
    trials = []
    for number, candidate in enumerate(candidates):
        often = candidate in sampled or candidate.kind is VariantKind.SOLUTION
        count = _draws(candidate.kind, draws, flaky_draws if often else 0)
        users = users_of(candidate.about, uses[candidate.exercise])
        about = tuple(sorted(users))
        # A mistake must not cost points on unrelated checks: once is enough to see it.
        wide = candidate.kind is VariantKind.MISTAKE and not (short and number % _WIDE)
        trials += [
            Trial(candidate, _how(candidate.kind, n, () if wide and not n else about))
            for n in range(count)
        ]
        if not short and candidate.kind is VariantKind.SOLUTION:
            how = msgspec.structs.replace(trials[-count].how, alike=True)
            trials[-count] = Trial(candidate, how)
    return [_with(trial, checks) for trial in trials] if checks else trials


def thinned(candidates: Iterable[Candidate], every: tuple[int, int]) -> list[Candidate]:
    """Return each so-manieth mistake of an exercise, and each so-manieth of all else.

    The first of each kind is always there. Each check needs a mistake that fails it.
    """
    met: collections.Counter[tuple[str, VariantKind]] = collections.Counter()
    kept = []
    for candidate in candidates:
        group = candidate.exercise, candidate.kind
        if met[group] % every[candidate.kind is not VariantKind.MISTAKE] == 0:
            kept.append(candidate)
        met[group] += 1
    return kept


def _with(trial: Trial, checks: tuple[str, ...]) -> Trial:
    how = msgspec.structs.replace(trial.how, names=checks, only=None)
    return Trial(trial.candidate, how)


def _sample(candidates: list[Candidate]) -> list[Candidate]:
    """Return a few alternatives of each exercise, spread over its list."""
    sampled: list[Candidate] = []
    for exercise in dict.fromkeys(c.exercise for c in candidates):
        own = [
            c
            for c in candidates
            if c.exercise == exercise and c.kind is VariantKind.ALTERNATIVE
        ]
        sampled += own[:: max(1, len(own) // _SAMPLED)][:_SAMPLED]
    return sampled


def _nothings(candidates: list[Candidate]) -> list[Candidate]:
    """Return for each function the odd value that checks must fail on every draw."""
    first: dict[tuple[str, str], Candidate] = {}
    for candidate in candidates:
        if candidate.kind is VariantKind.GARBAGE:
            first.setdefault((candidate.exercise, candidate.about), candidate)
    return list(first.values())


def _draws(kind: VariantKind, draws: int, flaky_draws: int) -> int:
    match kind:
        case VariantKind.SOLUTION | VariantKind.ALTERNATIVE | VariantKind.MISTAKE:
            return max(draws, flaky_draws)
        case _:
            return max(1, flaky_draws)


def _how(kind: VariantKind, draw: int, about: tuple[str, ...]) -> How:
    """Return how a kind is judged.

    Visible checks draw nothing, so once is enough.
    """
    hidden = Visibility.HIDDEN
    match kind:
        case VariantKind.MUTANT:
            return How(
                *(draw, hidden, about), until_failed=True, diagnose=False, again=False
            )
        case VariantKind.GARBAGE:
            visibility = hidden if draw else None
            return How(draw, visibility, about, diagnose=False, again=False)
        case VariantKind.MISTAKE | VariantKind.WRAPPER:
            return How(draw, hidden, about, measure=True, again=False)
        case _:
            return How(draw, hidden if draw else None, measure=True)

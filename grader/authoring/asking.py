"""Makes the questions that students get with their checks.

Each mistake is judged by the visible checks, once, in a worker: what it shows to them
is handed out as digests. That takes a while, so it is done only for an exercise that
has changed since; `plan_of` keeps the file of any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.authoring.proving.catalogue import Candidate, VariantKind, solution_of
from grader.authoring.proving.trials import Trial
from grader.course import MISTAKES
from grader.course.fingerprint import digest_of_sources
from grader.course.questions import LIMIT, Question, Questions
from grader.course.uses import used_by, users_of
from grader.course.variants import apply_variant, load_mistakes
from grader.judging.protocol import How
from grader.model import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from grader.course import Exercise
    from grader.course.variants import Variant
    from grader.judging.session import Judges
    from grader.model import Check
    from grader.traces import Cost, Symptom

# How often the solution is asked what it computes: a draw may decide about that.
_DRAWS = 3


def questions_for(exercise: Exercise, judges: Judges, released: bytes) -> Questions:
    """Return the questions of an exercise, in the order of its mistakes.

    Args:
        exercise: which one; it has a solution.
        judges: judges of its course.
        released: its visible checks as students get them.

    Raises:
        AuthorError: the list of mistakes is wrong.
    """
    salt = exercise.handed_out()
    trials = [*_trials(exercise, salt), *_right(exercise, salt, released)]
    shown: dict[str, dict[str, Symptom]] = {}
    costs: list[dict[str, Cost]] = []
    for trial, _, extras in judges.examine(trials):
        if trial.candidate.kind is VariantKind.SOLUTION:
            costs.append(extras.costs)
        else:
            shown[trial.candidate.name] = extras.shown
    asked = [
        Question(variant.question or "", shown[variant.name], variant.try_it or "")
        for variant in _mistakes(exercise)
        if shown[variant.name] and all(s.digest for s in shown[variant.name].values())
    ]
    checks = judges.checks[exercise.id]
    visible = [check for check in checks if check.visibility is Visibility.VISIBLE]
    return Questions(
        of=salt,
        checks=digest_of_sources([released]),
        scopes=_scopes(visible, used_by(solution_of(exercise))),
        asked=tuple(_once(asked)),
        costs=_always(costs),
    )


def encoded(questions: Questions) -> bytes:
    """Return questions as the text of their file."""
    return (
        msgspec.json.format(msgspec.json.encode(questions, order="deterministic"))
        + b"\n"
    )


def _mistakes(exercise: Exercise) -> tuple[Variant, ...]:
    return load_mistakes(exercise.folder / MISTAKES)


def _trials(exercise: Exercise, salt: str) -> Iterator[Trial]:
    """Yield each mistake, to be judged by the visible checks that it can meet."""
    source = solution_of(exercise)
    uses = used_by(source)
    plain = How(only=Visibility.VISIBLE, diagnose=False, again=False, salt=salt)
    for variant in _mistakes(exercise):
        text = apply_variant(variant, source)
        own = Candidate(
            exercise.id, VariantKind.MISTAKE, variant.name, variant.about, text
        )
        met = tuple(sorted(users_of(variant.about, uses)))
        yield Trial(own, msgspec.structs.replace(plain, about=met))


def _right(exercise: Exercise, salt: str, released: bytes) -> Iterator[Trial]:
    """Yield the solution with several draws, where a check limits what is computed."""
    if LIMIT not in released:
        return
    source = solution_of(exercise)
    for draw in range(_DRAWS):
        how = How(draw, Visibility.VISIBLE, diagnose=False, again=False, salt=salt)
        kind = VariantKind.SOLUTION
        yield Trial(Candidate(exercise.id, kind, kind.value, "", source), how)


def _always(costs: list[dict[str, Cost]]) -> dict[str, Cost]:
    """Return the costs that do not depend on what is drawn."""
    first, *others = costs or [{}]
    return {
        name: cost
        for name, cost in first.items()
        if all(other.get(name) == cost for other in others)
    }


def _scopes(
    checks: Iterable[Check], uses: Mapping[str, AbstractSet[str]]
) -> dict[str, tuple[str, ...]]:
    """Return for each check those that depend on nothing else than it does."""
    reach = {
        check.name: frozenset().union(*(uses.get(n, {n}) for n in check.about))
        for check in checks
    }
    return {
        name: tuple(other for other, own in reach.items() if own <= names)
        for name, names in reach.items()
    }


def _once(asked: Iterable[Question]) -> Iterator[Question]:
    """Yield questions without those that ask the same about the same."""
    seen: list[tuple[str, object]] = []
    for question in asked:
        key = question.question, question.shows
        if key not in seen:
            seen.append(key)
            yield question

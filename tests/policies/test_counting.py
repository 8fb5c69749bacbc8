"""What is dropped and excused, against every choice that the rules allow."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from policies.results import excuse, exercise, rules, submission

from grader.course.rules import CourseRules, Drop, ExerciseRules
from grader.policies import Circumstances, adjusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROPERTY = settings(max_examples=150, deadline=None, derandomize=True, database=None)
Works = dict[str, tuple[int, int]]

works = st.dictionaries(
    st.sampled_from("abcde"),
    st.tuples(st.integers(0, 5), st.integers(1, 30)),
    min_size=1,
)


def subsets(names: Iterable[str]) -> Iterator[frozenset[str]]:
    some = tuple(names)
    every = (combinations(some, size) for size in range(len(some) + 1))
    return map(frozenset, chain.from_iterable(every))


def choices(given_works: Works, drop: Drop, excused: set[str]) -> Iterator[set[str]]:
    """Yield each set of exercises that may count."""
    for out in subsets(excused & set(given_works)):
        pool = set(given_works) - out
        surplus = drop.lowest or max(0, len(pool) - (drop.best or 0))
        kept = max(1, len(pool) - surplus)
        yield from (set(some) for some in subsets(pool) if len(some) == kept)


@PROPERTY
@given(
    works,
    st.builds(lambda n: Drop(lowest=n), st.integers(1, 3))
    | st.builds(lambda n: Drop(best=n), st.integers(1, 3)),
    st.sets(st.sampled_from("abcde")),
    st.integers(0, 3),
)
def test_no_choice_makes_the_grade_better(
    given_works: Works, drop: Drop, excused: set[str], bonus: int
) -> None:
    of = rules(
        CourseRules(drop=(drop,)),
        bonus=ExerciseRules(extra=True, weight=5),
        **{name: ExerciseRules(weight=w) for name, (_, w) in given_works.items()},
    )
    exercises = [exercise(name, score) for name, (score, _) in given_works.items()]
    result = adjusted(
        submission(*exercises, exercise("bonus", bonus)),
        Circumstances(of, tuple(map(excuse, sorted(excused)))),
    )
    parts = [
        (sum(Fraction(s * w, 5) for s, w in kept) + bonus) / sum(w for _, w in kept)
        for names in choices(given_works, drop, excused)
        for kept in [[given_works[name] for name in names]]
        if kept
    ]
    idle = {name for name, (score, _) in given_works.items() if not score}

    if idle & excused == set(given_works):
        assert result.max_score == 0
    else:
        earned = Fraction(repr(result.score)) / Fraction(repr(result.max_score))
        assert earned == max(parts)

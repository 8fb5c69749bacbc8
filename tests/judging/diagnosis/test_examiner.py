"""Diagnosis over this course's catalogue: own questions, no wrong ones, no secrets.

A sample, taken in the order of the lists; `benchmarks/diagnosis.py` has the whole, with
pairs of mistakes and with mistakes that the catalogue does not know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT, verdicts, work

from grader.course import ALTERNATIVES, MISTAKES, SOLUTION, load_course
from grader.course.variants import (
    Variant,
    apply_variant,
    load_alternatives,
    load_mistakes,
)
from grader.model import Outcome, Role, Verdict, Visibility

if TYPE_CHECKING:
    from grader.judging.session import Judges

pytestmark = pytest.mark.course
COURSE = load_course(ROOT)
SOLUTIONS = {
    exercise.id: (exercise.folder / SOLUTION).read_text(encoding="utf-8")
    for exercise in COURSE.exercises
}
EVERY = 40
# What no test may see in words about a hidden check: decimal numbers outside of code.
CODE = re.compile(r"`[^`]*`|Try: .*")
DECIMAL = re.compile(r"\d\.\d")
ODD = "w.data = w.data - 1.37 * lr * w.grad.data"
STEP = "w.data = w.data - lr * w.grad.data"

Judged = dict[str, tuple[Variant, Verdict]]


def judged(judges: Judges, file: str) -> Judged:
    """Return a sample of a catalogue with the verdicts."""
    load = load_mistakes if file == MISTAKES else load_alternatives
    chosen = [
        (exercise.id, variant)
        for exercise in COURSE.exercises
        for variant in load(exercise.folder / file)[::EVERY]
    ]
    variants = {f"{exercise} {variant.name}": variant for exercise, variant in chosen}
    works = [
        work(apply_variant(variant, SOLUTIONS[exercise]), exercise, name)
        for (exercise, variant), name in zip(chosen, variants, strict=True)
    ]
    return {
        one.student: (variants[one.student], verdict)
        for one, verdict in judges.judge(works)
    }


@pytest.fixture(scope="module")
def wrong(judges: Judges) -> Judged:
    return judged(judges, MISTAKES)


def asked(verdict: Verdict) -> set[str | None]:
    """Return the questions of the mistakes that a verdict names."""
    return {f.question for f in verdict.findings if f.mistake is not None}


def test_nine_of_ten_mistakes_get_their_own_question(wrong: Judged) -> None:
    own = [name for name, (v, verdict) in wrong.items() if v.question in asked(verdict)]

    assert len(own) >= 0.9 * len(wrong), sorted(set(wrong) - set(own))


def test_no_mistake_gets_the_question_of_another_one(wrong: Judged) -> None:
    others = {
        name: asked(verdict) - {variant.question}
        for name, (variant, verdict) in wrong.items()
        if asked(verdict) - {variant.question}
    }

    assert others == {}


def examples(verdict: Verdict) -> set[str]:
    """Return the counterexamples in a verdict."""
    said = (part for finding in verdict.findings for part in finding.said)
    return {part.text for part in said if part.role is Role.COUNTEREXAMPLE}


def test_nine_of_ten_mistakes_have_a_counterexample(wrong: Judged) -> None:
    without = [name for name, (_, verdict) in wrong.items() if not examples(verdict)]

    assert len(without) <= 0.1 * len(wrong), without


def test_words_about_hidden_checks_hold_no_decimal_number(
    wrong: Judged, judges: Judges
) -> None:
    checks = {c.name: c for found in judges.checks.values() for c in found}
    told = [
        part.text
        for _, verdict in wrong.values()
        for finding in verdict.findings
        for part in finding.said
        if checks[finding.name].visibility is Visibility.HIDDEN
        and part.role is not Role.COUNTEREXAMPLE
    ]

    assert [text for text in told if DECIMAL.search(CODE.sub("", text))] == []


def test_every_failed_check_says_something(wrong: Judged) -> None:
    silent = [
        (name, finding.name)
        for name, (_, verdict) in wrong.items()
        for finding in verdict.findings
        if finding.outcome is not Outcome.PASSED and not finding.message
    ]

    assert silent == []


def test_what_is_named_is_not_called_unexplained(wrong: Judged) -> None:
    for _, verdict in wrong.values():
        named = {f.name for f in verdict.findings if f.question is not None}

        assert named.isdisjoint(shown.check for shown in verdict.unexplained)


def test_right_work_is_asked_nothing(judges: Judges) -> None:
    right = judged(judges, ALTERNATIVES)

    assert {name: asked(v) for name, (_, v) in right.items() if asked(v)} == {}
    assert [examples(v) for _, v in right.values() if examples(v)] == []
    assert [v.unexplained for _, v in right.values() if v.unexplained] == []


def test_same_unknown_behaviour_is_the_same_for_the_whole_class(judges: Judges) -> None:
    first = SOLUTIONS["autograd"].replace(STEP, ODD)
    same = first.replace("1.37 * lr", "(lr + 0.37 * lr)") + "\n# by another student\n"
    other = first.replace("1.37", "1.38")
    judged = verdicts(judges, (first, same, other), "autograd")
    found = [set(verdict.unexplained) for verdict in judged]

    assert found[0]
    assert found[0] == found[1]
    assert found[0].isdisjoint(found[2])

"""Finds rules of a course that contradict each other, or that change nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grader.text import did_you_mean, number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.course.rules import Drop, ExerciseRules, Late, Rules


def contradictions(rules: Rules, points: Mapping[str, float]) -> list[str]:
    """Return every problem of rules that are valid one by one.

    Args:
        rules: the rules, with a time zone in every date.
        points: the points of each exercise, by its id.
    """
    return [
        *_dates(rules, points),
        *_lateness(rules, points),
        *_weights(rules, points),
        *_drops(rules, points),
        *_letter_grades(rules.course.letter_grades),
        *(
            problem
            for exercise in points
            for problem in _groups(exercise, rules.of(exercise))
        ),
    ]


def unknown_checks(rules: Rules, checks: Mapping[str, Collection[str]]) -> list[str]:
    """Return which checks the rules name that an exercise does not have.

    Args:
        rules: the rules of the course.
        checks: the names of each exercise's checks, by its id.
    """
    return [
        f"exercise.{exercise}.{key}: there is no check `{name}`."
        f"{did_you_mean(name, known)}"
        for exercise, known in checks.items()
        for key, name in _named(rules.of(exercise))
        if name not in known
    ]


def _named(rules: ExerciseRules) -> Iterator[tuple[str, str]]:
    for name in rules.extra_checks:
        yield "extra_checks", name
    if not isinstance(rules.all_or_nothing, bool):
        for group in rules.all_or_nothing:
            for name in group:
                yield "all_or_nothing", name


def _dates(rules: Rules, points: Mapping[str, float]) -> Iterator[str]:
    for exercise in points:
        own = rules.of(exercise)
        if own.due and own.accept_until and own.accept_until < own.due:
            yield (
                f"exercise.{exercise}: expected accept_until after the due date "
                f"{own.due.isoformat()}, got {own.accept_until.isoformat()}."
            )


def _lateness(rules: Rules, points: Mapping[str, float]) -> Iterator[str]:
    late = rules.course.late
    dated = any(rules.of(exercise).due for exercise in points)
    if late is not None:
        yield from _late(late)
        if not dated:
            yield "late: no exercise has a due date. Add `due`."
    elif rules.course.late_days is not None:
        yield (
            "late_days: without a table `late`, lateness costs nothing. Add one; "
            "percent = 100 accepts no late work beyond these days."
        )


def _late(late: Late) -> Iterator[str]:
    if (late.percent is None) == (not late.steps):
        found = "both" if late.steps else "neither"
        yield f"late: expected either `percent` or `steps`, got {found}."
    for before, after in zip(late.steps, late.steps[1:], strict=False):
        rising = before.after_hours < after.after_hours
        if not (rising and before.percent <= after.percent):
            yield (
                f"late.steps: expected more hours and no less percent from step to "
                f"step, got {_step(after.after_hours, after.percent)} after "
                f"{_step(before.after_hours, before.percent)}."
            )


def _step(hours: float, percent: float) -> str:
    return f"{number(percent)} % from {number(hours)} hours on"


def _weights(rules: Rules, points: Mapping[str, float]) -> Iterator[str]:
    weighted = [name for name in points if rules.of(name).weight is not None]
    without = [name for name in points if name not in weighted]
    if weighted and without:
        yield (
            f"weight: expected one for each exercise or for none, got none for "
            f"{', '.join(without)}."
        )
    for name in weighted:
        if points[name] == 0:
            yield f"exercise.{name}.weight: the exercise has no points to weigh."


def _drops(rules: Rules, points: Mapping[str, float]) -> Iterator[str]:
    extra = {name for name in points if rules.of(name).extra}
    counted = Counter[str]()
    for position, drop in enumerate(rules.course.drop, 1):
        where = f"drop, entry {position}"
        group = drop.exercises or [name for name in points if name not in extra]
        counted.update(set(group))
        yield from _drop(drop, where, len(group))
        for name in drop.exercises:
            if name not in points:
                near = did_you_mean(name, points)
                yield f"{where}: there is no exercise `{name}`.{near}"
            elif name in extra:
                yield f"{where}: {name} is extra credit, which is never dropped."
    for name, times in counted.items():
        if times > 1:
            yield f"drop: {name} is in {times} groups, expected at most one."


def _drop(drop: Drop, where: str, size: int) -> Iterator[str]:
    if (drop.lowest is None) == (drop.best is None):
        found = "neither" if drop.lowest is None else "both"
        yield f"{where}: expected either `lowest` or `best`, got {found}."
    elif (drop.lowest or drop.best or 0) >= size:
        what = "drops all" if drop.lowest else "drops none"
        count = drop.lowest or drop.best
        yield f"{where}: {count} of {size} {what}. Choose fewer."


def _letter_grades(grades: Mapping[str, float]) -> Iterator[str]:
    if grades and 0 not in grades.values():
        yield "letter_grades: expected one that begins at 0, such as F = 0, found none."
    for percent, times in Counter(grades.values()).items():
        if times > 1:
            names = " and ".join(name for name in grades if grades[name] == percent)
            yield f"letter_grades: {names} both begin at {number(percent)} percent."


def _groups(exercise: str, rules: ExerciseRules) -> Iterator[str]:
    named = Counter(name for key, name in _named(rules) if key == "all_or_nothing")
    for name, times in named.items():
        if times > 1:
            yield (
                f"exercise.{exercise}.all_or_nothing: {name} is named {times} times, "
                f"expected once."
            )

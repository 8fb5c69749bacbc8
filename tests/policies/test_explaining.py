"""The arithmetic of a grade, line by line."""

from __future__ import annotations

import datetime as dt
import re

from policies.results import exercise, late_rules, override, rules, submission

from grader.course.rules import CourseRules, ExerciseRules, Rounding
from grader.policies import Circumstances, adjusted, explained

COURSE = CourseRules(
    due=late_rules().course.due,
    late=late_rules().course.late,
    rounding=Rounding(to=0.5),
    letter_grades={"A": 80, "B": 0},
)
LATE = (
    "Handed in 2 hours late (it was due on 2 November 2026, 23:59 CET): 1 day begun, "
    "10 % each: 10 % less."
)
ROUNDED = "The total is rounded to multiples of 0.5: 15.2 becomes 15."


def test_explanation_goes_from_the_checks_to_the_letter() -> None:
    given = submission(
        exercise("autograd", 5, 3, late=dt.timedelta(hours=2)), exercise("backprop", 4)
    )
    of = rules(
        COURSE, backprop=ExerciseRules(weight=10), autograd=ExerciseRules(weight=10)
    )

    assert explained(adjusted(given, Circumstances(of))) == (
        "ann",
        "  autograd",
        "             5  of 5: test_1 is right.",
        "             3  of 5: test_2 is right. (failed)",
        f"          -0.8  late, autograd: {LATE}",
        "                ------------",
        "           7.2  7.2 of 10 points",
        "  backprop",
        "             4  of 5: test_1 is right. (failed)",
        "                ------------",
        "             4  4 of 5 points",
        "  total",
        "           7.2  autograd",
        "             4  backprop",
        "             4  weights, backprop: 4 of 5 points count as 8 of 10 points.",
        f"          -0.2  rounding: {ROUNDED}",
        "                ------------",
        "            15  15 of 20 points",
        "            75  percent",
        "                letter grade: B",
    )


def test_explanation_adds_up_in_each_part() -> None:
    given = submission(exercise("autograd", 5, 1.1), exercise("backprop", 4))
    result = adjusted(given, Circumstances(rules(COURSE), (override(3.3),)))
    parts: list[list[float]] = [[]]
    sums = []
    ended = False
    for line in explained(result)[1:-2]:
        found = re.match(r"  +(-?[\d.]+)  ", line)
        if "----" in line:
            ended = True
        elif found and ended:
            sums.append(float(found[1]))
            parts.append([])
            ended = False
        elif found:
            parts[-1].append(float(found[1]))

    assert [round(sum(part), 6) for part in parts[:-1]] == sums == [3.3, 4.0, 7.5]

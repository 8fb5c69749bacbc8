"""Reads a course from a folder: its exercises, rules and variants, all validated."""

from __future__ import annotations

from grader.course.beside import GIVEN
from grader.course.exercise import (
    ALTERNATIVES,
    HIDDEN_CHECKS,
    MISTAKES,
    VISIBLE_CHECKS,
    Exercise,
)
from grader.course.loading import (
    COURSE_FILE,
    EXERCISES,
    Course,
    load_course,
)
from grader.course.rules import (
    Attempts,
    CourseRules,
    Drop,
    ExerciseRules,
    Late,
    LateDays,
    LateStep,
    Rounding,
    Rules,
)
from grader.course.sources import SOLUTION
from grader.course.visible import find_visible

__all__ = [
    "ALTERNATIVES",
    "COURSE_FILE",
    "EXERCISES",
    "GIVEN",
    "HIDDEN_CHECKS",
    "MISTAKES",
    "SOLUTION",
    "VISIBLE_CHECKS",
    "Attempts",
    "Course",
    "CourseRules",
    "Drop",
    "Exercise",
    "ExerciseRules",
    "Late",
    "LateDays",
    "LateStep",
    "Rounding",
    "Rules",
    "find_visible",
    "load_course",
]

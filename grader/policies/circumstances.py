"""What a policy knows besides the results: the rules, and decisions on a student."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from grader.course import Rules
from grader.decisions import AnyDecision, Decision
from grader.model import Adjustment, SubmissionResult

_Kind = TypeVar("_Kind", bound=Decision)


class Circumstances(msgspec.Struct, frozen=True):
    """The course's rules, and what people decided about one student.

    Attributes:
        rules: the rules of the course.
        decisions: those that stand, in the order in which they were made.
    """

    rules: Rules = Rules()
    decisions: tuple[AnyDecision, ...] = ()

    def decided(self, kind: type[_Kind], exercise: str) -> list[_Kind]:
        """Return the decisions of one kind that concern an exercise, in order."""
        return [
            decision
            for decision in self.decisions
            if isinstance(decision, kind) and decision.exercise in (None, exercise)
        ]


Policy = Callable[[SubmissionResult, Circumstances], tuple[Adjustment, ...]]

"""Why points were lost, as a teacher would say it: each reason once.

Checks that fail for the same reason share its question, or the fact behind them. What
all of them were told is said once, and what each check saw itself stands in a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model import Outcome, Role, Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import CheckResult


@dataclass(frozen=True, slots=True)
class Seen:
    """What some checks saw, in words that only they have; often there are none."""

    checks: tuple[CheckResult, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Checks with one outcome and one question, and what was said of all of them."""

    outcome: Outcome
    question: str
    seen: tuple[Seen, ...]
    shared: tuple[Said, ...]

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """All of its checks, in the order of what they saw."""
        return tuple(check for seen in self.seen for check in seen.checks)


def reasons_of(checks: Sequence[CheckResult]) -> list[Reason]:
    """Return the reasons of checks that did not pass, in the order of the checks."""
    groups: dict[tuple[Outcome, str, tuple[Said, ...]], list[CheckResult]] = {}
    for check in checks:
        key = (check.outcome, check.question or "", _own_reason(check))
        groups.setdefault(key, []).append(check)
    return [
        Reason(outcome, question, *_split(found))
        for (outcome, question, _), found in groups.items()
    ]


def _own_reason(check: CheckResult) -> tuple[Said, ...]:
    """Return what checks must have in common beside outcome and question.

    Without a question those are the facts behind them; without facts, all that is said.
    """
    if check.question or check.outcome is Outcome.NOT_ATTEMPTED:
        return ()
    facts = tuple(part for part in check.said if part.role is Role.FACT)
    return facts or check.said


def _split(
    checks: Sequence[CheckResult],
) -> tuple[tuple[Seen, ...], tuple[Said, ...]]:
    """Return what each check saw, and the parts with which the words of all end."""
    shared = checks[0].said
    for check in checks[1:]:
        shared = _common_end(shared, check.said)
    heads: dict[tuple[Said, ...], list[CheckResult]] = {}
    for check in checks:
        head = check.said[: len(check.said) - len(shared)]
        heads.setdefault(head, []).append(check)
    return tuple(Seen(tuple(found), head) for head, found in heads.items()), shared


def _common_end(one: tuple[Said, ...], other: tuple[Said, ...]) -> tuple[Said, ...]:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return one[len(one) - count :]

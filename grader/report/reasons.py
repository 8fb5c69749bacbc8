"""Why points were lost, as a teacher would say it: each reason once.

Checks that fail for the same reason share its question, or the fact behind them. What
all of them were told is said once, and what each check saw itself stands in a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model import Outcome
from grader.text import HOW_OFTEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import CheckResult

_SENTENCE_END = re.compile(r"(?<=[.?!]) (?=[A-Z`])")


@dataclass(frozen=True, slots=True)
class Seen:
    """What some checks saw, in words that only they have; often they are empty."""

    checks: tuple[CheckResult, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Checks with one outcome and one question, and what was said of all of them."""

    outcome: Outcome
    question: str
    seen: tuple[Seen, ...]
    shared: str

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """All of its checks, in the order of what they saw."""
        return tuple(check for seen in self.seen for check in seen.checks)


def reasons_of(checks: Sequence[CheckResult]) -> list[Reason]:
    """Return the reasons of checks that did not pass, in the order of the checks."""
    groups: dict[tuple[Outcome, str, str], list[CheckResult]] = {}
    for check in checks:
        key = (check.outcome, check.question or "", _own_reason(check))
        groups.setdefault(key, []).append(check)
    return [
        Reason(outcome, question, *_split(found))
        for (outcome, question, _), found in groups.items()
    ]


def _own_reason(check: CheckResult) -> str:
    """Return what checks must have in common beside outcome and question.

    Without a question that is their last sentence, if it tells a reason.
    """
    if "\n" in check.message.strip():  # it is shown as it was written
        return check.message
    if check.question or check.outcome is Outcome.NOT_ATTEMPTED:
        return ""
    sentences = _SENTENCE_END.split(check.message)
    if len(sentences) == 1 or sentences[-1].startswith(HOW_OFTEN):
        return check.message
    return sentences[-1]


def _split(checks: Sequence[CheckResult]) -> tuple[tuple[Seen, ...], str]:
    """Return what each check saw, and the sentences with which all messages end."""
    messages = [_SENTENCE_END.split(check.message) for check in checks]
    shared = messages[0]
    for message in messages[1:]:
        shared = _common_end(shared, message)
    if all(message == messages[0] for message in messages):
        return (Seen(tuple(checks), ""),), checks[0].message
    heads: dict[str, list[CheckResult]] = {}
    for check, message in zip(checks, messages, strict=True):
        head = " ".join(message[: len(message) - len(shared)])
        heads.setdefault(head, []).append(check)
    seen = tuple(Seen(tuple(found), head) for head, found in heads.items())
    return seen, " ".join(shared)


def _common_end(one: list[str], other: list[str]) -> list[str]:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return one[len(one) - count :]

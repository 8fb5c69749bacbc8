"""Of a group of exercises, some do not count: those without which the grade is best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.policies.counting import Group, to_drop

if TYPE_CHECKING:
    from grader.model import Adjustment, SubmissionResult
    from grader.policies.circumstances import Circumstances


def drop(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what takes the dropped exercises out of the total."""
    if not circumstances.rules.course.drop:
        return ()
    return tuple(
        share.taken_out("drop", _reason(group))
        for share, group in to_drop(submission, circumstances)
    )


def _reason(group: Group) -> str:
    size = len(group.shares)
    named = group.rule is not None and group.rule.exercises
    among = ", ".join(share.exercise for share in group.shares) if named else ""
    which = f" ({among})" if among else ""
    count = size - group.surplus_count(size)
    verb = "counts" if count == 1 else "count"
    return (
        f"{count} of {size} exercises{which} {verb}: the grade is best without this "
        f"one."
    )

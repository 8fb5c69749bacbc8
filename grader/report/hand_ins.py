"""What an instructor is told at the end of a run about files that were not graded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Left, WhyLeft
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Results, SubmissionResult

_MOST = 20
_NAMES = 10
_LINE_CAP = 400
_PERHAPS_MEANT = (WhyLeft.NAME, WhyLeft.KIND, WhyLeft.UNREADABLE, WhyLeft.PLACE)


def hand_in_lines(results: Results) -> Iterator[str]:
    """Yield lines on files left out, on choices among files, and on who has nothing.

    No line begins with a student's text: a CI job could take it for a command.
    """
    lacking = {sub.student for sub in results.submissions if _lacks_a_file(sub)}
    meant = [left for left in results.left if _perhaps_meant(left, lacking)]
    several = [left for left in results.left if left.why is WhyLeft.ANOTHER]
    yield from _listed("files that were not graded", meant)
    yield from _listed(
        "further files for one exercise, which say other things", several
    )
    attempts = sum(left.why is WhyLeft.ATTEMPT for left in results.left)
    if attempts:
        files = "file" if attempts == 1 else "files"
        yield f"{attempts} {files} of attempts that do not count, see results.json"
    nothing = results.ending.no_points
    if nothing:
        names = ", ".join(clean_line(student, 80) for student in nothing[:_NAMES])
        more = f" and {len(nothing) - _NAMES} more" if len(nothing) > _NAMES else ""
        who = "student has" if len(nothing) == 1 else "students have"
        yield (
            f"{len(nothing)} {who} 0 points though they handed in a file: {names}{more}"
        )


def _listed(heading: str, files: list[Left]) -> Iterator[str]:
    if files:
        yield f"{heading}:"
    for left in files[:_MOST]:
        who = f"{left.student}, " if left.student is not None else ""
        yield clean_line(f"- {who}{left.place}: {left.said}", _LINE_CAP)
        if left.command is not None:
            yield f"    {left.command}"
    if len(files) > _MOST:
        yield f"and {len(files) - _MOST} more, see results.json"


def _lacks_a_file(submission: SubmissionResult) -> bool:
    return any(exercise.file is None for exercise in submission.exercises)


def _perhaps_meant(left: Left, lacking: set[str]) -> bool:
    """Return whether a file may be work; a helper is not, if all the work is there."""
    helper = left.why is WhyLeft.NAME and left.exercise is None
    return left.why in _PERHAPS_MEANT and (not helper or left.student in lacking)

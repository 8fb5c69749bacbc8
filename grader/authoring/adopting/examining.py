"""Looks again at the works of a group, with a mistake that the course has learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.judging.session import How
from grader.model import Work
from grader.programs import kept_programs
from grader.tally import Tally
from grader.verdicts import VERDICTS_FILE, VerdictStore
from grader.vouching import broken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.judging.session import Judges
    from grader.model import CheckResult, ExerciseResult, Finding, Results, Verdict


def examined(
    judges: Judges,
    results: Results,
    out: Path,
    exercise: str,
    group: Sequence[str],
) -> dict[str, Verdict]:
    """Return new verdicts on the works of a group, by student; they are on record.

    Args:
        judges: judge the course as it is now.
        results: what the group got.
        out: the folder of the reports.
        exercise: what the works are for.
        group: the students.
    """
    with kept_programs(results, out) as programs:
        works = [Work(one, exercise, program=programs(one, exercise)) for one in group]
    suspects = (s for s in results.suspects if s.exercise == exercise)
    how = How(without=tuple(broken(suspects)))
    found = {}
    with VerdictStore(out / VERDICTS_FILE) as store:
        for work, verdict in judges.judge(works, how):
            store.record(verdict, how)
            found[work.student] = verdict
    return found


def with_words(
    results: Results, exercise: str, verdicts: Mapping[str, Verdict]
) -> Results:
    """Return results with the words of new verdicts; no outcome and no point changes.

    Args:
        results: those that are there.
        exercise: the exercise.
        verdicts: by student.
    """
    submissions = (
        msgspec.structs.replace(
            one,
            exercises=tuple(
                _told(own, verdicts[one.student])
                if own.exercise == exercise and one.student in verdicts
                else own
                for own in one.exercises
            ),
        )
        for one in results.submissions
    )
    tally = Tally(results.left, results.suspects)
    counted = tuple(tally.counted(submissions))
    return tally.told(msgspec.structs.replace(results, submissions=counted))


def _told(own: ExerciseResult, verdict: Verdict) -> ExerciseResult:
    found = {finding.name: finding for finding in verdict.findings}
    return msgspec.structs.replace(
        own,
        checks=tuple(_worded(check, found.get(check.name)) for check in own.checks),
        unexplained=verdict.unexplained,
    )


def _worded(check: CheckResult, finding: Finding | None) -> CheckResult:
    """Return a check with a new finding's words, where it ended in the same way."""
    if finding is None or finding.outcome is not check.outcome:
        return check
    return msgspec.structs.replace(
        check,
        message=finding.message,
        said=finding.said,
        mistake=finding.mistake,
        question=finding.question,
    )

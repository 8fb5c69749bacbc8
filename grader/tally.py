"""What is told of a whole class, counted while its students pass by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.ending import EndingSoFar
from grader.scoring import Unexplaining, Wanting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import Left, Results, SubmissionResult, Suspect


class Tally:
    """Counts over all students; each is looked at once, and forgotten.

    Args:
        left: files that were handed in and not graded.
        suspects: checks that the author's own programs cast doubt on.
    """

    def __init__(self, left: Iterable[Left], suspects: Iterable[Suspect]) -> None:
        self._ending = EndingSoFar(left, suspects)
        self._unexplaining = Unexplaining()
        self._wanting = Wanting()

    def counted(
        self, submissions: Iterable[SubmissionResult]
    ) -> Iterator[SubmissionResult]:
        """Yield the same students, counted."""
        for submission in submissions:
            self.add(submission)
            yield submission

    def add(self, submission: SubmissionResult) -> None:
        """Count one student."""
        self._ending.add(submission)
        self._unexplaining.add(submission)
        self._wanting.add(submission)

    def told(self, results: Results) -> Results:
        """Return the results with what was counted."""
        return msgspec.structs.replace(
            results,
            unexplained=self._unexplaining.groups(),
            ending=self._ending.ending(),
            lacking=self._wanting.lacking(),
        )

"""The programs that were graded, for reports that show a student's lines."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from grader.verdicts import VERDICTS_FILE, VerdictStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grader.model import Program, Results, Work
    from grader.report.options import Programs


def programs_of(works: Sequence[Work], results: Results) -> Programs:
    """Return what gives reports the program that counts for a student and exercise."""

    @functools.cache  # few formats ask
    def places() -> dict[tuple[str, str], int]:
        counting = _digests(results)
        return {
            (work.student, work.exercise): place
            for place, work in enumerate(works)
            if counting.get((work.student, work.exercise)) == work.sha256
        }

    def program(student: str, exercise: str) -> Program | None:
        place = places().get((student, exercise))
        return None if place is None else works[place].program

    return program


def kept_programs(results: Results, out: Path) -> Programs:
    """Return what gives reports the programs that an earlier run has judged.

    The store of verdicts keeps them; without it reports show no code.

    Raises:
        OperatorError: the store is there and cannot be read.
    """
    digests = _digests(results)

    def found(student: str, exercise: str) -> Program | None:
        return kept_program(out, exercise, digests.get((student, exercise)))

    return found


def kept_program(out: Path, exercise: str, digest: str | None) -> Program | None:
    """Return the program of a file that an earlier run has read, None without one.

    Raises: as `kept_programs`.
    """
    if digest is None or not (out / VERDICTS_FILE).is_file():
        return None
    with VerdictStore(out / VERDICTS_FILE) as store:
        return store.recall_program(exercise, digest)


def keep_programs(works: Iterable[Work], store: VerdictStore) -> None:
    """Keep the programs of works that are not judged: other rules may take them."""
    for work in works:
        if work.program is not None:
            store.record_program(work.exercise, work.program)


def _digests(results: Results) -> dict[tuple[str, str], str | None]:
    """Return the digest of the file that counts, by student and exercise."""
    return {
        (submission.student, exercise.exercise): exercise.sha256
        for submission in results.submissions
        for exercise in submission.exercises
    }

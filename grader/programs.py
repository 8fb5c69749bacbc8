"""The programs that were graded, for reports that show a student's lines."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING

from grader.verdicts import VERDICTS_FILE, VerdictStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
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


@contextlib.contextmanager
def kept_programs(results: Results, out: Path) -> Iterator[Programs]:
    """Yield what gives reports the programs that an earlier run has judged.

    The store of verdicts keeps them; without it reports show no code.

    Raises:
        OperatorError: the store is there and cannot be read.
    """

    @functools.cache  # few formats ask
    def digests() -> dict[tuple[str, str], str | None]:
        return _digests(results)

    with kept_files(out) as kept:
        yield lambda student, exercise: kept(
            exercise, digests().get((student, exercise))
        )


@contextlib.contextmanager
def kept_files(out: Path) -> Iterator[Callable[[str, str | None], Program | None]]:
    """Yield what gives the program of an exercise by the digest of its file, or None.

    The store is opened when the first one is wanted, and once.

    Raises: as `kept_programs`.
    """
    with contextlib.ExitStack() as stack:

        @functools.cache
        def store() -> VerdictStore:
            return stack.enter_context(VerdictStore(out / VERDICTS_FILE))

        def found(exercise: str, digest: str | None) -> Program | None:
            if digest is None or not (out / VERDICTS_FILE).is_file():
                return None
            return store().recall_program(exercise, digest)

        yield found


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

"""Shares of a class, graded apart, become one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.errors import UsageError, listed
from grader.model import SubmissionResult
from grader.programs import kept_programs
from grader.report import filed, options, write_reports
from grader.report.formats import of_run
from grader.spool import Spool
from grader.tally import Tally
from grader.verdicts import VERDICTS_FILE, VerdictStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.model import Results

# What all shares must have in common, and what it is called.
_SHARED = {
    "course": "the course",
    "grader_version": "the version of the kit",
    "environment": "the versions of Python and torch",
    "sandbox": "the wall",
    "bases": "the checks",
    "rules": "the rules of the course",
}


def merge(
    folders: Sequence[Path],
    out: Path,
    formats: Sequence[str],
    known: options.Options = options.NONE,
    *,
    jobs: int = 1,
) -> tuple[Results, tuple[Path, ...]]:
    """Write the reports of a class whose shares were graded apart.

    The files are those that one run would have written, but for times.

    Args:
        folders: the folders of the shares' reports.
        out: where the reports of the whole go.
        formats: the formats, as `formats.named` returns them.
        known: what a format may know beside the results.
        jobs: how many processes may make pages.

    Raises:
        UsageError: a folder has no results, or the shares do not fit together.
        OperatorError: a file cannot be read or written.
    """
    results = together(folders, [filed.read(folder) for folder in folders])
    with VerdictStore(out / VERDICTS_FILE) as store:
        for folder in folders:
            if (folder / VERDICTS_FILE).is_file() and folder != out:
                store.take_in(folder / VERDICTS_FILE)
    with kept_programs(results, out) as programs:
        known = msgspec.structs.replace(known, programs=programs)
        return results, write_reports(results, out, of_run(formats), known, jobs=jobs)


def together(folders: Sequence[Path], shares: Sequence[Results]) -> Results:
    """Return the results of all shares as those of one run.

    Raises:
        UsageError: they do not fit together; the message names each reason once.
    """
    problems = [*_differences(folders, shares), *_doubles(folders, shares)]
    if problems:
        raise UsageError(listed(problems))
    left = tuple(left for share in shares for left in share.left)
    # A share in which nobody handed in an exercise knows nothing of its checks.
    suspects = tuple(dict.fromkeys(one for share in shares for one in share.suspects))
    tally = Tally(left, suspects)
    # Students of a large class stay on the disk: they are sorted by their names alone.
    names = sorted(
        (one.student, number, place)
        for number, share in enumerate(shares)
        for place, one in enumerate(share.submissions)
    )
    everybody = (shares[number].submissions[place] for _, number, place in names)
    submissions = Spool(SubmissionResult, tally.counted(everybody))
    return tally.told(
        msgspec.structs.replace(
            shares[0], submissions=submissions, left=left, suspects=suspects
        )
    )


def _differences(folders: Sequence[Path], shares: Sequence[Results]) -> Iterator[str]:
    for folder, share in zip(folders[1:], shares[1:], strict=True):
        for field, noun in _SHARED.items():
            if getattr(share, field) != getattr(shares[0], field):
                yield (
                    f"{folder}: {noun} differs from that of {folders[0]}. Grade all "
                    f"shares with the same course and the same versions."
                )


def _doubles(folders: Sequence[Path], shares: Sequence[Results]) -> Iterator[str]:
    owners: dict[str, Path] = {}
    for folder, share in zip(folders, shares, strict=True):
        for submission in share.submissions:
            other = owners.setdefault(submission.student, folder)
            if other != folder:
                yield (
                    f"{folder}: {submission.student} is in {other} as well. Name each "
                    f"share once, and grade all with the same number of shares."
                )
                break

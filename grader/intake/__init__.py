"""Intake: a pile of files becomes submissions; `.py` and `.ipynb` become programs.

Everything that is read here may be hostile: names are cleaned before they are shown,
links are never followed, and a file that cannot be read harms nobody but its student.
"""

from __future__ import annotations

from grader.intake.attempts import (
    Intake,
    in_short,
    introduced,
    spans_of,
    that_may_count,
    timed_by_files,
)
from grader.intake.finding import find_work
from grader.intake.helpers import files_beside, with_helpers
from grader.intake.reading import read_program
from grader.intake.several import program_of_own
from grader.intake.shares import Share, share, share_of
from grader.intake.trees import IntakeOptions

__all__ = [
    "Intake",
    "IntakeOptions",
    "Share",
    "files_beside",
    "find_work",
    "in_short",
    "introduced",
    "program_of_own",
    "read_program",
    "share",
    "share_of",
    "spans_of",
    "that_may_count",
    "timed_by_files",
    "with_helpers",
]

"""Intake: a pile of files becomes submissions; `.py` and `.ipynb` become programs.

Everything that is read here may be hostile: names are cleaned before they are shown,
links are never followed, and a file that cannot be read harms nobody but its student.
"""

from __future__ import annotations

from grader.intake.finding import Intake, find_work
from grader.intake.reading import read_program

__all__ = ["Intake", "find_work", "read_program"]

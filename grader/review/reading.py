"""The results as the desk reads them: a run may write new ones between two requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from grader.report.formats import results_json
from grader.report.stems import file_stems
from grader.review.worklist import Item, worklist

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Results


class Reading:
    """One reading of the results.

    Attributes:
        results: all of them.
        stems: each student's name in an address, in their order.
    """

    def __init__(self, out: Path) -> None:
        self.results: Results = results_json.read(out)
        self.stems = file_stems(tuple(one.student for one in self.results.submissions))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What to look at."""
        return worklist(self.results)

    @cached_property
    def stem_of(self) -> dict[str, str]:
        """Each student's name in an address."""
        students = (one.student for one in self.results.submissions)
        return dict(zip(students, self.stems, strict=True))

    def index(self, stem: str) -> int | None:
        """Return a student's position by the name in an address."""
        return self.stems.index(stem) if stem in self.stems else None


Reader = Callable[[], Reading]

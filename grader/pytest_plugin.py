"""`pytest exercises/`: the visible checks run on the work beside them, in our words.

pytest loads this wherever the kit is installed. It does nothing but for files of checks
that lie in an exercise's folder: these are not imported here, they run as by
`grader check`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.checking import Checked

_CHECKS = "test_visible.py"


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Return a collector of our own for visible checks with work beside them."""
    if module_path.name != _CHECKS or not _asks_a_student(module_path):
        return None
    own = _own_file(module_path)
    if own is None:
        return None
    collector: Checks = Checks.from_parent(parent, path=module_path)
    collector.own = own
    return collector


def _own_file(checks: Path) -> Path | None:
    from grader.checking import own_file
    from grader.course import HIDDEN_CHECKS, SOLUTION, find_visible
    from grader.errors import GraderError

    # In the author's folder there is no work.
    if any(checks.with_name(name).exists() for name in (HIDDEN_CHECKS, SOLUTION)):
        return None
    try:
        near = find_visible(checks.parent)
    except GraderError:
        return None
    exercise = next((e for e in near if e.folder == checks.parent), None)
    return own_file(exercise) if exercise else None


def _asks_a_student(path: Path) -> bool:
    """Return whether a file holds checks of a student's program."""
    return any("student" in (a.arg for a in f.args.args) for f in _checks_in(path))


def _checks_in(path: Path) -> list[ast.FunctionDef]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError, OSError):
        return []
    kinds = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return [node for node in kinds if node.name.startswith("test")]


class Checks(pytest.File):
    """The visible checks of one exercise; they run once, when the first is asked."""

    own: Path
    _checked: Checked | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each check."""
        for function in _checks_in(self.path):
            yield CheckItem.from_parent(self, name=function.name)

    def checked(self) -> Checked:
        """Return what the checks say.

        Raises:
            GraderError: the checks cannot run.
        """
        if self._checked is None:
            from grader.checking import Checking

            with Checking((self.own,), None) as checking:
                (self._checked,) = checking.check()
        return self._checked


class CheckItem(pytest.Item):
    """One visible check of the work beside it."""

    def runtest(self) -> None:
        """Fail with what a student may read.

        Raises:
            NotPassedError: the check did not pass.
        """
        assert isinstance(self.parent, Checks)  # noqa: S101 - it made this
        checked = self.parent.checked()
        lines = _lines(checked, self.name)
        if lines:
            raise NotPassedError("\n".join(lines))

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException], style: None = None
    ) -> object:
        """Return the words alone: no line of ours helps a student."""
        from grader.errors import GraderError

        if isinstance(excinfo.value, NotPassedError | GraderError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place and name that pytest shows."""
        return self.path, 0, self.name


class NotPassedError(Exception):
    """A check did not pass; the text is what a student may read."""


def _lines(checked: Checked, name: str) -> list[str]:
    """Return what is said about a check by its name; nothing where it passed."""
    import msgspec

    from grader.report.answer import Amount, answer_to
    from grader.report.cell import lines_of
    from grader.report.letter import exercise_row

    own = [c for c in checked.result.checks if c.name.split("[", 1)[0] == name]
    if own and all(check.outcome == "passed" for check in own):
        return []
    row = exercise_row(msgspec.structs.replace(checked.result, checks=tuple(own)))
    parts = answer_to(row, str(checked.path), Amount(everything=True), None)
    return list(lines_of(parts, 88))

"""One exercise of a course: where its files are, and what its verdicts rest on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from grader.course.beside import given_in
from grader.course.fingerprint import digest_of_files, digests_of_checks
from grader.course.parts import joined
from grader.course.sources import source_of
from grader.errors import AuthorError
from grader.model import Basis, Limits, Shown

HIDDEN_CHECKS = "test_hidden.py"
VISIBLE_CHECKS = "test_visible.py"
MISTAKES = "mistakes.py"
ALTERNATIVES = "alternatives.py"


class Exercise(msgspec.Struct, frozen=True):
    """One exercise of a course: where its files are and what it may use.

    `solution` and `hidden_checks` are None in a student's copy of the course, which
    has only the visible checks. `files` lie beside them and are given out as they are.
    `written` are the files that students write, where their work is not one file of the
    exercise's name.
    """

    id: str
    title: str
    points: float
    limits: Limits
    visible_checks: Path
    hidden_checks: Path | None = None
    solution: Path | None = None
    learnt: str = ""
    counterexamples: bool = True
    files: tuple[str, ...] = ()
    check_points: dict[str, float] = {}
    shown: Shown = Shown()
    written: tuple[str, ...] = ()

    @property
    def solutions(self) -> tuple[Path, ...]:
        """The files of the solution; none in a student's copy."""
        if self.solution is None:
            return ()
        folder = self.solution.parent
        return tuple(folder / name for name in self.written) or (self.solution,)

    @property
    def source(self) -> str:
        """The solution as one source (`parts.py`).

        Raises:
            AuthorError: it is not there, or cannot be read.
        """
        if self.solution is None:
            raise AuthorError(f"{self.id}: expected a solution, found none.")
        if not self.written:
            return source_of(self.solution)
        return joined({path.name: source_of(path) for path in self.solutions})

    @property
    def check_files(self) -> tuple[Path, ...]:
        """The files with this exercise's checks, visible ones first."""
        both = (self.visible_checks, self.hidden_checks)
        return tuple(path for path in both if path is not None and path.is_file())

    @property
    def folder(self) -> Path:
        """The folder that holds the visible checks."""
        return self.visible_checks.parent

    @property
    def given(self) -> tuple[tuple[str, bytes], ...]:
        """The names and contents of what comes with it: `given.py`, and its files."""
        return given_in(self.folder, self.files)

    @property
    def home(self) -> Path | None:
        """The folder in which its checks find its files by their names, if any."""
        return self.folder if self.files else None

    def fingerprint(self, preload: tuple[str, ...] = ()) -> str:
        """Return a digest of everything that decides a verdict on this exercise.

        That is its checks, solution and mistakes, files beside them that these may
        read, and its limits; not its points, titles and alternatives.

        Args:
            preload: the modules that the course imports beforehand.
        """
        files = digest_of_files(self._own(), self.folder)
        parts: tuple[object, ...] = (self.id, self.limits, self.shown, preload, files)
        # A course that says nothing of them keeps the fingerprint of older kits.
        parts += () if self.counterexamples else ("no counterexamples",)
        parts += self.written
        return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()

    def handed_out(self) -> str:
        """Return a digest of all that decides what mistakes show to visible checks."""
        own = [path for path in self._own() if path != self.hidden_checks]
        parts = self.shown, digest_of_files(own, self.folder)
        return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()

    def edition(self, fingerprint: str) -> str:
        """Return a digest of all that its checks depend on, with points and titles.

        Args:
            fingerprint: its own, as `Course.fingerprints()` returns it.
        """
        written = [path.read_bytes() for path in self.check_files]
        parts = fingerprint, self.points, self.check_points, written
        return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()

    def basis(self, fingerprint: str) -> Basis:
        """Return what its verdicts rest on, check by check.

        Args:
            fingerprint: its own, as `Course.fingerprints()` returns it.
        """
        return Basis(self.id, fingerprint, digests_of_checks(self.check_files))

    def _own(self) -> list[Path]:
        """Return the files that a verdict may depend on, always in the same order."""
        if self.solution is None:
            return [*self.check_files, *(self.folder / name for name in self.files)]
        found = [
            path.relative_to(self.folder)
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != ALTERNATIVES
        ]
        return [
            self.folder / path
            for path in sorted(found)
            if not any(part.startswith((".", "__pycache__")) for part in path.parts)
        ]

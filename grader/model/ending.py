"""What whoever graded is told at the end of a run, and looks at next."""

from __future__ import annotations

import enum

import msgspec


class Whose(enum.StrEnum):
    """Which of the author's programs tells that a check is not what it should be."""

    SOLUTION = "solution"  # it does not pass the check
    STUB = "stub"  # it passes the check, as it was handed out


class Suspect(msgspec.Struct, frozen=True):
    """A check that the author must look at.

    Attributes:
        exercise: the exercise's id.
        check: the check's name.
        whose: the program that tells: the solution or the stub.
        said: what is wrong, with the check's file and line.
    """

    exercise: str
    check: str
    whose: Whose
    said: str


class Undecided(msgspec.Struct, frozen=True):
    """A check that could not be run for some students: their scores are not final.

    Attributes:
        exercise: the exercise's id.
        check: the check's name.
        students: who they are.
        said: why, with the check's file and line where they are known.
    """

    exercise: str
    check: str
    students: tuple[str, ...]
    said: str


class Shared(msgspec.Struct, frozen=True):
    """What cost several students points: one mistake, or one sentence.

    Attributes:
        exercise: the exercise's id.
        said: the question about the mistake, or the sentence that all were told.
        checks: the names of the checks that it is behind.
        students: who they are.
        of: how many handed in a file for the exercise.
        mistake: the mistake's name; None where it is only a sentence.
    """

    exercise: str
    said: str
    checks: tuple[str, ...]
    students: tuple[str, ...]
    of: int
    mistake: str | None = None


class Ending(msgspec.Struct, frozen=True):
    """The end of a run. Files that were not graded stand under `left`.

    Attributes:
        undecided: checks that could not be run, so that scores are not final.
        no_points: students who handed in something and have no points.
        shared: what cost several students points, the most students first.
        seconds: how long judging all works took, one after the other.
    """

    undecided: tuple[Undecided, ...] = ()
    no_points: tuple[str, ...] = ()
    shared: tuple[Shared, ...] = ()
    seconds: float = 0.0

"""The questions that students get with their checks: `exercises/<id>/questions.json`.

`grader release` asks each mistake of an exercise what the visible checks ask a student,
and hands out digests of its answers with its question. Neither the mistakes nor their
answers can be read from that, and a student who makes one is asked the right thing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from grader.course.exercise import MISTAKES
from grader.course.fingerprint import digest_of_checks
from grader.traces import Cost, Symptom

if TYPE_CHECKING:
    from grader.course.exercise import Exercise

QUESTIONS: Final = "questions.json"
LIMIT: Final = b"within"
"""What stands in checks that limit what right work computes."""


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question, and what its mistake shows to each check that it does not pass."""

    question: str
    shows: dict[str, Symptom]
    try_it: str = ""


class Questions(msgspec.Struct, frozen=True, omit_defaults=True):
    """The questions of an exercise.

    Attributes:
        of: a digest of what they were made from, which salts all other digests.
        checks: a digest of the visible checks that they go with.
        scopes: for each check those that depend on nothing else than it does, itself
            among them.
        asked: the questions.
        costs: by name what the solution computes for each check that limits it.
    """

    of: str
    checks: str
    scopes: dict[str, tuple[str, ...]]
    asked: tuple[Question, ...]
    costs: dict[str, Cost] = {}


def has_questions(exercise: Exercise) -> bool:
    """Return whether a release hands out a file of questions with an exercise.

    It tells what the solution computes, too, where a visible check limits that.
    """
    if (exercise.folder / MISTAKES).is_file():
        return True
    return exercise.visible_checks.is_file() and (
        LIMIT in exercise.visible_checks.read_bytes()
    )


def questions_of(exercise: Exercise) -> Questions | None:
    """Return the questions beside visible checks; None if they go with others."""
    try:
        content = (exercise.folder / QUESTIONS).read_bytes()
        found = msgspec.json.decode(content, type=Questions)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if found.checks == digest_of_checks(exercise.check_files) else None

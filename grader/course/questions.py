"""The questions that students get with their checks: `exercises/<id>/questions.json`.

`grader release` asks each mistake of an exercise what the visible checks ask a student,
and hands out digests of its answers with its question. Neither the mistakes nor their
answers can be read from that, and a student who makes one is asked the right thing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from grader.course.fingerprint import digest_of_checks
from grader.traces import Symptom

if TYPE_CHECKING:
    from grader.course.exercise import Exercise

QUESTIONS: Final = "questions.json"


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question, and what its mistake shows to each check that it does not pass."""

    question: str
    shows: dict[str, Symptom]
    try_it: str = ""


class Questions(msgspec.Struct, frozen=True):
    """The questions of an exercise.

    Attributes:
        of: a digest of what they were made from, which salts all other digests.
        checks: a digest of the visible checks that they go with.
        scopes: for each check those that depend on nothing else than it does, itself
            among them.
        asked: the questions.
    """

    of: str
    checks: str
    scopes: dict[str, tuple[str, ...]]
    asked: tuple[Question, ...]


def questions_of(exercise: Exercise) -> Questions | None:
    """Return the questions beside visible checks; None if they go with others."""
    try:
        content = (exercise.folder / QUESTIONS).read_bytes()
        found = msgspec.json.decode(content, type=Questions)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if found.checks == digest_of_checks(exercise.check_files) else None

"""The nouns of what people decide about a student's grade: frozen, no I/O."""

from __future__ import annotations

import datetime as dt

import msgspec


class Decision(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What somebody decided about a student: who, when, and why.

    Attributes:
        student: the student's name.
        by: who decided.
        at: when.
        reason: why; the student may read it.
        exercise: the exercise that it is about; None for all of them.
    """

    student: str
    by: str
    at: dt.datetime
    reason: str = ""
    exercise: str | None = None


class Override(Decision, frozen=True, kw_only=True, tag="override"):
    """A score that takes the place of what the checks gave, in one exercise.

    Attributes:
        score: the points.
        check: the check that gets the points; None for the exercise as a whole.
    """

    score: float
    check: str | None = None


class Extension(Decision, frozen=True, kw_only=True, tag="extension"):
    """More time: a date, or days beyond the due date.

    Attributes:
        until: the new due date.
        days: how many days to add to the due date.
    """

    until: dt.datetime | None = None
    days: float | None = None


class Excused(Decision, frozen=True, kw_only=True, tag="excused"):
    """An exercise, or all of them, need not be handed in."""


class Comment(Decision, frozen=True, kw_only=True, tag="comment"):
    """Words for the student.

    Attributes:
        text: the words.
    """

    text: str


class Flag(Decision, frozen=True, kw_only=True, tag="flag"):
    """A mark for instructors alone, such as "look at this again".

    Attributes:
        text: what it says.
    """

    text: str


class Naming(msgspec.Struct, frozen=True):
    """How a mistake that one student shows is called from now on, and what it asks.

    Attributes:
        student: whose program shows it.
        exercise: in which exercise.
        name: the mistake's new name.
        question: what a good teacher would ask.
        try_it: one small experiment; empty for none.
        about: the function or class that is wrong; empty for the likeliest.
    """

    student: str
    exercise: str
    name: str
    question: str
    try_it: str = ""
    about: str = ""


AnyDecision = Override | Extension | Excused | Comment | Flag


def now() -> dt.datetime:
    """Return the moment at which something is decided, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)

"""What the forms of the desk decide, for one student or for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.deciding import Desk, Subject, told
from grader.decisions import AnyDecision, Comment, Decision, Flag, Override, now
from grader.errors import UsageError
from grader.gradebook import Undone
from grader.text import clean_line, clean_text, number, number_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LINE_CAP = 1000
_TEXT_CAP = 5000
_KINDS: dict[str, type[Decision]] = {
    "comment": Comment,
    "override": Override,
    "flag": Flag,
}


class Decider:
    """Keeps decisions in the gradebook, and says what they changed.

    Args:
        out: the folder of the reports.
        course: the course's folder.
        by: who decides.
    """

    def __init__(self, out: Path, course: Path, by: str) -> None:
        self._out = out
        self._course = course
        self._by = by

    def decide(
        self, action: str, students: Sequence[str], fields: Mapping[str, str]
    ) -> list[str]:
        """Keep a decision for each student and return what changed, line by line.

        All is looked at before anything is kept: one that cannot be is one for nobody.

        Args:
            action: comment, override, flag; with "undo-" before it to take it back.
            students: whom it is about.
            fields: the form: about (EXERCISE[:CHECK]), score, reason, text.

        Raises:
            UsageError: the form is wrong.
        """
        kind = _KINDS.get(action.removeprefix("undo-"))
        if kind is None:
            raise UsageError(f"{clean_line(action, 40)}: there is no such action.")
        desk = Desk(self._out, self._course)
        about = fields.get("about") or None
        if kind is not Override and about:
            about = about.partition(":")[0]
        subjects = [desk.subject(student, about) for student in students]
        if action.startswith("undo-"):
            return [
                line for subject in subjects for line in self._undo(desk, kind, subject)
            ]
        made = [self._made(kind, desk, subject, fields) for subject in subjects]
        lines = []
        for subject, decision in zip(subjects, made, strict=True):
            change = desk.decide(decision)
            lines += [f"{subject}: {line}" for line in told(change)]
        return lines

    def _undo(self, desk: Desk, kind: type[Decision], subject: Subject) -> list[str]:
        _, change = desk.undo(kind, subject, Undone(self._by, now()))
        return [f"{subject}: undone: {line}" for line in told(change)]

    def _made(
        self,
        kind: type[Decision],
        desk: Desk,
        subject: Subject,
        fields: Mapping[str, str],
    ) -> AnyDecision:
        reason = clean_line(fields.get("reason", ""), _LINE_CAP)
        text = clean_text(fields.get("text", ""), _TEXT_CAP).strip()
        by, at = self._by, now()
        student, exercise = subject.student, subject.exercise
        if kind is Override:
            score = _score(fields.get("score", ""), desk, subject)
            if not reason:
                raise UsageError("An override needs a reason: the student may read it.")
            return Override(
                student=student,
                exercise=exercise,
                check=subject.check,
                score=score,
                reason=reason,
                by=by,
                at=at,
            )
        if not text:
            raise UsageError("There is no text to keep.")
        if kind is Flag:
            return Flag(student=student, exercise=exercise, by=by, at=at, text=text)
        return Comment(student=student, exercise=exercise, by=by, at=at, text=text)


def _score(text: str, desk: Desk, subject: Subject) -> float:
    if subject.exercise is None:
        raise UsageError("An override needs an exercise, or a check of one.")
    most = desk.most(subject)
    score = number_in(text)
    if score is None or not 0 <= score <= most:
        raise UsageError(
            f"Points: expected 0 to {number(most, 6)}, got {clean_line(text, 40)!r}."
        )
    return score

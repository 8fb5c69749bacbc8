"""The nouns of the results file, from which every report is made."""

from __future__ import annotations

import msgspec

from grader.model.work import (
    Curve,
    Outcome,
    Said,
    Unexplained,
    Visibility,
)

RESULTS_SCHEMA = "grader/results/v1"


class CheckResult(msgspec.Struct, frozen=True):
    """One check in the results file.

    Attributes:
        name: the check's name, unique in its exercise.
        title: what the check asks for, in one sentence.
        about: the student's functions and classes that the check uses.
        visibility: whether students have the check.
        outcome: how the check ended.
        score: points earned.
        max_score: points for passing.
        message: what the student may read; empty where the check passed.
        said: the same in parts; `message` is their texts, joined by blanks.
        mistake: the known mistake that explains the failure, if it is certain.
        question: the question that a teacher would ask about that mistake.
    """

    name: str
    title: str
    about: tuple[str, ...]
    visibility: Visibility
    outcome: Outcome
    score: float
    max_score: float
    message: str
    said: tuple[Said, ...]
    mistake: str | None = None
    question: str | None = None


class ExerciseResult(msgspec.Struct, frozen=True):
    """One exercise of one student in the results file.

    Attributes:
        exercise: the exercise's id.
        file: the file that was graded, as seen from the student's folder; None without
            one.
        sha256: the file's digest.
        score: points earned.
        max_score: points that the exercise is worth.
        seconds: how long judging took.
        error: why nothing of the file could be judged; None where something could.
        checks: one result per check, visible checks first.
        notes: facts about the file, such as which of two files was graded.
        unexplained: failed checks that no known mistake explains.
        curves: loss curves of trainings in visible checks.
    """

    exercise: str
    file: str | None
    sha256: str | None
    score: float
    max_score: float
    seconds: float
    error: str | None
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    curves: tuple[Curve, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the student's work decided every check; no fault of ours did."""
        return all(c.outcome is not Outcome.GRADER_ERROR for c in self.checks)


class SubmissionResult(msgspec.Struct, frozen=True):
    """One student in the results file.

    Attributes:
        student: the student's name: the name of the folder.
        score: points earned in all exercises.
        max_score: points that all exercises are worth.
        complete: False where a fault of ours or the author's left a check undecided.
        exercises: one result per exercise, in the course's order.
    """

    student: str
    score: float
    max_score: float
    complete: bool
    exercises: tuple[ExerciseResult, ...]


class UnexplainedGroup(msgspec.Struct, frozen=True):
    """Students whose work fails the same checks in the same way, which nobody names.

    A candidate for the next entry among the course's mistakes.

    Attributes:
        exercise: the exercise's id.
        checks: the names of the checks.
        students: who they are.
    """

    exercise: str
    checks: tuple[str, ...]
    students: tuple[str, ...]


class Environment(msgspec.Struct, frozen=True):
    """The versions that the grades were made with.

    Attributes:
        python: the version of Python.
        torch: the version of torch.
    """

    python: str
    torch: str


class Results(msgspec.Struct, frozen=True):
    """The results file: the one model from which every format is rendered.

    Attributes:
        schema: the name and version of this format.
        course: the course's title.
        grader_version: the version of the kit.
        environment: the versions that the grades were made with.
        sandbox: what the wall was made of; "none" where there was no wall.
        submissions: one entry per student, sorted by name.
        unexplained: groups of students who share a behaviour that nothing explains.
    """

    schema: str
    course: str
    grader_version: str
    environment: Environment
    sandbox: str
    submissions: tuple[SubmissionResult, ...]
    unexplained: tuple[UnexplainedGroup, ...] = ()

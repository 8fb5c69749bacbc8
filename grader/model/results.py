"""The nouns of the results file, from which every report is made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from grader.model.ending import Ending, Suspect
from grader.model.said import Said
from grader.model.work import (
    Curve,
    Delivery,
    Facts,
    Lack,
    LackKind,
    Left,
    OtherAttempt,
    Outcome,
    Unexplained,
    Visibility,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS_SCHEMA = "grader/results/v1"
# The policy by which a person's score takes the place of what the checks gave.
OVERRIDE = "override"


class Adjustment(msgspec.Struct, frozen=True):
    """Points that a rule or a person added to or took from what the checks gave.

    Attributes:
        points: what is added to the score; below 0 where points are taken.
        reason: why, in a sentence for the student.
        by: the policy: "late", "override", and so on.
        exercise: the exercise that it is about; None where it is about the total.
        check: the check that it is about; None where it is about more.
        max_points: what is added to the points that are full marks.
        extra_points: what is added to the points that extra credit can bring.
    """

    points: float
    reason: str
    by: str
    exercise: str | None = None
    check: str | None = None
    max_points: float = 0.0
    extra_points: float = 0.0


# Outcomes of checks that nobody has decided, perhaps.
_MAY_WAIT = (Outcome.GRADER_ERROR, Outcome.SKIPPED)


class CheckResult(msgspec.Struct, frozen=True):
    """One check in the results file.

    Attributes:
        name: the check's name, unique in its exercise.
        title: what the check asks for, in one sentence.
        about: the student's functions and classes that the check uses.
        visibility: whether students have the check, or read of it when it is due.
        outcome: how the check ended.
        score: points earned.
        max_score: points for passing.
        message: what the student may read; empty where the check passed.
        said: the same in parts; `message` is their texts, joined by blanks.
        mistake: the known mistake that explains the failure, if it is certain.
        question: the question that a teacher would ask about that mistake.
        by_hand: true where a person gives the points; there only.
        rubric: what counts for these points; where a person gives them, and only there.
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
    by_hand: bool | msgspec.UnsetType = msgspec.UNSET
    rubric: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def waits(self) -> bool:
        """Whether a person has to give the points, and work is there to give them for.

        It is so as well once they are given.
        """
        return self.by_hand is True and self.outcome is Outcome.SKIPPED


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
        faults: what went wrong in a check, a solution or the kit, for the instructor.
        delivery: when the file was handed in; None where nobody knows.
        extra_max: points that extra credit can bring on top of `max_score`.
        checks_score: points that the checks gave, where there are adjustments: `score`
            is after them.
        adjustments: what rules and people added or took.
        comments: what people said to the student.
        lacks: what the program wanted and the machine has not.
        told_from: when the exercise is due for the student: what `after_due` checks
            found is told from then on; null if never. There only with such checks.
        attempts: the student's other attempts, which do not count; there only where
            there are some.
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
    faults: tuple[str, ...] = ()
    delivery: Delivery | None = None
    extra_max: float = 0.0
    checks_score: float | None = None
    adjustments: tuple[Adjustment, ...] = ()
    comments: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()
    told_from: dt.datetime | msgspec.UnsetType | None = msgspec.UNSET
    attempts: tuple[OtherAttempt, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def undecided(self) -> tuple[CheckResult, ...]:
        """The checks that neither work nor a person has decided yet."""
        undecided = [
            check
            for check in self.checks
            # Nearly all have passed or failed: this is asked of each check of a class.
            if check.outcome in _MAY_WAIT
            and (check.outcome is Outcome.GRADER_ERROR or check.waits)
        ]
        if not undecided:
            return ()
        decided = {a.check for a in self.adjustments if a.by == OVERRIDE}
        if None in decided:
            return ()
        return tuple(check for check in undecided if check.name not in decided)

    @property
    def complete(self) -> bool:
        """Whether work or a person decided every check, and no fault of ours did."""
        return not self.undecided


class SubmissionResult(msgspec.Struct, frozen=True):
    """One student in the results file.

    Attributes:
        student: the student's name: the name of the folder.
        score: points earned in all exercises, and the points of `adjustments`.
        max_score: points that all exercises are worth.
        complete: False where a fault of ours or the author's left a check undecided, or
            a person has not given its points yet.
        exercises: one result per exercise, in the course's order.
        extra_max: points that extra credit can bring on top of `max_score`.
        checks_score: points that all checks gave, where anything was adjusted.
        adjustments: what rules added to the total or took from it.
        letter_grade: the letter grade, where the course has them.
        comments: what people said to the student, about no exercise alone.
        name: the student's name, where a class list has it.
        section: the student's section, where a class list has it.
        absent: whether the student is in the class list and handed in nothing.
    """

    student: str
    score: float
    max_score: float
    complete: bool
    exercises: tuple[ExerciseResult, ...]
    extra_max: float = 0.0
    checks_score: float | None = None
    adjustments: tuple[Adjustment, ...] = ()
    letter_grade: str | None = None
    comments: tuple[str, ...] = ()
    name: str | None = None
    section: str | None = None
    absent: bool = False


if TYPE_CHECKING:
    # Those of a large class are read from the disk, one at a time.
    Submissions = Sequence[SubmissionResult]
else:
    Submissions = tuple[SubmissionResult, ...]


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


class Lacking(msgspec.Struct, frozen=True):
    """A thing that programs wanted and the machine has not: a library, say.

    Attributes:
        kind: what kind of thing it is.
        name: which one; of a library, the name that is installed.
        students: whose programs wanted it.
        lost: those of them who lost points in an exercise where they wanted it, for the
            instructor to look at before grades go out.
    """

    kind: LackKind
    name: str
    students: tuple[str, ...]
    lost: tuple[str, ...] = ()


class Environment(msgspec.Struct, frozen=True):
    """The versions that the grades were made with.

    Attributes:
        python: the version of Python.
        torch: the version of torch.
    """

    python: str
    torch: str


class Basis(msgspec.Struct, frozen=True):
    """What the verdicts on one exercise rest on, by digests.

    Attributes:
        exercise: the exercise's id.
        fingerprint: of all that decides a verdict on the exercise.
        checks: of each check's own source, by its name.
    """

    exercise: str
    fingerprint: str
    checks: dict[str, str]


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
        left: files that were handed in and not graded, and why.
        facts: all that the verdicts were reached with; None in files of older kits.
        bases: what the verdicts on each exercise rest on.
        rules: the rules of `course.toml` that adjusted the grades, as JSON, by their
            keys.
        suspects: checks that the solution does not pass, so that they decide nothing,
            and checks with points that the stub passes as it was handed out.
        ending: what whoever graded is to look at next.
        lacking: what programs wanted and the machine has not.
    """

    schema: str
    course: str
    grader_version: str
    environment: Environment
    sandbox: str
    submissions: Submissions
    unexplained: tuple[UnexplainedGroup, ...] = ()
    left: tuple[Left, ...] = ()
    facts: Facts | None = None
    bases: tuple[Basis, ...] = ()
    rules: dict[str, str] = msgspec.field(default_factory=dict)
    suspects: tuple[Suspect, ...] = ()
    ending: Ending = Ending()
    lacking: tuple[Lacking, ...] = ()

"""The nouns of the kit: frozen, without input or output, shared by every room."""

from __future__ import annotations

import enum
import hashlib

import msgspec

RESULTS_SCHEMA = "grader/results/v1"
# The name of the wall where there is none.
NO_WALL = "none"


class Visibility(enum.StrEnum):
    """Who may read a check."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class Outcome(enum.StrEnum):
    """How one check of one submission ended: a closed set."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    ERROR = "error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    SKIPPED = "skipped"
    GRADER_ERROR = "grader_error"


class Role(enum.StrEnum):
    """What one part of the words about a check is for: a closed set.

    `error` tells why the check came to no answer: an exception in the student's code,
    too much time, nothing of the name it asked for.
    """

    SAW = "saw"
    FACT = "fact"
    HOW_OFTEN = "how_often"
    TRY_IT = "try_it"
    ERROR = "error"


class ProgramKind(enum.StrEnum):
    """How the blocks of a program run: statement by statement, or cell by cell."""

    SCRIPT = "script"
    NOTEBOOK = "notebook"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission of one exercise may use.

    Attributes:
        seconds_per_call: computing time of one call of the student's code, in seconds
            of the nominal machine.
        seconds_per_exercise: computing time of all calls of an exercise together, in
            seconds of the nominal machine.
        memory_mb: memory beyond what Python and the preloaded modules take, in MB.
        output_kb: how much of what the code prints is kept, in KB.
    """

    seconds_per_call: float = 10.0
    seconds_per_exercise: float = 60.0
    memory_mb: int = 1024
    output_kb: int = 64


class Block(msgspec.Struct, frozen=True):
    """A piece of a program that stands or falls alone.

    `label` is how a student finds it again: a file name or "cell 3" (counted over
    the code cells, from 1). The source is kept as UTF-8: as text, one emoji makes it
    four times as large, for the whole run.
    """

    label: str
    utf8: bytes

    @property
    def source(self) -> str:
        """The block's text."""
        return self.utf8.decode()


class Elsewhere(msgspec.Struct, frozen=True):
    """A function or class that stands where it does not run: in a text cell, say.

    `said` tells the student where it stands and what to do.
    """

    name: str
    said: str


class Program(msgspec.Struct, frozen=True):
    """The code of one submission for one exercise, in the order it runs.

    `elsewhere` holds what the file defines outside of its code; `notes` say how the
    file had to be read.
    """

    kind: ProgramKind
    filename: str
    sha256: str
    blocks: tuple[Block, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    notes: tuple[str, ...] = ()

    def digest(self) -> str:
        """Return a digest of all that the program is made of."""
        return hashlib.sha256(msgspec.msgpack.encode(self)).hexdigest()


class WhyLeft(enum.StrEnum):
    """Why a file that was handed in is not the one that is graded: a closed set."""

    ANOTHER = "another"  # another file of the exercise is graded, and says other things
    SAME = "same"  # the graded file says the same
    HANDOUT = "handout"  # the file is as it was handed out
    EMPTY = "empty"
    NAME = "name"  # the name is no exercise's, or could be that of several
    KIND = "kind"  # an archive, a document, a picture: there is no program in it
    UNREADABLE = "unreadable"
    PLACE = "place"  # it lies beside the students' folders


class Left(msgspec.Struct, frozen=True):
    """A file that was handed in and is not graded, for the instructor.

    `exercise` is the one that it is, or may be meant for. `said` is one sentence;
    `command` is what to type so that the file is taken.
    """

    student: str | None
    place: str
    why: WhyLeft
    said: str
    exercise: str | None = None
    command: str | None = None


class Work(msgspec.Struct, frozen=True):
    """What one student handed in for one exercise.

    Either `program` is there, or `error` says why it cannot be read, or there is no
    work; `missing` says why where more is known than that no file has the exercise's
    name. `notes` are facts the report tells (which of two files was graded, which file
    was ignored).
    """

    student: str
    exercise: str
    file: str | None = None
    sha256: str | None = None
    program: Program | None = None
    error: str | None = None
    missing: str | None = None
    notes: tuple[str, ...] = ()


class Check(msgspec.Struct, frozen=True):
    """What is known of a check before it runs.

    `about` names what of the student's the check uses; `points` is its share of the
    exercise's points.
    """

    name: str
    title: str
    about: tuple[str, ...]
    visibility: Visibility
    points: float


class Said(msgspec.Struct, frozen=True):
    """One part of the words about a check: it can be read without the others.

    Attributes:
        role: what the part is for.
        text: one sentence or a few.
    """

    role: Role
    text: str


class Finding(msgspec.Struct, frozen=True):
    """How one check ended, before points: outcome, and what a student may read."""

    name: str
    outcome: Outcome
    said: tuple[Said, ...] = ()
    mistake: str | None = None
    question: str | None = None

    @property
    def message(self) -> str:
        """All that is said, in one text."""
        return " ".join(part.text for part in self.said)


class Unexplained(msgspec.Struct, frozen=True):
    """A failed check that no known mistake explains.

    Attributes:
        check: the check's name.
        evidence: a digest of the behaviour: equal behaviour has an equal digest.
    """

    check: str
    evidence: str


class Curve(msgspec.Struct, frozen=True):
    """Losses of a training on the lesson's data, the student's and the reference's.

    At most 32 losses stand for a longer training.

    Attributes:
        name: the visible check's name.
        student: the losses of the student's training.
        reference: the losses of the solution's training.
    """

    name: str
    student: tuple[float, ...]
    reference: tuple[float, ...]


class Facts(msgspec.Struct, frozen=True):
    """What a verdict was reached with: versions, the wall, and the kind of machine."""

    kit: str
    python: str
    torch: str
    numpy: str
    wall: str
    machine: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """All that judging one program found, with what it was reached with.

    `program` is `Program.digest()`, `fingerprint` is `Exercise.fingerprint()`. The
    findings come in the checks' order, one per check. `faults` are for the instructor
    alone: what went wrong in a check, a solution or the kit.
    """

    program: str
    fingerprint: str
    facts: Facts
    findings: tuple[Finding, ...]
    seconds: float
    error: str | None = None
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    curves: tuple[Curve, ...] = ()


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

"""The nouns of what is handed in and judged."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib

import msgspec

from grader.model.said import Said, joined


class Visibility(enum.StrEnum):
    """Who may read a check."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    AFTER_DUE = "after_due"  # hidden; nothing is told before the exercise is due


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


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the text of a course shows, so that no check draws the same.

    Attributes:
        rate: the learning rate; multiples of its half are not drawn either.
        epochs: the number of epochs.
    """

    rate: float | None = None
    epochs: int | None = None


class ProgramKind(enum.StrEnum):
    """What the blocks of a program are: a script, cells, or files that are modules."""

    SCRIPT = "script"
    NOTEBOOK = "notebook"
    FILES = "files"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission of one exercise may use.

    Attributes:
        seconds_per_call: computing time of one call of the student's code, in seconds
            of the nominal machine.
        seconds_per_exercise: computing time of loading an exercise and of all its calls
            together, in seconds of the nominal machine.
        memory_mb: memory beyond what Python and the preloaded modules take, in MB.
        output_kb: how much of what the code prints is kept, in KB.
        seconds_per_check: computing time of one check itself, besides the student's
            code, in seconds of the nominal machine. A check that takes longer is
            broken.
    """

    seconds_per_call: float = 10.0
    seconds_per_exercise: float = 60.0
    memory_mb: int = 1024
    output_kb: int = 64
    seconds_per_check: float = 20.0


class Block(msgspec.Struct, frozen=True):
    """A piece of a program: a script, or a code cell.

    `label` tells the student where it is: a file name or "cell 3" (code cells are
    counted, from 1). The source is kept as UTF-8: as text, one emoji makes it
    four times as large, for the whole run.
    """

    label: str
    utf8: bytes

    @property
    def source(self) -> str:
        """The block's text."""
        return self.utf8.decode()


class Elsewhere(msgspec.Struct, frozen=True):
    """A function or class in a place where it does not run, such as a text cell.

    `said` tells the student where it is and what to do.
    """

    name: str
    said: str


class Prose(msgspec.Struct, frozen=True):
    """A text cell of a notebook; `before` counts the code cells above it."""

    before: int
    utf8: bytes

    @property
    def source(self) -> str:
        """The cell's Markdown."""
        return self.utf8.decode()


class Program(msgspec.Struct, frozen=True):
    """The code of one submission for one exercise, in the order it runs.

    `elsewhere` holds what the file defines outside of its code; `notes` say how the
    file had to be read; `helpers` are modules of the student's own that it imports,
    each labelled with the name of its file. `prose` are text cells, for people alone.
    """

    kind: ProgramKind
    filename: str
    sha256: str
    blocks: tuple[Block, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    notes: tuple[str, ...] = ()
    helpers: tuple[Block, ...] = ()
    prose: tuple[Prose, ...] = ()

    def digest(self) -> str:
        """Return a digest of everything that the program is made of.

        Its notes and its prose are not.
        """
        plain = msgspec.structs.asdict(self) | {"notes": ()}
        del plain["prose"]
        if not self.helpers:
            # Whoever has none keeps the digest, and so the draws, of older kits.
            del plain["helpers"]
        return hashlib.sha256(msgspec.msgpack.encode(plain)).hexdigest()


class WhyLeft(enum.StrEnum):
    """Why a file that was handed in is not the one that is graded: a closed set."""

    ANOTHER = "another"  # another file of the exercise is graded, and says other things
    SAME = "same"  # the graded file says the same
    HANDOUT = "handout"  # the file is as it was handed out
    EMPTY = "empty"
    NAME = "name"  # the name is no exercise's, or could be that of several
    KIND = "kind"  # an archive, a document, a picture: there is no program in it
    UNREADABLE = "unreadable"
    ATTEMPT = "attempt"  # another attempt counts
    PLACE = "place"  # it lies beside the students' folders


class Left(msgspec.Struct, frozen=True):
    """A file that was handed in and is not graded, for the instructor.

    Attributes:
        student: whose it is; None for a file that lies in no student's folder.
        place: where it lies in the student's folder.
        why: why it is not graded.
        said: the same in a sentence.
        exercise: the exercise that it is, or may be meant for; None if none is.
        command: what to type so that the next run takes it; None where nothing does.
    """

    student: str | None
    place: str
    why: WhyLeft
    said: str
    exercise: str | None = None
    command: str | None = None


class Clock(enum.StrEnum):
    """Whose clock says when a work was handed in."""

    LMS = "lms"
    COMMIT = "commit"
    FILE = "file"


class Delivery(msgspec.Struct, frozen=True):
    """When a work was handed in.

    Attributes:
        at: the time, with a time zone.
        clock: whose clock says so: the platform's, the commit's or the file's.
        attempt: which of the student's attempts it is, from 1.
    """

    at: dt.datetime
    clock: Clock
    attempt: int = 1


class OtherAttempt(msgspec.Struct, frozen=True):
    """What a student handed in for an exercise, one of several attempts.

    Attributes:
        number: which one it is, in the order of the attempts, from 1.
        file: the file, as seen from the student's folder.
        sha256: the file's digest.
        error: why the file cannot be read.
        notes: facts about the file.
        delivery: when it was handed in.
    """

    number: int
    file: str | None = None
    sha256: str | None = None
    error: str | None = None
    notes: tuple[str, ...] = ()
    delivery: Delivery | None = None


class Work(msgspec.Struct, frozen=True):
    """What one student handed in for one exercise.

    Either `program` is there, or `error` says why it cannot be read, or there is no
    work; `missing` says why where more is known than that no file has the exercise's
    name. `notes` are facts the report tells (which of two files was graded, which file
    was ignored). `delivery` is there where it is known when the work came in.
    """

    student: str
    exercise: str
    file: str | None = None
    sha256: str | None = None
    program: Program | None = None
    error: str | None = None
    missing: str | None = None
    notes: tuple[str, ...] = ()
    delivery: Delivery | None = None


class Check(msgspec.Struct, frozen=True):
    """What is known of a check before it runs.

    `about` names the student's functions and classes that the check uses; `points` is
    its share of the exercise's points. The checks of one `group` earn points all
    together or not at all. The points of an `extra` one come on top. Nothing runs for
    one `by_hand`: a person gives its points, by the `rubric`. Nothing of one
    `after_due`, which is hidden, is told before the exercise is due.
    """

    name: str
    title: str
    about: tuple[str, ...]
    visibility: Visibility
    points: float
    group: str = ""
    extra: bool = False
    by_hand: bool = False
    rubric: tuple[str, ...] = ()
    after_due: bool = False


class Finding(msgspec.Struct, frozen=True):
    """How one check ended, before points: outcome, and what a student may read.

    `share` is how much of the points a check gave that did not pass, from 0 to 1.
    `counts` is false where its points are not to be had: the check left itself out.
    """

    name: str
    outcome: Outcome
    said: tuple[Said, ...] = ()
    mistake: str | None = None
    question: str | None = None
    share: float = 0.0
    counts: bool = True

    @property
    def message(self) -> str:
        """All that is said, in one text."""
        return joined(self.said)


class Unexplained(msgspec.Struct, frozen=True):
    """A failed check that no known mistake explains.

    Attributes:
        check: the check's name.
        evidence: a digest of the behaviour: equal behaviour has an equal digest.
    """

    check: str
    evidence: str


class Curve(msgspec.Struct, frozen=True):
    """Losses of a training in a visible check, the student's and the reference's.

    Of a longer training, at most 32 losses are kept.

    Attributes:
        name: the visible check's name.
        student: the losses of the student's training.
        reference: the losses of the solution's training.
    """

    name: str
    student: tuple[float, ...]
    reference: tuple[float, ...]


class Facts(msgspec.Struct, frozen=True):
    """What a verdict was reached with.

    Attributes:
        kit: the version of the kit.
        python: the version of Python.
        torch: the version of torch.
        numpy: the version of numpy.
        wall: what the wall was made of; "none" where there was no wall.
        machine: the operating system and the kind of processor.
    """

    kit: str
    python: str
    torch: str
    numpy: str
    wall: str
    machine: str


class LackKind(enum.StrEnum):
    """What kind of thing a program wanted and its machine has not: a closed set."""

    LIBRARY = "library"
    MODULE = "module"  # by its name a file of the student's own
    UNKNOWN = "unknown"  # a module that may be either
    LOGGER = "logger"  # a library that only logs or shows things: it does nothing
    ITSELF = "itself"  # the program's own file, which it imports
    DECORATOR = "decorator"  # of a missing library: it changes nothing
    SHELL = "shell"  # a line for the system's shell: left out
    GPU = "gpu"  # the processor computes instead
    WORKERS = "workers"  # processes that load data: none
    PROCESS = "process"  # the program's own does its work instead
    COMPILER = "compiler"  # torch.compile: it changes nothing
    FILE = "file"  # outside of the scratch space
    STYLE = "style"  # of a plot: left as it is
    TYPIST = "typist"  # nobody answers `input()`
    DEBUGGER = "debugger"


class Lack(msgspec.Struct, frozen=True):
    """A thing that a program wanted and its machine has not, and where first.

    Attributes:
        kind: what kind of thing it is.
        name: which one, in the program's own words; empty where they are not.
        label: the file or cell; empty where no line of the program is known.
        line: the line there.
    """

    kind: LackKind
    name: str
    label: str = ""
    line: int = 0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that judging one program found, and what it was judged with.

    `program` is `Program.digest()`, `fingerprint` is `Exercise.fingerprint()`. The
    findings come in the checks' order, one per check. `faults` are for the instructor
    alone: what went wrong in a check, a solution or the kit. `lacks` are what the
    program met that its machine has not.
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
    lacks: tuple[Lack, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the program alone decided it: nothing of ours or the author's."""
        ours = any(f.outcome is Outcome.GRADER_ERROR for f in self.findings)
        return not ours and not self.faults

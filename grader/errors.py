"""The error tree: each class says who must act, and so which exit code is due.

    GraderError             anything that one plain message reports, not a traceback
    ├── StudentError        the student's work: costs points, nothing else      exit 1
    │   ├── EmptyFileError  nothing in the file               intake/reading.py
    │   ├── CheckEnded      the check cannot go on            judging/checks/evidence.py
    │   └── WorkerEnded     the student's process ended       sandbox/host/client.py
    ├── UsageError          whoever typed the command                           exit 2
    ├── AuthorError         the author: a course, a check, a variant            exit 2
    │   └── UnsendableError  a check passes what cannot cross  sandbox/host/client.py
    ├── OperatorError       whoever runs the machine                            exit 2
    │   └── NoProcessError  no worker could be started        sandbox/host/wall.py
    └── InternalError       we: the kit broke a promise to itself               exit 3

Three errors are outside of the tree, because each is caught near by: `WireError`
(sandbox/wire.py) says that bytes from a worker are not a frame, and becomes
`WorkerEnded`; `NotJsonError` (intake/notebooks.py) becomes `StudentError`; `CellNotRun`
(sandbox/worker/magics.py) is raised in a worker, and told to the student.
"""

from __future__ import annotations


class GraderError(Exception):
    """Anything that the kit reports in one plain message instead of a traceback.

    The message names its subject and says what to do. Where two things are compared it
    has the form `subject: expected X, got Y. What to do.`
    """

    exit_code = 3


class StudentError(GraderError):
    """The student's work stands in the way: it costs points, nothing else."""

    exit_code = 1


class UsageError(GraderError):
    """Whoever typed the command must act: a path or an option is wrong."""

    exit_code = 2


class AuthorError(GraderError):
    """The course's author must act: a course, a check or a variant is wrong.

    `why` is the one line that matters, where the message has many.
    """

    exit_code = 2

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why or message


class OperatorError(GraderError):
    """Whoever runs the machine must act: something that grading needs is missing."""

    exit_code = 2


class InternalError(GraderError):
    """We must act: the kit broke a promise it makes to itself."""

    exit_code = 3


def listed(problems: list[str]) -> str:
    """Return several problems as one message, one per line, in their order."""
    if len(problems) == 1:
        return problems[0]
    return f"{len(problems)} problems:\n" + "\n".join(f"  - {p}" for p in problems)

"""The error tree: each class says who must act, and so which exit code is due."""

from __future__ import annotations


class GraderError(Exception):
    """Anything the kit reports in one plain message instead of a traceback.

    The message follows one form: `subject: expected X, got Y. What to do.`
    """

    exit_code = 3


class StudentError(GraderError):
    """The student's work stands in the way: it costs points, nothing else."""

    exit_code = 1


class UsageError(GraderError):
    """Whoever typed the command must act: a path or an option is wrong."""

    exit_code = 2


class AuthorError(GraderError):
    """The course's author must act: a course, a check or a variant is wrong."""

    exit_code = 2


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

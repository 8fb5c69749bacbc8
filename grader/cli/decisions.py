"""What the commands that decide something share: options, and how a change is told."""

from __future__ import annotations

import functools
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.common import COURSE, count, say
from grader.errors import UsageError
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.deciding import Desk, Effect, Subject
    from grader.decisions import AnyDecision, Decision

_CAP = 1000
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The folder of the reports, with the gradebook.",
)
BY = click.option("--by", metavar="NAME", help="Who decides (default: your login).")
_SHARED = (
    COURSE,
    OUT,
    BY,
    click.option(
        "--reason", default="", metavar="TEXT", help="Why; the student may read it."
    ),
    click.option(
        "--new", is_flag=True, help="For a student who has handed in nothing yet."
    ),
    click.option("--undo", is_flag=True, help="Take the last one back."),
)


class Typed:
    """What was typed for a decision, with its names found.

    Args:
        student: the student's name.
        about: `EXERCISE[:CHECK]`, or None.
        course: the course's folder.
        out: the folder of the reports.
        by: who decides; None for whoever is logged in.
        reason: why.
        new: whether the student may be one who handed in nothing so far.
        undo: whether to take a decision back.

    Raises:
        UsageError: a name is unknown.
    """

    def __init__(
        self,
        student: str,
        about: str | None,
        course: Path | None,
        out: Path,
        by: str | None,
        reason: str,
        *,
        new: bool,
        undo: bool,
    ) -> None:
        from grader.deciding import Desk
        from grader.decisions import now

        self.desk: Desk = Desk(out, course or Path())
        self.subject: Subject = self.desk.subject(student, about, new=new)
        self.by = who(by)
        self.at = now()
        self.reason = clean_line(reason, _CAP)
        self.undo = undo

    def common(self) -> dict[str, Any]:
        """Return the fields that all decisions have."""
        return {
            "student": self.subject.student,
            "exercise": self.subject.exercise,
            "by": self.by,
            "at": self.at,
            "reason": self.reason,
        }

    def decide(self, decision: AnyDecision, what: str) -> None:
        """Keep a decision and print what it changed."""
        change = self.desk.decide(decision)
        click.echo(f"{self.subject}: {what}{_because(decision)}")
        _print(change)

    def take_back(self, kind: type[Decision]) -> None:
        """Take the last decision of a kind back and print what that changed."""
        from grader.gradebook import Undone

        decision, change = self.desk.undo(kind, self.subject, Undone(self.by, self.at))
        made = f"of {decision.at:%Y-%m-%d %H:%M} by {decision.by}"
        name = type(decision).__name__.lower()
        click.echo(f"{self.subject}: undone: the {name} {made}{_because(decision)}")
        _print(change)


def deciding(
    about: str, *, required: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the arguments and options that all decisions have.

    It is called with a `Typed`, and its own options by name.

    Args:
        about: what the help calls the argument after the student.
        required: whether that argument must be there.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(
            student: str,
            about: str | None,
            course: Path | None,
            out: Path,
            by: str | None,
            reason: str,
            *,
            new: bool,
            undo: bool,
            **own: object,
        ) -> None:
            given = Typed(student, about, course, out, by, reason, new=new, undo=undo)
            if given.subject.check and not required:
                raise UsageError(f"{about}: expected an exercise, got a check of one.")
            command(given, **own)

        decorated: Callable[..., None] = run
        for option in reversed(_SHARED):
            decorated = option(decorated)
        decorated = click.argument("about", metavar=about, required=required)(decorated)
        return click.argument("student")(decorated)

    return decorate


def who(by: str | None) -> str:
    """Return who decides: the name given, or the login."""
    return clean_line(by or getpass.getuser(), _CAP)


def _because(decision: AnyDecision) -> str:
    return f" ({decision.reason})" if decision.reason else ""


def _print(change: Effect) -> None:
    from grader.deciding import told

    for line in told(change):
        click.echo(f"  {line}")
    if change.files:
        say(f"{count(len(change.files), 'report')} written again")

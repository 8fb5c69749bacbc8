"""All commands by name; the module of a command is imported when it is typed."""

from __future__ import annotations

import importlib
import keyword

import click

# What `grader --help` says of each: the first sentence of the command's own help.
COMMANDS = {
    "grade": (
        "Grade a class: folders, archives as platforms make them, lists of "
        "repositories."
    ),
    "check": "Check your own work with the visible checks.",
    "report": "Write reports of what was graded; DIR holds the results.json of a run.",
    "review": (
        "Look at a graded class in a browser: comment, override, name a mistake, undo."
    ),
    "merge": "Write one run's reports from the shares that `grade --shard` graded.",
    "pack": "Write what a platform needs to grade this course, or to check it.",
    "submit-file": "Write one file to hand in, with what the visible checks say of it.",
    "override": (
        "Set the score of an exercise, or of one check; it is kept over regrades."
    ),
    "extend": "Give a student more time for an exercise, or for all.",
    "excuse": "Excuse a student from an exercise, or from all: it does not count.",
    "comment": "Say something to a student; it stands in the reports.",
    "publish": "Freeze the grades as they are, under a name (default: the time).",
    "diff": "List whose grade moved between two states.",
    "gradebook": "Export or import what people decided, and what was published.",
    "new": "Make a course in FOLDER, or add an exercise to the course that is here.",
    "import": "Make an exercise of a notebook or a file of tests of another tool.",
    "prove": (
        "Show that the checks are right: every right variant passes, no wrong one does."
    ),
    "preview": "Show what a student with this mistake would read.",
    "adopt": "Make what a student did a mistake of the course, and ask its question.",
    "release": (
        "Make exercises/ from solutions/, unless the checks do not fit the solutions."
    ),
    "replay": "Run one submission again and show all that its checks saw.",
    "doctor": "Show whether this machine can grade safely, and what is missing.",
}
# Click leaves this many columns free beside a name and its sentence.
_MARGIN = 6


def load(name: str) -> click.Command:
    """Return a command of the table."""
    attribute = name.replace("-", "_") + "_" * keyword.iskeyword(name)
    module = importlib.import_module(f"grader.cli.{attribute}")
    command: click.Command = getattr(module, attribute)
    return command


class Commands(click.Group):
    """The commands of the table, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Return all names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Return a command, or None if there is none of this name."""
        return load(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands as click does, and load none of them."""
        names = self.list_commands(ctx)
        room = formatter.width - _MARGIN - max(map(len, names))
        told = {name: click.Command(name, help=COMMANDS[name]) for name in names}
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, one.get_short_help_str(room)) for name, one in told.items()]
            )

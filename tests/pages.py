"""Pages as tests see them: the files that a page shows, and the commands that it runs.

`python tests/pages.py` writes into the guides what their commands print now.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from helpers import ROOT
from typed import typed

if TYPE_CHECKING:
    from grader.sandbox.host.gate import Gate

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
# The pages whose commands are run, in this order, in one folder.
GUIDES = [
    DOCS / "write-an-exercise.md",
    DOCS / "for-instructors.md",
    DOCS / "for-students.md",
    DOCS / "grades.md",
]
CHECKS = DOCS / "checks.md"
# A block of a file follows a line with its name; a block of commands stands alone.
_STEP = re.compile(
    r"^`(?P<path>[\w./-]+)`:\n\n```\w+\n(?P<content>.*?)```"
    r"|^```console\n(?P<console>.*?)```",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
# What differs from run to run and from machine to machine.
_VARYING = (
    (re.compile(r"\d+(\.\d+)? s\b"), "N s"),
    (re.compile(r"\d+\.\d+\.\d+[\w.+]*"), "VERSION"),
    (re.compile(r"sandbox: \S+"), "sandbox: TIER"),
    (re.compile(r"\d\d:\d\d:\d\d"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "DATE"),
)


class File(NamedTuple):
    """A file that a page tells its reader to write."""

    path: str
    content: str


class Command(NamedTuple):
    """A command of a page, and what the page says it prints."""

    line: str
    output: str


def steps(page: Path) -> list[File | Command]:
    """Return the files and commands of a page, in order."""
    found: list[File | Command] = []
    for step in _STEP.finditer(page.read_text(encoding="utf-8")):
        if step["path"]:
            found.append(File(step["path"], step["content"]))
        else:
            found += [Command(*c) for c in _COMMAND.findall(step["console"])]
    return found


def prepared(folder: Path) -> Path:
    """Return a folder in which the guides can be followed."""
    (folder / "submissions" / "cy").mkdir(parents=True)
    return folder


def followed(
    page: Path, folder: Path, gate: Gate | None = None
) -> list[tuple[Command, str]]:
    """Do what a page says, and return what the commands with an output print.

    Args:
        page: one of the guides.
        folder: where to follow it.
        gate: the wall to judge behind, where there is one.
    """
    found = []
    if page.name == "for-students.md":
        # Students have the exercises of the lesson, which no release overwrites.
        shutil.copytree(ROOT / "exercises", folder / "exercises", dirs_exist_ok=True)
    for step in steps(page):
        if isinstance(step, File):
            write(step, folder)
        elif step.output:
            found.append((step, printed(step, folder, gate)))
    return found


def write(file: File, folder: Path) -> None:
    """Write a file of a page below a folder."""
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file.content, encoding="utf-8")


def printed(command: Command, folder: Path, gate: Gate | None = None) -> str:
    """Return what a command prints, without the remarks that come with a success."""
    program, *words = shlex.split(command.line)
    if program == "cat":
        return (folder / words[0]).read_text(encoding="utf-8")
    assert program == "grader"
    done = typed(*words, cwd=folder, gate=gate, own=True)
    assert done.returncode in (0, 1, 2), done.stderr
    return done.stdout or done.stderr


def comparable(output: str) -> str:
    """Return an output without what differs from run to run."""
    for pattern, stand_in in _VARYING:
        output = pattern.sub(stand_in, output)
    return output


def refresh(page: Path, folder: Path) -> None:
    """Write into a page what its commands print."""
    before, rest = "", page.read_text(encoding="utf-8")
    for command, printed_now in followed(page, folder):
        output = printed_now
        if comparable(output) == comparable(command.output):
            output = command.output
        head, _, rest = rest.partition(f"$ {command.line}\n{command.output}")
        before += f"{head}$ {command.line}\n{output}"
    page.write_text(before + rest, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        start = prepared(Path(made))
        for guide in GUIDES:
            refresh(guide, start)

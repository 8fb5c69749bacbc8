"""A text file that lists repositories: each is read where it lies, or fetched.

A list may come from a form that students filled in, so no line of it is trusted: git
starts no program that a line or a repository names, asks for no password, and checks
nothing out.
"""

from __future__ import annotations

import os
import re
import subprocess
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.errors import StudentError, UsageError, listed
from grader.intake.choosing import MOST_NAMED
from grader.intake.decoding import decode
from grader.intake.trees import Tree
from grader.intake.walking import PLACE_CAP, EntryKind, Found
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENDING: Final = ".txt"
_AWAY = re.compile(r"\A(?:[a-z][a-z0-9+.-]*://.|[\w.-]+@[\w.-]+:.)", re.IGNORECASE)
_SECRET = re.compile(r"(?<=://)[^/@\s]+@")
_SCHEME = re.compile(r"\A[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_APART = re.compile(r"[/\\:]+")
_WORDS = re.compile(r"[\s,;]+")
_MOST_BYTES = 1024 * 1024
_AT_ONCE = 8
_TIMEOUT_S = 120
_PROTOCOLS = "https:http:ssh:git:file"
# It gets no settings, no hooks and no files of what it fetches.
_CLONE = (
    *("git", "clone", "--quiet", "--no-checkout", "--no-local", "--template="),
    *("-c", "core.hooksPath=/dev/null", "--no-recurse-submodules", "--"),
)


class ListLine(NamedTuple):
    """One line of a list: whose repository it is, and where."""

    number: int
    student: str
    address: str

    @property
    def shown(self) -> str:
        """The address for a message, without a password in it."""
        return clean_line(_SECRET.sub("…@", self.address), PLACE_CAP)


class ListedTree(Tree):
    """The repositories of a list, as if they lay in one folder."""

    repositories: tuple[Found, ...] = ()

    @cached_property
    def top(self) -> list[Found]:
        """What the list names."""
        return list(self.repositories)


def is_list(path: Path) -> bool:
    """Return whether a path is a text file, which may list repositories."""
    return path.suffix.lower() == ENDING and path.is_file()


def listed_trees(
    path: Path, shown: str, make: Callable[[], ListedTree], fresh: Callable[[], Path]
) -> tuple[list[Tree], list[str]]:
    """Return the repositories of a list, and a note for each that cannot be had.

    A student's second repository is in a second tree: it is another attempt, and no
    other student of that name.

    Args:
        path: the list.
        shown: what messages call it.
        make: makes a tree that is empty yet.
        fresh: makes an empty folder of the run's own.

    Raises:
        UsageError: it cannot be read, or none of its repositories can be had.
    """
    from concurrent.futures import ThreadPoolExecutor

    lines = _named(list(_lines(_text(path, shown), path.parent)))
    folders = [fresh() for _ in lines]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        had = list(pool.map(_had, lines, folders))
    notes = [
        f"{shown}, line {line.number}: the repository of {line.student} cannot be had "
        f"({line.shown}): {got}. Correct the line, or clone it yourself and name the "
        f"folder there."
        for line, got in zip(lines, had, strict=True)
        if isinstance(got, str)
    ]
    if len(notes) == len(lines):
        more = len(notes) - MOST_NAMED
        told = notes[:MOST_NAMED] + ([f"{more} more lines."] if more > 0 else [])
        empty = [f"{shown}: expected addresses of repositories, one a line, got none."]
        raise UsageError(listed(told or empty))
    rounds: list[dict[str, Found]] = []
    for line, got, folder in zip(lines, had, folders, strict=True):
        found = _nothing(line, folder) if isinstance(got, str) else got
        place = next((r for r in rounds if line.student not in r), None)
        if place is None:
            rounds.append(place := {})
        place[line.student] = found
    trees: list[Tree] = []
    for one in rounds:
        tree = make()
        tree.repositories = tuple(one.values())
        trees.append(tree)
    return trees, notes


def _text(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as file:
            return decode(shown, file.read(_MOST_BYTES)).text
    except OSError as error:
        raise UsageError(f"{shown}: it cannot be read: {error.strerror}.") from error
    except StudentError as error:
        raise UsageError(
            f"{shown}: expected a text that lists repositories, got a file that is no "
            f"text. Save it as UTF-8."
        ) from error


def _lines(text: str, folder: Path) -> Iterator[ListLine]:
    """Yield each line that says something: an address, with or without a student."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        parts = [part for part in _WORDS.split(words) if part]
        away = [part for part in parts if _AWAY.match(part)]
        if away:
            own = " ".join(part for part in parts if part != away[0])
            yield ListLine(number, clean_line(own, PLACE_CAP), away[0])
        elif _lies_at(folder, words):
            yield ListLine(number, "", str(folder / words))
        else:
            own = words.rpartition(parts[-1])[0].rstrip(" \t,;")
            yield ListLine(number, clean_line(own, PLACE_CAP), str(folder / parts[-1]))


def _lies_at(folder: Path, words: str) -> bool:
    try:
        return (folder / words).is_dir()
    except (OSError, ValueError):
        return False


def _named(lines: list[ListLine]) -> list[ListLine]:
    """Return the lines, each with a student: as the list, or else its address, says.

    It is the last part of the address; where several addresses end alike, as
    `…/anna/homework` and `…/ben/homework` do, it is the part before.
    """
    tails = [_parts(line.address)[-1:] for line in lines if not line.student]
    return [
        line
        if line.student
        else line._replace(student=_own_part(_parts(line.address), tails))
        for line in lines
    ]


def _own_part(parts: list[str], tails: list[list[str]]) -> str:
    alike = tails.count(parts[-1:]) > 1
    return clean_line(parts[-2 if alike and len(parts) > 1 else -1], PLACE_CAP)


def _parts(address: str) -> list[str]:
    """Return the parts of an address, without what only says that it is one."""
    where = _SCHEME.sub("", address)
    parts = [part for part in _APART.split(where) if part]
    if len(parts) > 1 and parts[-1] == ".git":
        parts.pop()
    return [*parts[:-1], parts[-1].removesuffix(".git")] if parts else [address]


def _had(line: ListLine, folder: Path) -> Found | str:
    """Return where a repository is now, or why it cannot be had."""
    if not _AWAY.match(line.address):
        own = Path(line.address)
        try:
            if (own / ".git").is_dir():
                own = own.resolve()
                return _found(own.parent, own.name, line, inside=False)
            if not own.is_dir():
                return "there is no such folder"
        except (OSError, ValueError):
            return "there is no such folder"
    return _fetched(line, folder)


def _fetched(line: ListLine, folder: Path) -> Found | str:
    address = line.address
    if not _AWAY.match(address):
        address = Path(address).resolve().as_uri()
    own = {
        "GIT_ALLOW_PROTOCOL": _PROTOCOLS,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(
            [*_CLONE, address, str(folder / "clone")],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            env=os.environ | own,
        )
    except FileNotFoundError:
        return "git is not installed"
    except subprocess.TimeoutExpired:
        return f"it took more than {_TIMEOUT_S} s"
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = _SECRET.sub("…@", told[-1] if told else "git says nothing")
        return clean_line(why.removeprefix("fatal: ").rstrip("."), PLACE_CAP)
    return _found(folder, "clone", line, inside=True)


def _nothing(line: ListLine, folder: Path) -> Found:
    """Return a repository without a commit: the student is there, with nothing."""
    (folder / "none" / ".git").mkdir(parents=True)
    (folder / "none" / ".git" / "HEAD").write_text("ref: refs/heads/none\n")
    return _found(folder, "none", line, inside=True)


def _found(root: Path, name: str, line: ListLine, *, inside: bool) -> Found:
    kind = EntryKind.FOLDER
    return Found(root, (name,), line.student, kind, called=line.student, inside=inside)

"""What a student committed, read without running anything that a clone asks for.

git never sees the clone's own settings, which may name programs to start: it gets an
empty repository of ours, and the clone's objects. Nothing is fetched.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import shutil
import subprocess
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from grader.errors import OperatorError, StudentError
from grader.intake.naming import match
from grader.intake.trees import HandIn, each
from grader.intake.walking import EntryKind, Found, read, walk
from grader.model import Clock
from grader.text import clean_line

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake.trees import Tree

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_TIMEOUT_S = 60
_SHORT = 12
_LATEST = 2**36  # in the year 4147
_SHA1 = 40
_MOST_LINKS = 5
_MOST_BYTES = 4 * 1024 * 1024


class Clone:
    """One clone, opened with settings of ours alone.

    Args:
        path: the clone.
        scratch: a folder of the run's own.
    """

    def __init__(self, path: Path, scratch: Path) -> None:
        self._git = path / ".git"
        self._scratch = scratch
        self._bare = scratch / "git"
        self._ready = False

    def head(self) -> str | None:
        """Return the commit that is checked out; None if there is none."""
        name = "HEAD"
        for _ in range(_MOST_LINKS):
            text = self._ref(name)
            if _HASH.fullmatch(text):
                return text
            if not text.startswith("ref: refs/") or ".." in text:
                return None
            name = text.removeprefix("ref: ")
        return None

    def last(
        self, start: str, before: dt.datetime | None, path: str = ""
    ) -> tuple[str, dt.datetime] | None:
        """Return the last commit up to a time, and its own time; None if there is none.

        Args:
            start: where to begin.
            before: the moment; None for any.
            path: only commits that changed this file.
        """
        words = ["rev-list", "--timestamp", "-1", start]
        if before is not None:
            words.insert(1, f"--before={int(before.timestamp())}")
        told = self._run(*words, "--", *([path] if path else [])).decode().split()
        if len(told) != 2:  # noqa: PLR2004 - the time, and the commit
            return None
        # A commit says itself when it was made: in the year 9999, for one.
        return told[1], dt.datetime.fromtimestamp(min(int(told[0]), _LATEST), dt.UTC)

    def tar(self, commit: str) -> Path:
        """Return where the files of a commit are, as an archive."""
        path = self._scratch / "files.tar"
        self._run("archive", "--format=tar", f"--output={path}", commit)
        return path

    def blobs(self, commit: str) -> dict[str, str]:
        """Return the digest of each file of a commit by its path."""
        told = self._run("ls-tree", "-r", "-z", commit).decode("utf-8", "replace")
        rows = (row.split("\t", 1) for row in told.split("\0") if "\t" in row)
        return {path: about.split(" ")[-1] for about, path in rows}

    def _ref(self, name: str) -> str:
        """Return what a reference says, without following links; "" if nothing."""
        own = _start_of(self._git / name).strip()
        if own:
            return own
        packed = _start_of(self._git / "packed-refs").splitlines()
        lines = (line.split(" ", 1) for line in packed if " " in line)
        return next((commit for commit, ref in lines if ref == name), "")

    def _run(self, *words: str) -> bytes:
        """Return what git prints; nothing if it fails."""
        if not self._ready:
            self._ready = True
            for name in ("refs", "objects"):
                (self._bare / name).mkdir(parents=True)
            (self._bare / "HEAD").write_text("ref: refs/heads/none\n")
            shallow = self._git / "shallow"
            if shallow.is_file() and not shallow.is_symlink():
                shutil.copyfile(shallow, self._bare / "shallow")
        try:
            done = subprocess.run(
                ["git", *words],  # noqa: S607 - wherever it is installed
                capture_output=True,
                check=False,
                timeout=_TIMEOUT_S,
                cwd=self._scratch,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "HOME": str(self._scratch),
                    "GIT_DIR": str(self._bare),
                    "GIT_OBJECT_DIRECTORY": str(self._git / "objects"),
                    "GIT_CONFIG_NOSYSTEM": "1",
                    "GIT_CONFIG_GLOBAL": os.devnull,
                    "GIT_ALLOW_PROTOCOL": "",
                    "GIT_NO_LAZY_FETCH": "1",
                    "GIT_TERMINAL_PROMPT": "0",
                    "GIT_OPTIONAL_LOCKS": "0",
                },
            )
        except FileNotFoundError as error:
            raise OperatorError(
                "git is not installed, and hand-ins are clones. Install it, or name "
                "another layout with --layout."
            ) from error
        except subprocess.TimeoutExpired:
            return b""
        return done.stdout if done.returncode == 0 else b""


def _start_of(path: Path) -> str:
    """Return the beginning of a file that is not a link; "" if there is none."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(opened, "rb") as file:  # noqa: PTH123 - a descriptor has no path
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def committed(tree: Tree, found: Found, student: str) -> HandIn:
    """Return what was committed last in a clone, or the folder if it is not a clone."""
    git = found.path / ".git"
    if git.is_symlink() or not git.is_dir():
        note = "It is no git clone; its files are graded as they lie there."
        return HandIn(student, found, note=note)
    scratch = tree.fresh()
    clone = Clone(found.path, scratch)
    head = clone.head()
    last = clone.last(head, tree.options.before) if head else None
    into = scratch / "files"
    lying = _lying(tree, found, clone, head)
    not_taken = {name: _not_committed(paths) for name, paths in lying.new.items()}
    if head is None or last is None:
        into.mkdir()
        when = f" before {tree.options.before}" if head and tree.options.before else ""
        note = f"There is no commit{when}: nothing is graded."
        return HandIn(
            student,
            _files(into, found),
            note=f"{note} {lying}".strip(),
            origin=found,
            not_taken=not_taken,
        )
    from grader.intake.archives import ONE_STUDENT, unpack

    commit, at = last
    with clone.tar(commit).open("rb") as file:
        unpacked = unpack(file, into, ONE_STUDENT)
    told = "; ".join(filter(None, (*unpacked.refused, unpacked.broken)))
    note = f"Commit {commit[:_SHORT]} of {at:%Y-%m-%d %H:%M} UTC was graded."

    def time_of(file: Found) -> dt.datetime | None:
        changed = clone.last(commit, None, "/".join(file.parts[1:]))
        return changed[1] if changed else None

    return HandIn(
        student,
        _files(into, found),
        at,
        clock=Clock.COMMIT,
        note=" ".join(filter(None, (note, str(lying), clean_line(told, 400)))),
        clock_of=time_of,
        origin=found,
        not_taken=not_taken,
    )


class _Lying(NamedTuple):
    """Works in a clone's folder that are not what was committed last."""

    changed: list[str]
    new: dict[str, list[str]]

    def __str__(self) -> str:
        told = []
        if self.changed:
            names = each(self.changed)
            told.append(f"Changes in {names} that were not committed are not graded.")
        if self.new:
            told.append(_not_committed([*chain.from_iterable(self.new.values())]))
        return " ".join(told)


def _not_committed(names: list[str]) -> str:
    return f"Not committed, and not graded: {each(sorted(names))}."


def _lying(tree: Tree, found: Found, clone: Clone, head: str | None) -> _Lying:
    """Return what lies in a clone's folder and was not committed."""
    things = [
        (thing, fitting.exercise)
        for thing in walk(found.root, *found.parts).things
        if thing.kind is EntryKind.FILE
        and (fitting := match(thing.name, tree.exercises)) is not None
    ]
    blobs = clone.blobs(head) if head and things else {}
    lying = _Lying([], {})
    # Without any, git could not read them: nothing is known.
    for thing, exercise in things if blobs or not head else ():
        path = "/".join(thing.parts[len(found.parts) :])
        if path not in blobs:
            lying.new.setdefault(exercise, []).append(path)
        elif not _is_blob(thing, blobs[path]):
            lying.changed.append(path)
    return lying


def _is_blob(thing: Found, digest: str) -> bool:
    """Whether a file says what git has; line ends may be those of Windows."""
    try:
        data = read(thing).data
    except (OSError, StudentError):
        return True
    kind = hashlib.sha1 if len(digest) == _SHA1 else hashlib.sha256
    forms = (data, data.replace(b"\r\n", b"\n"))
    return any(kind(b"blob %d\0" % len(d) + d).hexdigest() == digest for d in forms)


def _files(into: Path, found: Found) -> Found:
    return Found(into.parent, (into.name,), found.place, EntryKind.FOLDER, inside=True)

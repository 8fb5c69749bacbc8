"""Writes a further mistake into a `mistakes.py`, and leaves all else as it is."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import tempfile
import textwrap
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from grader.course import MISTAKES
from grader.course.variants import Variant, load_mistakes
from grader.errors import AuthorError, OperatorError, UsageError
from grader.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.course import Course, Exercise

_LIST = "MISTAKES"
_NEW = '"""Mistakes that students make, with the question a teacher would ask."""\n\n'
_COMMENT = re.compile(r"#[^\n]*")
_INDENT = " " * 8
_WIDTH = 88


@contextmanager
def tried_with(
    course: Course, exercise: Exercise, variant: Variant
) -> Iterator[CourseCopy]:
    """Yield a copy of a course with one more mistake; the course stays as it is.

    Raises:
        AuthorError: the list of mistakes is wrong.
        UsageError: the mistake cannot be put into it.
    """
    path = exercise.folder / MISTAKES
    before = path.read_bytes() if path.is_file() else b""
    known = load_mistakes(path)
    content = with_mistake(before.decode("utf-8-sig"), variant, str(path)).encode()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        solutions = course.table.parent
        shutil.copytree(solutions, root / solutions.name, copy_function=_linked)
        copy = root / path.relative_to(course.root)
        write_atomically(copy, content)
        now = load_mistakes(copy)
        others = tuple(one for one in now if one != variant)
        if others != known or len(now) != len(known) + 1:
            raise UsageError(
                f"{path}: the mistake cannot be put into MISTAKES by itself. State the "
                f"list in one place, as MISTAKES = [...], at the end."
            )
        yield CourseCopy(root, path, before, content)


class CourseCopy(NamedTuple):
    """A copy of a course, and what its list of mistakes was and would be."""

    root: Path
    path: Path
    before: bytes
    content: bytes

    def keep(self) -> None:
        """Write the list into the course itself.

        Raises:
            UsageError: somebody has changed it meanwhile.
            OperatorError: it cannot be written.
        """
        now = self.path.read_bytes() if self.path.is_file() else b""
        if now != self.before:
            raise UsageError(
                f"{self.path}: it was changed while the mistake was proved. Nothing "
                f"was kept; do it again."
            )
        try:
            write_atomically(self.path, self.content)
        except OSError as error:
            raise OperatorError(
                f"{self.path}: it cannot be written: {error.strerror}."
            ) from error


def _linked(source: str, target: str) -> None:
    """Let a file have one more name, or copy it where it cannot."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def with_mistake(text: str, variant: Variant, place: str) -> str:
    """Return a list of mistakes with one more at its end.

    Args:
        text: the file as it is; empty where there is none.
        variant: the mistake; it has a source.
        place: the file, for messages.

    Raises:
        AuthorError: the file does not parse.
    """
    windows = "\r\n" in text
    text = text.replace("\r\n", "\n") or _NEW
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise AuthorError(f"{place}: {error}. Correct it.") from error
    word = _callee(tree)
    entry = _entry(variant, word or "mistake")
    stated = _stated(tree)
    if stated is None:
        text = f"{text.rstrip()}\n\n{_LIST} = [\n{entry}]\n"
    elif isinstance(stated, ast.List):
        text = _inside(text, stated, entry)
    else:
        text = f"{text.rstrip()}\n\n{_LIST} = [\n    *{_LIST},\n{entry}]\n"
    if word is None:
        text = _with_import(text)
    return text.replace("\n", "\r\n") if windows else text


def _entry(variant: Variant, word: str) -> str:
    """Return the lines of a mistake in a list."""
    source = (variant.source or "").replace("\\", "\\\\").replace('"""', r"\"\"\"")
    lines = [
        f"    {word}(",
        f"{_INDENT}{_quoted(variant.name)},",
        f"{_INDENT}{_quoted(variant.about)},",
        f'{_INDENT}source="""\\\n{source}""",',
        *_worded("question", variant.question),
        *_worded("try_it", variant.try_it),
        "    ),\n",
    ]
    return "\n".join(lines)


def _worded(name: str, text: str | None) -> list[str]:
    """Return the lines of a text that an entry holds, none of them too long."""
    if not text:
        return []
    head = f"{_INDENT}{name}="
    room = _WIDTH - len(head) - 10
    parts = textwrap.wrap(text, room, drop_whitespace=False, break_long_words=False)
    first, *others = [_quoted(part) for part in parts]
    lines = [f"{head}{first}", *(f"{_INDENT}{other}" for other in others)]
    return [*lines[:-1], f"{lines[-1]},"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _callee(tree: ast.Module) -> str | None:
    """Return what a file calls `mistake`; None if it does not import it."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "grader"
        ):
            for alias in node.names:
                if alias.name == "mistake":
                    return alias.asname or alias.name
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "grader":
                    return f"{alias.asname or alias.name}.mistake"
    return None


def _stated(tree: ast.Module) -> ast.expr | None:
    """Return the value that the list gets last, at top level."""
    for node in reversed(tree.body):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id=name), value=value)
            ) if name == _LIST:
                return value
    return None


def _inside(text: str, value: ast.List, entry: str) -> str:
    """Return a text with an entry at the end of a list in it."""
    end = _offset(text, value.end_lineno, value.end_col_offset) - 1
    if value.elts:
        last = value.elts[-1]
        start = _offset(text, last.end_lineno, last.end_col_offset)
        between = _COMMENT.sub(lambda found: " " * len(found[0]), text[start:end])
        said = between.rstrip()
        if not said.endswith(","):
            place = start + len(said)
            text = f"{text[:place]},{text[place:]}"
            end += 1
    line = text.rfind("\n", 0, end) + 1
    if text[line:end].strip():
        return f"{text[:end]}\n{entry}{text[end:]}"
    return f"{text[:line]}{entry}{text[line:]}"


def _offset(text: str, line: int | None, column: int | None) -> int:
    """Return where in a text a place is that Python counts by lines and bytes."""
    lines = text.split("\n")
    before = lines[: (line or 1) - 1]
    own = lines[(line or 1) - 1].encode()[: column or 0].decode()
    return sum(len(one) + 1 for one in before) + len(own)


def _with_import(text: str) -> str:
    """Return a text that imports `mistake`, below what must come first."""
    last = 0
    for node in ast.parse(text).body:
        first = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (first or future):
            break
        last = node.end_lineno or 0
    lines = text.split("\n")
    above, below = "\n".join(lines[:last]), "\n".join(lines[last:]).lstrip("\n")
    head = f"{above}\n\n" if above else ""
    return f"{head}from grader import mistake\n\n{below}"

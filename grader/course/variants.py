"""Named wrong and right variants of a solution: mistakes and alternatives.

A variant is the solution with one thing changed, either by edits of its text or by new
source for some of its definitions. Authors list them in `mistakes.py`
(`MISTAKES = [mistake(...), ...]`) and `alternatives.py` (`ALTERNATIVES = [...]`).
"""

from __future__ import annotations

import ast
import runpy
from typing import TYPE_CHECKING

import msgspec

from grader.errors import AuthorError, listed
from grader.text import repeated

if TYPE_CHECKING:
    from pathlib import Path


# What running a list of variants may raise if its author made a slip.
_AUTHORS_SLIPS = (
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    SyntaxError,
    TypeError,
    ValueError,
)


class Edit(msgspec.Struct, frozen=True):
    """Replace `old` by `new`; `old` must occur exactly `count` times."""

    old: str
    new: str
    count: int = 1


class Variant(msgspec.Struct, frozen=True):
    """One named variant: `about` is the function or class that it changes.

    Exactly one of `edits` and `source` is given. A mistake has a `question`: its own,
    or that of the mistake named by `same_as`, which behaves in the same way.
    """

    name: str
    about: str
    edits: tuple[Edit, ...] = ()
    source: str | None = None
    question: str | None = None
    try_it: str | None = None
    same_as: str | None = None


def edit(old: str, new: str, count: int = 1) -> Edit:
    """Return an edit of the solution's text, which replaces `old` by `new`.

    Args:
        old: the text to replace.
        new: the text that takes its place.
        count: how often `old` must be in the solution.
    """
    return Edit(old, new, count)


def mistake(
    name: str,
    about: str,
    *edits: Edit,
    source: str | None = None,
    question: str | None = None,
    try_it: str | None = None,
    same_as: str | None = None,
) -> Variant:
    """Return a named wrong variant.

    Args:
        name: the mistake's name, unique in its exercise.
        about: the function or class that it concerns.
        edits: changes to the solution's text, in order; or give `source`.
        source: new definitions that take the place of the solution's.
        question: what a good teacher would ask; it points, it does not tell.
        try_it: one small experiment on the lesson's data.
        same_as: a mistake that behaves in the same way; its question is used.
    """
    return Variant(name, about, edits, source, question, try_it, same_as)


def alternative(
    name: str, about: str, *edits: Edit, source: str | None = None
) -> Variant:
    """Return a named right variant, written in another style.

    Args:
        name: the alternative's name, unique in its exercise.
        about: the function or class that it concerns.
        edits: changes to the solution's text, in order; or give `source`.
        source: new definitions that take the place of the solution's.
    """
    return Variant(name, about, edits, source)


def load_mistakes(path: Path) -> tuple[Variant, ...]:
    """Return the mistakes listed in a file, with their questions; none if no file.

    Raises:
        AuthorError: the list is wrong; the message names every problem.
    """
    variants = _load(path, "MISTAKES")
    by_name = {variant.name: variant for variant in variants}
    problems = []
    filled = []
    for variant in variants:
        source = by_name.get(variant.same_as or variant.name)
        question = variant.question or (source.question if source else None)
        if not question:
            problems.append(
                f"{path}: {variant.name}: expected a question, its own or that of the "
                f"mistake named by same_as, got none."
            )
        filled.append(msgspec.structs.replace(variant, question=question))
    if problems:
        raise AuthorError(listed(problems))
    return tuple(filled)


def load_alternatives(path: Path) -> tuple[Variant, ...]:
    """Return the alternatives listed in a file; none if there is no file.

    Raises:
        AuthorError: the list is wrong; the message names every problem.
    """
    return _load(path, "ALTERNATIVES")


def apply_variant(variant: Variant, solution: str) -> str:
    """Return the solution's source with one variant in it.

    Raises:
        AuthorError: an edit no longer applies, or the source does not parse.
    """
    if variant.source is not None:
        return _with_definitions(variant, solution)
    text = solution
    for change in variant.edits:
        text = _edited(variant, change, text)
    return text


def _edited(variant: Variant, change: Edit, text: str) -> str:
    """Return a text with one edit: in the variant's function, or else where it fits."""
    before, own, after = _around(variant.about, text)
    if own.count(change.old) == change.count:
        return before + own.replace(change.old, change.new) + after
    found = text.count(change.old)
    if found != change.count:
        raise AuthorError(
            f"variant {variant.name!r}: expected {change.old!r} {change.count} "
            f"time(s) in the solution, found it {found} time(s). Adjust the edit."
        )
    return text.replace(change.old, change.new)


def _around(name: str, text: str) -> tuple[str, str, str]:
    """Return a source in three parts, of which the second defines a name."""
    try:
        nodes = [node for node in ast.parse(text).body if _name(node) == name]
    except SyntaxError:
        return text, "", ""
    if not nodes:
        return text, "", ""
    lines = text.splitlines(keepends=True)
    first, last = _first_line(nodes[-1]) - 1, nodes[-1].end_lineno or 0
    return "".join(lines[:first]), "".join(lines[first:last]), "".join(lines[last:])


def run_list(path: Path) -> dict[str, object]:
    """Return what a file of variants defines.

    Raises:
        AuthorError: it does not run.
    """
    try:
        return runpy.run_path(str(path))
    except _AUTHORS_SLIPS as error:
        raise AuthorError(
            f"{path}: expected a list of variants, got {type(error).__name__}: "
            f"{error}. Run it with python to see where."
        ) from error


def _load(path: Path, name: str) -> tuple[Variant, ...]:
    if not path.is_file():
        return ()
    variants = run_list(path).get(name)
    if not isinstance(variants, list | tuple) or not all(
        isinstance(variant, Variant) for variant in variants
    ):
        raise AuthorError(f"{path}: expected a list {name} of variants, found none.")
    problems = [
        f"{path}: {name!r}: expected a name used once, found it {times} times."
        for name, times in repeated([variant.name for variant in variants]).items()
    ]
    problems += [
        f"{path}: {variant.name!r}: expected either edits or a source, found "
        f"{'both' if variant.edits else 'neither'}."
        for variant in variants
        if bool(variant.edits) == (variant.source is not None)
    ]
    if problems:
        raise AuthorError(listed(problems))
    return tuple(variants)


def _with_definitions(variant: Variant, solution: str) -> str:
    """Replace the solution's definitions by the variant's of the same names."""
    source = variant.source or ""
    try:
        new = {_name(node) for node in ast.parse(source).body} - {None}
    except SyntaxError as error:
        raise AuthorError(f"variant {variant.name!r}: {error}. Correct it.") from error
    lines = solution.splitlines(keepends=True)
    replaced = [node for node in ast.parse(solution).body if _name(node) in new]
    if not replaced:
        raise AuthorError(
            f"variant {variant.name!r}: expected a definition that the solution has, "
            f"found {', '.join(sorted(n for n in new if n)) or 'none'}."
        )
    for index, node in reversed(list(enumerate(replaced))):
        text = [source.rstrip("\n") + "\n"] if index == 0 else []
        lines[_first_line(node) - 1 : node.end_lineno] = text
    return "".join(lines)


def _name(node: ast.stmt) -> str | None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return node.name if isinstance(node, kinds) else None


def _first_line(node: ast.stmt) -> int:
    """Return the first line of a definition, its decorators included."""
    decorators = getattr(node, "decorator_list", [])
    lines: list[int] = [node.lineno, *(d.lineno for d in decorators)]
    return min(lines)

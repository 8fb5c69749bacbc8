"""Mutants: a solution with one small thing changed by machine.

Nobody knows whether a mutant is wrong. One that no check fails is a question to the
author, not a fault: is it right as well, or does no check look there?
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeGuard

from grader.course.markers import written_by_students
from grader.course.uses import defined_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SWAPS: dict[type[ast.AST], Callable[[], ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
# Makes one change in a tree, and returns a function that undoes it.
_Change = Callable[[], Callable[[], None]]
# How many characters of a line are shown.
_SHOWN = 50
_LOOPS = (ast.For, ast.While, ast.If, ast.With)


def mutants_of(solution: str) -> dict[str, tuple[str, str]]:
    """Return for each mutant's name the definition that it changes, and its source.

    Args:
        solution: the source; what stands outside definitions is left alone, and so is
            what students are given, where the source has marked regions.
    """
    tree = ast.parse(solution)
    written = set(written_by_students(solution))
    given = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and written and node.lineno not in written
    ]
    _without_docstrings(tree)
    whole = ast.unparse(tree)
    made: dict[str, list[tuple[str, str]]] = {}
    sources = {whole}
    for about, node in defined_in(tree).items():
        for what, change in _changes(node, given):
            source = _changed(tree, change)
            if source is not None and source not in sources:
                sources.add(source)
                made.setdefault(f"{about}: {what}", []).append((about, source))
    return {
        name: mutant
        for what, twins in made.items()
        for name, mutant in _told_apart(what, twins, whole)
    }


def _told_apart(
    what: str, twins: list[tuple[str, str]], whole: str
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the mutants that one text describes, each with a name of its own.

    Args:
        what: the text.
        twins: the mutants.
        whole: the source that was changed.
    """
    if len(twins) == 1:
        yield what, twins[0]
        return
    for number, (about, source) in enumerate(twins, 1):
        place = _place(whole, source)
        where = f", so that it is `{place}`" if place else ""
        yield f"{what}{where} ({number} of {len(twins)})", (about, source)


def _place(old: str, new: str) -> str:
    """Return what surrounds a change within a line, as it is afterwards."""
    lines = old.splitlines(), new.splitlines()
    changed = [pair for pair in zip(*lines, strict=False) if pair[0] != pair[1]]
    if len(lines[0]) != len(lines[1]) or len(changed) != 1:
        return ""
    before, after = (line.strip() for line in changed[0])
    equal = (a == b for a, b in zip(before, after, strict=False))
    at = sum(itertools.takewhile(bool, equal))
    first = max(0, min(at - _SHOWN // 2, len(after) - _SHOWN))
    shown = after[first : first + _SHOWN]
    return f"{'…' * (first > 0)}{shown}{'…' * (first + _SHOWN < len(after))}"


def _changes(
    root: ast.AST, given: Collection[ast.AST]
) -> Iterator[tuple[str, _Change]]:
    """Yield each small change: in words, and as a function that makes it.

    Args:
        root: the definition to change.
        given: statements to leave as they are; what they hold may be changed.
    """
    todo = [root]
    while todo:
        node = todo.pop(0)
        todo += ast.iter_child_nodes(node)
        yield from _statements(node, given)
        if node in given:
            # Its own expressions are given, too; only statements in it may be not.
            todo = [n for n in todo if n not in _expressions(node)]
            continue
        yield from _operators(node)
        yield from _constants(node)
        yield from _calls(node)


def _expressions(node: ast.AST) -> list[ast.AST]:
    inner = ast.iter_child_nodes(node)
    return [n for n in inner if not isinstance(n, ast.stmt | ast.excepthandler)]


def _changed(tree: ast.Module, change: _Change) -> str | None:
    undo = change()
    source = ast.unparse(ast.fix_missing_locations(tree))
    undo()
    try:
        ast.parse(source)
    except SyntaxError:
        return None
    return source


def _replacing(node: ast.AST, field: str, new: object) -> _Change:
    """Return a change that sets a field of a node."""

    def do() -> Callable[[], None]:
        old = getattr(node, field)
        setattr(node, field, new)
        return lambda: setattr(node, field, old)

    return do


def _statements(
    node: ast.AST, given: Collection[ast.AST]
) -> Iterator[tuple[str, _Change]]:
    body = getattr(node, "body", None)
    if not isinstance(body, list):
        return
    for index, statement in enumerate(body):
        if isinstance(statement, ast.FunctionDef | ast.Pass) or statement in given:
            continue
        left = [*body[:index], *body[index + 1 :]] or [ast.Pass()]
        yield f"without `{_text(statement)}`", _replacing(node, "body", left)
        if isinstance(statement, _LOOPS) and len(statement.body) > 1:
            last = statement.body[-1]
            shorter = copy.copy(statement)
            shorter.body = statement.body[:-1]
            outside = [*body[:index], shorter, last, *body[index + 1 :]]
            yield f"`{_text(last)}` dedented", _replacing(node, "body", outside)


def _operators(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _SWAPS:
        new = _SWAPS[type(node.op)]()
        yield f"another operator in `{_text(node)}`", _replacing(node, "op", new)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        ops = [_SWAPS[type(node.ops[0])](), *node.ops[1:]]
        yield f"another operator in `{_text(node)}`", _replacing(node, "ops", ops)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield f"no minus in `{_text(node)}`", _replacing(node, "op", ast.UAdd())


def _constants(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield f"`{not value}` for `{value}`", _replacing(node, "value", not value)
    elif isinstance(value, int):
        yield f"`{value + 1}` for `{value}`", _replacing(node, "value", value + 1)
    elif isinstance(value, float):
        new = 2 * value or 1.0
        yield f"`{new}` for `{value}`", _replacing(node, "value", new)


def _calls(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    """Yield changes that take the parentheses from a call without arguments."""
    for field, value in ast.iter_fields(node):
        if _is_bare_call(value):
            what = f"no parentheses in `{_text(value)}`"
            yield what, _replacing(node, field, value.func)
        if isinstance(value, list):
            for index, item in enumerate(value):
                if _is_bare_call(item):
                    new = [*value[:index], item.func, *value[index + 1 :]]
                    what = f"no parentheses in `{_text(item)}`"
                    yield what, _replacing(node, field, new)


def _is_bare_call(node: object) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and not node.args and not node.keywords


def _without_docstrings(root: ast.AST) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(root):
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]


def _text(node: ast.AST) -> str:
    """Return a node's first line, cut to the width of a table."""
    text = ast.unparse(node).splitlines()[0]
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"

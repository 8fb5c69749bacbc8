"""What the two sides of an assert were, where students may read it.

Python keeps neither of them. They are worked out once more, from the variables that the
check had, and from what the student's code gave: nothing is asked again.
"""

from __future__ import annotations

import ast
import builtins
import copy
import types
from typing import TYPE_CHECKING, Final, cast

from grader.judging.checks.evidence import Held
from grader.judging.checks.stumbling import Span, place_in, span, tree_of
from grader.text import clean_line, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.judging.checks.evidence import Evidence

_TEXT_CAP: Final = 200
_PAIR: Final = 2
# What computes a value and does nothing else.
_PLAIN: Final = frozenset(
    {"abs", "all", "any", "bool", "complex", "dict", "divmod", "enumerate", "float"}
    | {"frozenset", "int", "isinstance", "len", "list", "max", "min", "pow", "range"}
    | {
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "tuple",
        "type",
        "zip",
    }
)
# Methods of data that change nothing.
_PLAIN_METHODS: Final = frozenset(
    {
        "abs",
        "all",
        "any",
        "astype",
        "bool",
        "clone",
        "copy",
        "count",
        "detach",
        "double",
    }
    | {"flatten", "float", "get", "index", "int", "item", "items", "keys", "long"}
    | {"lower", "max", "mean", "min", "numel", "numpy", "reshape", "round", "size"}
    | {"split", "squeeze", "std", "strip", "sum", "tolist", "upper", "values", "view"}
)


# A part of these runs more than once, or perhaps not at all.
_NOT_PLAIN: Final = (
    *(ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda, ast.IfExp),
    *(ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


class _Unclear(Exception):  # noqa: N818 - nobody sees it
    """A side cannot be worked out again without asking anything."""


def unequal(end: BaseException, evidence: Evidence, folder: Path) -> str:
    """Return what was got and what was expected, in a sentence; "" if that is unclear.

    Args:
        end: an assert that did not hold.
        evidence: of the check.
        folder: where the checks lie, and what they import.
    """
    place = place_in(end, folder)
    sides = _asserted(place)
    if place is None or sides is None:
        return ""
    names = {**place.tb_frame.f_globals, **place.tb_frame.f_locals}
    asked = [node for side in sides for node in _calls(side)]
    answers = evidence.calls[len(evidence.calls) - len(asked) :]
    if [call.name for call in answers] != [_called(node) for node in asked]:
        return ""
    if any(_stays(call.value) for call in answers):
        return ""
    known = {span(n): call.value for n, call in zip(asked, answers, strict=True)}
    try:
        got, expected = (_Sum(names, known).worked_out(side) for side in sides)
    except _Unclear:
        return ""
    if not any(_calls(sides[0])) and any(_calls(sides[1])):
        sides, (got, expected) = sides[::-1], (expected, got)
    return f"{_subject(sides[0])} {_shown(got)}, expected {_shown(expected)}."


def other_value(end: BaseException, folder: Path) -> str:
    """Return which function gave another value than expected; "" if that is unclear.

    Args:
        end: as in `unequal`; neither side is told.
        folder: as there.
    """
    sides = _asserted(place_in(end, folder)) or ()
    asked = [side for side in sides if any(_calls(side))]
    called = [_called(side) for side in asked if isinstance(side, ast.Call)]
    if len(asked) != 1 or not any(called):
        return ""
    return f"`{called[0]}` gave another value than expected."


def _asserted(place: types.TracebackType | None) -> tuple[ast.expr, ast.expr] | None:
    """Return the two sides of the assert at a place, if it is one of two."""
    tree = None if place is None else tree_of(place.tb_frame.f_code.co_filename)
    return None if place is None or tree is None else _sides(tree, place.tb_lineno)


def _sides(tree: ast.Module, line: int) -> tuple[ast.expr, ast.expr] | None:
    """Return the expressions that the assert at a line wants to be equal."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        if not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        match node:
            case ast.Assert(
                test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])
            ):
                return left, right
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=args)) if (
                name.startswith("assert") and len(args) >= _PAIR
            ):
                return args[0], args[1]
    return None


def _calls(side: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls of the student's functions, in the order in which they ran."""
    for child in ast.iter_child_nodes(side):
        if isinstance(child, ast.expr | ast.keyword):
            yield from _calls(child)  # type: ignore[arg-type]  # a keyword has a value
    if isinstance(side, ast.Call) and _called(side):
        yield side


def _called(call: ast.Call) -> str:
    """Return the student's function that is called by its name, or ""."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="student"), attr=name):
            return name
    return ""


def _stays(value: object) -> bool:
    """Return whether a value is, or holds, an object of the worker's."""
    if isinstance(value, dict):
        return any(map(_stays, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_stays, value))
    return isinstance(value, Held)


class _Sum(ast.NodeTransformer):
    """Works out an expression from names and known values.

    Args:
        names: what the check had.
        known: the values of calls, by where they stand.
    """

    def __init__(self, names: dict[str, object], known: dict[Span, object]) -> None:
        self._names = names
        self._known = known
        self._values: dict[str, object] = {}

    def worked_out(self, side: ast.expr) -> object:
        """Return the value of an expression.

        Raises:
            _Unclear: it rests on more than data.
        """
        plain = ast.fix_missing_locations(
            ast.Expression(cast("ast.expr", self.visit(copy.deepcopy(side))))
        )
        try:
            return eval(  # noqa: S307 - the author's own expression, without the calls
                compile(plain, "<side>", "eval"), {**self._names, **self._values}
            )
        except Exception as error:
            raise _Unclear from error

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a node with what is known in its place.

        Raises:
            _Unclear: it does more than work out a value.
        """
        if isinstance(node, ast.Call) and span(node) in self._known:
            name = f"__answer_{len(self._values)}"
            self._values[name] = self._known[span(node)]
            return ast.Name(name, ast.Load())
        match node:
            case ast.Name(id=name) if _stays(self._names.get(name)):
                raise _Unclear
            case ast.Name(id="student" | "reference" | "draw"):
                raise _Unclear
            case ast.Call(func=function) if not self._is_plain(function):
                raise _Unclear
            case _ if isinstance(node, _NOT_PLAIN):
                raise _Unclear
        return cast("ast.AST", super().visit(node))

    def _is_plain(self, function: ast.expr) -> bool:
        """Return whether a function only computes: Python's own, or a library's."""
        match function:
            case ast.Name(id=name):
                own = self._names.get(name, vars(builtins).get(name))
                return name in _PLAIN and own is vars(builtins).get(name)
            case ast.Attribute(attr=attr):
                root = function.value
                while isinstance(root, ast.Attribute):
                    root = root.value
                if isinstance(root, ast.Name):
                    owner = self._names.get(root.id)
                    if isinstance(owner, types.ModuleType):
                        return "rand" not in ast.unparse(function)
                return attr in _PLAIN_METHODS
        return False


def _subject(side: ast.expr) -> str:
    """Return the beginning of a sentence about a side, with its verb."""
    if isinstance(side, ast.Call) and _called(side):
        return f"`{_called(side)}` gave"
    return f"`{clean_line(ast.unparse(side), _TEXT_CAP)}` is"


def _shown(value: object) -> str:
    return clean_line(written(value), _TEXT_CAP)

"""What a check was about to do with a student's value when Python refused it.

`x = student.f(1)[0]` raises where `f` returns 3. Which expression that was, and which
value it was about, is read from the check's source, for a sentence such as "`f` gave 3,
and the check takes its entry [0]".
"""

from __future__ import annotations

import ast
import builtins
import dis
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.judging.answers import Part, Value
from grader.judging.checks import words
from grader.judging.checks.evidence import Origin
from grader.judging.checks.numbers import shape_of, type_name
from grader.model import Visibility
from grader.sandbox.wire import Handle
from grader.text import clean_line, written

if TYPE_CHECKING:
    import types
    from collections.abc import Iterator

    from grader.judging.checks.evidence import Evidence

Span = tuple[int | None, ...]
_TEXT_CAP: Final = 80
_UNKNOWN: Final = object()
_CANNOT_GO_ON: Final = "cannot go on with it"
# These say of a result no more than that it has entries.
_PLAIN_ENTRIES: Final = ("0", "1", "2", "-1")


class _Use(NamedTuple):
    """An expression of a check, and words for what the check does with its value."""

    operand: ast.expr
    doing: str


def stumbled(
    end: BaseException, evidence: Evidence, folder: Path, visibility: Visibility
) -> str:
    """Return the sentence for a check that a student's value kept from going on.

    Args:
        end: what was raised.
        evidence: of the check.
        folder: where the checks lie, and what they import.
        visibility: of the check.
    """
    place = place_in(end, folder)
    found = [] if place is None else [*_uses(place, visibility)]
    origin, value, doing = _culprit(found, place, evidence)
    if value is _UNKNOWN:
        return "The check cannot go on with what your code gave."
    nothing = value is None and origin is not None and origin.whole
    hint = ": is there a `return` on every path?" if nothing else "."
    gave = words.gave(origin, evidence)
    if origin is not None and not origin.whole:
        gave = f"In what `{origin.exchange.name}` gave there is"
    return f"{gave} {_described(value, visibility)}, and the check {doing}{hint}"


def place_in(end: BaseException, folder: Path) -> types.TracebackType | None:
    """Return the last place of the checks' own on the way to an exception."""
    found, at = None, end.__traceback__
    while at is not None:
        path = Path(at.tb_frame.f_code.co_filename)
        if path.parent == folder and path.stem != "solution":
            found = at
        at = at.tb_next
    return found


def _uses(place: types.TracebackType, visibility: Visibility) -> Iterator[_Use]:
    """Yield what a check does at a place, with each value that it does it with."""
    code = place.tb_frame.f_code
    where = next(islice(code.co_positions(), place.tb_lasti // 2, None), None)
    tree = tree_of(code.co_filename)
    if where is None or tree is None:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and span(node) == where:
            operation = dis.opname[code.co_code[place.tb_lasti]]
            yield from _uses_at(node, operation, tree, visibility)
            return


@lru_cache(maxsize=32)
def tree_of(filename: str) -> ast.Module | None:
    """Return a file of the course's as a tree; None if it cannot be read."""
    try:
        return ast.parse(Path(filename).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None


def span(node: ast.expr) -> Span:
    """Return where an expression stands: its lines and columns."""
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def _uses_at(
    node: ast.expr, operation: str, tree: ast.Module, visibility: Visibility
) -> Iterator[_Use]:
    if operation == "GET_ITER":
        yield _Use(node, "goes through its items")
        return
    match node:
        case ast.Tuple(elts=targets, ctx=ast.Store()):
            yield from (_Use(e, _apart(targets)) for e in _assigned_to(node, tree))
        case ast.Subscript(value=value, slice=key):
            yield _Use(value, f"takes {_entry(key, visibility)}")
        case ast.Attribute(value=value, attr=name):
            yield _Use(value, f"asks for its `{name}`")
        case ast.Call():
            yield from _uses_in_call(node, visibility)
        case ast.Compare(left=left, comparators=others):
            yield from (_Use(side, "compares it") for side in (left, *others))
        case ast.BinOp(left=left, right=right):
            yield from (_Use(side, "computes with it") for side in (left, right))
        case ast.UnaryOp(operand=operand):
            yield _Use(operand, "computes with it")


def _uses_in_call(call: ast.Call, visibility: Visibility) -> Iterator[_Use]:
    if isinstance(call.func, ast.Attribute):
        yield _Use(call.func.value, f"calls its `{call.func.attr}()`")
    # In a hidden check only Python's own functions are named.
    name = clean_line(ast.unparse(call.func), _TEXT_CAP)
    public = visibility is Visibility.VISIBLE or name in vars(builtins)
    to = f"passes it to `{name}`" if public else _CANNOT_GO_ON
    for given in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield _Use(given, to)


def _apart(targets: list[ast.expr]) -> str:
    several = any(isinstance(target, ast.Starred) for target in targets)
    count = len(targets) - several
    values = f"{count} value{'s' if count != 1 else ''}"
    return f"takes {'at least ' if several else ''}{values} from it"


def _assigned_to(target: ast.expr, tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the expression that is taken apart into a target."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and target in node.targets:
            yield node.value


def _entry(key: ast.expr, visibility: Visibility) -> str:
    """Return words for an entry: a key, or a later position, could be hidden input."""
    if isinstance(key, ast.Slice):
        return "a part of it"
    shown = clean_line(ast.unparse(key), _TEXT_CAP)
    public = visibility is Visibility.VISIBLE or shown in _PLAIN_ENTRIES
    return f"its entry [{shown}]" if public else "an entry of it"


def _culprit(
    uses: list[_Use], place: types.TracebackType | None, evidence: Evidence
) -> tuple[Origin | None, object, str]:
    """Return the student's value, where it comes from, and what is done with it.

    What is not known by a name is taken for the last thing that the student's code
    gave.
    """
    values = [_value(use.operand, place, evidence) for use in uses]
    # What was called right here is told as a whole, below.
    calls = [isinstance(use.operand, ast.Call) for use in uses]
    values = [_UNKNOWN if c else v for c, v in zip(calls, values, strict=True)]
    for use, value in zip(uses, values, strict=True):
        origin = None if value is _UNKNOWN else evidence.origin(value)
        if origin is not None:
            return origin, value, use.doing
    unnamed = [u for u, value in zip(uses, values, strict=True) if value is _UNKNOWN]
    doing = _doing((unnamed or uses)[0]) if uses else _CANNOT_GO_ON
    if len(values) == 1 and not unnamed:
        return None, values[0], doing
    for exchange in reversed(evidence.exchanges):
        if isinstance(exchange.answer, Value):
            return Origin(exchange, Part.VALUE), exchange.answer.value, doing
    return None, _UNKNOWN, doing


def _doing(use: _Use) -> str:
    """Return what is done with the student's value, also if only through another one.

    `(gradient != 0).all()` asks nothing of the gradient itself.
    """
    derived = isinstance(use.operand, ast.Compare | ast.BinOp | ast.UnaryOp)
    return _CANNOT_GO_ON if derived else use.doing


def _value(
    node: ast.expr, place: types.TracebackType | None, evidence: Evidence
) -> object:
    """Return what an expression stands for, if that can be told without running it."""
    match node:
        case ast.Name(id=name) if place is not None:
            own = place.tb_frame
            return own.f_locals.get(name, own.f_globals.get(name, _UNKNOWN))
        case ast.Constant(value=value):
            return value
        case ast.Subscript(value=inner, slice=ast.Constant(value=key)):
            return _entry_of(_value(inner, place, evidence), key)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="student"), attr=name)):
            latest = (c.value for c in reversed(evidence.calls) if c.name == name)
            return next(latest, _UNKNOWN)
    return _UNKNOWN


def _entry_of(held: object, key: object) -> object:
    match held:
        case dict() if key in held:
            return held[key]
        case list() | tuple() if isinstance(key, int) and key in range(len(held)):
            return held[key]
    return _UNKNOWN


def _described(value: object, visibility: Visibility) -> str:
    """Return words for a value of the student's, with what it holds if all may see."""
    if value is None:
        return "None"
    kind, shape = clean_line(type_name(value), _TEXT_CAP), shape_of(value)
    shown = visibility is Visibility.VISIBLE
    if isinstance(value, list | tuple | dict) and not isinstance(value, Handle):
        return f"a {kind} of {len(value)} item{'s' if len(value) != 1 else ''}"
    if shown and shape:
        return f"a {kind} of shape {shape}"
    if shown and isinstance(value, int | float | complex | str | bytes):
        return clean_line(written(value), _TEXT_CAP)
    return f"a value of type {kind}"

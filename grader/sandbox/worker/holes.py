"""Which functions and classes are written, and which are as they were handed out."""

from __future__ import annotations

import ast
import functools
import re
import types
from typing import TYPE_CHECKING, Final

from grader.sandbox.worker.looking import form_of, is_a
from grader.sandbox.worker.places import Place, around, is_own

if TYPE_CHECKING:
    from collections.abc import Iterable

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Definition = FunctionNode | ast.ClassDef
_UNWRAPPED_CAP: Final = 16
_WRAPPERS: Final = (
    (functools.partial, "func"),
    *((kind, "__func__") for kind in (types.MethodType, classmethod, staticmethod)),
    (property, "fget"),
)
_UNWRITTEN: Final = frozenset({"NotImplementedError", "NotImplemented"})
_PRINTS: Final = frozenset({"print", "display", "pprint"})
_LOGS: Final = frozenset({"debug", "info", "warning", "warn", "error", "write", "log"})
_TODO: Final = re.compile(
    r"(?i)\bto-?\s?do\b|\btbd\b|\bfix-?me\b|\bnot (yet )?(implemented|written|done)"
    r"|\bplaceholder\b|\bstub\b|\bimplement\b|\bunfinished\b|\bcoming soon\b"
)


def definition_of(value: object) -> tuple[Place, FunctionNode] | None:
    """Return where the program defines a function, and how; None if it does not.

    What wraps a function of the program's own is that function.
    """
    value = unwrapped(value)
    if not is_a(value, types.FunctionType):
        return None
    place = Place(value.__code__.co_filename, value.__code__.co_firstlineno)
    for node in around(place) if is_own(place.label) else ():
        if isinstance(node, FunctionNode) and node.name == value.__name__:
            return Place(place.label, node.lineno), node
    return None


def unwrapped(value: object) -> object:
    """Return the function inside of what wraps it, as decorators and methods do."""
    for _ in range(_UNWRAPPED_CAP):
        inside = _inside(value)
        if inside is None:
            break
        value = inside
    return value


def _inside(value: object) -> object | None:
    for kind, name in _WRAPPERS:
        if is_a(value, kind):
            inside: object = kind.__dict__[name].__get__(value)
            return inside
    try:
        # Not `getattr`, which may run code of the program's; this seldom does.
        attributes = object.__getattribute__(value, "__dict__")
    except Exception:  # noqa: BLE001 - what does not tell wraps nothing
        return None
    if not is_a(attributes, dict, types.MappingProxyType):
        return None
    inside = attributes.get("__wrapped__")
    return attributes.get("pyfunc") if inside is None else inside


def is_stub(node: Definition, handout: Iterable[str] = ()) -> bool:
    """Return whether a function or class is not written.

    Args:
        node: its definition.
        handout: the bodies that were handed out, as `body_of` gives them.
    """
    if body_of(node) in handout:
        return True
    if isinstance(node, ast.ClassDef):
        methods = [each for each in node.body if isinstance(each, FunctionNode)]
        if not methods:
            return all(map(_says_nothing, node.body))
        bare = [each for each in methods if _is_empty(each) or only_talks(each)]
        others = [each for each in methods if each not in bare]
        return any(map(hole_in, methods)) or bool(bare and all(map(_begins, others)))
    return hole_in(node) is not None or _is_empty(node)


def only_talks(node: Definition) -> bool:
    """Return whether a function just says something, `print("todo")`, and no more.

    It makes nothing of what it is given, and gives nothing back. One that is given
    nothing may be there to say this: then the text has to tell.
    """
    if not isinstance(node, FunctionNode):
        return False
    body = _without_docstring(node.body)
    texts = [_said(each) for each in body]
    rest = [each for each, text in zip(body, texts, strict=True) if text is None]
    said = " ".join(filter(None, texts))
    told = any(text is not None for text in texts)
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    takes = bool(given or node.args.vararg or node.args.kwarg)
    return told and _do_nothing(rest) and (takes or bool(_TODO.search(said)))


def gives_something(node: Definition | None) -> bool:
    """Return whether a function gives something back."""
    return isinstance(node, FunctionNode) and any(
        isinstance(each, ast.Yield | ast.YieldFrom)
        or (isinstance(each, ast.Return) and not _is_nothing(each.value, set()))
        for each in ast.walk(node)
    )


def is_hole(place: Place) -> bool:
    """Return whether a place is the `raise` that keeps a function from being written.

    An exception that a function raises on some path only is none.
    """
    node = function_at(place)
    hole = None if node is None else hole_in(node)
    return hole is not None and hole.lineno == place.line


def function_at(place: Place) -> FunctionNode | None:
    """Return the innermost function that a place lies in."""
    inside = [node for node in around(place) if isinstance(node, FunctionNode)]
    return inside[-1] if inside else None


def written_below(node: FunctionNode) -> list[ast.stmt]:
    """Return what stands below the hole of a function."""
    hole = hole_in(node)
    return node.body[node.body.index(hole) + 1 :] if hole is not None else []


def body_of(node: Definition) -> str:
    """Return what a definition does, in a form that is equal where that is."""
    return form_of(_without_docstring(node.body))


def hole_in(node: FunctionNode) -> ast.Raise | None:
    """Return the `raise NotImplementedError` that a function cannot get past."""
    for each in node.body:
        if isinstance(each, ast.Return):
            return None
        if isinstance(each, ast.Raise) and _is_hole(each):
            return each
    return None


def _is_hole(node: ast.Raise) -> bool:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id in _UNWRITTEN


def _is_empty(node: FunctionNode) -> bool:
    """Return whether a function does nothing and gives nothing back."""
    return _do_nothing(_without_docstring(node.body))


def _begins(node: FunctionNode) -> bool:
    """Return whether a method does no more than the class above it: `__init__`."""
    body = [each for each in _without_docstring(node.body) if not _says_nothing(each)]
    calls = [e.value for e in body if isinstance(e, ast.Expr | ast.Return)]
    return len(calls) == len(body) and all(map(_is_inherited, calls))


def _is_inherited(call: ast.expr | None) -> bool:
    """Return whether this is `super().__init__()`, or the same in older words."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name("super")))):
            return not call.args and not call.keywords
        case ast.Call(func=ast.Attribute(attr="__init__"), args=[ast.Name()]):
            return not call.keywords
    return False


def _do_nothing(body: list[ast.stmt]) -> bool:
    """Return whether statements do nothing and give nothing back."""
    nothing: set[str] = set()
    for each in body:
        if _says_nothing(each):
            continue
        if _refuses(each):
            return True
        if isinstance(each, ast.Assign) and _is_nothing(each.value, nothing):
            targets = [name for target in each.targets for name in ast.walk(target)]
            nothing |= {name.id for name in targets if isinstance(name, ast.Name)}
        elif not isinstance(each, ast.Return) or not _is_nothing(each.value, nothing):
            return False
    return True


def _refuses(node: ast.stmt) -> bool:
    """Return whether a statement only says that nothing is here.

    An exception of another kind than `Exception` may be what a function is to raise.
    """
    if isinstance(node, ast.Assert):
        return isinstance(node.test, ast.Constant) and not node.test.value
    raised = node.exc if isinstance(node, ast.Raise) else None
    kind = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(kind, ast.Name) and kind.id == "Exception"


def _said(node: ast.stmt) -> str | None:
    """Return the text that a statement prints, logs, or raises to put a thing off.

    None for any other statement, and where the text is made of something.
    """
    call = node.value if isinstance(node, ast.Expr | ast.Return) else None
    call = node.exc if isinstance(node, ast.Raise) else call
    if not isinstance(call, ast.Call):
        return None
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not all(isinstance(each, ast.Constant) for each in map(_plain, given)):
        return None
    values = [_plain(each).value for each in given]  # type: ignore[attr-defined]  # constants
    text = " ".join(str(each) for each in values if isinstance(each, str | bytes))
    if isinstance(node, ast.Raise):
        return text if _TODO.search(text) else None
    function = call.func
    name = function.id if isinstance(function, ast.Name) else ""
    method = function.attr if isinstance(function, ast.Attribute) else ""
    return text if name in _PRINTS or method in _LOGS else None


def _plain(node: ast.expr) -> ast.expr:
    """Return a text that is formatted with nothing as a plain one."""
    if isinstance(node, ast.JoinedStr) and len(node.values) == 1:
        return node.values[0]
    return node


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _is_nothing(value: ast.expr | None, nothing: set[str]) -> bool:
    """Return whether an expression is None, `...` or the like, or a name of these."""
    match value:
        case None:
            return True
        case ast.Constant(value=constant):
            return constant is None or constant is ...
        case ast.Name(id=name):
            return name in nothing or name in _UNWRITTEN
        case ast.Call(func=ast.Name(id="NotImplementedError")):
            return True
        case ast.Tuple(elts=items):
            return all(_is_nothing(item, nothing) for item in items)
    return False


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if documented else body

"""What a program does with a stand-in, as its own text and the frames tell."""

from __future__ import annotations

import ast
import sys
import types
from typing import Final

from grader.sandbox.worker.looking import last_name
from grader.sandbox.worker.places import Place, all_nodes, around, calling, is_own

_RUNS: Final = (types.FunctionType, types.MethodType, types.GeneratorType)


def decorates(place: Place) -> bool:
    """Return whether a place is in a decorator."""
    return any(
        each.lineno <= place.line <= (each.end_lineno or each.lineno)
        for node in around(place)
        for each in getattr(node, "decorator_list", ())
    )


def is_made(name: str) -> bool:
    """Return whether the program calls what has this name, other than to raise it."""
    nodes = list(all_nodes())
    names = {name}.union(
        node.asname
        for node in nodes
        if isinstance(node, ast.alias) and node.name == name and node.asname
    )
    raised = {id(node.exc) for node in nodes if isinstance(node, ast.Raise)}
    return any(
        isinstance(node, ast.Call)
        and id(node) not in raised
        and last_name(node.func) in names
        for node in nodes
    )


def is_ready() -> bool:
    """Return whether the program, where it is, catches that something is not here."""
    frame = sys._getframe(1)  # noqa: SLF001 - nothing else tells
    while not is_own(frame.f_code.co_filename):
        if frame.f_back is None:
            return False
        frame = frame.f_back
    place = Place(frame.f_code.co_filename, frame.f_lineno)
    caught = [
        handler.type
        for node in around(place)
        if isinstance(node, ast.Try) and _is_among(place, node.body)
        for handler in node.handlers
    ]
    return any(_is_absence(each, frame) for each in caught)


def _is_among(place: Place, body: list[ast.stmt]) -> bool:
    last = body[-1].end_lineno or body[-1].lineno
    return body[0].lineno <= place.line <= last


def _is_absence(caught: ast.expr | None, frame: types.FrameType) -> bool:
    """Return whether a handler catches that a module is not there."""
    if caught is None:
        return True
    names = frame.f_globals, frame.f_locals
    try:
        kinds = eval(ast.unparse(caught), *names)  # noqa: S307 - in the program's own process
        return issubclass(ModuleNotFoundError, kinds)
    except Exception:  # noqa: BLE001 - what is no class catches nothing
        return False


def computes(given: object) -> bool:
    """Return whether something would be run, trained or followed by a library."""
    if isinstance(given, _RUNS):
        return True
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    if isinstance(given, torch.Tensor):
        return bool(given.requires_grad)
    return isinstance(given, torch.nn.Module | torch.optim.Optimizer)


def adds_row() -> bool:
    """Return whether the program puts something behind the last row of a table."""
    place = calling(sys._getframe(1))  # noqa: SLF001 - nothing else tells
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and any(_is_len(each) for each in ast.walk(node.slice))
        for node in around(place)
    )


def _is_len(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == "len"

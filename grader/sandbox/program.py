"""Runs a student's blocks in the worker: what raises is noted, the next one still runs.

Used by the worker alone. A script is split into its statements, a notebook's cell
stands or falls as a whole.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import linecache
import re
import sys
import types

CELL_MAGIC = re.compile(r"^\s*%%(?P<name>\w+)")
LINE_MAGIC = re.compile(r"^(?P<indent>\s*)(?P<target>[\w.,\s]+=\s*)?[%!]")
HELP = re.compile(r"^\s*(\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$")
# These run their cell as Python, only timed or captured; others are not Python.
PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun"})
_FUTURE_FLAGS: int = 0
for _name in __future__.all_feature_names:
    _FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag
SOURCE_LINE_CAP = 200
MESSAGE_CAP = 500


def python_of(cell: str) -> str:
    """Return a cell's Python, line for line: magics, shell and help lines do nothing.

    A cell that is Python as it stands is left alone, so that a line of a text that
    begins with % is never taken for a magic.
    """
    try:
        ast.parse(cell)
    except SyntaxError:
        return _without_magics(cell)
    return cell


def _without_magics(cell: str) -> str:
    first = next((line for line in cell.splitlines() if line.strip()), "")
    magic = CELL_MAGIC.match(first)
    if magic and magic["name"] not in PYTHON_MAGICS:
        return ""
    return "\n".join(_without_magic(line) for line in cell.splitlines())


def _without_magic(line: str) -> str:
    found = LINE_MAGIC.match(line)
    if found:
        # `files = !ls` still gives the name a value.
        value = f"{found['target']}[]" if found["target"] else "pass"
        return f"{found['indent']}{value}"
    return "" if HELP.match(line) else line


def new_module(filename: str) -> types.ModuleType:
    """Return an empty `__main__`, with what a notebook offers without an import."""
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = builtins
    module.__dict__["__file__"] = filename
    module.__dict__["display"] = _do_nothing
    module.__dict__["get_ipython"] = _Shell
    sys.modules["__main__"] = module
    sys.argv = [filename]
    return module


def _do_nothing(*_args: object, **_kwargs: object) -> None:
    """Stand in for `display`: there is no one to look."""


class _Shell:
    """Stands in for the notebook's shell: every method does nothing."""

    def __getattr__(self, _name: str) -> object:
        return _do_nothing


def run_blocks(
    kind: str, blocks: list[tuple[str, str]], module: types.ModuleType
) -> list[dict[str, object]]:
    """Run the blocks in order and return what went wrong, one entry a failure.

    Args:
        kind: "script" or "notebook".
        blocks: label and source of each.
        module: where their names live.
    """
    failures: list[dict[str, object]] = []
    flags = 0
    for label, text in blocks:
        source = python_of(text) if kind == "notebook" else text
        linecache.cache[label] = (len(source), None, source.splitlines(True), label)
        try:
            tree = compile(source, label, "exec", flags | ast.PyCF_ONLY_AST, True)
            pieces = _pieces(tree, split=kind == "script")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            failures.append(failure(error))
            continue
        for piece in pieces:
            flags = _run(piece, label, flags, module, failures)
    return failures


def _pieces(tree: ast.Module, *, split: bool) -> list[ast.Module]:
    if not split:
        return [tree]
    return [ast.Module(body=[node], type_ignores=[]) for node in tree.body]


def _run(
    piece: ast.Module,
    label: str,
    flags: int,
    module: types.ModuleType,
    failures: list[dict[str, object]],
) -> int:
    """Run one piece; return the `__future__` flags that hold from here on."""
    try:
        code = compile(piece, label, "exec", flags, True)
        exec(code, module.__dict__)
    except BaseException as error:
        failures.append(failure(error))
        return flags
    kept: int = code.co_flags & _FUTURE_FLAGS
    return flags | kept


def failure(error: BaseException) -> dict[str, object]:
    """Return what can be told of an exception: type, message, the student's line."""
    label, line = _place(error)
    return {
        "type": type(error).__name__,
        "message": _message(error),
        "label": label,
        "line": line,
        "text": linecache.getline(label, line).strip()[:SOURCE_LINE_CAP]
        if label
        else "",
        "hole": type(error) is NotImplementedError
        and _message(error).endswith(": not written yet"),
        "memory": _out_of_memory(error),
    }


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return str(error.msg)[:MESSAGE_CAP]
    try:
        return str(error)[:MESSAGE_CAP]
    except BaseException:
        return ""


def _place(error: BaseException) -> tuple[str, int]:
    """Return label and line of the innermost frame that is the student's own."""
    if isinstance(error, SyntaxError) and error.filename in linecache.cache:
        return str(error.filename), int(error.lineno or 0)
    place = ("", 0)
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        entry = linecache.cache.get(name)
        # Only a student's source was put there without a time of change.
        if entry is not None and len(entry) > 1 and entry[1] is None:
            place = (name, trace.tb_lineno)
        trace = trace.tb_next
    return place


def _out_of_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "can't allocate memory" in _message(error)
    )

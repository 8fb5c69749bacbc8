"""What a kernel holds: the program's names, and the cells that have run.

Where there is no kernel, the names are those of `__main__`, and the cell is its file.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import time
import types
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from grader.model import Block, Elsewhere, Program, ProgramKind

_OURS: Final = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Cell(NamedTuple):
    """A cell that has run: its file, as tracebacks have it, its label and its text."""

    filename: str
    label: str
    source: str
    number: int = 0


class Watch:
    """Remembers each name's own function or class, and when a cell ran.

    `loss = loss(w, 3., 6.)` in a later cell then costs nothing.
    """

    def __init__(self, shell: Any) -> None:  # noqa: ANN401 - any version of IPython's
        self._shell = shell
        self.works: dict[str, object] = {}
        self.ran_at: dict[int, float] = {}
        self.began_at = time.time()
        self.look()

    def look(self, _result: object = None) -> None:
        """Take note of what a cell has bound."""
        self.ran_at[int(getattr(self._shell, "execution_count", 0))] = time.time()
        for name, value in list(self._shell.user_ns.items()):
            if type(name) is str and is_own(value):
                self.works[name] = value


class Memory(NamedTuple):
    """What is in memory, and the names that were given back their own work."""

    names: dict[str, object]
    cells: tuple[Cell, ...]
    restored: dict[str, object]
    namespace: dict[str, Any]
    watch: Watch | None


def is_own(value: object) -> bool:
    """Return whether a value is a function or a class of the student's own."""
    # Not `isinstance`: it asks the value, and a proxy without its object raises.
    # The same goes for a class whose own class makes its `__module__` up.
    if issubclass(type(value), type):
        module = vars(value).get("__module__")
    else:
        module = value.__module__ if type(value) is types.FunctionType else None
    return type(module) is str and module == "__main__"


def shell_here() -> Any:  # noqa: ANN401 - any version of IPython's
    """Return IPython's shell, or None outside of a kernel."""
    ipython: Any = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def watch_of(shell: Any) -> Watch:  # noqa: ANN401 - any version of IPython's
    """Return what watches a shell, which begins now if nothing did before."""
    for callback in shell.events.callbacks.get("post_run_cell", ()):
        owner = getattr(callback, "__self__", None)
        if isinstance(owner, Watch):
            return owner
    watch = Watch(shell)
    shell.events.register("post_run_cell", watch.look)
    return watch


def memory_now() -> Memory:
    """Return what this process holds now."""
    shell = shell_here()
    if shell is None:
        main = vars(sys.modules["__main__"])
        return Memory(_named(main), _script(main), {}, main, None)
    watch = watch_of(shell)
    namespace: dict[str, Any] = shell.user_ns
    names = _named(namespace, getattr(shell, "user_ns_hidden", {}))
    restored = {
        name: work
        for name, work in watch.works.items()
        if not is_own(namespace.get(name)) and not callable(namespace.get(name))
    }
    return Memory(names | restored, _cells(shell), restored, namespace, watch)


def _named(namespace: dict[str, Any], hidden: Any = ()) -> dict[str, object]:  # noqa: ANN401
    return {
        name: value
        for name, value in list(namespace.items())
        if type(name) is str  # `globals()[1] = 2` binds no name
        and not name.startswith("_")
        and name not in _OURS
        and (name not in hidden or is_own(value))
    }


def _cells(shell: Any) -> tuple[Cell, ...]:  # noqa: ANN401 - any version of IPython's
    """Return the cells that have run, in order; the last of a text that ran twice."""
    numbers: dict[str, int] = getattr(shell.compile, "_filename_map", {})
    files = {number: name for name, number in numbers.items()}
    # Not `In`, which is a name that a program may take.
    sources = list(shell.history_manager.input_hist_parsed)
    return tuple(
        Cell(files.get(number, f"<cell {number}>"), f"cell [{number}]", text, number)
        for number, text in enumerate(sources)
        if text.strip()
    )


def _script(main: dict[str, Any]) -> tuple[Cell, ...]:
    path = Path(str(main.get("__file__", "")))
    with suppress(OSError, UnicodeDecodeError, ValueError):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return (Cell(str(main["__file__"]), path.name, text),)
    return ()


def program_here(memory: Memory, elsewhere: tuple[Elsewhere, ...]) -> Program:
    """Return what is in memory as a program; it is never run again."""
    blocks = tuple(
        Block(cell.label, cell.source.encode("utf-8", "replace"))
        for cell in memory.cells
    )
    digest = hashlib.sha256(b"\0".join(block.utf8 for block in blocks)).hexdigest()
    return Program(ProgramKind.NOTEBOOK, "this notebook", digest, blocks, elsewhere)


def definitions(source: str) -> dict[str, str]:
    """Return each function and class of a text by name, as its tree has it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {
        node.name: _form(node, source)
        for node in tree.body
        if isinstance(node, _Definition)
    }


def _form(node: ast.stmt, source: str) -> str:
    """Return a definition as its tree has it, or as it is written if it is too deep."""
    try:
        return ast.dump(node)
    except (ValueError, RecursionError):
        return ast.get_source_segment(source, node) or ""


def rebound_at(memory: Memory, name: str) -> str:
    """Return the label of the last cell that bound a name to a value; else ""."""
    for cell in reversed(memory.cells):
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            for node in ast.walk(ast.parse(cell.source)):
                stored = isinstance(node, ast.Name) and node.id == name
                if stored and not isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
                    return cell.label
    return ""

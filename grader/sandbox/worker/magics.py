"""What a notebook offers beyond Python: magics, shell lines, `display`; all do nothing.

Used by the worker alone. A cell that is Python as it stands is left alone, so that a
line of a text that begins with % is never taken for a magic.
"""

from __future__ import annotations

import ast
import re

_CELL_MAGIC = re.compile(r"^\s*%%(?P<name>\w+|!)")
# These run their cell as Python, only timed or captured.
_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun"})
# These hold another language, or text: nobody misses them here.
_OTHER_LANGUAGES = frozenset(
    {"!", "bash", "cmd", "html", "HTML", "javascript", "js", "latex", "markdown"}
    | {"perl", "ruby", "script", "sh", "svg", "SVG", "sx", "system"}
)


class CellNotRun(Exception):  # noqa: N818 - it is told to the student by this name
    """A cell that holds Python which its magic keeps from running here."""


def python_of(cell: str) -> str:
    """Return a cell's Python; magics, shell and help lines do nothing.

    Raises:
        CellNotRun: the cell's magic does something else with its code than run it.
    """
    try:
        ast.parse(cell)
    except SyntaxError:
        return _without_magics(cell)
    return cell


def _without_magics(cell: str) -> str:
    lines = cell.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    magic = _CELL_MAGIC.match(lines[first]) if lines else None
    if magic is None:
        return _transformed(cell)
    if magic["name"] in _OTHER_LANGUAGES:
        return ""
    if magic["name"] not in _PYTHON_MAGICS:
        raise CellNotRun(f"cells with %%{magic['name']} do not run here")
    return python_of("\n".join([*lines[:first], "", *lines[first + 1 :]]))


def _transformed(cell: str) -> str:
    # Late: half of all notebooks have no magic, and the import takes a while.
    from IPython.core.inputtransformer2 import TransformerManager

    manager = TransformerManager()  # type: ignore[no-untyped-call]  # IPython has none
    text: str = manager.transform_cell(cell)
    return text


def display(*_args: object, **_kwargs: object) -> None:
    """Stand in for `display`: there is no one to look."""


class Shell:
    """Stands in for the notebook's shell: every method does nothing."""

    def getoutput(self, *_args: object, **_kwargs: object) -> list[str]:
        """Return what a shell line printed, which is nothing: `files = !ls`."""
        return []

    def __getattr__(self, _name: str) -> object:
        return display

"""What a notebook has beyond Python: magics, shell lines, `display`; they do nothing.

Only the worker uses this. A cell that is valid Python is left as it is, so that a line
in a string that begins with % is never taken for a magic.
"""

from __future__ import annotations

import ast
import re

_CELL_MAGIC = re.compile(r"^\s*%%(?P<name>\w+|!)")
# These run their cell as Python, only timed or captured.
_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun"})
# These hold another language or text, which nothing here depends on.
_OTHER_LANGUAGES = frozenset(
    {"!", "bash", "cmd", "html", "HTML", "javascript", "js", "latex", "markdown"}
    | {"perl", "ruby", "script", "sh", "svg", "SVG", "sx", "system"}
)


class CellNotRun(Exception):  # noqa: N818 - it is told to the student by this name
    """The cell's magic does something with its code that cannot be done here."""


def python_of(cell: str) -> str:
    """Return a cell's Python; magics, shell and help lines do nothing.

    Raises:
        CellNotRun: the cell's magic does something other than run its code.
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
    # Imported late: it takes a while, and half of all notebooks have no magic.
    from IPython.core.inputtransformer2 import TransformerManager

    manager = TransformerManager()  # type: ignore[no-untyped-call]  # IPython has none
    text: str = manager.transform_cell(cell)
    return text


def display(*_args: object, **_kwargs: object) -> None:
    """Stand in for `display`: nobody would see it."""


class Shell:
    """Stands in for the notebook's shell: every method does nothing."""

    def getoutput(self, *_args: object, **_kwargs: object) -> list[str]:
        """Return what a shell line printed, which is nothing: `files = !ls`."""
        return []

    def __getattr__(self, _name: str) -> object:
        return display

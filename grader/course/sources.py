"""The author's solution as Python, be it written as a script or as a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import AuthorError

if TYPE_CHECKING:
    from pathlib import Path

SOLUTION = "solution.py"
SOLUTION_NOTEBOOK = "solution.ipynb"
# Where Jupytext keeps how many lines are left blank below a cell.
_BLANK_LINES = "lines_to_next_cell"


def solution_in(folder: Path, problems: list[str]) -> Path:
    """Return an exercise's solution: a script or a notebook."""
    both = [folder / SOLUTION, folder / SOLUTION_NOTEBOOK]
    found = [path for path in both if path.is_file()]
    if len(found) != 1:
        wanted = f"expected {SOLUTION} or {SOLUTION_NOTEBOOK}"
        got = "both. Keep one of them" if found else "neither. Every exercise has one"
        problems.append(f"{folder}: {wanted}, found {got}.")
    return found[0] if found else both[0]


def source_of(path: Path) -> str:
    """Return a file of the author's as Python, with plain newlines.

    The cells of a notebook come in Jupytext's py:percent form, without outputs.

    Raises:
        AuthorError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AuthorError(
            f"{path}: expected Python in UTF-8 that can be read, got an error: "
            f"{error}. Save it as UTF-8."
        ) from error
    return _percent(text, path) if path.suffix == ".ipynb" else text


def _percent(text: str, path: Path) -> str:
    # Only authors who write notebooks pay for the import.
    import jupytext
    import nbformat

    try:
        notebook = jupytext.reads(text, fmt="ipynb")
    except (ValueError, nbformat.ValidationError) as error:
        raise AuthorError(
            f"{path}: expected a notebook, got an error: {error}. Save it anew."
        ) from error
    notebook.metadata = {
        "jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    }
    for cell in notebook.cells:
        kept = cell.metadata.get(_BLANK_LINES)
        cell.metadata = {} if kept is None else {_BLANK_LINES: kept}
    written: str = jupytext.writes(notebook, fmt="py:percent")
    return written

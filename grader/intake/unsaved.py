"""What a saved notebook tells of the session it comes from: when, and which cells ran.

A notebook is checked as it lies on disk. What somebody sees in a browser may be newer.
"""

from __future__ import annotations

import ast
import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHOWN: Final = 3


def unsaved_notes(path: Path) -> Iterator[str]:
    """Yield what a student should know of a notebook's state, if it is a notebook."""
    if path.suffix != ".ipynb":
        return
    try:
        cells = json.loads(path.read_bytes())["cells"]
        at = dt.datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        never = _never_run(cells)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return
    yield (
        f"This is the notebook as saved at {at:%H:%M:%S}. If it looks different to "
        f"you, save it."
    )
    if never:
        more = f" and {len(never) - _SHOWN} more" if len(never) > _SHOWN else ""
        yield (
            f"Never run in the notebook, but run here: {', '.join(never[:_SHOWN])}"
            f"{more}."
        )


def _never_run(cells: list[dict[str, Any]]) -> list[str]:
    """Return the cells that were written and not run, where others were run."""
    code = [cell for cell in cells if cell.get("cell_type") == "code"]
    texts = ["".join(cell.get("source", "")) for cell in code]
    counts = [cell.get("execution_count") for cell in code]
    if not any(counts):
        return []
    return [
        f"cell {number}{_named(text)}"
        for number, (text, count) in enumerate(zip(texts, counts, strict=True), start=1)
        if count is None and text.strip()
    ]


def _named(text: str) -> str:
    """Return the names that a cell defines, in brackets."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    kinds = (ast.FunctionDef, ast.ClassDef)
    names = [f"`{node.name}`" for node in tree.body if isinstance(node, kinds)]
    return f" ({', '.join(names)})" if names else ""

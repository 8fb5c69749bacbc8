"""A stub as a notebook: the same cells, without outputs."""

from __future__ import annotations

import json

import jupytext
import nbformat

from grader.errors import AuthorError

_METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def notebook_of(stub: str, filename: str = "solution.py") -> str:
    """Return the stub as a notebook without outputs, the same text for the same stub.

    Args:
        stub: Python in jupytext's py:percent form.
        filename: what messages call it.

    Raises:
        AuthorError: its header does not describe a notebook.
    """
    try:
        notebook = jupytext.reads(stub, fmt="py:percent")
    except nbformat.ValidationError as error:
        raise AuthorError(
            f"{filename}: expected a header that describes a notebook, got an error: "
            f"{error.message}. Correct the comment at its top, or leave it out."
        ) from error
    # Ids tell the place, not the content: correcting a typing error keeps every id.
    cells = [
        {
            **cell,
            "id": f"cell-{number}",
            "source": cell.source.splitlines(keepends=True),
        }
        for number, cell in enumerate(notebook.cells, start=1)
    ]
    document = {
        "cells": cells,
        "metadata": _METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

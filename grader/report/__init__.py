"""Reports: each format is a pure function; here its pages meet the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import OperatorError
from grader.files import write_atomically
from grader.report import formats

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.model import Results


def write_reports(
    results: Results, out: Path, names: Iterable[str]
) -> tuple[Path, ...]:
    """Write the reports of a run, each whole or not at all, and return their paths.

    Args:
        results: the run.
        out: the folder of the reports; made if it is missing.
        names: the formats, as `formats.named` returns them.

    Raises:
        OperatorError: a file could not be written.
    """
    written = []
    for name in names:
        for relative, content in formats.load(name)(results):
            path = out / relative
            try:
                write_atomically(path, content)
            except OSError as error:
                raise OperatorError(
                    f"{path}: expected to write a report, got: {error.strerror}. Make "
                    f"room there, or choose another folder with --out DIR."
                ) from error
            written.append(path)
    return tuple(written)

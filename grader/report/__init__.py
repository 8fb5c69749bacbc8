"""Reports: each format is a pure function; here its pages meet the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.abreast import abreast
from grader.errors import OperatorError
from grader.files import write_atomically, write_pieces
from grader.report import formats, options
from grader.report.kept import digest, digest_of, formats_in, keep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.model import Results
    from grader.report.options import Options


def write_reports(
    results: Results,
    out: Path,
    names: Iterable[str],
    known: Options = options.NONE,
    *,
    anew: bool = False,
    jobs: int = 1,
) -> tuple[Path, ...]:
    """Write the reports of a run, each whole or not at all, and return their paths.

    Pages that come in pieces are made where they are written: by several processes.

    Args:
        results: the run.
        out: the folder of the reports; made if it is missing.
        names: the formats, as `formats.named` returns them.
        known: what a format may know beside the results.
        anew: whether to remove reports of earlier runs that are not written now: they
            may be those of students who have left.
        jobs: how many processes may make pages.

    Raises:
        OperatorError: a file could not be written.
    """
    names = tuple(names)
    written: dict[str, str] = {}
    unmade: list[tuple[str, Iterator[bytes]]] = []
    for name in names:
        for relative, content in formats.load(name)(results, known):
            written[str(relative)] = ""
            if isinstance(content, bytes):
                written[str(relative)] = _written(out / relative, content)
            else:
                unmade.append((str(relative), content))

    def write(pages: Iterable[tuple[str, Iterator[bytes]]]) -> list[tuple[str, str]]:
        return [(name, _written(out / name, content)) for name, content in pages]

    for part in abreast(write, unmade, jobs):
        written.update(part)
    keep(out, written, names, anew=anew)
    return tuple(out / relative for relative in written)


def refresh_reports(
    results: Results, out: Path, known: Options = options.NONE
) -> tuple[Path, ...]:
    """Write the reports again that are there and differ; return their paths.

    A table that a platform exported is filled in only when somebody asks for that.

    Raises:
        OperatorError: a file could not be written.
    """
    noted = formats_in(out)
    names = tuple(formats.known()) if noted is None else noted
    digests: dict[str, str] = {}
    for name in names:
        pages = () if name in formats.FILLED else _if_there(name, results, out, known)
        for relative, content in pages:
            before = digest_of(out / relative)
            if before is None:
                continue
            after = _written(out / relative, content)
            if after != before:
                digests[str(relative)] = after
    keep(out, digests, (), anew=False)
    return tuple(out / relative for relative in digests)


def _if_there(
    name: str, results: Results, out: Path, known: Options
) -> Iterator[tuple[str, formats.PageContent]]:
    """Yield the pages of a format if its first page is there from before.

    There are none if a package that brings the format, or that it needs, is not
    installed here.
    """
    if name not in formats.OURS and name not in formats.known():
        return
    try:
        for count, page in enumerate(formats.load(name)(results, known)):
            if count == 0 and not (out / page[0]).is_file():
                return
            yield page
    except OperatorError:
        return


def _written(path: Path, content: formats.PageContent) -> str:
    """Write a page, unless it is there already, and return its digest."""
    try:
        # A report can be made again, and nobody should wait for two thousand syncs.
        if isinstance(content, bytes):
            write_atomically(path, content, durable=False, private=True)
            return digest(content)
        return write_pieces(path, content, private=True)
    except OSError as error:
        raise OperatorError(
            f"{path}: expected to write a report, got: {error.strerror}. Make room "
            f"there, or choose another folder with --out DIR."
        ) from error

"""A solution becomes a stub: each solution region gives way to one plain `raise`."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import msgspec

from grader.errors import AuthorError, listed

BEGIN = "# BEGIN SOLUTION"
END = "# END SOLUTION"
# Whoever wrote nearly a marker meant one. Taken for a comment, it would hand out the
# solution.
_NEARLY = re.compile(r"#.*\b(begin|end)[\s_-]*solution", re.IGNORECASE)


class _Region(msgspec.Struct, frozen=True):
    """The lines of a region, its markers included, counted from 1."""

    first: int
    last: int
    indent: str


def stub_of(solution_source: str, filename: str = "solution.py") -> str:
    """Return the solution with `raise NotImplementedError(...)` for each region.

    Everything outside of the regions stays as it is.

    Args:
        solution_source: Python with regions marked `# BEGIN SOLUTION` and
            `# END SOLUTION`, each marker on a line of its own.
        filename: what messages call the solution.

    Raises:
        AuthorError: the regions or the Python are wrong; the message names each line.
    """
    tree = _parsed(solution_source, filename)
    problems: list[str] = []
    regions = _regions(solution_source, filename, problems)
    names = [_owner(tree, region, filename, problems) for region in regions]
    if not regions and not problems:
        problems.append(
            f"{filename}: expected at least one region from {BEGIN!r} to {END!r}, "
            f"found none. Mark what students are to write."
        )
    if problems:
        raise AuthorError(listed(problems))
    lines = io.StringIO(solution_source).readlines()
    for region, name in reversed(list(zip(regions, names, strict=True))):
        hole = f'raise NotImplementedError("{name}: not written yet")'
        lines[region.first - 1 : region.last] = [f"{region.indent}{hole}\n"]
    stub = "".join(lines)
    _parsed(stub, f"{filename}: the stub made from it")
    return stub


def _parsed(source: str, filename: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise AuthorError(
            f"{filename}{f', line {line}' if line else ''}: expected Python, got an "
            f"error: {getattr(error, 'msg', error)}. Correct that line, or move the "
            f"region's markers around whole statements."
        ) from error


def _markers(
    source: str, filename: str, problems: list[str]
) -> list[tokenize.TokenInfo]:
    """Return the comments that are markers; note those that are nearly markers."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    meant = [
        token
        for token in tokens
        if token.type == tokenize.COMMENT and _NEARLY.match(token.string)
    ]
    alone = [
        token
        for token in meant
        if token.string in (BEGIN, END) and token.line.strip() == token.string
    ]
    problems += [
        f"{filename}, line {token.start[0]}: expected {BEGIN!r} or {END!r} alone on "
        f"its line, got {token.line.strip()!r}. Write it in that form."
        for token in meant
        if token not in alone
    ]
    return alone


def _regions(source: str, filename: str, problems: list[str]) -> list[_Region]:
    """Return the regions in order; note what is wrong with the markers."""
    regions: list[_Region] = []
    begin: tokenize.TokenInfo | None = None
    for token in _markers(source, filename, problems):
        where = f"{filename}, line {token.start[0]}"
        if token.string == BEGIN and begin is not None:
            problems.append(
                f"{where}: expected {END!r} for the region that begins in line "
                f"{begin.start[0]}, got another {BEGIN!r}. Regions do not nest."
            )
        elif token.string == BEGIN:
            begin = token
        elif begin is None:
            problems.append(
                f"{where}: expected {BEGIN!r} above this {END!r}, found none. Add it."
            )
        else:
            indent = begin.line[: begin.start[1]]
            regions.append(_Region(begin.start[0], token.start[0], indent))
            begin = None
    if begin is not None:
        problems.append(
            f"{filename}, line {begin.start[0]}: expected {END!r} below this "
            f"{BEGIN!r}, found none. Add it."
        )
    return regions


def _owner(
    tree: ast.Module, region: _Region, filename: str, problems: list[str]
) -> str:
    """Return the top-level function or class that a region is in.

    A region outside of a function would raise when the stub is imported. So would one
    whose markers are indented less than its code.
    """
    where = f"{filename}, line {region.first}"
    inside = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and region.first < node.lineno < region.last
    ]
    around = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno < region.first < (node.end_lineno or 0)
    ]
    owners = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.lineno < region.first < (node.end_lineno or 0)
    ]
    if not inside:
        problems.append(
            f"{where}: there is no code in this region. Move the markers around the "
            f"solution."
        )
    elif not around or not owners:
        problems.append(
            f"{where}: this region is not inside a function. Move the markers into the "
            f"function's body."
        )
    elif inside[0].col_offset != len(region.indent):
        problems.append(
            f"{where}: expected {BEGIN!r} at the indentation of the code below it, "
            f"got another. Indent it by {inside[0].col_offset}."
        )
    return owners[0] if owners else ""

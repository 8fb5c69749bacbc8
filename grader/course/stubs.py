"""A solution becomes a stub: each solution region gives way to one plain `raise`."""

from __future__ import annotations

import ast
import io
from typing import TYPE_CHECKING

from grader.course.markers import HIDDEN, SOLUTION, Region, regions_of, text_lines
from grader.course.parts import joined
from grader.course.sources import source_of
from grader.errors import AuthorError, listed
from grader.text import NOT_WRITTEN

if TYPE_CHECKING:
    from grader.course.exercise import Exercise

# What stands in a text cell where students are to write.
_YOUR_TEXT = "# *Write your answer here.*"
_NAMES_SHOWN = 3
_Owner = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def stub_of(solution_source: str, filename: str = "solution.py") -> str:
    """Return the solution with `raise NotImplementedError(...)` for each region.

    Hidden regions are left out. Everything outside of regions stays as it is.

    Args:
        solution_source: Python with marked regions (`markers.py`).
        filename: what messages call the solution.

    Raises:
        AuthorError: the regions or the Python are wrong; the message names each line.
    """
    tree = _parsed(solution_source, filename)
    problems: list[str] = []
    regions = regions_of(solution_source, filename, problems)
    if not problems and all(region.kind != SOLUTION for region in regions):
        problems.append(
            f"{filename}: expected at least one region from '# BEGIN SOLUTION' to "
            f"'# END SOLUTION', found none. Mark what students are to write."
        )
    stubs = _Stubs(tree, text_lines(solution_source), filename, problems)
    pieces = [stubs.piece(region) for region in regions]
    if problems:
        raise AuthorError(listed(problems))
    stub = _replaced(solution_source, pieces)
    _parsed(stub, f"{filename}: the stub made from it")
    return stub


def stubs_of(exercise: Exercise) -> dict[str, str]:
    """Return the stub of each file that students write, by its name.

    Raises:
        AuthorError: a region or the Python is wrong, or no file has anything for
            students to write.
    """
    sources = {path: source_of(path) for path in exercise.solutions}
    complete = [path for path, text in sources.items() if _is_complete(text)]
    # Where no file has a region, `stub_of` says so.
    alone = complete if len(complete) < len(sources) else []
    return {
        path.name: without_hidden(text, str(path))
        if path in alone
        else stub_of(text, str(path))
        for path, text in sources.items()
    }


def whole_stub_of(exercise: Exercise) -> str:
    """Return the stub of an exercise as one source.

    Raises:
        AuthorError: as `stubs_of` says, or there is no solution.
    """
    if not exercise.written:
        return stub_of(exercise.source, str(exercise.solution))
    return joined(stubs_of(exercise))


def _is_complete(source: str) -> bool:
    """Return whether a file has nothing in it that students are to write."""
    problems: list[str] = []
    regions = regions_of(source, "", problems)
    return not problems and all(region.kind != SOLUTION for region in regions)


def without_hidden(source: str, filename: str) -> str:
    """Return checks, or other code that students get, without the hidden regions.

    Raises:
        AuthorError: the regions are wrong, or one is marked as a solution.
    """
    _parsed(source, filename)
    problems: list[str] = []
    regions = regions_of(source, filename, problems)
    problems += [
        f"{filename}, line {region.first}: this file has nothing for students to "
        f"write. Mark what they must not get by '# BEGIN HIDDEN' and '# END HIDDEN'."
        for region in regions
        if region.kind != HIDDEN
    ]
    if problems:
        raise AuthorError(listed(problems))
    stub = _replaced(source, [_hidden(region) for region in regions])
    _parsed(stub, f"{filename}: what students get of it")
    return stub


# The first and the last line of what is replaced, and what takes its place.
_Piece = tuple[int, int, str]


def _replaced(source: str, pieces: list[_Piece]) -> str:
    lines = io.StringIO(source).readlines()
    below = ""
    for first, last, text in reversed(pieces):
        # Of two holes, one below the other, nobody would reach the second.
        same = text and text == below and lines[last : last + 1] == [text]
        lines[first - 1 : last] = [text] if text and not same else []
        below = text
    return "".join(lines)


def _hidden(region: Region) -> _Piece:
    text = "" if region.instead is None else f"{region.indent}{region.instead}\n"
    return region.first, region.last, text


class _Stubs:
    """Says what takes the place of a region, and what is wrong with it."""

    def __init__(
        self, tree: ast.Module, texts: set[int], filename: str, problems: list[str]
    ) -> None:
        self._tree = tree
        self._texts = texts
        self._filename = filename
        self._problems = problems
        self._statements = [n for n in ast.walk(tree) if isinstance(n, ast.stmt)]

    def piece(self, region: Region) -> _Piece:
        """Return what is to be replaced for a region, and by what."""
        if region.kind == HIDDEN:
            return _hidden(region)
        if region.inline:
            return self._one(region)
        if region.first in self._texts:
            text = region.indent + (region.instead or _YOUR_TEXT)
            return region.first, region.last, f"{text}\n"
        inside = [
            node
            for node in self._statements
            if region.first < node.lineno < region.last
        ]
        self._look_at(region, inside)
        hole = region.instead or self._hole(region.first, inside)
        return region.first, region.last, f"{region.indent}{hole}\n"

    def _one(self, region: Region) -> _Piece:
        """Return the piece for the statements that end in a marked line."""
        marked = [
            node
            for node in self._statements
            if node.lineno <= region.first <= (node.end_lineno or 0) and _is_plain(node)
        ]
        first = min((node.lineno for node in marked), default=region.first)
        last = max((node.end_lineno or 0 for node in marked), default=region.first)
        shared = [
            node
            for node in self._statements
            if node not in marked and node.lineno in range(first, last + 1)
        ]
        if not marked or shared or last != region.first:
            self._tell(
                region,
                "'# SOLUTION' marks one plain statement that ends in its line, and "
                "there is none. Mark it by '# BEGIN SOLUTION' and '# END SOLUTION'.",
            )
            return region.first, region.last, ""
        hole = region.instead or self._hole(first, marked)
        return first, last, f"{' ' * marked[0].col_offset}{hole}\n"

    def _look_at(self, region: Region, inside: list[ast.stmt]) -> None:
        """Note where markers are not around whole statements."""
        cut = [node for node in inside if (node.end_lineno or 0) > region.last]
        if not inside:
            self._tell(
                region,
                "there is no code in this region. Move the markers around the "
                "solution.",
            )
        elif cut:
            self._tell(
                region,
                f"the region ends within the statement that begins in line "
                f"{cut[0].lineno}. Move the markers around whole statements.",
            )
        elif inside[0].col_offset != len(region.indent):
            self._tell(
                region,
                f"expected '# BEGIN SOLUTION' at the indentation of the code below it, "
                f"got another. Indent it by {inside[0].col_offset}.",
            )

    def _hole(self, line: int, inside: list[ast.stmt]) -> str:
        """Return what students find in the place of statements."""
        owners = [
            node.name
            for node in self._tree.body
            if isinstance(node, _Owner) and node.lineno < line <= (node.end_lineno or 0)
        ]
        name = owners[0] if owners else _given_by(inside)
        return f'raise NotImplementedError("{name}{NOT_WRITTEN}")'

    def _tell(self, region: Region, problem: str) -> None:
        self._problems.append(f"{self._filename}, line {region.first}: {problem}")


def _is_plain(node: ast.stmt) -> bool:
    """Return whether a statement holds no other one."""
    return sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) == 1


def _given_by(statements: list[ast.stmt]) -> str:
    """Return the names that statements outside of functions give values to."""
    names: dict[str, None] = {}
    for node in statements:
        if isinstance(node, _Owner):
            names[node.name] = None
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                found = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
                names |= dict.fromkeys(found)
    return ", ".join(list(names)[:_NAMES_SHOWN]) or "this part"


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

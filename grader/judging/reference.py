"""The solution as a module in the checker: what checks know as `reference`."""

from __future__ import annotations

import ast
import sys
import types
from typing import TYPE_CHECKING

import pytest

from grader.course.parts import in_order, twice_defined
from grader.course.sources import source_of
from grader.course.uses import defined_in
from grader.errors import AuthorError, listed
from grader.judging.beside import at_home, importable

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course import Exercise


def reference_of(exercise: Exercise) -> types.ModuleType:
    """Return the solution as one module; of several files, with the names of all.

    Raises:
        AuthorError: it does not run, or two files define one name.
    """
    reference = types.ModuleType("reference")
    reference.__file__ = str(exercise.solution)
    sources = {path.name: source_of(path) for path in exercise.solutions}
    with importable(exercise.folder), at_home(exercise.home):
        for name in in_order(sources):
            path = exercise.folder / name
            module = types.ModuleType(path.stem) if exercise.written else reference
            module.__file__ = str(path)
            # A dataclass looks its module up, to read annotations that are text.
            sys.modules[module.__name__] = module
            _execute(sources[name], path, module)
            known = {n: v for n, v in vars(module).items() if n[:2] != "__"}
            vars(reference).update(known)
    defined = {name: defined_in(ast.parse(text)) for name, text in sources.items()}
    problems = [
        f"{exercise.id}: `{name}` is defined in {first} and in {other}, and checks "
        f"find names in all the files. Rename one."
        for name, first, other in twice_defined(defined)
    ]
    if problems:
        raise AuthorError(listed(problems))
    return reference


def _execute(source: str, path: Path, module: types.ModuleType) -> None:
    """Run a file of the solution among a module's names.

    Raises:
        AuthorError: it does not run.
    """

    def execute() -> None:
        code = compile(source, str(path), "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 - it is ours

    run = pytest.CallInfo.from_call(execute, when="setup")
    if run.excinfo is not None:
        raise AuthorError(
            f"{path}: expected a solution that runs, got {run.excinfo.exconly()}. Run "
            f"it with python to see where."
        )

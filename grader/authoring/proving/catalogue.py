"""All variants of an exercise as sources: the author's, and those that the kit makes.

All problems with authors' lists are reported at once, for all exercises.
"""

from __future__ import annotations

import ast
import enum
from typing import TYPE_CHECKING, TypeVar

import msgspec

from grader.authoring.proving import wrappers
from grader.authoring.proving.mutants import mutants_of
from grader.course import ALTERNATIVES, MISTAKES
from grader.course.parts import added
from grader.course.stubs import whole_stub_of
from grader.course.uses import defined_in, variables_in
from grader.course.variants import (
    Variant,
    apply_variant,
    load_alternatives,
    load_mistakes,
    run_list,
)
from grader.errors import AuthorError, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from grader.course import Exercise
    from grader.model import Check

T = TypeVar("T")
# What a student's function may return that no check expects.
_GARBAGE = (
    "None",
    "'x'",
    "[]",
    "{}",
    "object()",
    "(1, 2, 3)",
    "float('nan')",
)


class VariantKind(enum.StrEnum):
    """What a variant is, and so what must become of it."""

    SOLUTION = "solution"
    STUB = "stub"
    ALTERNATIVE = "alternative"
    WRAPPER = "wrapper"
    MISTAKE = "mistake"
    MUTANT = "mutant"
    GARBAGE = "garbage"

    @property
    def right(self) -> bool:
        """Whether it must get full marks."""
        return self in (
            VariantKind.SOLUTION,
            VariantKind.ALTERNATIVE,
            VariantKind.WRAPPER,
        )


class Candidate(msgspec.Struct, frozen=True):
    """One program to be judged: what it is, what it is about, its source."""

    exercise: str
    kind: VariantKind
    name: str
    about: str
    source: str


def solution_of(exercise: Exercise) -> str:
    """Return the source of an exercise's solution."""
    return exercise.source


def candidates_of(
    exercises: Iterable[Exercise], checks: Mapping[str, tuple[Check, ...]]
) -> tuple[Candidate, ...]:
    """Return every candidate of every exercise.

    Args:
        exercises: those to prove.
        checks: of each exercise, as they were collected.

    Raises:
        AuthorError: a list of variants is wrong; the message names every problem.
    """
    problems: list[str] = []
    found: list[Candidate] = []
    for exercise in exercises:
        found += listed_by_author(exercise, problems)
        found += _made(exercise, checks[exercise.id], problems)
    if problems:
        raise AuthorError(listed(problems))
    return tuple(found)


def listed_by_author(exercise: Exercise, problems: list[str]) -> list[Candidate]:
    """Return the solution, the stub, and what the author lists.

    Args:
        exercise: whose variants they are.
        problems: gets a sentence for each variant that is wrong.
    """
    solution = solution_of(exercise)
    found = [Candidate(exercise.id, VariantKind.SOLUTION, "solution", "", solution)]
    stub = _attempt(problems, lambda: whole_stub_of(exercise))
    if stub is not None:
        found.append(Candidate(exercise.id, VariantKind.STUB, "stub", "", stub))
    mistakes = exercise.folder / MISTAKES
    alternatives = exercise.folder / ALTERNATIVES
    wrong = _attempt(problems, lambda: load_mistakes(mistakes)) or ()
    right = _attempt(problems, lambda: load_alternatives(alternatives)) or ()
    problems += _twice(exercise.id, wrong, right)
    for kind, variants in (
        (VariantKind.MISTAKE, wrong),
        (VariantKind.ALTERNATIVE, right),
    ):
        for variant in variants:
            source = _source(exercise.id, kind, variant, solution, problems)
            if source is not None:
                name, about = variant.name, variant.about
                found.append(Candidate(exercise.id, kind, name, about, source))
    return found


def _twice(
    exercise: str, wrong: tuple[Variant, ...], right: tuple[Variant, ...]
) -> list[str]:
    both = {variant.name for variant in wrong} & {variant.name for variant in right}
    return [
        f"{exercise}: variant {name!r}: expected either a mistake or an alternative, "
        f"found it in both lists. Rename one."
        for name in sorted(both)
    ]


def _source(
    exercise: str,
    kind: VariantKind,
    variant: Variant,
    solution: str,
    problems: list[str],
) -> str | None:
    """Return a variant's source; where there is none, note what is wrong with it."""
    tree = ast.parse(solution)
    where = f"{exercise}: {kind} {variant.name!r}"
    names = {**defined_in(tree), **variables_in(tree)}
    if variant.about not in names:
        problems.append(
            f"{where}: expected to be about a definition of the solution "
            f"({', '.join(names)}), got {variant.about!r}. Correct its second argument."
        )
    try:
        source = apply_variant(variant, solution)
        changed = ast.dump(ast.parse(source)) != ast.dump(tree)
    except AuthorError as error:
        problems.append(f"{exercise}: {error}")
        return None
    except SyntaxError as error:
        problems.append(
            f"{where}: expected Python that parses, got {error.msg} in line "
            f"{error.lineno} of the edited solution. Correct the edit."
        )
        return None
    if kind is VariantKind.MISTAKE and not changed:
        problems.append(
            f"{where}: expected a change of the solution, but what it does is the "
            f"same, word for word. Correct or drop it."
        )
    return source


def _made(
    exercise: Exercise, checks: tuple[Check, ...], problems: list[str]
) -> list[Candidate]:
    """Return the variants that the kit makes of the solution."""
    solution = solution_of(exercise)
    about = {check.name: check.about for check in checks}
    files = exercise.check_files
    declared = _declared(exercise, problems)
    right = wrappers.wrapped(solution, about, files, declared)
    made = {
        VariantKind.WRAPPER: right,
        VariantKind.MUTANT: mutants_of(solution),
        VariantKind.GARBAGE: _garbage(solution, set().union(*about.values())),
    }
    return [
        Candidate(exercise.id, kind, name, function, source)
        for kind, named in made.items()
        for name, (function, source) in named.items()
    ]


def _garbage(solution: str, asked: set[str]) -> dict[str, tuple[str, str]]:
    """Return the solution once for each definition and odd value that it returns.

    Args:
        solution: its source.
        asked: the names that checks are about; such variables get odd values, too.
    """
    tree = ast.parse(solution)
    returned = {
        f"{name} returns {value}": (
            name,
            # A function that only gives None back is one that is not written yet.
            added(
                solution,
                name,
                f"\n\ndef {name}(*args, **kwargs):\n    return [{value}][0]\n",
            ),
        )
        for name in defined_in(tree)
        for value in _GARBAGE
    }
    kept = {
        f"{name} is {value}": (
            name,
            added(solution, name, f"\n\n{name} = {value}\n"),
        )
        for name in variables_in(tree)
        if name in asked
        for value in _GARBAGE
    }
    return {**returned, **kept}


def _declared(exercise: Exercise, problems: list[str]) -> dict[str, tuple[str, ...]]:
    """Return which of the kit's wrappers an author allows, by function."""
    path = exercise.folder / ALTERNATIVES
    content = _attempt(problems, lambda: run_list(path)) if path.is_file() else None
    table = (content or {}).get("WRAPPERS", {})
    functions = defined_in(ast.parse(solution_of(exercise)))
    known = set(wrappers.NAMES)
    if not isinstance(table, dict) or not all(
        isinstance(names, tuple | list) for names in table.values()
    ):
        problems.append(
            f"{path}: WRAPPERS: expected a dict of tuples, as in "
            f'{{"train": ("float64", "item")}}, got something else.'
        )
        return {}
    allowed = {}
    for function, names in table.items():
        allowed[function] = tuple(name for name in names if name in known)
        wrong = [str(name) for name in names if name not in known]
        if function not in functions or wrong:
            problems.append(
                f"{path}: WRAPPERS: {function!r}: expected a function of the solution "
                f"and names out of {', '.join(wrappers.NAMES)}, got {list(names)}."
            )
    return allowed


def _attempt(problems: list[str], make: Callable[[], T]) -> T | None:
    """Return what is made; None where that fails, with the reason in the problems."""
    try:
        return make()
    except AuthorError as error:
        problems.append(str(error))
        return None

"""Finds which checks are meant, has them judge the memory, and answers."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from grader.course import Course, Exercise, find_visible
from grader.errors import UsageError
from grader.judging.here import judge_here
from grader.judging.protocol import How
from grader.model import Work
from grader.notebook.memory import Memory, memory_now, program_here, rebound_at
from grader.notebook.saved import (
    changed_since,
    not_run,
    notebook_path,
    saved_notebook,
)
from grader.report.answer import Amount, AnswerPart, PartKind, answer_to
from grader.report.cell import html_of, lines_of
from grader.report.letter import exercise_row
from grader.report.standing import standing_of
from grader.scoring import score_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.model import Check
    from grader.notebook.saved import Saved

_WIDTH = 88


class CellAnswer:
    """What was found, for people: HTML in a notebook, plain text elsewhere.

    Args:
        parts: what is said.
        passed: whether all checks that ran have passed.
    """

    def __init__(self, parts: tuple[AnswerPart, ...], *, passed: bool) -> None:
        self.parts = parts
        self.passed = passed

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Return an answer that is one sentence, and not that all is well."""
        return cls((AnswerPart(PartKind.HEAD, text),), passed=False)

    def __repr__(self) -> str:
        return "\n".join(lines_of(self.parts, _WIDTH))

    def _repr_html_(self) -> str:
        return html_of(self.parts)


class CheckCall(NamedTuple):
    """What was asked for, as `check` takes it."""

    what: object
    course: Path | None
    everything: bool
    hint: bool


class Meant(NamedTuple):
    """The exercise and the names that a question is about; all where there are none."""

    exercise: Exercise
    about: tuple[str, ...]


def answer_for(asked: CheckCall) -> CellAnswer:
    """Return the answer to one question.

    Raises:
        UsageError: there are no checks here, or none of that name.
        AuthorError: the checks are wrong.
    """
    memory = memory_now()
    path = notebook_path(memory)
    near = asked.course or (path.parent if path else Path())
    exercises = find_visible(near.absolute())
    name = _name_of(asked.what, memory)
    # A function may have its exercise's name; it is meant if it is handed over itself.
    only = not isinstance(asked.what, str)
    narrowed = _narrowed(exercises, "" if only else name, path)
    saved = saved_notebook(path or narrowed[0].folder / f"{narrowed[0].id}.ipynb")
    work = Work(student="you", exercise="", file="this notebook")
    program = program_here(memory, not_run(saved, memory))
    meant: list[Meant] = []

    def choose(checks: Mapping[str, tuple[Check, ...]]) -> tuple[Work, How]:
        found = _meant(name, narrowed, checks, memory, only=only)
        meant.append(found)
        own = Work(
            work.student,
            found.exercise.id,
            work.file,
            program.sha256,
            program,
            notes=tuple(_notes(found, checks, memory, saved)),
        )
        return own, How(about=found.about, paste=True)

    course = Course(root=narrowed[0].folder, title="", exercises=narrowed)
    names = memory.names | _given(asked.what, name)
    cells = [cell[:3] for cell in memory.cells]
    with _lent(memory):
        found = judge_here(course, names, cells, choose)
    assert found.work is not None  # noqa: S101 - `choose` returned it
    how = How(about=meant[0].about)
    checks = tuple(c for c in found.checks[found.work.exercise] if how.wants(c))
    row = exercise_row(score_work(found.work, checks, found.verdict, 0.0))
    place = meant[0].exercise.id
    place += f", {' and '.join(meant[0].about)}" if meant[0].about else ""
    standing = standing_of(meant[0].exercise, checks)
    if meant[0].about:
        # One function is not the exercise: what comes after it is not due yet.
        standing = standing._replace(learnt="", following="")
    amount = Amount(
        asked.everything, asked.hint, "check(everything=True)", "check(hint=True)"
    )
    parts = tuple(answer_to(row, place, amount, standing))
    return CellAnswer(parts, passed=row.passed == len(row.checks) > 0)


def _name_of(what: object, memory: Memory) -> str:
    """Return the name of what was asked for; empty for everything.

    Raises:
        UsageError: it has no name here.
    """
    if what is None:
        return ""
    if isinstance(what, str):
        return what.strip()
    bound = [name for name, value in memory.namespace.items() if value is what]
    own = getattr(what, "__name__", None)
    if own in bound or (isinstance(own, str) and callable(what)):
        return str(own)
    if bound:
        return bound[0]
    raise UsageError(
        f"check: expected a function, a class or a name, got a value of type "
        f"{type(what).__name__}. Type check(forward), or check() for everything."
    )


def _given(what: object, name: str) -> dict[str, object]:
    """Return a function that was handed over itself: that one is meant."""
    is_work = callable(what) and getattr(what, "__name__", None) == name
    return {name: what} if is_work else {}


def _narrowed(
    exercises: tuple[Exercise, ...], name: str, path: Path | None
) -> tuple[Exercise, ...]:
    """Return the exercises whose checks are looked at: one where one is certain."""
    by_id = {exercise.id: exercise for exercise in exercises}
    stem = path.stem if path else ""
    if name in by_id:
        return (by_id[name],)
    if stem in by_id:
        return (by_id[stem],)
    here = [exercise for exercise in exercises if exercise.folder == Path().absolute()]
    return tuple(here) or exercises


def _meant(
    name: str,
    exercises: tuple[Exercise, ...],
    checks: Mapping[str, tuple[Check, ...]],
    memory: Memory,
    *,
    only: bool,
) -> Meant:
    """Return which exercise is meant, and which of its functions.

    Of several, it is the one of which most is in memory.

    Raises:
        UsageError: no check is about the name.
    """
    about = {ex.id: {n for c in checks[ex.id] for n in c.about} for ex in exercises}
    by_id = {exercise.id: exercise for exercise in exercises}
    whole = not name or (name in by_id and not only)
    possible = [by_id[name]] if name in by_id and not only else list(exercises)
    if not whole:
        possible = [ex for ex in exercises if name in about[ex.id]]
    if not possible:
        known = list(dict.fromkeys(n for ex in exercises for n in about[ex.id]))
        near = difflib.get_close_matches(name, known, n=1)
        raise UsageError(
            f"No check is about `{name}`. There are checks about "
            f"{', '.join(sorted(known))}.{f' Is it `{near[0]}`?' if near else ''}"
        )
    held = memory.names.keys()
    exercise = max(possible, key=lambda ex: len(about[ex.id] & held))
    return Meant(exercise, () if whole else (name,))


def _notes(
    meant: Meant,
    checks: Mapping[str, tuple[Check, ...]],
    memory: Memory,
    saved: Saved | None,
) -> Iterator[str]:
    """Yield what is odd about the memory: changed cells, and names that were taken."""
    asked = {name for check in checks[meant.exercise.id] for name in check.about}
    names = meant.about or tuple(sorted(asked))
    for name in changed_since(saved, memory, names) if saved else ():
        yield (
            f"The cell of `{name}` has been changed since it ran. Run it "
            f"(Shift+Enter), and check again: this answer is on what ran."
        )
    for name in names:
        if name in memory.restored:
            cell = rebound_at(memory, name)
            yield (
                f"`{name}` is no function any more{f', since {cell}' if cell else ''}: "
                f"the last one of that name was checked. Give the value another name."
            )


@contextmanager
def _lent(memory: Memory) -> Iterator[None]:
    """Bind names to the functions they had, while functions that use them are asked."""
    namespace = memory.namespace
    missing = object()
    before = {name: namespace.get(name, missing) for name in memory.restored}
    namespace.update(memory.restored)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is missing:
                namespace.pop(name, None)
            else:
                namespace[name] = value

"""Questions to the author about what stands beside the checks, and what lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.authoring.proving.catalogue import Kind, solution_of
from grader.authoring.stubs import BEGIN, END
from grader.course import MISTAKES
from grader.course.variants import load_mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.proving.bench import Bench

# A shorter line, as `return w`, may stand in a question by accident.
_TELLING = 12


def questions(bench: Bench) -> Iterator[str]:
    """Yield what an author should look at: it breaks no promise."""
    if not bench.of(Kind.ALTERNATIVE):
        yield (
            f"{bench.exercise.id}: no alternative stands beside the solution. In which "
            f"other styles is it right? Only those show that no check asks for one."
        )
    for trial in bench.of(Kind.SOLUTION):
        for group in trial.extras.alike:
            yield (
                f"mistakes {', '.join(map(repr, group))}: all checks see them alike, "
                f"but they ask different questions, so none is ever asked. Declare one "
                f"`same_as` the other, or let a check tell them apart?"
            )
    lines = _written_by_students(solution_of(bench.exercise))
    for mistake in load_mistakes(bench.exercise.folder / MISTAKES):
        words = _plain(f"{mistake.question} {mistake.try_it}")
        for line in lines:
            if line in words:
                yield (
                    f"mistake {mistake.name!r}: its question gives the line away "
                    f"({line}). Does it still ask?"
                )
                break


def _written_by_students(solution: str) -> list[str]:
    """Return the telling lines of a solution's holes, without their spaces."""
    found, inside = [], False
    for line in solution.splitlines():
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside and len(line.strip()) >= _TELLING:
            found.append(_plain(line))
    return found


def _plain(text: str) -> str:
    return "".join(text.split())

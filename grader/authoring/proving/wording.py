"""Questions to the author about mistakes and alternatives, and about missing ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.authoring.proving.catalogue import VariantKind, solution_of
from grader.course import MISTAKES
from grader.course.markers import written_by_students
from grader.course.variants import load_mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.proving.bench import Bench

# A shorter line, such as `return w`, may be in a question by accident.
_TELLING = 12


def questions(bench: Bench) -> Iterator[str]:
    """Yield what an author should look at, although it breaks no promise."""
    if not bench.of(VariantKind.ALTERNATIVE):
        yield (
            f"{bench.exercise.id}: there are no alternatives. In which other styles is "
            f"the solution right? They show that no check asks for one of them."
        )
    for name in bench.left_out:
        yield (
            f"`{name}`: it is skipped for the solution, so nothing is proved of it "
            f"here. Do you prove it where it runs, too?"
        )
    for trial in bench.of(VariantKind.SOLUTION):
        for group in trial.extras.alike:
            yield (
                f"mistakes {', '.join(map(repr, group))}: no check tells them apart, "
                f"but they ask different questions, so none is ever asked. Declare one "
                f"`same_as` the other, or let a check tell them apart?"
            )
    lines = _lines(solution_of(bench.exercise))
    for mistake in load_mistakes(bench.exercise.folder / MISTAKES):
        words = _plain(f"{mistake.question} {mistake.try_it}")
        for line in lines:
            if line in words:
                yield (
                    f"mistake {mistake.name!r}: its question gives the line away "
                    f"({line}). Is it still a question?"
                )
                break


def _lines(solution: str) -> list[str]:
    """Return the longer lines of a solution's regions, without their spaces."""
    lines = written_by_students(solution).values()
    return [_plain(line) for line in lines if len(line) >= _TELLING]


def _plain(text: str) -> str:
    return "".join(text.split())

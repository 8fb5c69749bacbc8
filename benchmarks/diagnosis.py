"""How well the diagnosis names mistakes: one at a time, in pairs, and unknown ones.

Run by hand, it takes minutes:

    python benchmarks/diagnosis.py single
    python benchmarks/diagnosis.py pairs --count 500
    python benchmarks/diagnosis.py held-out --parts 10

`single`: at least 90 % should get their own question. `pairs`: two mistakes in one
program; at most 1 % may be asked a question that belongs to neither. `held-out`: each
tenth of the catalogue in turn is left out and judged. What is said then is listed, for
somebody to read: it must be true of the program.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import itertools
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from grader.course import COURSE_FILE, MISTAKES, SOLUTION, Course, load_course
from grader.course.variants import Variant, apply_variant, load_mistakes
from grader.errors import AuthorError
from grader.judging.session import How, open_judges
from grader.model import Block, Program, ProgramKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[1]
SEED = 7
# Appended to a copied list of mistakes: leaves out every `parts`th from `part` on.
LEFT_OUT = """

import msgspec as _msgspec
_by_name = {{one.name: one for one in MISTAKES}}
MISTAKES = [
    _msgspec.structs.replace(
        one, question=one.question or _by_name[one.same_as].question, same_as=None
    )
    for number, one in enumerate(MISTAKES)
    if number % {parts} != {part}
]
"""


class Wrong(NamedTuple):
    """A wrong program, and the mistakes that are in it."""

    exercise: str
    text: str
    mistakes: tuple[Variant, ...]

    @property
    def questions(self) -> set[str | None]:
        """The questions that may be asked about it."""
        return {mistake.question for mistake in self.mistakes}

    @property
    def name(self) -> str:
        """Its name in the list."""
        return f"{self.exercise}: {' + '.join(m.name for m in self.mistakes)}"

    @property
    def how(self) -> How:
        """It is judged as for a grade."""
        return How()

    @property
    def program(self) -> Program:
        """The program as a student would hand it in."""
        name = f"{self.exercise}.py"
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        return Program(
            ProgramKind.SCRIPT, name, digest, (Block(name, self.text.encode()),)
        )


def singles(course: Course) -> Iterator[Wrong]:
    """Yield every mistake of a course."""
    for exercise in course.exercises:
        text = (exercise.folder / SOLUTION).read_text(encoding="utf-8")
        for mistake in load_mistakes(exercise.folder / MISTAKES):
            yield Wrong(exercise.id, apply_variant(mistake, text), (mistake,))


def pairs(course: Course, count: int) -> Iterator[Wrong]:
    """Yield programs with two mistakes that fit into one, a fixed sample of all."""
    found = []
    for exercise in course.exercises:
        text = (exercise.folder / SOLUTION).read_text(encoding="utf-8")
        mistakes = load_mistakes(exercise.folder / MISTAKES)
        found += [
            (exercise.id, text, *two) for two in itertools.permutations(mistakes, 2)
        ]
    random.Random(SEED).shuffle(found)  # noqa: S311 - a sample, no secret
    made = 0
    for name, text, first, second in found:
        try:
            both = apply_variant(second, apply_variant(first, text))
        except AuthorError:
            continue
        if both in (apply_variant(first, text), apply_variant(second, text)):
            continue
        yield Wrong(name, both, (first, second))
        made += 1
        if made == count:
            return


def judged(
    course: Course, wrong: Iterable[Wrong], jobs: int
) -> Iterator[tuple[Wrong, Verdict]]:
    """Yield the verdicts on wrong programs."""
    with open_judges(course, jobs=jobs) as judges:
        for one, verdict, _ in judges.examine(wrong):
            yield one, verdict


def asked(verdict: Verdict) -> dict[str, str | None]:
    """Return the mistakes that a verdict names, with their questions."""
    return {f.mistake: f.question for f in verdict.findings if f.mistake}


def told(one: Wrong, verdict: Verdict) -> str:
    """Return whether the diagnosis asked the right question, a wrong one, or none."""
    questions = set(asked(verdict).values())
    if questions - one.questions:
        return "another's question"
    if all(f.outcome == "passed" for f in verdict.findings):
        return "passes everything"
    return "its own question" if questions else "no question"


def report(verdicts: Iterable[tuple[Wrong, Verdict]], shown: set[str]) -> None:
    """Print how many were asked what, and list those that are worth a look."""
    counts: collections.Counter[str] = collections.Counter()
    seconds = []
    for one, verdict in verdicts:
        kind = told(one, verdict)
        counts[kind] += 1
        seconds.append(verdict.seconds)
        if kind in shown:
            print(f"{kind}: {one.name}")
            for name, question in asked(verdict).items():
                print(f"    {name}: {question}")
    total = sum(counts.values())
    for kind, count in counts.most_common():
        print(f"{count:5} of {total} ({count / total:.1%})  {kind}")
    print(
        f"{sum(seconds) / max(total, 1):.2f} s per program, at most {max(seconds):.2f}"
    )


def in_parts(course: Course, root: Path, parts: int) -> Course:
    """Return a course with several copies of each exercise, each without a part.

    Args:
        course: whose exercises.
        root: where to write it; `autograd_3` there lacks the fourth part of `autograd`.
        parts: how many parts.
    """
    names = []
    for exercise in course.exercises:
        for part in range(parts):
            names.append(f"{exercise.id}_{part}")
            folder = root / "solutions" / names[-1]
            shutil.copytree(exercise.folder, folder)
            with (folder / MISTAKES).open("a", encoding="utf-8") as file:
                file.write(LEFT_OUT.format(part=part, parts=parts))
    table = f'title = "In parts"\nexercises = {names}\npreload = {[*course.preload]}\n'
    (root / "solutions" / COURSE_FILE).write_text(table, encoding="utf-8")
    return load_course(root)


def held_out(course: Course, parts: int) -> Iterator[Wrong]:
    """Yield every mistake for the exercise of `in_parts` that does not know it."""
    for _, group in itertools.groupby(singles(course), lambda wrong: wrong.exercise):
        for number, wrong in enumerate(group):
            yield wrong._replace(exercise=f"{wrong.exercise}_{number % parts}")


def main() -> None:
    """Read the arguments and print the statistic."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("single", "pairs", "held-out"))
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--parts", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    names = tuple(name for name in options.only.split(",") if name)
    course = load_course(ROOT).only(names)
    started = time.monotonic()
    if options.what == "single":
        found = judged(course, singles(course), options.jobs)
        report(found, {"another's question", "no question", "passes everything"})
    elif options.what == "pairs":
        found = judged(course, pairs(course, options.count), options.jobs)
        report(found, {"another's question"})
    else:
        with tempfile.TemporaryDirectory() as folder:
            smaller = in_parts(course, Path(folder), options.parts)
            unknown = held_out(course, options.parts)
            report(judged(smaller, unknown, options.jobs), {"another's question"})
    print(f"{time.monotonic() - started:.0f} s in all")


if __name__ == "__main__":
    main()

"""The solution and the stub are judged before anybody's work.

A check that the solution does not pass says nothing about a student: it is left out,
and nobody's score is final. A check that the stub passes gives points for nothing:
whoever grades is told. The verdicts are remembered as students' are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.course.parts import SUFFIX, joined, program_from
from grader.judging.session import How
from grader.model import (
    Outcome,
    Suspect,
    Whose,
    Work,
)
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from grader.course import Course, Exercise
    from grader.judging.session import Judges
    from grader.model import Check, Facts, Finding, Verdict
    from grader.verdicts import VerdictStore

_SAID_CAP = 500
_HOW = How(authors=True, diagnose=False)


class Known:
    """What earlier runs have found of a course, and this one would find again.

    Args:
        course: the whole course.
        store: where it is on record.
        facts: what this run judges with.
        how: how it judges students' programs.
    """

    def __init__(
        self, course: Course, store: VerdictStore, facts: Facts, how: How
    ) -> None:
        self.course = course
        self.store = store
        self._facts = facts
        self._how = how
        self.fingerprints = course.fingerprints()
        self._editions = {
            ex.id: ex.edition(self.fingerprints[ex.id]) for ex in course.exercises
        }

    def key(self, work: Work, how: How) -> bytes | None:
        """Return the key of the verdict on a work, if it is known."""
        if work.program is None:
            return None
        fingerprint = self.fingerprints[work.exercise]
        key = self.store.key(work.program.digest(), fingerprint, self._facts, how)
        return key if self.store.knows(key) else None

    def verdict(self, work: Work, how: How) -> Verdict | None:
        """Return the verdict on a work, if it is known."""
        key = self.key(work, how)
        return None if key is None else self.store.recall(key)

    def checks(self, exercise: str) -> tuple[Check, ...] | None:
        """Return the checks of an exercise, if they are known."""
        return self.store.recall_checks(self._editions[exercise], self._facts.kit)

    def record_checks(self, exercise: str, checks: tuple[Check, ...]) -> None:
        """Remember the checks of an exercise."""
        self.store.record_checks(self._editions[exercise], self._facts.kit, checks)

    def how_for(self, suspects: Iterable[Suspect]) -> How:
        """Return how programs for an exercise are judged: without broken checks."""
        return msgspec.structs.replace(self._how, without=tuple(broken(suspects)))

    def beside(self, asked: Collection[str], works: Sequence[Work]) -> tuple[str, ...]:
        """Return the other exercises of which all is known, so that they can stay.

        Those that nobody has handed in stay with the others, or not at all.
        """
        others = [name for name in self.fingerprints if name not in asked]
        if not others:
            return ()
        worked = {work.exercise for work in works if work.program is not None}
        known = [n for n in others if n in worked and self._is_known(n, works)]
        if all(name in known for name in others if name in worked):
            empty = [name for name in others if name not in worked]
            known += [name for name in empty if self.checks(name) is not None]
        return tuple(known)

    def _is_known(self, name: str, works: Iterable[Work]) -> bool:
        """Return whether all works for one exercise are judged, and its own too."""
        [exercise] = self.course.only((name,)).exercises
        own = [(w, self.verdict(w, _HOW)) for w in works_of(self.course, exercise)]
        suspects = [s for w, v in own if v is not None for s in _suspects(w, v)]
        how = self.how_for(suspects)
        return (
            self.checks(name) is not None
            and all(verdict is not None for _, verdict in own)
            and all(
                self.key(work, how) is not None
                for work in works
                if work.exercise == name and work.program is not None
            )
        )


def known_checks(
    exercises: Collection[str], judges: Judges, known: Known, anew: Collection[str]
) -> Mapping[str, tuple[Check, ...]]:
    """Return the checks of each exercise; none is collected again without a change."""
    found = {
        name: checks
        for name in exercises
        if name not in anew and (checks := known.checks(name)) is not None
    }
    if all(name in found for name in exercises):
        return found
    collected = judges.checks
    for name, checks in collected.items():
        known.record_checks(name, checks)
    return {**found, **collected}


def vouch(
    course: Course,
    exercises: Collection[str],
    judges: Judges,
    known: Known,
    anew: Collection[str],
) -> dict[str, tuple[Suspect, ...]]:
    """Return the checks of each exercise that the author's own programs cast doubt on.

    Args:
        course: whose solutions and stubs they are.
        exercises: the ids of those that students have handed in.
        judges: judge what is not known yet.
        known: what earlier runs have found.
        anew: the exercises that are judged again, whatever is known.
    """
    works = [
        work
        for exercise in course.exercises
        if exercise.id in exercises
        for work in works_of(course, exercise)
    ]
    found = {
        _key(work): verdict
        for work in works
        if work.exercise not in anew and (verdict := known.verdict(work, _HOW))
    }
    for work, verdict in judges.judge([w for w in works if _key(w) not in found], _HOW):
        known.store.record(verdict, _HOW)
        found[_key(work)] = verdict
    suspects: dict[str, list[Suspect]] = {name: [] for name in exercises}
    for work in works:
        suspects[work.exercise] += _suspects(work, found[_key(work)])
    return {name: tuple(own) for name, own in suspects.items()}


def broken(suspects: Iterable[Suspect]) -> dict[str, str]:
    """Return what is said of each check that the solution does not pass, by name."""
    return {one.check: one.said for one in suspects if one.whose is Whose.SOLUTION}


def costly(
    suspects: Iterable[Suspect], checks: Mapping[str, tuple[Check, ...]]
) -> Iterator[Suspect]:
    """Yield what an instructor is to know: points that come for nothing are news."""
    points = {(name, c.name): c.points for name, own in checks.items() for c in own}
    for one in suspects:
        if one.whose is Whose.SOLUTION or points.get((one.exercise, one.check)):
            yield one


def works_of(course: Course, exercise: Exercise) -> Iterator[Work]:
    """Yield the author's programs for an exercise, in the place of a student's."""
    if exercise.solution is not None:
        yield _work(exercise, Whose.SOLUTION, exercise.source)
    stubs = [p for p in course.handouts()[exercise.id] if p.suffix == SUFFIX]
    if stubs and all(path.is_file() for path in stubs):
        texts = {p.name: p.read_text("utf-8-sig", "replace") for p in stubs}
        several = joined(texts) if exercise.written else ""
        yield _work(exercise, Whose.STUB, several or texts[stubs[0].name])


def _work(exercise: Exercise, whose: Whose, source: str) -> Work:
    program = program_from(source, f"{exercise.id}.py")
    name, sha256 = program.filename, program.sha256
    return Work(whose, exercise.id, name, sha256, program)


def _key(work: Work) -> tuple[str, str]:
    return work.exercise, work.student


def _suspects(work: Work, verdict: Verdict) -> Iterator[Suspect]:
    whose = Whose(work.student)
    for finding in verdict.findings:
        passed = finding.outcome is Outcome.PASSED
        # A check that leaves itself out asks nothing of anybody.
        if finding.counts and passed is (whose is Whose.STUB):
            yield Suspect(work.exercise, finding.name, whose, _said(whose, finding))


def _said(whose: Whose, finding: Finding) -> str:
    if whose is Whose.STUB:
        return "The stub passes it as it is handed out."
    # What an exception says may be hidden text, and this ends in logs and reports.
    if finding.outcome in (Outcome.GRADER_ERROR, Outcome.ERROR):
        public = clean_line(finding.said[0].text, _SAID_CAP) if finding.said else ""
        rest = " `grader prove` shows the rest." if len(finding.said) != 1 else ""
        return f"With the solution it ends early: {public.rstrip(':.')}.{rest}"
    said = clean_line(finding.message, _SAID_CAP)
    return f"The solution does not pass it: {said}"

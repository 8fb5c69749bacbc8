"""All that one student handed in: attempts, with the time when each came in."""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.intake import layouts
from grader.intake.attempts import in_order
from grader.intake.gathering import files_of, shown
from grader.intake.submission import Submitted, works_of
from grader.intake.walking import Found, Walked
from grader.model import Clock, Delivery, Left, Work
from grader.spool import encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.intake.candidates import ExerciseForms
    from grader.intake.layouts import Layout
    from grader.intake.roster import Person
    from grader.intake.trees import HandIn, Tree


class Attempt(NamedTuple):
    """What one student handed in at once: one attempt."""

    hand_ins: list[HandIn]
    tree: Tree
    layout: Layout


class HandedIn(NamedTuple):
    """Who handed in what: bundles by student, and who is not on the class list."""

    bundles: dict[str, list[Attempt]]
    people: dict[str, Person]
    unknown: list[str]
    several: list[str]


class Read(NamedTuple):
    """All that one student handed in.

    `works` are encoded as a spool has them; it takes many times as long to hand over
    the works themselves from one process to another.
    """

    student: str
    works: list[msgspec.Raw | Work]
    single: bool
    handed_in: bool
    left: list[Left]
    notes: list[str]
    problems: list[str]


def read_student(
    student: str, group: HandedIn, handouts: Mapping[str, ExerciseForms]
) -> Read:
    """Return what a student handed in, for each exercise one work at least."""
    bundles = group.bundles.get(student, [])
    person = group.people.get(student)
    submitted = [(b, _submitted(student, b, person, handouts)) for b in bundles]
    works = [found.works for _, found in submitted]
    if not works:
        works = [[Work(student=student, exercise=name) for name in handouts]]
    attempts = [in_order(own) for own in zip(*works, strict=True)]
    every = list(chain.from_iterable(attempts))
    return Read(
        student=student,
        works=[encoded(work) for work in every],
        single=len(every) == len(attempts),
        handed_in=any(work.file for work in every),
        left=[one for _, found in submitted for one in found.left],
        notes=[
            f"{student}: {said}" for _, found in submitted for said in found.remarks
        ],
        problems=_one_of_two(submitted, known=person is not None),
    )


def _submitted(
    student: str,
    bundle: Attempt,
    person: Person | None,
    handouts: Mapping[str, ExerciseForms],
) -> Submitted:
    """Return the works of one attempt, with the time when each came in."""
    first = bundle.hand_ins[0]
    walked = Walked([], [], complete=True)
    remarks = list(dict.fromkeys(h.note for h in bundle.hand_ins if h.note))
    for hand_in in bundle.hand_ins:
        files = files_of(hand_in, bundle.tree)
        walked.things.extend(files.walked.things)
        walked.refused.extend(files.walked.refused)
        walked = walked._replace(complete=walked.complete and files.walked.complete)
        remarks += files.remarks
    about = bundle.layout.about
    found = works_of(student, first.student, walked, handouts, about)
    things = {thing.place: thing for thing in walked.things}
    works = [
        _told_of(
            _delivered(
                work,
                [things[p] for p in found.places.get(work.exercise, (work.file,))],
                first,
                person,
            )
            if work.file
            else work,
            first,
        )
        for work in found.works
    ]
    return found._replace(works=works, remarks=remarks + found.remarks)


def _told_of(work: Work, hand_in: HandIn) -> Work:
    """Return a work with what its layout says of it, for the student to read."""
    if work.file is not None and hand_in.note:
        return msgspec.structs.replace(work, notes=(*work.notes, hand_in.note))
    not_taken = hand_in.not_taken.get(work.exercise, "")
    said = " ".join(filter(None, (work.missing, not_taken)))
    return msgspec.structs.replace(work, missing=said or None)


def _delivered(
    work: Work, things: list[Found], hand_in: HandIn, person: Person | None
) -> Work:
    """Return a work with the platform's time, the commit's, or the file's."""
    at, clock = hand_in.handed_in_at, hand_in.clock
    if hand_in.clock_of is not None:
        at = max(filter(None, map(hand_in.clock_of, things)), default=at)
    if at is None and person is not None and person.handed_in_at is not None:
        at, clock = person.handed_in_at, Clock.LMS
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    if at is None:
        own = work.delivery
        delivery = own and msgspec.structs.replace(own, attempt=hand_in.attempt)
    else:
        delivery = Delivery(at, clock, hand_in.attempt)
    return msgspec.structs.replace(work, delivery=delivery)


def _one_of_two(
    submitted: list[tuple[Attempt, Submitted]], *, known: bool
) -> list[str]:
    """Return why two folders of one name are not taken for one student.

    Nothing but the name says that they are; so they must not be two of anything.
    """
    plain = [
        (bundle, {w.exercise for w in found.works if w.file is not None})
        for bundle, found in submitted
        if bundle.layout.name == layouts.PLAIN
    ]
    if known or len(plain) < 2:  # noqa: PLR2004 - two of them
        return []
    problems = []
    for position, (bundle, exercises) in enumerate(plain):
        for other, others in plain[:position]:
            if exercises & others:
                problems.append(
                    f"{_where(bundle)}: {_where(other)} is the same student, and only "
                    f"one can be graded. Move them into one folder, rename one, or "
                    f"say with --roster who they are."
                )
    return problems


def _where(bundle: Attempt) -> str:
    return shown(bundle.hand_ins[0].found.path)

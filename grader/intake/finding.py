"""From paths to works: trees, layouts, students, and the files of each."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.errors import OperatorError, UsageError, listed
from grader.intake import layouts
from grader.intake.attempts import Intake, in_order
from grader.intake.candidates import ExerciseForms, forms_of
from grader.intake.choosing import MOST_NAMED
from grader.intake.gathering import files_of, opened, shown
from grader.intake.kinds import stem_of
from grader.intake.layouts.folders import refuse_other_shapes
from grader.intake.naming import distinct_names, ending_of, match
from grader.intake.roster import Person, Roster, read_roster
from grader.intake.submission import Submitted, names, works_of
from grader.intake.trees import HandIn, IntakeOptions, Tree
from grader.intake.walking import EntryKind, Found, Walked
from grader.model import Clock, Delivery, Left, WhyLeft, Work
from grader.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.intake.layouts import Layout

NOTHING_ASKED = IntakeOptions()
_OF_ONE_STUDENT = ("src", "code", "work")


class _Bundle(NamedTuple):
    """What one student handed in at once: one attempt."""

    hand_ins: list[HandIn]
    tree: Tree
    layout: Layout


class _HandedIn(NamedTuple):
    """Who handed in what: bundles by student, and who is not on the class list."""

    bundles: dict[str, list[_Bundle]]
    people: dict[str, Person]
    unknown: list[str]
    several: list[str]


def find_work(
    paths: Sequence[Path],
    exercise_ids: tuple[str, ...],
    leave_out: Path | None = None,
    handouts: Mapping[str, tuple[Path, ...]] = MappingProxyType({}),
    options: IntakeOptions = NOTHING_ASKED,
    given: Mapping[str, Mapping[str, bytes]] = MappingProxyType({}),
) -> Intake:
    """Return what each student handed in for each exercise.

    Args:
        paths: folders and archives of submissions, in any layout that is known.
        exercise_ids: the exercises, in the order in which the works come.
        leave_out: a folder that is no student's, wherever it lies: the reports.
        handouts: the files that were handed out for each exercise, where known: a
            file that says the same is no work. Where their names are not the
            exercise's, they are the files that students write, known or not.
        options: the layout, the class list, and what else is asked for.
        given: the contents of what comes with each exercise, by name: what students
            hand in of it is not read.

    Raises:
        UsageError: a path holds no students, may not be read, fits several layouts or
            none, or two paths hold the same student or each other; the message lists
            every problem.
    """
    forms = {
        name: forms_of(name, handouts.get(name, ()), given.get(name, {}))
        for name in exercise_ids
    }
    roster = read_roster(options.roster, options.zone) if options.roster else None
    with _scratch() as folder:
        scratch = Path(folder)
        trees, notes = opened(paths, exercise_ids, options, scratch, leave_out)
        parted = [(tree, _layout(tree)) for tree in trees]
        left, bundles = _handed_in(parted, notes)
        if options.before is not None and not any(map(_is_clone, bundles)):
            notes.append("--before is about git clones, and there are none here.")
        group = _grouped(bundles, roster)
        return _intake(group, roster, forms, parted, notes, left)


def _is_clone(bundle: _Bundle) -> bool:
    return bundle.hand_ins[0].origin is not None


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for what is unpacked, which is gone after the run.

    Raises:
        OperatorError: there is no place for one.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="grader-")
    except OSError as error:
        raise OperatorError(
            f"temporary folder: expected a place to unpack hand-ins in, got: "
            f"{error.strerror}. Make room there, or name another folder with TMPDIR."
        ) from error


def _layout(tree: Tree) -> Layout:
    if tree.options.layout is not None:
        return layouts.named(tree.options.layout)
    layout = layouts.layout_of(tree)
    if layout.name == layouts.PLAIN:
        refuse_other_shapes(tree)
    return layout


def _handed_in(
    parted: Iterable[tuple[Tree, Layout]], notes: list[str]
) -> tuple[list[Left], list[_Bundle]]:
    """Return the files that are nobody's, and a bundle for each hand-in at once."""
    problems: list[str] = []
    left: list[Left] = []
    found: dict[tuple[object, ...], _Bundle] = {}
    for number, (tree, layout) in enumerate(parted):
        own = _is_one_students(tree, layout)
        hand_ins = [_own(tree)] if own else list(layout.hand_ins(tree))
        taken = {(h.origin or h.found).parts[:1] for h in hand_ins}
        beside = [
            thing
            for thing in tree.top
            if not (own or thing.parts in taken or thing.name in layout.about)
        ]
        if not hand_ins:
            problems.append(_no_students(tree, layout, beside))
        elif beside:
            plain = layout.name == layouts.PLAIN
            where = "in a student's folder" if plain else "named as a hand-in"
            notes.append(f"{tree.shown}: not {where}, and not graded: {names(beside)}.")
            left += [_beside(thing) for thing in beside[:MOST_NAMED]]
        for hand_in in hand_ins:
            at = hand_in.handed_in_at
            key = (number, hand_in.student, hand_in.ids, hand_in.attempt, at)
            found.setdefault(key, _Bundle([], tree, layout)).hand_ins.append(hand_in)
    if problems:
        raise UsageError(listed(problems))
    return left, list(found.values())


def _is_one_students(tree: Tree, layout: Layout) -> bool:
    """Whether an archive holds the files of one student, whose name it has."""
    if not tree.inside or layout.name != layouts.PLAIN:
        return False
    inner = {found.name.casefold() for found in tree.top}
    return any(match(found.name, tree.exercises) for found in tree.programs) or (
        len(inner) == 1 and inner <= {*_OF_ONE_STUDENT, *tree.exercises}
    )


def _own(tree: Tree) -> HandIn:
    root = Found(tree.root.parent, (tree.root.name,), "", EntryKind.FOLDER, inside=True)
    return HandIn(stem_of(Path(tree.shown).name), root)


def _beside(thing: Found) -> Left:
    said = "It lies in no student's folder."
    return Left(None, thing.place, WhyLeft.PLACE, said)


def _no_students(tree: Tree, layout: Layout, beside: list[Found]) -> str:
    if layout.name != layouts.PLAIN:
        return (
            f"{tree.shown}: there is no hand-in of the layout {layout.name} in it "
            f"({layout.mark}). Name another with --layout."
        )
    files = any(ending_of(thing.name) for thing in beside)
    advice = "Name the folder above it." if files else "Correct the path."
    return (
        f"{tree.shown}: expected a folder per student in it, found "
        f"{'only ' + names(beside) if beside else 'nothing'}. {advice}"
    )


def _grouped(bundles: list[_Bundle], roster: Roster | None) -> _HandedIn:
    """Return the bundles by student, as the class list or the layouts name them."""
    grouped: dict[str, list[_Bundle]] = {}
    people: dict[str, Person] = {}
    strangers: dict[tuple[str, tuple[str, ...]], list[_Bundle]] = {}
    for bundle in bundles:
        first = bundle.hand_ins[0]
        members = roster.members(first.student, first.ids) if roster else ()
        for person in members:
            people[person.student] = person
            grouped.setdefault(person.student, []).append(bundle)
        if not members:
            strangers.setdefault((first.student, first.ids), []).append(bundle)
    merged = _merged(strangers)
    labels = distinct_names([name for name, _ in merged], people)
    grouped |= {label: own for label, (_, own) in zip(labels, merged, strict=True)}
    if roster is None:
        return _HandedIn(grouped, people, [], [])
    parted = zip(labels, merged, strict=True)
    first_of = {label: own[0].hand_ins[0] for label, (_, own) in parted}
    several = [n for n, h in first_of.items() if roster.several(h.student, h.ids)]
    unknown = [name for name in labels if name not in several]
    return _HandedIn(grouped, people, unknown, several)


def _merged(
    strangers: dict[tuple[str, tuple[str, ...]], list[_Bundle]],
) -> list[tuple[str, list[_Bundle]]]:
    """Return the bundles of each student who is on no list.

    One name with two numbers in one place is two students; in two places it is one:
    platforms number students anew for each assignment.
    """
    by_name: dict[str, list[tuple[tuple[str, ...], list[_Bundle]]]] = {}
    for (name, ids), bundles in strangers.items():
        by_name.setdefault(name, []).append((ids, bundles))
    merged: list[tuple[str, list[_Bundle]]] = []
    for name, several in by_name.items():
        places = [{id(b.tree) for b in bundles} for _, bundles in several]
        if sum(map(len, places)) == len(set().union(*places)):
            merged.append((name, [b for _, bundles in several for b in bundles]))
        else:
            merged += [
                (f"{name} {' '.join(ids)}".strip(), bundles) for ids, bundles in several
            ]
    return merged


def _intake(
    group: _HandedIn,
    roster: Roster | None,
    handouts: Mapping[str, ExerciseForms],
    parted: Iterable[tuple[Tree, Layout]],
    notes: list[str],
    left: list[Left],
) -> Intake:
    work = Spool(Work)
    heard: set[str | None] = set()
    everybody = {p.student: p for p in roster.people} if roster else {}
    single = True
    problems: list[str] = []
    for student in sorted({**everybody, **group.bundles}):
        bundles = group.bundles.get(student, [])
        person = group.people.get(student)
        submitted = [(b, _submitted(student, b, person, handouts)) for b in bundles]
        problems += _one_of_two(submitted, known=person is not None)
        for _, found in submitted:
            left += found.left
            notes += [f"{student}: {remark}" for remark in found.remarks]
        works = [found.works for _, found in submitted]
        if not works:
            works = [[Work(student=student, exercise=name) for name in handouts]]
        for own in zip(*works, strict=True):
            attempts = in_order(own)
            single = single and len(attempts) == 1
            for one in attempts:
                work.append(one)
                if one.file:
                    heard.add(student)
    if problems:
        raise UsageError(listed(problems))
    for what, who in (
        ("not in the class list, and graded", group.unknown),
        ("several of the class list are called so, graded as nobody's", group.several),
    ):
        more = len(who) - MOST_NAMED
        further = f" and {more} more" if more > 0 else ""
        if who:
            notes.append(f"{what}: {', '.join(who[:MOST_NAMED])}{further}.")
    heard |= {one.student for one in left}
    return Intake(
        work=work,
        layout=_told(layout for _, layout in parted),
        notes=tuple(notes),
        left=tuple(left),
        people=everybody,
        absent=frozenset(everybody) - heard,
        single=single,
    )


def _told(found: Iterable[Layout]) -> str:
    """Return which layouts were recognised, each with what tells it apart."""
    marks = {layout.name: layout.mark for layout in found}
    return "; ".join(f"{name}: {mark}" for name, mark in marks.items())


def _submitted(
    student: str,
    bundle: _Bundle,
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
    submitted: list[tuple[_Bundle, Submitted]], *, known: bool
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


def _where(bundle: _Bundle) -> str:
    return shown(bundle.hand_ins[0].found.path)

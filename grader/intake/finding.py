"""From paths to works: trees, layouts, students, and the files of each."""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from grader.abreast import abreast
from grader.errors import OperatorError, UsageError, listed
from grader.intake import layouts
from grader.intake.attempts import Intake
from grader.intake.candidates import ExerciseForms, forms_of
from grader.intake.choosing import MOST_NAMED
from grader.intake.gathering import opened
from grader.intake.kinds import stem_of
from grader.intake.layouts.folders import refuse_other_shapes
from grader.intake.naming import distinct_names, ending_of, match
from grader.intake.roster import Person, Roster, read_roster
from grader.intake.students import Attempt, HandedIn, Read, read_student
from grader.intake.submission import names
from grader.intake.trees import HandIn, IntakeOptions, Tree
from grader.intake.walking import EntryKind, Found
from grader.model import Left, WhyLeft, Work
from grader.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.intake.layouts import Layout

NOTHING_ASKED = IntakeOptions()
_OF_ONE_STUDENT = ("src", "code", "work")


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
        return _intake(group, roster, forms, parted, notes, left, options.jobs)


def _is_clone(bundle: Attempt) -> bool:
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
) -> tuple[list[Left], list[Attempt]]:
    """Return the files that are nobody's, and a bundle for each hand-in at once."""
    problems: list[str] = []
    left: list[Left] = []
    found: dict[tuple[object, ...], Attempt] = {}
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
            found.setdefault(key, Attempt([], tree, layout)).hand_ins.append(hand_in)
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


def _grouped(bundles: list[Attempt], roster: Roster | None) -> HandedIn:
    """Return the bundles by student, as the class list or the layouts name them."""
    grouped: dict[str, list[Attempt]] = {}
    people: dict[str, Person] = {}
    strangers: dict[tuple[str, tuple[str, ...]], list[Attempt]] = {}
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
        return HandedIn(grouped, people, [], [])
    parted = zip(labels, merged, strict=True)
    first_of = {label: own[0].hand_ins[0] for label, (_, own) in parted}
    several = [n for n, h in first_of.items() if roster.several(h.student, h.ids)]
    unknown = [name for name in labels if name not in several]
    return HandedIn(grouped, people, unknown, several)


def _merged(
    strangers: dict[tuple[str, tuple[str, ...]], list[Attempt]],
) -> list[tuple[str, list[Attempt]]]:
    """Return the bundles of each student who is on no list.

    One name with two numbers in one place is two students; in two places it is one:
    platforms number students anew for each assignment.
    """
    by_name: dict[str, list[tuple[tuple[str, ...], list[Attempt]]]] = {}
    for (name, ids), bundles in strangers.items():
        by_name.setdefault(name, []).append((ids, bundles))
    merged: list[tuple[str, list[Attempt]]] = []
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
    group: HandedIn,
    roster: Roster | None,
    handouts: Mapping[str, ExerciseForms],
    parted: Iterable[tuple[Tree, Layout]],
    notes: list[str],
    left: list[Left],
    jobs: int,
) -> Intake:
    work = Spool(Work)
    heard: set[str | None] = set()
    everybody = {p.student: p for p in roster.people} if roster else {}
    single = True
    problems: list[str] = []

    def read(students: Sequence[str]) -> list[Read]:
        return [read_student(student, group, handouts) for student in students]

    students = sorted({**everybody, **group.bundles})
    for one in chain.from_iterable(abreast(read, students, jobs)):
        problems += one.problems
        left += one.left
        notes += one.notes
        single = single and one.single
        for attempt in one.works:
            work.append(attempt)
        if one.handed_in:
            heard.add(one.student)
    if problems:
        raise UsageError(listed(problems))
    notes += _strangers(group)
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


def _strangers(group: HandedIn) -> Iterator[str]:
    """Yield notes on who is not, or not surely, on the class list."""
    for what, who in (
        ("not in the class list, and graded", group.unknown),
        ("several of the class list are called so, graded as nobody's", group.several),
    ):
        more = len(who) - MOST_NAMED
        further = f" and {more} more" if more > 0 else ""
        if who:
            yield f"{what}: {', '.join(who[:MOST_NAMED])}{further}."


def _told(found: Iterable[Layout]) -> str:
    """Return which layouts were recognised, each with what tells it apart."""
    marks = {layout.name: layout.mark for layout in found}
    return "; ".join(f"{name}: {mark}" for name, mark in marks.items())

"""Chooses which of several files for one exercise is graded, by content if it can."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from grader.intake.candidates import ExerciseForms, HandedFile, State, looked_at
from grader.model import Clock, Delivery, Left, Program, WhyLeft, Work

if TYPE_CHECKING:
    from grader.intake.naming import Match
    from grader.intake.walking import Found

# Further copies are not read: a student who hands in thousands stops nobody.
MOST_READ = 8
MOST_READ_BYTES = 32 * 1024 * 1024
MOST_NAMED = 10
_WHY = {
    State.EMPTY: WhyLeft.EMPTY,
    State.HANDOUT: WhyLeft.HANDOUT,
    State.BROKEN: WhyLeft.UNREADABLE,
}
_LESS = {
    State.UNREAD: "so many files, or so large ones, are not all looked at",
    State.EMPTY: "the other is empty",
    State.HANDOUT: "the other is as it was handed out",
    State.TOUCHED: "nothing is written in the other",
    State.BROKEN: "the other cannot be read",
}


class Choice(msgspec.Struct, frozen=True):
    """The work that is graded, and the files that are not.

    `program` is the best file's, be it no more than what was handed out.
    """

    work: Work
    left: tuple[Left, ...]
    program: Program | None = None


def choose(
    work: Work, files: list[tuple[Found, Match]], handout: ExerciseForms
) -> Choice:
    """Return the best of the files as work, with a note on each of the others.

    Args:
        work: the student's and the exercise's names, and what is noted so far.
        files: at least one.
        handout: the exercise as it was handed out.
    """
    near_first = sorted(files, key=lambda f: (f[0].depth, not f[1].exact, f[0].parts))
    alone = len(files) == 1
    read: list[HandedFile] = []
    for file in near_first[:MOST_READ]:
        if sum(candidate.size_bytes for candidate in read) < MOST_READ_BYTES:
            read.append(looked_at(*file, handout, alone=alone))
    unread = [HandedFile(*file, State.UNREAD) for file in near_first[len(read) :]]
    best = max(read, key=_rank)
    losers = [c for c in read if c is not best] + unread
    notes = [*work.notes, *_notes(best, losers)]
    if not best.match.exact:
        notes.append(f"{best.place} was taken for {best.called}.")
    left = [_left(work, best, loser) for loser in losers]
    if best.state in _WHY:
        left.insert(0, _own_left(work, best))
    chosen = msgspec.structs.replace(
        work,
        file=best.place,
        sha256=best.digest,
        program=best.program if best.state is not State.HANDOUT else None,
        error=best.error,
        missing=_nothing(best),
        delivery=saved(best.modified_ns),
        notes=(*notes, *(best.program.notes if best.program else ())),
    )
    return Choice(chosen, tuple(left), best.program)


def saved(modified_ns: int) -> Delivery | None:
    """Return when a file was saved: the last clock that is asked for the time."""
    try:
        at = dt.datetime.fromtimestamp(modified_ns // 10**9, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Delivery(at, Clock.FILE)


def _rank(candidate: HandedFile) -> tuple[int, int, int, int, bool, str]:
    """Return a file's rank: the file with the largest one is graded.

    The content decides first, then the place, then the latest time, and in the end the
    name.
    """
    return (
        candidate.state,
        -candidate.found.depth,
        candidate.written,
        candidate.modified_ns,
        candidate.match.exact,
        candidate.place,
    )


def _reason(best: HandedFile, loser: HandedFile) -> str:
    """Return why one file was graded and not the other."""
    if loser.state is not best.state:
        return _LESS[loser.state]
    reasons = (
        (_same(best, loser), "both say the same"),
        (best.found.depth != loser.found.depth, "it lies nearer to the top"),
        (best.written != loser.written, "more of it is written"),
        (best.modified_ns != loser.modified_ns, "it was saved last"),
        (
            best.match.exact != loser.match.exact,
            "both were saved at the same time, and its name is the exercise's",
        ),
        (True, "both were saved at the same time, and it is the last by alphabet"),
    )
    return next(reason for holds, reason in reasons if holds)


def _same(best: HandedFile, loser: HandedFile) -> bool:
    if best.digest is not None and best.digest == loser.digest:
        return True
    if best.outline is None or loser.outline is None:
        return best.state is loser.state is State.HANDOUT
    return best.outline.says_the_same_as(loser.outline)


def _notes(best: HandedFile, losers: list[HandedFile]) -> list[str]:
    notes = [
        f"{best.place} was graded, not {loser.place}: {_reason(best, loser)}."
        for loser in losers[:MOST_NAMED]
    ]
    more = len(losers) - MOST_NAMED
    return [*notes, f"{more} more files were not graded."] if more > 0 else notes


def _left(work: Work, best: HandedFile, loser: HandedFile) -> Left:
    same = loser.state is best.state and _same(best, loser)
    why = WhyLeft.SAME if same else _WHY.get(loser.state, WhyLeft.ANOTHER)
    return Left(
        student=work.student,
        place=loser.place,
        why=why,
        said=f"{best.place} was graded: {_reason(best, loser)}.",
        exercise=work.exercise,
    )


def _own_left(work: Work, best: HandedFile) -> Left:
    return Left(
        student=work.student,
        place=best.place,
        why=_WHY[best.state],
        said=best.error or _nothing(best) or "",
        exercise=work.exercise,
    )


def _nothing(best: HandedFile) -> str | None:
    """Return why there is no work in the file, or None where there is."""
    place = best.place
    if best.state is State.EMPTY:
        return f"{place} is empty. Save it in the editor, and hand it in again."
    if best.state is State.HANDOUT:
        return f"{place} is as it was handed out: nothing is written in it yet."
    return None

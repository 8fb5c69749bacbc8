"""The class at a glance, for a terminal with rich or as plain lines."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.text import Text

from grader.model import (
    ExerciseResult,
    Results,
    SubmissionResult,
    Whose,
)
from grader.report.words import (
    exercise_ids,
    most_lost,
    nothing_handed_in,
    percent,
    seconds_per_submission,
)
from grader.sandbox.modes import NO_WALL
from grader.text import clean_line, number

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOST_SHOWN = 5
_FAULTS_SHOWN = 5
_GROUPS_SHOWN = 5
_SHARED_SHOWN = 8
_NAMES_SHOWN = 5
_NAME_WIDTH = 40
_NAME_WIDTH_LEAST = 16
_SCORE_WIDTH = 5
_PERCENT_WIDTH = 6
_GAP = 2
_NAME_CAP = 80
_LINE_CAP = 300
_PLAIN_WIDTH = 120
_NOT_FINAL = "*"
# Nobody reads more of them on a screen.
_STUDENTS_SHOWN = 1000


def render(results: Results, width: int) -> RenderableType:
    """Return the summary of a run: a table, the checks most often lost, and the time.

    Args:
        results: the run.
        width: the terminal's width, in cells.
    """
    parts: list[RenderableType] = []
    if results.submissions:
        parts += [*_table(results, width), Text("")]
    parts += [*_most_lost(results), *_shared(results), *_unexplained(results)]
    parts += [*_not_final(results), *_free(results), *_closing(results)]
    return Constrain(Group(*parts), width)


def plain(results: Results) -> str:
    """Return the same as lines without colour, for a log."""
    file = io.StringIO()
    console = Console(file=file, width=_PLAIN_WIDTH, color_system=None)
    console.print(render(results, _PLAIN_WIDTH))
    lines = (line.rstrip() for line in file.getvalue().splitlines())
    return "\n".join(lines).strip("\n") + "\n"


def _table(results: Results, width: int) -> Iterator[Text]:
    """Yield one row per student, one column per exercise where they have room.

    A table made by rich takes ten times as long: it measures and wraps each cell.
    """
    ids = exercise_ids(results)
    students = list(results.submissions[:_STUDENTS_SHOWN])
    longest = max(cell_len(_name(submission)) for submission in students)
    total = max(cell_len(_total(submission)) for submission in students)
    room = width - total - _PERCENT_WIDTH - 2 * _GAP
    headings = _headings(ids, room, min(longest, _NAME_WIDTH))
    rows = [
        (list(_row(submission, ids if headings else ())), _style(submission))
        for submission in students
    ]
    heads = [head.split("\n") for head in ("student", *headings, "total", "%")]
    widths = [
        max(
            cell_len(text)
            for text in (*head, *(cells[place].plain for cells, _ in rows))
        )
        for place, head in enumerate(heads)
    ]
    widths[0] = min(widths[0], _NAME_WIDTH, room - sum(map(_column_width, headings)))
    for line in range(-max(map(len, heads)), 0):
        shown = [Text(head[line] if -line <= len(head) else "") for head in heads]
        yield _joined(shown, widths, "bold")
    yield Text("\u2500" * (sum(widths) + _GAP * (len(widths) - 1)))
    for cells, style in rows:
        yield _joined(cells, widths, style)
    more = len(results.submissions) - len(students)
    if more:
        yield _line(f"and {_count(more, 'more student')}, see results.json")


def _joined(cells: list[Text], widths: list[int], style: str) -> Text:
    """Return cells as one line: the first to the left, the others to the right."""
    name, *others = cells
    name.truncate(widths[0], overflow="ellipsis", pad=True)
    line = Text(style=style, no_wrap=True)
    line.append_text(name)
    for cell, wide in zip(others, widths[1:], strict=True):
        line.append(" " * (_GAP + wide - cell_len(cell.plain)))
        line.append_text(cell)
    return line


def _headings(ids: tuple[str, ...], room: int, longest: int) -> list[str]:
    """Return the exercises' headings, broken at underscores; none if too wide."""
    whole = [clean_line(name, _NAME_CAP) for name in ids]
    broken = [name.replace("_", "_\n") for name in whole]
    if sum(map(_column_width, whole)) + longest <= room:
        return whole
    if sum(map(_column_width, broken)) + min(longest, _NAME_WIDTH_LEAST) <= room:
        return broken
    return []


def _column_width(heading: str) -> int:
    widest = max(cell_len(line) for line in heading.split("\n"))
    return max(widest, _SCORE_WIDTH) + _GAP


def _name(submission: SubmissionResult) -> str:
    """Return a student's name, in quotes if it is odd, since it begins a line."""
    name = clean_line(submission.student, _NAME_CAP)
    return name if name[:1].isalnum() else f'"{name}"'


def _row(submission: SubmissionResult, ids: tuple[str, ...]) -> Iterator[Text]:
    """Yield the cells of one student; a `Text` takes no markup from its string."""
    exercises = {exercise.exercise: exercise for exercise in submission.exercises}
    share = percent(submission)
    yield Text(_name(submission))
    yield from (_score(exercises.get(name)) for name in ids)
    yield Text(_total(submission))
    yield Text("" if share is None else number(share))


def _total(submission: SubmissionResult) -> str:
    mark = "" if submission.complete else _NOT_FINAL
    return f"{mark}{number(submission.score)} / {number(submission.max_score)}"


def _score(exercise: ExerciseResult | None) -> Text:
    if exercise is None or nothing_handed_in(exercise):
        return Text("-", style="dim")
    return Text(number(exercise.score))


def _style(submission: SubmissionResult) -> str:
    if not submission.complete:
        return "yellow"
    return "green" if submission.score == submission.max_score else ""


def _most_lost(results: Results) -> Iterator[Text]:
    lost = most_lost(results, _LOST_SHOWN)
    if lost:
        yield Text(
            "Checks that most students lost points on, of those who handed in",
            style="bold",
        )
    width = max((len(str(check.students)) for check in lost), default=0)
    for check in lost:
        share = f"{check.students:>{width}} of {check.of}  "
        yield _line(f"{check.exercise}: {check.title}", share)
    if lost:
        yield Text("")


def _shared(results: Results) -> Iterator[Text]:
    """Yield which mistake or which sentence several students share, with names."""
    shared = results.ending.shared
    if shared:
        yield Text("What several students share", style="bold")
    for one in shared[:_SHARED_SHOWN]:
        yield _line(f"{one.exercise}: {one.said}", f"{len(one.students)} of {one.of}  ")
        yield _line(_named(one.students), "  ")
    if len(shared) > _SHARED_SHOWN:
        yield _line(f"and {len(shared) - _SHARED_SHOWN} more, see results.json")
    if shared:
        yield Text("")


def _named(students: tuple[str, ...]) -> str:
    """Return the first few of some names, and how many more there are."""
    names = ", ".join(clean_line(name, _NAME_CAP) for name in students[:_NAMES_SHOWN])
    more = len(students) - _NAMES_SHOWN
    return f"{names} and {more} more" if more > 0 else names


def _unexplained(results: Results) -> Iterator[Text]:
    """Yield which behaviour several students share and no mistake explains."""
    shared = [group for group in results.unexplained if len(group.students) > 1]
    if shared:
        yield Text("Shared, and explained by no mistake of the course", style="bold")
    for group in shared[:_GROUPS_SHOWN]:
        more = len(group.checks) - 1
        also = f" and {_count(more, 'more check')}" if more else ""
        line = f"{group.exercise}: {group.checks[0]}{also}"
        yield _line(line, f"{_count(len(group.students), 'student')}  ")
    if len(shared) > _GROUPS_SHOWN:
        yield _line(f"and {len(shared) - _GROUPS_SHOWN} more, see results.json")
    if shared:
        yield Text("")


def _not_final(results: Results) -> Iterator[RenderableType]:
    """Yield what could not be checked, where not the students have to act."""
    undecided = results.ending.undecided
    if undecided:
        heading = "not final: a check could not be run; no student is to blame"
        yield Text(f"{_NOT_FINAL} {heading}", style="yellow")
    for one in undecided[:_FAULTS_SHOWN]:
        who = _count(len(one.students), "student")
        yield _wrapped(f"{one.exercise}, {one.check} ({who}): {one.said}")
    if len(undecided) > _FAULTS_SHOWN:
        more = len(undecided) - _FAULTS_SHOWN
        yield _line(f"and {more} more checks, see results.json")
    if undecided:
        yield Text("")


def _free(results: Results) -> Iterator[Text]:
    """Yield which checks give their points for nothing."""
    free = [one for one in results.suspects if one.whose is Whose.STUB]
    if free:
        yield Text("Points for nothing: the stub passes these checks", style="yellow")
    for one in free[:_FAULTS_SHOWN]:
        yield _line(f"{one.exercise}, {one.check}")
    if len(free) > _FAULTS_SHOWN:
        yield _line(f"and {len(free) - _FAULTS_SHOWN} more, see results.json")
    if free:
        yield Text("")


def _closing(results: Results) -> Iterator[Text]:
    came = (ex.file is not None for sub in results.submissions for ex in sub.exercises)
    files = _count(sum(came), "file")
    students = _count(len(results.submissions), "student")
    total = number(results.ending.seconds, 1)
    median = number(seconds_per_submission(results), 3)
    yield Text(f"{files} of {students} graded: {total} s, {median} s each (median).")
    if results.sandbox == NO_WALL:
        yield Text(
            f"sandbox: {NO_WALL}. The students' code ran with all your rights.",
            style="bold yellow",
        )
    else:
        yield Text(f"sandbox: {clean_line(results.sandbox, _NAME_CAP)}")


def _line(text: str, lead: str = "") -> Text:
    """Return an indented line, cut where the terminal ends; never markup."""
    line = f"  {lead}{clean_line(text, _LINE_CAP)}"
    return Text(line, no_wrap=True, overflow="ellipsis")


def _wrapped(text: str) -> Padding:
    """Return an indented paragraph, uncut, because somebody has to act on it."""
    return Padding(Text(clean_line(text, _LINE_CAP)), (0, 0, 0, _GAP))


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"

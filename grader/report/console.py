"""The class at a glance, for a terminal with rich or as plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size

from grader.model import (
    ExerciseResult,
    Results,
    SubmissionResult,
    Whose,
)
from grader.report.counts import (
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

    from rich.console import RenderableType

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
_CUT = "\u2026"
# Nobody reads more of them on a screen.
_STUDENTS_SHOWN = 1000


class SummaryLine(NamedTuple):
    """One line of a summary.

    Attributes:
        text: what it says, no wider than the terminal.
        style: rich's name for how all of it looks.
        dim: from where to where it is dim, in characters.
    """

    text: str = ""
    style: str = ""
    dim: tuple[tuple[int, int], ...] = ()


class _Cell(NamedTuple):
    text: str
    is_dim: bool = False


def render(results: Results, width: int) -> RenderableType:
    """Return the summary of a run, in colour.

    Args:
        results: the run.
        width: the terminal's width, in cells.
    """
    # Plain lines need nothing of it, and it takes a tenth of a second to import.
    from rich.console import Group
    from rich.text import Text

    shown = []
    for line in lines(results, width):
        text = Text(line.text, line.style, no_wrap=True, overflow="ellipsis")
        for start, end in line.dim:
            text.stylize("dim", start, end)
        shown.append(text)
    return Group(*shown)


def plain(results: Results) -> str:
    """Return the same as lines without colour, for a log."""
    found = (line.text.rstrip() for line in lines(results, _PLAIN_WIDTH))
    return "\n".join(found).strip("\n") + "\n"


def lines(results: Results, width: int) -> list[SummaryLine]:
    """Return a table, the checks most often lost, and the time.

    Args:
        results: the run.
        width: no line is wider, in cells.
    """
    found: list[SummaryLine] = []
    if results.submissions:
        found += [*_table(results, width), SummaryLine()]
    found += [*_most_lost(results), *_shared(results), *_unexplained(results)]
    found += [*_not_final(results, width), *_free(results)]
    found += _closing(results, width)
    return [line._replace(text=_cut(line.text, width)) for line in found]


def _cut(text: str, width: int) -> str:
    """Return a text that ends in an ellipsis where there is no room for all of it."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + _CUT


def _table(results: Results, width: int) -> Iterator[SummaryLine]:
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
            for text in (*head, *(cells[place].text for cells, _ in rows))
        )
        for place, head in enumerate(heads)
    ]
    widths[0] = min(widths[0], _NAME_WIDTH, room - sum(map(_column_width, headings)))
    for line in range(-max(map(len, heads)), 0):
        shown = [_Cell(head[line] if -line <= len(head) else "") for head in heads]
        yield _joined(shown, widths, "bold")
    yield SummaryLine("\u2500" * (sum(widths) + _GAP * (len(widths) - 1)))
    for cells, style in rows:
        yield _joined(cells, widths, style)
    more = len(results.submissions) - len(students)
    if more:
        yield _line(f"and {_count(more, 'more student')}, see results.json")


def _joined(cells: list[_Cell], widths: list[int], style: str) -> SummaryLine:
    """Return cells as one line: the first to the left, the others to the right."""
    name, *others = cells
    text = set_cell_size(_cut(name.text, widths[0]), widths[0])
    dim: list[tuple[int, int]] = []
    for cell, wide in zip(others, widths[1:], strict=True):
        text += " " * (_GAP + wide - cell_len(cell.text))
        if cell.is_dim:
            dim.append((len(text), len(text) + len(cell.text)))
        text += cell.text
    return SummaryLine(text, style, tuple(dim))


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


def _row(submission: SubmissionResult, ids: tuple[str, ...]) -> Iterator[_Cell]:
    """Yield the cells of one student."""
    exercises = {exercise.exercise: exercise for exercise in submission.exercises}
    share = percent(submission)
    yield _Cell(_name(submission))
    yield from (_score(exercises.get(name)) for name in ids)
    yield _Cell(_total(submission))
    yield _Cell("" if share is None else number(share))


def _total(submission: SubmissionResult) -> str:
    mark = "" if submission.complete else _NOT_FINAL
    return f"{mark}{number(submission.score)} / {number(submission.max_score)}"


def _score(exercise: ExerciseResult | None) -> _Cell:
    if exercise is None or nothing_handed_in(exercise):
        return _Cell("-", is_dim=True)
    return _Cell(number(exercise.score))


def _style(submission: SubmissionResult) -> str:
    if not submission.complete:
        return "yellow"
    return "green" if submission.score == submission.max_score else ""


def _most_lost(results: Results) -> Iterator[SummaryLine]:
    lost = most_lost(results, _LOST_SHOWN)
    if lost:
        yield SummaryLine(
            "Checks that most students lost points on, of those who handed in", "bold"
        )
    width = max((len(str(check.students)) for check in lost), default=0)
    for check in lost:
        share = f"{check.students:>{width}} of {check.of}  "
        yield _line(f"{check.exercise}: {check.title}", share)
    if lost:
        yield SummaryLine()


def _shared(results: Results) -> Iterator[SummaryLine]:
    """Yield which mistake or which sentence several students share, with names."""
    shared = results.ending.shared
    if shared:
        yield SummaryLine("What several students share", "bold")
    for one in shared[:_SHARED_SHOWN]:
        yield _line(f"{one.exercise}: {one.said}", f"{len(one.students)} of {one.of}  ")
        yield _line(_named(one.students), "  ")
    if len(shared) > _SHARED_SHOWN:
        yield _line(f"and {len(shared) - _SHARED_SHOWN} more, see results.json")
    if shared:
        yield SummaryLine()


def _named(students: tuple[str, ...]) -> str:
    """Return the first few of some names, and how many more there are."""
    names = ", ".join(clean_line(name, _NAME_CAP) for name in students[:_NAMES_SHOWN])
    more = len(students) - _NAMES_SHOWN
    return f"{names} and {more} more" if more > 0 else names


def _unexplained(results: Results) -> Iterator[SummaryLine]:
    """Yield which behaviour several students share and no mistake explains."""
    shared = [group for group in results.unexplained if len(group.students) > 1]
    if shared:
        yield SummaryLine("Shared, and explained by no mistake of the course", "bold")
    for group in shared[:_GROUPS_SHOWN]:
        more = len(group.checks) - 1
        also = f" and {_count(more, 'more check')}" if more else ""
        line = f"{group.exercise}: {group.checks[0]}{also}"
        yield _line(line, f"{_count(len(group.students), 'student')}  ")
    if len(shared) > _GROUPS_SHOWN:
        yield _line(f"and {len(shared) - _GROUPS_SHOWN} more, see results.json")
    if shared:
        yield SummaryLine()


def _not_final(results: Results, width: int) -> Iterator[SummaryLine]:
    """Yield what could not be checked, where not the students have to act."""
    undecided = results.ending.undecided
    if undecided:
        heading = "not final: a check could not be run; no student is to blame"
        yield SummaryLine(f"{_NOT_FINAL} {heading}", "yellow")
    for one in undecided[:_FAULTS_SHOWN]:
        who = _count(len(one.students), "student")
        yield from _wrapped(f"{one.exercise}, {one.check} ({who}): {one.said}", width)
    if len(undecided) > _FAULTS_SHOWN:
        more = len(undecided) - _FAULTS_SHOWN
        yield _line(f"and {more} more checks, see results.json")
    if undecided:
        yield SummaryLine()


def _free(results: Results) -> Iterator[SummaryLine]:
    """Yield which checks give their points for nothing."""
    free = [one for one in results.suspects if one.whose is Whose.STUB]
    if free:
        yield SummaryLine("Points for nothing: the stub passes these checks", "yellow")
    for one in free[:_FAULTS_SHOWN]:
        yield _line(f"{one.exercise}, {one.check}")
    if len(free) > _FAULTS_SHOWN:
        yield _line(f"and {len(free) - _FAULTS_SHOWN} more, see results.json")
    if free:
        yield SummaryLine()


def _closing(results: Results, width: int) -> Iterator[SummaryLine]:
    came = (ex.file is not None for sub in results.submissions for ex in sub.exercises)
    files = _count(sum(came), "file")
    students = _count(len(results.submissions), "student")
    total = number(results.ending.seconds, 1)
    median = number(seconds_per_submission(results), 3)
    said = f"{files} of {students} graded: {total} s, {median} s each (median)."
    yield from _folded(said, width)
    if results.sandbox == NO_WALL:
        unsafe = f"sandbox: {NO_WALL}. The students' code ran with all your rights."
        for line in _folded(unsafe, width):
            yield line._replace(style="bold yellow")
    else:
        yield SummaryLine(f"sandbox: {clean_line(results.sandbox, _NAME_CAP)}")


def _line(text: str, lead: str = "") -> SummaryLine:
    """Return an indented line, cut where the terminal ends."""
    return SummaryLine(f"  {lead}{clean_line(text, _LINE_CAP)}")


def _wrapped(text: str, width: int) -> Iterator[SummaryLine]:
    """Yield an indented paragraph, uncut, because somebody has to act on it."""
    for line in _folded(clean_line(text, _LINE_CAP), width - _GAP):
        yield SummaryLine(" " * _GAP + line.text)


def _folded(text: str, width: int) -> Iterator[SummaryLine]:
    """Yield a text in lines that have room; a word without blanks may be cut."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and cell_len(longer) > width:
            yield SummaryLine(line)
            longer = word
        line = longer
    yield SummaryLine(line)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"

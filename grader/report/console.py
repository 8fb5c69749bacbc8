"""The class at a glance, for a terminal with rich or as plain lines."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.text import Text

from grader.model import (
    ExerciseResult,
    Outcome,
    Results,
    SubmissionResult,
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
_NAME_WIDTH = 40
_NAME_WIDTH_LEAST = 16
_SCORE_WIDTH = 5
_PERCENT_WIDTH = 3
_GAP = 2
_NAME_CAP = 80
_LINE_CAP = 300
_PLAIN_WIDTH = 120
_NOT_FINAL = "*"


def render(results: Results, width: int) -> RenderableType:
    """Return the summary of a run: a table, the checks most lost, and what it took.

    Args:
        results: the run.
        width: the terminal's width, in cells.
    """
    parts: list[RenderableType] = []
    if results.submissions:
        parts += [*_table(results, width), Text("")]
    parts += [*_most_lost(results), *_unexplained(results)]
    parts += [*_not_final(results), *_closing(results)]
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

    A table of rich's would measure and wrap each cell: it takes ten times as long.
    """
    ids = exercise_ids(results)
    longest = max(cell_len(_name(submission)) for submission in results.submissions)
    total = max(cell_len(_total(submission)) for submission in results.submissions)
    room = width - total - _PERCENT_WIDTH - 2 * _GAP
    headings = _headings(ids, room, min(longest, _NAME_WIDTH))
    rows = [
        (list(_row(submission, ids if headings else ())), _style(submission))
        for submission in results.submissions
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
    """Return the exercises' headings: broken at underscores, or none, to find room."""
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
    """Return a student's name; it begins a line, so an odd one stands in quotes."""
    name = clean_line(submission.student, _NAME_CAP)
    return name if name[:1].isalnum() else f'"{name}"'


def _row(submission: SubmissionResult, ids: tuple[str, ...]) -> Iterator[Text]:
    """Yield the cells of one student; a `Text` takes no markup from its string."""
    exercises = {exercise.exercise: exercise for exercise in submission.exercises}
    share = percent(submission)
    yield Text(_name(submission))
    yield from (_score(exercises.get(name)) for name in ids)
    yield Text(_total(submission))
    yield Text("" if share is None else f"{int(share)}")


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
        yield Text("Checks that most students lost points on", style="bold")
    width = max((len(str(check.students)) for check in lost), default=0)
    for check in lost:
        share = f"{check.students:>{width}} of {len(results.submissions)}  "
        yield _line(f"{check.exercise}: {check.title}", share)
    if lost:
        yield Text("")


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


def _not_final(results: Results) -> Iterator[Text]:
    """Yield what could not be checked: someone other than the students must act."""
    faults: dict[str, list[str]] = {}
    for submission in results.submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                if check.outcome is Outcome.GRADER_ERROR:
                    name = f"{exercise.exercise}, {check.name}"
                    faults.setdefault(name, []).append(check.message)
    if faults:
        heading = "not final: a check could not be run; no student is to blame"
        yield Text(f"{_NOT_FINAL} {heading}", style="yellow")
    for name, messages in list(faults.items())[:_FAULTS_SHOWN]:
        yield _line(f"{name} ({_count(len(messages), 'student')}): {messages[0]}")
    if len(faults) > _FAULTS_SHOWN:
        yield _line(f"and {len(faults) - _FAULTS_SHOWN} more checks, see results.json")
    if faults:
        yield Text("")


def _closing(results: Results) -> Iterator[Text]:
    graded = _count(len(results.submissions), "submission")
    seconds = number(seconds_per_submission(results), 3)
    yield Text(f"{graded} graded, {seconds} s per submission (median).")
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


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"

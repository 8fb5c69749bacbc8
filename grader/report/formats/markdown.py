"""A report per student in Markdown: kind, plain, and deaf to the student's markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.model import (
    NO_WALL,
    CheckResult,
    ExerciseResult,
    Outcome,
    Results,
    Said,
    SubmissionResult,
)
from grader.report.reasons import reasons_of
from grader.report.sparks import sparks
from grader.report.stems import file_stems, utf8
from grader.report.words import (
    OUTCOME_WORDS,
    has_lost,
    nothing_handed_in,
    number,
    percent,
)
from grader.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.report.formats import Pages
    from grader.report.reasons import Reason, Seen

STUDENTS_FOLDER = "students"
_LINE_CAP = 500
_MESSAGE_CAP = 8000
_TITLES_SHOWN = 3
# Our own fault is told to the instructor: its message may speak of hidden checks.
_UNEXPLAINED = (Outcome.PASSED, Outcome.GRADER_ERROR)
# What may stand in backticks as code: nothing here ends a code span or a table's cell.
_CODE = r"[\w .,:;?!%^@~(){}\[\]=+\-*/'\"]{1,120}"
# What a platform makes a link or a mention of by itself; in code it does not.
_LINK = (
    r"(?:[A-Za-z][\w+.\-]*://|(?<![A-Za-z0-9])www\.|mailto:|xmpp:|[\w.+\-]*@(?=\w))"
    r"[^\s`|<>&\\]*"
)
_INERT = re.compile(rf"(?<!`)`({_CODE})`(?!`)|({_LINK})", re.IGNORECASE)
_ACTIVE = re.compile(r"[\\*~\[\]|#$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BLOCK_START = re.compile(r"^(\d*)([-+=:.)])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "&#96;"})


def render(results: Results) -> Pages:
    """Return one page per student."""
    names = file_stems(tuple(sub.student for sub in results.submissions))
    for name, submission in zip(names, results.submissions, strict=True):
        yield f"{STUDENTS_FOLDER}/{name}.md", utf8(page(submission, results))


def page(submission: SubmissionResult, results: Results) -> str:
    """Return one student's report.

    Args:
        submission: the student's part of the results.
        results: the whole run, for the course and the environment.
    """
    parts = [
        f"# Report for {escape(submission.student) or 'a student without a name'}",
        _score(submission, results),
        *_overview(submission),
        *(part for exercise in submission.exercises for part in _exercise(exercise)),
        *_advice(submission),
        "---",
        _environment(results),
    ]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Return hostile text as one line of Markdown that shows it and does nothing else.

    A short expression in backticks stays code, and what a platform would make a link
    or a mention of becomes code.
    """
    line = clean_line(text, _LINE_CAP)
    pieces: list[str] = []
    end = 0
    for match in _INERT.finditer(line):
        pieces.append(_escaped(line[end : match.start()]))
        # Two code spans that touch would read as one with longer fences.
        if "".join(pieces[-2:]).endswith("`"):
            pieces.append(" ")
        pieces.append(f"`{match.group(1) or match.group(2)}`")
        end = match.end()
    pieces.append(_escaped(line[end:]))
    return _BLOCK_START.sub(r"\1\\\2", "".join(pieces))


def _escaped(text: str) -> str:
    return _ACTIVE.sub(r"\\\g<0>", text).translate(_ENTITIES)


def _code(text: str) -> str:
    """Return text as code where that is safe, else as plain text."""
    line = clean_line(text, _LINE_CAP)
    return f"`{line}`" if re.fullmatch(_CODE, line) else escape(line)


def _score(submission: SubmissionResult, results: Results) -> str:
    share = percent(submission)
    shown = "" if share is None else f" ({number(share)} %)"
    earned = _of(submission.score, submission.max_score)
    line = f"**{earned} points**{shown} in {escape(results.course)}."
    if submission.complete:
        return line
    return (
        f"{line}\n\n**This score is not final.** Some checks could not be run. That is "
        f"a fault of the grading, not of your work; your instructor has to repeat it."
    )


def _overview(submission: SubmissionResult) -> Iterator[str]:
    """Yield a table of the exercises, where there is more than one."""
    if len(submission.exercises) > 1:
        rows = [
            (escape(ex.exercise), _of(ex.score, ex.max_score), _progress(ex))
            for ex in submission.exercises
        ]
        yield _table(("exercise", "points", "checks"), "l r l", rows)


def _progress(exercise: ExerciseResult) -> str:
    if nothing_handed_in(exercise):
        return "nothing handed in"
    passed = sum(check.outcome is Outcome.PASSED for check in exercise.checks)
    return f"{passed} of {len(exercise.checks)} passed"


def _exercise(exercise: ExerciseResult) -> Iterator[str]:
    earned = _of(exercise.score, exercise.max_score)
    yield f"## {escape(exercise.exercise)}: {earned} points"
    if exercise.file is not None:
        took = f", in {number(exercise.seconds)} s" if exercise.seconds else ""
        yield f"Graded: {_code(exercise.file)}{took}."
    if exercise.notes:
        yield "\n".join(f"- Note: {escape(note)}" for note in exercise.notes)
    told = [check.message for check in exercise.checks]
    if exercise.error is not None and not any(exercise.error in text for text in told):
        yield from _message(exercise.error)
    if exercise.checks and not nothing_handed_in(exercise):
        yield _checks(exercise)
    yield from _explained(exercise)


def _checks(exercise: ExerciseResult) -> str:
    rows = [
        (
            escape(check.title or check.name),
            OUTCOME_WORDS[check.outcome],
            _of(check.score, check.max_score) if check.max_score else "",
        )
        for check in exercise.checks
    ]
    return _table(("check", "outcome", "points"), "l l r", rows)


def _explained(exercise: ExerciseResult) -> Iterator[str]:
    """Yield what is said about the checks that did not pass, each thing once."""
    told = [
        check
        for check in exercise.checks
        if check.outcome not in _UNEXPLAINED and (check.message or check.question)
    ]
    for reason in reasons_of(told):
        if not nothing_handed_in(exercise):
            yield _heading(reason, exercise)
        if reason.question:
            yield f"> **Question:** {escape(reason.question)}"
        yield from _message(_joined(reason.shared))
        if len(reason.seen) > 1:
            yield "\n".join(_listed(seen, exercise) for seen in reason.seen)
        yield from _losses(reason.checks, exercise)


def _heading(reason: Reason, exercise: ExerciseResult) -> str:
    words = OUTCOME_WORDS[reason.outcome]
    if len(reason.checks) == len(exercise.checks) or len(reason.seen) == 1:
        return f"### {_titles(reason.checks, exercise)}: {words}"
    if reason.outcome is Outcome.NOT_ATTEMPTED:
        return f"### {len(reason.checks)} checks: {words}"
    what = "question" if reason.question else "reason"
    return f"### {len(reason.checks)} checks, one {what}: {words}"


def _listed(seen: Seen, exercise: ExerciseResult) -> str:
    """Return what some checks saw as an item of a list."""
    titles = _titles(seen.checks, exercise)
    return f"- {titles}: {escape(_joined(seen.said))}" if seen.said else f"- {titles}."


def _joined(said: Sequence[Said]) -> str:
    return " ".join(part.text for part in said)


def _losses(checks: Sequence[CheckResult], exercise: ExerciseResult) -> Iterator[str]:
    """Yield the losses of a training that a visible check saw."""
    names = {check.name for check in checks}
    for curve in exercise.curves:
        if curve.name in names and curve.reference:
            yield "The losses on the lesson's data, from the first to the last:"
            yield _fenced(sparks(curve))


def _titles(checks: Sequence[CheckResult], exercise: ExerciseResult) -> str:
    if len(checks) == len(exercise.checks) > 1:
        return f"All {len(checks)} checks"
    titles = [escape(check.title or check.name).rstrip(".") for check in checks]
    more = len(titles) - _TITLES_SHOWN
    shown = "; ".join(titles[:_TITLES_SHOWN])
    return f"{shown}; and {more} more" if more > 0 else shown


def _message(text: str) -> Iterator[str]:
    """Yield a message: its first line as text, further lines as they were written."""
    lines = clean_text(text, _MESSAGE_CAP).strip().splitlines()
    if lines:
        yield escape(lines[0])
    if lines[1:]:
        yield _fenced(lines[1:])


def _fenced(lines: list[str]) -> str:
    """Return lines as a code block whose fence is longer than any in the lines."""
    runs = re.findall("`+", "\n".join(lines))
    fence = "`" * max([3, *(len(run) + 1 for run in runs)])
    return "\n".join([f"{fence}text", *lines, fence])


def _advice(submission: SubmissionResult) -> Iterator[str]:
    """Yield how to go on, where points were lost on a file that was handed in."""
    for exercise in submission.exercises:
        if exercise.file is not None and any(map(has_lost, exercise.checks)):
            command = _code(f"grader check {exercise.file}")
            yield (
                f"To try again on your own computer: {command} runs the checks that "
                f"you have, in seconds."
            )
            return


def _table(head: tuple[str, ...], align: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table; `align` has one letter per column, l or r."""
    marks = ["--:" if letter == "r" else "---" for letter in align.split()]
    lines = [head, tuple(marks), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _of(score: float, max_score: float) -> str:
    return f"{number(score)} of {number(max_score)}"


def _environment(results: Results) -> str:
    versions = results.environment
    line = escape(
        f"Graded with grader {results.grader_version}, Python {versions.python}, torch "
        f"{versions.torch}."
    )
    if results.sandbox != NO_WALL:
        return f"{line} sandbox: {escape(results.sandbox)}."
    return (
        f"{line} **sandbox: {NO_WALL}**: the code ran with all the rights of "
        f"whoever graded it."
    )

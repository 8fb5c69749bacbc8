"""Pages on which a person gives the points that no machine should: one work at a time.

They are blind unless somebody asks for names: an address tells nothing of the student,
the works come in an order of their own, and names in the code are taken out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from grader.errors import UsageError
from grader.model import (
    OVERRIDE,
    Block,
    CheckResult,
    ExerciseResult,
    Program,
    Prose,
    SubmissionResult,
)
from grader.programs import kept_programs
from grader.report.web import code
from grader.review.answering import MISSING, Answering, plain, see
from grader.review.learning import JOB
from grader.review.plots import PlotsAsked
from grader.text import clean_line, number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.routing import Route

    from grader.report.web.code import CodeBlock
    from grader.review.decisions import Decider
    from grader.review.plots import Plots
    from grader.review.reading import Reader, Reading

_NAMES = "names"
_WORD = re.compile(r"\w{3,}")
_TAKEN_OUT = "…"
_DIGITS = 2
_CAP = 800


class HandAnswer(msgspec.Struct, frozen=True):
    """One student's answer to a question that a person judges.

    Attributes:
        key: stands for the student in addresses.
        submission: the student.
        exercise: the exercise.
        check: the question.
        given: the points that it has by hand; None where it waits.
        reason: why it has these points.
    """

    key: str
    submission: SubmissionResult
    exercise: ExerciseResult
    check: CheckResult
    given: float | None
    reason: str


class PointsPages:
    """Give points by hand, work by work.

    Args:
        answering: makes routes.
        read: reads the results anew.
        decider: keeps what is decided.
        plots: draws programs' plots again.
        secret: what the keys of students are made with.
        out: the folder of the reports.
    """

    def __init__(
        self,
        answering: Answering,
        read: Reader,
        decider: Decider,
        plots: Plots,
        secret: str,
        out: Path,
    ) -> None:
        self._answering = answering
        self._read = read
        self._decider = decider
        self._plots = plots
        self._secret = secret.encode()
        self._out = out

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        page, form = self._answering.page, self._answering.form
        return [
            page("/points", self._list),
            page("/points/{exercise}/{check}", self._next),
            page("/points/{exercise}/{check}/{key}", self._answer),
            form("/points/{exercise}/{check}/{key}", self._give),
            form("/points/{exercise}/{check}/{key}/plots", self._draw),
            page("/points/{exercise}/{check}/{key}/{number:int}.png", self._picture),
        ]

    def _list(self, request: Request) -> Response:
        del request
        questions: dict[tuple[str, str], list[HandAnswer]] = {}
        for answer in self._answers(self._read()):
            key = answer.exercise.exercise, answer.check.name
            questions.setdefault(key, []).append(answer)
        shown = [
            (
                _place(*key),
                found[0],
                sum(a.given is not None for a in found),
                len(found),
            )
            for key, found in questions.items()
        ]
        return self._answering.shown("desk_points.html", questions=shown)

    def _next(self, request: Request) -> Response:
        found = self._asked(request)
        waiting = [answer for answer in found if answer.given is None]
        if not waiting:
            return see("/points")
        return see(_address(waiting[0], request))

    def _answer(self, request: Request) -> Response:
        found = self._asked(request)
        at = _index(found, request)
        if at is None:
            return plain("There is no such answer any more.", MISSING)
        answer = found[at]
        names = _NAMES in request.query_params
        where = _address(answer, request).partition("?")[0]
        program = self._program(answer)
        return self._answering.shown(
            "desk_answer.html",
            answer=answer,
            rubric=answer.check.rubric or (),
            code=_code(answer, program, blind=not names),
            plots=program and self._plots.found(_wanted(answer, program)),
            where=where,
            names=names,
            other=where if names else f"{where}?{_NAMES}",
            number=at + 1,
            count=len(found),
            done=_done(found),
            before=_address(found[at - 1], request) if at else None,
            after=_address(found[at + 1], request) if at + 1 < len(found) else None,
        )

    def _give(self, request: Request, fields: dict[str, str]) -> Response:
        found = self._asked(request)
        at = _index(found, request)
        if at is None:
            raise UsageError("There is no such answer any more.")
        answer = found[at]
        about = f"{answer.exercise.exercise}:{answer.check.name}"
        action = fields.get("action", "")
        if action == OVERRIDE:
            given = {"score": _score(answer.check, fields)}
            given["reason"] = _reason(answer.check, fields)
        else:
            given = {}
        student = answer.submission.student
        self._decider.decide(action, (student,), {"about": about, **given})
        if action != OVERRIDE:
            return see(_address(answer, request))
        left = [one for one in (*found[at + 1 :], *found[:at]) if one.given is None]
        return see(_address(left[0], request) if left else "/points")

    def _asked(self, request: Request) -> list[HandAnswer]:
        """Return the answers to the question of an address, in their order."""
        exercise, check = (request.path_params[n] for n in ("exercise", "check"))
        found = [
            answer
            for answer in self._answers(self._read())
            if (answer.exercise.exercise, answer.check.name) == (exercise, check)
        ]
        return sorted(found, key=lambda answer: answer.key)

    def _answers(self, reading: Reading) -> Iterator[HandAnswer]:
        for submission in reading.results.submissions:
            for exercise in submission.exercises:
                given = {a.check: a for a in exercise.adjustments if a.by == OVERRIDE}
                for check in exercise.checks:
                    if check.waits and None not in given:
                        own = given.get(check.name)
                        yield HandAnswer(
                            self._key(submission.student),
                            submission,
                            exercise,
                            check,
                            None if own is None else check.score + own.points,
                            "" if own is None else own.reason,
                        )

    def _key(self, student: str) -> str:
        return hmac.new(
            self._secret, student.encode("utf-8", "surrogateescape"), hashlib.sha256
        ).hexdigest()[:20]

    def _program(self, answer: HandAnswer) -> Program | None:
        student, exercise = answer.submission.student, answer.exercise.exercise
        with kept_programs(self._read().results, self._out) as programs:
            return programs(student, exercise)

    def _draw(self, request: Request, _fields: dict[str, str]) -> Response:
        found = self._with_program(request)
        if found is None:
            raise UsageError("There is no such answer any more, or no program of it.")
        answer, program = found
        self._plots.start(_wanted(*found), program, _address(answer, request))
        return see(JOB)

    def _picture(self, request: Request) -> Response:
        found = self._with_program(request)
        number = request.path_params["number"]
        picture = self._plots.picture(_wanted(*found), number) if found else None
        if picture is None:
            return plain("There is no such picture any more.", MISSING)
        return Response(picture, media_type="image/png")

    def _with_program(self, request: Request) -> tuple[HandAnswer, Program] | None:
        """Return the answer of an address with its program, where both are there."""
        found = self._asked(request)
        at = _index(found, request)
        program = None if at is None else self._program(found[at])
        return None if at is None or program is None else (found[at], program)


def _wanted(answer: HandAnswer, program: Program) -> PlotsAsked:
    """Return which plots an answer is about."""
    about = answer.check.about
    return PlotsAsked(answer.exercise.exercise, program.digest(), about)


def _code(
    answer: HandAnswer, program: Program | None, *, blind: bool
) -> tuple[CodeBlock, ...]:
    """Return what the question is about, or all of the program."""
    if program is None:
        return ()
    submission = answer.submission
    if blind:
        program = _nameless(program, f"{submission.student} {submission.name or ''}")
    return code.pieces(code.excerpt(program, answer.check.about), ())


def _done(found: list[HandAnswer]) -> int:
    return sum(answer.given is not None for answer in found)


def _place(exercise: str, check: str) -> str:
    return f"/points/{quote(exercise)}/{quote(check)}"


def _address(answer: HandAnswer, request: Request) -> str:
    names = f"?{_NAMES}" if _NAMES in request.query_params else ""
    place = _place(answer.exercise.exercise, answer.check.name)
    return f"{place}/{answer.key}{names}"


def _index(found: list[HandAnswer], request: Request) -> int | None:
    keys = [answer.key for answer in found]
    key = request.path_params["key"]
    return keys.index(key) if key in keys else None


def _any_of(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


def _nameless(program: Program, author: str) -> Program:
    """Return a program in which the words of a name are taken out."""
    words = "|".join(map(re.escape, _WORD.findall(author)))
    if not words:
        return program
    name = _any_of(words)

    def without(text: str) -> str:
        return name.sub(_TAKEN_OUT, text)

    blocks = (
        Block(without(block.label), without(block.source).encode("utf-8", "replace"))
        for block in program.blocks
    )
    prose = (
        Prose(one.before, without(one.source).encode("utf-8", "replace"))
        for one in program.prose
    )
    filename = without(program.filename)
    return msgspec.structs.replace(
        program, filename=filename, blocks=tuple(blocks), prose=tuple(prose)
    )


def _met(check: CheckResult, fields: dict[str, str]) -> list[bool]:
    """Return for each item of a rubric whether it is met."""
    count = len(check.rubric or ())
    return [f"item{index}" in fields for index in range(1, count + 1)]


def _score(check: CheckResult, fields: dict[str, str]) -> str:
    """Return the points: those given, or else the share of items that are met."""
    given = fields.get("score", "").strip()
    met = _met(check, fields)
    if given or not met:
        return given
    return number(round(check.max_score * sum(met) / len(met), _DIGITS), _DIGITS)


def _reason(check: CheckResult, fields: dict[str, str]) -> str:
    """Return what the student reads about the points."""
    met = _met(check, fields)
    items = list(zip(check.rubric or (), met, strict=True))
    parts = [
        f"{head}: {'; '.join(chosen)}."
        for head, wanted in (("There", True), ("Not yet there", False))
        if (chosen := [item for item, is_met in items if is_met is wanted])
    ]
    text = clean_line(fields.get("text", ""), _CAP).strip()
    return " ".join(("Read by hand.", *parts, *([text] if text else [])))

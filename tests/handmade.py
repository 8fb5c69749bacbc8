"""Results made by hand, kind and hostile: what reports are tested with."""

from __future__ import annotations

import re

from hypothesis import settings
from hypothesis import strategies as st

from grader.ending import ending_of
from grader.model import (
    RESULTS_SCHEMA,
    CheckResult,
    Environment,
    ExerciseResult,
    Outcome,
    Results,
    Role,
    Said,
    SubmissionResult,
    Visibility,
)
from grader.report import formats
from grader.report.options import NONE, Options

PROPERTY = settings(max_examples=150, deadline=None, derandomize=True, database=None)
NASTY = (
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "| a | b |\n|---|---|\n| c | d |",
    "# heading\n\n- item\n1. one\n> quote\n---\n===",
    "```\n</code>\n~~~~\n`````",
    "`a``@b`c`` d`",
    "**bold** __bold__ *em* _em_ ~~gone~~ $x$",
    "<!-- </td></tr> -->",
    "&lt;b&gt; &amp; &#60;",
    "https://evil.example @everyone www.evil.example mailto:a@b.example",
    "[bold red]x[/bold red] [/] [link=https://evil.example]y[/link] :smile:",
    "=HYPERLINK(1)",
    "\t=1+1",
    "\r@SUM(A1)",
    '-2+3","=cmd',
    "\x1b[2J\x1b]0;title\x07 \x9b31m",
    "\u202etxt.exe\u202c",
    "../../etc/passwd",
    "name\udcff",
    "\\",
    "back_prop __init__ w_ _w",
    "1. 1) + - :",
)
# What acts on a terminal, reverses or hides text, or cannot be encoded.
ACTIVE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b\ud800-\udfff]")
HOSTILE = st.one_of(
    st.sampled_from(NASTY),
    st.text("`*_[](){}<>|#&\\\n\r\t=+-@!~$:;./'\"1aé ", max_size=40),
    st.text(st.characters(), max_size=20),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=3).map("".join),
)


def checked(
    name: str,
    outcome: Outcome = Outcome.PASSED,
    *said: str | Said,
    points: float = 5.0,
    question: str | None = None,
    title: str | None = None,
) -> CheckResult:
    """Return a check that says this; a text is what it saw, or why it ended."""
    role = Role.SAW if outcome is Outcome.FAILED else Role.ERROR
    parts = tuple(Said(role, s) if isinstance(s, str) else s for s in said)
    return CheckResult(
        name=f"test_{name}",
        title=f"{name} is right." if title is None else title,
        about=(name,),
        visibility=Visibility.HIDDEN,
        outcome=outcome,
        score=points if outcome is Outcome.PASSED else 0.0,
        max_score=points,
        message=" ".join(part.text for part in parts),
        said=parts,
        question=question,
    )


def exercise(
    name: str,
    *checks: CheckResult,
    file: str | None = "",
    error: str | None = None,
    notes: tuple[str, ...] = (),
    seconds: float = 0.25,
) -> ExerciseResult:
    return ExerciseResult(
        exercise=name,
        file=f"{name}.py" if file == "" else file,
        sha256="00ff",
        score=sum(check.score for check in checks),
        max_score=sum(check.max_score for check in checks),
        seconds=seconds,
        error=error,
        checks=checks,
        notes=notes,
    )


def submission(student: str, *exercises: ExerciseResult) -> SubmissionResult:
    return SubmissionResult(
        student=student,
        score=sum(ex.score for ex in exercises),
        max_score=sum(ex.max_score for ex in exercises),
        complete=all(
            check.outcome is not Outcome.GRADER_ERROR
            for ex in exercises
            for check in ex.checks
        ),
        exercises=exercises,
    )


def results(*submissions: SubmissionResult, sandbox: str = "landlock") -> Results:
    return Results(
        schema=RESULTS_SCHEMA,
        course="Gradients by hand",
        grader_version="0.1.0",
        environment=Environment(python="3.11.7", torch="2.13.0"),
        sandbox=sandbox,
        submissions=submissions,
        ending=ending_of(submissions, ()),
    )


def hostile(text: str) -> SubmissionResult:
    """Return a submission with a text wherever a student's text can stand."""
    return submission(
        text,
        exercise(
            "autograd",
            checked("loss"),
            checked("train", Outcome.FAILED, text, question=text, title=text),
            checked("w", Outcome.ERROR, f"first line\n{text}", title=text),
            file=text or None,
            error=text or "empty",
            notes=(text, text),
        ),
        exercise("backprop", checked("loss", Outcome.NOT_ATTEMPTED, text)),
    )


ANNA = submission(
    "anna",
    exercise("backprop", checked("forward"), checked("loss")),
    exercise("autograd", checked("forward"), checked("train")),
)
BEN = submission(
    "ben",
    exercise(
        "backprop",
        checked("forward"),
        checked(
            "loss",
            Outcome.FAILED,
            "`loss`: expected 4.0, got 2.0.\n  at x = 2.0",
            question="What is squared in `loss(w, x, y)`?",
        ),
        notes=("backprop.ipynb is older and was not graded",),
    ),
    exercise(
        "autograd",
        checked("forward", Outcome.NOT_ATTEMPTED, "expected autograd.py, found none"),
        checked("train", Outcome.NOT_ATTEMPTED, "expected autograd.py, found none"),
        file=None,
        seconds=0.0,
    ),
)
CLASS = results(ANNA, BEN)
UNFINISHED = submission(
    "carl",
    exercise("backprop", checked("loss", Outcome.GRADER_ERROR, "secret 42 in a check")),
)


def rendered(name: str, of: Results, options: Options = NONE) -> dict[str, bytes]:
    """Return the pages of a format, each in one piece."""
    return {
        path: content if isinstance(content, bytes) else b"".join(content)
        for path, content in formats.load(name)(of, options)
    }

"""A note that shows a line of code shows it as it was written, in every report."""

from __future__ import annotations

from handmade import checked, exercise

from grader.judging.answers import Raised
from grader.judging.checks import words
from grader.report import terminal
from grader.report.answer import Amount, Standing, answer_to
from grader.report.cell import html_of, lines_of
from grader.report.formats import markdown
from grader.report.letter import exercise_row

FAILED = Raised(
    *("SyntaxError", "expected ':'", "cell 2", 5),
    text="def loss(w, x, y)",
    offset=18,
)
NOTE = words.noted(FAILED)
ROW = exercise_row(exercise("backprop", checked("forward"), notes=(NOTE, "a\nb")))
CARET = " " * 17 + "^"


def test_statement_that_cannot_be_read_is_noted_with_a_mark() -> None:
    head = "cell 2, line 5: SyntaxError: expected ':'. The other statements still ran."

    assert NOTE.split("\n") == [head, "    def loss(w, x, y)", f"    {CARET}"]


def test_only_code_stays_below_a_note() -> None:
    assert ROW.notes == (NOTE, "a b")


def test_mark_stays_below_its_place_in_a_terminal() -> None:
    lines = list(terminal.exercise_lines(ROW, "mine.ipynb"))
    parts = answer_to(ROW, "mine.ipynb", Amount(), Standing())
    told = list(lines_of(tuple(parts), 40))

    for found in (lines, told):
        code = next(i for i, line in enumerate(found) if "def loss(w, x, y)" in line)
        assert found[code + 1].index("^") - found[code].index("def") == len(CARET) - 1


def test_mark_stays_below_its_place_in_a_cell() -> None:
    parts = answer_to(ROW, "here", Amount(), Standing())

    assert f"    def loss(w, x, y)\n    {CARET}</pre>" in html_of(tuple(parts))


def test_mark_stays_below_its_place_in_markdown() -> None:
    note, *_ = (markdown._note(each) for each in ROW.notes)

    assert note.split("\n")[2:-1] == [
        "  ```text",
        "      def loss(w, x, y)",
        f"      {CARET}",
        "  ```",
    ]

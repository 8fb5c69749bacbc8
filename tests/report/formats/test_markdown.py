"""A page says all that its student may read, and no student's text acts in it."""

from __future__ import annotations

import re

import pytest
from handmade import (
    ANNA,
    BEN,
    CLASS,
    HOSTILE,
    NASTY,
    PROPERTY,
    UNFINISHED,
    checked,
    exercise,
    hostile,
    results,
    submission,
)
from hypothesis import example, given
from markdown_it import MarkdownIt

from grader.model import Outcome, Results, Role, Said, SubmissionResult
from grader.report import console
from grader.report.formats import markdown
from grader.report.letter import letter_of
from grader.text import clean_line

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
INLINE = {"text", "code_inline"}
OURS = {"strong_open", "strong_close"}
BLOCKS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open"),
    *("tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open"),
    *("td_close", "bullet_list_open", "bullet_list_close", "list_item_open"),
    *("list_item_close", "blockquote_open", "blockquote_close", "fence", "hr"),
}
LINKED = re.compile(r"https?://|www\.|mailto:|\w@\w|@\w")


def page(submission: SubmissionResult, results: Results) -> str:
    return markdown.page(letter_of(submission, results))


def test_long_call_is_code_as_well_as_what_it_gives() -> None:
    text = f"`f({', '.join(map(str, range(60)))})` gives `[1]`; right is `[2]`."

    assert markdown.escape(text) == text


@PROPERTY
@given(HOSTILE)
@example("".join(NASTY))
def test_escaped_text_shows_every_character_and_does_nothing(text: str) -> None:
    (table,) = [
        token.children or []
        for token in GITHUB.parse(f"| h |\n|---|\n| a{markdown.escape(text)} |\n")
        if token.type == "inline" and token.content != "h"
    ]
    shown = "".join(token.content for token in table)

    assert {token.type for token in table} <= INLINE
    assert not any(
        LINKED.search(token.content) for token in table if token.type == "text"
    )
    # Only backticks around code are shown in another way.
    line = clean_line(text, 500)
    assert re.sub(r"[` ]", "", shown) == re.sub(r"[` ]", "", f"a{line}")


@PROPERTY
@given(HOSTILE)
def test_markdown_has_the_same_shape_whatever_a_student_wrote(text: str) -> None:
    bad = hostile(text)
    tokens = GITHUB.parse(page(bad, results(bad)))
    inline = [child for token in tokens for child in token.children or []]
    headings = [token.tag for token in tokens if token.type == "heading_open"]

    assert {token.type for token in tokens} <= BLOCKS
    assert {child.type for child in inline} <= INLINE | OURS
    assert (headings.count("h1"), headings.count("h2")) == (1, 2)
    assert sum(token.type == "table_open" for token in tokens) == 3
    assert sum(token.type == "hr" for token in tokens) == 1
    assert sum(token.type == "tr_open" for token in tokens) == 3 + 4 + 2


@pytest.mark.parametrize("start", ["- a", "+ a", "1. a", "2) a", "# a", "> a", "=== a"])
def test_escaped_text_starts_no_block(start: str) -> None:
    tokens = GITHUB.parse(markdown.escape(start))

    assert tokens[0].type == "paragraph_open"
    assert tokens[1].children is not None
    assert "".join(child.content for child in tokens[1].children) == start


def test_code_and_mention_that_touch_stay_two() -> None:
    assert markdown.escape("@all`w.grad`") == "`@all` `w.grad`"


def test_code_of_a_student_stays_inside_its_fence() -> None:
    text = "see:\n```\n````text\n# not a heading"
    ben = submission("b", exercise("autograd", checked("a", Outcome.ERROR, text)))
    tokens = GITHUB.parse(page(ben, results(ben)))

    assert [t.content for t in tokens if t.type == "fence"] == [
        "```\n````text\n# not a heading\n"
    ]


def test_markdown_says_score_outcomes_messages_questions_and_notes() -> None:
    text = page(BEN, CLASS)

    assert "# Report for ben\n" in text
    assert "**5 of 20 points** (25 %)" in text
    assert "| loss is right. | not right yet | 0 of 5 |" in text
    assert "### loss is right: not right yet" in text
    assert "`loss`: expected 4.0, got 2.0.\n\n```text\n  at x = 2.0\n```" in text
    assert "> **Question:** What is squared in `loss(w, x, y)`?" in text
    assert "- Note: backprop.ipynb is older and was not graded" in text
    assert "Python 3.11.7, torch 2.13.0" in text
    assert "`grader check backprop.py`" in text


def test_markdown_asks_one_question_once_for_all_checks_with_its_reason() -> None:
    look = Said(Role.FACT, "Look here.")
    told = [
        checked("a", Outcome.FAILED, "`w` is 1.", look, question="Why?"),
        checked("b", Outcome.FAILED, "`w` is 2.", look, question="Why?"),
        checked("c"),
    ]
    dora = submission("dora", exercise("autograd", *told))

    text = page(dora, results(dora))

    assert "### 2 checks, one question: not right yet\n\n> **Question:** Why" in text
    assert text.count("Look here.") == 1
    assert "- a is right: `w` is 1.\n- b is right: `w` is 2." in text


def test_markdown_asks_a_question_once_whatever_the_outcomes() -> None:
    try_it = Said(Role.TRY_IT, "Try: Print w.")
    told = [
        checked("a", Outcome.FAILED, "`w` is 1.", try_it, question="Why?"),
        checked("b", Outcome.ERROR, "`w` stopped.", try_it, question="Why?"),
        checked("c"),
    ]
    dora = submission("dora", exercise("autograd", *told))
    text = page(dora, results(dora))

    assert "### 2 checks, one question: not right yet or stopped with an error" in text
    assert (text.count("Why?"), text.count("Try: Print w.")) == (1, 1)


def test_markdown_of_one_wrong_function_fits_a_screen() -> None:
    told = [
        checked(
            f"a{n}", Outcome.FAILED, f"`w` is {n}.", question="Why?", title="T " * 9
        )
        for n in range(16)
    ]
    absent = {
        name: checked("b", Outcome.NOT_ATTEMPTED, f"{name}: expected b.py, found none")
        for name in ("one", "two")
    }
    dora = submission(
        "dora",
        exercise("autograd", *told),
        exercise("backprop", checked("c"), checked("d")),
        *(exercise(name, own, file=None) for name, own in absent.items()),
    )
    text = page(dora, results(dora))
    headings = [line for line in text.splitlines() if line.startswith("#")]

    assert len(text.splitlines()) < 65
    assert "- and 14 more checks, for the same reason." in text
    assert "All 2 checks passed." in text
    assert max(len(line.split()) for line in headings) < 20
    assert not [line for line in headings if line.endswith(("points", "one", "two"))][
        2:
    ]
    assert "- one: expected b.py, found none\n- two: expected b.py, found no" in text


def test_markdown_says_once_that_nothing_was_handed_in() -> None:
    text = page(BEN, CLASS)

    assert text.count("expected autograd.py, found none") == 1
    assert "nothing handed in" in text
    assert "not written yet" not in text


def test_markdown_tells_an_error_once_for_all_its_checks() -> None:
    broken = exercise(
        "autograd",
        checked("a", Outcome.ERROR, "line 3: no"),
        checked("b", Outcome.ERROR, "line 3: no"),
        error="line 3: no",
    )
    dora = submission("dora", broken)
    text = page(dora, results(dora))

    assert text.count("line 3: no") == 1
    assert "###" not in text
    assert "is right" not in text


def test_markdown_says_that_a_grade_is_not_final_without_the_fault() -> None:
    text = page(UNFINISHED, results(UNFINISHED))

    assert "This score is not final" in text
    assert "could not be checked, not your fault" in text
    assert "secret 42" not in text


def test_markdown_of_full_marks_gives_no_advice() -> None:
    text = page(ANNA, CLASS)

    assert "**20 of 20 points** (100 %)" in text
    assert "grader check" not in text
    assert "not final" not in text


@pytest.mark.parametrize("sandbox", ["none", "landlock+seccomp"])
def test_reports_say_which_sandbox_was_used(sandbox: str) -> None:
    graded = results(ANNA, sandbox=sandbox)
    text = page(ANNA, graded)

    assert f"sandbox: {sandbox}" in text
    assert ("all the rights" in text) is (sandbox == "none")
    assert f"sandbox: {sandbox}" in console.plain(graded)
    assert ("all your rights" in console.plain(graded)) is (sandbox == "none")


def test_one_check_is_not_counted() -> None:
    eve = submission("eve", exercise("autograd", checked("a")))

    assert "\nAll checks passed.\n" in page(eve, results(eve))

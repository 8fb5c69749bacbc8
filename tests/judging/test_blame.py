"""A value that a check cannot use is the student's failure; a slip is the author's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import program, verdict_on

from grader.judging.session import open_judges
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course
    from grader.model import Finding
    from grader.sandbox.host.gate import Gate

# By the name of a function: what it returns in the solution and in a wrong program, the
# check's lines, and the sentence that follows.
STUDENTS = {
    "entry": (
        "[1, 2]",
        "3",
        "assert {}[0] == 1",
        "`entry` gave {}, and the check takes its entry [0].",
    ),
    "nothing": (
        "[1, 2]",
        "print()",
        "assert {}[0] == 1",
        (
            "`nothing` gave None, and the "
            "check takes its entry [0]: is there a `return` on every path?"
        ),
    ),
    "short": (
        "[1, 2]",
        "[1]",
        "x = {}\n    assert x[1] == 2",
        "`short` gave a list of 1 item, and the check takes its entry [1].",
    ),
    "key": (
        "{'a': 1}",
        "{'b': 1}",
        "assert {}['a'] == 1",
        "`key` gave a dict of 1 item, and the check takes",
    ),
    "inner": (
        "[[1], 2]",
        "[1, 2]",
        "x = {}\n    assert x[0][0] == 1",
        "In what `inner` gave there is {}, and the check takes its entry [0].",
    ),
    "deep": (
        "[[1], 2]",
        "[5, 2]",
        "assert {}[0][0] == 1",
        "In what `deep` gave there is {}, and the check takes its entry [0].",
    ),
    "shape": (
        "torch.ones(2)",
        "[1.0, 1.0]",
        "assert {}.shape == (2,)",
        "`shape` gave a list of 2 items, and the check asks for its `shape`.",
    ),
    "item": (
        "torch.ones(1)",
        "torch.ones(2)",
        "x = {}\n    assert x.item() == 1",
        "`item` gave a {}, and the check calls its `item()`.",
    ),
    "derived": (
        "(1, torch.ones(2))",
        "(1, None)",
        "x = {}\n    assert (x[1] != 0).all()",
        "`derived` gave a tuple of 2 items, and the check cannot go on with it.",
    ),
    "apart": (
        "(1, 2)",
        "(1, 2, 3)",
        "a, b = {}\n    assert a < b",
        "`apart` gave a tuple of 3 items, and the check takes 2 values from it.",
    ),
    "rest": (
        "(1, 2)",
        "()",
        "a, *b = {}\n    assert a",
        (
            "`rest` gave a tuple of 0 "
            "items, and the check takes at least 1 value from it."
        ),
    ),
    "loop": (
        "[1, 2]",
        "3",
        "assert [x for x in {}] == [1, 2]",
        "`loop` gave {}, and the check goes through its items.",
    ),
    "text": (
        "2.5",
        "print()",
        "assert float({}) == 2.5",
        "`text` gave None, and the check passes it to `float`",
    ),
    "mixed": (
        "[2, 1]",
        "[2, 'a']",
        "assert sorted({}) == [1, 2]",
        "`mixed` gave a list of 2 items, and the check passes it to `sorted`.",
    ),
    "ragged": (
        "[[1], [2]]",
        "[[1], [2, 3]]",
        "assert np.asarray({}).sum() == 3",
        "`ragged` gave a list of 2 items, and the check ",
    ),
    "sum_of": (
        "2",
        "'2'",
        "assert {} + 1 == 3",
        "`sum_of` gave {}, and the check computes with it.",
    ),
    "less": ("2", "'2'", "assert {} < 3", "`less` gave {}, and the check compares it."),
    "truth": ("np.ones(1)", "np.ones(2)", "assert {} == 1", "`truth` gave a "),
    "no_value": (
        "2",
        "object()",
        "assert close_to({}).matches(2)",
        "gave a value of type object",
    ),
    "into_solution": (
        "[2, 1]",
        "3",
        "assert reference.first({}) == 2",
        "`into_solution` gave {}, and the check ",
    ),
    "helped": ("[2, 1]", "3", "assert beside.last({}) == 1", "`helped` gave "),
    "empty": (
        "[1]",
        "[]",
        "for x in {}:\n        last = x\n    assert last == 1",
        "`empty` gave a list of 0 items",
    ),
}
AUTHORS = {
    "index": "assert {}[9] == 1",
    "misspelt": "assert {}[0] == missing",
    "in_message": "assert {} == [2], missing",
    "in_solution": "assert reference.refuse({}) == 1",
}
HEAD = """
import numpy as np
import torch

import beside
from grader import close_to, points, within
"""
CHECK = '''

@points(1)
def test_{name}(student{more}):
    """It is as it should be."""
    {body}
'''
SLOW = '''

@points(1)
@within(2)
def test_slow(student):
    """It is one product."""
    a = torch.ones(8, 8)
    assert student.slow(a, a) == close_to(a @ a)


@points(1)
@within(200)
def test_slow_is_allowed(student):
    """It is right."""
    a = torch.ones(8, 8)
    assert student.slow(a, a) == close_to(a @ a)
'''
FAST = "def slow(a, b): return a @ b\n"
LOOPS = """
def slow(a, b):
    rows = [torch.stack([(row * column).sum() for column in b.T]) for row in a]
    return torch.stack(rows)
"""
BESIDE = "def last(items):\n    return items[-1]\n"
HELPERS = """
import numpy as np
import torch


def first(items):
    return items[0]


def refuse(items):
    raise KeyError("a hidden word")
"""


def checks(bodies: dict[str, str], more: str) -> str:
    written = [
        CHECK.format(name=name, more=more, body=body.format(f"student.{name}()"))
        for name, body in bodies.items()
    ]
    return HEAD + "".join(written)


def definitions(values: dict[str, str]) -> str:
    made = [f"def {name}(): return {value}\n" for name, value in values.items()]
    return HELPERS + "".join(made)


@pytest.fixture(scope="module")
def findings(
    make_course: Callable[..., Course], gate: Gate
) -> tuple[dict[str, Finding], tuple[str, ...]]:
    """Return how each check ended for the wrong program, by its name, and the faults.

    Each check of `STUDENTS` is there twice: hidden, and visible as a method.
    """
    asked = {name: body for name, (_, _, body, _) in STUDENTS.items()}
    right = {name: value for name, (value, *_) in STUDENTS.items()}
    wrong = {name: value for name, (_, value, *_) in STUDENTS.items()}
    right |= dict.fromkeys(AUTHORS, "[1]")
    wrong |= dict.fromkeys(AUTHORS, "[2, 3]")
    visible = {name: body for name, body in asked.items() if "reference" not in body}
    points = len(STUDENTS) + len(AUTHORS) + len(visible) + 2
    table = 'title = "S"\nexercises = ["double"]\n[exercise.double]\ntitle = "D"\n'
    course = make_course(
        hidden=checks(asked | AUTHORS, ", reference") + SLOW,
        visible=checks(visible, ""),
        solution=definitions(right) + FAST,
        table=f"{table}points = {points}\n",
    )
    (course.exercises[0].folder / "beside.py").write_text(BESIDE)
    with open_judges(course, gate=gate) as judges:
        found = verdict_on(judges, program(definitions(wrong) + LOOPS))
    return {one.name: one for one in found.findings}, found.faults


@pytest.mark.parametrize("name", STUDENTS)
def test_value_that_a_check_cannot_use_is_the_students_failure(
    findings: tuple[dict[str, Finding], tuple[str, ...]], name: str
) -> None:
    found, _ = findings
    hidden = found.get(f"test_hidden::test_{name}") or found[f"test_{name}"]
    said = STUDENTS[name][-1].split("{}")

    assert hidden.outcome is Outcome.FAILED
    assert [part for part in said if part not in hidden.message] == []


def test_visible_check_shows_what_it_could_not_use(
    findings: tuple[dict[str, Finding], tuple[str, ...]],
) -> None:
    found, _ = findings

    assert {found[f"test_{name}"].message for name in ("entry", "key", "ragged")} == {
        "`entry` gave 3, and the check takes its entry [0].",
        "`key` gave a dict of 1 item, and the check takes its entry ['a'].",
        "`ragged` gave a list of 2 items, and the check passes it to `np.asarray`.",
    }
    assert "'a'" not in found["test_hidden::test_key"].message
    assert "3" not in found["test_hidden::test_entry"].message


@pytest.mark.parametrize("name", AUTHORS)
def test_what_the_solution_would_meet_as_well_is_the_authors_fault(
    findings: tuple[dict[str, Finding], tuple[str, ...]], name: str
) -> None:
    found, faults = findings

    assert found[f"test_{name}"].outcome is Outcome.GRADER_ERROR
    assert sum(f"in test_{name}: " in fault for fault in faults) == 1


def test_right_work_that_computes_too_much_loses_the_points(
    findings: tuple[dict[str, Finding], tuple[str, ...]],
) -> None:
    found, _ = findings

    assert found["test_slow"].outcome is Outcome.FAILED
    assert "`slow` is right, but takes " in found["test_slow"].message
    assert "times as many operations as the solution" in found["test_slow"].message
    assert found["test_slow_is_allowed"].outcome is Outcome.PASSED

"""Recognition: one class of mistakes, on all evidence, or no name at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from helpers import program, verdict_on

from grader.course.uses import used_by
from grader.judging.answers import Raised, Value
from grader.judging.checks.evidence import Exchange
from grader.judging.diagnosis.agreement import agree, observed
from grader.judging.diagnosis.sameness import ANY, EXACT
from grader.judging.requests import Call
from grader.judging.session import open_judges
from grader.model import Outcome
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

SOLUTION = """\
def inner(x):
    return 2 * x


def outer(x, y):
    return inner(x) + y * y
"""
HIDDEN = '''\
from grader import close_to, points


@points(5)
def test_inner(student, reference, draw):
    """inner(x) is right."""
    for x in draw.reals(4):
        assert student.inner(x) == close_to(reference.inner(x))


@points(5)
def test_outer(student, reference, draw):
    """outer(x, y) is right."""
    for x, y in zip(draw.reals(4), draw.reals(4)):
        assert student.outer(x, y) == close_to(reference.outer(x, y))
'''
VISIBLE = '''\
from grader import close_to


def test_inner_of_three(student):
    """inner(3) is 6."""
    assert student.inner(3) == close_to(6)
'''
MISTAKES = """\
from grader import edit, mistake

MISTAKES = [
    mistake("triple", "inner", edit("2 * x", "3 * x"), question="How often?",
            try_it="Call inner(1)."),
    mistake("tripled", "inner", edit("2 * x", "x + x + x"), same_as="triple"),
    mistake("constant", "inner", edit("2 * x", "7"), question="Does x matter?"),
    mistake("cubed", "outer", edit("y * y", "y * y * y"), question="How many y?"),
    mistake("cubed_too", "outer", edit("y * y", "y ** 3"), question="Which power?"),
    mistake("minus", "outer", edit("+ y * y", "- y * y"), question="Plus or minus?"),
    mistake("typo", "outer", edit("inner(x) +", "iner(x) +"), question="Which name?"),
    mistake("stale", "outer", edit("gone", "here"), question="Does this apply?"),
]
"""


@pytest.fixture(scope="module")
def judge(
    make_course: Callable[..., Course], gate: Gate
) -> Callable[[str], dict[str, tuple[str | None, str | None, str]]]:
    """Return a function that gives mistake, question and message of each check."""
    course = make_course(hidden=HIDDEN, visible=VISIBLE, solution=SOLUTION)
    (course.exercises[0].folder / "mistakes.py").write_text(MISTAKES)

    def told(source: str) -> dict[str, tuple[str | None, str | None, str]]:
        with open_judges(course, gate=gate) as judges:
            verdict = verdict_on(judges, program(source))
        assert verdict.faults == ()
        return {
            f.name.removeprefix("test_"): (f.mistake, f.question, f.message)
            for f in verdict.findings
            if f.outcome is not Outcome.PASSED
        }

    return told


def test_mistake_is_named_with_its_question_and_what_to_try(
    judge: Callable[[str], dict[str, tuple[str | None, str | None, str]]],
) -> None:
    told = judge(SOLUTION.replace("2 * x", "x * 3.0"))

    assert set(told) == {"inner_of_three", "inner", "outer"}
    for name, question, message in told.values():
        assert (name, question) == ("triple", "How often?")
        assert message.endswith("Try: Call inner(1).")


def test_mistake_in_another_style_is_recognised_all_the_same(
    judge: Callable[[str], dict[str, tuple[str | None, str | None, str]]],
) -> None:
    source = (
        "def inner(x):\n    return [x + x]\ndef outer(x, y):\n    return 2*x - y**2"
    )
    told = judge(source)

    assert {key: name for key, (name, _, _) in told.items()} == {"outer": "minus"}


def test_two_classes_that_look_alike_are_not_named(
    judge: Callable[[str], dict[str, tuple[str | None, str | None, str]]],
) -> None:
    told = judge(SOLUTION.replace("y * y", "y * y * y"))

    assert [name for name, _, _ in told.values()] == [None]


def test_what_is_not_in_the_list_is_not_named(
    judge: Callable[[str], dict[str, tuple[str | None, str | None, str]]],
) -> None:
    told = judge(SOLUTION.replace("2 * x", "2 * x + 0.5"))

    assert {name for name, _, _ in told.values()} == {None}
    assert {question for _, question, _ in told.values()} == {None}


def test_second_mistake_takes_the_name_from_what_both_concern(
    judge: Callable[[str], dict[str, tuple[str | None, str | None, str]]],
) -> None:
    wrong = SOLUTION.replace("2 * x", "3 * x").replace("+ y * y", "- y * y")
    told = judge(wrong)

    assert told["inner"][0] == "triple"
    assert told["outer"][0] is None


def test_value_that_never_changes_is_too_little_evidence(
    judge: Callable[[str], dict[str, tuple[str | None, str | None, str]]],
) -> None:
    told = judge(f"def inner(x):\n    return 7\n{SOLUTION.split(chr(10), 3)[3]}")

    assert told["inner"][0] is None


def test_exception_is_evidence_too(
    judge: Callable[[str], dict[str, tuple[str | None, str | None, str]]],
) -> None:
    told = judge(SOLUTION.replace("inner(x) +", "innr(x) +"))

    assert told["outer"][1] is not None


def test_reaches_are_closed() -> None:
    assert used_by(SOLUTION) == {"inner": {"inner"}, "outer": {"inner", "outer"}}


def answer(value: object, printed: str = "") -> Exchange:
    return Exchange("f", Call("f"), Value(value), printed)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1.0, torch.tensor([1.000001])),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ((1.0, [2.0, 3.0]), (torch.tensor(1.0), [torch.tensor(2.0), 3.0])),
        (float("nan"), np.nan),
        (None, None),
    ],
)
def test_values_agree_whatever_their_type(left: object, right: object) -> None:
    assert agree(answer(left), answer(right), EXACT)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1.0, 1.0001),
        ([1.0, 2.0], [1.0, 2.0, 3.0]),
        (None, 0.0),
        ((1.0, [2.0]), (1.0, [3.0])),
        ("a", 1.0),
    ],
)
def test_values_that_differ_do_not_agree(left: object, right: object) -> None:
    assert not agree(answer(left), answer(right), EXACT)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (torch.tensor([1j, 2.0]), torch.tensor([1j, 2.5])),
        (np.array([1j, 2.0]), np.array([1j, 2.0, 3.0])),
        ({"a": torch.ones(2)}, {"a": torch.zeros(2)}),
        ({"a": 1.0}, {"b": 1.0}),
        ([{"a": [1.0]}], [{"a": [2.0]}]),
    ],
)
def test_values_that_are_no_list_of_numbers_are_compared(
    left: object, right: object
) -> None:
    assert agree(answer(left), answer(left), EXACT)
    assert not agree(answer(left), answer(right), EXACT)


def test_form_counts_where_it_is_asked_for() -> None:
    plain, graph = answer(1.0), answer(torch.tensor(1.0, requires_grad=True))

    assert agree(plain, graph, EXACT)
    assert not agree(plain, graph, EXACT, form=True)
    assert observed(plain, graph, 1e-4, form=True) == {"form"}
    assert observed(plain, graph, 1e-4, form=False) == frozenset()


def test_nothing_with_something_printed_is_another_nothing() -> None:
    assert not agree(answer(None, "3.5\n"), answer(None), EXACT)


def test_exceptions_agree_by_type_and_text_without_numbers() -> None:
    def raising(kind: str, text: str) -> Exchange:
        return Exchange("f", Call("f"), Raised(kind, text))

    first = raising("ValueError", "got 3 values")

    assert agree(first, raising("ValueError", "got 4 values"), EXACT)
    assert not agree(first, raising("TypeError", "got 3 values"), EXACT)
    assert not agree(first, answer(1.0), EXACT)


def test_objects_that_stay_behind_agree_by_their_class() -> None:
    left, right = answer(Handle(3, "Model")), answer(Handle(8, "Model"))

    assert agree(left, right, ANY)
    assert not agree(left, answer(Handle(8, "deque")), ANY)
    assert not agree(left, answer(1.0), ANY)

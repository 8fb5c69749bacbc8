"""Questions that are handed out with the checks, and when they are asked."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING

import pytest

from grader.authoring import plan_of, release
from grader.authoring.asking import encoded, questions_for
from grader.authoring.release import visible_checks_of
from grader.checking import Checking
from grader.course import Course, load_course
from grader.errors import AuthorError
from grader.judging import session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.checking import Checked
    from grader.sandbox.host.gate import Gate

SOLUTION = """\
def area(a, b):
    # BEGIN SOLUTION
    product = a * b
    return product
    # END SOLUTION


def box(a, b, c):
    # BEGIN SOLUTION
    volume = area(a, b) * c
    return [volume, volume / 2, volume / 3]
    # END SOLUTION
"""
VISIBLE = '''\
from grader import close_to, within


def test_area(student):
    """area(a, b) is a times b."""
    assert student.area(2, 3) == close_to(6)
    assert student.area(4, 2) == close_to(8)
    assert student.area(0.5, 9) == close_to(4.5)


@within(2.0)
def test_large_area(student):
    """area(300, 2) is one product."""
    assert student.area(300, 2) == close_to(600)


def test_box(student):
    """box(1, 2, 3) is the volume, and the half and the third of it."""
    assert student.box(1, 2, 3) == close_to([6, 3, 2])
'''
HIDDEN = '''\
from grader import close_to, points


@points(10)
def test_more(student, reference, draw):
    """area(a, b) is a times b."""
    a, b = draw.reals(2)
    assert student.area(a, b) == close_to(reference.area(a, b))
'''
MISTAKES = """\
from grader import edit, mistake

MISTAKES = [
    mistake("sum_of_sides", "area", edit("a * b", "a + b"), question="Plus?",
            try_it="Print area(1, 1)."),
    mistake("plus_one", "area", edit("a * b", "a * b + 1"), question="One more?"),
    mistake("too_much", "area", edit("a * b", "a * b + 1.0"), question="Another?"),
    mistake("flat", "box", edit("area(a, b) * c", "area(a, b)"), question="How high?"),
    mistake("no_list", "box", edit("[volume, volume / 2, volume / 3]", "volume"),
            question="How many?"),
]
"""
RIGHT = SOLUTION.replace("# BEGIN SOLUTION", "").replace("# END SOLUTION", "")


@pytest.fixture(scope="module")
def released(
    make_course: Callable[..., Course], gate: Gate
) -> tuple[Course, dict[str, bytes]]:
    """Return a course with a release of it, and the questions that it was made with."""
    table = 'title = "Boxes"\nexercises = ["double"]\n'
    course = make_course(HIDDEN, VISIBLE, SOLUTION, table)
    (course.exercises[0].folder / "mistakes.py").write_text(MISTAKES)
    made = {"double": made_now(course, gate)}
    release(plan_of(course, made))
    return course, made


def made_now(course: Course, gate: Gate) -> bytes:
    (exercise,) = course.exercises
    with session.open_judges(course, gate=gate) as judges:
        checks = visible_checks_of(exercise)
        return encoded(questions_for(exercise, judges, checks))


@pytest.fixture(scope="module")
def own_check(
    released: tuple[Course, dict[str, bytes]],
    gate: Gate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Checked]]:
    """Return what asks a student's own check about a program."""
    course, _ = released
    folder = tmp_path_factory.mktemp("mine") / "exercises" / "double"
    folder.mkdir(parents=True)
    for name in ("test_visible.py", "questions.json"):
        content = (course.root / "exercises" / "double" / name).read_bytes()
        (folder / name).write_bytes(content)
    own = folder / "double.py"
    open_judges = functools.partial(session.open_judges, gate=gate)
    with Checking((own,), None, open_judges=open_judges) as checking:

        def checked(source: str) -> Checked:
            own.write_text(source)
            (found,) = checking.check()
            return found

        yield checked


@pytest.fixture(scope="module")
def asks(
    own_check: Callable[[str], Checked],
) -> Callable[[str], dict[str, str | None]]:
    """Return what asks a student's own check for its question, by check."""

    def asked(source: str) -> dict[str, str | None]:
        return {
            check.name: check.question
            for check in own_check(source).result.checks
            if check.outcome != "passed" and check.name != "test_large_area"
        }

    return asked


def test_release_is_up_to_date_until_a_mistake_changes(
    released: tuple[Course, dict[str, bytes]],
) -> None:
    course, _ = released
    mistakes = course.exercises[0].folder / "mistakes.py"
    now = plan_of(course).stale
    mistakes.write_text(MISTAKES.replace("Plus?", "Minus?"))
    later = plan_of(load_course(course.root))
    mistakes.write_text(MISTAKES)

    (left,) = later.unasked
    assert now == ()
    assert later.stale == (f"{left}: it is out of date. Run `grader release`.",)
    assert (later.left_over, later.in_the_way) == ((), ())


def test_questions_are_made_the_same_and_show_no_answer(
    released: tuple[Course, dict[str, bytes]], gate: Gate
) -> None:
    course, made = released
    text = made["double"].decode()

    assert made_now(course, gate) == made["double"]
    assert "Plus?" in text
    for secret in ("sum_of_sides", "too_much", "a + b", "test_more", "volume"):
        assert secret not in text


def test_question_with_a_line_of_the_solution_is_refused(
    released: tuple[Course, dict[str, bytes]],
) -> None:
    course, made = released
    told = json.loads(made["double"])
    told["asked"][0]["try_it"] = "return volume / 3, or volume = area(a, b) * c"

    with pytest.raises(AuthorError, match=r"questions\.json, line"):
        plan_of(course, {"double": json.dumps(told, indent=1).encode()})


CASES = {
    "as listed": (RIGHT.replace("a * b", "a + b"), ["Plus?", "Plus?"]),
    "written in another way, with noise": (
        RIGHT.replace("a * b", "sum([a, b]) * (1 + 1e-7)"),
        ["Plus?", "Plus?"],
    ),
    "while the other function is not written": (
        (
            "def area(a, b): return b + a\n"
            'def box(a, b, c): raise NotImplementedError("box: not written yet")\n'
        ),
        ["Plus?", None],
    ),
    "while the other function has a fault of its own": (
        "def area(a, b): return b + a\ndef box(a, b, c): return 7\n",
        ["Plus?", None],
    ),
    "in a function that uses a right one": (
        RIGHT.replace("area(a, b) * c", "area(a, b)"),
        ["How high?"],
    ),
    "by the form alone": (
        RIGHT.replace("[volume, volume / 2, volume / 3]", "volume"),
        ["How many?"],
    ),
    "two mistakes that ask different things": (
        RIGHT.replace("a * b", "1 + a * b"),
        [None, None],
    ),
    "not listed": (RIGHT.replace("a * b", "a - b"), [None, None]),
    "almost a listed one": (RIGHT.replace("a * b", "(a + b) * 1.01"), [None, None]),
    "right": (RIGHT, []),
}


@pytest.mark.parametrize("case", CASES)
def test_own_check_asks_the_one_question_that_fits(
    asks: Callable[[str], dict[str, str | None]], case: str
) -> None:
    source, expected = CASES[case]

    assert list(asks(source).values()) == expected


SLOW = """\
def area(a, b):
    total = 0.0
    for _ in range(2 * int(a)):
        total += b / 2 if a == int(a) else 0
    return total or a * b


"""


def test_own_check_says_what_the_limit_on_computing_says(
    own_check: Callable[[str], Checked],
) -> None:
    slow = own_check(SLOW + RIGHT.split("\n\n\n")[1])
    (lost,) = [each for each in slow.result.checks if each.outcome != "passed"]

    assert lost.name == "test_large_area"
    assert lost.message == (
        "`area` is right, but goes through loops 600 times as often as the solution: "
        "what does it do again and again? area(300, 2)"
    )
    assert own_check(RIGHT).result.checks[1].outcome == "passed"


def test_questions_of_other_checks_are_not_asked(
    asks: Callable[[str], dict[str, str | None]],
    released: tuple[Course, dict[str, bytes]],
    gate: Gate,
    tmp_path: Path,
) -> None:
    course, made = released
    folder = tmp_path / "exercises" / "double"
    folder.mkdir(parents=True)
    (folder / "questions.json").write_bytes(made["double"])
    (folder / "test_visible.py").write_text(VISIBLE.replace("area(4, 2)", "area(2, 4)"))
    (folder / "double.py").write_text(RIGHT.replace("a * b", "a + b"))
    open_judges = functools.partial(session.open_judges, gate=gate)
    with Checking((folder / "double.py",), None, open_judges=open_judges) as checking:
        (found,) = checking.check()

    assert course.title == "Boxes"
    assert {check.question for check in found.result.checks} == {None}
    assert asks(RIGHT) == {}

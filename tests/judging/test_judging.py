"""Each way a program can go wrong has its outcome, its words, and its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import SMALL_HIDDEN, notebook, program, verdicts
from judging.small import hidden, verdict

from grader.judging.session import Judges, open_judges
from grader.model import Outcome, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course
    from grader.sandbox.host.gate import Gate


def test_right_program_passes_visible_and_hidden_checks(small_judges: Judges) -> None:
    found = verdict(small_judges, program("def double(x): return x + x"))

    assert [f.outcome for f in found.findings] == [Outcome.PASSED] * 2
    assert found.error is None
    assert found.notes == found.faults == ()


SITUATIONS = {
    "wrong value": (
        "def double(x): return 3 * x",
        Outcome.FAILED,
        "`double` gave another number than expected.",
    ),
    "right on the handout only": (
        "def double(x): return 6",
        Outcome.FAILED,
        "another number",
    ),
    "returns None": (
        "def double(x): 2 * x",
        Outcome.FAILED,
        "is there a `return` on every path?",
    ),
    "returns text": (
        "def double(x): return 'six'",
        Outcome.FAILED,
        "a value of type str, expected numbers",
    ),
    "returns what is not data": (
        "def double(x): return (x for x in [])",
        Outcome.FAILED,
        "a value of type generator, expected numbers",
    ),
    "returns nan": (
        "def double(x): return float('nan')",
        Outcome.FAILED,
        "nan or infinity",
    ),
    "hole": (
        'def double(x): raise NotImplementedError("double: not written yet")',
        Outcome.NOT_ATTEMPTED,
        "`double` is not written yet.",
    ),
    "missing": ("x = 1", Outcome.NOT_ATTEMPTED, "Expected `double`, found nothing"),
    "nearly the name": (
        "def duoble(x): return 2 * x",
        Outcome.ERROR,
        "Expected `double`, found `duoble`",
    ),
    "not a function": ("double = 2.0", Outcome.ERROR, "is a value of type float"),
    "wrong signature": (
        "def double(x, y): return 2 * x",
        Outcome.ERROR,
        "yours is `double(x, y)`",
    ),
    "raises": (
        "def double(x):\n    return x.shape",
        Outcome.ERROR,
        (
            "stopped with AttributeError: 'float' object has no attribute 'shape', at "
            "work.py, line 2 (`return x.shape`)"
        ),
    ),
    "syntax error": ("def double(x:\n", Outcome.ERROR, "work.py, line 1: SyntaxError"),
    "recursion without end": (
        "def double(x): return double(x)",
        Outcome.ERROR,
        "RecursionError",
    ),
    "asks for input": (
        "def double(x): return 2 * float(input())",
        Outcome.ERROR,
        "EOFError",
    ),
    "exits in a function": (
        "def double(x): import sys; sys.exit(0)",
        Outcome.ERROR,
        "SystemExit",
    ),
    "ends its process": (
        "def double(x): import os; os._exit(0)",
        Outcome.CRASHED,
        "ended its own process (exit code 0)",
    ),
    "kills its process": (
        "def double(x): import os; os.kill(os.getpid(), 11)",
        Outcome.CRASHED,
        "ended by SIGSEGV",
    ),
    "endless loop": (
        "def double(x):\n    while x != 3: pass\n    return 6",
        Outcome.TIMEOUT,
        (
            "`double` was still running after 0.6 s of computing, at work.py, line 2 "
            "(`while x != 3: pass`): is there a loop that never ends?"
        ),
    ),
    "all memory": (
        "def double(x): return bytearray(10**10)",
        Outcome.OUT_OF_MEMORY,
        "more memory than the 200 MB",
    ),
    "too large a reply": (
        "def double(x): return 'x' * 10**7",
        Outcome.ERROR,
        "returned more than a check can take",
    ),
}


@pytest.mark.parametrize(
    ("source", "outcome", "words"), SITUATIONS.values(), ids=SITUATIONS.keys()
)
def test_situation_has_its_outcome_and_its_words(
    small_judges: Judges, source: str, outcome: Outcome, words: str
) -> None:
    found = hidden(small_judges, source)

    assert found.outcome is outcome
    assert words in found.message
    assert found.said[0].role is (Role.SAW if outcome is Outcome.FAILED else Role.ERROR)


def test_what_a_check_saw_is_apart_from_how_often_and_from_the_fact(
    small_judges: Judges,
) -> None:
    found = hidden(small_judges, "def double(x): return 4 * x")

    assert [(part.role, part.text) for part in found.said] == [
        (Role.SAW, "`double` gave another number than expected."),
        (Role.HOW_OFTEN, "This is so for all 3 inputs that were tried."),
        (Role.FACT, "`double` gives twice what is expected, for every input."),
        (Role.COUNTEREXAMPLE, "`double(1)` gives `4`; right is `2`."),
    ]


LEFT_OVER = "`double` stops there. Remove that line."
UNWRITTEN = {
    "raise without a text": ("raise NotImplementedError", "is not written yet."),
    "raise with a text": ("raise NotImplementedError('todo')", "is not written yet."),
    "pass": ("pass", "`double` is not written yet."),
    "dots": ("...", "`double` is not written yet."),
    "a docstring": ("'''double(x) is 2 x.'''", "`double` is not written yet."),
    "return": ("return None", "`double` is not written yet."),
    "raise above the code": (
        "raise NotImplementedError\n    return 2 * x",
        (
            "work.py, line 2 (`raise NotImplementedError`) still stands above your "
            f"code: {LEFT_OVER}"
        ),
    ),
    "raise with a text above the code": (
        'raise NotImplementedError("double: not written yet")\n    return 2 * x',
        f'double: not written yet")`) still stands above your code: {LEFT_OVER}',
    ),
}


@pytest.mark.parametrize(("body", "words"), UNWRITTEN.values(), ids=UNWRITTEN.keys())
def test_stub_of_any_form_is_not_attempted(
    small_judges: Judges, body: str, words: str
) -> None:
    found = hidden(small_judges, f"def double(x):\n    {body}\n")

    assert found.outcome is Outcome.NOT_ATTEMPTED
    assert found.message.endswith(words)


def test_exception_on_a_path_of_written_code_is_an_error(small_judges: Judges) -> None:
    source = (
        "def double(x):\n    if x: raise NotImplementedError('later')\n    return 0"
    )

    assert hidden(small_judges, source).outcome is Outcome.ERROR


def test_check_after_a_bad_end_gets_a_fresh_worker(small_judges: Judges) -> None:
    source = "import os\ndef double(x):\n    if x == 3: os._exit(0)\n    return 2 * x"
    found = verdict(small_judges, program(source))

    assert [f.outcome for f in found.findings] == [Outcome.CRASHED, Outcome.PASSED]


def test_function_that_took_too_long_is_not_asked_again(small_judges: Judges) -> None:
    source = "def double(x):\n    while x == 3: pass\n    return 2 * x"
    first, second = verdict(small_judges, program(source)).findings

    assert (first.outcome, second.outcome) == (Outcome.TIMEOUT, Outcome.TIMEOUT)
    assert first.said == second.said


def test_missing_function_names_the_cell_that_stopped(small_judges: Judges) -> None:
    found = hidden(small_judges, notebook("double = 1 / 0"))

    assert found.outcome is Outcome.ERROR
    assert "cell 1, line 1: ZeroDivisionError" in found.message
    assert found.message.startswith("`double` (cell 1, line 1) was never defined.")
    assert [part.role for part in found.said] == [Role.ERROR, Role.FACT]


def test_last_definition_counts(small_judges: Judges) -> None:
    work = notebook("def double(x): return x", "def double(x): return 2 * x")

    assert hidden(small_judges, work).outcome is Outcome.PASSED


def test_hidden_numbers_do_not_leak_through_an_exception(small_judges: Judges) -> None:
    source = (
        "def double(x):\n    name = f'E_{x}'.replace('.', 'p').replace('-', 'm')\n"
        "    raise type(name, (ValueError,), {})(f'got x{x} {-x:e} {abs(x)!r}')"
    )
    told, example = hidden(small_judges, source).said

    # The input of the example is made up for the student to see.
    assert example.role is Role.COUNTEREXAMPLE
    assert told.text == (
        "`double` stopped with an exception: got … … …, at work.py, line 3 (`raise "
        "type(name, (ValueError,), {})(f'got x{x} {-x:e} {abs(x)!r}')`)."
    )


def test_visible_check_tells_got_and_expected(small_judges: Judges) -> None:
    found = verdict(small_judges, program("def double(x): return 7"))

    assert found.findings[0].message.startswith("`double` gave 7, expected 6.")


def test_hostile_names_and_texts_are_cleaned(small_judges: Judges) -> None:
    source = (
        "class E(Exception): pass\nE.__name__ = '\\x1b[31mE'\n"
        "def double(x): raise E('\\x1b]0;t\\x07a\\nb\\u202e')"
    )
    message = hidden(small_judges, source).message

    assert message.isprintable()


def test_same_program_meets_the_same_inputs_and_a_changed_one_others(
    make_course: Callable[..., Course], gate: Gate
) -> None:
    echo = "import sys\ndef double(x):\n    raise SystemError('%s' % x)"
    course = make_course(
        hidden=SMALL_HIDDEN.replace(
            "@points(10)", "@points(10)\n@visibility('visible')"
        ).replace("import ", "import visibility, ")
    )
    works = [program(echo), program(echo), program(echo + "\n")]
    with open_judges(course, gate=gate) as started:
        found = verdicts(started, works)
    texts = [found[i].findings[1].message for i in range(3)]

    assert texts[0] == texts[1] != texts[2]

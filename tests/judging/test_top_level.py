"""Code outside of functions costs itself alone, whatever it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import notebook, program
from judging.small import hidden, verdict

from grader.model import Outcome

if TYPE_CHECKING:
    from grader.judging.session import Judges

HARMLESS = {
    "input at top level": "try:\n    n = input()\nexcept EOFError:\n    n = 1\n",
    "prints 50 MB": "print('x' * 50_000_000)\n",
    "many prints": "for i in range(100_000):\n    print(i)\n",
    "ends at top level": "import sys\nsys.exit()\n",
    "raises at top level": "1 / 0\n",
    "closes stdout": "import sys\nsys.stdout.close()\n",
    "replaces stdout": "import sys\nsys.stdout = None\n",
    "prints to the raw descriptor": "import os\nos.write(1, b'PASSED')\n",
    "changes the folder": "import os\nos.chdir('/')\n",
    "warns": "import warnings\nwarnings.warn('x')\n",
    "main guard": "if __name__ == '__main__':\n    print('hello')\n",
    "threads": "import threading\nthreading.Thread(target=print).start()\n",
}


@pytest.mark.parametrize("start", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_code_at_top_level_costs_nothing(
    small_judges: Judges, start: str
) -> None:
    found = hidden(small_judges, start + "def double(x): return 2 * x\n")

    assert (found.outcome, found.message) == (Outcome.PASSED, "")


def test_failure_at_top_level_is_noted(small_judges: Judges) -> None:
    found = verdict(small_judges, program("1 / 0\ndef double(x): return 2 * x"))

    assert found.notes == (
        (
            "work.py, line 1: ZeroDivisionError: division by zero (`1 / 0`). The "
            "statements after it still ran."
        ),
    )


ENDLESS = {
    "a loop": ("while True:\n    pass\n", 3, "while True:"),
    "a loop that catches all": (
        "while True:\n    try:\n        n = 1\n    except:\n        pass\n",
        3,
        "while True:",
    ),
    "computing in C": (
        "import itertools\nsum(itertools.repeat(1))\n",
        4,
        "sum(itertools.repeat(1))",
    ),
}


@pytest.mark.parametrize(
    ("endless", "line", "text"), ENDLESS.values(), ids=ENDLESS.keys()
)
def test_statement_that_takes_too_long_costs_itself_alone(
    small_judges: Judges, endless: str, line: int, text: str
) -> None:
    source = f"def double(x):\n    return times(2, x)\n{endless}"
    after = "def times(a, b):\n    return a * b\n"
    found = verdict(small_judges, notebook(source, after))

    assert [f.outcome for f in found.findings] == [Outcome.PASSED] * 2
    assert found.notes == (
        (
            f"cell 1, line {line}: it was still computing when its time was up "
            f"(`{text}`). The statements after it still ran."
        ),
    )


def test_many_long_statements_leave_time_for_the_rest(small_judges: Judges) -> None:
    source = "while True: pass\n" * 6 + "def double(x): return 2 * x"
    found = verdict(small_judges, program(source))

    assert [f.outcome for f in found.findings] == [Outcome.PASSED] * 2
    assert len(found.notes) == 6


def test_statement_that_crashes_costs_itself_alone(small_judges: Judges) -> None:
    source = "import os\nos.kill(os.getpid(), 11)\ndef double(x): return 2 * x"
    found = verdict(small_judges, program(source))

    assert [f.outcome for f in found.findings] == [Outcome.PASSED] * 2
    assert found.notes == (
        (
            "work.py, line 2 (`os.kill(os.getpid(), 11)`): The program's process was "
            "ended by SIGSEGV. The statements after it still ran."
        ),
    )


def test_syntax_that_cannot_be_read_costs_one_statement(small_judges: Judges) -> None:
    source = "print((1)\n\ndef double(x): return 2 * x\ntrial = double 3\n"
    found = verdict(small_judges, program(source))

    assert [f.outcome for f in found.findings] == [Outcome.PASSED] * 2
    assert found.notes == (
        (
            "work.py, line 1: SyntaxError: '(' was never closed. The other statements "
            "still ran.\n    print((1)\n         ^"
        ),
        (
            "work.py, line 4: SyntaxError: invalid syntax. The other statements still "
            "ran.\n    trial = double 3\n                   ^"
        ),
    )


KEPT = {
    "a loop": (
        "for double in [1.0]: pass",
        (
            "work.py, line 4: here `double` becomes something else (`for double in "
            "[1.0]: pass`). The checks ask the one that you wrote in work.py, line 1."
        ),
    ),
    "deleting": (
        "del double",
        (
            "work.py, line 4: here `double` is deleted (`del double`). The checks ask "
            "the one that you wrote in work.py, line 1."
        ),
    ),
    "a stub": (
        "def double(x):\n    pass",
        (
            "work.py, line 4: here `double` is not written yet. The checks ask the one "
            "that you wrote in work.py, line 1."
        ),
    ),
}


@pytest.mark.parametrize(("trial", "note"), KEPT.values(), ids=KEPT.keys())
def test_name_keeps_the_work_of_the_program(
    small_judges: Judges, trial: str, note: str
) -> None:
    source = f"def double(x):\n    return 2 * x\nhelper = 1\n{trial}\ndel helper\n"
    found = verdict(small_judges, program(source))

    assert [f.outcome for f in found.findings] == [Outcome.PASSED] * 2
    assert found.notes == (note,)


def test_notebook_cell_that_does_not_parse_costs_that_cell_alone(
    small_judges: Judges,
) -> None:
    work = notebook(
        "%matplotlib inline\nimport os", "def f(:", "def double(x): return 2*x"
    )
    found = verdict(small_judges, work)

    assert [f.outcome for f in found.findings] == [Outcome.PASSED] * 2
    assert "cell 2, line 1: SyntaxError" in found.notes[0]

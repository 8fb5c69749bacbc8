"""Programs as students hand them in: large ones, and code that stands elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader.intake.reading import program_of
from grader.model import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

RIGHT = "def double(x):\n    return 2 * x\n"


@pytest.mark.parametrize("name", ["double.py", "double.ipynb"])
def test_right_program_of_two_megabytes_is_right(
    judge_small: Callable[..., Verdict], name: str
) -> None:
    # Few tokens, as a picture that is pasted in has: these are read quickly.
    table = f"table = '{'1.25, ' * 350_000}'\n"
    cells = [{"cell_type": "code", "source": source} for source in (table, RIGHT)]
    text = json.dumps({"cells": cells}) if name.endswith("b") else table + RIGHT
    found = judge_small(program_of(name, text.encode()))

    assert len(text) > 2 * 1024 * 1024
    assert [each.outcome for each in found.findings] == [Outcome.PASSED] * 2


def test_letters_beyond_ascii_cross_the_wall_whole(
    judge_small: Callable[..., Verdict],
) -> None:
    cells = [f"größe_{n} = '\U0001f642日本語'\n" for n in range(3)]
    cells += ["def double(x):\n    return 2 * x if größe_2[1:] == '日本語' else 0\n"]
    text = json.dumps({"cells": [{"cell_type": "code", "source": c} for c in cells]})
    found = judge_small(program_of("double.ipynb", text.encode()))

    assert [each.outcome for each in found.findings] == [Outcome.PASSED] * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '{"cells": [{"cell_type": "markdown", "source": "def double(x):"}]}',
            "the first cell is a text cell and holds `def double`: make it a code",
        ),
        (
            "class Box:\n    def double(self, x):\n        return 2 * x\n",
            "double.py, line 2: `def double` is inside `Box`: move it",
        ),
        (
            "doubel = 3\n# def double(x):\n#     return 2 * x\n",
            "double.py, line 2: `def double` stands in a comment, which does not run",
        ),
    ],
)
def test_function_that_does_not_run_is_found_where_it_stands(
    judge_small: Callable[..., Verdict], text: str, said: str
) -> None:
    name = "double.ipynb" if text.startswith("{") else "double.py"
    found = judge_small(program_of(name, text.encode())).findings[0]

    assert found.outcome is Outcome.NOT_ATTEMPTED
    assert found.message.startswith(
        f"Expected `double` in the code, found it elsewhere: {said}"
    )

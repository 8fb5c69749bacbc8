"""Which checks had asked everything when an assert did not hold, and which had not."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from grader.judging.diagnosis.asserted import had_asked_all

if TYPE_CHECKING:
    from pathlib import Path


def close_to(value: object) -> object:
    return value


def asked_all(folder: Path, body: str) -> bool:
    """Return whether a check with this body had asked all where it ends."""
    file = folder / "test_hidden.py"
    lines = f"@mark\n\ndef test_it(ask):\n{textwrap.indent(body, '    ')}\n"
    file.write_text(f"import math\n\n{lines}")
    space: dict[str, Any] = {"mark": lambda check: check, "close_to": close_to}
    exec(compile(file.read_bytes(), str(file), "exec"), space)  # noqa: S102 - the check above
    with pytest.raises((AssertionError, ZeroDivisionError)) as ended:
        space["test_it"](lambda number: number)
    return had_asked_all(space["test_it"], ended.value)


@pytest.mark.parametrize(
    "body",
    [
        "assert ask(1) == close_to(2)",
        "value = ask(1)\n\nassert value == close_to(2)",
        "for n in (1, 2):\n    ask(n)\nassert ask(3) == close_to(4)",
        "a, b = ask(1), ask(2)\nassert a == close_to(0)\nassert b == close_to(0)",
        "assert (\n    ask(1)\n    == close_to(2)\n)",
        "a = ask(1)\nassert ask(1) == close_to(1)\nassert a == close_to(2, )",
    ],
)
def test_assert_that_nothing_is_asked_behind_is_the_end(
    tmp_path: Path, body: str
) -> None:
    assert asked_all(tmp_path, body)


@pytest.mark.parametrize(
    "body",
    [
        "for n in (1, 2):\n    assert ask(n) == close_to(0)",
        "assert ask(1) == close_to(2)\nassert ask(2) == close_to(2)",
        "assert ask(1) == close_to(2)\nask(3)",
        "assert ask(1) == close_to(2) and ask(2) == close_to(2)",
        "assert all(ask(n) == close_to(0) for n in (1, 2))",
        "assert all([ask(n) == close_to(0) for n in (1, 2)]) == close_to(True)",
        "assert ask(1) == close_to(2) == ask(3)",
        "a = [1]\nassert ask(1) == close_to(2)\nassert a[0] == close_to(1)",
        "a = 1.5\nassert ask(1) == close_to(2)\nassert a.real == close_to(1)",
        "def own(n):\n    assert ask(n) == close_to(0)\nfor n in (1, 2):\n    own(n)",
        "1 / (ask(1) - 1)\nassert ask(1) == close_to(2)",
    ],
)
def test_assert_that_more_may_be_asked_behind_is_not_the_end(
    tmp_path: Path, body: str
) -> None:
    assert not asked_all(tmp_path, body)


def test_check_that_nobody_has_the_source_of_may_ask_more() -> None:
    space: dict[str, Any] = {}
    exec(compile("def test_it(): assert 1 == 2", "gone.py", "exec"), space)  # noqa: S102 - as above
    with pytest.raises(AssertionError) as ended:
        space["test_it"]()

    assert not had_asked_all(space["test_it"], ended.value)

"""Right work may compute so many times what the solution does, and a little more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import AuthorError
from grader.judging.checks.evidence import Called, Evidence
from grader.judging.checks.marks import times_of
from grader.judging.efficiency import excess

if TYPE_CHECKING:
    from grader.model import Said


def seen(ops: int = 0, seconds: float = 0.0, *names: str) -> Evidence:
    calls = [Called(name, None, ops={"mm": ops}, seconds=seconds) for name in names]
    return Evidence(
        calls=calls or [Called("f", None, ops={"mm": ops}, seconds=seconds)]
    )


def said(own: Evidence, right: Evidence, *again: Evidence) -> str:
    runs = iter(again)
    found: Said | None = excess(2.0, own, right, lambda: next(runs))
    return "" if found is None else found.text


def test_operations_are_compared_and_not_time() -> None:
    quick, slow = seen(100, 0.01), seen(100, 50.0)

    assert said(slow, quick) == ""
    assert said(seen(220), seen(100)) == ""
    assert said(seen(4000), seen(100)).startswith(
        "`f` is right, but takes 40 times as many operations as the solution: "
    )
    assert "takes 2.2 times" in said(seen(221), seen(100))


def test_time_is_compared_where_there_are_no_operations() -> None:
    slow, right = seen(0, 3.0), seen(0, 0.1)

    assert said(seen(0, 0.29), right) == ""
    assert said(slow, right, seen(0, 0.2)) == ""
    assert "computes 20 times as long" in said(slow, right, seen(0, 2.0))
    assert "computes 30 times as long" in said(slow, seen(9, 0.1), seen(0, 4.0))


def test_several_functions_are_told_as_what_the_check_asks_for() -> None:
    own = seen(50, 0.0, "f", "g")

    assert said(own, seen(1)).startswith("What this check asks for is right, but")


@pytest.mark.parametrize("times", [0, 0.5, "2", None])
def test_limit_below_what_the_solution_computes_is_refused(times: Any) -> None:
    mark = SimpleNamespace(args=(times,))
    item: Any = SimpleNamespace(
        get_closest_marker=lambda _: mark, path="test_x.py", name="test_x"
    )

    with pytest.raises(AuthorError, match="within: expected one number from 1 on"):
        times_of(item)

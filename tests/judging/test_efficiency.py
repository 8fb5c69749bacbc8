"""Right work may compute so many times what the solution does, and a little more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from in_process import checking

from grader.errors import AuthorError
from grader.judging.checks.evidence import Called, Evidence
from grader.judging.checks.marks import times_of
from grader.judging.efficiency import excess

if TYPE_CHECKING:
    from grader.model import Said


def seen(ops: int = 0, seconds: float = 0.0, *names: str, rounds: int = 0) -> Evidence:
    return Evidence(
        calls=[
            Called(name, None, ops={"mm": ops}, seconds=seconds, rounds=rounds)
            for name in names or ("f",)
        ]
    )


def said(own: Evidence, right: Evidence, *again: Evidence) -> str:
    runs = iter(again)
    found: Said | None = excess(2.0, own, right, lambda: next(runs))
    return "" if found is None else found.text


def test_operations_are_compared_and_not_time() -> None:
    quick, slow = seen(100, 0.01), seen(100, 1.1)

    assert said(slow, quick) == ""
    assert said(seen(220), seen(100)) == ""
    assert said(seen(4000), seen(100)).startswith(
        "`f` is right, but takes 40 times as many operations as the solution: "
    )
    assert "takes 2.2 times" in said(seen(221), seen(100))


def test_rounds_of_loops_are_compared_where_torch_does_nothing() -> None:
    right = seen(rounds=1000)

    assert said(seen(rounds=2100), right) == ""
    assert said(seen(rounds=100), seen()) == ""
    assert said(seen(rounds=40_000), right).startswith(
        "`f` is right, but goes through loops 40 times as often as the solution: "
    )
    assert "loops 500 times as often" in said(seen(9, rounds=500), seen(9))


def test_time_counts_only_where_it_is_far_beyond_in_two_runs() -> None:
    slow, right = seen(0, 4.0), seen(0, 0.1)

    assert said(seen(0, 2.9), right) == ""
    assert said(slow, right, seen(0, 2.0)) == ""
    assert "computes 35 times as long" in said(slow, right, seen(0, 3.5))
    assert "computes 40 times as long" in said(slow, seen(9, 0.1), seen(0, 5.0))


PROGRAM = """
def plain(n):
    total = 0
    for i in range(n):
        total += max(
            i,
            0,
        )
    return total

def short(n):
    return sum(i for i in range(n))

def apart(n):
    return sum(map(same, range(n)))

def same(i):
    return i

def squared(n):
    return sum(len([j for j in range(n)]) // n * i for i in range(n))
"""


def test_rounds_are_the_same_in_every_style_and_more_where_more_is_done() -> None:
    with checking(PROGRAM) as (student, evidence):
        student.plain.grader_line.counts = True
        values = {student.plain(200), student.short(200), student.apart(200)}
        student.squared(200)
    *rounds, many = [call.rounds for call in evidence.calls]

    assert values == {19_900}
    assert all(198 <= each <= 202 for each in rounds), rounds
    assert 39_000 < many < 41_000


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

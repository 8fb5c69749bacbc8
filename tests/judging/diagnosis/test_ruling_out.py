"""Mistakes are ruled out by what they have answered before, then by own draws."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from grader.course.variants import edit, mistake
from grader.judging.answers import Value
from grader.judging.checks.evidence import Exchange
from grader.judging.diagnosis.recognition import Recognition, Record
from grader.judging.requests import Call
from grader.model import Check, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.judging.diagnosis.stage import Stage
    from grader.judging.diagnosis.twins import Twins

FACTORS = (2, 3, 5, 7, 9)
"""What the solution and its mistakes multiply by, in the order of their slots."""


@dataclass
class Multiplying:
    """A double of the stage: each slot multiplies by its factor; `asked` is a log."""

    steady: bool = False
    used_s: float = 0.0
    shared_s: float = 0.0
    cost_s: float = 0.0
    source: str = "def double(x):\n    return 2 * x\n"
    asked: list[tuple[str, tuple[int, ...], int | None]] = field(default_factory=list)
    factors: tuple[int, ...] = FACTORS

    @property
    def mistakes(self) -> list[Any]:
        return [
            mistake(f"by_{n}", "double", edit("2", str(n)), question=f"{n}?")
            for n in self.factors[1:]
        ]

    def perform(
        self, slots: Sequence[int], exchanges: Sequence[Exchange], turn: int | None
    ) -> dict[int, list[Exchange]]:
        kind = "fixed" if turn is not None else "own"
        self.asked.append((kind, tuple(slots), turn))
        return {
            slot: [
                replace(each, answer=Value(self.factors[slot] * float(str(given))))
                for each in exchanges
                if isinstance(each.request, Call)
                for given in each.request.args
            ]
            for slot in slots
        }

    def is_steady(self, _: object) -> bool:
        return self.steady

    def note(self, _: object, *, steady: bool) -> None:
        self.steady = steady

    @property
    def of_mistakes(self) -> list[tuple[str, tuple[int, ...]]]:
        return [(kind, slots) for kind, slots, _ in self.asked if slots != (0,)]


def record(name: str, inputs: Sequence[float], factor: int, *, fixed: bool) -> Record:
    asked = tuple(
        Exchange("double", Call("double", (x,)), Value(factor * x)) for x in inputs
    )
    visibility = Visibility.VISIBLE if fixed else Visibility.HIDDEN
    check = Check(
        name=name, title="", about=("double",), points=1.0, visibility=visibility
    )
    failed = factor != FACTORS[0]
    return Record(
        check, failed=failed, lost=False, fixed=fixed, seconds=0.0, exchanges=asked
    )


def named(
    stage: Multiplying,
    records: Sequence[Record],
    of: Record,
    on_class: Callable[[Record], Record | None] = lambda _: None,
) -> str | None:
    twins = cast("Twins", None)
    recognition = Recognition(cast("Stage", stage), records, twins, on_class)
    found = recognition.mistake(of)
    return None if found is None else found.name


def test_own_draws_are_put_to_those_alone_whom_fixed_calls_leave() -> None:
    stage = Multiplying()
    own = record("own", (0.3, 0.7, 1.1), 5, fixed=False)
    records = [own, record("fixed", (3.0, 4.0), 5, fixed=True)]

    assert named(stage, records, own) == "by_5"
    assert stage.of_mistakes == [("fixed", (1, 2, 3, 4)), ("own", (2,))]


def test_fixed_calls_that_passed_rule_out_as_well() -> None:
    stage = Multiplying()
    own = record("own", (0.3, 0.7, 1.1), 5, fixed=False)
    records = [own, record("fixed", (3.0, 4.0), 2, fixed=True)]

    assert named(stage, records, own) is None
    assert stage.of_mistakes == [("fixed", (1, 2, 3, 4))]


def test_without_fixed_calls_own_draws_decide() -> None:
    stage = Multiplying()
    own = record("own", (0.3, 0.7, 1.1), 7, fixed=False)

    assert named(stage, [own], own) == "by_7"
    assert stage.of_mistakes == [("own", (1, 2, 3, 4))]


def test_many_mistakes_are_asked_what_the_class_is_asked_first() -> None:
    many = tuple(range(2, 30))
    stage = Multiplying(factors=many)
    own = record("own", (0.3, 0.7, 1.1), 7, fixed=False)
    shared = record("own", (3.0, 4.0), 7, fixed=True)

    assert named(stage, [own], own, lambda _: shared) == "by_7"
    assert stage.of_mistakes == [("fixed", tuple(range(1, 28))), ("own", (5,))]


def test_dear_check_that_failed_is_asked_for_the_class_before_cheap_own_draws() -> None:
    stage = Multiplying(factors=tuple(range(2, 30)))
    dear = replace(record("dear", (0.3, 0.7, 1.1), 7, fixed=False), seconds=0.1)
    cheap = record("cheap", (0.0,), 2, fixed=False)
    shared = record("dear", (3.0, 4.0), 7, fixed=True)

    assert named(stage, [cheap, dear], dear, lambda _: shared) == "by_7"
    assert stage.of_mistakes[0] == ("fixed", tuple(range(1, 28)))
    assert stage.of_mistakes[1:] == [("own", (5,)), ("own", (5,))]


def test_right_answers_to_the_class_rule_nobody_out() -> None:
    stage = Multiplying(factors=tuple(range(2, 30)))
    own = record("own", (0.3, 0.7, 1.1), 7, fixed=False)
    shared = replace(record("own", (3.0, 4.0), 2, fixed=True), failed=True)

    assert named(stage, [own], own, lambda _: shared) == "by_7"
    assert stage.of_mistakes == [("own", tuple(range(1, 28)))]


def test_few_mistakes_are_asked_the_student_s_own_draws_at_once() -> None:
    stage = Multiplying()
    own = record("own", (0.3, 0.7, 1.1), 7, fixed=False)
    shared = record("own", (3.0, 4.0), 7, fixed=True)

    assert named(stage, [own], own, lambda _: shared) == "by_7"
    assert stage.of_mistakes == [("own", (1, 2, 3, 4))]


def test_time_that_all_programs_share_does_not_end_a_search() -> None:
    stage = Multiplying(used_s=60.0, shared_s=60.0)
    own = record("own", (0.3, 0.7, 1.1), 7, fixed=False)

    assert named(stage, [own], own) == "by_7"

    stage = Multiplying(used_s=60.0)

    assert named(stage, [own], own) is None


@pytest.mark.parametrize(("steady", "times"), [(False, 2), (True, 1)])
def test_solution_is_asked_twice_only_while_it_may_be_chance(
    steady: bool,  # noqa: FBT001 - a parameter of the test
    times: int,
) -> None:
    stage = Multiplying(steady=steady)
    own = record("own", (0.3, 0.7, 1.1), 7, fixed=False)
    Recognition(cast("Stage", stage), [own], cast("Twins", None)).expected(own)

    assert len(stage.asked) == times
    assert stage.steady

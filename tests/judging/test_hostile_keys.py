"""Numbers of one hash make a dict of them take for ever: no such dict is made."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from grader.judging.answers import Garbled, Value, answer_of
from grader.judging.changes import changes_of
from grader.judging.named import named
from grader.judging.requests import Call, Mirrored
from grader.sandbox.wire import ODD_KEYS_CAP, Handle

# All multiples of this have the same hash.
MODULUS = sys.hash_info.modulus
MANY = 20_000


class Counting(int):
    """A number that counts how often it is compared; its hash is that of all."""

    compared = 0

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        Counting.compared += 1
        return self is other


@pytest.fixture
def numbers() -> list[int]:
    Counting.compared = 0
    return [Counting(MODULUS * number) for number in range(MANY)]


def ways(value: object, lent: object) -> Any:
    reply = {"value": value, "arguments": (), "lent": lent}
    return answer_of(Call("f"), reply)


def test_multiples_have_one_hash() -> None:
    assert len({hash(MODULUS * number) for number in range(MANY)}) == 1


def test_names_are_for_usual_places_alone(numbers: list[int]) -> None:
    fields = [((number,), ["a", "b"]) for number in numbers]
    usual: Any = named([(1, 2)], [((0,), ["a", "b"]), *fields])

    assert usual[0].b == 2
    assert Counting.compared == 0


def test_changes_are_of_what_was_passed(numbers: list[int]) -> None:
    mirrored = Mirrored((), {}, (), (), {1: "list"})

    assert changes_of(mirrored, [(number, []) for number in numbers]) is None
    assert Counting.compared <= 1


def test_unusual_ways_are_few() -> None:
    odd = [((MODULUS * number,), Handle(0, "list")) for number in range(1, MANY)]
    found = ways([1], [*odd, ((0,), Handle(0, "list"))])

    assert isinstance(found, Value)
    assert len(found.lent) == ODD_KEYS_CAP
    assert len(ways([1], [((0,), Handle(0, "list"))]).lent) == 1


@pytest.mark.parametrize("key", [[1], {1: 2}, (0, [1])])
def test_way_that_cannot_be_one_is_no_answer(key: object) -> None:
    assert ways([1], [((key,), Handle(0, "list"))]) == Garbled()
